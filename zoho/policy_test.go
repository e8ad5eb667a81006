package zoho

import (
	"errors"
	"testing"
	"time"
)

func TestPolicy(t *testing.T) {
	var (
		transient = &Error{Kind: Transient}
		noAnswer  = &Error{Kind: NoAnswer}
		lost      = &Error{Kind: Unreachable}
		mistyped  = &Error{Kind: Unreachable, Unproven: true}
		throttled = &Error{Kind: Throttled, RetryAfter: 15 * time.Minute}
	)
	half := Policy{Jitter: func() float64 { return 0 }}
	full := Policy{Jitter: func() float64 { return 1 }}
	for _, test := range []struct {
		name    string
		policy  Policy
		attempt int
		err     error
		wait    time.Duration
		again   bool
	}{
		{"first fault, least chance", half, 1, transient, 500 * time.Millisecond, true},
		{"first fault, most chance", full, 1, transient, time.Second, true},
		{"doubles", full, 3, noAnswer, 4 * time.Second, true},
		{"last attempt but one", full, 5, transient, 16 * time.Second, true},
		{"out of attempts", full, 6, transient, 0, false},
		{"attempts as asked for", Policy{Attempts: 1}, 1, transient, 0, false},
		{"no pause above the longest", Policy{Attempts: 99, Jitter: full.Jitter}, 40, transient, time.Minute, true},
		{"a pause the service names is kept, with a margin", full, 1, &Error{Kind: Transient, RetryAfter: 30 * time.Second}, 31 * time.Second, true},
		{"unless it is too long", full, 1, &Error{Kind: Transient, RetryAfter: time.Hour}, time.Hour + time.Second, false},
		{"a network that is gone", full, 19, lost, time.Minute, true},
		{"a network that stays away", full, 20, lost, 0, false},
		{"a host never reached", full, 2, mistyped, 2 * time.Second, true},
		{"a host never reached, enough", full, 3, mistyped, 0, false},
		{"throttle", full, 1, throttled, 15 * time.Minute, true},
		{"throttle after throttle", full, 9, throttled, 15 * time.Minute, true},
		{"throttles without end", full, 10, throttled, 15 * time.Minute, false},
		{"throttle of an hour", full, 1, &Error{Kind: Throttled, RetryAfter: time.Hour}, time.Hour, true},
		{"throttle of more", full, 1, &Error{Kind: Throttled, RetryAfter: time.Hour + 1}, time.Hour + 1, false},
		{"of which one may want less", Policy{MaxWait: time.Minute}, 1, throttled, 15 * time.Minute, false},
		{"or any", Policy{MaxWait: -1}, 1, &Error{Kind: Throttled, RetryAfter: 99 * time.Hour}, 99 * time.Hour, true},
		{"refused", full, 1, &Error{Kind: Row}, 0, false},
		{"nobody", full, 1, &Error{Kind: NotFound}, 0, false},
		{"unknown key", full, 1, &Error{Kind: ExtraKey}, 0, false},
		{"token", full, 1, &Error{Kind: Auth}, 0, false},
		{"scope", full, 1, &Error{Kind: Scope}, 0, false},
		{"role", full, 1, &Error{Kind: Role}, 0, false},
		{"wrong host", full, 1, &Error{Kind: Shape}, 0, false},
		{"an error of somebody else", full, 1, errors.New("disk full"), 0, false},
		{"no error", full, 1, nil, 0, false},
	} {
		if wait, again := test.policy.Next(test.attempt, test.err); wait != test.wait || again != test.again {
			t.Errorf("%s: %v, %v: want %v, %v", test.name, wait, again, test.wait, test.again)
		}
	}
}

func TestPolicyLocks(t *testing.T) {
	for _, test := range []struct {
		named time.Duration
		locks int
		want  time.Duration
	}{
		{0, 0, 15 * time.Minute}, {0, 1, 30 * time.Minute}, {0, 2, time.Hour}, {0, 3, time.Hour}, {0, 99, time.Hour},
		{119 * time.Second, 0, 2 * time.Minute}, {22 * time.Minute, 7, 22*time.Minute + time.Second}, {1, 0, time.Second + 1},
	} {
		if got := (Policy{}).LockFor(test.named, test.locks); got != test.want {
			t.Errorf("named %v, %d before: %v, want %v", test.named, test.locks, got, test.want)
		}
	}
}

// Every kind has a word, and an error that ends a run or a row says what to do.
func TestEveryKindSaysWhatToDo(t *testing.T) {
	for kind := Row; int(kind) < len(kinds); kind++ {
		e := &Error{Op: "read", Kind: kind, RetryAfter: time.Minute}
		if kind.String() == "" || e.Hint() == "" {
			t.Errorf("kind %d: word %q, hint %q", kind, kind, e.Hint())
		}
		if e.Fatal() && (!e.Shared() || e.Temporary()) {
			t.Errorf("%v: fatal, but not shared or temporary", kind)
		}
	}
}
