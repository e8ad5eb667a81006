package sheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
)

// openXLSX finds the worksheet and its header.
func openXLSX(file io.ReaderAt, size int64, info Info, o Options) (*Sheet, error) {
	parts, err := openParts(file, size, info.Name)
	if err != nil {
		return nil, err
	}
	book, err := readWorkbook(parts)
	if err != nil {
		return nil, err
	}
	t := &worksheet{workbook: book}
	if t.part, err = book.pick(o.Worksheet); err != nil {
		return nil, err
	}
	if t.merged, err = findMerged(parts, t.part); err != nil {
		return nil, err
	}
	header, err := takeHeader(t, fmt.Sprintf("%s, worksheet %q,", info.Name, t.part.name), o)
	if err != nil {
		return nil, err
	}
	info.Worksheet, info.HeaderRow = t.part.name, header.Number
	cells := trimHeader(header.Cells)
	t.header = cells
	return &Sheet{info: info, header: cells, table: t, shape: newShape(info, cells)}, nil
}

// worksheet is one worksheet of a workbook.
type worksheet struct {
	*workbook
	part   worksheetPart
	header []Cell // nil while it is looked for
	merged []cellRange
}

// worksheetReader is one reading of a worksheet.
type worksheetReader struct {
	*worksheet
	*collector
	x      *xmlScanner
	number int    // of the row
	digits string // the row's number as its cells spell it
	column int    // of the cell
	start  int    // of the row's cells
	open   bool   // the row is not handed on yet: some programs write an element for each of its cells
	plain  bool
	seen   bool // the sheet's data
	merges mergedCells
	covers covers
	apart  map[string]int // of shared formulas, by their number: how far from its own row a cell reads another
}

var errStopped = errors.New("nobody wants more rows")

func (t *worksheet) read(c *collector) error {
	if err := t.loadStrings(); err != nil {
		return err
	}
	rc, err := t.parts.open(t.part.part, worksheetMax)
	if err != nil {
		return err
	}
	defer rc.Close()
	r := &worksheetReader{worksheet: t, collector: c, x: newXMLScanner(rc), covers: covers{later: t.merged}}
	if err := r.run(); err != nil && !errors.Is(err, errStopped) {
		return t.parts.damaged(fmt.Sprintf("worksheet %q", t.part.name), err)
	}
	return nil
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
			return r.rowsOf()
		case "mergeCells":
			return r.noteMerges()
		}
		return r.x.skip()
	})
	if err != nil {
		return err
	}
	if _, err := r.x.next(); err != nil {
		return err
	}
	if r.shape != nil {
		r.merges.note(r.collector)
	}
	return nil
}

// rowsOf reads the rows.
func (r *worksheetReader) rowsOf() error {
	for {
		kind, err := r.x.next()
		if err != nil {
			return err
		}
		switch {
		case kind == closeTag:
			return r.finishRow()
		case kind == openTag && r.x.local() == "row":
			err = r.row()
		case kind == openTag:
			err = r.x.skip()
		}
		if err != nil {
			return err
		}
	}
}

// row reads one row, whose tag was opened last, or more cells of the row before.
func (r *worksheetReader) row() error {
	number, digits, hidden, err := r.rowTag()
	if err != nil {
		return err
	}
	if !r.open || number != r.number {
		if err := r.finishRow(); err != nil {
			return err
		}
		r.number, r.hidden, r.open, r.start = number, hidden, true, len(r.cells)
		if err := r.covers.row(number); err != nil {
			return err
		}
		r.column, r.plain, r.stray = -1, true, 0
	}
	r.digits = digits
	start := r.start
	for {
		kind, err := r.x.next()
		if err != nil {
			return err
		}
		if kind == closeTag {
			break
		}
		if kind == openTag {
			if r.x.local() == "c" {
				err = r.cell(start)
			} else {
				err = r.x.skip()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// finishRow hands the row on that was read last.
func (r *worksheetReader) finishRow() error {
	if !r.open {
		return nil
	}
	r.open = false
	r.lonelyStray(r.start)
	if !r.collector.row(r.number, 0, r.start, r.plain) {
		return errStopped
	}
	return nil
}

// lonelyStray counts a row below the header that has nothing but a cell to the right of it.
func (r *worksheetReader) lonelyStray(start int) {
	if r.stray == 0 || r.shape == nil || r.number <= r.shape.info.HeaderRow || !blank(r.cells[start:]) {
		return
	}
	if r.shape.notice.strays++; r.shape.notice.strays == 1 {
		r.shape.notice.stray = problem.Column(r.stray) + strconv.Itoa(r.number)
	}
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
	number = r.number + 1
	if digits != "" {
		if number, err = strconv.Atoi(digits); err != nil || number < 1 {
			return 0, "", false, fmt.Errorf("a row's number is %.20q", digits)
		}
	}
	if number > maxRows {
		return 0, "", false, fmt.Errorf("row %d, but a worksheet has %d at most", number, maxRows)
	}
	if number < r.number {
		return 0, "", false, fmt.Errorf("row %d stands behind row %d", number, r.number)
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
func (r *worksheetReader) cell(start int) error {
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
	return r.keep(start, &raw)
}

// keep makes a cell of what is stored, and puts it into its column.
func (r *worksheetReader) keep(start int, raw *rawCell) error {
	if r.x.suspect {
		r.plain = false
	}
	cell, err := r.value(raw)
	if err != nil {
		return fmt.Errorf("cell %s%d: %w", problem.Column(r.column), r.number, err)
	}
	if r.shape != nil && r.header != nil && cell.Kind != Empty && r.column < len(r.header) && r.number > r.shape.info.HeaderRow && r.struckOut(raw) {
		r.shape.notice.strike(r.column, r.number)
	}
	return r.put(start, cell)
}

// struckOut reports whether a cell's text is struck out, or a part of it.
func (r *worksheetReader) struckOut(raw *rawCell) bool {
	if raw.struck {
		return true
	}
	if len(r.struck) > 0 {
		if style, err := strconv.Atoi(orZero(raw.style)); err == nil && r.struck[style] {
			return true
		}
	}
	if raw.kind != "s" || r.strings == nil || len(r.strings.struck) == 0 {
		return false
	}
	i, err := strconv.Atoi(strings.TrimSpace(raw.value))
	return err == nil && r.strings.struck[i]
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
	if digits := ref[i:]; i == 0 || column > maxColumns || digits != r.digits && digits != strconv.Itoa(r.number) {
		return fmt.Errorf("row %d holds a cell that calls itself %.20q", r.number, ref)
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
			err = r.formula(raw)
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

// formula reads a cell's formula. One that cells share is spelled in the first of them alone; the others read the row as far from
// their own as the first does.
func (r *worksheetReader) formula(raw *rawCell) (err error) {
	shared := ""
	for _, a := range r.x.list {
		if a.name == "si" {
			shared = strings.Clone(a.value)
		}
	}
	raw.computed = true
	if raw.formula, err = r.x.content(); err != nil {
		return err
	}
	raw.otherRow = otherRow(raw.formula, r.number)
	switch {
	case shared == "":
	case raw.formula != "" && raw.otherRow != 0:
		if r.apart == nil {
			r.apart = map[string]int{}
		}
		r.apart[shared] = raw.otherRow - r.number
	case raw.formula == "" && r.apart[shared] != 0:
		raw.otherRow = r.number + r.apart[shared]
	}
	return nil
}

// put puts a cell into its column of the row that begins at start. Cells to the right of the header aren't kept, so
// that a stray one costs nothing.
func (r *worksheetReader) put(start int, cell Cell) error {
	if cell.Kind == Empty || r.header != nil && r.covers.cell(r.number, r.column) {
		return nil
	}
	if r.column >= maxColumns {
		return fmt.Errorf("row %d has more than %d cells", r.number, maxColumns)
	}
	if r.header != nil && r.column >= len(r.header) {
		if r.stray == 0 && !blankText(cell.Text) {
			r.stray, r.beyond = r.column, cell
		}
		return nil
	}
	at := start + r.column
	for len(r.cells) < at {
		r.cells = append(r.cells, Cell{})
	}
	if len(r.cells) == at {
		r.cells = append(r.cells, cell)
		return nil
	}
	if r.cells[at].Kind != Empty {
		return fmt.Errorf("cell %s%d is there twice", problem.Column(r.column), r.number)
	}
	r.cells[at] = cell
	return nil
}
