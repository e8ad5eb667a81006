package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// Correction types a cell again, or leaves a row out.
type Correction struct {
	Row      int    // as Excel shows it
	Column   string // the letter
	Before   string // what the cell is thought to hold
	Text     string // what it is to hold
	LeaveOut bool   // the whole row is left out; the rest but Row does not count
}

// CellChanged is why a correction is refused: the cell holds something else than was thought, since it was corrected elsewhere. None of
// the corrections that came with it was made.
type CellChanged struct {
	Cell    string // "F47"
	Present string // what it holds
}

func (c *CellChanged) Error() string {
	return fmt.Sprintf("%s was changed meanwhile: it holds %q now", c.Cell, problem.Shorten(c.Present, 60))
}

// Corrected says what corrections came to: the rows as they are now. What only the sheet as a whole can tell of them is as it was, until
// CheckWhole.
type Corrected struct {
	Revision int64 // of what Rows and Kinds say
	Cells    int   // how many cells were typed again, and rows left out
	Rows     []Row // the first of them, up to CorrectedRows
}

// CorrectedRows is how many rows Corrected holds at most: more than a screen shows.
const CorrectedRows = 200

// Correct keeps corrections as one batch, which one undo takes back, and judges their rows again. They are on disk before they are
// judged. The sheet itself stays as it came.
func (r *Run) Correct(ctx context.Context, corrections ...Correction) (Corrected, error) {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	return r.correct(ctx, corrections)
}

func (r *Run) correct(ctx context.Context, corrections []Correction) (Corrected, error) {
	if err := r.correctable(); err != nil {
		return Corrected{}, err
	}
	edits, err := r.edits(ctx, corrections)
	if err != nil || len(edits) == 0 {
		return Corrected{Revision: r.Revision()}, err
	}
	if err := r.noteCorrected(); err != nil {
		return Corrected{}, err
	}
	if _, err := r.Journal.AddEdits(edits); err != nil {
		return Corrected{}, err
	}
	return r.judgeEdited(ctx, edits)
}

// UndoEdit takes the last batch of corrections back; of none there is nothing to take back.
func (r *Run) UndoEdit(ctx context.Context) (Corrected, error) {
	return r.turnEdits(ctx, r.Journal.UndoEdits)
}

// RedoEdit makes the corrections again that were taken back last, unless others were made since.
func (r *Run) RedoEdit(ctx context.Context) (Corrected, error) {
	return r.turnEdits(ctx, r.Journal.RedoEdits)
}

func (r *Run) turnEdits(ctx context.Context, turn func(context.Context) ([]journal.Edit, error)) (Corrected, error) {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	if err := errors.Join(r.correctable(), r.noteCorrected()); err != nil {
		return Corrected{}, err
	}
	edits, err := turn(ctx)
	if err != nil || len(edits) == 0 {
		return Corrected{Revision: r.Revision()}, err
	}
	return r.judgeEdited(ctx, edits)
}

// noteCorrected notes that the sheet must be read again before it is sent, and takes a run that was held or set aside back to its planning.
func (r *Run) noteCorrected() error {
	if m := r.Journal.Meta(); m.State == Planning && m.Sheet == journal.SheetCorrected {
		return nil
	}
	if err := r.reopen(); err != nil || !r.Checked() {
		return err
	}
	return r.Journal.SetMeta(func(m *journal.Meta) { m.Sheet = journal.SheetCorrected })
}

// Revision grows with everything that changes what Rows and Kinds say.
func (r *Run) Revision() int64 { return r.desk.revision.Load() }

// edits are the corrections as the journal keeps them. What changes nothing is none.
func (r *Run) edits(ctx context.Context, corrections []Correction) (edits []journal.Edit, err error) {
	rows, err := r.numbered(ctx, corrections)
	if err != nil {
		return nil, err
	}
	places := map[string]int{}
	for i, c := range r.Journal.Meta().Columns {
		places[c.Column] = i
	}
	now := r.Now()
	for _, c := range corrections {
		row := rows[c.Row]
		if c.LeaveOut {
			edits = append(edits, journal.Edit{At: now, Seq: row.Seq, Kind: journal.LeaveOut})
			continue
		}
		place, known := places[c.Column]
		if !known {
			return nil, problem.Refuse("no-such-column", "", "column %s is none that can be corrected", c.Column)
		}
		present := row.Cells[place]
		if present != c.Before {
			return nil, &CellChanged{fmt.Sprintf("%s%d", c.Column, c.Row), present}
		}
		if c.Text == present {
			continue
		}
		edit := journal.Edit{At: now, Seq: row.Seq, Column: c.Column, Before: present, After: c.Text, Kind: journal.EditText}
		if place < len(row.Kinds) && row.Kinds[place] != ' ' {
			edit.Was = row.Kinds[place : place+1]
		}
		edits = append(edits, edit)
		row.Cells[place], row.Kinds = c.Text, check.Typed(row.Kinds, place)
	}
	return edits, nil
}

// numbered finds the rows of corrections by their numbers. A row has as many cells then as the sheet has columns.
func (r *Run) numbered(ctx context.Context, corrections []Correction) (map[int]*journal.Row, error) {
	numbers := make([]int, 0, len(corrections))
	for _, c := range corrections {
		numbers = append(numbers, c.Row)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	found, err := r.Journal.RowsNumbered(ctx, numbers)
	if err != nil {
		return nil, err
	}
	rows := make(map[int]*journal.Row, len(found))
	for i := range found {
		row := &found[i]
		if row.Kinds == journal.KindsUnknown {
			return nil, problem.Refuse("sheet-unread", "check the sheet again first", "run %s was begun by an older version of the program", r.Meta().Run)
		}
		for len(row.Cells) < len(r.Journal.Meta().Columns) {
			row.Cells = append(row.Cells, "")
		}
		rows[row.Number] = row
	}
	for _, n := range numbers {
		if rows[n] == nil {
			return nil, problem.Refuse("no-such-row", "rows are numbered as Excel shows them", "the sheet has no row %d", n)
		}
	}
	return rows, nil
}

// judgeEdited judges the rows of edits again.
func (r *Run) judgeEdited(ctx context.Context, edits []journal.Edit) (Corrected, error) {
	seqs := make([]int, 0, len(edits))
	for _, e := range edits {
		seqs = append(seqs, e.Seq)
	}
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	if err := r.judge(ctx, seqs); err != nil {
		return Corrected{}, err
	}
	done := Corrected{Revision: r.desk.revision.Add(1), Cells: len(edits)}
	rows, err := rowsAt(ctx, r.Journal, seqs[:min(len(seqs), CorrectedRows)])
	done.Rows = rows
	return done, err
}

// settleEdits judges every row that was ever edited, since the program may have ended between an edit and its judging.
func (r *Run) settleEdits(ctx context.Context) error {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	if !r.Checked() {
		return nil // it must be read whole anyway
	}
	seqs, err := r.Journal.EditedRows(ctx)
	if err != nil || len(seqs) == 0 {
		return err
	}
	return r.judge(ctx, seqs)
}

// judge checks rows again, as they are with the edits that hold.
func (r *Run) judge(ctx context.Context, seqs []int) error {
	if err := r.needChecker(); err != nil {
		return err
	}
	rows, err := r.Journal.RowsAt(ctx, seqs)
	if err != nil {
		return err
	}
	edits, err := r.Journal.EditsOfRows(ctx, seqs)
	if err != nil {
		return err
	}
	said, err := r.Journal.ProblemsOfRows(ctx, seqs)
	if err != nil {
		return err
	}
	columns := r.Journal.Meta().Columns
	judged := make([]journal.Judged, 0, len(rows))
	for _, row := range rows {
		var of []journal.Edit
		var read []problem.Problem
		for ; len(edits) > 0 && edits[0].Seq <= row.Seq; edits = edits[1:] {
			of = append(of, edits[0])
		}
		for ; len(said) > 0 && said[0].Seq <= row.Seq; said = said[1:] {
			if said[0].Seq == row.Seq && said[0].Scope == problem.OfReading {
				read = append(read, said[0].Problem)
			}
		}
		judged = append(judged, r.judgeRow(columns, row, of, read))
	}
	return r.Journal.Judge(judged)
}

// judgeRow checks one row again.
func (r *Run) judgeRow(columns []journal.Column, row journal.Row, edits []journal.Edit, read []problem.Problem) journal.Judged {
	now := layEdits(columns, row, edits)
	for _, p := range read {
		if !slices.Contains(now.typed, p.Column) && !isLeftOut(p) {
			now.row.Problems = append(now.row.Problems, p)
		}
	}
	if now.left {
		now.row.Problems = append(now.row.Problems, check.LeftOut(row.Number, row.Line))
	}
	r.desk.checker.Check(&now.row)
	j := journal.Judged{
		Seq: row.Seq, Cells: slices.Clone(now.row.Cells), Kinds: now.kinds, Wanted: texts(&now.row.Values), Typed: now.typed,
	}
	for _, p := range now.row.Problems {
		if p.Scope == problem.OfRow || isLeftOut(p) {
			j.Problems = append(j.Problems, p)
		}
		if (p.Severity == problem.Error || isLeftOut(p)) && j.Outcome.Status == journal.Read {
			j.Outcome = barredBy(p)
		}
	}
	return j
}

// laid is a row with the edits that hold.
type laid struct {
	row   check.Row
	kinds string
	typed []string // the letters of the columns whose cells were typed again
	left  bool
}

// layEdits gives a row as the edits of all times leave it: a cell whose edits were all undone holds again what it held before the first.
func layEdits(columns []journal.Column, row journal.Row, edits []journal.Edit) laid {
	now := laid{kinds: row.Kinds}
	cells := slices.Clone(row.Cells)
	for len(cells) < len(columns) {
		cells = append(cells, "")
	}
	for place, c := range columns {
		var first, last *journal.Edit
		for i := range edits {
			e := &edits[i]
			if e.Column != c.Column || e.Kind != journal.EditText {
				continue
			}
			if first == nil {
				first = e
			}
			if !e.Undone {
				last = e
			}
		}
		switch {
		case last != nil:
			cells[place], now.kinds = last.After, check.Typed(now.kinds, place)
			now.typed = append(now.typed, c.Column)
		case first != nil:
			cells[place], now.kinds = first.Before, check.Kinded(now.kinds, place, len(columns), first.Was)
		}
	}
	for _, e := range edits {
		now.left = now.left || e.Kind == journal.LeaveOut && !e.Undone
	}
	now.row = check.Row{Seq: row.Seq, Number: row.Number, Line: row.Line, Origin: row.Origin, Cells: cells, Kinds: now.kinds}
	return now
}

// needChecker makes a checker for the sheet's mapping, which costs some milliseconds.
func (r *Run) needChecker() (err error) {
	if r.desk.checker != nil {
		return nil
	}
	var own []check.Column
	for _, c := range r.Journal.Meta().Columns {
		own = append(own, check.Column{Column: c.Column, Header: c.Header, Field: c.Field})
	}
	s, err := r.Settings()
	if err != nil {
		return err
	}
	r.desk.checker, err = check.NewChecker(own, s.Check)
	return err
}
