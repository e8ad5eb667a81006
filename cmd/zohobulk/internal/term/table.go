package term

import "strings"

// Column is one column of a table.
type Column struct {
	Title string
	Right bool // numbers stand on the right
	Least int  // columns it keeps on a narrow terminal; 0 stands for 8
}

// Table is a small table for the screen; all of it is held, so whoever fills it says how many rows are enough.
type Table struct {
	Columns []Column
	Rows    [][]string // cells as they came: the table makes them safe
	Styles  []Style    // of each row, where given
}

const (
	tableGap  = 2  // blanks between columns
	leastCell = 8  // a column narrower than this says nothing: chosen by eye
	narrow    = 40 // below this many columns a row is written as lines of its own: chosen by eye
)

// Write lays the table out on the screen: cells are cut where the terminal is too narrow, a very narrow one gets each
// row as a few lines, and without a terminal nothing is cut.
func (t Table) Write(s *Screen) {
	widths := t.widths()
	if limit := s.Width(); limit > 0 && total(widths) > limit {
		if limit < narrow || !t.shrink(widths, limit) {
			t.writeStacked(s)
			return
		}
	}
	var titles []string
	for _, c := range t.Columns {
		titles = append(titles, c.Title)
	}
	s.Linef("%s", s.Paint(Bold, t.line(s, titles, widths)))
	for i, row := range t.Rows {
		s.Linef("%s", s.Paint(t.style(i), t.line(s, row, widths)))
	}
}

func (t Table) style(row int) Style {
	if row < len(t.Styles) {
		return t.Styles[row]
	}
	return Plain
}

// widths is what each column would like.
func (t Table) widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = Width(c.Title)
	}
	for _, row := range t.Rows {
		for i := range min(len(row), len(widths)) {
			widths[i] = max(widths[i], Width(Safe(row[i])))
		}
	}
	return widths
}

func total(widths []int) int {
	sum := tableGap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// shrink takes from the widest column, one blank at a time, until the table fits; it reports whether it does.
func (t Table) shrink(widths []int, limit int) bool {
	for total(widths) > limit {
		widest := -1
		for i, w := range widths {
			if w > t.least(i) && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}

func (t Table) least(column int) int {
	if least := t.Columns[column].Least; least > 0 {
		return least
	}
	return leastCell
}

func (t Table) line(s *Screen, row []string, widths []int) string {
	var b strings.Builder
	for i, width := range widths {
		text := ""
		if i < len(row) {
			text = s.Cell(row[i], width)
		}
		if i > 0 {
			b.WriteString(strings.Repeat(" ", tableGap))
		}
		switch {
		case t.Columns[i].Right:
			b.WriteString(padLeft(text, width))
		case i == len(widths)-1:
			b.WriteString(text)
		default:
			b.WriteString(Pad(text, width))
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// writeStacked writes each row as "Title: cell" lines with a blank line between rows.
func (t Table) writeStacked(s *Screen) {
	for i, row := range t.Rows {
		if i > 0 {
			s.Linef("")
		}
		for c := range min(len(row), len(t.Columns)) {
			if row[c] == "" {
				continue
			}
			for _, line := range Wrap(t.Columns[c].Title+": "+s.Cell(row[c], 0), s.Width(), tableGap) {
				s.Linef("%s", s.Paint(t.style(i), line))
			}
		}
	}
}
