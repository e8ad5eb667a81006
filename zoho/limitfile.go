package zoho

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// ledger is where several processes count their calls together.
type ledger interface {
	// take counts a call that goes out now, or counts nothing and says how long to wait.
	take(ctx context.Context, p pace) (turn, error)
	// lock keeps everybody waiting for d from now, and slows them down to so many calls a minute afterwards.
	lock(ctx context.Context, d time.Duration, perMinute float64) error
}

// turn is what a ledger answers.
type turn struct {
	wait      time.Duration // 0: go
	locked    bool          // the wait is a pause that the service asked for
	perMinute float64       // and this the pace after it
}

// OpenLimiter makes a limiter that shares its rate with every process on this computer that opened the same file:
// the service counts the calls of an account together. A pause, and the slower pace after it, outlive the process that
// met the throttle. Of processes with several rates each keeps to all of them. Without a limit there is nothing to share. The
// end of ctx ends the wait for a file that another process holds.
func OpenLimiter(ctx context.Context, limit Rate, path string) (*Limiter, error) {
	if !limit.Limited() {
		return NewLimiter(limit), nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("folder of the shared limit: %w", err)
	}
	file := newLimitFile(path, fullPace(limit))
	slow, err := file.slowdown(ctx)
	if err != nil {
		return nil, err
	}
	l := newLimiter(limit, file)
	l.slow = slow
	l.setPace()
	return l, nil
}

// limitFile is a ledger in a file, guarded by the lock of a second one beside it. Other processes can only be told of
// wall time, so it has to live with clocks that are set: whatever lies in the future counts as now, and a stretch that
// the wall clock shows but the monotonic one does not (sleep, or a clock put forward) does not age the calls.
type limitFile struct {
	path  string
	full  pace       // without a throttle
	mu    sync.Mutex // the lock of a file counts for the whole process
	guard *flock.Flock
	wall  func() time.Time // without a monotonic reading
	mono  func() time.Time // with one
	last  struct{ wall, mono time.Time }
}

// limitState is what the file holds. Times are Unix nanoseconds.
type limitState struct {
	Sent  []int64 `json:"sent"`            // the latest calls, oldest first
	Keep  int64   `json:"keep"`            // how long calls count: the longest window of those who share
	Until int64   `json:"until,omitempty"` // end of the pause
	Wait  int64   `json:"wait,omitempty"`  // its whole length, which bounds it if the clock is put back
	Pace  float64 `json:"pace,omitempty"`  // calls a minute after it

	Shared []sharedPace `json:"shared,omitempty"` // of the processes that made calls lately
}

// sharedPace is the pace of a process, which holds for all others for a while.
type sharedPace struct {
	N   float64 `json:"n"`   // calls
	Per int64   `json:"per"` // a period
	At  int64   `json:"at"`  // when it was last used
}

// sharedLife is how long a pace holds for others after its last use: as long as the service counts.
const sharedLife = time.Minute

// keepTo notes a pace that is in use, and reports whether others did not know of it.
func (s *limitState) keepTo(p pace, now int64) (fresh bool) {
	s.Shared = slices.DeleteFunc(s.Shared, func(q sharedPace) bool {
		return now-q.At >= max(int64(sharedLife), q.Per)
	})
	s.Keep = max(s.Keep, int64(p.guard()))
	for i, q := range s.Shared {
		if q.N == p.n && q.Per == int64(p.per) {
			s.Shared[i].At = now
			return false
		}
	}
	s.Shared = append(s.Shared, sharedPace{p.n, int64(p.per), now})
	return true
}

// wait is how long a call has to wait so that nobody's pace is exceeded.
func (s *limitState) wait(now int64) (wait time.Duration) {
	for _, q := range s.Shared {
		p := pace{q.N, time.Duration(q.Per)}
		if n := p.whole(); len(s.Sent) >= n {
			wait = max(wait, time.Duration(s.Sent[len(s.Sent)-n]+int64(p.guard())-now))
		}
	}
	return wait
}

// askAgain is how soon a process that finds the file locked tries again; it is held for less than a millisecond.
const askAgain = 2 * time.Millisecond

func newLimitFile(path string, full pace) *limitFile {
	f := &limitFile{path: path, full: full, wall: func() time.Time { return time.Now().Round(0) }, mono: time.Now}
	f.guard = flock.New(path+".lock", flock.SetPermissions(0o600))
	f.last.wall, f.last.mono = f.wall(), f.mono()
	return f
}

func (f *limitFile) take(ctx context.Context, p pace) (t turn, err error) {
	err = f.change(ctx, func(s *limitState, now int64) bool {
		if wait := time.Duration(s.Until - now); wait > 0 {
			t = turn{wait: wait, locked: true, perMinute: s.Pace}
			return false
		}
		fresh := s.keepTo(p, now)
		if t.wait = s.wait(now); t.wait > 0 {
			return fresh
		}
		s.Sent = append(s.Sent, now)
		return true
	})
	return t, err
}

func (f *limitFile) lock(ctx context.Context, d time.Duration, perMinute float64) error {
	return f.change(ctx, func(s *limitState, now int64) bool {
		if s.Until >= now+int64(d) && s.Wait >= int64(d) {
			return false
		}
		s.Until, s.Wait, s.Pace = now+int64(d), int64(d), perMinute
		return true
	})
}

// slowdown is what is left of a slower pace that an earlier process had to take.
func (f *limitFile) slowdown(ctx context.Context) (slow slowdown, err error) {
	err = f.change(ctx, func(s *limitState, now int64) bool {
		if s.Pace > 0 {
			end := f.mono().Add(time.Duration(s.Until - now))
			slow = slowTo(s.Pace*f.full.per.Minutes(), f.full, end)
			slow.rise(f.mono())
		}
		return false
	})
	return slow, err
}

// change reads the file, has change do what it wants with it, and writes it if that says so or something was put right,
// all under the lock. What was put right has to be written: it would be found the same the next time, and wait again.
func (f *limitFile) change(ctx context.Context, change func(s *limitState, now int64) bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ok, err := f.guard.TryLockContext(ctx, askAgain); !ok {
		return fmt.Errorf("lock of the shared limit %s: %w", f.path, err)
	}
	defer f.guard.Unlock()
	now, skew := f.now()
	s, whole, err := f.read(now)
	if err != nil {
		return err
	}
	right := s.age(now, skew, f.full.guard()) && whole
	if !change(&s, now) && right {
		return nil
	}
	return f.write(s)
}

// now is the wall clock, and by how much more than the monotonic one it has moved since last time.
func (f *limitFile) now() (now, skew int64) {
	wall, mono := f.wall(), f.mono()
	skew = int64(wall.Sub(f.last.wall) - mono.Sub(f.last.mono))
	f.last.wall, f.last.mono = wall, mono
	return wall.UnixNano(), skew
}

// clockNoise is how far the two clocks may part without anything having happened: the wall clock is slewed all the time.
const clockNoise = int64(100 * time.Millisecond)

// age forgets calls that count no more for anybody who shares the file, and puts right what the clocks did. It tells
// whether nothing had to be put right.
func (s *limitState) age(now, skew int64, window time.Duration) bool {
	right := true
	s.Keep = max(s.Keep, int64(window))
	keep := s.Sent[:0]
	for _, at := range s.Sent {
		was := at
		if skew > clockNoise {
			at += skew
		}
		at = min(at, now)
		right = right && at == was
		if now-at < s.Keep {
			keep = append(keep, at)
		}
	}
	s.Sent = keep
	if s.Until > now+s.Wait {
		s.Until, right = now+s.Wait, false
	}
	return right
}

// read is what the file holds, empty if there is none yet. One that cannot be understood is not whole, and counts as if
// all calls that are allowed had gone out just now, since nobody knows.
func (f *limitFile) read(now int64) (s limitState, whole bool, err error) {
	data, err := os.ReadFile(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return limitState{}, true, nil
	case err != nil:
		return s, false, fmt.Errorf("shared limit: %w", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return limitState{Sent: slices.Repeat([]int64{now}, f.full.whole())}, false, nil
	}
	return s, true, nil
}

// write replaces the file in one step, so that a process which dies leaves the old one or the new one.
func (f *limitFile) write(s limitState) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	fresh := f.path + ".new"
	if err := os.WriteFile(fresh, data, 0o600); err != nil {
		return fmt.Errorf("shared limit: %w", err)
	}
	if err := os.Rename(fresh, f.path); err != nil {
		return fmt.Errorf("shared limit: %w", err)
	}
	return nil
}
