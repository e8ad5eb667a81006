package zoho

import "time"

// pace is how fast calls may go at present: n a period, where n need not be whole after a throttle.
type pace struct {
	n   float64
	per time.Duration
}

// The service counts when calls arrive, the limiter when they leave, and the way takes now longer, now shorter. So
// the window that is guarded is half a percent longer than the period, and the spacing 0.8 percent wider than
// it need be, which leaves the guard nothing to do but to catch what woke up late. 99.2% of the rate remain.
// Minutes and hours need no more than what a slow handshake takes.
const (
	guardShare, guardMost = 200, 150 * time.Millisecond
	paceShare, paceMost   = 125, 250 * time.Millisecond
)

// fullPace is that of a rate. Where there is no limit a period is a minute, as the service counts.
func fullPace(r Rate) pace {
	if !r.Limited() {
		return pace{per: time.Minute}
	}
	return pace{n: float64(r.N), per: r.Per}
}

func (p pace) limited() bool { return p.n > 0 }

// whole is how many calls a guarded window may hold.
func (p pace) whole() int { return max(1, int(p.n)) }

// guard is the length of the guarded window.
func (p pace) guard() time.Duration { return p.per + min(p.per/guardShare, guardMost) }

// interval is the space between two calls.
func (p pace) interval() time.Duration {
	return time.Duration(float64(p.per+min(p.per/paceShare, paceMost)) / p.n)
}

func (p pace) perMinute() float64 {
	if !p.limited() {
		return 0
	}
	return p.n * float64(time.Minute) / float64(p.per)
}

// window remembers the calls of the last guarded window, and counts those of the last period where there is no limit.
type window struct {
	times     []time.Time
	now, last int       // calls of this period and the one before
	began     time.Time // when this period began
}

// add remembers a call, and forgets those that are longer ago than keep.
func (w *window) add(now time.Time, keep time.Duration) {
	old := 0
	for old < len(w.times) && now.Sub(w.times[old]) >= keep {
		old++
	}
	w.times = append(w.times[old:], now)
}

// wait is how long a call has to wait so that no window of that length holds more than n.
func (w *window) wait(now time.Time, n int, length time.Duration) time.Duration {
	if len(w.times) < n {
		return 0
	}
	return w.times[len(w.times)-n].Add(length).Sub(now)
}

// since counts the remembered calls from a moment on, and gives the time of the first.
func (w *window) since(began time.Time) (n int, first time.Time) {
	for i := len(w.times) - 1; i >= 0 && !w.times[i].Before(began); i-- {
		n, first = n+1, w.times[i]
	}
	return n, first
}

// count counts a call without remembering its time: there may be thousands a second.
func (w *window) count(now time.Time, per time.Duration) {
	switch passed := now.Sub(w.began); {
	case passed >= 2*per:
		w.began, w.now, w.last = now, 0, 0
	case passed >= per:
		w.began, w.now, w.last = w.began.Add(per), 0, w.now
	}
	w.now++
}

// pace estimates from the two counts how many calls a period went out lately. The first period counts by what has passed of it.
func (w *window) pace(now time.Time, per time.Duration) float64 {
	passed := now.Sub(w.began)
	switch {
	case passed >= 2*per:
		return 0
	case passed >= per:
		return float64(w.now)
	case w.last == 0:
		return float64(w.now) * float64(per) / float64(max(passed, leastStretch))
	}
	return float64(w.now) + float64(w.last)*float64(per-passed)/float64(per)
}

// slowdown is the reduced pace after a throttle. The zero slowdown is none.
type slowdown struct {
	n    float64 // calls a period
	most float64 // where it ends
	per  time.Duration
	rose time.Time // when it last rose, at first the end of the pause
}

// slowTo starts from n calls a period when the pause ends, but from one at least.
func slowTo(n float64, limit pace, end time.Time) slowdown {
	most := limit.n
	if !limit.limited() {
		most = maxRate
	}
	return slowdown{n: max(1, n), most: most, per: limit.per, rose: end}
}

// rise makes the pace a tenth faster for every period that has passed since it last rose, and tells whether it did.
func (s *slowdown) rise(now time.Time) (rose bool) {
	for s.n > 0 && now.Sub(s.rose) >= s.per {
		s.n, s.rose, rose = s.n*1.1, s.rose.Add(s.per), true
		if s.n >= s.most {
			*s = slowdown{}
		}
	}
	return rose
}
