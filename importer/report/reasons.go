package report

import (
	"cmp"
	"slices"
	"strings"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// group is a reason that many rows share.
type group struct {
	Kind    string // the rows' outcome; in a check without a run the problem's severity
	Code    string
	Field   string // "" where they differ
	Count   int
	Example string // the first message
	Advice  string // what to do
	Rows    []int  // the first few, as Excel numbers them
}

// maxExamples is how many row numbers a group names: enough to find it in the sheet, few enough to be read.
const maxExamples = 8

type groupKey struct{ kind, code string }

// groups gathers reasons.
type groups struct {
	list []*group
	keys map[groupKey]*group
}

func (g *groups) add(kind string, why reason, advice string, row int) {
	if g.keys == nil {
		g.keys = map[groupKey]*group{}
	}
	key := groupKey{kind, why.code}
	one := g.keys[key]
	if one == nil {
		one = &group{Kind: kind, Code: why.code, Field: why.field, Example: why.message, Advice: advice}
		g.keys[key] = one
		g.list = append(g.list, one)
	}
	one.Count++
	if one.Field != why.field {
		one.Field = ""
	}
	if one.Advice != advice {
		one.Advice = generalAdvice(kind, 0) // what helps one cell doesn't help all
	}
	if row > 0 && len(one.Rows) < maxExamples {
		one.Rows = append(one.Rows, row)
	}
}

// sorted gives the groups: those that need something first, and of them those with the most rows.
func (g *groups) sorted() []*group {
	slices.SortStableFunc(g.list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.waits(), b.waits()), cmp.Compare(b.Count, a.Count))
	})
	return g.list
}

// waits is 1 for rows that only wait for their turn, else 0.
func (g *group) waits() int {
	if g.Kind == string(journal.NotSent) {
		return 1
	}
	return 0
}

// addRow counts a row that is not done. A row with several faults counts for the first of them.
func (g *groups) addRow(r row) {
	why := blame(r)
	for _, p := range r.problems {
		if p.Code == why.code && p.Severity == problem.Error {
			why.message = sentence(p.Problem)
			break
		}
	}
	g.add(string(r.Status), why, advice(r, why.code), r.Number)
}

// addProblem counts a problem of a check.
func (g *groups) addProblem(p problem.Problem) {
	g.add(p.Severity.String(), reason{p.Field, p.Code, sentence(p)}, p.Hint, p.Row)
}

// adviceFor says what to do about the reasons that are not a cell's: those have their own hint.
var adviceFor = map[string]string{
	CodeNoAnswer:         "resume the run: it looks up whether these were carried out, and sends the ones that were not",
	journal.CodeHalfSent: "resume the run: it sends the rest of these rows",
	"changed-since-plan": "somebody changed these accounts after the plan was made: look at them, then make a new plan",
	"changed-since-run":  "somebody changed these accounts after the run, so their present values were kept: nothing to do if that is right",
	"cannot-be-emptied":  "the service doesn't empty these fields: empty them in its own pages, or leave them as they are",
	"address-cycle":      "these rows trade addresses among themselves: give one of them an address in between first, and the rest in a second run",
	"unknown-user":       "nobody has this address or id: correct it, or create the user first",
}

// advice is what to do about a row: the hint of its problem, else what its code or its outcome calls for.
func advice(r row, code string) string {
	for _, p := range r.problems {
		if p.Code == code && p.Hint != "" && p.Severity == problem.Error {
			return p.Hint
		}
	}
	if text := adviceFor[strings.ToLower(code)]; text != "" {
		return text
	}
	return generalAdvice(string(r.Status), r.HTTPStatus)
}

// generalAdvice is what to do where nothing more is known than how rows ended.
func generalAdvice(kind string, httpStatus int) string {
	switch {
	case kind == string(journal.NotSent):
		return "nothing is wrong with these rows: they are sent when the run goes on, or with the corrected sheet"
	case kind == string(journal.Failed) && (httpStatus >= 500 || httpStatus == 429):
		return "the service had trouble of its own: apply failed.csv later"
	case kind == string(journal.Failed):
		return "the service refused these: correct the rows in failed.csv, and apply that file"
	case kind == string(journal.Invalid):
		return "correct these cells, each as its own reason says, in failed.csv or marked.xlsx, and apply that file"
	}
	return "look at these cells: each has its own reason"
}

// Name is the group's kind in words.
func (g *group) Name() string { return strings.ReplaceAll(g.Kind, "_", " ") }
