package send

import (
	"context"
	"errors"
	"sync"
	"time"

	"zohobulk/zoho"
)

// stopReason ends a run early for a reason that is no error of the service; the run can be continued.
type stopReason struct {
	code, message string
	exit          int
}

func (s stopReason) Error() string { return s.message }

// Reasons to stop that are nobody's fault: the run can be continued.
var (
	errInterrupted = stopReason{"interrupted", "stopped: calls in flight were let finish, the rest was not sent", 5}
	errDuration    = stopReason{"max-duration", "stopped: the run has taken as long as it may", 5}
	errMaxErrors   = stopReason{"max-errors", "stopped: too many rows failed", 5}
	errPilot       = stopReason{"first", "the pilot is done; the rest was not sent", 0}
)

// ExitCode is the code that the program ends with.
func (s stopReason) ExitCode() int { return s.exit }

// Reason gives the parts of what to say.
func (s stopReason) Reason() (code, message, hint string) { return s.code, s.message, "" }

// Pilot reports whether sending ended because its first rows were all that was asked for.
func Pilot(why error) bool { return errors.Is(why, errPilot) }

// ending is when and why a stretch of sending ends. Every stage may end it.
type ending struct {
	limiter  *zoho.Limiter
	hard     context.Context    // ends when calls in flight are cut
	finished context.Context    // ends when the last row has, or hard
	finish   context.CancelFunc // ends finished

	mu      sync.Mutex
	reason  error // nil while sending goes on
	stopped chan struct{}
}

func newEnding(limiter *zoho.Limiter, hard context.Context) *ending {
	e := &ending{limiter: limiter, hard: hard, stopped: make(chan struct{})}
	e.finished, e.finish = context.WithCancel(hard)
	return e
}

// stop lets no further row start, for the first reason given; but what went wrong is told before what was only asked for.
func (e *ending) stop(reason error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reason != nil {
		if asked(e.reason) && !asked(reason) {
			e.reason = reason
		}
		return
	}
	e.reason = reason
	close(e.stopped)
	e.limiter.Stop()
}

// stopFor stops the run for the fault of a goroutine that ends with it.
func (e *ending) stopFor(err error) error {
	if err != nil {
		e.stop(err)
	}
	return err
}

// asked reports whether a run stops because somebody wanted it to.
func asked(reason error) bool {
	var asked stopReason
	return errors.As(reason, &asked)
}

// broken reports whether the run stops because something went wrong.
func (e *ending) broken() bool {
	why := e.why()
	return why != nil && !asked(why)
}

// why is the reason to stop, nil while sending goes on.
func (e *ending) why() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reason
}

// longestRest is how long a pause of the service a row that has begun waits out after a stop (guessed: more would look as if
// the stop had no effect).
const longestRest = time.Minute

// patient is the context of a row that has begun: it goes on although the run was asked to stop, as long as no pause keeps it.
func patient(ctx context.Context) context.Context { return zoho.BeyondStopFor(ctx, longestRest) }

// mayGoOn reports whether a row that has begun can go on: always before a stop, and after one if somebody asked for it and the
// service takes calls soon.
func (e *ending) mayGoOn() bool {
	switch why := e.why(); {
	case why == nil:
		return true
	case e.broken():
		return false
	}
	return time.Until(e.limiter.Stats().Until) <= longestRest
}

// inTurn does what one row may do at a time, unless the run stops first. What it finds that stops the run stops it before
// the next row has its turn.
func (e *ending) inTurn(ctx context.Context, turn chan struct{}, do func() error) error {
	stopped, beyond := e.stopped, zoho.IsBeyondStop(ctx)
	if beyond {
		stopped = nil
	}
	select {
	case turn <- struct{}{}:
	case <-stopped:
		return zoho.ErrStopped
	}
	defer func() { <-turn }()
	if e.why() != nil && !beyond {
		return zoho.ErrStopped
	}
	err := do()
	if err != nil && stops(err) && e.hard.Err() == nil {
		e.stop(err)
	}
	return err
}
