package importer

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
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// send sends what is planned, as fast as the limiter lets it. The first end of soft (Ctrl-C) lets calls in flight come
// to their end; the end of hard cuts them. It returns why it stopped early, if it did; the error is for what broke.
func (r *Run) send(soft, hard context.Context) error {
	if err := r.Journal.SetState(journal.Running); err != nil {
		return err
	}
	defer r.follow(hard)()
	s := newSender(r, soft, hard)
	defer context.AfterFunc(soft, func() { s.stop(errInterrupted) })()
	if d := r.Options.MaxDuration; d > 0 {
		defer time.AfterFunc(d, func() { s.stop(errDuration) }).Stop()
	}
	err := errors.Join(s.run(), r.Journal.Flush())
	if broken := r.Journal.Err(); broken != nil {
		return broken // what came after it says the same, or follows from it
	}
	return errors.Join(err, r.close(s.why()))
}

// close writes down the state that sending ended in, and says why it ended early.
func (r *Run) close(why error) error {
	state := journal.Finished
	if why != nil {
		state = journal.Stopped
	}
	if err := r.end(state); err != nil {
		return err
	}
	return why
}

// sender is one stretch of sending: a feeder that claims rows, and workers that send them.
type sender struct {
	*Run
	soft     context.Context // ends when no new row may start
	hard     context.Context // ends when calls in flight are cut
	spelling *spelling
	canary   *canary
	emptying *emptying
	finished context.Context // ends when the last row has
	rows     chan journal.Row
	ended    chan struct{}  // a row has ended: others may wait for it
	crew     errgroup.Group // the workers
	size     int            // of the crew; the feeder's alone

	mu       sync.Mutex
	reason   error // why it stops, nil while it goes on
	stopped  chan struct{}
	inFlight int // rows claimed and not ended
	handed   int // rows handed to workers
	sent     int // rows with an outcome of the service
	failed   int // of these, with nothing carried out
}

func newSender(r *Run, soft, hard context.Context) *sender {
	s := &sender{
		Run: r, soft: soft, hard: hard,
		rows: make(chan journal.Row, r.claimSize()-1), ended: make(chan struct{}, 1),
		stopped: make(chan struct{}),
	}
	s.spelling = &spelling{sender: s, turn: make(chan struct{}, 1), phone: r.Facts.PhoneKey, names: r.Facts.Names}
	s.canary, s.emptying = newCanary(s), newEmptying(s)
	return s
}

// inTurn does what one row may do at a time, unless the run stops first. What it finds that stops the run stops it before
// the next row has its turn.
func (s *sender) inTurn(ctx context.Context, turn chan struct{}, do func() error) error {
	stopped, beyond := s.stopped, zoho.IsBeyondStop(ctx)
	if beyond {
		stopped = nil
	}
	select {
	case turn <- struct{}{}:
	case <-stopped:
		return zoho.ErrStopped
	}
	defer func() { <-turn }()
	if s.why() != nil && !beyond {
		return zoho.ErrStopped
	}
	err := do()
	if err != nil && stops(err) && s.hard.Err() == nil {
		s.stop(err)
	}
	return err
}

// run feeds the workers until no row is left or something stops them.
func (s *sender) run() error {
	var finish context.CancelFunc
	s.finished, finish = context.WithCancel(s.hard)
	for range s.firstWorkers() {
		s.hire()
	}
	err := s.stopping(problem.Guard(s.feed))
	close(s.rows)
	err = errors.Join(err, s.crew.Wait())
	finish()
	s.canary.later.Wait()
	return err
}

// feed claims rows and hands them out.
func (s *sender) feed() error {
	for {
		flying := s.flying() // asked before the claim: a row that lands in between may have freed another
		rows, err := s.Journal.Claim(s.batch())
		if err != nil {
			s.stop(err)
			return err
		}
		if len(rows) == 0 {
			more, err := s.idle(flying)
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
	n := s.claimSize()
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
func (s *sender) idle(flying int) (more bool, err error) {
	if s.why() != nil {
		return false, nil
	}
	if flying > 0 {
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

// flying is how many rows are claimed and have not ended.
func (s *sender) flying() int {
	s.mu.Lock()
	defer s.mu.Unlock()
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
			Status: journal.Failed, Step: stepAddress, Field: field.NewEmail.String(), Code: codeNotFreed,
			Message: "the row that was to free the address failed; nothing was sent", FinishedAt: s.Now(),
		}
		s.record(&sending{Row: row})
	}
	return nil
}

// hand gives claimed rows to the workers; those that a stop leaves over are given back.
func (s *sender) hand(rows []journal.Row) (done bool, err error) {
	s.mu.Lock()
	s.inFlight += len(rows)
	s.mu.Unlock()
	s.handed += len(rows)
	for i, row := range rows {
		if s.give(row) {
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
			return s.stopping(err)
		}
	}
	return nil
}

// crashed ends a row at which the program met a fault of its own. How far it came is for a look at the account to tell.
func (s *sender) crashed(claimed journal.Row) {
	row := &sending{Row: claimed}
	row.Status, row.Code, row.FinishedAt = journal.Failed, codeNoAnswer, s.Now()
	row.Message = "the program met a fault of its own while this row was sent, and whether it was carried out is not known: resume looks it up"
	s.record(row)
}

// attempt sends one row and records how it ended.
func (s *sender) attempt(claimed journal.Row) error {
	row := &sending{Row: claimed, half: claimed.Code == journal.CodeHalfSent}
	row.Code, row.Message = "", ""
	first := row.StepsDone
	if slices.ContainsFunc(row.Changes, empties) {
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
	s.concede(row)
	s.end(row)
	return nil
}

// sendStep sends a step. A row that has begun goes on although the run was asked to stop: nobody shall be left half changed.
func (s *sender) sendStep(row *sending, step string) error {
	if row.begun() && !s.mayGoOn() {
		return zoho.ErrStopped
	}
	return s.emptying.send(row, step)
}

// begun reports whether a part of a row was carried out.
func (w *sending) begun() bool { return w.StepsDone > 0 || w.set != 0 || w.half }

// until is the context of a row's calls: they end with hard, and where the row has begun not before.
func (s *sender) until(row *sending) context.Context {
	if row.begun() {
		return zoho.BeyondStop(s.hard)
	}
	return s.hard
}

// longestRest is how long a pause of the service a row that has begun waits out after a stop (guessed: more would look as if
// the stop had no effect).
const longestRest = time.Minute

// mayGoOn reports whether a row that has begun can go on: always before a stop, and after one if somebody asked for it and the
// service takes calls soon.
func (s *sender) mayGoOn() bool {
	switch why := s.why(); {
	case why == nil:
		return true
	case s.broken():
		return false
	}
	return time.Until(s.Limiter.Stats().Until) <= longestRest
}

// arrivedAnyway is what is said of a row that was found done although no answer said so.
const arrivedAnyway = "no answer came; the account was read and is as wanted"

// arrived reads the account of a row whose step got no answer, and reports whether the step was carried out.
func (s *sender) arrived(row journal.Row, step int, err error) bool {
	if !sent(err) || stops(err) || s.why() != nil {
		return false
	}
	a, err := s.readAccount(s.traced(s.hard, row.Seq, readLookUp), row.ZUID)
	if err != nil {
		return false
	}
	now := s.stand(row, a)
	return now.done || now.steps > step
}

// put sends one step.
func (s *sender) put(ctx context.Context, step string, row journal.Row) error {
	switch {
	case step == stepPersonal:
		return s.spelling.send(ctx, row)
	case s.Options.Auth == AuthUser:
		return s.Service.UpdateOwnDisplayNameEmail(ctx, displayNameEmail(row))
	}
	return s.Service.UpdateDisplayNameEmail(ctx, s.ZOID, displayNameEmail(row))
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
		all, _ := changed(row.Plan)
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
		o.Code, o.HTTPStatus = first(e.Code, e.Kind.String()), e.Status
		if e.Message != "" {
			o.Message = e.Message
		}
		if e.Sent {
			o.Code = codeNoAnswer
			o.Message = "it is not known whether the change was made (" + first(e.Message, e.Kind.String()) + "); zohobulk resume --failed looks"
		}
	case errors.As(err, &refusal):
		o.Code, o.Message = refusal.Code, refusal.Message+"; the row's other fields were accepted"
	}
	o.Message = strings.Join(append([]string{o.Message}, row.why...), "; ")
	s.end(row)
}

// end records a row's outcome, and stops the run when too many have failed.
func (s *sender) end(row *sending) {
	row.FinishedAt = s.Now()
	s.mu.Lock()
	s.sent++
	if row.Status == journal.Failed && !row.part {
		s.failed++
	}
	tooMany := s.Options.MaxErrors.Exceeded(s.failed, s.sent)
	s.mu.Unlock()
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
		s.landed()
		s.Observer.Ended(row.Row)
	})
	if err != nil {
		s.stop(err)
	}
}

// landed lets a feeder that waits for a row know that one has ended.
func (s *sender) landed() {
	s.mu.Lock()
	s.inFlight--
	s.mu.Unlock()
	select {
	case s.ended <- struct{}{}:
	default:
	}
}
