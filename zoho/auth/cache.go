package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"zohobulk/zoho/internal/privatefile"
)

const (
	renewEarly = 5 * time.Minute
	// lockPoll is how often a process looks whether another one has done renewing, which takes about a second.
	lockPoll = 50 * time.Millisecond
	// clockSlack is how far in the future a cached token may have been issued: clocks are set back, too.
	clockSlack = time.Minute

	// The service gives ten access tokens in ten minutes for one refresh token (documented).
	tokenBudget = 10
	tokenWindow = 10 * time.Minute
	// A lock was seen to last 15 to 30 minutes, and longer if one knocks.
	firstQuiet = 15 * time.Minute
	nextQuiet  = 30 * time.Minute
)

// Cache is the folder in which the processes of one user share access tokens.
type Cache struct{ Folder string }

// entry is the cache's file of one login.
type entry struct {
	Access  string      `json:"access_token"`
	Issued  time.Time   `json:"issued_at"`
	Expires time.Time   `json:"expires_at"`
	Asked   []time.Time `json:"asked,omitempty"`      // when tokens were asked for in the last window
	Quiet   time.Time   `json:"quiet_until,omitzero"` // the service was asked too often: nobody asks before
}

func (e entry) token() Token { return Token{Secret(e.Access), e.Issued, e.Expires} }

// fresh tells whether a token is good for a call now, with time to spare.
func (t Token) fresh(now time.Time) bool {
	// A token that lives less than ten minutes would be renewed at every call if five were taken off.
	early := min(renewEarly, t.Expires.Sub(t.Issued)/2)
	return t.alive(now.Add(early)) && !t.Issued.After(now.Add(clockSlack))
}

func (t Token) alive(now time.Time) bool { return t.Access != "" && now.Before(t.Expires) }

// path is the file of one login: nobody can tell from its name whose it is.
func (c Cache) path(accounts string, cr Credentials) string {
	whole := strings.Join([]string{strings.TrimRight(strings.ToLower(accounts), "/"), cr.ClientID.Reveal(), cr.RefreshToken.Reveal()}, "\x00")
	sum := sha256.Sum256([]byte(whole))
	return filepath.Join(c.Folder, hex.EncodeToString(sum[:16])+".json")
}

// Peek gives the token that the cache holds for a login, if it is still alive.
func (c Cache) Peek(accounts string, cr Credentials) (Token, bool) {
	t := read(c.path(accounts, cr)).token()
	return t, t.alive(time.Now())
}

// Put saves the token that a login brought, so that the first command need not ask for another.
func (c Cache) Put(accounts string, cr Credentials, t Token) error {
	e := entry{Access: t.Access.Reveal(), Issued: t.Issued, Expires: t.Expires, Asked: []time.Time{t.Issued}}
	return write(c.path(accounts, cr), e)
}

// Forget deletes a login's token.
func (c Cache) Forget(accounts string, cr Credentials) error {
	path := c.path(accounts, cr)
	for _, file := range []string{path, path + lockEnding} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("token cache: %w", err)
		}
	}
	return nil
}

const lockEnding = ".lock"

// locked runs f while no other process does the same for this login. The system drops the lock of a killed process.
func locked(ctx context.Context, path string, f func() error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return errors.Join(errNoLock, err)
	}
	lock := flock.New(path+lockEnding, flock.SetPermissions(0o600))
	got, err := lock.TryLockContext(ctx, lockPoll)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil || !got:
		return errors.Join(errNoLock, err)
	}
	defer func() { _ = lock.Close() }()
	return f()
}

var errNoLock = errors.New("the token cache cannot be locked")

// read gives an empty entry for a file that is missing, damaged or not ours: a new token mends it.
func read(path string) entry {
	var e entry
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &e) != nil {
		return entry{}
	}
	return e
}

func write(path string, e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return privatefile.Write(path, text)
}

// mayAsk tells whether the service would give another token now; if not, the error says when.
func (e entry) mayAsk(now time.Time) error {
	until := e.Quiet
	if asked := recent(e.Asked, now); len(asked) >= tokenBudget {
		until = later(until, asked[len(asked)-tokenBudget].Add(tokenWindow))
	}
	if !now.Before(until) {
		return nil
	}
	return throttled(until)
}

func throttled(until time.Time) *Error {
	return &Error{Code: CodeThrottled, Message: throttledMessage + "; the next may be asked for at " + until.Local().Format("15:04:05"),
		Hint: throttleHint, Until: until}
}

// hush notes that the service refused for asking too often, and gives the time until which nobody asks.
func (e *entry) hush(now time.Time) time.Time {
	wait := firstQuiet
	if now.Sub(e.Quiet) < nextQuiet && !e.Quiet.IsZero() {
		wait = nextQuiet
	}
	e.Quiet = now.Add(wait)
	return e.Quiet
}

func recent(asked []time.Time, now time.Time) []time.Time {
	for len(asked) > 0 && now.Sub(asked[0]) >= tokenWindow {
		asked = asked[1:]
	}
	return asked
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
