package main

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// workbook writes a table as the only worksheet of a workbook, all cells text.
func workbook(name string, t *table) ([]byte, error) {
	b, err := newBook(name)
	if err != nil {
		return nil, err
	}
	if err := b.fill(1, t); err != nil {
		return nil, err
	}
	return b.bytes()
}

// book is a workbook while it is written.
type book struct {
	*excelize.File
	sheet      string
	head, text int // styles
}

func newBook(sheet string) (*book, error) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6F0"}}})
	if err != nil {
		return nil, err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // 49 is Text, so that zeros and pluses stay when cells are edited
	return &book{f, sheet, head, text}, err
}

// fill writes a table with its header in row top.
func (b *book) fill(top int, t *table) error {
	if err := b.styles(top, len(t.header), len(t.rows)); err != nil {
		return err
	}
	for i, row := range append([][]string{t.header}, t.rows...) {
		for j, text := range row {
			if text == "" {
				continue
			}
			if err := b.SetCellStr(b.sheet, cell(j, top+i), text); err != nil {
				return err
			}
		}
	}
	return b.SetPanes(b.sheet, &excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: cell(0, top+1), ActivePane: "bottomLeft"})
}

func (b *book) styles(top, columns, rows int) error {
	if err := b.SetColWidth(b.sheet, "A", columnName(columns-1), 22); err != nil {
		return err
	}
	if err := b.SetCellStyle(b.sheet, cell(0, top), cell(columns-1, top), b.head); err != nil {
		return err
	}
	return b.SetCellStyle(b.sheet, cell(0, top+1), cell(columns-1, top+rows), b.text)
}

func cell(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		panic(err)
	}
	return name
}

func columnName(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		panic(err)
	}
	return name
}

func (b *book) bytes() ([]byte, error) {
	buf, err := b.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return steady(buf.Bytes())
}

// steady packs a workbook again with its parts in order and without times, so that it is the same every time.
func steady(book []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		if err := repack(out, f); err != nil {
			return nil, err
		}
	}
	err = out.Close()
	return b.Bytes(), err
}

func repack(out *zip.Writer, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	w, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = w.Write(failed(content))
	return err
}
