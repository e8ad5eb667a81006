package check_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// sample opens one of the sheets that newcomers run.
func sample(t testing.TB, name string) *sheet.Sheet {
	t.Helper()
	s, err := sheet.Open(filepath.Join("../../samples", name), sheet.Options{Known: check.Options{}.Known})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sink keeps all that pass one finds.
type sink struct {
	rows []check.Row
	late []problem.Problem
}

func (s *sink) Row(r *check.Row) error {
	kept := *r
	kept.Cells, kept.Problems = slices.Clone(r.Cells), slices.Clone(r.Problems)
	s.rows = append(s.rows, kept)
	return nil
}

func (s *sink) Late(_ int, p problem.Problem) error {
	s.late = append(s.late, p)
	return nil
}

// pass is pass one over a source.
func pass(t testing.TB, source check.Source, o check.Options) (*sink, check.Result) {
	t.Helper()
	s := &sink{}
	result, err := check.Sheet(t.Context(), source, o, s)
	if err != nil {
		t.Fatal(err)
	}
	return s, result
}

func ofSheet(p problem.Problem) bool { return p.Scope == problem.OfSheet }

// A row by itself is judged as the whole sheet's pass judges it, whatever its cells are.
func TestCheckerJudgesAsThePass(t *testing.T) {
	for _, name := range []string{"staff.csv", "staff-mistakes.csv", "staff-mistakes.xlsx", "staff.xlsx"} {
		for _, o := range []check.Options{{}, {Strict: true, BlankClears: true, Map: map[string]string{"Department": ""}}} {
			found, result := pass(t, sample(t, name), o)
			checker, err := check.NewChecker(result.Mapping.Own(), o)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range found.rows {
				want.Problems = slices.DeleteFunc(want.Problems, ofSheet)
				want.Valid = !slices.ContainsFunc(want.Problems, func(p problem.Problem) bool { return p.Severity == problem.Error })
				got := check.Row{Seq: want.Seq, Number: want.Number, Line: want.Line, Origin: want.Origin, Cells: want.Cells, Kinds: want.Kinds, Problems: want.Problems}
				checker.Check(&got)
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s row %d (-pass +checker):\n%s", name, want.Number, diff)
				}
			}
		}
	}
}

func TestOverlay(t *testing.T) {
	s := sample(t, "staff-mistakes.xlsx")
	before, _ := pass(t, s, check.Options{})
	row := slices.IndexFunc(before.rows, func(r check.Row) bool { return r.Number == 11 }) // its state is a TRUE
	left := slices.IndexFunc(before.rows, func(r check.Row) bool { return r.Number == 12 })
	if !slices.ContainsFunc(before.rows[row].Problems, func(p problem.Problem) bool { return p.Cell == "L11" && p.Code == "logical-value" }) {
		t.Fatalf("L11 is sound: %+v", before.rows[row].Problems)
	}
	after, result := pass(t, check.NewOverlay(s, []check.Edit{
		{Seq: row + 1, Column: 11, Text: "TRUE!"}, {Seq: row + 1, Column: 11, Text: "Cairo"}, {Seq: left + 1, LeaveOut: true},
	}), check.Options{})
	if got := after.rows[row]; slices.ContainsFunc(got.Problems, func(p problem.Problem) bool { return p.Column == "L" && p.Severity == problem.Error }) {
		t.Errorf("the mended cell still has problems: %+v", got.Problems)
	}
	if got := after.rows[left]; !got.LeftOut || got.Valid || len(got.Problems) != 1 || got.Problems[0].Code != "left-out" {
		t.Errorf("the row left out is %+v", got)
	}
	if result.LeftOut != 1 || result.Rows != result.Valid+result.Invalid+result.LeftOut {
		t.Errorf("%d rows are %d valid, %d invalid and %d left out", result.Rows, result.Valid, result.Invalid, result.LeftOut)
	}
}

// What was said of a cell when it was read goes when the cell is typed again.
func TestOverlayOverWhatReadingSaid(t *testing.T) {
	s := openText(t, "Email,First name\na@example.com,FranÃ§ois\nb@example.com,FranÃ§ois\n")
	found, _ := pass(t, check.NewOverlay(s, []check.Edit{{Seq: 1, Column: 1, Text: "François"}}), check.Options{})
	if edited, other := found.rows[0].Problems, found.rows[1].Problems; len(edited) != 0 || len(other) != 1 || other[0].Code != "mojibake" {
		t.Errorf("of the edited cell %+v, of the other %+v", edited, other)
	}
}

// A row left out is no double of another.
func TestOverlayOverReading(t *testing.T) {
	s := openText(t, "Email,City\na@example.com,Bonn,over\na@example.com,Ulm\n")
	found, _ := pass(t, check.NewOverlay(s, []check.Edit{{Seq: 2, LeaveOut: true}}), check.Options{})
	for _, p := range append(found.late, found.rows[0].Problems...) {
		if p.Code == "duplicate-user" {
			t.Errorf("%+v", p)
		}
	}
	found, _ = pass(t, check.NewOverlay(s, []check.Edit{{Seq: 2, Column: 0, Text: "b@example.com"}}), check.Options{})
	if slices.ContainsFunc(found.late, func(p problem.Problem) bool { return p.Code == "duplicate-user" }) || !found.rows[1].Valid || found.rows[1].Cells[0] != "b@example.com" {
		t.Errorf("%+v, late %+v", found.rows[1], found.late)
	}
}

func BenchmarkChecker(b *testing.B) {
	found, result := pass(b, sample(b, "staff-mistakes.xlsx"), check.Options{})
	checker, err := check.NewChecker(result.Mapping.Own(), check.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		row := found.rows[i%len(found.rows)]
		checker.Check(&row)
	}
}

func ExampleTyped() {
	fmt.Printf("%q %q", check.Typed(" nd", 1), check.Typed("", 1))
	// Output: "  d" ""
}
