package importer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/run"
)

// planHead is the document of a plan without its lists.
type planHead struct {
	Schema       int        `json:"schema"`
	Run          string     `json:"run"`
	Organisation string     `json:"organisation"`
	Counts       planCounts `json:"counts"`
	Calls        int        `json:"calls"`
	Forecast     float64    `json:"forecast_s"`
}

// planCounts add up: rows = change + unchanged + invalid + not_found + refused.
type planCounts struct {
	Rows      int `json:"rows"`
	Change    int `json:"change"`
	Unchanged int `json:"unchanged"`
	Invalid   int `json:"invalid"`
	NotFound  int `json:"not_found"`
	Refused   int `json:"refused"`
	LeftOut   int `json:"left_out"` // rows of the sheet that were not asked for; rows does not count them
}

// PlannedUser is one user that changes.
type PlannedUser struct {
	Row       int      `json:"row"` // as Excel shows it
	AccountID string   `json:"account_id"`
	ZUID      string   `json:"zuid"`
	Email     string   `json:"email"`
	Steps     []string `json:"steps"`
	Fields    []Change `json:"fields"`
	Note      string   `json:"-"`
}

// WritePlan writes the plan as one document of JSON under the run's name, "" where the run is not kept. Its lists are streamed
// from the journal, since they can be as long as the sheet.
func (r *Run) WritePlan(to io.Writer, p Planned, name string) error {
	head, err := json.MarshalIndent(planHead{
		Schema: SchemaVersion, Run: name, Organisation: r.Journal.Meta().Organisation, Calls: p.Calls, Forecast: p.Forecast.Seconds(),
		Counts: planCounts{p.Rows, p.Change, p.Unchanged, p.Invalid, p.NotFound, p.Refused, r.Journal.Meta().Outside},
	}, "", "  ")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	w.Write(head[:len(head)-len("\n}")])
	err = errors.Join(
		streamArray(w, "changes", r.PlannedUsers()),
		streamArray(w, "problems", r.problems()))
	w.WriteString("\n}\n")
	return errors.Join(err, w.Flush())
}

// streamArray writes one list of a document.
func streamArray[T any](w *bufio.Writer, name string, items iter.Seq2[T, error]) error {
	fmt.Fprintf(w, ",\n  %q: [", name)
	n := 0
	for item, err := range items {
		if err != nil {
			return err
		}
		line, err := json.Marshal(item)
		if err != nil {
			return err
		}
		if n++; n > 1 {
			w.WriteByte(',')
		}
		w.WriteString("\n    ")
		w.Write(line)
	}
	if n > 0 {
		w.WriteString("\n  ")
	}
	return w.WriteByte(']')
}

// PlannedUsers are the users that change, in the sheet's order.
func (r *Run) PlannedUsers() iter.Seq2[PlannedUser, error] {
	return func(yield func(PlannedUser, error) bool) {
		for row, err := range r.Journal.Rows(run.Standing(journal.Planned, journal.Sending)) {
			user := PlannedUser{row.Number, row.AccountID, row.ZUID, row.Email, row.Steps, changesOf(row.Changes), row.Note}
			if !yield(user, err) {
				return
			}
		}
	}
}

// problems are what was said of the sheet and its rows.
func (r *Run) problems() iter.Seq2[problem.Problem, error] {
	return func(yield func(problem.Problem, error) bool) {
		for p, err := range r.Journal.Problems(journal.All) {
			if !yield(p.Problem, err) {
				return
			}
		}
	}
}

// BarredRow is a row that can't be sent, and why.
type BarredRow struct {
	Row      int // as Excel shows it
	Code     string
	Message  string
	Remedies []problem.Remedy // what would let it be sent
}

// BarredRows are the rows that planning found wrong, in the sheet's order.
func (r *Run) BarredRows() iter.Seq2[BarredRow, error] {
	return func(yield func(BarredRow, error) bool) {
		for row, err := range r.Journal.Rows(run.Standing(journal.Invalid)) {
			if err == nil && !plan.BarredByPlan(row) {
				continue
			}
			if !yield(BarredRow{row.Number, row.Code, row.Message, plan.RemedyOf(row.Code)}, err) {
				return
			}
		}
	}
}

// PlanBook is the plan as a workbook to be signed off. The counts in words are the caller's.
func (r *Run) PlanBook(p Planned, counts, fields string) report.PlanBook {
	b := report.PlanBook{Source: r.Journal, Unread: p.Unread, Summary: counts}
	for id := range field.ID(field.Count) {
		if p.Fields[id.String()] > 0 {
			b.Fields = append(b.Fields, id)
		}
	}
	if fields != "" {
		b.Notes = append(b.Notes, fields)
	}
	for _, note := range slices.Concat(p.Doubts, p.Unchecked, p.Notes) {
		b.Notes = append(b.Notes, "note: "+note.Reason())
	}
	return b
}
