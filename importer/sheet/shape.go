package sheet

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"zohobulk/importer/problem"
)

// shape is what a data row is held against while it is read: where the header is, and how wide.
type shape struct {
	info   Info
	header []Cell
	wide   int  // cells of a CSV's header with the empty ones at its end, which count for the width of its rows
	ours   bool // the file has a _row column: it is one of our reports, whose cells may have an apostrophe too many
	notice notice
}

// notice gathers, during one reading, what is said once for the sheet.
type notice struct {
	strays  int
	stray   string // the first one's cell
	joins   int
	joined  int // the first one's line
	hidden  int
	veiled  int    // the first one's number
	struck  int    // cells whose text is struck out
	strikes string // the first one
	unseen  int    // cells whose value the number format hides
	unshown string // the first one
}

// strike counts a cell whose text is struck out.
func (n *notice) strike(column, row int) {
	if n.struck++; n.struck == 1 {
		n.strikes = fmt.Sprintf("%s%d", problem.Column(column), row)
	}
}

// fresh is the same shape for another reading.
func (s *shape) fresh() *shape {
	c := *s
	c.notice = notice{}
	return &c
}

// newShape makes the shape of a sheet whose header is known.
func newShape(info Info, header []Cell) shape {
	s := shape{info: info, header: header}
	for _, cell := range header {
		s.ours = s.ours || marksOurs(cell.Text)
	}
	return s
}

// data makes a data row of a raw row that isn't blank, or says that it is none.
func (s *shape) data(row *Row, plain bool, c *collector) bool {
	if row.Number <= s.info.HeaderRow {
		return false
	}
	if c.stray > 0 {
		s.warnStray(row, c.stray, c.beyond)
	}
	if len(row.Cells) != len(s.header) && s.info.Format == formatCSV {
		s.fit(row)
	}
	if s.info.Format == formatCSV {
		s.formulas(row)
	} else {
		s.otherRows(row)
	}
	if !plain {
		s.encoding(row)
	}
	if c.hidden {
		if s.notice.hidden++; s.notice.hidden == 1 {
			s.notice.veiled = row.Number
		}
	}
	if s.ours {
		for i := range row.Cells {
			row.Cells[i].Text = bare(row.Cells[i].Text)
		}
	}
	return true
}

// fit judges a CSV's row of another width than the header's: if it isn't just that empty cells follow, cells may have
// moved.
func (s *shape) fit(row *Row) {
	width := len(row.Cells)
	for width > len(s.header) && blankText(row.Cells[width-1].Text) {
		width--
	}
	row.Cells = row.Cells[:width]
	if width > len(s.header) && width <= s.wide { // nothing has moved: a column without a header holds something
		column := len(s.header)
		for blankText(row.Cells[column].Text) {
			column++
		}
		s.warnStray(row, column, row.Cells[column])
		row.Cells = row.Cells[:len(s.header)]
		return
	}
	if width != len(s.header) {
		row.Problems = append(row.Problems, s.ragged(row, width))
	}
}

// warnStray warns of a worksheet's cell to the right of the header. Cells of a worksheet don't move, so it bars nothing.
func (s *shape) warnStray(row *Row, column int, cell Cell) {
	p := s.problem(row, column, CodeStrayCell)
	p.Value = cell.Text
	p.Message = "a cell to the right of the last header is left aside"
	p.Hint = "give its column a header, or empty the cell"
	row.Problems = append(row.Problems, p)
}

func (s *shape) ragged(row *Row, cells int) problem.Problem {
	p := problem.Problem{Severity: problem.Error, Row: row.Number, Line: row.Line, Code: CodeRagged}
	than := "fewer"
	p.Hint = "a delimiter is missing, or the line was broken in two"
	if cells > len(s.header) {
		than = "more"
		p.Hint = "put cells that hold a delimiter in double quotes"
	}
	p.Message = fmt.Sprintf("%s cells than the header: %d, not %d", than, cells, len(s.header))
	return p
}

// problem is a warning about a cell of a row.
func (s *shape) problem(row *Row, column int, code string) problem.Problem {
	p := problem.Problem{Severity: problem.Warning, Row: row.Number, Line: row.Line, Code: code, Column: problem.Column(column)}
	p.Cell = fmt.Sprintf("%s%d", p.Column, row.Number)
	if column < len(s.header) {
		p.Header = s.header[column].Text
	}
	return p
}

// encoding warns of text that was decoded wrongly before it came here.
func (s *shape) encoding(row *Row) {
	for i, cell := range row.Cells {
		if cell.Kind != Text || i < len(s.header) && strings.HasPrefix(s.header[i].Text, "_") { // ours quote what they are about
			continue
		}
		meant, bad := mojibake(cell.Text)
		if !bad {
			continue
		}
		p := s.problem(row, i, CodeMojibake)
		p.Value = cell.Text
		p.Message = fmt.Sprintf("%q holds a replacement character: a letter was lost before this file was written", problem.Shorten(cell.Text, 40))
		p.Hint = "type the letter again"
		if meant != "" {
			p.Message = "the accents are garbled"
			p.Hint = fmt.Sprintf("probably %q is meant", problem.Shorten(meant, 40))
		}
		row.Problems = append(row.Problems, p)
	}
}

// end says at the end of a reading what was only counted on the way.
func (s *shape) end(c *collector) {
	n := s.notice
	if n.strays > 0 {
		c.note(problem.Problem{Severity: problem.Warning, Code: CodeStrayCell, Cell: n.stray,
			Message: fmt.Sprintf("%s left aside that hold nothing but cells to the right of the last header, the first at %s", rowsAre(n.strays), n.stray),
			Hint:    "delete these cells, or give their column a header"})
	}
	if n.joins > 0 {
		c.note(problem.Problem{Severity: problem.Warning, Code: CodeByteOrderMark, Line: n.joined,
			Message: fmt.Sprintf("a byte-order mark in the middle of the file, at line %d, was dropped", n.joined),
			Hint:    "files that were joined have a second header: look at that line"})
	}
	if n.struck > 0 {
		cells := "1 cell has text"
		if n.struck > 1 {
			cells = fmt.Sprintf("%d cells have text", n.struck)
		}
		c.note(problem.Problem{Severity: problem.Warning, Code: CodeStruckOut, Cell: n.strikes,
			Message: fmt.Sprintf("%s that is struck out, and it is read like any other, the first at %s", cells, n.strikes),
			Hint:    "delete the text that no longer holds"})
	}
	if n.unseen > 0 {
		cells := "1 cell holds a value"
		if n.unseen > 1 {
			cells = fmt.Sprintf("%d cells hold a value", n.unseen)
		}
		c.note(problem.Problem{Severity: problem.Warning, Code: CodeHiddenValue, Cell: n.unshown,
			Message: fmt.Sprintf("%s that its number format hides, and it is read like any other, the first at %s", cells, n.unshown),
			Hint:    "delete the value, or give the cell a format that shows it"})
	}
	if n.hidden > 0 {
		c.note(problem.Problem{Severity: problem.Note, Code: CodeHiddenRows, Row: n.veiled,
			Message: fmt.Sprintf("%s hidden in the worksheet, and read like the others, the first at row %d", rowsAre(n.hidden), n.veiled)})
	}
}

func rowsAre(n int) string {
	if n == 1 {
		return "1 row is"
	}
	return fmt.Sprintf("%d rows are", n)
}

// blank reports whether no cell holds anything but blanks.
func blank(cells []Cell) bool {
	for i := range cells {
		if cells[i].Kind != Empty && !blankText(cells[i].Text) {
			return false
		}
	}
	return true
}

// blankText reports whether a text is nothing but white space.
func blankText(text string) bool {
	if text == "" {
		return true
	}
	if c := text[0]; c > ' ' && c < utf8.RuneSelf { // nearly every text ends the question here
		return false
	}
	return strings.TrimSpace(text) == ""
}
