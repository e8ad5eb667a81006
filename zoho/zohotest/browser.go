package zohotest

import (
	"cmp"
	"html"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// authorise answers the address a browser is sent to. The person there has an account and decides at once, as the quirk
// Consent says.
func (s *Server) authorise(q *request) *answer {
	v := q.query
	app := s.app(v.Get("client_id"))
	redirect := v.Get("redirect_uri")
	switch { // nothing may be sent to an address that is not the client's
	case app == nil || !app.may(ServerBased):
		return errorPage("Invalid Client Id", "invalid_client")
	case !app.redirects(redirect):
		return errorPage("Invalid Redirect Uri", "invalid_redirect_uri")
	case v.Get("response_type") != "code":
		return errorPage("Invalid Response Type", "invalid_response_type") // the word is assumed
	}
	back := url.Values{}
	if v.Has("state") {
		back.Set("state", v.Get("state"))
	}
	scopes, ok := readScopes(v.Get("scope"))
	switch {
	case !ok:
		back.Set("error", "invalid_scope") // the word is assumed
	case app.PKCE && v.Get("code_challenge") == "":
		back.Set("error", "invalid_request") // the word is assumed
	case s.o.Quirks.Consent == Refused:
		back.Set("error", "access_denied")
	default:
		back.Set("code", s.browserCode(q, app, scopes).Code)
		back.Set("location", s.o.Quirks.Location)
		back.Set("accounts-server", cmp.Or(s.o.Quirks.AccountsHost, s.base(q)))
	}
	return redirectTo(redirect, back)
}

// browserCode makes a code of the browser flow. A refresh token comes with the first grant only, unless consent is asked
// for again.
func (s *Server) browserCode(q *request, app *App, scopes []string) *code {
	v := q.query
	offline := v.Get("access_type") == "offline"
	c := &code{
		Code: newSecret(), App: app.ID, User: s.state.caller, Scopes: scopes, Redirect: v.Get("redirect_uri"),
		Challenge: v.Get("code_challenge"), Method: v.Get("code_challenge_method"),
		Refresh: offline && (v.Get("prompt") == "consent" || !s.granted(app)),
		Expires: q.at.Add(2 * time.Minute),
	}
	s.state.putCode(c)
	return c
}

// granted says whether the caller has a refresh token of the client already.
func (s *Server) granted(app *App) bool {
	for _, g := range s.state.grants {
		if g.App == app.ID && g.User == s.state.caller && !g.Revoked {
			return true
		}
	}
	return false
}

// redirects says whether a client may be sent to an address.
func (a *App) redirects(to string) bool {
	if a.Redirects != nil {
		return slices.Contains(a.Redirects, to)
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// readScopes takes scopes apart at commas, the only form documented.
func readScopes(text string) ([]string, bool) {
	scopes := strings.Split(text, ",")
	for _, x := range scopes {
		if !strings.HasPrefix(x, "ZohoMail.") || strings.ContainsAny(x, " +") {
			return nil, false
		}
	}
	return scopes, true
}

func redirectTo(address string, v url.Values) *answer {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return &answer{status: 302, code: v.Get("error"), kind: "text/html;charset=UTF-8", header: map[string]string{"Location": address + sep + v.Encode()}}
}

// errorPage is shown where the browser must not be sent back.
func errorPage(title, code string) *answer { return withCode(htmlPage(400, title), code) }

// page is one of the stand-in's own, for people.
func page(title string, body ...string) *answer {
	text := "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + html.EscapeString(title) + "</title>" +
		"<body style=\"font-family:sans-serif;max-width:40em;margin:4em auto\"><h1>" + html.EscapeString(title) + "</h1>" +
		strings.Join(body, "\n") + "</body></html>\n"
	return &answer{status: 200, kind: "text/html;charset=UTF-8", body: []byte(text)}
}

// frontPage says what this is to whoever opens it in a browser.
func (s *Server) frontPage(*request) *answer {
	return page("Sandbox of "+s.state.org.Name,
		"<p>A stand-in for Zoho Mail and Zoho Accounts on this machine. Nobody's data is real.</p>",
		"<p><a href=\"/console/code\">A code for a self client</a></p>", "<p><a href=\"/device\">Allow a device</a></p>")
}

// consoleCode plays the console's Generate Code.
func (s *Server) consoleCode(q *request) *answer {
	scopes, ok := readScopes(q.query.Get("scope"))
	if !ok {
		scopes = nil
	}
	c := s.selfCode(q.at, scopes)
	return page("Self client", "<p>Code, good for three minutes and one login:</p>", "<p><code>"+c.Code+"</code></p>",
		"<p>Scopes: "+html.EscapeString(strings.Join(c.Scopes, ", "))+"</p>")
}
