package check

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// table is a sheet in memory.
type table struct {
	format string
	header []sheet.Cell
	rows   []sheet.Row
	err    error // ends the rows
}

// newTable makes a CSV of lines whose cells are set apart by |. Rows begin at number 2; an empty line is a blank row.
func newTable(header string, lines ...string) *table {
	t := &table{format: "csv", header: textCells(header)}
	for i, line := range lines {
		if line != "" {
			t.rows = append(t.rows, sheet.Row{Number: i + 2, Line: i + 2, Cells: textCells(line)})
		}
	}
	return t
}

func textCells(line string) []sheet.Cell {
	var cells []sheet.Cell
	for text := range strings.SplitSeq(line, "|") {
		kind := sheet.Text
		if text == "" {
			kind = sheet.Empty
		}
		cells = append(cells, sheet.Cell{Kind: kind, Text: text})
	}
	return cells
}

func (t *table) Info() sheet.Info {
	i := sheet.Info{Name: "staff." + t.format, Format: t.format, HeaderRow: 1}
	if t.format == "xlsx" {
		i.Worksheet = "Sheet1"
	}
	return i
}
func (t *table) Header() []sheet.Cell        { return t.header }
func (t *table) Problems() []problem.Problem { return nil }

// Rows gives every row in the same memory, as readers may.
func (t *table) Rows() sheet.Rows {
	return iter.Seq2[sheet.Row, error](func(yield func(sheet.Row, error) bool) {
		var cells []sheet.Cell
		for _, row := range t.rows {
			cells = append(cells[:0], row.Cells...)
			row.Cells = cells
			if !yield(row, nil) {
				return
			}
			clear(cells)
		}
		if t.err != nil {
			yield(sheet.Row{}, t.err)
		}
	})
}

// kept is a row as the recorder keeps it.
type kept struct {
	Number int
	Valid  bool
	Values map[string]string
	Codes  []string // all problems of the row, late ones too: "error E2 unknown-country"
}

// recorder is a sink that keeps everything.
type recorder struct {
	rows  []kept
	cells [][]string
	from  []string
	sheet []problem.Problem
	late  []problem.Problem
	all   []problem.Problem
}

func said(p problem.Problem) string { return p.Severity.String() + " " + p.Cell + " " + p.Code }

func (r *recorder) Row(row *Row) error {
	k := kept{Number: row.Number, Valid: row.Valid, Values: row.Values.Map()}
	r.all = append(r.all, row.Problems...)
	for _, p := range row.Problems {
		k.Codes = append(k.Codes, said(p))
	}
	r.rows = append(r.rows, k)
	r.cells = append(r.cells, slices.Clone(row.Cells))
	r.from = append(r.from, row.Origin)
	return nil
}

func (r *recorder) Late(seq int, p problem.Problem) error {
	r.all = append(r.all, p)
	if seq == 0 {
		r.sheet = append(r.sheet, p)
		return nil
	}
	r.late = append(r.late, p)
	k := &r.rows[seq-1]
	k.Codes = append(k.Codes, said(p))
	k.Valid = k.Valid && p.Severity != problem.Error
	return nil
}

// codes are what was said of each row, without the notes.
func (r *recorder) codes() map[int][]string {
	all := map[int][]string{}
	for _, row := range r.rows {
		for _, code := range row.Codes {
			if !strings.HasPrefix(code, "note") {
				all[row.Number] = append(all[row.Number], code)
			}
		}
	}
	return all
}

// said are the codes about the sheet.
func (r *recorder) said() []string {
	var list []string
	for _, p := range r.sheet {
		list = append(list, p.Severity.String()+" "+p.Column+" "+p.Code)
	}
	return list
}

func run(t *testing.T, s Source, o Options) (*recorder, Result) {
	t.Helper()
	r := &recorder{}
	result, err := Sheet(context.Background(), s, o, r)
	if err != nil {
		t.Fatal(err)
	}
	valid := 0
	for _, row := range r.rows {
		if row.Valid {
			valid++
		}
	}
	if result.Rows != len(r.rows) || result.Valid != valid || result.Valid+result.Invalid != result.Rows {
		t.Errorf("the result counts %d rows, %d valid, %d invalid; the sink got %d, %d of them valid", result.Rows, result.Valid, result.Invalid, len(r.rows), valid)
	}
	r.documented(t, o)
	return r, result
}
