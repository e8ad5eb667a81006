package ooxml

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
)

// ReadOptions say what is read of a worksheet.
type ReadOptions struct {
	Width  int    // how many columns from A are kept; 0 keeps all, also what merged cells cover
	Merged []Area // the worksheet's merged cells, by their first row: of each only the first cell shows
}

// Facts are what a worksheet says beside its rows.
type Facts struct {
	HiddenColumns []int // from 0, within ReadOptions.Width
}

// worksheetReader is one reading of a worksheet.
type worksheetReader struct {
	*Workbook
	o      ReadOptions
	take   func(*Row) bool
	facts  Facts
	x      *xmlScanner
	row    Row
	digits string // the row's number as its cells spell it
	column int    // of the cell
	open   bool   // the row is not handed on yet: some programs write an element for each of its cells
	seen   bool   // the sheet's data
	covers covers

	rowStyle     int            // of the row as a whole, -1 for none
	columnStyles []int          // of the columns as a whole, within the width
	apart        map[string]int // of shared formulas, by their number: how far from its own row a cell reads another
}

var errStopped = errors.New("nobody wants more rows")

// Read reads the rows of a worksheet, blank ones too, until take gives false. An error is a *problem.Refusal.
func (w *Workbook) Read(s Worksheet, o ReadOptions, take func(*Row) bool) (Facts, error) {
	if err := w.loadStrings(); err != nil {
		return Facts{}, err
	}
	rc, err := w.Package.open(s.part, worksheetMax)
	if err != nil {
		return Facts{}, err
	}
	defer rc.Close()
	r := &worksheetReader{Workbook: w, o: o, take: take, x: newXMLScanner(rc), covers: covers{later: o.Merged}}
	if err := r.run(); err != nil && !errors.Is(err, errStopped) {
		return r.facts, w.damaged(fmt.Sprintf("worksheet %q", s.Name), err)
	}
	return r.facts, nil
}

// HasData reports whether a worksheet holds anything but blanks.
func (w *Workbook) HasData(s Worksheet) (some bool, err error) {
	_, err = w.Read(s, ReadOptions{}, func(r *Row) bool {
		for _, c := range r.Cells {
			some = some || strings.TrimSpace(c.Text) != ""
		}
		return !some
	})
	return some, err
}

// run reads the worksheet to its end, where the checksum is.
func (r *worksheetReader) run() error {
	if err := r.x.open("worksheet"); err != nil {
		return err
	}
	err := r.x.children(func(local string) error {
		switch local {
		case "cols":
			return r.columns()
		case "sheetData":
			if r.seen {
				return fmt.Errorf("%w: two tables in one worksheet", errXML)
			}
			r.seen = true
			return r.rows()
		}
		return r.x.skip()
	})
	if err != nil {
		return err
	}
	_, err = r.x.next()
	return err
}

// columns notes which columns are hidden, and the styles they have as a whole.
func (r *worksheetReader) columns() error {
	next := 1 // a column is named once, however often it is listed
	return r.x.children(func(local string) error {
		if local != "col" {
			return r.x.skip()
		}
		low, _ := strconv.Atoi(r.x.attribute("min"))
		high, _ := strconv.Atoi(r.x.attribute("max"))
		if style, _ := strconv.Atoi(r.x.attribute("style")); style > 0 {
			for column := max(low, 1) - 1; column < min(high, r.o.Width); column++ {
				for len(r.columnStyles) <= column {
					r.columnStyles = append(r.columnStyles, 0)
				}
				r.columnStyles[column] = style
			}
		}
		if truth(r.x.attribute("hidden")) {
			for next = max(next, low); next <= min(high, r.o.Width); next++ {
				r.facts.HiddenColumns = append(r.facts.HiddenColumns, next-1)
			}
		}
		return r.x.skip()
	})
}

// rows reads the rows.
func (r *worksheetReader) rows() error {
	for {
		kind, err := r.x.next()
		if err != nil {
			return err
		}
		switch {
		case kind == closeTag:
			return r.finishRow()
		case kind == openTag && r.x.local() == "row":
			err = r.oneRow()
		case kind == openTag:
			err = r.x.skip()
		}
		if err != nil {
			return err
		}
	}
}

// oneRow reads one row, whose tag was opened last, or more cells of the row before.
func (r *worksheetReader) oneRow() error {
	number, digits, hidden, err := r.rowTag()
	if err != nil {
		return err
	}
	if !r.open || number != r.row.Number {
		if err := r.finishRow(); err != nil {
			return err
		}
		r.row = Row{Number: number, Hidden: hidden, Plain: true, Cells: r.row.Cells[:0], Struck: r.row.Struck[:0], Unseen: r.row.Unseen[:0]}
		r.open, r.column, r.rowStyle = true, -1, -1
		if err := r.covers.row(number); err != nil {
			return err
		}
	}
	r.digits = digits
	if truth(r.x.attribute("customFormat")) {
		r.rowStyle, _ = strconv.Atoi(r.x.attribute("s"))
	}
	for {
		kind, err := r.x.next()
		if err != nil {
			return err
		}
		if kind == closeTag {
			return nil
		}
		if kind == openTag {
			if r.x.local() == "c" {
				err = r.cell()
			} else {
				err = r.x.skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

// finishRow hands the row on that was read last.
func (r *worksheetReader) finishRow() error {
	if !r.open {
		return nil
	}
	r.open = false
	if !r.take(&r.row) {
		return errStopped
	}
	return nil
}

// rowTag reads a row's number. A row without one follows the one before.
func (r *worksheetReader) rowTag() (number int, digits string, hidden bool, err error) {
	for _, a := range r.x.list {
		switch a.name {
		case "r":
			digits = a.value
		case "hidden":
			hidden = truth(a.value)
		}
	}
	number = r.row.Number + 1
	if digits != "" {
		if number, err = strconv.Atoi(digits); err != nil || number < 1 {
			return 0, "", false, fmt.Errorf("a row's number is %.20q", digits)
		}
	}
	if number > MaxRows {
		return 0, "", false, fmt.Errorf("row %d, but a worksheet has %d at most", number, MaxRows)
	}
	if number < r.row.Number {
		return 0, "", false, fmt.Errorf("row %d stands behind row %d", number, r.row.Number)
	}
	return number, digits, hidden, nil
}

// rawCell is a cell as it is stored.
type rawCell struct {
	kind     string // the t attribute
	style    string
	value    string
	formula  string
	inline   string
	hasValue bool
	computed bool
	otherRow int  // the row that the formula reads instead of the cell's own, 0 for none
	struck   bool // a part of the inline text is struck out
}

// cell reads one cell, whose tag was opened last, and puts it into its column.
func (r *worksheetReader) cell() error {
	var raw rawCell
	ref := ""
	for _, a := range r.x.list {
		switch a.name {
		case "r":
			ref = a.value
		case "t":
			raw.kind = a.value
		case "s":
			raw.style = a.value
		}
	}
	if err := r.place(ref); err != nil {
		return err
	}
	if r.x.empty { // most cells of a formatted sheet are
		_, err := r.x.next()
		return err
	}
	if err := r.inside(&raw); err != nil {
		return err
	}
	return r.keep(&raw)
}

// keep makes a cell of what is stored, and puts it into its column.
func (r *worksheetReader) keep(raw *rawCell) error {
	if r.x.suspect {
		r.row.Plain = false
	}
	cell, err := r.value(raw)
	if err != nil {
		return fmt.Errorf("cell %s%d: %w", problem.Column(r.column), r.row.Number, err)
	}
	if cell.Kind != Empty && r.column < r.o.Width {
		if r.struckOut(raw) {
			r.row.Struck = append(r.row.Struck, r.column)
		}
		if r.hiding && r.unseen(raw, cell) {
			r.row.Unseen = append(r.row.Unseen, r.column)
		}
	}
	return r.put(cell)
}

// struckOut reports whether a cell's text is struck out, or a part of it.
func (r *worksheetReader) struckOut(raw *rawCell) bool {
	if raw.struck {
		return true
	}
	if len(r.struck) > 0 && r.struck[r.styleOf(raw)] {
		return true
	}
	if raw.kind != "s" || r.strings == nil || len(r.strings.struck) == 0 {
		return false
	}
	i, err := strconv.Atoi(strings.TrimSpace(raw.value))
	return err == nil && r.strings.struck[i]
}

// styleOf is the style that a cell is shown in. For one without a style of its own LibreOffice takes the row's, or the column's.
func (r *worksheetReader) styleOf(raw *rawCell) int {
	style := r.rowStyle
	switch {
	case raw.style != "":
		style, _ = strconv.Atoi(raw.style)
	case style < 0 && r.column < len(r.columnStyles):
		style = r.columnStyles[r.column]
	}
	return max(style, 0)
}

// unseen reports whether a cell's number format hides its value.
func (r *worksheetReader) unseen(raw *rawCell, cell Cell) bool {
	style := r.styleOf(raw)
	return style < len(r.formats) && r.formats[style].hides(cell)
}

// place finds a cell's column. A cell without a reference follows the one before.
func (r *worksheetReader) place(ref string) error {
	if ref == "" {
		r.column++
		return nil
	}
	column, i := 0, 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20 // capital letters
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	if digits := ref[i:]; i == 0 || column > MaxColumns || digits != r.digits && digits != strconv.Itoa(r.row.Number) {
		return fmt.Errorf("row %d holds a cell that calls itself %.20q", r.row.Number, ref)
	}
	r.column = column - 1
	return nil
}

// inside reads what a cell holds.
func (r *worksheetReader) inside(raw *rawCell) (err error) {
	for {
		kind, err := r.x.next()
		if err != nil {
			return err
		}
		if kind == closeTag {
			return nil
		}
		if kind != openTag {
			continue
		}
		switch r.x.local() {
		case "v":
			raw.hasValue = true
			raw.value, err = r.x.content()
		case "f":
			err = r.formulaOf(raw)
		case "is":
			raw.inline, err = r.x.richText()
			raw.struck = r.x.struck
		default:
			err = r.x.skip()
		}
		if err != nil {
			return err
		}
	}
}

// put puts a cell into its column. Cells behind the width aren't kept, so that a stray one costs nothing.
func (r *worksheetReader) put(cell Cell) error {
	known := r.o.Width > 0
	if cell.Kind == Empty || known && r.covers.cell(r.row.Number, r.column) {
		return nil
	}
	if r.column >= MaxColumns {
		return fmt.Errorf("row %d has more than %d cells", r.row.Number, MaxColumns)
	}
	if known && r.column >= r.o.Width {
		if r.row.Stray == 0 && strings.TrimSpace(cell.Text) != "" {
			r.row.Stray, r.row.Beyond = r.column, cell
		}
		return nil
	}
	for len(r.row.Cells) < r.column {
		r.row.Cells = append(r.row.Cells, Cell{})
	}
	if len(r.row.Cells) == r.column {
		r.row.Cells = append(r.row.Cells, cell)
		return nil
	}
	if r.row.Cells[r.column].Kind != Empty {
		return fmt.Errorf("cell %s%d is there twice", problem.Column(r.column), r.row.Number)
	}
	r.row.Cells[r.column] = cell
	return nil
}
