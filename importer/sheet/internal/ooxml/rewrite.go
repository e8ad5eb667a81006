package ooxml

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
)

// rowEdits is what to do in a row of a worksheet.
type rowEdits struct {
	row   int // as Excel shows it
	cells []edit
}

// edit is what to do with a cell of a row.
type edit struct {
	column  int
	base    int  // the style to start from; ownStyle is that of the cell, or the one it would have
	fill    int  // the colour to put behind it, NoFill to take away that of an earlier marking
	keep    bool // a fill that is there already is kept
	replace bool // the cell is written over with the text
	text    string
}

const ownStyle = -1

// rowWriter rewrites the rows of a worksheet as they stream by.
type rowWriter struct {
	ctx     context.Context
	in      *scanner
	out     *bufio.Writer
	styles  *styles
	restyle func(base int, e edit) int // the style of a cell that is edited
	lost    lostCells

	next    func() (rowEdits, error, bool)
	pending rowEdits // the next row to edit
	more    bool

	prefix   string      // of the worksheet's tags, with its colon
	widths   []columnTag // with the styles of the columns
	row      int
	column   int
	style    int    // of the row as a whole, -1 for none
	inRow    bool   // the row is one to edit
	edits    []edit // what is left to do in it
	inserted []edit // what was done for cells that the row lacks, or has later, out of order
	ending   string // what ends the edited row, held back as the next element can go on with the same row

	dropped  bool // the cell is written over: what it held is left out
	plain    bool // the cell loses the formula that reaches over an edited one
	formulas sharedFormulas
}

// columnTag is a tag that says width and style of some columns.
type columnTag struct {
	from, to, style int
	token
}

func (w *rowWriter) advance() (err error) {
	w.pending, err, w.more = w.next()
	return errors.Join(err, w.ctx.Err())
}

// token is the next token of a worksheet, which must not end here.
func (w *rowWriter) token() (token, error) {
	t, err := w.in.next()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

// begin starts the rows, which are read up to the function's end.
func (w *rowWriter) begin(in io.Reader, rows iter.Seq2[rowEdits, error]) (stop func(), err error) {
	w.next, stop = iter.Pull2(rows)
	if err := w.advance(); err != nil {
		return stop, err
	}
	w.in = newScanner(in)
	return stop, nil
}

// head reads what stands before the cells, and gives each piece to copy but the one that begins them, which it gives back.
func (w *rowWriter) head(copy func(token)) (token, error) {
	for {
		t, err := w.token()
		switch {
		case err != nil:
			return t, err
		case t.is("worksheet"):
			w.prefix = t.prefix()
		case t.is("col"):
			raw := tagToken(slices.Clone(t.raw))
			w.widths = append(w.widths, columnTag{t.number("min", 0) - 1, t.number("max", 0) - 1, t.number("style", 0), raw})
		case t.is("sheetData"):
			return t, nil
		}
		copy(t)
	}
}

// data rewrites the rows, from the tag that begins them on.
func (w *rowWriter) data(t token) error {
	w.out.Write(t.opened())
	if t.kind == alone {
		w.out.WriteString("</" + w.prefix + "sheetData>")
		return w.complete()
	}
	for {
		t, err := w.token()
		if err != nil {
			return err
		}
		if w.ending != "" && w.between(t) {
			continue
		}
		if err := w.finishRow(); err != nil {
			return err
		}
		if t.ends("sheetData") {
			w.out.Write(t.raw)
			return w.complete()
		}
		if err := w.inData(t); err != nil {
			return err
		}
	}
}

func (w *rowWriter) inData(t token) error {
	switch {
	case t.is("row"):
		w.startRow(t)
	case t.is("c"):
		return w.cell(t)
	case t.ends("c"):
		if !w.dropped {
			w.out.Write(t.raw)
		}
		w.dropped, w.plain = false, false
	case t.is("f"):
		return w.formula(t)
	case t.ends("row") && w.inRow:
		w.ending = string(t.raw)
	case !w.dropped:
		w.out.Write(t.raw)
	}
	return nil
}

// complete checks that every row to edit was there.
func (w *rowWriter) complete() error {
	if w.more {
		return fmt.Errorf("row %d is not in the worksheet", w.pending.row)
	}
	return nil
}

func (w *rowWriter) startRow(t token) {
	w.row, w.column, w.style = t.number("r", w.row+1), -1, -1
	if string(t.attr("customFormat")) == "1" {
		w.style = t.number("s", 0)
	}
	w.inRow = w.more && w.pending.row == w.row
	if !w.inRow {
		w.out.Write(t.raw)
		return
	}
	w.edits = append(w.edits[:0], w.pending.cells...)
	slices.SortStableFunc(w.edits, func(a, b edit) int { return cmp.Compare(a.column, b.column) })
	w.openRow(t)
}

// openRow begins an edited row.
func (w *rowWriter) openRow(t token) {
	bare := tagToken(t.without("spans")) // it would have to grow, and is optional
	w.out.Write(bare.opened())
	w.ending = ""
	if t.kind == alone {
		w.ending = "</" + w.prefix + "row>"
	}
}

// between reports whether a token after an edited row's end still belongs to it: some programs write an element for
// each cell, all with the same row number. For this package that is one row.
func (w *rowWriter) between(t token) bool {
	switch {
	case t.kind == text:
		w.ending += string(t.raw)
		return true
	case !t.is("row") || t.number("r", w.row+1) != w.row:
		return false
	}
	w.out.WriteString(w.ending)
	w.openRow(t)
	return true
}

// cell rewrites a cell, after the cells that are missing before it.
func (w *rowWriter) cell(t token) error {
	column := columnOf(t, w.column)
	w.column = column
	if !w.inRow {
		w.unedited(t, column)
		return nil
	}
	for ; len(w.edits) > 0 && w.edits[0].column < column; w.edits = w.edits[1:] {
		w.insert(w.edits[0], w.defaultStyle(w.edits[0].column))
		w.inserted = append(w.inserted, w.edits[0])
	}
	i := slices.IndexFunc(w.inserted, func(e edit) bool { return e.column == column }) // the row's cells are not in order
	switch {
	case i >= 0 && w.inserted[i].replace:
		w.dropped = t.kind == open
	case i >= 0:
		return fmt.Errorf("the cells of row %d are not in order", w.row)
	case len(w.edits) > 0 && w.edits[0].column == column:
		w.edited(t, w.edits[0], t.number("s", 0))
		w.edits = w.edits[1:]
	default:
		w.unedited(t, column)
	}
	return nil
}

// unedited rewrites a cell that is not edited.
func (w *rowWriter) unedited(t token, column int) {
	style := t.number("s", 0)
	switch {
	case w.lost.covered(w.row, column):
		w.out.Write(w.empty(column, style))
		w.dropped = t.kind == open
	case w.lost.array(w.row, column):
		w.plain = t.kind == open
		w.out.Write(t.without("cm"))
	default:
		if clean, stale := w.styles.unmarked(style); stale {
			t.raw = t.with("s", strconv.Itoa(clean)) // without the colour of an earlier marking
		}
		w.out.Write(t.raw)
	}
}

// edited rewrites a cell that is there.
func (w *rowWriter) edited(t token, e edit, style int) {
	if e.replace {
		w.insert(e, style)
		w.dropped = t.kind == open
		return
	}
	if e.keep && w.styles.hasFill(style) {
		e.fill = NoFill
	}
	w.out.Write(t.with("s", strconv.Itoa(w.restyle(style, e))))
}

// insert writes a cell that the row doesn't have, or that is written over. The style is the one it has.
func (w *rowWriter) insert(e edit, style int) {
	if e.base != ownStyle {
		style = e.base
	}
	style = w.restyle(style, e)
	if e.text == "" {
		w.out.Write(w.empty(e.column, style))
		return
	}
	fmt.Fprintf(w.out, `<%[1]sc r="%[2]s" s="%[3]d" t="inlineStr"><%[1]sis><%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]sis></%[1]sc>`,
		w.prefix, cellName(e.column, w.row), style, escape(e.text))
}

func (w *rowWriter) empty(column, style int) []byte {
	return fmt.Appendf(nil, `<%sc r="%s" s="%d"/>`, w.prefix, cellName(column, w.row), style)
}

// defaultStyle is the style of a cell that the row doesn't hold: the row's, else the column's.
func (w *rowWriter) defaultStyle(column int) int {
	if w.style >= 0 {
		return w.style
	}
	for _, t := range w.widths {
		if column >= t.from && column <= t.to {
			return t.style
		}
	}
	return 0
}

// finishRow ends the edited row whose end was held back.
func (w *rowWriter) finishRow() error {
	if w.ending == "" {
		return nil
	}
	for _, e := range w.edits {
		w.insert(e, w.defaultStyle(e.column))
	}
	w.out.WriteString(w.ending)
	w.edits, w.inserted, w.ending, w.inRow = w.edits[:0], w.inserted[:0], "", false
	return w.advance()
}
