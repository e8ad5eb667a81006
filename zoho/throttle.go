package zoho

import (
	"context"
	"time"
)

// Throttle keeps everybody waiting for d from now, unless they wait longer already. The pace is reduced afterwards.
func (l *Limiter) Throttle(d time.Duration) {
	l.throttled(context.Background(), time.Now(), d, Policy{Margin: time.Nanosecond}) // d is the whole wait: zero would be the default margin
}

// throttled is told of a call that went out at sent and was answered with a throttle. It says how long the pause is
// from now. Calls that were under way together meet one throttle, not several: only one that went out after the last
// was learnt begins a new pause. The end of ctx ends the wait for the count that processes share.
func (l *Limiter) throttled(ctx context.Context, sent time.Time, named time.Duration, p Policy) time.Duration {
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
	l.tell(ctx, began, pause)
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
	l.pauseUntil(now, end, l.reached(now)/2)
}

// pauseUntil keeps everybody waiting until end, and slows down to n calls a period from then on.
func (l *Limiter) pauseUntil(now, end time.Time, n float64) {
	l.slow = slowTo(n, l.full(), end)
	l.lock.since, l.lock.until = now, end
	l.stats.Throttles++
	l.setPace()
}

// leastStretch is the shortest time by which a pace is judged: services count by the second at the shortest (guessed).
const leastStretch = time.Second

// reached is the pace, in calls a period, that was reached in the last period: by the time in which calls really went out, not
// by what came before the first call or during a pause.
func (l *Limiter) reached(now time.Time) float64 {
	full, present := l.full(), l.present()
	if !present.limited() {
		return l.window.pace(now, full.per)
	}
	began := now.Add(-full.per)
	if l.lock.until.After(began) {
		began = l.lock.until
	}
	n, first := l.window.since(began)
	if n == 0 {
		return 0
	}
	stretch := max(now.Sub(first), present.interval())
	return min(float64(n)*float64(full.per)/float64(stretch), present.n)
}

// tell announces a pause that began here, and puts it where other processes see it.
func (l *Limiter) tell(ctx context.Context, began bool, pause Pause) {
	if l.ledger != nil {
		if err := l.ledger.lock(ctx, pause.Wait, pause.Rate); err != nil {
			l.mu.Lock()
			l.broken = err
			l.mu.Unlock()
		}
	}
	if began && l.notify != nil {
		l.notify(pause)
	}
}
