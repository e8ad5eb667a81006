package run

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"zohobulk/zoho"
)

// Lookup says how accounts are read before they are changed.
type Lookup string

// Ways to read accounts.
const (
	LookupAuto   Lookup = "auto"   // the cheaper of single look-ups and pages
	LookupAlways Lookup = "always" // a single look-up for every row, never pages
	LookupNever  Lookup = "never"  // rows carry both ids and are sent unread: no comparison, no undo, no rail for admins
)

// Auth says whose rights a run uses.
type Auth string

// The two documented kinds of authentication.
const (
	AuthAdmin Auth = "admin" // an administrator, for anybody in the organisation
	AuthUser  Auth = "user"  // a person, for the own account only
)

// Options says how a run goes. Its zero value sends nothing more daring than changed personal details.
type Options struct {
	Auth   Auth   `json:"auth"`
	Lookup Lookup `json:"lookup"`

	SkipInvalid      bool  `json:"skip_invalid"`       // send the valid rows although others are invalid
	First            int   `json:"first"`              // stop after so many rows were sent; 0 sends all
	MaxErrors        Limit `json:"max_errors"`         // stop when more rows than this failed
	MaxChanges       Limit `json:"max_changes"`        // refuse a plan that changes more rows than this
	AllowEmailChange bool  `json:"allow_email_change"` // change addresses
	AllowAdmins      bool  `json:"allow_admins"`       // change administrators and the caller's own account
	AllowClearing    bool  `json:"allow_clearing"`     // send empty values

	Workers     int           `json:"-"` // calls in flight; 0 means DefaultWorkers, growing to MaxWorkers where latency needs it
	MaxDuration time.Duration `json:"-"` // stop after so long; 0 means never

	Respell bool `json:"respell"` // phones and postcodes that differ in spelling only are changes, too

	Known zoho.Knowledge `json:"known"` // of the service before the run
}

// The number of calls in flight.
const (
	DefaultWorkers = 4  // enough for 25 a minute at any latency seen
	MaxWorkers     = 16 // keeps 320 calls a second going at 50 ms
)

// Limit is a number of rows, or a share of them. The zero Limit is none.
type Limit struct {
	N       int     `json:"n,omitempty"`
	Percent float64 `json:"percent,omitempty"`
	Least   int     `json:"least,omitempty"` // what a share comes to at least
	Set     bool    `json:"set,omitempty"`
}

// DefaultMaxErrors is 5% of what was sent, at least 10: a bad column shows within minutes, a few odd accounts don't stop a night's run.
var DefaultMaxErrors = Limit{Percent: 5, Least: 10, Set: true}

// ParseLimit reads "20" or "5%".
func ParseLimit(text string) (Limit, error) {
	share, isShare := strings.CutSuffix(strings.TrimSpace(text), "%")
	if isShare {
		p, err := strconv.ParseFloat(share, 64)
		if err != nil || !(p >= 0 && p <= 100) {
			return Limit{}, fmt.Errorf("%q: want a share from 0%% to 100%%", text)
		}
		return Limit{Percent: p, Set: true}, nil
	}
	n, err := strconv.Atoi(share)
	if err != nil || n < 0 {
		return Limit{}, errors.New(strconv.Quote(text) + ": want a number of rows, or a share like 5%")
	}
	return Limit{N: n, Set: true}, nil
}

// Exceeded reports whether n of total is more than the limit allows.
func (l Limit) Exceeded(n, total int) bool {
	if !l.Set {
		return false
	}
	return n > l.of(total)
}

func (l Limit) of(total int) int {
	if l.Percent == 0 {
		return max(l.N, l.Least)
	}
	return max(int(math.Floor(l.Percent*float64(total)/100)), l.Least)
}

func (l Limit) String() string {
	switch {
	case !l.Set:
		return "none"
	case l.Percent > 0:
		return strconv.FormatFloat(l.Percent, 'g', -1, 64) + "%"
	}
	return strconv.Itoa(l.N)
}

// LookAgain is how long after a change an account is sure to show it: reads were seen to lag, and to flip back, within 30 s
// (observed by others of the display name).
const LookAgain = 30 * time.Second
