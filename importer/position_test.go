package importer_test

import (
	"testing"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

func TestPositionOfARow(t *testing.T) {
	r := received(t, workspace(t), mistakes(".csv"))
	errors := importer.Query{Show: importer.ShowErrors}
	for _, c := range []struct {
		query  importer.Query
		number int
		want   importer.Position
	}{
		{importer.Query{}, 2, importer.Position{Before: 0, Shown: true}},
		{importer.Query{}, 50, importer.Position{Before: 48, Shown: true}},
		{errors, 3, importer.Position{Before: 0, Shown: true}},
		{errors, 2, importer.Position{Before: 0}},
		{errors, 12, importer.Position{Before: 3, Shown: true}}, // after 3, 10 and 11
	} {
		got, err := r.Position(t.Context(), c.query, c.number)
		ok(t, err)
		if got != c.want {
			t.Errorf("row %d of %+v: %+v, want %+v", c.number, c.query, got, c.want)
		}
	}
	if _, err := r.Position(t.Context(), errors, 999); err == nil {
		t.Error("row 999 was found")
	}
}

func TestNextProblem(t *testing.T) {
	r := received(t, workspace(t), mistakes(".csv"))
	all := importer.Query{}
	next := func(q importer.Query, row int, column string, back bool) string {
		p, found, err := r.NextProblem(t.Context(), q, row, column, back)
		ok(t, err)
		if !found {
			return "none"
		}
		return p.Cell
	}
	var seen []string
	at := problem.Problem{Row: 2}
	for range 4 {
		p, found, err := r.NextProblem(t.Context(), all, at.Row, at.Column, false)
		ok(t, err)
		if !found {
			break
		}
		at = p
		seen = append(seen, p.Cell)
	}
	if got, want := len(seen), 4; got != want || seen[0] != "M3" || seen[1] != "M10" && seen[1] != "N10" {
		t.Errorf("on from row 2: %v", seen)
	}
	if got := next(all, 12, "K", true); got != "H11" {
		t.Errorf("before K12: %s", got)
	}
	errors := importer.Query{Show: importer.ShowErrors}
	if got := next(errors, 12, "K", false); got != "H14" { // B13 and D13 are warnings
		t.Errorf("after K12 among the errors: %s", got)
	}
	if got := next(importer.Query{Show: importer.ShowErrors, Find: "boston"}, 12, "K", false); got != "K49" {
		t.Errorf("after K12 in the rows of Boston: %s", got)
	}
	if got := next(errors, 3, "M", true); got != "none" {
		t.Errorf("before the first: %s", got)
	}
}

func TestRowsThatAreCorrectedStayInView(t *testing.T) {
	r := received(t, workspace(t), mistakes(".csv"))
	since, err := r.NextEdit(t.Context())
	ok(t, err)
	if since != 1 {
		t.Fatalf("edit %d comes next in a sheet that nobody corrected", since)
	}
	_, err = r.Correct(t.Context(), importer.Correction{Row: 12, Column: "K", Before: "1097", Text: "01097"})
	ok(t, err)
	since, err = r.NextEdit(t.Context())
	ok(t, err)
	_, err = r.Correct(t.Context(), importer.Correction{Row: 49, Column: "K", Before: "2108", Text: "02108"})
	ok(t, err)
	shown := func(q importer.Query) int {
		n, err := r.CountRows(t.Context(), q)
		ok(t, err)
		rows, err := r.Rows(t.Context(), q)
		ok(t, err)
		if len(rows) != n {
			t.Errorf("%+v: %d rows, and %d counted", q, len(rows), n)
		}
		return n
	}
	bare := shown(importer.Query{Show: importer.ShowErrors})
	if got := shown(importer.Query{Show: importer.ShowErrors, Since: since}); got != bare+1 {
		t.Errorf("%d rows with errors, and %d with row 49", bare, got)
	}
	kind := importer.Kind{Severity: problem.Error, Code: "postcode-short", Column: "K"}
	if got := shown(importer.Query{Kind: &kind, Since: since}); got != 1 {
		t.Errorf("%d rows of a kind that is gone, with row 49", got)
	}
	if got := shown(importer.Query{Kind: &kind, Since: since, After: 48}); got != 0 {
		t.Errorf("%d rows after row 49", got)
	}
}
