package web

import (
	"context"
	"html/template"
	"net/http"
	"strings"
	"unicode/utf8"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// problemsBody is what the problems' screen shows.
type problemsBody struct {
	Run      string
	Busy     bool // the sheet is being checked
	Counts   importer.Counts
	Kinds    []kindLine
	More     int // kinds that are not listed
	Filter   filter
	Back     template.URL // the filter, for a form
	Shows    []showOption
	Found    int  // rows that the filter means
	Skip     bool // rows with errors are left out when it is sent
	Locked   bool // the workbook has a password, which a corrected copy would not have
	Columns  []columnHead
	Revision int64

	Grid []sheetRow // the first rows of the table
	List *listBody  // nil where the table is shown
}

// columnHead is a column of the sheet.
type columnHead struct {
	Letter, Header string
	Used           bool
	Width          int // in letters
}

// kindLine is a kind of problem.
type kindLine struct {
	Name         string
	Code, Column string
	Header       string
	Words        string
	Mark, Icon   string
	Count        int
	Chosen       bool
}

const (
	pageRows  = 50  // rows of a page without scripts, and of the table at first
	mostRows  = 200 // rows of one answer
	mostKinds = 200 // kinds that are listed; a sheet with more is wrong as a whole
)

// The width of a column, in letters: what most names, numbers and towns need, and no more than leaves room for other columns.
const (
	leastWidth = 7
	mostWidth  = 30
)

// getProblems shows what is wrong with the sheet.
func (s *Server) getProblems(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return s.elsewhere(w, r, err)
	}
	if !work.run.Checked() && work.doing() == nothing && work.ended() == nil {
		return s.see(w, r, "sheets/"+work.name+"/columns")
	}
	work.wholeOnce()
	return s.showProblems(w, r, work, nil)
}

func (s *Server) showProblems(w http.ResponseWriter, r *http.Request, work *work, alert *said) error {
	b, err := s.problemsBody(r.Context(), work, filterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if alert != nil {
		status = http.StatusUnprocessableEntity
	}
	f := frame{Title: text.Of("problems.title"), Alert: alert, Body: b, Refresh: b.Busy, Status: work.takeNote()}
	return s.show(w, status, s.sheetFrame(work, "problems", f))
}

// countWords say in a sentence how the sheet stands.
func countWords(c importer.Counts) string {
	if c.Errors+c.Warnings+c.LeftOut == 0 {
		return text.Count("problems.none", c.Rows)
	}
	words := text.Count("problems.rows", c.Rows) + text.Of("problems.counts", c.Ready, c.Errors, c.Warnings)
	if c.LeftOut > 0 {
		words += text.Of("problems.skipped", c.LeftOut)
	}
	return words
}

func (s *Server) problemsBody(ctx context.Context, work *work, f filter) (b problemsBody, err error) {
	run := work.run
	b = problemsBody{Run: work.name, Busy: work.doing() == checking, Skip: run.Options.SkipInvalid, Locked: run.Reading().Encrypted, Revision: run.Revision()}
	if b.Counts, err = run.Counts(ctx); err != nil {
		return b, err
	}
	f.settle(b.Counts)
	if !f.List {
		if f.Since, err = run.NextEdit(ctx); err != nil {
			return b, err
		}
		f.From = 0
	}
	b.Filter, b.Back = f, f.query(f.From)
	if err := b.takeKinds(ctx, run); err != nil || b.Busy {
		return b, err
	}
	for _, show := range []importer.Show{importer.ShowErrors, importer.ShowWarnings, importer.ShowEdited, importer.ShowAll} {
		b.Shows = append(b.Shows, showOption{showName(show), text.Of("show." + showName(show)), f.kind == nil && f.Show == string(show)})
	}
	return b, b.takeRows(ctx, run)
}

// takeKinds lists the kinds that a person should do something about.
func (b *problemsBody) takeKinds(ctx context.Context, run *importer.Run) error {
	kinds, err := run.Kinds(ctx)
	if err != nil {
		return err
	}
	for _, k := range kinds {
		if k.Severity == problem.Note {
			continue
		}
		if len(b.Kinds) == mostKinds {
			b.More++
			continue
		}
		line := kindLine{Name: kindName(k.Kind), Code: k.Code, Column: k.Column, Header: k.First.Header, Count: k.Count, Words: kindWords(k)}
		line.Mark, line.Icon = severityMark(k.Severity)
		line.Chosen = line.Name == b.Filter.Kind
		b.Kinds = append(b.Kinds, line)
	}
	return nil
}

// kindWords is what is wrong in a few words.
func kindWords(k importer.CountedKind) string {
	if words := text.Of("code." + k.Code); words != "" {
		return words
	}
	return k.First.Message
}

func severityMark(s problem.Severity) (mark, icon string) {
	switch s {
	case problem.Error:
		return "bad", "✖"
	case problem.Warning:
		return "warn", "⚠"
	}
	return "", "ℹ"
}

// takeRows reads the rows that the filter means: the first of the table, or a page of the list.
func (b *problemsBody) takeRows(ctx context.Context, run *importer.Run) (err error) {
	if b.Found, err = run.CountRows(ctx, b.Filter.rows(0)); err != nil {
		return err
	}
	rows, err := run.Rows(ctx, b.Filter.rows(pageRows))
	if err != nil {
		return err
	}
	b.Columns = columnHeads(run, rows)
	if b.Filter.List {
		b.List, err = listOf(ctx, run, b.Filter, b.Found, rows)
		return err
	}
	b.Grid = sheetRows(run, rows, b.Filter.From)
	return nil
}

// columnHeads are the columns, as wide as some rows need.
func columnHeads(run *importer.Run, rows []importer.Row) []columnHead {
	columns := run.Meta().Columns
	heads := make([]columnHead, len(columns))
	for i, c := range columns {
		width := utf8.RuneCountInString(c.Header) + len(c.Column) + 1
		for _, row := range rows {
			if i < len(row.Cells) {
				width = max(width, utf8.RuneCountInString(row.Cells[i]))
			}
		}
		heads[i] = columnHead{c.Column, c.Header, c.Field != "", min(max(width, leastWidth), mostWidth)}
	}
	return heads
}

// personOf is who a row is about, "" if it doesn't say.
func personOf(run *importer.Run, row importer.Row) string {
	names := []string{}
	for i, c := range run.Meta().Columns {
		if i >= len(row.Cells) || row.Cells[i] == "" {
			continue
		}
		switch c.Field {
		case "email":
			return row.Cells[i]
		case "displayName", "firstName", "lastName":
			names = append(names, row.Cells[i])
		}
	}
	return strings.Join(names, " ")
}
