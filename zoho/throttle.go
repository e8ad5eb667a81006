package zoho

import (
	"context"
	"time"
)

// Throttle keeps everybody waiting for d from now, unless they wait longer already. The pace is reduced afterwards.
func (l *Limiter) Throttle(d time.Duration) {
	l.throttled(time.Now(), d, Policy{Margin: time.Nanosecond}) // d is the whole wait: zero would be the default margin
}

// throttled is told of a call that went out at sent and was answered with a throttle. It says how long the pause is
// from now. Calls that were under way together meet one throttle, not several: only one that went out after the last
// was learnt begins a new pause.
func (l *Limiter) throttled(sent time.Time, named time.Duration, p Policy) time.Duration {
	now := time.Now()
	l.mu.Lock()
	began := sent.After(l.lock.since)
	if began {
		l.begin(now, named, p)
	} else if end := now.Add(p.named(named)); named > 0 && end.After(l.lock.until) {
		l.lock.until, l.slow.rose = end, end
	}
	pause := Pause{Until: l.lock.until, Wait: l.lock.until.Sub(now), Rate: l.present().perMinute()}
	l.mu.Unlock()
	l.tell(began, pause)
	return pause.Wait
}

// begin begins a pause. Throttles without a named wait double it until there was a quiet stretch between two.
func (l *Limiter) begin(now time.Time, named time.Duration, p Policy) {
	if now.Sub(l.lock.until) > max(l.full().per, time.Minute) {
		l.lock.count = 0
	}
	end := now.Add(p.LockFor(named, l.lock.count))
	if named <= 0 {
		l.lock.count++
	}
	l.pauseUntil(now, end, float64(l.reached(now))/2)
}

// pauseUntil keeps everybody waiting until end, and slows down to n calls a period from then on.
func (l *Limiter) pauseUntil(now, end time.Time, n float64) {
	l.slow = slowTo(n, l.full(), end)
	l.lock.since, l.lock.until = now, end
	l.stats.Throttles++
	l.setPace()
}

// reached is how many calls went out in the last period.
func (l *Limiter) reached(now time.Time) int {
	full := l.full()
	if l.present().limited() {
		return l.window.within(now, full.per)
	}
	return l.window.counted(now, full.per)
}

// tell announces a pause that began here, and puts it where other processes see it.
func (l *Limiter) tell(began bool, pause Pause) {
	if l.ledger != nil {
		if err := l.ledger.lock(context.Background(), pause.Wait, pause.Rate); err != nil {
			l.mu.Lock()
			l.broken = err
			l.mu.Unlock()
		}
	}
	if began && l.notify != nil {
		l.notify(pause)
	}
}
