package report

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
)

// Source is what a report is written from: a run's journal. Each sequence may be asked for more than once, and gives
// the same every time while nobody writes.
type Source interface {
	Meta() journal.Meta
	Counts() (journal.Counts, error)
	Rows(journal.Filter) iter.Seq2[journal.Row, error]     // in the sheet's order
	RowNumbered(number int) (journal.Row, error)           // by its number in the sheet
	Problems(seq int) iter.Seq2[journal.RowProblem, error] // by row; seq 0 gives the whole sheet's, journal.All everything
	Edits(context.Context) iter.Seq2[journal.Edit, error]  // those that hold, in the order in which they were made
	Attempts(seq int) iter.Seq2[journal.Attempt, error]    // seq journal.All gives all
}

var _ Source = (*journal.Journal)(nil)

// row is a row as reports show it: with every outcome one of the five, and the problems that were found in it.
type row struct {
	journal.Row
	problems []journal.RowProblem
}

// rows streams the rows of the sheet with their problems, in order: all, or those of some outcomes.
func rows(j Source, of ...journal.Status) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		state := j.Meta().State
		next, stop := iter.Pull2(j.Problems(journal.All))
		defer stop()
		p, err, more := next()
		for r, rowErr := range j.Rows(journal.Filter{Statuses: of}) {
			if rowErr != nil {
				yield(row{}, rowErr)
				return
			}
			out := row{Row: Settled(r, state)}
			for ; more && err == nil && p.Seq <= r.Seq; p, err, more = next() {
				if p.Seq == r.Seq {
					out.problems = append(out.problems, p)
				}
			}
			if err != nil {
				yield(row{}, err)
				return
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}

// Settled gives a row that has not ended the outcome that reports show for it once its run has ended. A row that was carried
// out in part has failed, whatever stopped the rest.
func Settled(r journal.Row, state journal.State) journal.Row {
	if r.HalfSent() {
		r.Step, r.Code, r.Message = nextStep(r), journal.CodeHalfSent, halfMessage(r)
		r.Status = journal.Failed
		return r
	}
	switch r.Status {
	case journal.Sending:
		r.Status, r.Code = journal.Failed, CodeNoAnswer
		r.Message = unanswered(r)
	case journal.Read, journal.Planned, journal.NotSent:
		r.Status, r.Code, r.Message = journal.NotSent, CodeNotSent, whyNotSent(state)
	}
	return r
}

// unanswered says what is known of a row whose answer is not on disk: one without a call on record was claimed, and where the
// program was killed that is all there is to know.
func unanswered(r journal.Row) string {
	if r.Attempts == 0 {
		return "its turn had come when the run ended, and it may have been sent: resume looks it up"
	}
	return "it was being sent when the run ended, and whether it was carried out is not known: resume looks it up"
}

// nextStep is the step that a row would go on with.
func nextStep(r journal.Row) string {
	if r.StepsDone < len(r.Steps) {
		return r.Steps[r.StepsDone]
	}
	return ""
}

// halfMessage says what of a row was changed and what was not. An address has a step of its own, the last.
func halfMessage(r journal.Row) string {
	if r.StepsDone == 0 {
		return cmp.Or(r.Message, "a part of the row was changed, the rest was not sent") + "; " + halfAdvice
	}
	var changed, left []string
	for _, c := range r.Changes {
		if c.Field == field.NewEmail.String() {
			left = append(left, c.Field)
		} else {
			changed = append(changed, c.Field)
		}
	}
	return strings.Join(changed, ", ") + " changed, " + strings.Join(left, ", ") + " not sent; " + halfAdvice
}

// halfAdvice is what to do about it.
const halfAdvice = "resume goes on with it"

func whyNotSent(state journal.State) string {
	switch state {
	case journal.Held:
		return "not sent: the run was held back, for other rows of the sheet or for the plan as a whole"
	case journal.Waiting:
		return "not sent: the plan has not been applied"
	}
	return "not sent: the run ended before its turn"
}

// The codes that reports themselves give to rows.
const (
	CodeNoAnswer = "no-answer"
	CodeNotSent  = "not-sent"
)
