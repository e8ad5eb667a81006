package check

import (
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// Edit is a correction of a sheet: a cell that was typed again, or a row that was left out.
type Edit struct {
	Seq      int    // the row's order in the sheet, from 1
	Column   int    // from 0, as in the sheet
	Text     string // what the cell holds now
	LeaveOut bool   // the whole row is left out, whatever it holds
}

// Overlay lays edits over a sheet, which stays as it is. A cell that was typed again is text: what a spreadsheet program has damaged
// can be mended so, and what was said of the cell when it was read is no longer said.
type Overlay struct {
	Source
	rows map[int]*overlaid
}

// overlaid is what was edited in one row.
type overlaid struct {
	cells map[int]string
	left  bool
}

// NewOverlay lays edits over a source. Of two edits of one cell the later one holds.
func NewOverlay(s Source, edits []Edit) Overlay {
	o := Overlay{s, map[int]*overlaid{}}
	for _, e := range edits {
		row := o.rows[e.Seq]
		if row == nil {
			row = &overlaid{cells: map[int]string{}}
			o.rows[e.Seq] = row
		}
		if e.LeaveOut {
			row.left = true
		} else {
			row.cells[e.Column] = e.Text
		}
	}
	return o
}

// Rows are the source's rows with the edits in their places.
func (o Overlay) Rows() sheet.Rows {
	return func(yield func(sheet.Row, error) bool) {
		seq := 0
		for row, err := range o.Source.Rows() {
			seq++
			if edited := o.rows[seq]; err == nil && edited != nil {
				row = edited.lay(row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// lay gives the row as it was edited. The reader's own row stays as it is.
func (e *overlaid) lay(row sheet.Row) sheet.Row {
	cells := append([]sheet.Cell(nil), row.Cells...)
	for column, text := range e.cells {
		for len(cells) <= column {
			cells = append(cells, sheet.Cell{})
		}
		cells[column] = cellOf(textKind, text)
	}
	var found []problem.Problem
	for _, p := range row.Problems {
		if !e.typed(p.Column) {
			found = append(found, p)
		}
	}
	if e.left {
		found = append(found, LeftOut(row.Number, row.Line))
	}
	row.Cells, row.Problems = cells, found
	return row
}

// typed reports whether the cell of a column was typed again.
func (e *overlaid) typed(letter string) bool {
	if letter == "" {
		return false
	}
	for column := range e.cells {
		if problem.Column(column) == letter {
			return true
		}
	}
	return false
}

// LeftOut is what is said of a row that somebody left out by hand.
func LeftOut(number, line int) problem.Problem {
	return problem.Problem{
		Severity: problem.Note, Row: number, Line: line, Code: field.CodeLeftOut,
		Message: "left out by hand: not sent", Scope: problem.OfReading,
	}
}
