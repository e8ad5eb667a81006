package report

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// run is a journal in memory.
type run struct {
	meta     journal.Meta
	rows     []journal.Row
	problems []journal.RowProblem
	attempts []journal.Attempt
	edits    []journal.Edit
}

func (r *run) Edits(context.Context) iter.Seq2[journal.Edit, error] {
	return each(r.edits, func(journal.Edit) bool { return true })
}

func (r *run) Meta() journal.Meta { return r.meta }

func (r *run) Counts() (journal.Counts, error) {
	c := journal.Counts{Rows: len(r.rows), Edits: len(r.edits)}
	for _, row := range r.rows {
		*map[journal.Status]*int{
			journal.Updated: &c.Updated, journal.Unchanged: &c.Unchanged, journal.Failed: &c.Failed, journal.Invalid: &c.Invalid,
			journal.Read: &c.Read, journal.Planned: &c.Planned, journal.Sending: &c.Sending,
		}[row.Status]++
	}
	c.NotSent = c.Read + c.Planned
	for _, a := range r.attempts {
		c.Requests++
		if a.Number > 1 {
			c.Retries++
		}
		if a.Throttled {
			c.Throttled++
		}
		if a.Read {
			c.Reads++
		}
	}
	return c, nil
}

func (r *run) Rows(f journal.Filter) iter.Seq2[journal.Row, error] {
	return each(r.rows, func(row journal.Row) bool {
		return len(f.Statuses) == 0 || slices.Contains(f.Statuses, row.Status)
	})
}

func (r *run) RowNumbered(number int) (journal.Row, error) {
	for _, row := range r.rows {
		if row.Number == number {
			return row, nil
		}
	}
	return journal.Row{}, problem.Refuse("no-such-row", "", "no row %d", number)
}

func (r *run) Problems(seq int) iter.Seq2[journal.RowProblem, error] {
	return each(r.problems, func(p journal.RowProblem) bool { return seq == journal.All || p.Seq == seq })
}

func (r *run) Attempts(seq int) iter.Seq2[journal.Attempt, error] {
	return each(r.attempts, func(a journal.Attempt) bool { return seq == journal.All || a.Seq == seq })
}

func each[T any](list []T, want func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range list {
			if want(item) && !yield(item, nil) {
				return
			}
		}
	}
}

var began = time.Date(2026, 11, 21, 15, 30, 12, 417e6, time.UTC)

// mixed is a stopped run with a row of every kind.
func mixed() *run {
	columns := []journal.Column{
		{Column: "A", Header: "E-Mail", Field: "email"}, {Column: "B", Header: "Vorname", Field: "firstName"},
		{Column: "C", Header: "Land", Field: "country"}, {Column: "D", Header: "Handy", Field: "mobileNumber"}, {Column: "E", Header: "Bemerkung"},
	}
	r := &run{meta: journal.Meta{
		Run: "20261121-153012.417-7f3a", Command: "apply", State: journal.Stopped, File: "staff.csv", Format: "csv", SHA256: "9f86d081884c7d65",
		Encoding: "utf-8", Delimiter: ";", HeaderRow: 1, Columns: columns, Profile: "default", DC: "eu", ZOID: "1234567890",
		Organisation: "Zylker", User: "admin@zylker.com", Auth: "admin", Options: json.RawMessage(`{"rate":"25/m","workers":4,"skip_invalid":true,"map":{}}`),
		StartedAt: began, FinishedAt: began.Add(5*time.Minute + 20*time.Second), RatePerMinute: 25, Version: "v1.0.0",
	}}
	add := func(row journal.Row) {
		row.Seq = len(r.rows) + 1
		row.Number, row.Line = row.Seq+1, row.Seq+1
		row.Origin = fmt.Sprintf("staff.csv row %d", row.Number)
		r.rows = append(r.rows, row)
	}
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	add(journal.Row{Cells: []string{"jürgen@example.com", "Jürgen", "DE", "+49 30 1234567", "=SUM(A1)"},
		Plan:    journal.Plan{AccountID: "2560636000000008002", ZUID: "100001234", Email: "jürgen@example.com", Changes: []journal.Change{{Field: "firstName", Before: "Jurgen", After: "Jürgen"}, {Field: "mobileNumber", Before: "", After: "+49 30 1234567"}}, Steps: []string{"updatePersonalInfo"}},
		Outcome: journal.Outcome{Status: journal.Updated, StepsDone: 1, Attempts: 1, FinishedAt: at(12)}})
	add(journal.Row{Cells: []string{"aiko@example.com", "愛子", "JP", "", "- ok"},
		Plan:    journal.Plan{AccountID: "2560636000000008003", ZUID: "100001235", Email: "aiko@example.com", Note: "the account is so already"},
		Outcome: journal.Outcome{Status: journal.Unchanged, FinishedAt: at(13)}})
	add(journal.Row{Cells: []string{"zoe@example.com", "Zoë \"Z\"", "Untied States", "12", "'=quoted"},
		Outcome: journal.Outcome{Status: journal.Invalid, Field: "country", Code: "unknown-country", Message: `country "Untied States": no such country`, FinishedAt: at(1)}})
	add(journal.Row{Cells: []string{"fatima@example.com", "فاطمة", "AE", "+971 50 000 0000", "line\nbreak"},
		Plan:    journal.Plan{AccountID: "2560636000000008005", ZUID: "100001237", Email: "fatima@example.com", Changes: []journal.Change{{Field: "country", Before: "", After: "ae"}}},
		Outcome: journal.Outcome{Status: journal.Failed, Step: "updatePersonalInfo", Code: "USER_NOT_FOUND", Message: "update user 100001237: 404 USER_NOT_FOUND", HTTPStatus: 404, Attempts: 2, FinishedAt: at(40)}})
	add(journal.Row{Cells: []string{"sent@example.com", "Sent", "US", "", ""}, Outcome: journal.Outcome{Status: journal.Sending}})
	add(journal.Row{Cells: []string{"late@example.com", "Late", "US", "", ""},
		Plan:    journal.Plan{Email: "late@example.com", Changes: []journal.Change{{Field: "country", Before: "de", After: "us"}}},
		Outcome: journal.Outcome{Status: journal.Planned}})
	add(journal.Row{Cells: []string{"<script>alert(1)</script>@example.com", "</script><b>", "US"}, Outcome: journal.Outcome{Status: journal.Read}})
	r.problems = []journal.RowProblem{
		{Seq: 0, Problem: problem.Problem{Severity: problem.Warning, Column: "E", Header: "Bemerkung", Code: "unknown-column", Message: "is no field: it is sent nowhere"}},
		{Seq: 1, Problem: problem.Problem{Severity: problem.Note, Row: 2, Line: 2, Cell: "D2", Column: "D", Header: "Handy", Field: "mobileNumber", Code: "odd-phone", Message: "fictional number"}},
		{Seq: 3, Problem: problem.Problem{Severity: problem.Error, Row: 4, Line: 4, Cell: "C4", Column: "C", Header: "Land", Field: "country", Value: "Untied States", Code: "unknown-country", Message: `country "Untied States": no such country`, Hint: "United States?"}},
		{Seq: 3, Problem: problem.Problem{Severity: problem.Error, Row: 4, Line: 4, Cell: "D4", Column: "D", Header: "Handy", Field: "mobileNumber", Value: "12", Code: "bad-phone", Message: "too short for a phone"}},
	}
	for i, seq := range []int{0, 1, 1, 2, 3, 4, 4, 4} {
		a := journal.Attempt{Seq: seq, Step: "updatePersonalInfo", Number: 1, At: at(i * 7), Status: 200, Read: i%2 == 0}
		if i == 6 {
			a.Status, a.Code, a.Throttled = 429, "throttled", true
		}
		if i == 7 {
			a.Number, a.Status, a.Code = 2, 404, "USER_NOT_FOUND"
		}
		r.attempts = append(r.attempts, a)
	}
	return r
}

// large is a run of many rows, most of them updated.
func large(n int) *run {
	r := mixed()
	r.meta.State = journal.Finished
	r.rows, r.problems, r.attempts = nil, nil, nil
	countries := []string{"de", "us", "in", "jp", "fr"}
	for i := range n {
		row := journal.Row{Seq: i + 1, Number: i + 2, Line: i + 2, Origin: fmt.Sprintf("staff.csv row %d", i+2),
			Cells:   []string{fmt.Sprintf("user%d@example.com", i), "Zoë", countries[i%5], fmt.Sprintf("+1 202 555 %04d", i%10000), ""},
			Plan:    journal.Plan{AccountID: fmt.Sprintf("2560636%012d", i), ZUID: fmt.Sprintf("1%08d", i), Email: fmt.Sprintf("user%d@example.com", i), Changes: []journal.Change{{Field: "country", Before: "", After: countries[i%5]}, {Field: "mobileNumber", Before: "+1 202 555 0000", After: fmt.Sprintf("+1 202 555 %04d", i%10000)}}},
			Outcome: journal.Outcome{Status: journal.Updated, StepsDone: 1, Attempts: 1, FinishedAt: began.Add(time.Duration(i) * 2400 * time.Millisecond)}}
		switch {
		case i%50 == 7:
			row.Outcome = journal.Outcome{Status: journal.Failed, Step: "updatePersonalInfo", Code: "USER_NOT_FOUND", Message: "update user: 404 USER_NOT_FOUND", HTTPStatus: 404, Attempts: 1, FinishedAt: row.FinishedAt}
		case i%10 == 3:
			row.Outcome = journal.Outcome{Status: journal.Unchanged, FinishedAt: row.FinishedAt}
			row.Changes = nil
		}
		r.rows = append(r.rows, row)
		a := journal.Attempt{Seq: i + 1, Number: 1, At: row.FinishedAt, Status: 200, Read: i%3 == 0}
		if i%97 == 0 {
			a.Status, a.Code, a.Throttled = 429, "throttled", true
		}
		if i%50 == 7 {
			a.Status, a.Code = 404, "USER_NOT_FOUND"
		}
		r.attempts = append(r.attempts, a)
	}
	return r
}

// failing is a journal that can't be read past some rows.
type failing struct {
	*run
	after int
}

func (f *failing) Rows(filter journal.Filter) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		n := 0
		for row, err := range f.run.Rows(filter) {
			if n++; n > f.after {
				yield(journal.Row{}, fmt.Errorf("disk: input/output error"))
				return
			}
			if !yield(row, err) {
				return
			}
		}
	}
}
