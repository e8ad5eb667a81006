// Package sheet reads and writes the tables people keep: CSV files and the worksheets of XLSX workbooks. It streams
// rows whose cells keep their original text and kind, tells the end of a sheet from a failure to read it, and refuses
// what it can't read surely. It knows nothing of fields or users.
//
// Open reads, CreateCSV and CreateXLSX write. Mark copies a workbook with cells coloured and notes on them. Correct copies a
// sheet with other texts in some cells:
//
//	s, err := sheet.Open(path, options) // as the run read it: worksheet, header row, encoding, delimiter, password
//	recoded, err := sheet.Recoded(s, edits)          // to say that the CSV will be UTF-8, as an edit doesn't fit its encoding
//	err = sheet.Correct(ctx, w, s, edits, sheet.CorrectOptions{Format: "xlsx"}) // or "csv"
//
// excelize, which writes the workbooks, does not read them: its Rows gives the texts of cells without their kinds, so that an id
// that became a number looks like one that was typed as text, and it reads a worksheet that is cut off as a short one.
//
// Start reading at Open (open.go); internal/ooxml is the only package that knows the parts of a workbook.
package sheet

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"zohobulk/importer/problem"
)

// Kind says what a cell holds.
type Kind uint8

// The kinds of a cell. A CSV has only Empty and Text.
const (
	Empty   Kind = iota
	Text         // text as it was typed
	Number       // a number; its Text is what the file stores, or the digits that its format shows (00000, +0)
	Date         // a number shown as a date or time; its Text is ISO 8601
	Bool         // TRUE or FALSE
	Error        // #N/A, #REF! and their like
	Formula      // a formula without a cached value; its Text is the formula
)

// Cell is one cell as the sheet holds it.
type Cell struct {
	Kind       Kind
	Calculated bool  // the value is what a formula gave when the workbook was last calculated (some writers put 0 for "never")
	OtherRow   int32 // the row that its formula reads instead of the cell's own, 0 for none
	Text       string
}

// Row is one record below the header.
type Row struct {
	Number   int               // as Excel shows it; in a CSV the record's number counted the same way (blank lines count, a sep= line doesn't)
	Line     int               // the physical line where it begins in a CSV, 0 in a workbook
	Cells    []Cell            // by column from A; trailing empty ones may be left out
	Problems []problem.Problem // what is wrong with the row as a row (ragged, wrongly decoded, cells beyond the header); mostly none
}

// Rows is a stream of rows. An error ends it; a stream that ends without one was read whole. A row and its cells are
// valid until the next one. Texts may be kept, but each keeps some 64 kB around it alive: strings.Clone what stays.
type Rows = iter.Seq2[Row, error]

// Options says how to read a sheet. The zero value finds out everything by itself, or refuses.
type Options struct {
	Name      string                   // what to call the file in messages; "" is the last element of its path
	Worksheet string                   // a worksheet's name or its place among the visible ones, from 1; "" takes the only one with data
	HeaderRow int                      // the header's row number; 0 finds it
	Delimiter rune                     // a CSV's delimiter; 0 finds it
	Encoding  string                   // a CSV's encoding; "" takes its byte-order mark, else UTF-8, else refuses
	Password  string                   // of an encrypted workbook
	Known     func(header string) bool // whether a text names a known column; finds the header row and the delimiter
}

// Info is how a sheet was read.
type Info struct {
	Name      string // as messages call the file
	Format    string // "csv" or "xlsx"
	Worksheet string // the worksheet's name, "" in a CSV
	Encoding  string // a CSV's encoding, "" in a workbook
	Delimiter string // a CSV's delimiter, "" in a workbook
	HeaderRow int    // the header's row number
	Encrypted bool   // the workbook is protected by a password
}

// Address names a cell of a row as messages do: "staff.xlsx Sheet1!D14" or "staff.csv D14 (line 57)".
func (i Info) Address(column int, row Row) string {
	return i.CellAddress(fmt.Sprintf("%s%d", problem.Column(column), row.Number), row.Line)
}

// CellAddress is like Address, for a cell by its name.
func (i Info) CellAddress(cell string, line int) string {
	if i.Format == formatXLSX {
		return fmt.Sprintf("%s %s!%s", i.Name, quoteWorksheet(i.Worksheet), cell)
	}
	if line == 0 {
		return i.Name + " " + cell
	}
	return fmt.Sprintf("%s %s (line %d)", i.Name, cell, line)
}

// quoteWorksheet puts a worksheet's name in apostrophes where Excel does.
func quoteWorksheet(name string) string {
	plain := func(r rune) bool {
		return r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80
	}
	if name != "" && (name[0] < '0' || name[0] > '9') && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'"
}

// Sheet is an open CSV or worksheet whose header has been found.
type Sheet struct {
	info   Info
	header []Cell
	table  table
	shape  shape
	closer io.Closer
	known  []problem.Problem // from opening
	found  []problem.Problem // by the latest reading of the rows
}

// Info says how the sheet was read.
func (s *Sheet) Info() Info { return s.info }

// Header is the header's cells from column A, without trailing empty ones.
func (s *Sheet) Header() []Cell { return s.header }

// Problems are the warnings and notes about the sheet as a whole that are known so far: all of them once the rows have
// been read to their end.
func (s *Sheet) Problems() []problem.Problem {
	return append(append([]problem.Problem(nil), s.known...), s.found...)
}

// Close closes the file.
func (s *Sheet) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}
