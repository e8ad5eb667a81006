package send

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Settle finds out how the rows ended whose answer never came: an account that is as its row wants it counts as updated, one that
// is as before is sent again, one that somebody else has changed is reported. It reads each such account once. An account that
// was being looked at when the run ended is put right first.
func Settle(ctx context.Context, r *run.Run) error {
	e := newEnding(r.Limiter, ctx)
	defer e.finish()
	if err := newChain(r, e).restorer.repair(ctx); err != nil && !repaired(err) {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Workers())
	for row, err := range r.Journal.Rows(run.Standing(journal.Sending, journal.Failed)) {
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		if row.Status == journal.Failed && row.Code != run.CodeNoAnswer {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { return problem.Guard(func() error { return settle(ctx, r, row) }) })
	}
	return errors.Join(g.Wait(), r.Journal.Flush())
}

// settle looks at one account. One that can't be read for a reason of its own leaves its row as it is, and the others to be sent.
func settle(ctx context.Context, r *run.Run, row journal.Row) error {
	a, err := r.ReadAccount(r.Traced(ctx, row.Seq, run.ReadLookUp), row.ZUID)
	switch {
	case run.NotFound(err):
		return r.Journal.Record(row.Seq, plan.Gone(row, r.Now()), nil, func(error) {})
	case err != nil && (stops(err) || ctx.Err() != nil || errors.Is(err, zoho.ErrStopped)):
		return err
	case err != nil:
		return r.Journal.Record(row.Seq, unseen(row, err, r.Now()), nil, func(error) {})
	}
	now := plan.ProgressOf(row, a, r.Options.Lookup)
	if !now.Done && !now.Moved {
		if now.Steps > row.StepsDone {
			row.StepsDone = now.Steps
			if err := r.Journal.Step(row.Seq, now.Steps); err != nil {
				return err
			}
		}
		return release(r.Journal, row, now.Some)
	}
	o := row.Outcome
	o.FinishedAt = r.Now()
	if now.Moved {
		o.Status, o.Code, o.Message = journal.Failed, run.CodeMoved, now.Message
	} else {
		o = journal.Outcome{Status: journal.Updated, StepsDone: len(row.Steps), Message: arrivedAnyway,
			Attempts: max(row.Attempts, 1), FinishedAt: o.FinishedAt} // a kill may have come before the call was on record
	}
	return r.Journal.Record(row.Seq, o, nil, func(error) {})
}

// release leaves a row to be sent again, with a mark if a part of it was carried out.
func release(j *journal.Journal, row journal.Row, half bool) error {
	if !half {
		return j.Release(row.Seq)
	}
	return j.Record(row.Seq, journal.Outcome{
		Status: journal.Planned, StepsDone: row.StepsDone, Attempts: row.Attempts, Code: journal.CodeHalfSent,
	}, nil, func(error) {})
}

// unseen is the outcome of a row whose answer never came and whose account can't be read.
func unseen(row journal.Row, err error, now time.Time) journal.Outcome {
	o := row.Outcome
	o.Status, o.Code, o.FinishedAt = journal.Failed, run.CodeNoAnswer, now
	o.Message = "no answer came, and the account can't be read: " + err.Error()
	return o
}

// Again puts the rows that failed for a passing reason back among those to be sent, and says how many. Those whose answer
// never came count, and are left to Settle: their accounts are looked at first.
func Again(j *journal.Journal) (n int, err error) {
	for row, err := range j.Rows(run.Standing(journal.Failed)) {
		if err != nil {
			return n, err
		}
		if !passing(row.Outcome) {
			continue
		}
		n++
		if row.Code == run.CodeNoAnswer {
			continue
		}
		half, err := accepted(j, row)
		if err != nil {
			return n, err
		}
		if err := release(j, row, half); err != nil {
			return n, err
		}
	}
	if n > 0 {
		if err := j.SetState(journal.Stopped); err != nil { // there is something to send again
			return n, err
		}
	}
	return n, j.Flush()
}

// accepted reports whether a part of a row that failed was accepted. A row that empties fields is sent in parts.
func accepted(j *journal.Journal, row journal.Row) (bool, error) {
	if row.StepsDone > 0 || row.Attempts < 2 || !slices.ContainsFunc(row.Changes, plan.Empties) {
		return row.StepsDone > 0, nil
	}
	for call, err := range j.Attempts(row.Seq) {
		if err != nil || !call.Read && call.Status == http.StatusOK {
			return err == nil, err
		}
	}
	return false, nil
}

// passing reports whether a failure was the service's or the way's, and may not come again.
func passing(o journal.Outcome) bool {
	switch o.Code {
	case run.CodeNoAnswer, run.CodeNotFreed:
		return true
	case run.CodeMoved, run.CodeChangedSinceRun, run.CodeUnknownUser, run.CodeNotEmptied:
		return false
	}
	return o.HTTPStatus == 0 || o.HTTPStatus == http.StatusTooManyRequests || o.HTTPStatus >= http.StatusInternalServerError
}
