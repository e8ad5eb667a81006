package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// problemsBody is what the problems' screen shows.
type problemsBody struct {
	Run     string
	Busy    bool // the sheet is being checked
	Counts  importer.Counts
	Kinds   []kindLine
	More    int // kinds that are not listed
	Filter  filter
	Shows   []showOption
	Rows    []rowLine
	Found   int // rows that the filter means
	First   int // number of the first row shown among those, from 1
	Last    int
	Prev    template.URL // query of the page before, "" for none
	Next    template.URL
	Skip    bool // rows with errors are left out when it is sent
	Columns []columnHead
}

// columnHead is a column of the sheet.
type columnHead struct{ Letter, Header string }

// kindLine is a kind of problem.
type kindLine struct {
	Code, Column string
	Words        string
	Mark, Icon   string
	Count        int
	Query        template.URL // of the rows that have it
	Chosen       bool
}

// rowLine is a row with what is wrong with it.
type rowLine struct {
	Number   int
	Person   string
	Problems []problemLine
}

// problemLine is one thing to say about a cell or a row.
type problemLine struct {
	Cell, Header, Value string
	Words, Hint         string
	Proposal            string
	Mark, Icon          string
}

type showOption struct {
	Value, Label string
	Chosen       bool
}

// filter says which rows are wanted.
type filter struct {
	Show     string
	Kind     string // severity, code and column with dots between them
	Find     string
	From     int
	kind     *importer.Kind
	fallback bool // nothing was chosen
}

// pageRows is how many rows a page without scripts has.
const pageRows = 50

// mostKinds is how many kinds are listed; a sheet with more is wrong as a whole.
const mostKinds = 200

// getProblems shows what is wrong with the sheet.
func (s *Server) getProblems(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return s.elsewhere(w, r, err)
	}
	if !work.run.Checked() && work.doing() == nothing && work.ended() == nil {
		return s.see(w, r, "sheets/"+work.name+"/columns")
	}
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
	f := frame{Title: text.Of("problems.title"), Alert: alert, Body: b, Refresh: b.Busy}
	if !b.Busy {
		f.Status = statusWords(b.Counts)
	}
	return s.show(w, status, s.sheetFrame(work, "problems", f))
}

// statusWords say in a sentence how the sheet stands.
func statusWords(c importer.Counts) string {
	if c.Errors+c.Warnings == 0 {
		return text.Count("problems.none", c.Rows)
	}
	return text.Count("problems.rows", c.Rows) + text.Of("problems.counts", c.Ready, c.Errors, c.Warnings)
}

func (s *Server) problemsBody(ctx context.Context, work *work, f filter) (problemsBody, error) {
	run := work.run
	b := problemsBody{Run: work.name, Busy: work.doing() == checking, Filter: f, Skip: run.Options.SkipInvalid}
	var err error
	if b.Counts, err = run.Counts(ctx); err != nil {
		return b, err
	}
	kinds, err := run.Kinds(ctx)
	if err != nil {
		return b, err
	}
	for _, c := range run.Meta().Columns {
		b.Columns = append(b.Columns, columnHead{c.Column, c.Header})
	}
	b.takeKinds(kinds)
	if f.fallback {
		f.Show = string(importer.ShowErrors)
		if b.Counts.Errors == 0 && b.Counts.Warnings > 0 {
			f.Show = string(importer.ShowWarnings)
		}
		b.Filter.Show = f.Show
	}
	for _, show := range []importer.Show{importer.ShowErrors, importer.ShowWarnings, importer.ShowEdited, importer.ShowAll} {
		b.Shows = append(b.Shows, showOption{showName(show), text.Of("show." + showName(show)), f.kind == nil && f.Show == string(show)})
	}
	if b.Busy {
		return b, nil
	}
	return b, b.takeRows(ctx, run)
}

// takeKinds lists the kinds that a person should do something about.
func (b *problemsBody) takeKinds(kinds []importer.CountedKind) {
	for _, k := range kinds {
		if k.Severity == problem.Note {
			continue
		}
		if len(b.Kinds) == mostKinds {
			b.More++
			continue
		}
		line := kindLine{Code: k.Code, Column: k.Column, Count: k.Count, Words: kindWords(k)}
		line.Mark, line.Icon = severityMark(k.Severity)
		name := kindName(k.Kind)
		line.Query, line.Chosen = template.URL(url.Values{"kind": {name}}.Encode()), name == b.Filter.Kind
		b.Kinds = append(b.Kinds, line)
	}
}

// kindWords is a kind in a few words: its column's header and what is wrong, as the commonest of its messages says it.
func kindWords(k importer.CountedKind) string {
	words := text.Of("code." + k.Code)
	if words == "" {
		words = k.First.Message
	}
	if k.First.Header == "" {
		return sentence(words)[:len(sentence(words))-1]
	}
	return k.First.Header + ": " + words
}

// kindName is a kind in an address.
func kindName(k importer.Kind) string { return k.Severity.String() + "." + k.Code + "." + k.Column }

func severityMark(s problem.Severity) (mark, icon string) {
	switch s {
	case problem.Error:
		return "bad", "✖"
	case problem.Warning:
		return "warn", "⚠"
	}
	return "", "i"
}

// takeRows reads the page of rows that the filter means.
func (b *problemsBody) takeRows(ctx context.Context, run *importer.Run) (err error) {
	f := b.Filter
	q := importer.Query{Show: importer.Show(f.Show), Kind: f.kind, Find: f.Find, From: f.From, Limit: pageRows}
	if b.Found, err = run.CountRows(ctx, q); err != nil {
		return err
	}
	rows, err := run.Rows(ctx, q)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b.Rows = append(b.Rows, rowOf(run, row))
	}
	b.First, b.Last = min(f.From+1, b.Found), f.From+len(rows)
	if f.From > 0 {
		b.Prev = f.query(max(f.From-pageRows, 0))
	}
	if b.Last < b.Found {
		b.Next = f.query(f.From + pageRows)
	}
	return nil
}

func rowOf(run *importer.Run, row importer.Row) rowLine {
	line := rowLine{Number: row.Number}
	for i, c := range run.Meta().Columns {
		if c.Field == "email" && i < len(row.Cells) {
			line.Person = row.Cells[i]
		}
	}
	for _, p := range row.Problems {
		if p.Severity == problem.Note {
			continue
		}
		said := problemLine{Cell: p.Cell, Header: p.Header, Value: p.Value, Words: sentence(p.Message), Hint: sentence(p.Hint), Proposal: p.Proposal}
		said.Mark, said.Icon = severityMark(p.Severity)
		line.Problems = append(line.Problems, said)
	}
	return line
}

// showName is a choice of rows in an address.
func showName(s importer.Show) string {
	if s == importer.ShowAll {
		return "all"
	}
	return string(s)
}

// filterOf reads a filter from an address.
func filterOf(values url.Values) filter {
	f := filter{Show: values.Get("show"), Kind: values.Get("kind"), Find: values.Get("find")}
	f.From, _ = strconv.Atoi(values.Get("from")) // what is no number begins at the first
	f.From = max(f.From, 0)
	f.fallback = f.Show == "" && f.Kind == ""
	if f.Show == "all" {
		f.Show = string(importer.ShowAll)
	}
	severity, rest, _ := strings.Cut(f.Kind, ".")
	code, column, ok := strings.Cut(rest, ".")
	var s problem.Severity
	if ok && s.UnmarshalText([]byte(severity)) == nil {
		f.kind = &importer.Kind{Severity: s, Code: code, Column: column}
	}
	return f
}

// query is the filter as an address has it, from another row on.
func (f filter) query(from int) template.URL {
	v := url.Values{}
	for name, value := range map[string]string{"show": showName(importer.Show(f.Show)), "kind": f.Kind, "find": f.Find} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if from > 0 {
		v.Set("from", strconv.Itoa(from))
	}
	return template.URL(v.Encode()) // which escapes all that a person has typed
}
