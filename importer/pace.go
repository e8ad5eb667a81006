package importer

import "time"

// pace measures how fast calls are made, so that the time left can be told honestly: by what was reached in the last
// minutes, pauses apart, and never better than the limit.
type pace struct {
	seen      []mark
	perMinute float64 // 0 while nothing is known
	paused    bool
}

// mark is how many calls had been made at a time.
type mark struct {
	at    time.Time
	calls int
}

const (
	paceWindow = 2 * time.Minute  // long enough to smooth the steps of a limit a minute, short enough to follow a change
	paceLeast  = 10 * time.Second // below it a few calls would make any rate
	paceEvery  = time.Second      // marks closer together say nothing new
)

// see takes a snapshot in.
func (p *pace) see(now time.Time, s Snapshot) {
	if s.Pause.After(now) {
		p.paused = true
		return
	}
	if p.paused { // what was measured before the pause holds until there is something new
		p.paused, p.seen = false, p.seen[:0]
	}
	if n := len(p.seen); n > 0 && now.Sub(p.seen[n-1].at) < paceEvery {
		return
	}
	p.seen = append(p.seen, mark{now, s.Calls})
	for len(p.seen) > 2 && now.Sub(p.seen[0].at) > paceWindow {
		p.seen = p.seen[1:]
	}
	first := p.seen[0]
	if span := now.Sub(first.at); span >= paceLeast {
		p.perMinute = float64(s.Calls-first.calls) / span.Minutes()
	}
}

// left is how long the rest will take, 0 where nobody can know.
func (p *pace) left(s Snapshot, now time.Time) time.Duration {
	rate := p.perMinute
	if s.Limit > 0 && (rate == 0 || rate > s.Limit) {
		rate = s.Limit
	}
	if rate <= 0 || s.CallsLeft <= 0 {
		return 0
	}
	minutes := min(float64(s.CallsLeft)/rate, mostLeft.Minutes())
	return time.Duration(minutes*float64(time.Minute)) + max(s.Pause.Sub(now), 0)
}

// mostLeft bounds a forecast, so that it fits into a duration.
const mostLeft = 100 * 365 * 24 * time.Hour
