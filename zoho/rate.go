package zoho

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is so many calls in a period. The zero Rate has no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// DefaultRate stays below the 30 calls a minute that the service documents, since other programs of the same
// organisation are counted with ours.
var DefaultRate = Rate{N: 25, Per: time.Minute}

// Unlimited is the rate without a limit, for the sandbox.
var Unlimited = Rate{}

// periods are the ways to write a period.
var periods = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hour": time.Hour,
}

// maxRate bounds a rate, so that a typing slip does not make the limiter remember millions of calls.
const maxRate = 100_000

// ParseRate reads a rate such as 25/m, 5/s, 900/h or unlimited.
func ParseRate(text string) (Rate, error) {
	word := strings.ToLower(strings.Join(strings.Fields(text), ""))
	if word == "unlimited" {
		return Unlimited, nil
	}
	number, period, _ := strings.Cut(word, "/")
	n, err := strconv.Atoi(number)
	per := periods[period]
	switch {
	case err != nil || per == 0:
		return Rate{}, fmt.Errorf("rate %q: want something like 25/m, 5/s or unlimited", text)
	case n < 1 || n > maxRate:
		return Rate{}, fmt.Errorf("rate %q: want a number from 1 to %d before the slash", text, maxRate)
	}
	return Rate{N: n, Per: per}, nil
}

// Limited tells whether there is a limit at all.
func (r Rate) Limited() bool { return r.N > 0 && r.Per > 0 }

// String writes the rate as ParseRate reads it.
func (r Rate) String() string {
	switch {
	case !r.Limited():
		return "unlimited"
	case r.Per == time.Second:
		return fmt.Sprintf("%d/s", r.N)
	case r.Per == time.Minute:
		return fmt.Sprintf("%d/m", r.N)
	case r.Per == time.Hour:
		return fmt.Sprintf("%d/h", r.N)
	}
	return fmt.Sprintf("%d/%s", r.N, r.Per)
}

// PerMinute is the rate in calls a minute, 0 without a limit.
func (r Rate) PerMinute() float64 {
	if !r.Limited() {
		return 0
	}
	return float64(r.N) * float64(time.Minute) / float64(r.Per)
}
