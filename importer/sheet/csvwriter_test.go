package sheet_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"zohobulk/importer/sheet"
)

// FuzzCSVWriter reads back what the writer wrote of any bytes.
func FuzzCSVWriter(f *testing.F) {
	f.Add("Bonn", "O'Brien", false)
	f.Add("bad\xff", "nul\x00", true)
	f.Add("a\n,,,b", "\r\n,,,\"", false)
	f.Add("\ufeff", "'='@", false)
	f.Add(`="01097"`, `'="01097"`, false)
	f.Add(" \"x\"", "sep=;\n", true)
	path := filepath.Join(f.TempDir(), "a.csv")
	f.Fuzz(func(t *testing.T, first, second string, plain bool) {
		var b bytes.Buffer
		w := sheet.CreateCSV(&b, sheet.CSVOptions{NoBOM: plain})
		for _, row := range [][]string{{"email", "City", "_row"}, {first, second, "2"}} {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := sheet.Open(path, sheet.Options{HeaderRow: 1, Delimiter: ','})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		rows := 0
		for row, err := range s.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			rows++
			for i, want := range []string{first, second, "2"} {
				if got := row.Cells[i].Text; got != want && utf8.ValidString(want) && !strings.Contains(want, "\x00") {
					t.Fatalf("cell %d is %q, want %q", i, got, want)
				}
			}
		}
		if rows != 1 {
			t.Fatalf("%d rows", rows)
		}
	})
}

// TestNameThatIsNoText opens a file whose name is not UTF-8.
func TestNameThatIsNoText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad\xff.csv")
	if err := os.WriteFile(path, []byte("email\na@example.com\n"), 0o600); err != nil {
		t.Skip("this file system takes no such names: ", err)
	}
	s, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.Info().Name; got != "bad\ufffd.csv" {
		t.Errorf("it is called %q", got)
	}
}
