package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// table is a sheet before it has a form.
type table struct {
	header []string
	rows   [][]string
}

// column finds a column by its header; the program's own tables have it.
func (t *table) column(header string) int {
	i := slices.Index(t.header, header)
	if i < 0 {
		panic("no column " + header)
	}
	return i
}

// row finds the row of an address, in the first column.
func (t *table) row(email string) []string {
	for _, r := range t.rows {
		if r[0] == email {
			return r
		}
	}
	panic("nobody has " + email)
}

func (t *table) set(email, header, value string) { t.row(email)[t.column(header)] = value }

// with gives the table with another column in front or behind.
func (t *table) add(header string, value func(row []string) string) {
	t.header = append(t.header, header)
	for i, r := range t.rows {
		t.rows[i] = append(r, value(r))
	}
}

// csv writes the table as a CSV file, quoted where it must be.
func (t *table) csv(delimiter rune, end string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = delimiter, end == "\r\n"
	if err := w.WriteAll(append([][]string{t.header}, t.rows...)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// western writes a table as spreadsheet programs of Western Europe do: semicolons, Windows-1252, CR LF.
func western(t *table) ([]byte, error) {
	b, err := t.csv(';', "\r\n")
	if err != nil {
		return nil, err
	}
	out, err := charmap.Windows1252.NewEncoder().Bytes(b)
	if err != nil {
		return nil, fmt.Errorf("not in Windows-1252: %w", err)
	}
	return out, nil
}

// keep drops the rows that ok does not want.
func (t *table) keep(ok func(row []string) bool) {
	t.rows = slices.DeleteFunc(t.rows, func(r []string) bool { return !ok(r) })
}

func lower(s string) string { return strings.ToLower(s) }
