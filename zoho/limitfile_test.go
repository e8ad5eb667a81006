package zoho

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
)

// open opens a shared limiter, as a process of its own would.
func open(t *testing.T, limit Rate, path string) *Limiter {
	t.Helper()
	l, err := OpenLimiter(t.Context(), limit, path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Three processes at once keep to one limit, and use it.
func TestSharedLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "limit.json")
	synctest.Test(t, func(t *testing.T) {
		limit := Rate{25, time.Minute}
		began := time.Now()
		var wait sync.WaitGroup
		var all sends
		for range 3 {
			wait.Go(func() {
				one := work(t, open(t, limit, path), 2, 50, func() time.Duration { return time.Second })
				all.mu.Lock()
				defer all.mu.Unlock()
				all.at = append(all.at, one.at...)
			})
		}
		wait.Wait()
		if most := all.most(time.Minute); most > 25 {
			t.Errorf("%d calls in some minute: want at most 25", most)
		}
		if took := time.Since(began); took > 6*time.Minute+15*time.Second {
			t.Errorf("150 calls took %v: want about 6 minutes", took)
		}
	})
	if runtime.GOOS == "windows" {
		return
	}
	for _, name := range []string{path, path + ".lock"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v: want mode 0600", name, info.Mode(), err)
		}
	}
}

// A throttle that one process meets holds for the others, and for those that start later.
func TestSharedPause(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	synctest.Test(t, func(t *testing.T) {
		one, other := open(t, DefaultRate, path), open(t, DefaultRate, path)
		var told []Pause
		other.Notify(func(p Pause) { told = append(told, p) })
		began := time.Now()
		one.throttled(t.Context(), began.Add(time.Nanosecond), 0, Policy{})
		for name, l := range map[string]*Limiter{"other": other, "later": open(t, DefaultRate, path)} {
			if e := asError(t, l.wait(t.Context(), Policy{MaxWait: time.Minute})); e.Kind != Throttled {
				t.Errorf("%s: %v, want a throttle", name, e)
			}
		}
		if err := other.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < 15*time.Minute || waited > 15*time.Minute+time.Second {
			t.Errorf("waited %v: want 15m", waited)
		}
		if len(told) != 1 || !told[0].Other {
			t.Errorf("told of %+v: want one pause met by another process", told)
		}
		if err := one.Wait(t.Context()); err != nil || one.Stats().Throttles != 1 {
			t.Errorf("the one that met it: %v, %+v: want to go on after one throttle", err, one.Stats())
		}
	})
}

// ledgerAt is a file ledger of a process whose clocks the test sets.
func ledgerAt(path string, wall, mono *time.Time) *limitFile {
	f := newLimitFile(path, pace{n: 2, per: time.Minute})
	f.wall, f.mono = func() time.Time { return *wall }, func() time.Time { return *mono }
	f.last.wall, f.last.mono = *wall, *mono
	return f
}

func TestSharedLimitSurvivesClocks(t *testing.T) {
	p := pace{n: 2, per: time.Minute}
	start := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name        string
		wall, mono  time.Duration // how far the clocks move after two calls
		least, most time.Duration // to wait then
	}{
		{"as it should be", 20 * time.Second, 20 * time.Second, 40 * time.Second, 41 * time.Second},
		{"put back an hour", -time.Hour, 20 * time.Second, time.Minute, 61 * time.Second},
		{"put forward an hour", time.Hour, 20 * time.Second, 40 * time.Second, 61 * time.Second},
		{"a minute later", 61 * time.Second, 61 * time.Second, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			wall, mono := start, start
			f := ledgerAt(filepath.Join(t.TempDir(), "limit.json"), &wall, &mono)
			for range 2 {
				if got, err := f.take(t.Context(), p); got.wait != 0 || err != nil {
					t.Fatalf("first calls: %v, %v", got, err)
				}
			}
			wall, mono = start.Add(test.wall), start.Add(test.mono)
			got, err := f.take(t.Context(), p)
			if err != nil || got.locked || got.wait < test.least || got.wait > test.most {
				t.Errorf("wait %v, locked %v, %v: want %v to %v", got.wait, got.locked, err, test.least, test.most)
			}
			wall, mono = wall.Add(got.wait), mono.Add(got.wait)
			if again, err := f.take(t.Context(), p); again.wait != 0 || err != nil {
				t.Errorf("having waited: wait %v more, %v", again.wait, err)
			}
		})
	}
	t.Run("pause, put back a day", func(t *testing.T) {
		wall, mono := start, start
		f := ledgerAt(filepath.Join(t.TempDir(), "limit.json"), &wall, &mono)
		if err := f.lock(t.Context(), 15*time.Minute, 5); err != nil {
			t.Fatal(err)
		}
		wall = start.Add(-24 * time.Hour)
		if got, err := f.take(t.Context(), p); got != (turn{15 * time.Minute, true, 5}) || err != nil {
			t.Errorf("%+v, %v: want 15m, as long as the pause was", got, err)
		}
		wall, mono = wall.Add(15*time.Minute), mono.Add(15*time.Minute)
		if got, err := f.take(t.Context(), p); got != (turn{}) || err != nil {
			t.Errorf("having waited: %+v, %v", got, err)
		}
	})
}

// A file that cannot be understood counts as a window that is full, and is put right.
func TestDamagedLimitFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	if err := os.WriteFile(path, []byte(`{"sent":[17`), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		l := open(t, DefaultRate, path)
		for range 2 {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(began); waited < time.Minute || waited > 63*time.Second {
			t.Errorf("waited %v: want a period", waited)
		}
	})
}

// A ledger that cannot be written stops the calls with its path: nobody knows how many went out.
func TestUnwritableLimitFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLimiter(t.Context(), DefaultRate, path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("opened: %v, want an error that names the file", err)
	}
	path = filepath.Join(t.TempDir(), "limit.json")
	l := open(t, DefaultRate, path)
	if err := os.Mkdir(path+".new", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := l.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("call let through: %v, want an error that names the file", err)
	}
}

// Whoever comes later takes up the slower pace where it has got to by then.
func TestSharedSlowdown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	synctest.Test(t, func(t *testing.T) {
		limit := Rate{60, time.Minute}
		one := open(t, limit, path)
		work(t, one, 4, 120, func() time.Duration { return time.Second })
		one.Throttle(10 * time.Minute) // from then on about 30 a minute
		during := open(t, limit, path)
		if err := during.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := during.Stats().PerMinute; got < 29 || got > 31 {
			t.Errorf("who came during the pause: %v a minute, want about 30", got)
		}
		time.Sleep(3*time.Minute + time.Second)
		if got := open(t, limit, path).Stats().PerMinute; got < 38 || got > 41 { // 30 × 1.1³ = 39.9
			t.Errorf("who came three minutes later: %v a minute, want about 40", got)
		}
		time.Sleep(time.Hour)
		if got := open(t, limit, path).Stats().PerMinute; got != 60 {
			t.Errorf("who came an hour later: %v a minute, want 60", got)
		}
	})
}

// stub is a ledger whose answers a test makes.
type stub func() turn

func (s stub) take(context.Context, pace) (turn, error) { return s(), nil }

func (stub) lock(context.Context, time.Duration, float64) error { return nil }

// A process wrote its own pause to the file a moment later than it counts it itself: that is no second pause.
func TestOwnPauseIsNotMetTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var end time.Time
		l := newLimiter(DefaultRate, stub(func() turn { return turn{wait: time.Until(end), locked: time.Until(end) > 0} }))
		began := time.Now()
		l.Throttle(time.Minute)
		end = began.Add(time.Minute + 5*time.Millisecond)
		if err := l.Wait(t.Context()); err != nil || time.Now().Before(end) || l.Stats().Throttles != 1 {
			t.Errorf("%v after %v, %+v: want one pause of a minute", err, time.Since(began), l.Stats())
		}
	})
}

// A throttle that comes while the file is asked holds for the one who asks.
func TestPauseLearntAtTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(DefaultRate, stub(func() turn { time.Sleep(time.Second); return turn{} }))
		began := time.Now()
		time.AfterFunc(500*time.Millisecond, func() { l.Throttle(time.Minute) })
		if err := l.Wait(t.Context()); err != nil || time.Since(began) < time.Minute {
			t.Errorf("%v after %v: want to wait out the pause", err, time.Since(began))
		}
	})
}

// Calls and throttles of one process come to the file at once; none of them is lost.
func TestLimitFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	full := pace{n: 1000, per: time.Minute}
	one, other := newLimitFile(path, full), newLimitFile(path, full)
	var wait sync.WaitGroup
	for i := range 8 {
		f := []*limitFile{one, other}[i%2]
		wait.Go(func() {
			for range 25 {
				if _, err := f.take(t.Context(), full); err != nil {
					t.Error(err)
				}
				if err := f.lock(t.Context(), -time.Second, 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	s, whole, err := one.read(0)
	if err != nil || !whole || len(s.Sent) != 200 {
		t.Errorf("%d calls counted, whole %v, %v: want 200", len(s.Sent), whole, err)
	}
}

// Of two processes with different rates each keeps to both: the service counts their calls together.
func TestProcessesWithDifferentRates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	synctest.Test(t, func(t *testing.T) {
		fast, slow := open(t, Rate{10, time.Second}, path), open(t, DefaultRate, path)
		var all sends
		ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
		defer stop()
		var wait sync.WaitGroup
		for _, l := range []*Limiter{fast, slow} {
			wait.Go(func() {
				for l.Wait(ctx) == nil {
					all.add()
				}
			})
		}
		wait.Wait()
		if most := all.most(time.Second); most > 10 {
			t.Errorf("%d calls in some second: want at most 10", most)
		}
		all.at = slices.DeleteFunc(all.at, func(at time.Time) bool { return at.Sub(all.at[0]) < time.Minute })
		if most := all.most(time.Minute); most > 25 {
			t.Errorf("%d calls in some later minute: want at most 25", most)
		}
		alone := open(t, Rate{10, time.Second}, path)
		time.Sleep(sharedLife)
		began := time.Now()
		work(t, alone, 1, 100, func() time.Duration { return 0 })
		if took := time.Since(began); took > 12*time.Second {
			t.Errorf("a minute after the slow process has ended, 100 calls took %v: want about 10 s", took)
		}
	})
}

// Whoever holds the file for good keeps nobody beyond the end of its context.
func TestAHeldLimitFileEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "limit.json")
	l := open(t, DefaultRate, path)
	holder := flock.New(path + ".lock")
	if err := holder.Lock(); err != nil {
		t.Fatal(err)
	}
	defer holder.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := OpenLimiter(ctx, DefaultRate, path); !errors.Is(err, context.Canceled) {
		t.Errorf("opening: %v, want the context's end", err)
	}
	ended := make(chan struct{})
	go func() {
		l.throttled(ctx, time.Now(), time.Minute, Policy{})
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("a throttle waits for the file beyond the end of its context")
	}
}
