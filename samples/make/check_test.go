package main

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// found collects the codes of a sheet's errors and warnings.
type found struct{ errors, warnings []string }

func (f *found) Row(r *check.Row) error {
	for _, p := range r.Problems {
		f.add(p)
	}
	return nil
}

func (f *found) Late(_ int, p problem.Problem) error {
	f.add(p)
	return nil
}

func (f *found) add(p problem.Problem) {
	list := &f.errors
	switch p.Severity {
	case problem.Warning:
		list = &f.warnings
	case problem.Note:
		return
	}
	if !slices.Contains(*list, p.Code) {
		*list = append(*list, p.Code)
	}
}

func checked(t *testing.T, name string, s sheet.Options, o check.Options) (*found, check.Result) {
	t.Helper()
	s.Known = field.Known
	in, err := sheet.Open(filepath.Join("..", name), s)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f := &found{}
	r, err := check.Sheet(t.Context(), in, o, f)
	if err != nil {
		t.Fatal(err)
	}
	return f, r
}

// TestCleanSamplesAreClean: not even a warning.
func TestCleanSamplesAreClean(t *testing.T) {
	for name, x := range map[string]struct {
		sheet sheet.Options
		check check.Options
		rows  int
	}{
		"staff.csv":           {rows: 48},
		"staff.xlsx":          {rows: 48},
		"staff-ids.csv":       {rows: 8, check: check.Options{BothIDs: true, AddressWhole: true}},
		"new-addresses.csv":   {rows: 5},
		"staff-semicolon.csv": {rows: 8, sheet: sheet.Options{Encoding: "windows-1252"}},
	} {
		f, r := checked(t, name, x.sheet, x.check)
		if r.Rows != x.rows || r.Valid != x.rows || len(f.errors)+len(f.warnings) > 0 {
			t.Errorf("%s: %d rows, %d valid, %+v", name, r.Rows, r.Valid, f)
		}
	}
	var refused *problem.Refusal
	if _, err := sheet.Open("../staff-semicolon.csv", sheet.Options{Known: field.Known}); !errors.As(err, &refused) {
		t.Errorf("the encoding of staff-semicolon.csv must be asked for: %v", err)
	}
}

// TestMistakesAreFound: each mistake that can be seen without the service is.
func TestMistakesAreFound(t *testing.T) {
	both := []string{"bad-email", "bad-phone", "date-damaged", "duplicate-user", "error-value", "id-damaged", "no-user", "postcode-short",
		"two-values", "unknown-country", "unknown-gender"}
	for name, more := range map[string][]string{
		"staff-mistakes.csv":  {"number-damaged"},
		"staff-mistakes.xlsx": {"formula-of-other-row", "logical-value"},
	} {
		f, r := checked(t, name, sheet.Options{}, check.Options{})
		want := append(slices.Clone(both), more...)
		slices.Sort(want)
		slices.Sort(f.errors)
		if diff := cmp.Diff(want, f.errors); diff != "" || r.Rows != 49 || !slices.Contains(f.warnings, "mojibake") {
			t.Errorf("%s: %d rows, warnings %v, errors (-want +got):\n%s", name, r.Rows, f.warnings, diff)
		}
	}
}
