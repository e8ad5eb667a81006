package zoho

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// sends is when calls went out, gathered from many goroutines.
type sends struct {
	mu sync.Mutex
	at []time.Time
}

func (s *sends) add() {
	s.mu.Lock()
	s.at = append(s.at, time.Now())
	s.mu.Unlock()
}

// most is the largest number of sends in any stretch of that length, its end included.
func (s *sends) most(per time.Duration) int {
	slices.SortFunc(s.at, time.Time.Compare)
	most, first := 0, 0
	for last := range s.at {
		for s.at[last].Sub(s.at[first]) > per {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// work has so many workers send n calls through l, each of which takes latency.
func work(t testing.TB, l *Limiter, workers, n int, latency func() time.Duration) *sends {
	var all sends
	var wait sync.WaitGroup
	jobs := make(chan int)
	for range workers {
		wait.Go(func() {
			for range jobs {
				if err := l.Wait(context.Background()); err != nil {
					t.Error(err)
				}
				all.add()
				time.Sleep(latency())
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	return &all
}

// 5,000 calls at 50 a second take between 100 and 102 seconds, at 50 ms a call.
func TestLimiterUsesItsRate(t *testing.T) {
	for _, test := range []struct {
		rate        Rate
		n           int
		least, most time.Duration
	}{
		{Rate{50, time.Second}, 5000, 100 * time.Second, 102 * time.Second},
		{Rate{25, time.Minute}, 250, 9*time.Minute + 57*time.Second, 10*time.Minute + 6*time.Second},
		{Rate{1, time.Second}, 100, 99 * time.Second, 101 * time.Second},
		{Unlimited, 5000, 0, 16 * time.Second},
	} {
		t.Run(test.rate.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				all := work(t, NewLimiter(test.rate), 16, test.n, func() time.Duration { return 50 * time.Millisecond })
				if took := time.Since(began); took < test.least || took > test.most {
					t.Errorf("%d calls took %v: want %v to %v", test.n, took, test.least, test.most)
				}
				if test.rate.Limited() {
					if most := all.most(test.rate.Per); most > test.rate.N {
						t.Errorf("%d calls in some %v: want at most %d", most, test.rate.Per, test.rate.N)
					}
				}
			})
		})
	}
}

// slowLedger has always room, but takes its time to say so, as a computer does that wakes up late.
type slowLedger struct{ delay func() time.Duration }

func (s slowLedger) take(context.Context, pace) (turn, error) {
	time.Sleep(s.delay())
	return turn{}, nil
}

func (slowLedger) lock(context.Context, time.Duration, float64) error { return nil }

// Whatever the rate, the workers, their pauses and how late each call leaves, no stretch of a period holds more calls
// than it may.
func TestLimiterIsNeverExceeded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		limit := Rate{rapid.IntRange(1, 40).Draw(r, "n"), rapid.SampledFrom([]time.Duration{time.Second, time.Minute}).Draw(r, "per")}
		workers := rapid.IntRange(1, 8).Draw(r, "workers")
		seed := rapid.Uint64().Draw(r, "seed")
		most := 0
		synctest.Test(t, func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 1))
			var mu sync.Mutex
			below := func(d time.Duration) time.Duration {
				mu.Lock()
				defer mu.Unlock()
				if chance.IntN(20) == 0 {
					return time.Duration(chance.Int64N(int64(3 * limit.Per))) // a lull, after which nothing may be made up for
				}
				return time.Duration(chance.Int64N(int64(d)))
			}
			interval := limit.Per / time.Duration(limit.N)
			late := slowLedger{func() time.Duration { return below(interval) }}
			all := work(t, newLimiter(limit, late), workers, 120, func() time.Duration { return below(interval) })
			most = all.most(limit.Per)
		})
		if most > limit.N {
			r.Fatalf("%d calls in some %v: want at most %d", most, limit.Per, limit.N)
		}
	})
}

// A throttle stops everybody at once, nobody comes back early, and afterwards it goes on at half the pace, rising.
func TestThrottleStopsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Rate{60, time.Minute})
		var pauses []Pause
		l.Notify(func(p Pause) { pauses = append(pauses, p) })
		var all sends
		ctx, cancel := context.WithCancel(t.Context())
		for range 8 {
			go func() {
				for l.Wait(ctx) == nil {
					all.add()
				}
			}()
		}
		time.Sleep(10 * time.Minute)
		throttled := time.Now()
		for range 4 { // four calls that were under way together
			if wait := l.throttled(t.Context(), throttled.Add(-time.Millisecond), 0, Policy{}); wait != 15*time.Minute {
				t.Errorf("pause of %v: want 15m", wait)
			}
		}
		if s := l.Stats(); !s.Until.Equal(throttled.Add(15*time.Minute)) || s.Throttles != 1 {
			t.Errorf("stats %+v: want one throttle until %v", s, throttled.Add(15*time.Minute))
		}
		time.Sleep(4 * time.Hour)
		cancel()
		synctest.Wait()
		if len(pauses) != 1 {
			t.Errorf("told of %d pauses: want 1", len(pauses))
		}
		minute := func(n int) int { // calls in the n-th minute after the pause
			from := throttled.Add(15*time.Minute + time.Duration(n)*time.Minute)
			return len(slices.DeleteFunc(slices.Clone(all.at), func(at time.Time) bool {
				return at.Before(from) || !at.Before(from.Add(time.Minute))
			}))
		}
		for _, at := range all.at {
			if at.After(throttled) && at.Before(throttled.Add(15*time.Minute)) {
				t.Errorf("sent %v into the pause", at.Sub(throttled))
			}
		}
		if n := minute(0); n < 28 || n > 31 {
			t.Errorf("%d calls in the first minute after the pause: want about 30", n)
		}
		if n := minute(3); n < 36 || n > 41 { // 30 × 1.1³ = 39.9
			t.Errorf("%d calls in the fourth minute: want about 39", n)
		}
		if n := minute(60); n < 59 || n > 60 {
			t.Errorf("%d calls in the minute an hour later: want the full rate of 60", n)
		}
	})
}

// Pauses double while throttles keep coming, and start again after a quiet stretch.
func TestPausesDouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(DefaultRate)
		throttle := func(named time.Duration) time.Duration {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			sent := time.Now()
			time.Sleep(300 * time.Millisecond)
			return l.throttled(t.Context(), sent, named, Policy{})
		}
		for i, want := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, time.Hour} {
			if got := throttle(0); got != want {
				t.Errorf("throttle %d: pause of %v, want %v", i+1, got, want)
			}
		}
		if got := throttle(119 * time.Second); got != 2*time.Minute {
			t.Errorf("named: pause of %v, want 2m", got)
		}
		time.Sleep(2 * time.Hour)
		if got := throttle(0); got != 15*time.Minute {
			t.Errorf("after a quiet stretch: pause of %v, want 15m", got)
		}
		if got := l.throttled(t.Context(), time.Now().Add(-time.Second), 20*time.Minute, Policy{}); got != 20*time.Minute+time.Second {
			t.Errorf("longer wait named by another call: pause of %v, want 20m1s", got)
		}
		if got := l.throttled(t.Context(), time.Now().Add(-time.Second), time.Minute, Policy{}); got != 20*time.Minute+time.Second {
			t.Errorf("shorter wait named by another call: pause of %v, want 20m1s still", got)
		}
	})
}

// Without a limit there is one after a throttle: half of what went out in the last minute.
func TestThrottleWithoutLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Unlimited)
		work(t, l, 1, 1200, func() time.Duration { return 100 * time.Millisecond }) // 600 a minute, for two minutes
		l.Throttle(time.Minute)
		if got := l.Stats().PerMinute; got < 290 || got > 310 {
			t.Errorf("%v calls a minute after the throttle: want about 300", got)
		}
		began := time.Now()
		all := work(t, l, 4, 300, func() time.Duration { return 0 })
		if took := time.Since(began); took < 110*time.Second || took > 125*time.Second {
			t.Errorf("300 calls took %v: want a minute of pause and about one at 300 a minute", took)
		}
		if most := all.most(time.Minute); most > 330 {
			t.Errorf("%d calls in a minute", most)
		}
	})
}

func TestTooLongAPauseEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(DefaultRate)
		l.Throttle(2 * time.Hour)
		err := l.wait(t.Context(), Policy{})
		if e := asError(t, err); e.Kind != Throttled || e.RetryAfter < 2*time.Hour || !e.Shared() || e.Fatal() {
			t.Errorf("%+v: want a throttle of two hours that ends the run", e)
		}
		began := time.Now()
		if err := l.Wait(t.Context()); err != nil || time.Since(began) < 2*time.Hour {
			t.Errorf("without a policy: %v after %v, want success after two hours", err, time.Since(began))
		}
	})
}

// Stop wakes everybody who waits, at the gate, in the queue or between attempts, and nothing goes out any more.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Rate{1, time.Hour})
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 4)
		for range 3 {
			go func() { ended <- l.Wait(t.Context()) }()
		}
		go func() { ended <- l.Sleep(t.Context(), time.Hour) }()
		synctest.Wait()
		began := time.Now()
		l.Stop()
		l.Stop()
		for range 4 {
			if err := <-ended; !errors.Is(err, ErrStopped) {
				t.Errorf("%v: want %v", err, ErrStopped)
			}
		}
		if err := l.Wait(t.Context()); !errors.Is(err, ErrStopped) {
			t.Errorf("after Stop: %v, want %v", err, ErrStopped)
		}
		if err := stopped(NewLimiter(Unlimited)).Wait(t.Context()); !errors.Is(err, ErrStopped) {
			t.Errorf("without a limit: %v, want %v", err, ErrStopped)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("it took %v", waited)
		}
	})
}

// TestBeyondStopFor waits out a pause after Stop if what is left of it is short enough.
func TestBeyondStopFor(t *testing.T) {
	for _, test := range []struct {
		longest, took time.Duration
		err           error
	}{
		{7 * time.Minute, 10 * time.Minute, nil},
		{6 * time.Minute, 3 * time.Minute, ErrStopped},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := NewLimiter(Unlimited)
			l.Throttle(10*time.Minute - time.Second) // 7 minutes are left when Stop comes, less a second
			time.AfterFunc(3*time.Minute, l.Stop)
			began := time.Now()
			err := l.Wait(BeyondStopFor(t.Context(), test.longest))
			if took := time.Since(began).Round(time.Minute); !errors.Is(err, test.err) || took != test.took {
				t.Errorf("up to %s: %v after %s, want %v after %s", test.longest, err, took, test.err, test.took)
			}
		})
	}
}

func stopped(l *Limiter) *Limiter { l.Stop(); return l }

// Who gives up neither holds up the rest nor uses up a turn.
func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Rate{1, time.Minute})
		began := time.Now()
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := l.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v: want %v", err, context.DeadlineExceeded)
			}
			cancel()
		}
		if err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < time.Minute || took > 61*time.Second {
			t.Errorf("second call after %v: want a minute", took)
		}
	})
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{"25/m": {25, time.Minute}, " 5 / S ": {5, time.Second}, "900/hour": {900, time.Hour},
		"unlimited": {}, "30/min": {30, time.Minute}} {
		got, err := ParseRate(text)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v: want %v", text, got, err, want)
		}
		if again, err := ParseRate(got.String()); err != nil || again != got {
			t.Errorf("%q is written %q, and read again as %v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "25", "25/d", "0/m", "-5/m", "1.5/s", "m/25", "25/m/m", "1000000/s", "/"} {
		if got, err := ParseRate(text); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
	if got := (Rate{5, time.Second}).PerMinute(); got != 300 {
		t.Errorf("5/s: %v a minute", got)
	}
}

// A pace is judged by the time in which calls went out: a run of a second that is throttled has not been slow for a minute.
func TestAThrottleSoonAfterTheStart(t *testing.T) {
	for _, test := range []struct {
		name        string
		limit       Rate
		calls       int
		latency     time.Duration
		least, most float64 // calls a minute afterwards
	}{
		{"unlimited, within a second", Unlimited, 12, 50 * time.Millisecond, 300, 400},
		{"unlimited, after ten seconds", Unlimited, 120, 83 * time.Millisecond, 330, 380},
		{"20 a second, after two", Rate{20, time.Second}, 40, 0, 550, 610},
		{"the default, after the first calls", DefaultRate, 4, 0, 10, 12.5},
		{"the default, after two minutes", DefaultRate, 50, 0, 12, 12.5},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewLimiter(test.limit)
				work(t, l, 1, test.calls, func() time.Duration { return test.latency })
				l.Throttle(time.Second)
				if got := l.Stats().PerMinute; got < test.least || got > test.most {
					t.Errorf("%.1f calls a minute after the throttle: want %v to %v", got, test.least, test.most)
				}
			})
		})
	}
}
