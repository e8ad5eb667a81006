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

// sheetWriter rewrites a worksheet as it streams by.
type sheetWriter struct {
	*marker
	ctx context.Context
	in  *scanner
	out *bufio.Writer

	next    func() (MarkedRow, error, bool)
	pending MarkedRow // the next row to mark
	more    bool

	prefix  string // of the worksheet's tags, with its colon
	widths  []columnTag
	row     int
	column  int
	style   int    // of the row as a whole, -1 for none
	inRow   bool   // the row is one to mark
	edits   []edit // what is left to do in it
	dropped bool   // the cell is written over: what it held is left out
	ending  string // what ends the marked row, held back as the next element can go on with the same row
	marked  int
}

// columnTag is a tag that says width and style of some columns.
type columnTag struct {
	from, to, style int
	token
}

// edit is what to do with a cell of a row.
type edit struct {
	column  int
	fill    int
	replace bool // the cell is one of the added columns: its text is ours
	text    string
}

func (w *sheetWriter) write(in io.Reader, rows iter.Seq2[MarkedRow, error]) (err error) {
	next, stop := iter.Pull2(w.withHeader(rows))
	defer stop()
	w.next = next
	if err := w.advance(); err != nil {
		return err
	}
	if w.in, err = newScanner(in); err != nil {
		return err
	}
	if err := w.head(); err != nil {
		return err
	}
	if err := w.data(); err != nil {
		return err
	}
	return w.tail()
}

// withHeader puts the header's row before the others.
func (w *sheetWriter) withHeader(rows iter.Seq2[MarkedRow, error]) iter.Seq2[MarkedRow, error] {
	header := MarkedRow{Number: w.o.HeaderRow, Cells: w.o.Header, Added: w.o.Columns, Fill: NoFill}
	return func(yield func(MarkedRow, error) bool) {
		if yield(header, nil) {
			rows(yield)
		}
	}
}

func (w *sheetWriter) advance() (err error) {
	w.pending, err, w.more = w.next()
	return errors.Join(err, w.ctx.Err())
}

// token is the next token of a worksheet, which must not end here.
func (w *sheetWriter) token() (token, error) {
	t, err := w.in.next()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

// head copies what stands before the cells. The sheet's dimension, which is optional and may be wrong, is left out.
func (w *sheetWriter) head() error {
	for {
		t, err := w.token()
		switch {
		case err != nil:
			return err
		case t.is("worksheet"):
			w.prefix = t.prefix()
		case t.is("col"):
			t.raw = slices.Clone(t.raw)
			w.widths = append(w.widths, columnTag{t.number("min", 0) - 1, t.number("max", 0) - 1, t.number("style", 0), tagToken(t.raw)})
		}
		switch {
		case t.is("sheetData"):
			w.writeWidths()
			w.out.Write(t.opened())
			if t.kind == alone {
				w.out.WriteString("</" + w.prefix + "sheetData>")
			}
			return nil
		case t.is("dimension"), t.ends("dimension"), t.is("cols"), t.ends("cols"), t.is("col"), t.ends("col"):
		default:
			w.out.Write(t.raw)
		}
	}
}

// addedWidth is how wide an added column is, in characters: a status and the beginning of a reason, chosen by eye.
var addedWidth = []int{12, 60, 36}

// writeWidths writes the widths of all columns in order, those of the added ones cut out of the others.
func (w *sheetWriter) writeWidths() {
	var tags []columnTag
	for _, t := range w.widths {
		for _, added := range slices.Sorted(slices.Values(w.layout.columns)) {
			if added >= t.from && added <= t.to {
				tags = append(tags, columnTag{t.from, added - 1, t.style, t.token})
				t.from = added + 1
			}
		}
		tags = append(tags, t)
	}
	for i, added := range w.layout.columns {
		raw := fmt.Sprintf(`<%scol min="1" max="1" width="%d" customWidth="1"/>`, w.prefix, addedWidth[min(i, len(addedWidth)-1)])
		tags = append(tags, columnTag{added, added, 0, tagToken([]byte(raw))})
	}
	slices.SortStableFunc(tags, func(a, b columnTag) int { return cmp.Compare(a.from, b.from) })
	w.out.WriteString("<" + w.prefix + "cols>")
	for _, t := range tags {
		if t.from > t.to {
			continue
		}
		first := tagToken(t.with("min", strconv.Itoa(t.from+1)))
		last := tagToken(first.with("max", strconv.Itoa(t.to+1)))
		w.out.Write(last.raw)
		if last.kind == open {
			w.out.WriteString("</" + w.prefix + "col>")
		}
	}
	w.out.WriteString("</" + w.prefix + "cols>")
}

// data rewrites the rows.
func (w *sheetWriter) data() error {
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
		switch {
		case t.is("row"):
			err = w.startRow(t)
		case t.is("c"):
			err = w.cell(t)
		case t.ends("c") && w.dropped:
			w.dropped = false
		case t.ends("row") && w.inRow:
			w.ending = string(t.raw)
		case t.ends("sheetData"):
			w.out.Write(t.raw)
			if w.more {
				return fmt.Errorf("row %d is not in the worksheet", w.pending.Number)
			}
			return nil
		case !w.dropped:
			w.out.Write(t.raw)
		}
		if err != nil {
			return err
		}
	}
}

func (w *sheetWriter) startRow(t token) error {
	w.row, w.column, w.style = t.number("r", w.row+1), -1, -1
	if string(t.attr("customFormat")) == "1" {
		w.style = t.number("s", 0)
	}
	w.inRow = w.more && w.pending.Number == w.row
	if !w.inRow {
		w.out.Write(t.raw)
		return nil
	}
	if err := w.plan(); err != nil {
		return err
	}
	bare := tagToken(t.without("spans")) // it would have to grow, and is optional
	w.out.Write(bare.opened())
	if t.kind == alone {
		w.ending = "</" + w.prefix + "row>"
	}
	return nil
}

// between reports whether a token after a marked row's end still belongs to it: some programs write an element for
// each cell, all with the same row number. For this package that is one row.
func (w *sheetWriter) between(t token) bool {
	switch {
	case t.kind == text:
		w.ending += string(t.raw)
		return true
	case !t.is("row") || t.number("r", w.row+1) != w.row:
		return false
	}
	if t.kind == open {
		w.ending = ""
	}
	return true
}

// plan lists what to do in the pending row, by column, and puts its notes down.
func (w *sheetWriter) plan() error {
	w.edits = w.edits[:0]
	for _, c := range w.pending.Cells {
		w.edits = append(w.edits, edit{column: c.Column, fill: c.Fill})
		if c.Fill != NoFill {
			w.marked++
		}
		if err := w.notes.add(c.Column, w.row, c.Note); err != nil {
			return err
		}
	}
	for i, column := range w.layout.columns {
		if i < len(w.pending.Added) {
			w.edits = append(w.edits, edit{column, w.pending.Fill, true, w.pending.Added[i]})
		}
	}
	slices.SortStableFunc(w.edits, func(a, b edit) int { return cmp.Compare(a.column, b.column) })
	return nil
}

// cell rewrites a cell, after the cells that are missing before it.
func (w *sheetWriter) cell(t token) error {
	column := columnOf(t, w.column)
	if w.inRow && column <= w.column {
		return fmt.Errorf("the cells of row %d are not in order", w.row)
	}
	w.column = column
	for len(w.edits) > 0 && w.inRow && w.edits[0].column < column {
		w.insert(w.edits[0])
		w.edits = w.edits[1:]
	}
	base := t.number("s", 0)
	if w.inRow && len(w.edits) > 0 && w.edits[0].column == column {
		e := w.edits[0]
		w.edits = w.edits[1:]
		if e.replace {
			w.insert(e)
			w.dropped = t.kind == open
			return nil
		}
		if w.row == w.o.HeaderRow && w.styles.hasFill(base) {
			e.fill = NoFill // headers are often white on a dark colour: the note is enough
		}
		w.out.Write(t.with("s", strconv.Itoa(w.filled(base, e.fill))))
		return nil
	}
	if clean, stale := w.styles.unmarked(base); stale {
		w.out.Write(t.with("s", strconv.Itoa(clean)))
		return nil
	}
	w.out.Write(t.raw)
	return nil
}

// filled is a style with a colour; NoFill removes that of an earlier marking.
func (w *sheetWriter) filled(base, fill int) int {
	if fill == NoFill {
		clean, _ := w.styles.unmarked(base)
		return clean
	}
	return w.styles.marked(base, fill)
}

// insert writes a cell that the row doesn't have: an added one, or an empty one that is marked.
func (w *sheetWriter) insert(e edit) {
	style := w.defaultStyle(e.column)
	switch {
	case e.replace && w.row == w.o.HeaderRow:
		style = w.filled(w.layout.style, NoFill)
	case e.replace:
		style = w.filled(0, e.fill)
	default:
		style = w.filled(style, e.fill)
	}
	fmt.Fprintf(w.out, `<%sc r="%s" s="%d"`, w.prefix, cellName(e.column, w.row), style)
	if e.text == "" {
		w.out.WriteString("/>")
		return
	}
	fmt.Fprintf(w.out, ` t="inlineStr"><%[1]sis><%[1]st xml:space="preserve">%[2]s</%[1]st></%[1]sis></%[1]sc>`, w.prefix, escape(e.text))
}

// defaultStyle is the style a cell has that the row doesn't hold: the row's, else the column's.
func (w *sheetWriter) defaultStyle(column int) int {
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

// finishRow ends the marked row whose end was held back.
func (w *sheetWriter) finishRow() error {
	if w.ending == "" {
		return nil
	}
	for _, e := range w.edits {
		w.insert(e)
	}
	w.out.WriteString(w.ending)
	w.edits, w.ending, w.inRow = w.edits[:0], "", false
	return w.advance()
}
