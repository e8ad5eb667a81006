package sheet

import (
	"fmt"
	"io"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// openXLSX finds the worksheet and its header.
func openXLSX(file io.ReaderAt, size int64, info Info, o Options) (*Sheet, error) {
	parts, err := ooxml.Open(file, size, info.Name)
	if err != nil {
		return nil, err
	}
	t := &worksheet{name: info.Name, parts: parts}
	if t.book, err = parts.Workbook(); err != nil {
		return nil, err
	}
	if t.part, err = t.pick(o.Worksheet); err != nil {
		return nil, err
	}
	if t.merged, err = t.book.Merged(t.part); err != nil {
		return nil, err
	}
	header, err := takeHeader(t, fmt.Sprintf("%s, worksheet %q,", info.Name, t.part.Name), o)
	if err != nil {
		return nil, err
	}
	info.Worksheet, info.HeaderRow = t.part.Name, header.Number
	cells := trimHeader(header.Cells)
	t.width = len(cells)
	return &Sheet{info: info, header: cells, table: t, shape: newShape(info, cells)}, nil
}

// worksheet is one worksheet of a workbook.
type worksheet struct {
	name   string // of the file
	parts  *ooxml.Package
	book   *ooxml.Workbook
	part   ooxml.Worksheet
	merged []ooxml.Area
	width  int // of the header, 0 while it is looked for
}

func (t *worksheet) read(c *collector) error {
	facts, err := t.book.Read(t.part, ooxml.ReadOptions{Width: t.width, Merged: t.merged}, func(r *ooxml.Row) bool { return t.row(r, c) })
	if err == nil && !c.done && c.shape != nil {
		t.noteFacts(facts, c)
	}
	return err
}

func cellOf(c ooxml.Cell) Cell {
	return Cell{Kind: Kind(c.Kind), Calculated: c.Calculated, OtherRow: c.OtherRow, Text: c.Text}
}

// row hands a row on.
func (t *worksheet) row(r *ooxml.Row, c *collector) bool {
	start := len(c.cells)
	for _, cell := range r.Cells {
		c.cells = append(c.cells, cellOf(cell))
	}
	c.hidden, c.stray, c.beyond = r.Hidden, r.Stray, cellOf(r.Beyond)
	if c.shape != nil && r.Number > c.shape.info.HeaderRow {
		c.shape.notice.worksheetRow(r, blank(c.cells[start:]))
	}
	return c.row(r.Number, 0, start, r.Plain)
}

// pick chooses the worksheet: by name, by its place among the visible ones, or the only visible one with data.
func (t *worksheet) pick(asked string) (ooxml.Worksheet, error) {
	if asked == "" {
		return t.onlyOne()
	}
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for _, s := range t.book.Worksheets() {
			if same(strings.TrimSpace(s.Name), strings.TrimSpace(asked)) {
				return s, nil
			}
		}
	}
	visible := t.visible()
	for i, s := range visible {
		if fmt.Sprint(i+1) == strings.TrimSpace(asked) {
			return s, nil
		}
	}
	return ooxml.Worksheet{}, problem.Refuse("no-such-worksheet", "there are "+listWorksheets(t.book.Worksheets()), "%s has no worksheet %q", t.name, asked)
}

func (t *worksheet) visible() (sheets []ooxml.Worksheet) {
	for _, s := range t.book.Worksheets() {
		if !s.Hidden {
			sheets = append(sheets, s)
		}
	}
	return sheets
}

// onlyOne is the visible worksheet with data, if there is one and no other beside our own summary.
func (t *worksheet) onlyOne() (ooxml.Worksheet, error) {
	var filled []ooxml.Worksheet
	for _, s := range t.visible() {
		some, err := t.book.HasData(s)
		if err != nil {
			return s, err
		}
		if some && !s.Summary {
			filled = append(filled, s)
		}
	}
	switch len(filled) {
	case 1:
		return filled[0], nil
	case 0:
		return ooxml.Worksheet{}, problem.Refuse("empty-file", "there are "+listWorksheets(t.book.Worksheets()), "%s has no visible worksheet with data", t.name)
	}
	names := make([]string, len(filled))
	for i, s := range filled {
		names[i] = s.Name
	}
	return ooxml.Worksheet{}, problem.Refuse("needs-sheet", "", "%s has several worksheets with data: %s", t.name, listWorksheets(filled)).
		With(problem.Remedy{Way: problem.ChooseWorksheet, Args: names})
}

// listWorksheets names worksheets for a message.
func listWorksheets(sheets []ooxml.Worksheet) string {
	var names []string
	for _, s := range sheets {
		name := fmt.Sprintf("%q", problem.Shorten(s.Name, 40))
		if s.Hidden {
			name += " (hidden)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
