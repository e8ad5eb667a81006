package sheet_test

import (
	"os"
	"path/filepath"
	"testing"

	"zohobulk/importer/sheet"
)

func TestATextAsAFormula(t *testing.T) {
	for cell, want := range map[string]string{
		`="01097"`:          "01097",
		`"=""01097"""`:      "01097",
		`="x""y"`:           `x"y`,
		`"=""x""""y"""`:     `x"y`,
		`=""`:               "",
		`"=""a""&""b"""`:    `="a"&"b"`, // two texts, joined: nobody knows what a formula comes to
		`=1+1`:              "=1+1",
		`"=A1"`:             "=A1",
		`"=CONCAT(""a"")"`:  `=CONCAT("a")`,
		`="a` + "\n" + `b"`: "a\nb",
	} {
		t.Run(cell, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "staff.csv")
			if err := os.WriteFile(path, []byte("Email,Postcode,City\na@example.com,"+cell+",Kiel\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := sheet.Open(path, sheet.Options{Name: "staff.csv"})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for row, err := range s.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				if got := row.Cells[1].Text; got != want || row.Cells[2].Text != "Kiel" {
					t.Errorf("read as %q and %q, want %q and Kiel", got, row.Cells[2].Text, want)
				}
				if noted := len(row.Problems) == 1 && row.Problems[0].Code == sheet.CodeTextFormula; noted != (cell[:2] == `="` || want == "01097" || want == `x"y`) {
					t.Errorf("noted: %+v", row.Problems)
				}
			}
		})
	}
}

func TestABlankBeforeAQuoteIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(path, []byte("Email, City\na@example.com, \"Bonn, am Rhein\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := sheet.Open(path, sheet.Options{Name: "staff.csv"})
	if err == nil || err.Error() != "staff.csv line 2, column 16 (row 2): a blank stands before the quote that opens a cell" {
		t.Errorf("got %v", err)
	}
}
