package report

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed" // the page's parts are compiled in
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"zohobulk/importer/journal"
)

//go:embed page/page.html
var pageHTML string

//go:embed page/page.css
var pageCSS string

//go:embed page/page.js
var pageJS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// pageRows is how many rows the page carries. A browser takes some 300 bytes for each and finds its way through them in a
// blink; the CSVs hold the rest of a longer run.
const pageRows = 100_000

// pageEdits is how many edits the page shows: more than anybody makes by hand. The CSVs name the others.
const pageEdits = 5000

// chunkRows is how many rows stand in one piece of the page: enough that pieces are few, few enough that none is large.
const chunkRows = 1000

// page is what the template shows.
type page struct {
	Summary
	Policy   string
	Style    template.CSS
	Script   template.JS
	Title    string
	Sandbox  bool   // the run is a rehearsal
	Verdict  string // how it ended, in a sentence
	Facts    []Fact
	Asked    []Fact
	Columns  []journal.Column
	Outcomes []outcomeShare
	Chart    *chart
	Fields   []*fieldCount
	Reasons  []*group
	About    []aboutProblem
	Edited   []editedCell // the first of them
	More     int          // how many more there are
	Most     int          // the largest count of a field
	Shown    int
	Chunks   iter.Seq[[]pageRow]
}

// Fact is a name with a value.
type Fact struct{ Name, Value string }

// outcomeShare is an outcome's part of the bar.
type outcomeShare struct {
	Status, Name string
	Count        int
	X, W         string // in percent
	Share        string
}

type aboutProblem struct{ Severity, Reason string }

// pageRow is a row as the page's script reads it, a list to keep the page small: number, status, user, account id, what
// changed, field, code, message, name.
type pageRow [9]any

// writePage writes report.html.
func writePage(ctx context.Context, w io.Writer, j Source, s Summary, d *digest, asked []Fact) error {
	t, err := timelineOf(j)
	if err != nil {
		return err
	}
	p := page{
		Summary: s, Style: template.CSS(pageCSS), Script: template.JS(pageJS), Title: title(j.Meta()),
		Sandbox: j.Meta().DC == dcSandbox, Verdict: verdict(s),
		Facts: facts(j.Meta(), s), Asked: asked, Columns: j.Meta().Columns,
		Outcomes: outcomes(s), Chart: chartOf(t, s.RatePerMinute), Fields: d.fields, Reasons: d.reasons.sorted(),
	}
	p.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", digestOfText(pageCSS), digestOfText(pageJS))
	for _, about := range d.about {
		p.About = append(p.About, aboutProblem{about.Severity.String(), sentence(about)})
	}
	for _, f := range d.fields {
		p.Most = max(p.Most, f.Changed+f.Waiting)
	}
	if p.Edited, err = editedCells(ctx, j); err != nil {
		return err
	}
	if p.More = len(p.Edited) - pageEdits; p.More > 0 {
		p.Edited = p.Edited[:pageEdits]
	}
	quota := quotas(d.status, pageRows)
	for _, n := range quota {
		p.Shown += n
	}
	var failed error
	p.Chunks = chunks(ctx, j, quota, &failed)
	if err := pageTemplate.Execute(w, p); err != nil {
		return err
	}
	return failed
}

// digestOfText names a text in a content security policy, so that the page runs its own script and no other.
func digestOfText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func title(m journal.Meta) string {
	what := map[string]string{"apply": "Update", "plan": "Plan", "undo": "Undo"}[m.Command]
	if what == "" {
		what = "Run"
	}
	return what + " of " + m.File
}

// dcSandbox is the data centre of a run against the stand-in for the service.
const dcSandbox = "sandbox"

// verdict says in a sentence what a reader must know first, "" where the counts say it all.
func verdict(s Summary) string {
	need, unsent, wrong := "correction", "", ""
	if s.Failed > 0 {
		need = "attention"
	}
	switch n := s.Failed + s.Invalid - s.Skipped; n {
	case 0:
	case 1:
		wrong = "1 row needs " + need
	default:
		wrong = fmt.Sprintf("%d rows need %s", n, need)
	}
	switch state := journal.State(s.State); {
	case state == journal.Held || state == journal.Waiting:
		unsent = "Nothing was sent"
	case s.NotSent == 1:
		unsent = "1 row was not sent"
	case s.NotSent > 1:
		unsent = fmt.Sprintf("%d rows were not sent", s.NotSent)
	}
	if unsent != "" && wrong != "" {
		return unsent + ": " + wrong
	}
	return unsent + wrong
}

// facts say what was run, by whom and when.
func facts(m journal.Meta, s Summary) []Fact {
	list := []Fact{
		{"Run", s.Run}, {"State", s.State}, {"Takes back", m.Of}, {"Organisation", s.Organisation}, {"Organisation id", otherThan(m.ZOID, s.Organisation)},
		{"Data centre", m.DC}, {"Profile", m.Profile}, {"User", m.User}, {"Started", readable(m.StartedAt)}, {"Finished", readable(m.FinishedAt)},
		{"Took", took(s.Duration)}, {"Calls", calls(s)}, {"File", s.File}, {"Worksheet", m.Worksheet}, {"SHA-256", s.SHA256}, {"Program", m.Version},
	}
	return slices.DeleteFunc(list, func(f Fact) bool { return f.Value == "" })
}

func readable(t time.Time) string {
	if Stamp(t) == "" {
		return ""
	}
	return t.UTC().Format("2 January 2006, 15:04:05 UTC")
}

func took(seconds float64) string {
	if seconds == 0 {
		return ""
	}
	return spoken(time.Duration(seconds * float64(time.Second)))
}

func calls(s Summary) string {
	if s.Requests == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, of which %d reads, %d repeated, %d throttled", s.Requests, s.Reads, s.Retries, s.Throttled)
}

// outcomes is the bar of what became of the rows.
func outcomes(s Summary) []outcomeShare {
	list := []outcomeShare{
		{Status: "updated", Name: "updated", Count: s.Updated},
		{Status: "unchanged", Name: "unchanged", Count: s.Unchanged},
		{Status: "failed", Name: "failed", Count: s.Failed},
		{Status: "invalid", Name: "invalid", Count: s.Invalid},
		{Status: "not_sent", Name: "not sent", Count: s.NotSent},
	}
	x := 0.0
	for i := range list {
		share := 100 * float64(list[i].Count) / float64(max(s.Rows, 1))
		list[i].X, list[i].W = fmt.Sprintf("%.3f", x), fmt.Sprintf("%.3f", share)
		list[i].Share = percent(list[i].Count, s.Rows)
		x += share
	}
	return list
}

// percent is a share that never says 0 % of something, nor 100 % of what isn't all.
func percent(n, of int) string {
	share := 100 * float64(n) / float64(max(of, 1))
	switch {
	case n == 0:
		return "0 %"
	case n == of:
		return "100 %"
	case share < 1:
		return "under 1 %"
	case share > 99:
		return "over 99 %"
	}
	return fmt.Sprintf("%.0f %%", share)
}

// quotas says how many rows of each outcome a page of at most room rows carries: all that need somebody's attention first.
func quotas(status map[journal.Status]int, room int) map[journal.Status]int {
	quota := map[journal.Status]int{}
	for _, s := range []journal.Status{journal.Failed, journal.Invalid, journal.Updated, journal.NotSent, journal.Unchanged} {
		quota[s] = min(status[s], room)
		room -= quota[s]
	}
	return quota
}

// chunks gives the rows that the page carries. A template can't be told of an error on the way: it is kept in failed.
func chunks(ctx context.Context, j Source, quota map[journal.Status]int, failed *error) iter.Seq[[]pageRow] {
	return func(yield func([]pageRow) bool) {
		user, name := userFinder(j.Meta()), nameFinder(j.Meta())
		chunk := make([]pageRow, 0, chunkRows)
		for r, err := range rows(j) {
			if err == nil {
				err = ctx.Err()
			}
			if *failed = err; err != nil {
				return
			}
			if quota[r.Status] == 0 {
				continue
			}
			quota[r.Status]--
			chunk = append(chunk, pageRowOf(r, user(r), name(r)))
			if len(chunk) == chunkRows {
				if !yield(chunk) {
					return
				}
				chunk = chunk[:0]
			}
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}

func pageRowOf(r row, user, name string) pageRow {
	why := blame(r)
	if r.Status == journal.Unchanged {
		why = reason{message: cmp.Or(r.Message, r.Note)}
	}
	changes := make([][3]string, 0, len(r.Changes))
	for _, c := range r.Changes {
		changes = append(changes, [3]string{c.Field, c.Before, c.After})
	}
	return pageRow{r.Number, r.Status, user, r.AccountID, changes, why.field, why.code, why.message, name}
}

// userFinder gives a function that says who a row is about: the account's address, else what the sheet said.
func userFinder(m journal.Meta) func(row) string {
	places := placesOf(m, "email", "accountId", "zuid")
	return func(r row) string {
		if r.Email != "" {
			return r.Email
		}
		for _, i := range places {
			if i < len(r.Cells) && r.Cells[i] != "" {
				return r.Cells[i]
			}
		}
		return ""
	}
}

// nameFinder gives a function that says what the sheet calls a row's user.
func nameFinder(m journal.Meta) func(row) string {
	places := placesOf(m, "displayName")
	if places == nil {
		places = placesOf(m, "firstName", "lastName")
	}
	return func(r row) string {
		var parts []string
		for _, i := range places {
			if i < len(r.Cells) && r.Cells[i] != "" {
				parts = append(parts, r.Cells[i])
			}
		}
		return strings.Join(parts, " ")
	}
}

// placesOf is where the columns that feed some fields stand in a row.
func placesOf(m journal.Meta, fields ...string) (places []int) {
	for _, field := range fields {
		if i := slices.IndexFunc(m.Columns, func(c journal.Column) bool { return c.Field == field }); i >= 0 {
			places = append(places, i)
		}
	}
	return places
}

// otherThan is a text, unless another one says the same.
func otherThan(text, other string) string {
	if text == other {
		return ""
	}
	return text
}
