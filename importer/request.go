package importer

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// said is what a row's requests say of each field: the change, or what they must carry along; nil if nothing.
func said(row journal.Row) (texts [field.Count]*string) {
	for name, text := range row.Context {
		if id, ok := field.ByName(name); ok {
			texts[id] = &text
		}
	}
	for i, c := range row.Changes {
		if id, ok := field.ByName(c.Field); ok {
			texts[id] = &row.Changes[i].After
		}
	}
	return texts
}

// personalInfo is the request of a row's personal details, less the fields to leave out.
func personalInfo(row journal.Row, leave field.Mask) zoho.PersonalInfo {
	p := zoho.PersonalInfo{AccountID: zoho.ID(row.AccountID), ZUID: zoho.ID(row.ZUID)}
	texts := said(row)
	for id := range (field.Personal &^ leave).All() {
		if texts[id] != nil {
			id.Entry().Write(&p, texts[id])
		}
	}
	return p
}

// displayNameEmail is the request of a row's new address, or of a display name by user authentication.
func displayNameEmail(row journal.Row) zoho.DisplayNameEmail {
	texts := said(row)
	text := func(id field.ID) string {
		if texts[id] == nil {
			return ""
		}
		return *texts[id]
	}
	return zoho.DisplayNameEmail{
		AccountID: zoho.ID(row.AccountID), ZUID: zoho.ID(row.ZUID),
		DisplayName: text(field.DisplayName), EmailAddress: text(field.NewEmail),
	}
}

// carries is the set of fields that a personal request sends.
func carries(row journal.Row) (m field.Mask) {
	for id, text := range said(row) {
		if text != nil {
			m |= field.Of(field.ID(id))
		}
	}
	return m & field.Personal
}
