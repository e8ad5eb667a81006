package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"zohobulk/zoho"
)

const (
	// DefaultPort is where the browser comes back to. It is fixed, since the redirect address must be registered
	// letter by letter; the number is one that IANA has given to nobody.
	DefaultPort = 48537

	loopback        = "127.0.0.1"
	callbackPath    = "/callback"
	browserPatience = 10 * time.Minute // a guess: long enough to find the password and a second factor
	goodbye         = 2 * time.Second  // to deliver the last page
)

// Redirect is the address to register for a browser login on a port.
func Redirect(port int) string {
	return "http://" + net.JoinHostPort(loopback, strconv.Itoa(port)) + callbackPath
}

// Browser is how a browser login talks to the person at the machine.
type Browser struct {
	Port int
	Show func(address string)       // shows the address to open
	Open func(address string) error // opens a browser; nil is nobody. The address it gets holds no secret and works once
}

// Browser logs in with a browser on this machine: it waits on 127.0.0.1 for the answer, takes only the one that belongs
// to this login (state, host), proves by PKCE that it was the one to ask, and closes.
func (l Login) Browser(ctx context.Context, b Browser) (Grant, error) {
	listener, err := net.Listen("tcp4", net.JoinHostPort(loopback, strconv.Itoa(b.Port)))
	if err != nil {
		return Grant{}, &Error{Code: CodePortTaken, Message: fmt.Sprintf("port %d of this machine is taken, and the browser must come back to it", b.Port),
			Hint:     "end the other login, or register " + Redirect(b.Port+1) + " too",
			Remedies: []zoho.Remedy{{Way: zoho.UsePort, Args: []string{strconv.Itoa(b.Port + 1)}}}}
	}
	config := l.Endpoint.config(l.ID, l.Secret)
	config.RedirectURL = Redirect(b.Port)
	config.Scopes = []string{strings.Join(l.Scopes, ",")} // Zoho wants commas, oauth2 would write blanks
	verifier := oauth2.GenerateVerifier()
	visit := newVisit(config, verifier)
	back, err := visit.wait(ctx, listener, b)
	if err != nil {
		return Grant{}, err
	}
	return l.finish(ctx, back, config, verifier)
}

// finish exchanges what the browser brought back, at the server that it names if that is a known one.
func (l Login) finish(ctx context.Context, back url.Values, config *oauth2.Config, verifier string) (Grant, error) {
	if reason := back.Get("error"); reason != "" {
		return Grant{}, refused(reason, back.Get("error_description"), true)
	}
	e := l.Endpoint
	if server := back.Get("accounts-server"); server != "" {
		var known bool
		if e, known = l.elsewhere(server); !known {
			e = l.Endpoint
			l.say("the answer named an accounts server that is none of Zoho's known ones; it is not used")
		}
	}
	config.Endpoint = e.config("", "").Endpoint
	return l.exchange(ctx, e, config, Secret(back.Get("code")), oauth2.VerifierOption(verifier))
}

// visit is the little web server of one login.
type visit struct {
	host      string
	state     string
	nonce     string
	authorise string
	started   atomic.Bool
	back      chan url.Values
}

func newVisit(config *oauth2.Config, verifier string) *visit {
	v := &visit{state: rand.Text(), nonce: rand.Text(), back: make(chan url.Values, 1)}
	redirect, _ := url.Parse(config.RedirectURL) // of our own making
	v.host = redirect.Host
	v.authorise = config.AuthCodeURL(v.state, oauth2.AccessTypeOffline, oauth2.SetAuthURLParam("prompt", "consent"), oauth2.S256ChallengeOption(verifier))
	return v
}

// wait serves until the answer of this login has come, and closes the listener.
func (v *visit) wait(ctx context.Context, listener net.Listener, b Browser) (url.Values, error) {
	server := &http.Server{Handler: v, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go func() { _ = server.Serve(listener) }()
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		if server.Shutdown(last) != nil {
			_ = server.Close()
		}
	}()
	b.Show(v.authorise)
	if b.Open != nil {
		// The program that opens a browser shows its arguments to everybody on the machine: it gets a door of our
		// own, which opens once, and not the address with the state.
		_ = b.Open("http://" + v.host + "/start/" + v.nonce)
	}
	select {
	case back := <-v.back:
		return back, nil
	case <-time.After(browserPatience):
		return nil, &Error{Code: CodeExpired, Message: "nobody finished the login in the browser within ten minutes", Remedies: []zoho.Remedy{{Way: zoho.LogInAgain}}}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (v *visit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Content-Type": "text/html; charset=utf-8",
	} {
		w.Header().Set(name, value)
	}
	switch {
	case r.Host != v.host: // a name somebody else has pointed at this machine
		page(w, http.StatusMisdirectedRequest, "Wrong address", "This page is only for this machine.")
	case r.Method != http.MethodGet:
		page(w, http.StatusMethodNotAllowed, "Not here", "This page is only opened by the login.")
	case r.URL.Path == "/start/"+v.nonce && v.started.CompareAndSwap(false, true):
		http.Redirect(w, r, v.authorise, http.StatusFound)
	case r.URL.Path == callbackPath:
		v.callback(w, r.URL.Query())
	default: // favicons and other strays
		page(w, http.StatusNotFound, "Not here", "Go back to the login, or start it again.")
	}
}

// callback takes the first answer that carries our state. A refusal without any state is taken too: whether Zoho sends
// the state with it is not known, and the worst that a forged one does is to end the login.
func (v *visit) callback(w http.ResponseWriter, query url.Values) {
	refused, state := query.Get("error") != "", query.Get("state")
	ours := subtle.ConstantTimeCompare([]byte(state), []byte(v.state)) == 1 || refused && !query.Has("state")
	if !ours || !refused && query.Get("code") == "" {
		page(w, http.StatusBadRequest, "Not this login", "This answer belongs to another login. Go on in the window opened last.")
		return
	}
	select {
	case v.back <- query:
	default: // an answer is there already: one login, one answer
		page(w, http.StatusGone, "Done already", "This login has had its answer. You can close this window.")
		return
	}
	if refused {
		page(w, http.StatusOK, "Not logged in", "The login was refused. You can close this window.")
		return
	}
	page(w, http.StatusOK, "Almost done", "zohobulk has the answer. You can close this window and go back to where you began.")
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>zohobulk: {{.Title}}</title>
<body style="font-family: sans-serif; margin: 3em auto; max-width: 30em"><h1>{{.Title}}</h1><p>{{.Text}}</p></body></html>
`))

func page(w http.ResponseWriter, status int, title, text string) {
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, struct{ Title, Text string }{title, text})
}
