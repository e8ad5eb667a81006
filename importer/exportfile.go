package importer

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// rowColumn is the header by which readers know a CSV of ours, from whose cells they take the apostrophe before a formula.
const rowColumn = "_row"

// WriteCSV writes the export as a CSV. It has a column of row numbers only where a text needs an apostrophe in front.
func (e *Export) WriteCSV(w io.Writer, noBOM bool) error {
	c := sheet.CreateCSV(w, sheet.CSVOptions{NoBOM: noBOM})
	numbered := e.guarded()
	write := func(cells []string, number string) error {
		if numbered {
			cells = append(slices.Clip(cells), number)
		}
		return c.Write(cells...)
	}
	if err := write(e.Header(), rowColumn); err != nil {
		return err
	}
	for i, cells := range e.Rows {
		if err := write(cells, strconv.Itoa(i+2)); err != nil {
			return err
		}
	}
	return c.Flush()
}

func (e *Export) guarded() bool {
	return slices.ContainsFunc(e.Rows, func(cells []string) bool { return slices.ContainsFunc(cells, sheet.Guarded) })
}

// fillLeftOut is the colour behind a cell whose value was left out.
const fillLeftOut = "F8CBAD"

// WriteXLSX writes the export as a workbook whose cells are text, so that Excel leaves ids, phones and postcodes as they are.
// A value that is left out stands in a note on its cell.
func (e *Export) WriteXLSX(w io.Writer) error {
	x, err := sheet.CreateXLSX(sheet.XLSXOptions{Worksheet: "Users", Columns: e.columns()})
	if err != nil {
		return err
	}
	defer x.Close()
	left := e.leftByCell()
	entries := make([]sheet.Entry, len(e.Fields))
	for i, cells := range e.Rows {
		for c, text := range cells {
			entries[c] = sheet.Entry{Text: text}
			if l, ok := left[[2]int{i + 2, c}]; ok {
				entries[c].Fill = fillLeftOut
				entries[c].Note = fmt.Sprintf("The directory has %q, which a sheet can't hold: %s. A blank cell leaves it alone.", problem.Shorten(l.Value, 200), l.Reason)
			}
		}
		if err := x.Write(entries...); err != nil {
			return err
		}
	}
	_, err = x.WriteTo(w)
	return err
}

func (e *Export) leftByCell() map[[2]int]LeftOut {
	left := map[[2]int]LeftOut{}
	for _, l := range e.LeftOut {
		left[[2]int{l.Row, l.Column}] = l
	}
	return left
}

// columns are the fields as columns of a workbook.
func (e *Export) columns() (columns []sheet.Column) {
	for _, id := range e.Fields {
		columns = append(columns, columnOf(id))
	}
	return columns
}

// columnOf is a field as a column wide enough for what is usual in it.
func columnOf(id field.ID) sheet.Column {
	entry := id.Entry()
	c := sheet.Column{Header: entry.Name, Width: float64(max(len(entry.Name), len(entry.Example)) + 4)} // room for the filter's arrow
	if entry.Choices != nil {
		c.Choices = entry.Choices()
	}
	return c
}
