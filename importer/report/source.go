package report

import (
	"iter"

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
			out := row{Row: settled(r, state)}
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

// settled gives a row that has not ended the outcome that reports show for it.
func settled(r journal.Row, state journal.State) journal.Row {
	switch r.Status {
	case journal.Sending:
		r.Status, r.Code = journal.Failed, CodeNoAnswer
		r.Message = "it was being sent when the run ended, and whether it was carried out is not known: resume looks it up"
	case journal.Read, journal.Planned, journal.NotSent:
		r.Status, r.Code, r.Message = journal.NotSent, CodeNotSent, whyNotSent(state)
	}
	return r
}

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
