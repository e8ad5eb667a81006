package web

import "zohobulk/importer/web/text"

// shortcut is what keys do in the table of a sheet.
type shortcut struct {
	Keys []string
	Does string
}

// shortcuts are the keys of the table, for the dialog that lists them. asset/keys.js has them, too.
func shortcuts() []shortcut {
	list := []struct {
		does string
		keys []string
	}{
		{"move", []string{"←", "→", "↑", "↓"}},
		{"ends", []string{"Home", "End"}},
		{"corner", []string{"Ctrl+Home", "Ctrl+End"}},
		{"page", []string{"Page Up", "Page Down"}},
		{"edit", []string{"F2", "Enter"}},
		{"enter", []string{"Enter"}},
		{"tab", []string{"Tab"}},
		{"esc", []string{"Esc"}},
		{"delete", []string{"Delete"}},
		{"undo", []string{"Ctrl+Z", "Ctrl+Y"}},
		{"copy", []string{"Ctrl+C", "Ctrl+V"}},
		{"next", []string{"F8", "Shift+F8"}},
		{"use", []string{"Alt+Enter"}},
	}
	all := make([]shortcut, len(list))
	for i, s := range list {
		all[i] = shortcut{s.keys, text.Of("keys." + s.does)}
	}
	return all
}

// rowCount is how many rows the table has for a screen reader: those shown, and the header.
func rowCount(found int) int { return found + 1 }
