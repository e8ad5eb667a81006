package importer

import (
	"cmp"
	"context"
	"slices"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// Position is where a row stands among the rows that a query means.
type Position struct {
	Before int  // how many of them come before it
	Shown  bool // it is one of them
}

// Position finds a row among those that a query means, by its number as Excel shows it.
func (r *Run) Position(ctx context.Context, q Query, number int) (p Position, err error) {
	err = r.reading(func(j *journal.Journal) error {
		rows, err := j.RowsNumbered(ctx, []int{number})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return noSuchRow(number)
		}
		p, err = positionOf(ctx, j, q, rows[0].Seq)
		return err
	})
	return p, err
}

func noSuchRow(number int) error {
	return problem.Refuse("no-such-row", "rows are numbered as Excel shows them", "the sheet has no row %d", number)
}

func positionOf(ctx context.Context, j *journal.Journal, q Query, seq int) (Position, error) {
	if q.everything() {
		return Position{Before: seq - 1, Shown: true}, nil
	}
	q.After, q.From, q.Limit = 0, 0, 0
	all, err := j.Count(ctx, q.query())
	if err != nil {
		return Position{}, err
	}
	q.After = seq - 1
	rest, err := j.Count(ctx, q.query())
	if err != nil {
		return Position{}, err
	}
	shown, err := means(ctx, j, q, seq)
	return Position{Before: all - rest, Shown: shown}, err
}

// means reports whether a query means a row.
func means(ctx context.Context, j *journal.Journal, q Query, seq int) (bool, error) {
	q.After, q.From, q.Limit = seq-1, 0, 1
	for row, err := range j.Find(ctx, q.query()) {
		return row.Seq == seq, err
	}
	return false, nil
}

// RowsNumbered reads rows by their numbers as Excel shows them, in the order of the sheet. A number that no row has is refused.
func (r *Run) RowsNumbered(ctx context.Context, numbers ...int) (rows []Row, err error) {
	err = r.reading(func(j *journal.Journal) error {
		found, err := j.RowsNumbered(ctx, numbers)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			if !slices.ContainsFunc(found, func(row journal.Row) bool { return row.Number == n }) {
				return noSuchRow(n)
			}
		}
		slices.SortFunc(found, func(a, b journal.Row) int { return cmp.Compare(a.Seq, b.Seq) })
		rows, err = withProblems(ctx, j, found)
		return err
	})
	return rows, err
}

// NextEdit grows with every correction. A Query with it in Since means the rows that are corrected from now on, too.
func (r *Run) NextEdit(ctx context.Context) (id int, err error) {
	err = r.reading(func(j *journal.Journal) error { id, err = j.NextEdit(ctx); return err })
	return id, err
}

// NextProblem finds the error or warning that follows a cell, or with back the one before it, in the rows that a query means. It goes by
// row and then by column; what is said of a row as a whole comes before its cells. Without one the answer is false.
func (r *Run) NextProblem(ctx context.Context, q Query, number int, column string, back bool) (p problem.Problem, found bool, err error) {
	err = r.reading(func(j *journal.Journal) error {
		rows, err := j.RowsNumbered(ctx, []int{number})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return noSuchRow(number)
		}
		at := spot{rows[0].Seq, columnPlace(column)}
		for {
			next, ok, err := nearest(ctx, j, q, at, back)
			if err != nil || !ok {
				return err
			}
			at = spotOf(next)
			if shown, err := means(ctx, j, q, next.Seq); err != nil || shown {
				p, found = next.Problem, shown
				return err
			}
		}
	})
	return p, found, err
}

// spot is a place in the sheet.
type spot struct{ seq, column int }

func spotOf(p journal.RowProblem) spot { return spot{p.Seq, columnPlace(p.Column)} }

func (s spot) compare(t spot) int {
	return cmp.Or(cmp.Compare(s.seq, t.seq), cmp.Compare(s.column, t.column))
}

// columnPlace is a column's place from 1; that of a row as a whole is 0.
func columnPlace(letter string) int {
	index, ok := problem.ColumnIndex(letter)
	if !ok {
		return 0
	}
	return index + 1
}

// nearest is the error or warning next to a spot, of the kinds that a query can mean.
func nearest(ctx context.Context, j *journal.Journal, q Query, at spot, back bool) (best journal.RowProblem, found bool, err error) {
	for _, severity := range gravities(q) {
		of := journal.Query{Severity: &severity}
		if q.Kind != nil {
			of.Code, of.Column = q.Kind.Code, &q.Kind.Column
		}
		look, sign := after, 1
		if back {
			look, sign = before, -1
		}
		p, ok, err := look(ctx, j, of, at)
		if err != nil {
			return best, false, err
		}
		if ok && (!found || sign*spotOf(p).compare(spotOf(best)) < 0) {
			best, found = p, true
		}
	}
	return best, found, nil
}

// after is the first problem after a spot. Those of a row come in the order in which they were said.
func after(ctx context.Context, j *journal.Journal, of journal.Query, at spot) (best journal.RowProblem, found bool, err error) {
	of.After = max(at.seq-1, 0)
	for p, err := range j.FindProblems(ctx, of) {
		switch {
		case err != nil:
			return best, false, err
		case found && p.Seq > best.Seq:
			return best, true, nil
		case spotOf(p).compare(at) > 0 && (!found || spotOf(p).compare(spotOf(best)) < 0):
			best, found = p, true
		}
	}
	return best, found, nil
}

// before is the last problem before a spot in a row; what is said of the sheet as a whole has none.
func before(ctx context.Context, j *journal.Journal, of journal.Query, at spot) (best journal.RowProblem, found bool, err error) {
	for p, err := range j.FindProblems(ctx, of) {
		switch {
		case err != nil:
			return best, false, err
		case p.Seq > at.seq:
			return best, found, nil
		case p.Seq > 0 && spotOf(p).compare(at) < 0 && (!found || spotOf(p).compare(spotOf(best)) > 0):
			best, found = p, true
		}
	}
	return best, found, nil
}

// gravities are the severities that somebody looks for who looks at the rows of a query.
func gravities(q Query) []problem.Severity {
	switch {
	case q.Kind != nil:
		return []problem.Severity{q.Kind.Severity}
	case q.Show == ShowErrors:
		return []problem.Severity{problem.Error}
	case q.Show == ShowWarnings:
		return []problem.Severity{problem.Warning}
	}
	return []problem.Severity{problem.Error, problem.Warning}
}
