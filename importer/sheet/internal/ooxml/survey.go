package ooxml

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// layout is what must be known of a worksheet before it is rewritten.
type layout struct {
	columns []int  // where the added columns stand
	style   int    // of the header's last cell, for the headers that are added
	bottom  int    // the last row
	tables  bool   // it has a table, whose own filter can't be overlapped
	drawing string // the relationship of its notes' boxes, "" for none
}

// survey finds the columns that are free: past every cell that holds something, as rows can be longer than the header.
// A column of an earlier marking is taken again.
func (b *book) survey(part string, o MarkOptions) (layout, error) {
	in, err := b.worksheet(part)
	if err != nil {
		return layout{}, err
	}
	defer in.Close()
	s := newScanner(in)
	v := &surveyor{headerRow: o.HeaderRow, right: -1, header: map[int]headerCell{}}
	for {
		t, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return layout{}, err
		}
		v.token(t)
	}
	texts, err := b.headerTexts(v.header)
	if err != nil {
		return layout{}, err
	}
	return v.layout(texts, o.Columns)
}

// headerCell is a cell of the header: its text, or the index of its shared text.
type headerCell struct {
	text   string
	shared int // -1 for none
	style  int
}

type surveyor struct {
	headerRow   int
	row, column int
	right       int // the last column that holds something
	bottom      int
	tables      bool
	drawing     string
	inHeader    bool
	kind        string // t of the cell
	style       int
	inText      bool
	value       []byte
	header      map[int]headerCell
	merged      [MaxColumns]bool // columns with a merged cell in the header or below
}

func (v *surveyor) token(t token) {
	switch {
	case t.is("row"):
		v.row = t.number("r", v.row+1)
		v.bottom = max(v.bottom, v.row)
		v.column = -1
		v.inHeader = v.row == v.headerRow
	case t.is("c"):
		v.column = columnOf(t, v.column)
		if v.inHeader {
			v.kind, v.style, v.value = string(t.attr("t")), t.number("s", 0), nil
		}
	case t.is("v"), t.is("is"), t.is("f"):
		v.right = max(v.right, v.column)
		v.inText = v.inHeader && t.kind == open && !t.is("f")
	case t.is("mergeCell"):
		v.merge(t.attr("ref"))
	case t.is("tablePart"):
		v.tables = true
	case t.is("legacyDrawing"):
		v.drawing = string(relID(t))
	case t.kind == text && v.inText:
		v.value = append(v.value, t.raw...)
	case t.ends("v"), t.ends("is"):
		v.inText = false
	case t.ends("c") && v.inHeader:
		v.header[v.column] = v.cell()
	}
}

// merge notes the columns of merged cells: of those only the first cell shows.
func (v *surveyor) merge(ref []byte) {
	a, ok := parseArea(ref)
	if !ok || a.Bottom < v.headerRow || a.Left == a.Right && a.Top == a.Bottom {
		return
	}
	for column := a.Left; column <= min(a.Right, MaxColumns-1); column++ {
		v.merged[column] = true
	}
}

// free is the first column from one on that no merged cell covers.
func (v *surveyor) free(column int) int {
	for column < MaxColumns && v.merged[column] {
		column++
	}
	return column
}

func (v *surveyor) cell() headerCell {
	if v.kind == "s" {
		index, err := strconv.Atoi(strings.TrimSpace(string(v.value)))
		if err == nil {
			return headerCell{shared: index, style: v.style}
		}
	}
	return headerCell{text: plainText(v.value), shared: -1, style: v.style}
}

// columnOf is the column of a cell: its reference's, or the one after the last.
func columnOf(t token, last int) int {
	if column, _, ok := parseCell(t.attr("r")); ok {
		return column
	}
	return last + 1
}

func (v *surveyor) layout(texts map[int]string, columns []string) (layout, error) {
	l := layout{bottom: max(v.bottom, v.headerRow), tables: v.tables, drawing: v.drawing}
	free, last := v.free(v.right+1), -1
	for column, c := range v.header {
		if column > last {
			last, l.style = column, c.style
		}
	}
	for _, name := range columns {
		at := -1
		for column, text := range texts {
			if strings.TrimSpace(text) == name && (at < 0 || column < at) && !v.merged[column] {
				at = column
			}
		}
		if at < 0 {
			at = free
			free = v.free(free + 1)
		}
		if at >= MaxColumns {
			return l, errors.New("the worksheet has no free column for what must be added")
		}
		l.columns = append(l.columns, at)
	}
	return l, nil
}

// headerTexts resolves the header's shared texts.
func (b *book) headerTexts(header map[int]headerCell) (map[int]string, error) {
	texts, wanted, most := map[int]string{}, map[int][]int{}, -1
	for column, c := range header {
		if c.shared < 0 {
			texts[column] = c.text
			continue
		}
		wanted[c.shared] = append(wanted[c.shared], column)
		most = max(most, c.shared)
	}
	r := b.rels.first(relStrings)
	if most < 0 || r == nil {
		return texts, nil
	}
	part := resolve(b.mainPart.name, r.Target)
	if !b.has(part) {
		return texts, nil
	}
	in, err := b.worksheet(part)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return texts, sharedTexts(in, most, func(index int, text string) {
		for _, column := range wanted[index] {
			texts[column] = text
		}
	})
}

// sharedTexts reads the shared texts up to the one with index most.
func sharedTexts(in io.Reader, most int, f func(index int, text string)) error {
	x := newXMLScanner(in)
	if err := x.open("sst"); err != nil {
		return err
	}
	index := 0
	err := x.children(func(local string) error {
		if local != "si" {
			return x.skip()
		}
		text, err := x.richText()
		if err != nil {
			return err
		}
		f(index, text)
		if index++; index > most {
			return errStopped
		}
		return nil
	})
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}
