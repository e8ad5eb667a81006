package term

import (
	"fmt"
	"math"
	"time"
)

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

// left says how long the rest will take, "" where nobody can know.
func (p *pace) left(s Snapshot, pause time.Duration) string {
	rate := p.perMinute
	if s.Limit > 0 && (rate == 0 || rate > s.Limit) {
		rate = s.Limit
	}
	if rate <= 0 || s.CallsLeft <= 0 {
		return ""
	}
	minutes := float64(s.CallsLeft) / rate
	if minutes > 60*24*365 {
		return "more than a year left"
	}
	return "about " + Roughly(time.Duration(minutes*float64(time.Minute))+max(pause, 0)) + " left"
}

// Roughly says a length of time no more exactly than a forecast can know it: "10 s", "40 s", "5 min", "1 h 20 min",
// "31 h".
func Roughly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "10 s"
	case d < 55*time.Second:
		return fmt.Sprintf("%d s", up(d, 10*time.Second)*10)
	case d < 50*time.Minute:
		return fmt.Sprintf("%d min", up(d, time.Minute))
	case d < 24*time.Hour:
		minutes := up(d, 10*time.Minute) * 10
		if minutes%60 == 0 {
			return fmt.Sprintf("%d h", minutes/60)
		}
		if minutes < 60 {
			return fmt.Sprintf("%d min", minutes)
		}
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	return fmt.Sprintf("%d h", up(d, time.Hour))
}

// up is how many units a length of time takes, rounded up: a forecast had better be late than early.
func up(d, unit time.Duration) int { return int(math.Ceil(float64(d) / float64(unit))) }
