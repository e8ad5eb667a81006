package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// The colours of a plan's sheet: what changes, and what is emptied.
const (
	fillChanged = "FFF2CC"
	fillCleared = "F8CBAD"
)

// checkPlanSheet refuses a name for the plan's sheet that can't be, before anything is read.
func checkPlanSheet(path string) error {
	switch {
	case path == "":
		return nil
	case !strings.EqualFold(filepath.Ext(path), ".xlsx"):
		return usagef("-o %s: the plan is written as an XLSX, so its name ends in .xlsx", path)
	case exists(path):
		return problem.Refuse("file-exists", "name another file with -o, or delete it", "%s is there already", path)
	}
	return nil
}

// writePlanSheet writes a plan as a workbook that somebody can sign off: who, and each field before → after.
func (op *operation) writePlanSheet(path string, p importer.Planned) error {
	if path == "" {
		return nil
	}
	s := &planSheet{operation: op, planned: p}
	for id := range field.ID(field.Count) {
		if p.Fields[id.String()] > 0 {
			s.fields = append(s.fields, id)
		}
	}
	if err := createPrivate(path, s.write); err != nil {
		return err
	}
	op.screen.Linef("the plan is in %s", path)
	return nil
}

// planSheet is a plan on its way into a workbook. It has a column before and one after for each field that changes.
type planSheet struct {
	*operation
	planned importer.Planned
	fields  []field.ID
}

func (s *planSheet) write(w io.Writer) error {
	x, err := sheet.CreateXLSX(sheet.XLSXOptions{Worksheet: "Plan", Columns: s.columns()})
	if err != nil {
		return err
	}
	defer x.Close()
	for row, err := range s.run.Journal.Rows(journal.Filter{Statuses: []journal.Status{journal.Planned, journal.Sending}}) {
		if err != nil {
			return err
		}
		if err := x.Write(s.entries(row)...); err != nil {
			return err
		}
	}
	if err := s.summary(x); err != nil {
		return err
	}
	_, err = x.WriteTo(w)
	return err
}

// columns are who, what changes in words, and each field twice.
func (s *planSheet) columns() []sheet.Column {
	m := s.run.Journal.Meta()
	columns := []sheet.Column{
		{Header: "row", Width: 6, Note: "The row's number in " + m.File},
		{Header: "user", Width: 32, Note: "The user's address before the change"},
		{Header: "changes", Width: 30, Note: "What changes: " + s.summaryText()},
	}
	for _, id := range s.fields {
		width := float64(max(len(id.String())+len(" before"), len(id.Entry().Example)) + 4)
		columns = append(columns, sheet.Column{Header: id.String() + " before", Width: width}, sheet.Column{Header: id.String() + " after", Width: width})
	}
	return append(columns, sheet.Column{Header: "zuid", Width: 14}, sheet.Column{Header: "note", Width: 40})
}

// entries are one user's cells; those that change are coloured.
func (s *planSheet) entries(row journal.Row) []sheet.Entry {
	changes := map[string]journal.Change{}
	var names []string
	for _, c := range row.Changes {
		changes[c.Field] = c
		names = append(names, c.Field)
	}
	cells := []sheet.Entry{{Text: strconv.Itoa(row.Number)}, {Text: first(row.Email, "zuid "+row.ZUID)}, {Text: strings.Join(names, ", ")}}
	for _, id := range s.fields {
		before, after := sheet.Entry{}, sheet.Entry{}
		if c, ok := changes[id.String()]; ok {
			before.Text, after = s.before(c), changed(c)
		}
		cells = append(cells, before, after)
	}
	return append(cells, sheet.Entry{Text: row.ZUID}, sheet.Entry{Text: row.Note})
}

// before is what a changed field holds now, if that was read.
func (s *planSheet) before(c journal.Change) string {
	if s.planned.Unread {
		return "(not read)"
	}
	return c.Before
}

// changed is the cell of a new value.
func changed(c journal.Change) sheet.Entry {
	if c.After == "" {
		return sheet.Entry{Text: "(emptied)", Fill: fillCleared}
	}
	return sheet.Entry{Text: c.After, Fill: fillChanged}
}

// summary writes below the users what a reader must know to sign: where it goes, the counts, and what is not checked.
func (s *planSheet) summary(x *sheet.XLSXWriter) error {
	m := s.run.Journal.Meta()
	lines := []string{
		"", fmt.Sprintf("%s of %s, for organisation %s", s.summaryText(), m.File, first(m.Organisation, m.ZOID)),
		fmt.Sprintf("run %s, planned %s by %s", m.Run, m.StartedAt.UTC().Format("2006-01-02 15:04 UTC"), m.User),
	}
	if line := fieldCounts(s.planned.Fields); line != "" {
		lines = append(lines, line)
	}
	for _, p := range slices.Concat(s.planned.Doubts, s.planned.Unchecked) {
		lines = append(lines, "note: "+p.Reason())
	}
	for _, line := range append(lines, "approved by:", "date:") {
		if err := x.Write(sheet.Entry{}, sheet.Entry{Text: line}); err != nil {
			return err
		}
	}
	return nil
}

func (s *planSheet) summaryText() string { return planCountsText(s.planned) }
