// Package send sends what is planned: workers claim rows, take each through a chain of stages and record how it ended. It settles rows
// whose answer never came, and reads changed accounts again to verify them.
//
// It imports plan, run, journal, field, problem and zoho. Start reading at Send, then at the chain in stage.go.
package send

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Send sends what is planned, as fast as the limiter lets it. The first end of soft (Ctrl-C) lets calls in flight come
// to their end; the end of hard cuts them. ended is told each outcome that is on disk, from several goroutines at once. It returns
// why it stopped early, if it did; the error is for what broke.
func Send(r *run.Run, soft, hard context.Context, ended func(journal.Row)) error {
	if err := r.Journal.SetState(journal.Running); err != nil {
		return err
	}
	s := newSender(r, soft, hard, ended)
	defer s.finish()
	defer context.AfterFunc(soft, func() { s.stop(errInterrupted) })()
	if d := r.Options.MaxDuration; d > 0 {
		defer time.AfterFunc(d, func() { s.stop(errDuration) }).Stop()
	}
	err := errors.Join(s.run(), r.Journal.Flush())
	if broken := r.Journal.Err(); broken != nil {
		return broken // what came after it says the same, or follows from it
	}
	return errors.Join(err, end(r, s.why()))
}

// end writes down the state that sending ended in, and says why it ended early.
func end(r *run.Run, why error) error {
	state := journal.Finished
	if why != nil {
		state = journal.Stopped
	}
	if err := r.End(state); err != nil {
		return err
	}
	return why
}

// sender is one stretch of sending: a feeder that claims rows, and workers that take each row through the chain.
type sender struct {
	*run.Run
	*ending
	chain   chain
	soft    context.Context // ends when no new row may start
	told    func(journal.Row)
	rows    chan journal.Row
	ended   chan struct{} // a row has ended: others may wait for it
	workers errgroup.Group
	size    int // how many workers there are; the feeder's alone

	counting sync.Mutex
	inFlight int // rows claimed and not ended
	handed   int // rows handed to workers
	sent     int // rows with an outcome of the service
	failed   int // of these, with nothing carried out
}

func newSender(r *run.Run, soft, hard context.Context, told func(journal.Row)) *sender {
	e := newEnding(r.Limiter, hard)
	return &sender{
		Run: r, ending: e, chain: newChain(r, e), soft: soft, told: told,
		rows: make(chan journal.Row, claimSize(r.Rate)-1), ended: make(chan struct{}, 1),
	}
}

// run feeds the workers until no row is left or something stops them.
func (s *sender) run() error {
	for range s.firstWorkers() {
		s.startWorker()
	}
	err := s.stopFor(problem.Guard(s.feed))
	close(s.rows)
	err = errors.Join(err, s.workers.Wait())
	s.finish()
	s.chain.canary.later.Wait()
	return err
}

// feed claims rows and hands them out.
func (s *sender) feed() error {
	for {
		waiting := s.open() // asked before the claim: a row that ends in between may have freed another
		rows, err := s.Journal.Claim(s.batch())
		if err != nil {
			s.stop(err)
			return err
		}
		if len(rows) == 0 {
			more, err := s.idle(waiting)
			if err != nil || !more {
				return err
			}
			continue
		}
		if done, err := s.hand(rows); done || err != nil {
			return err
		}
	}
}

// batch is how many rows to claim next: a pilot ends after its number, a stopped run claims none.
func (s *sender) batch() int {
	n := claimSize(s.Rate)
	if s.Options.First > 0 {
		n = min(n, s.Options.First-s.handed)
	}
	if s.why() != nil {
		n = 0
	}
	return max(n, 0)
}

// idle is called when no row can be claimed: it waits for one in flight, which may free another, or finds that this is
// the end, and that the rows still waiting wait for one that has failed.
func (s *sender) idle(open int) (more bool, err error) {
	if s.why() != nil {
		return false, nil
	}
	if open > 0 {
		select {
		case <-s.ended:
		case <-s.stopped:
		}
		return true, nil
	}
	if s.Options.First > 0 && s.handed >= s.Options.First {
		return false, s.pilot()
	}
	return false, s.endBlocked()
}

// open is how many rows are claimed and have not ended.
func (s *sender) open() int {
	s.counting.Lock()
	defer s.counting.Unlock()
	return s.inFlight
}

// pilot stops the run after its first rows, if there are more.
func (s *sender) pilot() error {
	counts, err := s.Journal.Counts()
	if err == nil && counts.Planned > 0 {
		s.stop(errPilot)
	}
	return err
}

// endBlocked fails the rows whose new address was to be freed by a row that failed.
func (s *sender) endBlocked() error {
	for row, err := range s.Journal.Blocked() {
		if err != nil {
			return err
		}
		row.Outcome = journal.Outcome{
			Status: journal.Failed, Step: plan.StepAddress, Field: field.NewEmail.String(), Code: run.CodeNotFreed,
			Message: "the row that was to free the address failed; nothing was sent", FinishedAt: s.Now(),
		}
		s.record(&sending{Row: row})
	}
	return nil
}

// hand gives claimed rows to the workers; those that a stop leaves over are given back.
func (s *sender) hand(rows []journal.Row) (done bool, err error) {
	s.counting.Lock()
	s.inFlight += len(rows)
	s.counting.Unlock()
	s.handed += len(rows)
	for i, row := range rows {
		if s.dispatch(row) {
			continue
		}
		for _, left := range rows[i:] {
			err = errors.Join(err, s.Journal.Release(left.Seq))
		}
		return true, err
	}
	return false, nil
}

// work sends rows until there are no more. A refused row is an outcome; an error is a journal that can't be written.
func (s *sender) work() error {
	for row := range s.rows {
		if s.soft.Err() != nil {
			s.stop(errInterrupted)
		}
		if s.why() != nil {
			if err := s.Journal.Release(row.Seq); err != nil {
				return err
			}
			continue
		}
		err := problem.Guard(func() error { return s.attempt(row) })
		var crash *problem.Crash
		if errors.As(err, &crash) {
			s.crashed(row)
		}
		if err != nil {
			return s.stopFor(err)
		}
	}
	return nil
}

// crashed ends a row at which the program met a fault of its own. How far it came is for a look at the account to tell.
func (s *sender) crashed(claimed journal.Row) {
	row := &sending{Row: claimed}
	row.Status, row.Code, row.FinishedAt = journal.Failed, run.CodeNoAnswer, s.Now()
	row.Message = "the program met a fault of its own while this row was sent, and whether it was carried out is not known: continuing the run looks it up"
	s.record(row)
}

// attempt sends one row and records how it ended.
func (s *sender) attempt(claimed journal.Row) error {
	row := &sending{Row: claimed, half: claimed.Code == journal.CodeHalfSent}
	row.Code, row.Message = "", ""
	first := row.StepsDone
	if slices.ContainsFunc(row.Changes, plan.Empties) {
		first = 0 // what could not be emptied then was not kept: only sending it again tells
	}
	for i := first; i < len(row.Steps); i++ {
		step := row.Steps[i]
		if err := s.sendStep(row, step); err != nil {
			if !s.arrived(row.Row, i, err) {
				return s.refused(row, step, err)
			}
			row.Message = arrivedAnyway
		}
		if row.StepsDone = max(row.StepsDone, i+1); row.StepsDone < len(row.Steps) {
			if err := s.Journal.Step(row.Seq, row.StepsDone); err != nil {
				return err
			}
		}
	}
	row.Status, row.HTTPStatus = journal.Updated, cmp.Or(row.HTTPStatus, http.StatusOK)
	s.markPartial(row)
	s.close(row)
	return nil
}

// sendStep sends a step. A row that has begun goes on although the run was asked to stop: nobody shall be left half changed.
func (s *sender) sendStep(row *sending, step string) error {
	if row.begun() && !s.mayGoOn() {
		return zoho.ErrStopped
	}
	return s.chain.first.send(s.until(row), parcel{step: step, row: row.Row, whole: row.Row, of: row})
}

// until is the context of a row's calls: they end with hard, and where the row has begun not before.
func (s *sender) until(row *sending) context.Context {
	if row.begun() {
		return patient(s.hard)
	}
	return s.hard
}

// arrivedAnyway is what is said of a row that was found done although no answer said so.
const arrivedAnyway = "no answer came; the account was read and is as it should be"

// arrived reads the account of a row whose step got no answer, and reports whether the step was carried out.
func (s *sender) arrived(row journal.Row, step int, err error) bool {
	if !sent(err) || stops(err) || s.why() != nil {
		return false
	}
	a, err := s.ReadAccount(s.Traced(s.hard, row.Seq, run.ReadLookUp), row.ZUID)
	if err != nil {
		return false
	}
	now := plan.ProgressOf(row, a, s.Options.Lookup)
	return now.Done || now.Steps > step
}

// refused ends a row that a step failed. What every row would share stops the run and leaves the row to be sent again, or,
// where it may have been carried out, to be looked at first by whoever goes on with the run.
func (s *sender) refused(row *sending, step string, err error) error {
	stop := stops(err) && s.hard.Err() == nil
	if stop {
		s.stop(err)
	}
	stopped := stop || errors.Is(err, zoho.ErrStopped)
	var refusal *problem.Refusal
	switch {
	case s.hard.Err() != nil, stopped && sent(err), errors.Is(err, errUnseen):
		return s.suspend(row, journal.Sending)
	case errors.As(err, &refusal) && refusal == errNamesRefused:
	case stopped:
		return s.putOff(row)
	}
	s.fail(row, step, err)
	return nil
}

// suspend keeps where a row stands that has not ended, and the calls made for it.
func (s *sender) suspend(row *sending, status journal.Status) error {
	return s.Journal.Record(row.Seq, journal.Outcome{Status: status, StepsDone: row.StepsDone, Attempts: row.Attempts}, row.calls,
		func(error) {}) // a journal that can't be written says so itself
}

// putOff leaves a row to be sent by whoever goes on with the run, with what was carried out of it.
func (s *sender) putOff(row *sending) error {
	o := journal.Outcome{Status: journal.Planned, StepsDone: row.StepsDone, Attempts: row.Attempts}
	if row.set != 0 || row.half {
		o.Code = journal.CodeHalfSent
	}
	if row.set != 0 {
		all, _ := plan.Changed(row.Plan)
		o.Message = list(row.set) + " changed, " + list(all&^row.set) + " not sent"
	}
	return s.Journal.Record(row.Seq, o, row.calls, func(error) {})
}

// list names fields as a sentence has them.
func list(fields field.Mask) string { return strings.ReplaceAll(fields.Names(), " ", ", ") }

// stops reports whether a failure would be every further row's, and so is the run's.
func stops(err error) bool {
	var refusal *problem.Refusal
	var e *zoho.Error
	switch {
	case errors.As(err, &refusal):
		return true
	case errors.Is(err, zoho.ErrStopped), errors.Is(err, errUnseen), keeps(err):
		return false
	}
	return !errors.As(err, &e) || e.Shared()
}

// sent reports whether a call may have been carried out although it failed.
func sent(err error) bool {
	var e *zoho.Error
	return errors.As(err, &e) && e.Sent
}

// fail ends a row with what the service said.
func (s *sender) fail(row *sending, step string, err error) {
	o := &row.Outcome
	o.Status, o.Step, o.Message = journal.Failed, step, err.Error()
	var e *zoho.Error
	var refusal *problem.Refusal
	switch {
	case errors.As(err, &e):
		o.Code, o.HTTPStatus = cmp.Or(e.Code, e.Kind.String()), e.Status
		if e.Message != "" {
			o.Message = e.Message
		}
		if e.Sent {
			o.Code = run.CodeNoAnswer
			o.Message = "it is not known whether the change was made (" + cmp.Or(e.Message, e.Kind.String()) + "); trying the failed rows again looks first"
		}
	case errors.As(err, &refusal):
		o.Code, o.Message = refusal.Code, refusal.Message+"; the row's other fields were accepted"
	}
	o.Message = strings.Join(append([]string{o.Message}, row.why...), "; ")
	s.close(row)
}

// close records a row's outcome, and stops the run when too many have failed.
func (s *sender) close(row *sending) {
	row.FinishedAt = s.Now()
	s.counting.Lock()
	s.sent++
	if row.Status == journal.Failed && !row.part {
		s.failed++
	}
	tooMany := s.Options.MaxErrors.Exceeded(s.failed, s.sent)
	s.counting.Unlock()
	if tooMany {
		s.stop(errMaxErrors)
	}
	s.record(row)
}

// record hands an outcome to the journal. It counts, and shows on the screen, once it is on disk.
func (s *sender) record(row *sending) {
	err := s.Journal.Record(row.Seq, row.Outcome, row.calls, func(err error) {
		if err != nil {
			s.stop(err)
			return
		}
		s.done()
		s.told(row.Row)
	})
	if err != nil {
		s.stop(err)
	}
}

// done lets a feeder that waits for a row know that one has ended.
func (s *sender) done() {
	s.counting.Lock()
	s.inFlight--
	s.counting.Unlock()
	select {
	case s.ended <- struct{}{}:
	default:
	}
}

// markPartial ends a row as failed whose calls were accepted and which is not all as it should be: a field could not be emptied,
// or an undo leaves alone what somebody has changed since.
func (s *sender) markPartial(row *sending) {
	o := &row.Outcome
	left := slices.Clone(row.why)
	if s.Meta().Command == run.CommandUndo && row.Note != "" {
		o.Code = run.CodeChangedSinceRun
		left = append(left, row.Note)
	}
	if row.kept != 0 {
		o.Code, o.Step, o.Field = run.CodeNotEmptied, plan.StepPersonal, firstOf(row.kept)
	}
	if len(left) == 0 {
		return
	}
	all, _ := plan.Changed(row.Plan)
	row.part = all&^row.kept != 0 || plan.ChangeOf(row.Plan, field.NewEmail) != nil
	if row.part {
		left = append(left, s.restDone())
	}
	o.Status, o.Message = journal.Failed, strings.Join(left, "; ")
}

// firstOf is the name of a set's first field.
func firstOf(fields field.Mask) string {
	for id := range fields.All() {
		return id.String()
	}
	return ""
}

// restDone says what became of the rest of a row.
func (s *sender) restDone() string {
	if s.Meta().Command == run.CommandUndo {
		return "the rest was put back"
	}
	return "the row's other fields were accepted"
}
