package web

import (
	"context"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// filter says which rows are wanted, and how they are shown.
type filter struct {
	Show  string
	Kind  string // severity, code and column with dots between them
	Find  string
	From  int
	Since int  // beside these, rows that were corrected since the view began; 0 for none
	List  bool // as a list of forms

	kind     *importer.Kind
	fallback bool // nothing was chosen
}

type showOption struct {
	Value, Label string
	Chosen       bool
}

// listView is the value of "view" that asks for the list of forms.
const listView = "list"

// filterOf reads a filter from an address. What is no number counts as 0.
func filterOf(values url.Values) filter {
	f := filter{Show: values.Get("show"), Kind: values.Get("kind"), Find: values.Get("find"), List: values.Get("view") == listView}
	f.From, _ = strconv.Atoi(values.Get("from"))
	f.Since, _ = strconv.Atoi(values.Get("since"))
	f.From, f.Since = max(f.From, 0), max(f.Since, 0)
	f.fallback = f.Show == "" && f.Kind == ""
	if f.Show == "all" {
		f.Show = string(importer.ShowAll)
	}
	if f.kind = kindOf(f.Kind); f.kind == nil {
		f.Kind = ""
	}
	return f
}

// kindName is a kind in an address.
func kindName(k importer.Kind) string { return k.Severity.String() + "." + k.Code + "." + k.Column }

// kindOf is the kind of a name, nil if it names none.
func kindOf(name string) *importer.Kind {
	severity, rest, _ := strings.Cut(name, ".")
	code, column, ok := strings.Cut(rest, ".")
	var s problem.Severity
	if !ok || s.UnmarshalText([]byte(severity)) != nil {
		return nil
	}
	return &importer.Kind{Severity: s, Code: code, Column: column}
}

// query is the filter as an address has it, from another row on.
func (f filter) query(from int) template.URL {
	v := url.Values{}
	for name, value := range map[string]string{"show": f.showing(), "kind": f.Kind, "find": f.Find} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.List {
		v.Set("view", listView)
	}
	if from > 0 {
		v.Set("from", strconv.Itoa(from))
	}
	return template.URL(v.Encode()) // which escapes all that a person has typed
}

// showing is the choice of rows in an address, "" where nobody has chosen.
func (f filter) showing() string {
	if f.fallback && f.Show == "" {
		return ""
	}
	return showName(importer.Show(f.Show))
}

// showName is a choice of rows in an address.
func showName(s importer.Show) string {
	if s == importer.ShowAll {
		return "all"
	}
	return string(s)
}

// settle chooses the rows where nobody has: those with errors, else with warnings, else all.
func (f *filter) settle(c importer.Counts) {
	if !f.fallback {
		return
	}
	switch {
	case c.Errors > 0:
		f.Show = string(importer.ShowErrors)
	case c.Warnings > 0:
		f.Show = string(importer.ShowWarnings)
	}
	f.fallback = false
}

// settled is a filter with its rows chosen.
func settled(ctx context.Context, run *importer.Run, f filter) (filter, error) {
	if !f.fallback {
		return f, nil
	}
	c, err := run.Counts(ctx)
	f.settle(c)
	return f, err
}

// rows is the filter as the run takes it.
func (f filter) rows(limit int) importer.Query {
	return importer.Query{Show: importer.Show(f.Show), Kind: f.kind, Find: f.Find, Since: f.Since, From: f.From, Limit: limit}
}
