package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/importer"
)

// A run whose sheet was corrected says by how many edits.
func TestRunShowsItsEdits(t *testing.T) {
	a := newArchive(t)
	w := &importer.Workspace{Reports: a.reports}
	r, err := w.Receive(t.Context(), importer.Source{Path: writeSheet(t, "staff.csv", soundSheet), Name: "staff.csv"}, importer.Options{}, "test")
	keep(t, err)
	_, err = r.Check(t.Context())
	keep(t, err)
	rows, err := r.Rows(t.Context(), importer.Query{Limit: 1})
	keep(t, err)
	name := filepath.Base(r.Dir)
	if shown := a.command("", "runs", "show", name); strings.Contains(shown.out, "edit") {
		t.Errorf("before an edit: %s", shown.out)
	}
	_, err = r.Correct(t.Context(), importer.Correction{Row: rows[0].Number, Column: "B", Before: rows[0].Cells[1], Text: "Ada"})
	keep(t, err, r.Journal.Close())
	a.command("", "runs", "show", name).must(t, exitDone, "1 edit")
}
