package ooxml

import (
	"fmt"
	"io"
)

// tailOrder is the order in which the standard wants what follows the cells; only what stands around our additions
// matters. What isn't named here (wrapped in alternatives, or an extension) stands after them.
var tailOrder = func() map[string]int {
	order := map[string]int{}
	for i, name := range []string{
		"sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
		"customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
		"printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
		"cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture",
		"oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
	} {
		order[name] = i
	}
	return order
}()

// tail copies what follows the cells, with a filter and the drawing of the notes put in where they belong.
func (w *markWriter) tail() error {
	filter := &addition{rank: tailOrder["autoFilter"], write: w.writeFilter}
	drawing := &addition{rank: tailOrder["legacyDrawing"], write: w.writeDrawing}
	for depth := 0; ; {
		t, err := w.in.next()
		switch {
		case err == io.EOF && filter.done:
			return nil
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		if depth == 0 && t.kind != text {
			rank, known := tailOrder[string(t.name)]
			if !known {
				rank = len(tailOrder)
			}
			filter.before(rank)
			drawing.before(rank)
		}
		w.out.Write(w.tailTag(t, depth, filter, drawing))
		switch t.kind {
		case open:
			depth++
		case shut:
			depth--
		}
	}
}

// addition is an element to put in before the first one that must follow it.
type addition struct {
	rank  int
	done  bool
	write func()
}

func (a *addition) before(rank int) {
	if rank > a.rank && !a.done {
		a.done = true
		a.write()
	}
}

// tailTag is a tag as it is written: a filter that is there already grows over the added columns.
func (w *markWriter) tailTag(t token, depth int, filter, drawing *addition) []byte {
	switch {
	case depth > 0:
	case t.is("autoFilter"):
		filter.done = true
		if a, ok := parseArea(t.attr("ref")); ok && a.Top == w.o.HeaderRow && !w.layout.tables {
			a = w.grown(a)
			w.filter = a
			return t.with("ref", a.String())
		}
	case t.is("legacyDrawing"):
		drawing.done = true
	}
	return t.raw
}

// grown is a filter's area with the added columns and every row.
func (w *markWriter) grown(a Area) Area {
	a.Bottom = max(a.Bottom, w.layout.bottom)
	for _, column := range w.layout.columns {
		a.Left, a.Right = min(a.Left, column), max(a.Right, column)
	}
	return a
}

// writeFilter puts a filter over the whole table. Where the worksheet has tables with filters of their own, which no other
// may overlap, only the added columns get one.
func (w *markWriter) writeFilter() {
	if len(w.layout.columns) == 0 {
		return
	}
	left := 0
	if w.layout.tables {
		left = w.layout.columns[0]
	}
	w.filter = w.grown(Area{left, w.o.HeaderRow, left, w.o.HeaderRow})
	fmt.Fprintf(w.out, `<%sautoFilter ref="%s"/>`, w.prefix, w.filter)
}

func (w *markWriter) writeDrawing() {
	if id := w.notes.relate(w.book, &w.rels); id != "" {
		fmt.Fprintf(w.out, `<%slegacyDrawing xmlns:r="%s" r:id="%s"/>`, w.prefix, w.book.relSpace(), id)
	}
}
