// Package auth gets, keeps and renews the access tokens of Zoho's OAuth, and finds and stores the secrets they are made
// from. Nothing in it prints, logs or returns a secret but for the one purpose the secret has.
package auth

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const mask = "[secret]"

// tokenLike finds Zoho's tokens and codes: all of them look like 1000.<hex>.<hex>.
var tokenLike = regexp.MustCompile(`\b1[0-9]{3}\.[0-9a-zA-Z]{8,}\.[0-9a-zA-Z]{8,}`)

// tokenHead is what tokens, codes and client ids begin with.
var tokenHead = regexp.MustCompile(`^1[0-9]{3}\.`)

// Secret is a text that prints as "[secret]" whatever the verb, encoder or logger. Reveal gives the text.
type Secret string

// Reveal gives the text itself, for the one request or store that needs it.
func (s Secret) Reveal() string { return string(s) }

// Format masks the secret for every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// MarshalText masks the secret in JSON, TOML and structured logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Hint shows enough of a secret to tell two of them apart, as status does: its first four letters, after the 1000. with which
// all of Zoho's begin.
func (s Secret) Hint() string {
	shown := 4
	if tokenHead.MatchString(string(s)) {
		shown += len("1000.")
	}
	// A shorter secret would be a third shown.
	if len(s) < 3*shown {
		return s.String()
	}
	return string(s[:shown]) + "…"
}

// Redactor cuts known secrets, and whatever looks like a token of Zoho's, out of what is about to be written.
// The zero value is ready; it may be used by several goroutines.
type Redactor struct {
	mu      sync.RWMutex
	secrets []string
}

// leastSecret is how many letters a secret has at least: those of Zoho have forty and more, and a text of a few letters,
// typed by mistake, would be cut out of every other word.
const leastSecret = 8

// Add makes the redactor know more secrets: as they are, as they look in an address, and without the number in front of Zoho's.
func (r *Redactor) Add(secrets ...Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := len(r.secrets)
	for _, s := range secrets {
		for _, form := range []string{s.Reveal(), url.QueryEscape(s.Reveal()), tokenHead.ReplaceAllString(s.Reveal(), "")} {
			if len(form) >= leastSecret && !slices.Contains(r.secrets, form) {
				r.secrets = append(r.secrets, form)
			}
		}
	}
	if len(r.secrets) > known {
		// The longest goes first, so that a secret which holds another is cut whole.
		slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
	}
}

// Redact gives the text without secrets.
func (r *Redactor) Redact(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, s := range r.secrets {
		text = strings.ReplaceAll(text, s, mask)
	}
	return tokenLike.ReplaceAllString(text, mask)
}

// Writer gives a writer that redacts. Each Write is looked at by itself, so a writer of whole lines (a logger) is what
// it is for.
func (r *Redactor) Writer(w io.Writer) io.Writer { return redacting{r, w} }

type redacting struct {
	r *Redactor
	w io.Writer
}

// Fd is the file behind it, so that a terminal is still known for one.
func (w redacting) Fd() uintptr {
	if f, ok := w.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

func (w redacting) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.w, w.r.Redact(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
