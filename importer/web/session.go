package web

import (
	"crypto/subtle"
	"net/http"
	"sync"
	"time"
)

// cookieName is the name of the session's cookie. Its path holds the session's id, so no server on another port is sent it.
const cookieName = "zohobulk"

// SavedSession is a session as it can be kept between processes. Both parts are secret.
type SavedSession struct {
	ID     string `json:"id"`     // in the path
	Cookie string `json:"cookie"` // in the cookie
}

// session lets in who has both the path and the cookie: the path alone stands in the browser's history.
type session struct{ id, secret string }

func newSession(saved *SavedSession) *session {
	if saved != nil && len(saved.ID) == len(unguessable()) && len(saved.Cookie) == 2*len(unguessable()) {
		return &session{saved.ID, saved.Cookie}
	}
	return &session{unguessable(), unguessable() + unguessable()}
}

// root is the path under which all screens stand.
func (s *session) root() string { return "/w/" + s.id + "/" }

func (s *session) cookie() *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: s.secret, Path: s.root(), HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// knows reports whether a request has the cookie. Another port can set one of the same name, so all of them are looked at.
func (s *session) knows(r *http.Request) bool {
	known := 0
	for _, c := range r.CookiesNamed(cookieName) {
		known |= subtle.ConstantTimeCompare([]byte(c.Value), []byte(s.secret))
	}
	return known == 1
}

// named reports whether a path names the session.
func (s *session) named(id string) bool {
	return subtle.ConstantTimeCompare([]byte(id), []byte(s.id)) == 1
}

// keyLife is how long a key opens the page.
const keyLife = 10 * time.Minute

// mostKeys is how many keys are good at once; the oldest goes. Each Enter in the terminal makes one.
const mostKeys = 32

// keys are the keys that open the page, each of them once.
type keys struct {
	mu   sync.Mutex
	now  func() time.Time
	good []key
}

type key struct {
	text   string
	until  time.Time
	screen string // path below the session
}

func newKeys(now func() time.Time) *keys { return &keys{now: now} }

func (k *keys) make(screen string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.good) == mostKeys {
		k.good = k.good[1:]
	}
	made := key{unguessable(), k.now().Add(keyLife), screen}
	k.good = append(k.good, made)
	return made.text
}

// use takes a key, which is used up then, and gives the screen that it opens.
func (k *keys) use(text string) (screen string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := -1
	for i, good := range k.good {
		if subtle.ConstantTimeCompare([]byte(good.text), []byte(text)) == 1 {
			at = i
		}
	}
	if at < 0 {
		return "", false
	}
	used := k.good[at]
	k.good = append(k.good[:at], k.good[at+1:]...)
	return used.screen, k.now().Before(used.until)
}
