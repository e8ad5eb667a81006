package report

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// The copy of its input that a run keeps.
const (
	inputWorkbook = "input.xlsx"
	formatXLSX    = "xlsx"
)

// writeMarked writes a run's marked.xlsx, or removes one that the run should not have.
func writeMarked(ctx context.Context, dir string, j Source, o Options, s Summary, d *digest) error {
	m := j.Meta()
	out := filepath.Join(dir, MarkedFile)
	if !o.wantsMarked(m) {
		if err := os.Remove(out); err != nil && !errors.Is(err, os.ErrNotExist) {
			return notWritten(out, err)
		}
		return nil
	}
	mo := MarkOptions{
		Worksheet: m.Worksheet, HeaderRow: m.HeaderRow, Password: o.Password,
		Sheet: d.about, Summary: runSummary(s, d.about, d.reasons.sorted()), Modified: m.StartedAt,
	}
	var err error
	if hasWorkbook(m) {
		err = Mark(ctx, filepath.Join(dir, inputWorkbook), out, mo, runMarks(j))
	} else {
		err = markFresh(ctx, out, journalTable(j), mo, runMarks(j))
	}
	var refused *problem.Refusal
	if errors.As(err, &refused) && refused.Code == CodeNotMarked {
		_ = os.Remove(out) // an earlier one shows another state of the run
	}
	return err
}

func (o Options) wantsMarked(m journal.Meta) bool {
	switch o.Marked {
	case MarkAlways:
		return !hasWorkbook(m) || !m.Encrypted || o.Password != ""
	case MarkNever:
		return false
	}
	return hasWorkbook(m) && !m.Encrypted
}

// hasWorkbook reports whether the run's sheet is a workbook. An undo has no sheet: Of names the run its rows came from.
func hasWorkbook(m journal.Meta) bool { return m.Format == formatXLSX && m.Of == "" }

// runMarks says what became of each row of a run.
func runMarks(j Source) iter.Seq2[RowMark, error] {
	m := j.Meta()
	return func(yield func(RowMark, error) bool) {
		for r, err := range rows(j) {
			if !yield(runMark(r, m), err) || err != nil {
				return
			}
		}
	}
}

// runMark gives a row its problems, and, where the service or the directory refused it, that as a problem of the cell
// that is to blame.
func runMark(r row, m journal.Meta) RowMark {
	mark := RowMark{Row: r.Number, Status: string(r.Status), Origin: r.Origin}
	for _, p := range r.problems {
		mark.Problems = append(mark.Problems, p.Problem)
	}
	if r.Message == "" || slices.ContainsFunc(mark.Problems, func(p problem.Problem) bool { return p.Message == r.Message }) {
		return mark
	}
	i := slices.IndexFunc(m.Columns, func(c journal.Column) bool { return c.Field == r.Field && r.Field != "" })
	if r.Status == journal.NotSent || i < 0 {
		mark.Reason = r.Message
		return mark
	}
	mark.Problems = append(mark.Problems, problem.Problem{
		Severity: problem.Error, Row: r.Number, Cell: fmt.Sprintf("%s%d", m.Columns[i].Column, r.Number), Column: m.Columns[i].Column,
		Header: m.Columns[i].Header, Field: r.Field, Code: r.Code, Message: r.Message, Hint: advice(r, r.Code),
	})
	return mark
}
