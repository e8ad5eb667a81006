// Package check is pass one over a sheet: it maps the columns to fields, normalises and checks every row, and finds
// what only the whole sheet can tell, such as two rows about one user. It sends nothing and asks nobody.
//
// It imports sheet, field and problem. Start reading at Sheet.
package check

import (
	"context"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// DefaultClearWord is what a cell says to empty a field.
const DefaultClearWord = "#CLEAR"

// Options says how a sheet is read and checked; the zero value checks with the defaults.
type Options struct {
	Map          map[string]string // header text or column letter to field name, "" sets the column aside; a header goes before a letter
	Letters      map[string]string // the same by column letter alone; goes before Map
	Saved        map[string]string // the same by header text alone, as a mapping file has it; Map goes before it
	Strict       bool              // warnings are errors, and an unmapped column refuses the sheet
	BlankClears  bool              // a blank cell empties its field
	ClearWord    string            // the word that empties a field; "" means DefaultClearWord
	Fields       []string          // set only these, whatever else the sheet holds; none means all
	Phones       field.PhoneForm   // how phone numbers are written
	UserAuth     bool              // own account only: displayName and newEmail are all that can be set
	BothIDs      bool              // every row needs accountId and zuid, since nobody looks them up
	AddressWhole bool              // a row that sets part of an address is refused
	Where        []string          // conditions, all of which a row must fulfil to be read; see ParseCondition
	Workers      int               // goroutines that check rows; 0 means one for each processor
}

// Source is a sheet as pass one needs it; *sheet.Sheet is one.
type Source interface {
	Info() sheet.Info
	Header() []sheet.Cell
	Rows() sheet.Rows
	Problems() []problem.Problem
}

// Column is one column of the sheet and the field that it feeds.
type Column struct {
	Column string `json:"column"` // "D"
	Header string `json:"header"`
	Field  string `json:"field"` // "" if it feeds none
	Ours   bool   `json:"-"`     // begins with "_": belongs to the reports and is ignored
}

// Mapping says which column feeds which field.
type Mapping struct {
	Columns []Column
}

// Own returns the columns that belong to the sheet's author, in order: all but those of our reports.
func (m Mapping) Own() []Column {
	var own []Column
	for _, c := range m.Columns {
		if !c.Ours {
			own = append(own, c)
		}
	}
	return own
}

// Row is one data row after the checks that need no other row.
type Row struct {
	Seq      int          // order in the sheet, from 1
	Number   int          // as Excel shows it
	Line     int          // physical line in a CSV, 0 in a workbook
	Cells    []string     // the author's own columns as read, in the order of Mapping.Own
	Kinds    string       // the cells' kinds, a character each; "" if all are text
	Origin   string       // where the row first came from: its _origin cell, else like "staff.xlsx Sheet1 row 14"
	Values   field.Values // as they would be sent
	Valid    bool         // no error so far; Late can still bar the row
	LeftOut  bool         // somebody left it out by hand: it is not valid, and was not checked
	Problems []problem.Problem
}

// Sink takes what pass one finds. Its methods are called from one goroutine; an error ends the pass and is returned.
type Sink interface {
	// Row takes the next row in the sheet's order. The row and all in it but its strings are valid until the next call.
	Row(r *Row) error
	// Late takes what only the whole sheet could tell. Seq is a row handed over before, which an error bars now; 0 is
	// the sheet itself.
	Late(seq int, p problem.Problem) error
}

// Result is the sum of pass one.
type Result struct {
	Mapping     Mapping
	Rows        int // data rows
	Valid       int
	Invalid     int
	Outside     int // rows that Options.Where leaves out; no other count has them. Set by whoever filters the sheet
	LeftOut     int // rows left out by hand, neither valid nor invalid
	Errors      int // problems by severity
	Warnings    int
	Notes       int
	SheetErrors int        // errors about the sheet itself that no row carries: with any, nothing may be sent
	Fields      field.Mask // the fields that some valid row sets or names
	Cleared     int        // values that valid rows empty
	Unchecked   []string   // what can't be known offline, a sentence each
}

// Map finds the field of each column. What it can't settle surely is a *problem.Refusal that tells every doubt, with a remedy for each.
func Map(header []sheet.Cell, o Options) (Mapping, []problem.Problem, error) {
	m := newMapper(header, o)
	if err := m.propose(); err != nil {
		return Mapping{}, nil, err
	}
	if err := refusal(m.doubts); err != nil {
		return Mapping{}, nil, err
	}
	columns := make([]Column, len(m.columns))
	for i, c := range m.columns {
		columns[i] = c.Column
	}
	return Mapping{Columns: columns}, m.notes, nil
}

// Sheet reads the whole sheet and hands every row to the sink.
func Sheet(ctx context.Context, s Source, o Options, sink Sink) (Result, error) {
	return runPass(ctx, s, o, sink)
}
