package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/window"
)

// known are the column names that the tests' readers know.
func known(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "email", "e-mail", "first name", "last name", "vorname", "nachname", "city", "phone", "mobile", "country":
		return true
	}
	return false
}

// write writes a file for a test.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// texts reads a sheet as texts, filled up to the width of the header.
func texts(path string, o Options) (rows [][]string, err error) {
	s, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	width := len(s.Header())
	take := func(cells []Cell) {
		row := make([]string, max(width, len(cells)))
		for i, c := range cells {
			row[i] = c.Text
		}
		rows = append(rows, row)
	}
	take(s.Header())
	for row, err := range s.Rows() {
		if err != nil {
			return rows, err
		}
		take(row.Cells)
	}
	return rows, nil
}

// code is a refusal's code, "" for no error.
func code(err error) string {
	var r *problem.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// refuses checks that opening or reading a file ends in a refusal.
func refuses(t *testing.T, path string, o Options, want string) {
	t.Helper()
	_, err := texts(path, o)
	if got := code(err); got != want {
		t.Errorf("%s: %q (%v), want %q", filepath.Base(path), got, err, want)
	}
}

func TestOptionsOverrule(t *testing.T) {
	const text = "some,title\nemail;City,Town\na@example.com;Bonn,Bonn\n"
	tests := []struct {
		name string
		o    Options
		want Info
	}{
		{"nothing", Options{}, Info{Delimiter: ";", HeaderRow: 2}},
		{"delimiter", Options{Delimiter: ','}, Info{Delimiter: ",", HeaderRow: 1}},
		{"header row", Options{HeaderRow: 3}, Info{Delimiter: ",", HeaderRow: 3}},
		{"name", Options{Name: "standard input"}, Info{Name: "standard input", Delimiter: ";", HeaderRow: 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.o.Known = known
			s, err := Open(write(t, "staff.csv", text), test.o)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			want := test.want
			want.Format, want.Encoding = "csv", "utf-8"
			if want.Name == "" {
				want.Name = "staff.csv"
			}
			if diff := cmp.Diff(want, s.Info()); diff != "" {
				t.Error(diff)
			}
		})
	}
	refuses(t, write(t, "staff.csv", text), Options{HeaderRow: 9}, "no-header")
	refuses(t, write(t, "staff.csv", text), Options{Delimiter: 'a'}, "wrong-delimiter")
}

func TestRefusedPaths(t *testing.T) {
	refuses(t, filepath.Join(t.TempDir(), "none.csv"), Options{}, "no-such-file")
	refuses(t, t.TempDir(), Options{}, "not-a-sheet")
	refuses(t, write(t, "a.csv", ""), Options{}, "empty-file")
}

func TestParseDelimiter(t *testing.T) {
	for text, want := range map[string]rune{",": ',', ";": ';', "tab": '\t', `\t`: '\t', "\t": '\t', "pipe": '|', "Comma": ',', "^": '^'} {
		if got, err := ParseDelimiter(text); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", `"`, "\n", ";;", "é", "\x00"} {
		if got, err := ParseDelimiter(text); err == nil {
			t.Errorf("%q: %q, want an error", text, got)
		}
	}
}

func TestAddress(t *testing.T) {
	row := Row{Number: 14, Line: 57}
	for want, info := range map[string]Info{
		"staff.csv D14 (line 57)":       {Name: "staff.csv", Format: "csv"},
		"staff.xlsx Sheet1!D14":         {Name: "staff.xlsx", Format: "xlsx", Worksheet: "Sheet1"},
		"staff.xlsx 'Q3 staff'!D14":     {Name: "staff.xlsx", Format: "xlsx", Worksheet: "Q3 staff"},
		"staff.xlsx 'Anna''s list'!D14": {Name: "staff.xlsx", Format: "xlsx", Worksheet: "Anna's list"},
		"staff.xlsx '2026'!D14":         {Name: "staff.xlsx", Format: "xlsx", Worksheet: "2026"},
		"staff.xlsx Übersicht_2026!D14": {Name: "staff.xlsx", Format: "xlsx", Worksheet: "Übersicht_2026"},
	} {
		if got := info.Address(3, row); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestEveryOffset moves each kind of trouble over the border of the window, a byte at a time.
func TestEveryOffset(t *testing.T) {
	tail := "\r\nb@example.com,\"x\r\ny\"\"z\"\r\r\nc@example.com,Ü😀\rd@example.com,end"
	want := [][]string{{"b@example.com", "x\r\ny\"z"}, {"c@example.com", "Ü😀"}, {"d@example.com", "end"}}
	for shift := range 80 {
		pad := strings.Repeat("p", window.Size-shift-len("email,City\na@example.com,"))
		got, err := texts(write(t, "a.csv", "email,City\na@example.com,"+pad+tail), Options{Known: known})
		if err != nil {
			t.Fatalf("shift %d: %v", shift, err)
		}
		if diff := cmp.Diff(want, got[2:]); diff != "" || got[1][1] != pad {
			t.Fatalf("shift %d: %s", shift, diff)
		}
	}
}

func TestLongRecords(t *testing.T) {
	long := strings.Repeat("ä", 200_000)
	got, err := texts(write(t, "a.csv", "email,City\na@example.com,\""+long+"\"\nb@example.com,Bonn\n"), Options{Known: known})
	if err != nil || got[1][1] != long || got[2][1] != "Bonn" {
		t.Errorf("%d rows, %v", len(got), err)
	}
	endless := "email,City\n\"a@example.com,x\n" + strings.Repeat("b@example.com,Bonn\n", 200_000)
	refuses(t, write(t, "a.csv", endless), Options{Known: known}, "csv-quote")
	refuses(t, write(t, "a.csv", "email\n"+strings.Repeat(",", 20_000)+"x\n"), Options{Known: known, Delimiter: ','}, "too-large")
}

// TestTroubleFarDown has the trouble behind what is looked at when the file is opened.
func TestTroubleFarDown(t *testing.T) {
	many := "email,City\n" + strings.Repeat("a@example.com,Bonn\n", 20_000)
	for tail, want := range map[string]string{
		"b@example.com,M\xfcnchen\n":                              "needs-encoding",
		"b@example.com,München\nc@example.com,M\xfcnchen\n":       "mixed-encodings",
		"b@example.com,\x00\n":                                    "nul-byte",
		"b@example.com,\"x\n":                                     "csv-quote",
		"b@example.com,\"x\nc@example.com,y\nd@example.com,z\"\n": "swallowed-rows",
	} {
		_, err := texts(write(t, "a.csv", many+tail), Options{Known: known})
		if got := code(err); got != want {
			t.Errorf("%q: %v, want %s", tail, err, want)
		}
		if err != nil && !strings.Contains(err.Error(), "line 2000") {
			t.Errorf("%q: %v names no line", tail, err)
		}
	}
}

// TestReadingAgainAndStopping breaks off here and there. A goroutine that stayed would fail the bubble.
func TestReadingAgainAndStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(write(t, "a.csv", "email\n"+strings.Repeat("a@example.com\n", 100_000)), Options{Known: known})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for stop := range 5 {
			seen := 0
			for _, err := range s.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				if seen++; stop < 4 && seen > stop*700 {
					break
				}
			}
			if stop == 4 && seen != 100_000 {
				t.Errorf("%d rows, want all", seen)
			}
		}
	})
}

// TestTwoReadingsAtOnce reads a sheet twice, hand over hand.
func TestTwoReadingsAtOnce(t *testing.T) {
	s, err := Open(write(t, "a.csv", "email\n"+strings.Repeat("a@example.com\n", 5000)), Options{Known: known})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	next, stop := iter.Pull2(s.Rows())
	defer stop()
	for row, err := range s.Rows() {
		other, wrong, ok := next()
		if err != nil || wrong != nil || !ok || row.Number != other.Number || row.Cells[0] != other.Cells[0] {
			t.Fatal(row, other, err, wrong, ok)
		}
	}
}

// cellText draws texts that are hard on a CSV.
func cellText() *rapid.Generator[string] {
	return rapid.StringOf(rapid.RuneFrom([]rune("aß😀 '\"=+-@\t\r\n,;|_x0Dé1.(")))
}

// TestWrittenCSVIsReadBack writes any cells and reads them back, whatever they begin with.
func TestWrittenCSVIsReadBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		want := [][]string{{"email", "City", "Phone", "_row"}}
		for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
			cells := rapid.SliceOfN(cellText(), 3, 3).Draw(t, "cells")
			want = append(want, append(cells, fmt.Sprint(i+2)))
		}
		var b bytes.Buffer
		w := CreateCSV(&b, CSVOptions{NoBOM: rapid.Bool().Draw(t, "noBOM")})
		for _, row := range want {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "a.csv")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := texts(path, Options{Known: known})
		if code(err) == "swallowed-rows" {
			return // a cell that looks like swallowed rows is refused by design
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestApostrophes(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "+x": "'+x", "-x": "'-x", "-1+cmd": "'-1+cmd", "-": "'-", "+": "'+",
		"'=1": "''=1", "''=1": "'''=1", "+1-555-0100": "+1-555-0100", "+49 (30) 123/4": "+49 (30) 123/4", "-5.5": "-5.5", "-1,5": "-1,5",
		"+2.56E+18": "+2.56E+18", "'x": "'x", "'": "'", "": "", "x=1": "x=1", "'+1 555": "'+1 555", "-1e5": "-1e5", "+1e+-5": "'+1e+-5",
	} {
		if got := neutral(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := cellText().Draw(t, "text")
		if got := bare(neutral(text)); got != text {
			t.Fatalf("%q comes back as %q", text, got)
		}
	})
}

// standard reads a text with encoding/csv, without blank records, with all line ends in cells as LF.
func standard(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	var rows [][]string
	for {
		row, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			rows = append(rows, row)
		}
	}
}

// raw reads all rows of a CSV that aren't blank, with LF for CR LF in cells.
func raw(text string) ([][]string, error) {
	t := &csvTable{file: strings.NewReader(text), size: int64(len(text)), name: "a.csv", codec: unicodeCodec(utf8Name), delim: ','}
	read, err := first(t, 1, -1)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, row := range read {
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, strings.ReplaceAll(c.Text, "\r\n", "\n"))
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

// ordinary reports whether encoding/csv and this reader are meant to see the same in a text: CRs only before LFs, no
// byte-order marks and no sep= line.
func ordinary(text string) bool {
	rest := strings.ReplaceAll(text, "\r\n", "")
	_, sep := separator(text)
	return !strings.Contains(text, `="`) && !strings.ContainsAny(rest, "\r\x00") && !strings.Contains(text, "\ufeff") && sep == 0 && text == strings.ToValidUTF8(text, "?")
}

// TestAgreesWithStandardCSV holds the reader against encoding/csv.
func TestAgreesWithStandardCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agree(t, rapid.StringOf(rapid.RuneFrom([]rune("ab,\"\n \tü"))).Draw(t, "text"))
	})
}

func agree(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) {
	t.Helper()
	if !ordinary(text) {
		return
	}
	want, wrong := standard(text)
	got, err := raw(text)
	if (wrong == nil) != (err == nil) {
		t.Fatalf("%q: encoding/csv says %v, this reader %v", text, wrong, err)
	}
	if diff := cmp.Diff(want, got); diff != "" && wrong == nil {
		t.Fatalf("%q: %s", text, diff)
	}
}

// FuzzCSV reads anything, and holds what is ordinary against encoding/csv.
func FuzzCSV(f *testing.F) {
	samples, err := filepath.Glob("testdata/ugly/*.csv")
	if err != nil || len(samples) == 0 {
		f.Fatal("no samples", err)
	}
	for _, sample := range samples {
		text, err := os.ReadFile(sample)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "")
	}
	f.Add([]byte("email\n\xfc\n"), "windows-1252")
	f.Add([]byte("email\n\x82\xa0\n"), "shift_jis")
	f.Fuzz(func(t *testing.T, text []byte, encoding string) {
		agree(t, string(text))
		if len(text) == 0 {
			return
		}
		s, err := openContent(bytes.NewReader(text), int64(len(text)), content{format: formatCSV}, Options{Name: "a.csv", Encoding: encoding, Known: known})
		if err != nil {
			mustRefuse(t, err)
			return
		}
		last := s.Info().HeaderRow
		for row, err := range s.Rows() {
			if err != nil {
				mustRefuse(t, err)
				return
			}
			if row.Number <= last || blank(row.Cells) {
				t.Fatalf("row %d after row %d: %v", row.Number, last, row.Cells)
			}
			last = row.Number
		}
	})
}

// mustRefuse checks that an error is a refusal with a sentence.
func mustRefuse(t *testing.T, err error) {
	t.Helper()
	var r *problem.Refusal
	if !errors.As(err, &r) || r.Code == "" || r.Message == "" {
		t.Fatalf("not a refusal: %v", err)
	}
}
