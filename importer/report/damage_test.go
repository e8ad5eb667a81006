package report

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

func TestDamage(t *testing.T) {
	for _, test := range []struct{ was, is, want string }{
		{"+493012345678", "493012345678", "it lost its plus"},
		{"+49 30 12345678", "493012345678", "it lost its plus"},
		{"01067", "1067", "it lost its leading zeros"},
		{"2560636000000008002", "2560636000000000000", "its last digits became zeros"},
		{"2560636000000008002", "2.56064E+18", "it was rounded, as a number"},
		{"2560636000000008002", "2,56E+18", "it was rounded, as a number"},
		{"+493012345678", "4.93012E+11", "it was rounded, as a number"},
		{"10001", "10001.0", "it became a decimal number"},
		{"12E3", "12000", "it was taken for a number with an exponent"},
		{"1-2", "2026-02-01", "it was taken for a date"},
		{"3/4", "04. Mrz", "it was taken for a date"},
		{"MAR1", "01-Mar", "it was taken for a date"},
		{"=SUM(A1)", "#NAME?", "it was taken for a formula"},
		{"-Anna", "Err:508", "it was taken for a formula"},
		{"true", "TRUE", "it was taken for true or false"},
		{"TRUE", "1", "it was taken for true or false"},
		{"false", "0", "it was taken for true or false"},
		{"Jürgen", "JÃ¼rgen", "its letters were saved in another encoding"},
		{"愛子", "??", "its letters were saved in another encoding"},
		{"=1", "'=1", "it has an apostrophe too many"},

		// What people do.
		{"Untied States", "United States", ""},
		{"+493012345678", "+493012345679", ""},
		{"01067", "01069", ""},
		{"01067", "1", ""},
		{"2560636000000008002", "2560636000000008003", ""},
		{"2560636000000008002", "2.57E+18", ""}, // damaged too, but not from this: the reader refuses it
		{"Jürgen", "Jürgen ", ""},
		{"Jürgen", "Juergen", ""},
		{"Anna", "", ""},
		{"", "Anna", ""},
		{"12345", "#5", ""},
		{"What?", "Who??", ""},
		{"+49 30 123", "+49 (30) 123", ""},
	} {
		if got := damage(test.was, test.is); got != test.want {
			t.Errorf("%q became %q: %q, want %q", test.was, test.is, got, test.want)
		}
	}
}

// TestCompare feeds back a failed.csv in which some cells were corrected and others damaged.
func TestCompare(t *testing.T) {
	j := mixed()
	j.rows[3].Cells[3] = "+971500000000"
	path := filepath.Join(t.TempDir(), "failed fixed.csv")
	text := "\"E-Mail\",Vorname,Land,Handy,Bemerkung,_row,_status,_origin\n" +
		"sent@example.com,Sent,USA,,,6,failed,staff.csv row 6\n" + // corrected, and sorted
		"zoe@example.com,\"Zo? \"\"Z\"\"\",United States,12,,4,invalid,staff.csv row 4\n" +
		"fatima@example.com,فاطمة,AE,971500000000,,5,failed,staff.csv row 5\n" +
		"late@example.com,Late,US,,,7,not_sent,other.csv row 7\n" + // another sheet's
		"new@example.com,New,US,,,,,\n"
	check(t, os.WriteFile(path, []byte(text), 0o600))
	s, err := sheet.Open(path, sheet.Options{Known: columns})
	check(t, err)
	defer s.Close()
	if fit, err := Fit(j, s); err != nil || fit == 0 {
		t.Errorf("the run is not known again: %v, %v", fit, err)
	}
	var got []problem.Problem
	for p, err := range Compare(context.Background(), j, s) {
		check(t, err)
		got = append(got, p)
	}
	hint := `put it back; LibreOffice keeps it if "quoted field as text" is on, and in Excel correct marked.xlsx instead; if you mean the new value, delete the column _origin`
	want := []problem.Problem{
		{Severity: problem.Error, Row: 3, Line: 3, Cell: "B3", Column: "B", Header: "Vorname", Field: "firstName", Value: `Zo? "Z"`, Code: CodeDamaged, Hint: hint,
			Message: `was "Zoë "Z"" in run 20261121-153012.417-7f3a: its letters were saved in another encoding on its way through a spreadsheet program`},
		{Severity: problem.Error, Row: 4, Line: 4, Cell: "D4", Column: "D", Header: "Handy", Field: "mobileNumber", Value: "971500000000", Code: CodeDamaged, Hint: hint,
			Message: `was "+971500000000" in run 20261121-153012.417-7f3a: it lost its plus on its way through a spreadsheet program`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestCompareKnowsForeignSheets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staff.csv")
	check(t, os.WriteFile(path, []byte("E-Mail,Vorname,_row,_origin\na@example.com,A,2,else.csv row 2\nb@example.com,B,3,else.csv row 3\n"), 0o600))
	s, err := sheet.Open(path, sheet.Options{Known: columns})
	check(t, err)
	defer s.Close()
	if fit, err := Fit(mixed(), s); err != nil || fit != 0 {
		t.Errorf("another run's report is taken for this one's: %v, %v", fit, err)
	}
	for p := range Compare(context.Background(), mixed(), s) {
		t.Errorf("problem in a row that came from elsewhere: %v", p)
	}
}
