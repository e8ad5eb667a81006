package importer_test

import (
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

func TestMarkedSheetHoldsTheCorrections(t *testing.T) {
	for _, ending := range []string{".csv", ".xlsx"} {
		r := received(t, workspace(t), mistakes(ending))
		short, err := r.Problems(t.Context(), importer.Query{Kind: &importer.Kind{Severity: problem.Error, Code: "postcode-short", Column: "K"}})
		ok(t, err)
		if len(short) != 2 {
			t.Fatalf("%s: short postcodes: %+v", ending, short)
		}
		mended, other := short[0], short[1].Cell
		_, err = r.Correct(t.Context(), importer.Correction{Row: mended.Row, Column: "K", Before: mended.Value, Text: mended.Proposal})
		ok(t, err)
		out := filepath.Join(t.TempDir(), "marked.xlsx")
		ok(t, r.WriteMarked(t.Context(), out, false))
		f, err := excelize.OpenFile(out)
		ok(t, err)
		defer f.Close()
		name := f.GetSheetName(0)
		if text, err := f.GetCellValue(name, mended.Cell); err != nil || text != mended.Proposal {
			t.Errorf("%s: %s is %q, %v", ending, mended.Cell, text, err)
		}
		comments, err := f.GetComments(name)
		ok(t, err)
		cells := map[string]bool{}
		for _, c := range comments {
			cells[c.Cell] = true
		}
		if cells[mended.Cell] || !cells[other] {
			t.Errorf("%s: notes at %v", ending, cells)
		}
		left, err := filepath.Glob(filepath.Join(r.Dir, "corrected-*"))
		ok(t, err)
		if len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
