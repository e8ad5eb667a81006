package zoho

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter is the one gate that all calls of all workers go through. It spaces them evenly, and lets no more than its
// rate through in any stretch of its period, counted when they are sent. After a throttle it keeps everybody waiting.
//
// All waiting is measured on the monotonic clock: a clock that is set changes nothing, and a computer that slept waits
// out what was left when it fell asleep.
type Limiter struct {
	limit  Rate
	turn   chan struct{} // held by the one who waits at the gate; the rest queue for it, first come, first served
	stop   chan struct{} // closed by Stop
	ledger ledger        // shared with other processes, or nil
	notify func(Pause)

	mu      sync.Mutex
	stopped bool
	pacer   *rate.Limiter
	next    time.Time // the pacer's moment for the one at the gate, zero if it has not been asked
	window  window    // what was sent lately
	slow    slowdown  // after a throttle
	lock    lock
	stats   Stats
	broken  error // the ledger could not be written
}

// Pause is a stretch in which nothing is sent, because the service asked for it.
type Pause struct {
	Until time.Time
	Wait  time.Duration // from now
	Rate  float64       // calls a minute afterwards
	Other bool          // another process of this computer met the throttle
}

// Stats is what a limiter has seen.
type Stats struct {
	Sent      int       // calls let through
	Throttles int       // pauses so far: one for all calls that were under way together
	Until     time.Time // end of the present pause, zero if there is none
	PerMinute float64   // the present limit, 0 without one
}

// lock is the pause after a throttle.
type lock struct {
	since time.Time // when the throttle was learnt; zero before the first
	until time.Time
	count int // unnamed waits in a row, which double
}

// NewLimiter makes a limiter for this process alone.
func NewLimiter(limit Rate) *Limiter { return newLimiter(limit, nil) }

func newLimiter(limit Rate, shared ledger) *Limiter {
	l := &Limiter{limit: limit, turn: make(chan struct{}, 1), stop: make(chan struct{}), ledger: shared}
	l.pacer = rate.NewLimiter(rate.Inf, 1)
	l.setPace()
	return l
}

// Notify has f told of every pause, once, when it begins. It must be set before the first call.
func (l *Limiter) Notify(f func(Pause)) { l.notify = f }

type beyondKey struct{}

// BeyondStop makes calls and waits under the returned context go on after Stop, at the limiter's pace: for what has to be put
// right before a run can end.
func BeyondStop(ctx context.Context) context.Context {
	return context.WithValue(ctx, beyondKey{}, time.Duration(math.MaxInt64))
}

// BeyondStopFor is BeyondStop for what can be left as it is: calls that would have to wait longer than longest for the end of a pause
// after Stop fail with ErrStopped.
func BeyondStopFor(ctx context.Context, longest time.Duration) context.Context {
	return context.WithValue(ctx, beyondKey{}, longest)
}

// IsBeyondStop reports whether a context is one of BeyondStop or BeyondStopFor.
func IsBeyondStop(ctx context.Context) bool { return ctx.Value(beyondKey{}) != nil }

// longestPause is how long a pause may be waited out after Stop.
func longestPause(ctx context.Context) time.Duration {
	longest, _ := ctx.Value(beyondKey{}).(time.Duration)
	return longest
}

// ends is closed when the limiter lets nothing through any more; never for those beyond.
func (l *Limiter) ends(ctx context.Context) <-chan struct{} {
	if IsBeyondStop(ctx) {
		return nil
	}
	return l.stop
}

// over reports whether ends is closed.
func (l *Limiter) over(ctx context.Context) bool { return l.stopped && !IsBeyondStop(ctx) }

// Wait returns when the caller may send one request, which it does at once. It fails with ErrStopped after Stop, and
// with the context's error.
func (l *Limiter) Wait(ctx context.Context) error { return l.wait(ctx, Policy{MaxWait: -1}) }

// wait is Wait for a caller whose policy finds some waits too long.
func (l *Limiter) wait(ctx context.Context, p Policy) error {
	select { // so that an ended context or limiter wins over a free turn
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ends(ctx):
		return ErrStopped
	default:
	}
	if free, err := l.pass(ctx); free || err != nil {
		return err
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ends(ctx):
		return ErrStopped
	}
	for {
		wait, err := l.claim(ctx, p)
		if err != nil || wait <= 0 {
			return err
		}
		if err := l.rest(ctx, wait); err != nil {
			return err
		}
	}
}

// rest is Sleep, but ends early without an error when Stop comes and the caller may have to give up: claim tells.
func (l *Limiter) rest(ctx context.Context, d time.Duration) error {
	l.mu.Lock()
	stop := l.stop
	if l.stopped {
		stop = nil
	}
	l.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	case <-stop:
	}
	return nil
}

// Sleep waits for d, but not beyond the end of ctx or Stop.
func (l *Limiter) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ends(ctx):
		return ErrStopped
	}
}

// pass lets a call through without queueing where there is no limit, no throttle and nobody to share with.
func (l *Limiter) pass(ctx context.Context) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over(ctx) {
		return false, ErrStopped
	}
	if l.limit.Limited() || l.ledger != nil || !l.lock.since.IsZero() {
		return false, nil
	}
	l.sent(time.Now())
	return true, nil
}

// claim lets the one at the gate through, or says how long it has to wait before it asks again.
func (l *Limiter) claim(ctx context.Context, p Policy) (time.Duration, error) {
	wait, err := l.own(ctx, p)
	if wait > 0 || err != nil {
		return wait, err
	}
	if l.ledger != nil {
		if wait, err := l.take(ctx); wait > 0 || err != nil {
			return wait, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := time.Until(l.lock.until); wait > 0 { // learnt while the ledger was asked
		return wait, nil
	}
	l.next = time.Time{}
	l.sent(time.Now())
	return 0, nil
}

// own is how long this process's own count says to wait.
func (l *Limiter) own(ctx context.Context, p Policy) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case l.over(ctx):
		return 0, ErrStopped
	case l.broken != nil:
		return 0, l.broken
	}
	if wait := l.lock.until.Sub(now); wait > 0 {
		if l.stopped && wait > longestPause(ctx) {
			return 0, ErrStopped
		}
		if p.tooLong(wait) {
			return 0, lockedOut(wait)
		}
		return wait, nil
	}
	if l.slow.rise(now) {
		l.setPace()
	}
	if !l.present().limited() {
		return 0, nil
	}
	if l.next.IsZero() {
		l.next = now.Add(l.pacer.ReserveN(now, 1).DelayFrom(now))
	}
	present := l.present()
	return max(l.next.Sub(now), l.window.wait(now, present.whole(), present.guard())), nil
}

// take is how long the count of all processes says to wait. A pause that another one met holds here too.
func (l *Limiter) take(ctx context.Context) (time.Duration, error) {
	l.mu.Lock()
	p := l.present()
	l.mu.Unlock()
	t, err := l.ledger.take(ctx, p)
	if err != nil || !t.locked {
		return t.wait, err
	}
	l.mu.Lock()
	now := time.Now()
	end := now.Add(t.wait)
	if end.Sub(l.lock.until) < time.Second { // the pause that this process met itself
		l.lock.until = end
		l.mu.Unlock()
		return t.wait, nil
	}
	l.pauseUntil(now, end, t.perMinute*l.full().per.Minutes())
	pause := Pause{Until: l.lock.until, Wait: t.wait, Rate: l.present().perMinute(), Other: true}
	l.mu.Unlock()
	if l.notify != nil {
		l.notify(pause)
	}
	return 1, nil // ask again at once: own knows whether the pause is too long
}

// lockedOut is the error of a call that nobody wants to wait for.
func lockedOut(wait time.Duration) *Error {
	return &Error{Kind: Throttled, RetryAfter: wait, Message: "the service has asked for a longer pause than is allowed"}
}

// sent counts a call that goes out now.
func (l *Limiter) sent(now time.Time) {
	l.stats.Sent++
	if l.present().limited() {
		l.window.add(now, l.full().guard())
	} else {
		l.window.count(now, l.full().per)
	}
}

// full is the pace without a throttle.
func (l *Limiter) full() pace { return fullPace(l.limit) }

// present is the pace as it is now.
func (l *Limiter) present() pace {
	p := l.full()
	if l.slow.n > 0 {
		p.n = l.slow.n
	}
	return p
}

// setPace tells the pacer of the present pace.
func (l *Limiter) setPace() {
	if p := l.present(); p.limited() {
		l.pacer.SetLimit(rate.Every(p.interval()))
	} else {
		l.pacer.SetLimit(rate.Inf)
	}
}

// Stop lets nothing through any more: everybody who waits, and whoever comes, gets ErrStopped. Calls that are under
// way end as they would.
func (l *Limiter) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stopped {
		l.stopped = true
		close(l.stop)
	}
}

// Stats is the present state.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.PerMinute = l.present().perMinute()
	if time.Until(l.lock.until) > 0 {
		s.Until = l.lock.until
	}
	return s
}
