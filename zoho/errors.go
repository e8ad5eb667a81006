package zoho

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Kind says what an error means for what comes next.
type Kind uint8

// The kinds. OK is that of an attempt that succeeded; no Error has it.
const (
	OK          Kind = iota
	Row              // refused because of what was asked for this user; the next one may well pass
	NotFound         // there is no such user
	ExtraKey         // the body holds a key that the service does not know
	Auth             // the token is refused, a fresh one as well
	Scope            // the token lacks a permission
	Role             // the caller may not do this, or not from this computer
	Shape            // this host does not speak the service's language: wrong host, path or mode
	Throttled        // too many calls
	Unreachable      // no connection could be made; nothing was sent
	Transient        // the service or the way there stumbled; worth another try
	NoAnswer         // sent, and no whole answer came
)

var kinds = [...]string{OK: "ok", Row: "refused", NotFound: "not-found", ExtraKey: "unknown-key", Auth: "token-refused",
	Scope: "scope-missing", Role: "not-allowed", Shape: "wrong-service", Throttled: "throttled", Unreachable: "unreachable",
	Transient: "service-trouble", NoAnswer: "no-answer"}

// String is the kind as a word in kebab-case.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("kind-%d", k)
}

// Error is an answer of the service other than success, or none. It never holds a token.
type Error struct {
	Op         string        // what was asked: "update user 4567"
	Method     string        // GET or PUT
	Status     int           // HTTP status, or the one inside a 200; 0 if no answer came
	Code       string        // the service's own word, "" if it sent none
	Message    string        // the service's own text, shortened
	Kind       Kind          // what it means
	RetryAfter time.Duration // how long the service wants to be left alone, 0 if it does not say
	Sent       bool          // a change may have been carried out all the same, by this attempt or one before
	Unproven   bool          // this host has not answered in the service's own form yet
	Attempts   int           // requests sent for this call
	Err        error         // the cause, if there is one in this program or on the way
}

// ErrStopped is why a call was not made after Limiter.Stop.
var ErrStopped = errors.New("stopped before it was sent")

// errStillRefused is the cause of an Auth error: renewing did not help.
var errStillRefused = errors.New("a fresh token is refused as well")

// Error is like `update user 4567: 404 EXTRA_KEY_FOUND_IN_JSON, Invalid Input`.
func (e *Error) Error() string {
	var said []string
	if e.Status != 0 {
		said = append(said, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code)))
	} else if e.Code != "" {
		said = append(said, e.Code)
	}
	if e.Message != "" {
		said = append(said, e.Message)
	}
	if e.Err != nil {
		said = append(said, redact(e.Err.Error(), ""))
	}
	if len(said) == 0 {
		said = append(said, e.Kind.String())
	}
	return e.Op + ": " + strings.Join(said, ", ")
}

// Unwrap is the cause, such as ErrStopped, a context's end or an error of the token source.
func (e *Error) Unwrap() error { return e.Err }

// Shared tells an error that every further call would meet as well, so that a run should end at it.
func (e *Error) Shared() bool {
	switch e.Kind {
	case Auth, Scope, Role, Shape, Throttled, Unreachable:
		return true
	}
	return false
}

// Fatal tells a shared error that waiting will not mend: somebody has to do something first.
func (e *Error) Fatal() bool { return e.Shared() && e.Kind != Throttled && e.Kind != Unreachable }

// Temporary tells an error that the same call may not meet a little later.
func (e *Error) Temporary() bool {
	switch e.Kind {
	case Throttled, Unreachable, Transient, NoAnswer:
		return true
	}
	return false
}

// Hint says what to do next, in one sentence without a full stop.
func (e *Error) Hint() string {
	switch e.Kind {
	case Row:
		return "correct the row by what the service says"
	case NotFound:
		return "check the address or id, and that the user is in this organisation"
	case ExtraKey:
		return "leave out the field that this service does not know"
	case Auth:
		return "log in again; if you just did, check that the data centre is the right one"
	case Scope:
		return "log in again and agree to everything that is asked for; a token made by hand needs " +
			strings.Join(AdminRights.Scopes(), ", ")
	case Role:
		return roleHint(e.Code)
	case Shape:
		return "check the data centre or the address of the service; nothing was changed"
	case Throttled:
		return fmt.Sprintf("wait %s and resume; a lower rate helps, and other programs of this organisation count too",
			e.RetryAfter.Round(time.Second))
	case Unreachable:
		return "check the network, the proxy and the address of the service, then resume"
	case Transient:
		return "try again later"
	case NoAnswer:
		return "look at the user before sending it again: the change may have been made"
	}
	return ""
}

func roleHint(code string) string {
	if code == "BLOCK_LISTED_IP" {
		return "the service has blocked this computer's address; ask Zoho's support"
	}
	return "log in as an administrator of the organisation"
}

// IsKind tells whether err is, or wraps, an Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// tokens look like 1000.<hex>.<hex>; what follows the header's scheme is one whatever it looks like.
var tokens = regexp.MustCompile(`(?i)\b1\d{3}\.[0-9a-f]{8,}(\.[0-9a-f]*)?|(oauthtoken|bearer)[ :=]+[^\s"',}\]]+`)

// redact cuts tokens out of a text: anything that looks like one, and the one in use, with or without the number in front of it.
func redact(text, token string) string {
	if token != "" {
		text = strings.ReplaceAll(text, token, "[token]")
	}
	if _, bare, ok := strings.Cut(token, "."); ok && len(bare) >= leastSecret {
		text = strings.ReplaceAll(text, bare, "[token]")
	}
	return tokens.ReplaceAllString(text, "[token]")
}

// leastSecret is how long a text is at least to be a secret: those of Zoho have forty letters and more.
const leastSecret = 8

// shorten makes text one line of at most limit runes without control or bidirectional marks.
func shorten(text string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > limit {
			b.WriteRune('…')
			break
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e ||
			r >= 0x2066 && r <= 0x2069 || r == 0x61c || r == 0xfeff {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
