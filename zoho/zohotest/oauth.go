package zohotest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"
)

// oauthError is how Accounts refuses: usually inside HTTP 200.
func (s *Server) oauthError(code string) *answer {
	return withCode(jsonAnswer(s.o.Quirks.TokenErrors, map[string]string{"error": code}), code)
}

// accessDenied is how Accounts says that too many tokens were asked for.
func (s *Server) accessDenied() *answer {
	body := map[string]string{
		"error_description": "You have made too many requests continuously. Please try again after some time.",
		"error":             "Access Denied",
		"status":            "failure",
	}
	if s.o.Quirks.TokenThrottle == "new" {
		body = map[string]string{
			"error_description": "Token creation throttle limit reached. Please reuse the valid tokens you currently have.",
			"error":             "Access Denied",
		}
	}
	return withCode(jsonAnswer(s.o.Quirks.ThrottleCode, body), "Access Denied")
}

func (s *Server) app(id string) *App {
	for i := range s.o.Apps {
		if s.o.Apps[i].ID == id {
			return &s.o.Apps[i]
		}
	}
	return nil
}

// client checks the credentials of a form. Credentials in a Basic header are not looked at.
func (s *Server) client(v url.Values) (*App, *answer) {
	app := s.app(v.Get("client_id"))
	switch {
	case app == nil:
		return nil, s.oauthError("invalid_client")
	case !same(app.Secret, v.Get("client_secret")):
		return nil, s.oauthError("invalid_client_secret")
	}
	return app, nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (a *App) may(k Kind) bool { return a.Kinds == nil || slices.Contains(a.Kinds, k) }

// tokenCall answers /oauth/v2/token.
func (s *Server) tokenCall(q *request) *answer {
	v := q.form()
	app, refused := s.client(v)
	if refused != nil {
		return refused
	}
	switch v.Get("grant_type") {
	case "authorization_code":
		return s.exchange(q, app, v)
	case "refresh_token":
		return s.refresh(q, app, v)
	}
	return s.oauthError("invalid_grant_type") // the word is assumed
}

// exchange turns a code into tokens, once.
func (s *Server) exchange(q *request, app *App, v url.Values) *answer {
	c := s.state.codes[v.Get("code")]
	switch {
	case c == nil || c.Used || c.App != app.ID || !q.at.Before(c.Expires):
		return s.oauthError("invalid_code")
	case c.Redirect != "" && c.Redirect != v.Get("redirect_uri"):
		return s.oauthError("invalid_redirect_uri")
	case !c.proves(v.Get("code_verifier")):
		return s.oauthError("invalid_code") // the word is assumed
	}
	c.Used = true
	s.state.touch(entry{Code: c})
	return s.grantTokens(q, &grant{App: app.ID, User: c.User, Scopes: c.Scopes, At: q.at}, c.Refresh)
}

// proves checks the verifier of PKCE.
func (c *code) proves(verifier string) bool {
	switch {
	case c.Challenge == "":
		return true
	case c.Method != "S256": // plain is what leaving it out means
		return same(c.Challenge, verifier)
	}
	sum := sha256.Sum256([]byte(verifier))
	return same(c.Challenge, base64.RawURLEncoding.EncodeToString(sum[:]))
}

// grantTokens gives the first tokens of a grant.
func (s *Server) grantTokens(q *request, g *grant, refresh bool) *answer {
	body := map[string]any{}
	if refresh {
		g.Refresh, g.Window, g.Issued = newSecret(), q.at, 1
		s.state.putGrant(g)
		s.state.crowd(g.App, g.User)
		body["refresh_token"] = g.Refresh
	}
	return s.tokens(q, g, body)
}

// refresh gives another access token, and no refresh token.
func (s *Server) refresh(q *request, app *App, v url.Values) *answer {
	g := s.state.grants[v.Get("refresh_token")]
	if g == nil || g.Revoked || g.App != app.ID {
		return s.oauthError("invalid_code") // not invalid_grant
	}
	if s.tooMany(q, g) {
		return s.accessDenied()
	}
	return s.tokens(q, g, map[string]any{})
}

// tooMany counts a token call: ten in ten minutes, then none for the rest of the window, as documented.
func (s *Server) tooMany(q *request, g *grant) bool {
	k := s.o.Quirks
	if k.TokensEach < 0 {
		return false
	}
	defer s.state.touch(entry{Grant: g})
	if g.Window.IsZero() || !q.at.Before(g.Window.Add(k.TokenWindow)) {
		g.Window, g.Issued = q.at, 0
	}
	if g.Issued < k.TokensEach {
		g.Issued++
		return false
	}
	if k.KnockProlongs {
		g.Window = q.at
	}
	return true
}

// tokens answers with a fresh access token.
func (s *Server) tokens(q *request, g *grant, body map[string]any) *answer {
	life := s.tokenLife()
	t := s.state.issue(g, q.at, life, s.o.Quirks.LiveTokens)
	q.token = t
	body["access_token"] = t.Access
	body["scope"] = s.echo(t.Scopes)
	body["api_domain"] = "https://www.zohoapis.com" // not the host of Mail
	body["token_type"] = "Bearer"                   // which Mail refuses
	seconds := int(life / time.Second)
	switch s.o.Quirks.ExpiresIn {
	case "both":
		body["expires_in"], body["expires_in_sec"] = seconds*1000, seconds
	case "milliseconds":
		body["expires_in"] = seconds * 1000
	default:
		body["expires_in"] = seconds
	}
	return jsonAnswer(200, body)
}

// echo spells the scopes of an answer; one data centre was seen to give them other names, with blanks between.
func (s *Server) echo(scopes []string) string {
	if s.o.Quirks.ScopeEcho == "virtualoffice" {
		return strings.ReplaceAll(strings.Join(scopes, " "), "ZohoMail.", "VirtualOffice.")
	}
	return strings.Join(scopes, ",")
}

// revokeFirst answers /oauth/v2/token/revoke?token=.
func (s *Server) revokeFirst(q *request) *answer {
	if s.o.Quirks.Revoke == "second" {
		return htmlPage(404, "404 Not Found")
	}
	return s.revoked(q.form().Get("token"))
}

// revokeSecond answers /oauth/v2/revoke/token, which wants the client in a Basic header.
func (s *Server) revokeSecond(q *request) *answer {
	if s.o.Quirks.Revoke == "first" {
		return htmlPage(404, "404 Not Found")
	}
	id, secret, ok := basicAuth(q.header.Get("Authorization"))
	if app := s.app(id); !ok || app == nil || !same(app.Secret, secret) {
		return withCode(jsonAnswer(401, map[string]string{"error": "invalid_client"}), "invalid_client")
	}
	return s.revoked(q.form().Get("token"))
}

func basicAuth(header string) (id, secret string, ok bool) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic "))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(b), ":")
}

// revoked ends a refresh token, or one access token.
func (s *Server) revoked(secret string) *answer {
	if s.state.revoke(secret) {
		return jsonAnswer(200, map[string]string{"status": "success"})
	}
	if t := s.state.tokens[secret]; t != nil && !t.Dead {
		s.state.kill(t)
		return jsonAnswer(200, map[string]string{"status": "success"})
	}
	return withCode(jsonAnswer(400, map[string]string{"error": "invalid_token"}), "invalid_token") // the word is assumed
}

// serverInfo lists the data centres, this stand-in as the American one.
func (s *Server) serverInfo(q *request) *answer {
	return jsonAnswer(200, map[string]any{"result": "success", "locations": map[string]string{
		"us": s.base(q), "eu": "https://accounts.zoho.eu", "in": "https://accounts.zoho.in", "au": "https://accounts.zoho.com.au",
		"jp": "https://accounts.zoho.jp", "ca": "https://accounts.zohocloud.ca", "sa": "https://accounts.zoho.sa", "uk": "https://accounts.zoho.uk",
	}})
}

func (s *Server) base(q *request) string {
	if s.o.BaseURL != "" {
		return s.o.BaseURL
	}
	return q.base
}
