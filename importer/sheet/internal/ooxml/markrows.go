package ooxml

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
)

// markWriter rewrites a worksheet with its marks.
type markWriter struct {
	*marker
	rowWriter
	marked int // cells coloured
}

func (a *marker) newMarkWriter(ctx context.Context, out *bufio.Writer) *markWriter {
	w := &markWriter{marker: a}
	w.rowWriter = rowWriter{ctx: ctx, out: out, styles: a.styles, restyle: w.restyled}
	return w
}

// restyled is a style with a mark's colour; NoFill removes that of an earlier marking.
func (w *markWriter) restyled(base int, e edit) int {
	if e.fill == NoFill {
		clean, _ := w.rowWriter.styles.unmarked(base)
		return clean
	}
	return w.rowWriter.styles.marked(base, e.fill)
}

func (w *markWriter) write(in io.Reader, rows iter.Seq2[MarkedRow, error]) error {
	stop, err := w.begin(in, w.planned(rows))
	defer stop()
	if err != nil {
		return err
	}
	// The sheet's dimension, which is optional and may be wrong, is left out; the widths are written again.
	data, err := w.head(func(t token) {
		switch {
		case t.is("dimension"), t.ends("dimension"), t.is("cols"), t.ends("cols"), t.is("col"), t.ends("col"):
		default:
			w.out.Write(t.raw)
		}
	})
	if err != nil {
		return err
	}
	w.writeWidths()
	if err := w.data(data); err != nil {
		return err
	}
	return w.tail()
}

// planned says what to do in each row, the header first, and puts the notes down.
func (w *markWriter) planned(rows iter.Seq2[MarkedRow, error]) iter.Seq2[rowEdits, error] {
	header := MarkedRow{Number: w.o.HeaderRow, Cells: w.o.Header, Added: w.o.Columns, Fill: NoFill}
	return func(yield func(rowEdits, error) bool) {
		if !yield(w.plan(header)) {
			return
		}
		for row, err := range rows {
			if err != nil {
				yield(rowEdits{}, err)
				return
			}
			if !yield(w.plan(row)) {
				return
			}
		}
	}
}

func (w *markWriter) plan(row MarkedRow) (rowEdits, error) {
	header := row.Number == w.o.HeaderRow
	plan := rowEdits{row: row.Number}
	for _, c := range row.Cells {
		// Headers are often white on a dark colour, which stays: the note is enough.
		plan.cells = append(plan.cells, edit{column: c.Column, base: ownStyle, fill: c.Fill, keep: header})
		if c.Fill != NoFill {
			w.marked++
		}
		if err := w.notes.add(c.Column, row.Number, c.Note); err != nil {
			return plan, err
		}
	}
	for i, column := range w.layout.columns {
		if i >= len(row.Added) {
			break
		}
		e := edit{column: column, fill: row.Fill, replace: true, text: row.Added[i]}
		if header {
			e.base, e.fill = w.layout.style, NoFill
		}
		plan.cells = append(plan.cells, e)
	}
	return plan, nil
}

// addedWidth is how wide an added column is, in characters: a status and the beginning of a reason, chosen by eye.
var addedWidth = []int{12, 60, 36}

// writeWidths writes the widths of all columns in order, those of the added ones cut out of the others.
func (w *markWriter) writeWidths() {
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
