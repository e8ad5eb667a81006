package auth

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// The secrets of these tests have the form of real ones.
var testCredentials = Credentials{
	ClientID:     "1000.5A594C4B45521111",
	ClientSecret: "7a796c6b657273656372657422220000",
	RefreshToken: "1000.7a796c6b65723333aa.a5b4c3d2e1f033bb",
	Accounts:     "https://accounts.example.com",
}

// direct is a transport that calls a handler without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// failing is a transport without a network.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// request is what the accounts server was asked.
type request struct {
	at    time.Time
	host  string
	path  string
	query url.Values
	form  url.Values
	basic string
}

// accounts is an accounts server that answers from a script, its last line for ever, and notes what it was asked.
type accounts struct {
	mu     sync.Mutex
	script []answer
	asked  []request
}

type answer struct {
	status int
	body   string
}

// issue is an answer that gives a new token each time: %d counts.
const issue = `{"access_token":"1000.aaaaaaaa%02d.bbbbbbbbcc","token_type":"Bearer","api_domain":"https://www.example.com","expires_in":3600}`

func scripted(script ...answer) *accounts { return &accounts{script: script} }

func (a *accounts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	_, password, _ := r.BasicAuth()
	a.asked = append(a.asked, request{time.Now(), r.URL.Host, r.URL.Path, r.URL.Query(), form, password})
	next := a.script[min(len(a.asked), len(a.script))-1]
	if next.body == issue {
		next.body = fmt.Sprintf(issue, len(a.asked))
	}
	w.Header().Set("Content-Type", "text/html;charset=utf-8") // Zoho's habit: JSON under a wrong name
	w.WriteHeader(next.status)
	_, _ = io.WriteString(w, next.body)
}

func (a *accounts) endpoint() Endpoint {
	return Endpoint{URL: "https://accounts.example.com", HTTP: direct{a}}
}

func (a *accounts) requests() []request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]request(nil), a.asked...)
}

// hides fails the test if a text holds one of the secrets.
func hides(t *testing.T, text string, secrets ...Secret) {
	t.Helper()
	for _, s := range append(secrets, testCredentials.Secrets()...) {
		for _, form := range []string{s.Reveal(), url.QueryEscape(s.Reveal())} {
			if strings.Contains(text, form) {
				t.Errorf("a secret shows in %q", text)
			}
		}
	}
}
