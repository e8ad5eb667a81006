package importer

import (
	"io"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/sheet"
)

// TemplateHeader names the columns of an empty sheet: every field of the catalogue.
func TemplateHeader() []string {
	var names []string
	for _, e := range field.All() {
		names = append(names, e.Label)
	}
	return names
}

// TemplateCSV writes an empty sheet as a CSV.
func TemplateCSV(w io.Writer, noBOM bool) error {
	c := sheet.CreateCSV(w, sheet.CSVOptions{NoBOM: noBOM})
	if err := c.Write(TemplateHeader()...); err != nil {
		return err
	}
	return c.Flush()
}

// TemplateXLSX writes an empty sheet as a workbook, with drop-downs and a note on each header.
func TemplateXLSX(w io.Writer) error {
	x, err := sheet.CreateXLSX(sheet.XLSXOptions{Worksheet: "Users", Columns: templateColumns()})
	if err != nil {
		return err
	}
	defer x.Close()
	_, err = x.WriteTo(w)
	return err
}

// templateColumns are the catalogue as columns of a workbook.
func templateColumns() []sheet.Column {
	var columns []sheet.Column
	for _, e := range field.All() {
		c := sheet.Column{Header: e.Label, Width: float64(max(len(e.Label), len(e.Example)) + 4), Note: templateNote(e)}
		if e.Choices != nil {
			c.Choices = e.Choices()
		}
		columns = append(columns, c)
	}
	return columns
}

func templateNote(e field.Entry) string {
	note := strings.ToUpper(e.About[:1]) + e.About[1:] + ".\nExample: " + e.Example
	switch {
	case e.Mode == "":
		return note + "\nSays who the row is about."
	case e.Clearable:
		return note + "\nA blank cell leaves the value alone; #CLEAR empties it, once that is allowed for the run."
	}
	return note + "\nA blank cell leaves the value alone."
}
