package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/sheet"
)

// The colours of a plan's workbook: what changes, and what is emptied.
const (
	fillChanged = "FFF2CC"
	fillCleared = "F8CBAD"
)

// PlanBook is a plan as a workbook that somebody can sign off: who, and each field before and after.
type PlanBook struct {
	Source  Source
	Fields  []field.ID // those that change, each with a column before and one after
	Unread  bool       // nobody read what the fields hold now
	Summary string     // the plan in one line
	Notes   []string   // what a reader must know to sign
}

// Write writes the workbook.
func (b PlanBook) Write(w io.Writer) error {
	x, err := sheet.CreateXLSX(sheet.XLSXOptions{Worksheet: "Plan", Columns: b.columns()})
	if err != nil {
		return err
	}
	defer x.Close()
	for row, err := range b.Source.Rows(journal.Filter{Statuses: []journal.Status{journal.Planned, journal.Sending}}) {
		if err != nil {
			return err
		}
		if err := x.Write(b.entries(row)...); err != nil {
			return err
		}
	}
	if err := b.sign(x); err != nil {
		return err
	}
	_, err = x.WriteTo(w)
	return err
}

// columns are who, what changes in words, and each field twice.
func (b PlanBook) columns() []sheet.Column {
	columns := []sheet.Column{
		{Header: "row", Width: 6, Note: "The row's number in " + b.Source.Meta().File},
		{Header: "user", Width: 32, Note: "The user's address before the change"},
		{Header: "changes", Width: 30, Note: "What changes: " + b.Summary},
	}
	for _, id := range b.Fields {
		width := float64(max(len(id.String())+len(" before"), len(id.Entry().Example)) + 4)
		columns = append(columns, sheet.Column{Header: id.String() + " before", Width: width}, sheet.Column{Header: id.String() + " after", Width: width})
	}
	return append(columns, sheet.Column{Header: "zuid", Width: 14}, sheet.Column{Header: "note", Width: 40})
}

// entries are one user's cells; those that change are coloured.
func (b PlanBook) entries(row journal.Row) []sheet.Entry {
	changes := map[string]journal.Change{}
	var names []string
	for _, c := range row.Changes {
		changes[c.Field] = c
		names = append(names, c.Field)
	}
	cells := []sheet.Entry{{Text: strconv.Itoa(row.Number)}, {Text: cmp.Or(row.Email, "zuid "+row.ZUID)}, {Text: strings.Join(names, ", ")}}
	for _, id := range b.Fields {
		before, after := sheet.Entry{}, sheet.Entry{}
		if c, ok := changes[id.String()]; ok {
			before.Text, after = b.before(c), changedCell(c)
		}
		cells = append(cells, before, after)
	}
	return append(cells, sheet.Entry{Text: row.ZUID}, sheet.Entry{Text: row.Note})
}

// before is what a changed field holds now, if that was read.
func (b PlanBook) before(c journal.Change) string {
	if b.Unread {
		return "(not read)"
	}
	return c.Before
}

// changedCell is the cell of a new value.
func changedCell(c journal.Change) sheet.Entry {
	if c.After == "" {
		return sheet.Entry{Text: "(emptied)", Fill: fillCleared}
	}
	return sheet.Entry{Text: c.After, Fill: fillChanged}
}

// sign writes below the users what a reader must know to sign: where it goes, the counts, and what is not checked.
func (b PlanBook) sign(x *sheet.XLSXWriter) error {
	m := b.Source.Meta()
	lines := append([]string{
		"", fmt.Sprintf("%s of %s, for organisation %s", b.Summary, m.File, cmp.Or(m.Organisation, m.ZOID)),
		fmt.Sprintf("run %s, planned %s by %s", m.Run, m.StartedAt.UTC().Format("2006-01-02 15:04 UTC"), m.User),
	}, b.Notes...)
	for _, line := range append(lines, "approved by:", "date:") {
		if err := x.Write(sheet.Entry{}, sheet.Entry{Text: line}); err != nil {
			return err
		}
	}
	return nil
}
