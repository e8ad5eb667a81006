package zohotest

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"time"
)

// grant is what a person has allowed a client, under its refresh token.
type grant struct {
	Refresh string    `json:"refresh"`
	App     string    `json:"app"`
	User    int64     `json:"user"`
	Scopes  []string  `json:"scopes"`
	At      time.Time `json:"at"`
	Window  time.Time `json:"window,omitzero"` // when the present window of token calls began
	Issued  int       `json:"issued,omitempty"`
	Revoked bool      `json:"revoked,omitempty"`
}

// token is an access token.
type token struct {
	Access  string    `json:"access"`
	Serial  int       `json:"serial"`
	Grant   string    `json:"grant,omitempty"` // "" when there is no refresh token
	User    int64     `json:"user"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"`
	Dead    bool      `json:"dead,omitempty"`
}

// code is an authorisation code, of the browser flow or of a self client.
type code struct {
	Code      string    `json:"code"`
	App       string    `json:"app"`
	User      int64     `json:"user"`
	Scopes    []string  `json:"scopes"`
	Redirect  string    `json:"redirect,omitempty"` // "" for a self client
	Challenge string    `json:"challenge,omitempty"`
	Method    string    `json:"method,omitempty"`
	Refresh   bool      `json:"refresh,omitempty"` // a refresh token comes with it
	Expires   time.Time `json:"expires"`
	Used      bool      `json:"used,omitempty"`
}

// device is a login that waits for a person at another machine.
type device struct {
	Device  string        `json:"device"`
	User    string        `json:"user_code"`
	App     string        `json:"app"`
	Scopes  []string      `json:"scopes"`
	Expires time.Time     `json:"expires"`
	Polled  time.Time     `json:"polled,omitzero"`
	Choice  Rule          `json:"choice,omitempty"` // Accepted or Refused, "" while nobody chose
	Used    bool          `json:"used,omitempty"`
	Poll    time.Duration `json:"poll"`
}

// newSecret gives a secret in the form of the service's own.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return "1000." + hex.EncodeToString(b[:16]) + "." + hex.EncodeToString(b[16:])
}

func (st *state) putGrant(g *grant) {
	st.grants[g.Refresh] = g
	st.touch(entry{Grant: g})
}

func (st *state) putCode(c *code) {
	st.codes[c.Code] = c
	st.touch(entry{Code: c})
}

func (st *state) putDevice(d *device) {
	st.devices[d.Device] = d
	st.touch(entry{Device: d})
}

// issue makes an access token, and drops the oldest of the grant if too many live.
func (st *state) issue(g *grant, now time.Time, life time.Duration, most int) *token {
	st.serial++
	t := &token{Access: newSecret(), Serial: st.serial, Grant: g.Refresh, User: g.User, Scopes: g.Scopes, Expires: now.Add(life)}
	st.tokens[t.Access] = t
	st.touch(entry{Token: t})
	var live []*token
	for k, x := range st.tokens {
		switch {
		case !now.Before(x.Expires):
			delete(st.tokens, k) // answered like one that never was
		case x.Grant == g.Refresh && g.Refresh != "" && !x.Dead:
			live = append(live, x)
		}
	}
	if len(live) > most {
		slices.SortFunc(live, func(a, b *token) int { return a.Serial - b.Serial })
		st.kill(live[0])
	}
	return t
}

func (st *state) kill(t *token) {
	t.Dead = true
	st.touch(entry{Token: t})
}

// revoke ends a grant and every access token of it, and says whether there was one.
func (st *state) revoke(refresh string) bool {
	g := st.grants[refresh]
	if g == nil || g.Revoked {
		return false
	}
	g.Revoked = true
	st.touch(entry{Grant: g})
	for _, t := range st.tokens {
		if t.Grant == refresh && !t.Dead {
			st.kill(t)
		}
	}
	return true
}

// mostRefresh is how many refresh tokens a user has for one client, as documented; the next one ends the oldest.
const mostRefresh = 20

// crowd ends the oldest grant of a user and client if there are too many.
func (st *state) crowd(app string, user int64) {
	var all []*grant
	for _, g := range st.grants {
		if g.App == app && g.User == user && !g.Revoked {
			all = append(all, g)
		}
	}
	if len(all) > mostRefresh {
		st.revoke(slices.MinFunc(all, func(a, b *grant) int { return a.At.Compare(b.At) }).Refresh)
	}
}

// ExpireTokens makes every access token that is out worthless, as an hour would. Refresh tokens stay good.
func (s *Server) ExpireTokens() error {
	if err := s.enter(); err != nil {
		return err
	}
	for _, t := range s.state.tokens {
		s.state.kill(t)
	}
	return s.leave()
}

// Revoke ends a refresh token and its access tokens, as an administrator of the account can.
func (s *Server) Revoke(refresh string) error {
	if err := s.enter(); err != nil {
		return err
	}
	s.state.revoke(refresh)
	return s.leave()
}

// GrantCode gives a code as the console makes it for a self client: good for one exchange within three minutes. No
// scopes are AllScopes.
func (s *Server) GrantCode(scopes ...string) (string, error) {
	if err := s.enter(); err != nil {
		return "", err
	}
	c := s.selfCode(s.o.Now(), scopes)
	return c.Code, s.leave()
}

func (s *Server) selfCode(now time.Time, scopes []string) *code {
	if len(scopes) == 0 {
		scopes = AllScopes()
	}
	c := &code{Code: newSecret(), App: s.o.Apps[0].ID, User: s.state.caller, Scopes: scopes, Refresh: true, Expires: now.Add(3 * time.Minute)}
	s.state.putCode(c)
	return c
}

// AccessToken gives a fresh access token without any call, for tests of something else. No scopes are those of RefreshToken.
func (s *Server) AccessToken(scopes ...string) string {
	if err := s.enter(); err != nil {
		return ""
	}
	g := &grant{User: s.state.caller, Scopes: scopes}
	if len(scopes) == 0 {
		g.Scopes = s.o.Scopes
	}
	t := s.state.issue(g, s.o.Now(), s.tokenLife(), 1)
	if s.leave() != nil {
		return ""
	}
	return t.Access
}

func (s *Server) tokenLife() time.Duration { return s.o.Quirks.TokenLife }
