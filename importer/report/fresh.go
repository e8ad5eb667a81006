package report

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// fresh is a table to make a new workbook of, since its input was a CSV.
type fresh struct {
	header    []string
	headerRow int
	rows      iter.Seq2[freshRow, error]
}

type freshRow struct {
	number int
	cells  []string
}

// markFresh writes a new workbook with every cell as text, which keeps ids and zeros, and marks it.
func markFresh(ctx context.Context, out string, f fresh, o MarkOptions, marks iter.Seq2[RowMark, error]) error {
	plain, err := newTemp(out)
	if err != nil {
		return err
	}
	defer plain.Close()
	if err := f.write(ctx, plain, filepath.Dir(out)); err != nil {
		var disk *os.PathError // any other error is one of the rows
		if errors.As(err, &disk) {
			return notWritten(out, err)
		}
		return err
	}
	o.Worksheet, o.Password = "Sheet1", ""
	o.HeaderRow = max(f.headerRow, 1)
	return Mark(ctx, plain.Name(), out, o, marks)
}

func (f fresh) write(ctx context.Context, w io.Writer, temp string) (err error) {
	first, below := f.columns()
	x, err := sheet.CreateXLSX(sheet.XLSXOptions{Columns: first, Folder: temp})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	row := 1
	put := func(number int, cells []string) error {
		for ; row < number-1; row++ {
			if err := x.Write(); err != nil {
				return err
			}
		}
		row++
		return x.Write(entries(cells)...)
	}
	if below {
		if err := put(f.headerRow, f.header); err != nil {
			return err
		}
	}
	for r, err := range f.rows {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := put(r.number, r.cells); err != nil {
			return err
		}
	}
	_, err = x.WriteTo(w)
	return err
}

// columns are the workbook's, with the header in the first row; below tells that it stands further down in the CSV,
// where it is written then, so that every row keeps its number.
func (f fresh) columns() (columns []sheet.Column, below bool) {
	below = f.headerRow > 1
	for _, text := range f.header {
		c := sheet.Column{Width: 22} // an address fits, chosen by eye
		if !below {
			c.Header = text
		}
		columns = append(columns, c)
	}
	return columns, below
}

func entries(cells []string) []sheet.Entry {
	list := make([]sheet.Entry, len(cells))
	for i, text := range cells {
		list[i].Text = text
	}
	return list
}

func texts(cells []sheet.Cell) []string {
	list := make([]string, len(cells))
	for i, c := range cells {
		list[i] = c.Text
	}
	return list
}

// sheetRows are the rows of a sheet as they are read.
func sheetRows(s *sheet.Sheet) iter.Seq2[freshRow, error] {
	return func(yield func(freshRow, error) bool) {
		for r, err := range s.Rows() {
			if !yield(freshRow{r.Number, texts(r.Cells)}, err) {
				return
			}
		}
	}
}

// journalTable is the sheet of a run as the journal holds it: its own columns where they stood, each row under its number.
func journalTable(j Source) fresh {
	m := j.Meta()
	var places []int
	width := 0
	for i, c := range m.Columns {
		at, ok := problem.ColumnIndex(c.Column)
		if !ok {
			at = i
		}
		places = append(places, at)
		width = max(width, at+1)
	}
	spread := func(cells []string) []string {
		list := make([]string, width)
		for i, text := range cells[:min(len(cells), len(places))] {
			list[places[i]] = text
		}
		return list
	}
	return fresh{spread(headers(m)), m.HeaderRow, func(yield func(freshRow, error) bool) {
		for r, err := range j.Rows(journal.Filter{}) {
			if !yield(freshRow{r.Number, spread(r.Cells)}, err) {
				return
			}
		}
	}}
}
