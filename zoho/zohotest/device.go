package zohotest

import (
	"crypto/rand"
	"html"
	"net/url"
	"time"
)

// deviceCode begins a login on a machine without a browser.
func (s *Server) deviceCode(q *request) *answer {
	v := q.form()
	app := s.app(v.Get("client_id"))
	scopes, ok := readScopes(v.Get("scope"))
	switch {
	case app == nil || !app.may(NonBrowser):
		return s.oauthError("invalid_client")
	case v.Get("grant_type") != "device_request":
		return s.oauthError("invalid_grant_type")
	case !ok:
		return s.oauthError("invalid_scope")
	}
	life, poll := s.o.Quirks.DeviceLife, s.o.Quirks.DevicePoll
	d := &device{Device: newSecret(), User: rand.Text()[:8], App: app.ID, Scopes: scopes, Expires: q.at.Add(life), Poll: poll}
	s.state.putDevice(d)
	unit := time.Millisecond
	if s.o.Quirks.Device == "seconds" {
		unit = time.Second
	}
	return jsonAnswer(200, map[string]any{
		"user_code": d.User, "device_code": d.Device, "verification_url": s.base(q) + "/device",
		"verification_uri_complete": s.base(q) + "/device?user_code=" + url.QueryEscape(d.User),
		"interval":                  int64(poll / unit), "expires_in": int64(life / unit),
	})
}

// deviceToken answers a poll.
func (s *Server) deviceToken(q *request) *answer {
	v := q.form()
	app, refused := s.client(v)
	if refused != nil {
		return refused
	}
	d := s.state.devices[v.Get("code")]
	switch {
	case v.Get("grant_type") != "device_token":
		return s.oauthError("invalid_grant_type")
	case d == nil || d.App != app.ID || d.Used:
		return s.oauthError("invalid_code")
	}
	early := !d.Polled.IsZero() && q.at.Before(d.Polled.Add(d.Poll))
	d.Polled = q.at
	defer s.state.touch(entry{Device: d})
	switch {
	case !q.at.Before(d.Expires):
		return s.oauthError("expired")
	case early:
		return s.oauthError("slow_down")
	case d.Choice == Refused:
		return s.oauthError("access_denied")
	case d.Choice == "":
		return s.oauthError("authorization_pending")
	case s.o.Quirks.DeviceDC != "":
		return withCode(jsonAnswer(s.o.Quirks.TokenErrors, map[string]string{
			"error": "other_dc", "user_location": s.o.Quirks.DeviceDC}), "other_dc")
	}
	d.Used = true
	return s.grantTokens(q, &grant{App: app.ID, User: s.state.caller, Scopes: d.Scopes, At: q.at}, true)
}

// DeviceChoice lets the person at the other machine accept or refuse the login that waits under a user code, and says
// whether there is one.
func (s *Server) DeviceChoice(userCode string, choice Rule) (bool, error) {
	if err := s.enter(); err != nil {
		return false, err
	}
	found := s.choose(userCode, choice)
	return found, s.leave()
}

func (s *Server) choose(userCode string, choice Rule) bool {
	for _, d := range s.state.devices {
		if d.User == userCode && d.Choice == "" {
			d.Choice = choice
			s.state.touch(entry{Device: d})
			return true
		}
	}
	return false
}

// devicePage is what verification_url shows.
func (s *Server) devicePage(q *request) *answer {
	return page("Allow a device", `<form method="post" action="/device"><p>Code shown there:
<input name="user_code" value="`+html.EscapeString(q.query.Get("user_code"))+`"></p>
<p><button name="choice" value="accepted">Accept</button> <button name="choice" value="refused">Reject</button></p></form>`)
}

func (s *Server) deviceChoice(q *request) *answer {
	v := q.form()
	choice := Rule(v.Get("choice"))
	if choice != Accepted && choice != Refused || !s.choose(v.Get("user_code"), choice) {
		return withCode(page("No such device", "<p>The code is not known, or somebody has chosen already.</p>"), "no device")
	}
	return page("Done", "<p>"+html.EscapeString(string(choice))+". Go back to the device.</p>")
}
