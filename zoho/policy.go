package zoho

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"time"
)

// Policy says which failures are worth another attempt, how often and after what wait. It only decides; nothing in it
// waits or remembers. Zero fields stand for the defaults below.
type Policy struct {
	Attempts    int            // of a call that meets passing faults
	Throttles   int            // of a call that is throttled each time
	Reconnects  int            // to reach a host that has answered before
	Base        time.Duration  // pause before the first repetition; doubles each time
	Longest     time.Duration  // of those pauses
	Margin      time.Duration  // added to a wait that the service names
	Lock        time.Duration  // wait after a throttle that names none; doubles each time
	LongestLock time.Duration  // of those waits
	MaxWait     time.Duration  // a longer wait for a throttle ends the call; negative: none is too long
	Jitter      func() float64 // from 0 to below 1
}

// The defaults. The 15 minutes come from what was seen on sibling products (9 to 22 minutes); ten throttles in a row
// are then most of a night. Six attempts bridge half a minute of a stumbling service, 20 reconnects about
// a quarter of an hour without a network, a laptop's way from one place to the next. These counts are guesses.
const (
	defaultAttempts    = 6
	defaultThrottles   = 10
	defaultReconnects  = 20
	firstReconnects    = 3 // to a host that has never answered: more likely a mistyped one
	defaultBase        = time.Second
	defaultLongest     = time.Minute
	defaultMargin      = time.Second
	defaultLock        = 15 * time.Minute
	defaultLongestLock = time.Hour
	// DefaultMaxWait is the longest wait for a throttle before a run ends, to be resumed.
	DefaultMaxWait = time.Hour
)

// Next says how long to wait before a call is made again after its attempt-th failure of this sort (from 1), or that
// it is not worth it. A throttle's wait is the one the error names: by then the limiter keeps everybody waiting.
func (p Policy) Next(attempt int, err error) (wait time.Duration, again bool) {
	var e *Error
	if !errors.As(err, &e) || !e.Temporary() {
		return 0, false
	}
	if e.Kind == Throttled {
		return e.RetryAfter, attempt < cmp.Or(p.Throttles, defaultThrottles) && !p.tooLong(e.RetryAfter)
	}
	if attempt >= p.tries(e) {
		return 0, false
	}
	wait = max(p.backoff(attempt), p.named(e.RetryAfter))
	return wait, !p.tooLong(wait)
}

// tries is how many attempts an error is worth.
func (p Policy) tries(e *Error) int {
	switch {
	case e.Kind != Unreachable:
		return cmp.Or(p.Attempts, defaultAttempts)
	case e.Unproven:
		return firstReconnects
	}
	return cmp.Or(p.Reconnects, defaultReconnects)
}

// backoff doubles from Base to Longest, the second half of each by chance, so that workers which failed together do
// not come back together.
func (p Policy) backoff(attempt int) time.Duration {
	longest := cmp.Or(p.Longest, defaultLongest)
	wait := longest
	if shift := attempt - 1; shift < 30 {
		wait = min(cmp.Or(p.Base, defaultBase)<<shift, longest)
	}
	jitter := p.Jitter
	if jitter == nil {
		jitter = rand.Float64
	}
	return wait/2 + time.Duration(jitter()*float64(wait/2))
}

// named is a wait that the service named, with the margin: coming back early is known to prolong a lock.
func (p Policy) named(wait time.Duration) time.Duration {
	if wait <= 0 {
		return 0
	}
	return wait + cmp.Or(p.Margin, defaultMargin)
}

// LockFor is how long nothing is sent after a throttle: what it names, or else the next of 15 minutes, half an hour,
// an hour, an hour… where locks counts those before it.
func (p Policy) LockFor(named time.Duration, locks int) time.Duration {
	if named > 0 {
		return p.named(named)
	}
	longest := cmp.Or(p.LongestLock, defaultLongestLock)
	if locks >= 30 {
		return longest
	}
	return min(cmp.Or(p.Lock, defaultLock)<<locks, longest)
}

// tooLong tells a wait that nobody wants to sit out.
func (p Policy) tooLong(wait time.Duration) bool {
	limit := cmp.Or(p.MaxWait, DefaultMaxWait)
	return limit >= 0 && wait > limit
}
