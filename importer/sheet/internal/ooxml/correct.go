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
	"time"
)

// CorrectedCell is the text that a cell gets; "" empties it.
type CorrectedCell struct {
	Row    int // as Excel shows it
	Column int // from 0
	Text   string
}

// CorrectOptions say what is corrected.
type CorrectOptions struct {
	Worksheet string    // its name
	Modified  time.Time // of the parts that are written
}

// Correct copies the workbook in to out with other texts in some cells. They are written as text, in a format that keeps
// them text when they are typed again; the rest of a cell's style stays, and so does everything else, but for what would be
// wrong beside them:
//
//   - Cells that share the formula of an edited one get it as their own.
//   - A formula that fills a range of cells with an edited one among them goes, and its values stay.
//   - Merged cells of which one is edited that nobody sees are unmerged; the others of them that nobody sees are emptied.
//   - The order in which formulas are calculated is left out, and a workbook with formulas is calculated when it is opened.
//   - Macros are left out: under the ending .xlsx Excel opens no workbook that has them.
//
// Cells come by row. They are asked for twice, and their places are held in memory.
func Correct(ctx context.Context, in *Package, out io.Writer, o CorrectOptions, cells iter.Seq2[CorrectedCell, error]) error {
	b, err := in.book()
	if err != nil {
		return err
	}
	c := &corrector{packageWriter: newPackageWriter(b, out, o.Modified)}
	if err := c.prepare(ctx, o, cells); err != nil {
		return err
	}
	if err := c.write(ctx, cells); err != nil {
		return err
	}
	return c.zip.Close()
}

// corrector is one workbook on its way.
type corrector struct {
	*packageWriter
	part      string // of the worksheet
	styles    *styles
	stylePart string
	lost      lostCells
}

// prepare reads all that must be known before the worksheet is rewritten.
func (c *corrector) prepare(ctx context.Context, o CorrectOptions, cells iter.Seq2[CorrectedCell, error]) error {
	index := c.book.sheetIndex(o.Worksheet)
	if index < 0 {
		return fmt.Errorf("no worksheet %q", o.Worksheet)
	}
	var err error
	if c.part, err = c.book.sheetPart(index); err != nil {
		return err
	}
	if c.lost.edited, err = places(ctx, cells); err != nil {
		return err
	}
	if err := c.book.findLost(c.part, &c.lost); err != nil {
		return fmt.Errorf("part %s: %w", c.part, err)
	}
	c.stylePart, c.styles, err = c.book.prepareStyles(nil)
	return err
}

// places are the places of cells, in order.
func places(ctx context.Context, cells iter.Seq2[CorrectedCell, error]) ([]place, error) {
	var list []place
	for c, err := range cells {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		if len(list) > 0 && int32(c.Row) < list[len(list)-1].row {
			return nil, fmt.Errorf("row %d comes behind row %d", c.Row, list[len(list)-1].row)
		}
		list = append(list, place{int32(c.Row), int32(c.Column)})
	}
	slices.SortFunc(list, place.compare)
	return list, nil
}

func (c *corrector) write(ctx context.Context, cells iter.Seq2[CorrectedCell, error]) error {
	c.leaveOut(c.part, c.stylePart, c.book.mainPart.name, relsOf(c.book.mainPart.name), typesPart)
	c.dropMacros()
	calculated := c.lost.formulas || c.book.rels.first(relCalcChain) != nil
	c.dropRelated(relCalcChain)
	if err := c.copyParts(); err != nil {
		return err
	}
	if err := c.writeWorksheet(ctx, cells); err != nil {
		return err
	}
	if err := c.writeStyles(c.stylePart, c.styles); err != nil {
		return err
	}
	if err := c.writeWorkbook(calculated); err != nil {
		return err
	}
	if err := c.writeXML(relsOf(c.book.mainPart.name), c.book.rels); err != nil {
		return err
	}
	return c.writeXML(typesPart, c.book.types)
}

func (c *corrector) writeWorksheet(ctx context.Context, cells iter.Seq2[CorrectedCell, error]) error {
	in, err := c.book.worksheet(c.part)
	if err != nil {
		return err
	}
	defer in.Close()
	return c.stream(c.part, func(out *bufio.Writer) error {
		w := &rowWriter{ctx: ctx, out: out, styles: c.styles, lost: c.lost, restyle: func(base int, _ edit) int { return c.styles.asText(base) }}
		return c.rewrite(w, in, cells)
	})
}

func (c *corrector) rewrite(w *rowWriter, in io.Reader, cells iter.Seq2[CorrectedCell, error]) error {
	stop, err := w.begin(in, byRow(cells))
	defer stop()
	if err != nil {
		return err
	}
	data, err := w.head(func(t token) {
		if a, ok := parseArea(t.attr("ref")); t.is("dimension") && (!ok || !c.lost.inside(a)) {
			w.out.Write(t.with("ref", c.lost.grown(a).String()))
			return
		}
		w.out.Write(t.raw)
	})
	if err != nil {
		return err
	}
	if err := w.data(data); err != nil {
		return err
	}
	return c.tail(w)
}

// byRow gathers cells by their rows. Of two for one cell the later one counts.
func byRow(cells iter.Seq2[CorrectedCell, error]) iter.Seq2[rowEdits, error] {
	return func(yield func(rowEdits, error) bool) {
		var row rowEdits
		for c, err := range cells {
			if err != nil {
				yield(row, err)
				return
			}
			if c.Row != row.row && len(row.cells) > 0 {
				if !yield(row, nil) {
					return
				}
				row = rowEdits{}
			}
			row.row = c.Row
			row.cells = slices.DeleteFunc(row.cells, func(e edit) bool { return e.column == c.Column })
			row.cells = append(row.cells, edit{column: c.Column, base: ownStyle, replace: true, text: c.Text})
		}
		if len(row.cells) > 0 {
			yield(row, nil)
		}
	}
}

// tail copies what follows the cells, without the merged cells that are unmerged.
func (c *corrector) tail(w *rowWriter) error {
	gone := false // inside an element that goes
	for {
		t, err := w.in.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case t.is("mergeCells") && c.lost.merges > 0 && len(c.lost.unmerged) > 0:
			left := c.lost.merges - len(c.lost.unmerged)
			if gone = left == 0; !gone {
				w.out.Write(t.with("count", fmt.Sprint(left)))
			}
			continue
		case t.ends("mergeCells") && gone:
			gone = false
			continue
		case t.is("mergeCell"):
			if a, ok := parseArea(t.attr("ref")); ok && slices.Contains(c.lost.unmerged, a) {
				if t.kind == open {
					if err := w.skip("mergeCell"); err != nil {
						return err
					}
				}
				continue
			}
		}
		if !gone {
			w.out.Write(t.raw)
		}
	}
}

// skip passes over the rest of an element that holds none of its own name.
func (w *rowWriter) skip(name string) error {
	for {
		t, err := w.token()
		if err != nil || t.ends(name) {
			return err
		}
	}
}

// place is where a cell stands.
type place struct{ row, column int32 }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.row, q.row), cmp.Compare(p.column, q.column))
}

// lostCells are cells that lose something because another one is edited.
type lostCells struct {
	edited   []place // the edited cells, in order
	unmerged []Area  // merged cells of which one is edited that nobody sees
	arrays   []place // cells with a formula that fills an edited one
	merges   int     // all merged cells
	formulas bool    // the worksheet has a formula
}

// covered reports whether a cell is emptied: nobody saw what it holds.
func (l *lostCells) covered(row, column int) bool {
	return slices.ContainsFunc(l.unmerged, func(a Area) bool { return a.covers(row, column) })
}

// array reports whether a cell loses its formula.
func (l *lostCells) array(row, column int) bool {
	return len(l.arrays) > 0 && slices.Contains(l.arrays, place{int32(row), int32(column)})
}

// editedIn are the edited cells in the rows of an area.
func (l *lostCells) editedIn(a Area) []place {
	from, _ := slices.BinarySearchFunc(l.edited, place{row: int32(a.Top)}, place.compare)
	to, _ := slices.BinarySearchFunc(l.edited, place{row: int32(a.Bottom) + 1}, place.compare)
	return l.edited[from:to]
}

// inside reports whether all edited cells lie in an area.
func (l *lostCells) inside(a Area) bool { return l.grown(a) == a }

// grown is an area with all edited cells.
func (l *lostCells) grown(a Area) Area {
	for _, p := range l.edited {
		a.Left, a.Right = min(a.Left, int(p.column)), max(a.Right, int(p.column))
		a.Top, a.Bottom = min(a.Top, int(p.row)), max(a.Bottom, int(p.row))
	}
	return a
}

// covers reports whether a cell lies in an area of merged cells and is not the first, which alone is seen.
func (a Area) covers(row, column int) bool {
	return row >= a.Top && row <= a.Bottom && column >= a.Left && column <= a.Right && (row != a.Top || column != a.Left)
}

// findLost looks a worksheet through for what an edited cell takes from others.
func (b *book) findLost(part string, l *lostCells) error {
	in, err := b.worksheet(part)
	if err != nil {
		return err
	}
	defer in.Close()
	s := newScanner(in)
	row, column := 0, -1
	for {
		t, err := s.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case t.is("row"):
			row, column = t.number("r", row+1), -1
		case t.is("c"):
			column = columnOf(t, column)
		case t.is("f"):
			l.formula(t, row, column)
		case t.is("mergeCell"):
			l.merge(t)
		}
	}
}

// formula notes a formula that fills an edited cell beside its own.
func (l *lostCells) formula(t token, row, column int) {
	l.formulas = true
	kind := string(t.attr("t"))
	if kind != "array" && kind != "dataTable" {
		return
	}
	a, ok := parseArea(t.attr("ref"))
	if ok && slices.ContainsFunc(l.editedIn(a), func(p place) bool { return int(p.column) >= a.Left && int(p.column) <= a.Right }) {
		l.arrays = append(l.arrays, place{int32(row), int32(column)})
	}
}

// merge notes merged cells of which one is edited that nobody sees.
func (l *lostCells) merge(t token) {
	l.merges++
	a, ok := parseArea(t.attr("ref"))
	if ok && slices.ContainsFunc(l.editedIn(a), func(p place) bool { return a.covers(int(p.row), int(p.column)) }) {
		l.unmerged = append(l.unmerged, a)
	}
}

// writeWorkbook writes the workbook part, which asks for a calculation of the formulas when it is opened.
func (c *corrector) writeWorkbook(calculate bool) error {
	data, err := c.book.read(c.book.mainPart.name)
	if err != nil {
		return err
	}
	if calculate {
		if data, err = calculated(data); err != nil {
			return err
		}
	}
	return c.writeBytes(c.book.mainPart.name, data)
}

// beforeCalculation are the elements of a workbook that stand before the one about calculation.
var beforeCalculation = []string{"fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr", "workbookProtection", "bookViews", "sheets",
	"functionGroups", "externalReferences", "definedNames"}

// calculated is a workbook part that asks for a calculation.
func calculated(data []byte) ([]byte, error) {
	var out []byte
	prefix, depth, done := "", 0, false
	err := eachToken(data, func(t token) {
		if t.kind == shut {
			depth--
		}
		switch {
		case depth == 0 && t.is("workbook"):
			prefix = t.prefix()
		case depth == 1 && t.is("calcPr"):
			done = true
			t.raw = t.with("fullCalcOnLoad", "1")
		case !done && t.kind != text && (depth == 0 && t.kind == shut || depth == 1 && t.kind != shut && !slices.Contains(beforeCalculation, string(t.name))):
			done = true
			out = append(out, "<"+prefix+`calcPr fullCalcOnLoad="1"/>`...)
		}
		if t.kind == open {
			depth++
		}
		out = append(out, t.raw...)
	})
	return out, err
}
