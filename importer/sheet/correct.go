package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// Edit is the corrected text of a cell.
type Edit struct {
	Row    int    // its number, as Excel shows it
	Column string // its letter
	Text   string // "" empties the cell
}

// CorrectOptions say how a corrected sheet is written.
type CorrectOptions struct {
	Format    string    // "xlsx" or "csv"; "" is the format of the sheet
	Decrypted bool      // an encrypted workbook may be written without its password; without this it is refused
	Folder    string    // for a temporary file where a CSV becomes a workbook; "" is the system's for temporary files
	Modified  time.Time // given to the parts of a workbook that are written; the zero time is the earliest there is
}

// Correct writes a copy of a sheet in which only the edited cells differ:
//
//   - A workbook as a workbook: the edited cells become text; styles, formulas elsewhere, other worksheets, notes and the
//     like stay. See ooxml.Correct for what goes where it would be wrong beside an edited cell.
//   - A CSV as a CSV: every record is copied as it stands, in the sheet's delimiter and encoding; where the encoding lacks a
//     character of an edit, as UTF-8 with a byte-order mark (Recoded tells).
//   - A CSV as a workbook: every cell is text. A workbook as a CSV: the worksheet as it was read, as the reports' CSVs are
//     written, with an apostrophe before what would become a formula there.
//
// In a CSV an edited text gets that apostrophe, too; what the sheet itself holds stays as it is. Edits come by row, and those of a
// row in any order; of two for one cell the later one counts. They are read more than once. Memory doesn't grow with the
// sheet, only by some bytes an edit. What can't be corrected is a *problem.Refusal, and what was written till then is of no use.
func Correct(ctx context.Context, w io.Writer, s *Sheet, edits iter.Seq2[Edit, error], o CorrectOptions) error {
	if s.info.Encrypted && !o.Decrypted {
		return problem.Refuse("encrypted", "agree to a copy without a password, or correct the workbook in Excel", "%s is protected by a password, and its corrected copy would not be", s.info.Name)
	}
	if o.Format == "" {
		o.Format = s.info.Format
	}
	c := &correction{ctx: ctx, sheet: s, edits: edits, options: o}
	switch {
	case o.Format == formatXLSX && s.info.Format == formatXLSX:
		return c.workbook(w)
	case o.Format == formatXLSX:
		return c.newWorkbook(w)
	case s.info.Format == formatCSV:
		return c.csv(w)
	}
	return c.newCSV(w)
}

// Recoded reports whether a corrected CSV is written in UTF-8 because the encoding of the sheet, which is a CSV, lacks a character of
// an edit.
func Recoded(s *Sheet, edits iter.Seq2[Edit, error]) (bool, error) {
	t, ok := s.table.(*csvTable)
	if !ok || t.codec.encoder == nil {
		return false, nil
	}
	for e, err := range edits {
		if err != nil {
			return false, err
		}
		if !t.codec.fits(e.Text) {
			return true, nil
		}
	}
	return false, nil
}

// correction is one corrected sheet on its way.
type correction struct {
	ctx     context.Context
	sheet   *Sheet
	edits   iter.Seq2[Edit, error]
	options CorrectOptions
}

// workbook writes a workbook as a workbook.
func (c *correction) workbook(w io.Writer) error {
	parts := c.sheet.table.(*worksheet).parts
	var source error // of the edits, which says for itself what is wrong
	err := ooxml.Correct(c.ctx, parts, w, ooxml.CorrectOptions{Worksheet: c.sheet.info.Worksheet, Modified: c.options.Modified}, c.cells(&source))
	switch {
	case source != nil:
		return source
	case err == nil || c.ctx.Err() != nil:
		return err
	}
	if refused := (*problem.Refusal)(nil); errors.As(err, &refused) {
		return refused
	}
	return problem.Refuse("not-corrected", "correct it in Excel", "%s: no corrected workbook: %w", c.sheet.info.Name, err)
}

// cells are the edits of a workbook. An error of theirs is kept in failed.
func (c *correction) cells(failed *error) iter.Seq2[ooxml.CorrectedCell, error] {
	return func(yield func(ooxml.CorrectedCell, error) bool) {
		for e, err := range c.checked() {
			if err != nil {
				*failed = err
				yield(ooxml.CorrectedCell{}, err)
				return
			}
			if c.sheet.shape.ours {
				e.Text = neutral(e.Text)
			}
			if !yield(ooxml.CorrectedCell{Row: e.Row, Column: e.column, Text: e.Text}, nil) {
				return
			}
		}
	}
}

// checkedEdit is an edit with the place of its column, from 0.
type checkedEdit struct {
	Edit
	column int
}

// checked are the edits, each of which can be made.
func (c *correction) checked() iter.Seq2[checkedEdit, error] {
	return func(yield func(checkedEdit, error) bool) {
		row := c.sheet.info.HeaderRow + 1
		for e, err := range c.edits {
			e.Text = pictured(legible(e.Text))
			column, ok := problem.ColumnIndex(e.Column)
			switch {
			case err != nil:
			case c.ctx.Err() != nil:
				err = c.ctx.Err()
			case !ok || column >= ooxml.MaxColumns:
				err = fmt.Errorf("an edit in column %.20q", e.Column)
			case e.Row < row:
				err = fmt.Errorf("an edit in row %d, behind one in row %d or in the header", e.Row, row)
			case c.options.Format == formatXLSX && units(e.Text) > ooxml.MaxCellText:
				err = problem.Refuse("too-large", "write a CSV", "cell %s%d: a worksheet's cell holds %d characters", e.Column, e.Row, ooxml.MaxCellText)
			}
			if !yield(checkedEdit{e, column}, err) || err != nil {
				return
			}
			row = e.Row
		}
	}
}

// editQueue gives the edits row by row.
type editQueue struct {
	next func() (checkedEdit, error, bool)
	head checkedEdit
	more bool
	err  error
}

// queue begins the edits. Stop ends them.
func (c *correction) queue() (q *editQueue, stop func()) {
	next, stop := iter.Pull2(c.checked())
	q = &editQueue{next: next}
	q.advance()
	return q, stop
}

func (q *editQueue) advance() {
	q.head, q.err, q.more = q.next()
}

// of gives the edits of a row, which comes behind those that were asked for before.
func (q *editQueue) of(row int) (texts map[int]string, err error) {
	for q.more && q.err == nil && q.head.Row <= row {
		if q.head.Row < row {
			return nil, fmt.Errorf("row %d is not in the sheet", q.head.Row)
		}
		if texts == nil {
			texts = map[int]string{}
		}
		texts[q.head.column] = q.head.Text
		q.advance()
	}
	return texts, q.err
}

// end checks that no edit is left.
func (q *editQueue) end() error {
	if q.more && q.err == nil {
		return fmt.Errorf("row %d is not in the sheet", q.head.Row)
	}
	return q.err
}
