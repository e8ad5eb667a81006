package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// planHead is the document of plan --json without its lists.
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
}

// plannedUser is one user that changes.
type plannedUser struct {
	Row       int              `json:"row"`
	AccountID string           `json:"account_id"`
	ZUID      string           `json:"zuid"`
	Email     string           `json:"email"`
	Steps     []string         `json:"steps"`
	Fields    []journal.Change `json:"fields"`
}

// printPlan writes the plan as one document. Its lists are streamed from the journal, since they can be as long as the
// sheet.
func (op *operation) printPlan(p importer.Planned) error {
	op.printed = true
	m := op.run.Journal.Meta()
	run := m.Run
	if op.dry {
		run = ""
	}
	head, err := json.MarshalIndent(planHead{
		Schema: schemaVersion, Run: run, Organisation: m.Organisation, Calls: p.Calls, Forecast: p.Forecast.Seconds(),
		Counts: planCounts{p.Rows, p.Change, p.Unchanged, p.Invalid, p.NotFound, p.Refused},
	}, "", "  ")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(op.Out)
	w.Write(head[:len(head)-len("\n}")])
	err = errors.Join(
		streamArray(w, "changes", op.plannedUsers()),
		streamArray(w, "problems", op.problems()))
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

// plannedUsers are the users that change, in the sheet's order.
func (op *operation) plannedUsers() iter.Seq2[plannedUser, error] {
	return func(yield func(plannedUser, error) bool) {
		for row, err := range op.run.Journal.Rows(journal.Filter{Statuses: []journal.Status{journal.Planned, journal.Sending}}) {
			user := plannedUser{row.Number, row.AccountID, row.ZUID, row.Email, row.Steps, row.Changes}
			if !yield(user, err) {
				return
			}
		}
	}
}

// problems are what was said of the sheet and its rows.
func (op *operation) problems() iter.Seq2[problem.Problem, error] {
	return func(yield func(problem.Problem, error) bool) {
		for p, err := range op.run.Journal.Problems(journal.All) {
			if !yield(p.Problem, err) {
				return
			}
		}
	}
}
