package importer

import (
	"context"
	"strings"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/importer/sheet"
	"zohobulk/zoho"
)

// Export is the directory as a sheet that can be edited and applied: applied as it is, it changes nothing.
type Export struct {
	Fields  []field.ID // the columns; headers are the fields' labels
	Rows    [][]string // one for each account, a cell for each column
	LeftOut []LeftOut  // values of the directory that no sheet may hold, whose cells are blank instead

	rights Auth
}

// LeftOut is a value of the directory that is not in its cell, because a sheet that holds it is refused.
type LeftOut struct {
	Row    int    // as Excel shows it
	Column int    // from 0; -1 for what concerns the row
	ZUID   string // whose value it is
	Field  string // "" for what concerns the row
	Value  string
	Reason string
}

// userFields are those of an export by user authentication, which can set no others.
var userFields = field.Who | field.Of(field.DisplayName, field.NewEmail)

// NewExport begins a sheet of accounts. The column for a new address is blank: an address is changed by typing one.
func NewExport(rights Auth) *Export {
	e := &Export{rights: rights}
	for id := range field.ID(field.Count) {
		if rights != AuthUser || userFields.Has(id) {
			e.Fields = append(e.Fields, id)
		}
	}
	return e
}

// Add takes in one account, of which it keeps the cells alone.
func (e *Export) Add(a *zoho.Account) {
	cells := make([]string, len(e.Fields))
	for i, id := range e.Fields {
		if id != field.NewEmail {
			cells[i] = plan.Present(a, id)
		}
	}
	e.Rows = append(e.Rows, cells)
}

// Settle blanks what no sheet may hold, once every account is in.
func (e *Export) Settle(ctx context.Context) error {
	e.leaveClearWords()
	return e.leaveRefused(ctx, check.Options{UserAuth: e.rights == AuthUser})
}

// Header is the first row.
func (e *Export) Header() []string {
	names := make([]string, len(e.Fields))
	for i, id := range e.Fields {
		names[i] = id.Entry().Label
	}
	return names
}

// Users are the directory's own values by field name, also those that are left out of the sheet.
func (e *Export) Users() []map[string]string {
	users := make([]map[string]string, len(e.Rows))
	for row, cells := range e.Rows {
		users[row] = map[string]string{}
		for i, id := range e.Fields {
			if id != field.NewEmail {
				users[row][id.String()] = cells[i]
			}
		}
	}
	for _, l := range e.LeftOut {
		if l.Field != "" {
			users[l.Row-2][l.Field] = l.Value
		}
	}
	return users
}

// text is an account's cell in a field's column.
func (e *Export) text(row int, id field.ID) string {
	for i := range e.Fields {
		if e.Fields[i] == id {
			return e.Rows[row][i]
		}
	}
	return ""
}

// leaveClearWords blanks the cells that would be read as the wish to empty a field.
func (e *Export) leaveClearWords() {
	for i, cells := range e.Rows {
		for c, text := range cells {
			if strings.EqualFold(field.Trim(text), check.DefaultClearWord) {
				e.leave(i, c, "it is the word that empties a field")
			}
		}
	}
}

// leave blanks a cell, and remembers what was in it.
func (e *Export) leave(row, column int, reason string) {
	l := LeftOut{Row: row + 2, Column: column, ZUID: e.text(row, field.ZUID), Reason: reason}
	if column >= 0 {
		l.Field, l.Value = e.Fields[column].String(), e.Rows[row][column]
		e.Rows[row][column] = ""
	}
	e.LeftOut = append(e.LeftOut, l)
}

// leaveRefused has the sheet checked as apply would, and blanks the cells that are refused: people have put all sorts of things
// into directories, and one such value would hold back the whole sheet. A blank cell can make another rule apply, so
// that the check is repeated until nothing new is found; each round blanks cells, and a few rounds have always done.
func (e *Export) leaveRefused(ctx context.Context, o check.Options) error {
	const rounds = 5
	for range rounds {
		r := &refused{}
		if _, err := check.Sheet(ctx, exported{e}, o, r); err != nil {
			return err
		}
		blanked := false
		for _, p := range r.problems {
			blanked = e.leaveProblem(p) || blanked
		}
		if !blanked {
			return nil
		}
	}
	return nil
}

// leaveProblem blanks the cell that a problem is about, and reports whether there was something in it.
func (e *Export) leaveProblem(p problem.Problem) (blanked bool) {
	row := p.Row - 2
	if row < 0 || row >= len(e.Rows) {
		return false
	}
	for i, id := range e.Fields {
		if id.String() == p.Field && e.Rows[row][i] != "" {
			e.leave(row, i, p.Reason())
			return true
		}
	}
	for _, known := range e.LeftOut {
		if known.Row == p.Row && known.Reason == p.Reason() {
			return false
		}
	}
	e.leave(row, -1, p.Reason())
	return false
}

// refused gathers the errors that an exported sheet would have.
type refused struct{ problems []problem.Problem }

// Row takes a row's errors.
func (r *refused) Row(row *check.Row) error {
	for _, p := range row.Problems {
		if p.Severity == problem.Error {
			p.Value = "" // its memory is the row's
			r.problems = append(r.problems, p)
		}
	}
	return nil
}

// Late takes an error that only the whole sheet shows.
func (r *refused) Late(seq int, p problem.Problem) error {
	if p.Severity == problem.Error && seq > 0 {
		p.Row = seq + 1
		r.problems = append(r.problems, p)
	}
	return nil
}

// exported is an export as pass one reads it.
type exported struct{ *Export }

// Info says what the sheet is called.
func (exported) Info() sheet.Info { return sheet.Info{Name: "export", Format: "csv", HeaderRow: 1} }

// Header is the labels of the fields.
func (e exported) Header() []sheet.Cell { return cellsOf(nil, e.Export.Header()) }

// Rows are the accounts.
func (e exported) Rows() sheet.Rows {
	return func(yield func(sheet.Row, error) bool) {
		var cells []sheet.Cell
		for i, texts := range e.Export.Rows {
			cells = cellsOf(cells[:0], texts)
			if !yield(sheet.Row{Number: i + 2, Line: i + 2, Cells: cells}, nil) {
				return
			}
		}
	}
}

// Problems are none: nothing was read.
func (exported) Problems() []problem.Problem { return nil }

func cellsOf(cells []sheet.Cell, texts []string) []sheet.Cell {
	for _, text := range texts {
		kind := sheet.Text
		if text == "" {
			kind = sheet.Empty
		}
		cells = append(cells, sheet.Cell{Kind: kind, Text: text})
	}
	return cells
}

// EachAccount hands over every account of the organisation, once and in the service's order, and says why some may be missing, ""
// if none is. By user authentication it is the caller's own.
func EachAccount(ctx context.Context, s Service, zoid zoho.ID, rights Auth, known zoho.Knowledge, take func(*zoho.Account), listed func(accounts int)) (doubt string, err error) {
	return run.EachAccount(ctx, s, zoid, rights, known, take, listed)
}
