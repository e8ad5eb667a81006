package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho"
)

const grantBody = `{"access_token":"1000.aaaaaaaa.bbbbbbbb","refresh_token":"1000.cccccccc.dddddddd","scope":"VirtualOffice.accounts.READ","token_type":"Bearer","expires_in":3600}`

var centres = map[string]string{"us": "https://accounts.example.com", "eu": "https://accounts.example.eu"}

func login(a *accounts) Login {
	return Login{Endpoint: a.endpoint(), ID: testCredentials.ClientID, Secret: testCredentials.ClientSecret, Scopes: zoho.AdminRights.Scopes(), Centres: centres}
}

func checkGrant(t *testing.T, g Grant, err error, accounts string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	want := Credentials{ClientID: testCredentials.ClientID, ClientSecret: testCredentials.ClientSecret, RefreshToken: "1000.cccccccc.dddddddd", Accounts: accounts}
	if g.Credentials != want || g.Token.Access != "1000.aaaaaaaa.bbbbbbbb" || g.Scope != "VirtualOffice.accounts.READ" {
		t.Errorf("got another grant, of %s", g.Credentials.Accounts)
	}
}

func TestSelfClient(t *testing.T) {
	a := scripted(answer{200, grantBody})
	g, err := login(a).SelfClient(t.Context(), "1000.code")
	checkGrant(t, g, err, "https://accounts.example.com")
	want := url.Values{"grant_type": {"authorization_code"}, "code": {"1000.code"},
		"client_id": {testCredentials.ClientID.Reveal()}, "client_secret": {testCredentials.ClientSecret.Reveal()}}
	if diff := cmp.Diff(want, a.requests()[0].form); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
}

func TestSelfClientRefused(t *testing.T) {
	for body, code := range map[string]string{
		`{"error":"invalid_code"}`:                                        CodeGrant,
		`{"error":"invalid_client"}`:                                      CodeClient,
		`{"access_token":"1000.aaaaaaaa.bbbbbbbb","expires_in":3600}`:     CodeNoRefresh,
		`{"error":"Access Denied","error_description":"x"}`:               CodeThrottled,
		`{"refresh_token":"1000.aaaaaaaa.bbbbbbbb","expires_in":3600000}`: CodeBadAnswer,
	} {
		a := scripted(answer{200, body})
		_, err := login(a).SelfClient(t.Context(), "1000.code")
		var mine *Error
		if !errors.As(err, &mine) || mine.Code != code {
			t.Errorf("%s: got %v, want %s", body, err, code)
		}
		if n := len(a.requests()); n != 1 {
			t.Errorf("%s: the code was sent %d times", body, n)
		}
	}
}

// freePort gives a port that nobody listens on at the moment.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// browse logs in with a browser in which somebody does what person says with the address to open.
func browse(t *testing.T, a *accounts, person func(port int, authorise *url.URL)) (Grant, error) {
	t.Helper()
	port := freePort(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var gone sync.WaitGroup
	defer gone.Wait()
	return login(a).Browser(ctx, Browser{Port: port, Show: func(address string) {
		u, err := url.Parse(address)
		if err != nil {
			t.Error(err)
		}
		gone.Go(func() { person(port, u) })
	}})
}

// visitPage asks the listener for something, and gives the status.
func visitPage(t *testing.T, port int, host, path string, query url.Values) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d%s?%s", port, path, query.Encode()), nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	if host != "" {
		r.Host = host
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	page, _ := io.ReadAll(response.Body)
	if code := query.Get("code"); code != "" {
		hides(t, string(page), Secret(code))
	}
	return response.StatusCode
}

func TestBrowser(t *testing.T) {
	a := scripted(answer{200, grantBody})
	var asked url.Values
	g, err := browse(t, a, func(port int, authorise *url.URL) {
		asked = authorise.Query()
		state := asked.Get("state")
		good := url.Values{"state": {state}, "code": {"1000.code"}, "location": {"eu"}, "accounts-server": {"https://accounts.example.eu"}}
		for _, stray := range []struct {
			host, path string
			query      url.Values
			want       int
		}{
			{"", "/favicon.ico", nil, 404},
			{"", "/", good, 404},
			{"evil.example.org", callbackPath, good, 421},
			{fmt.Sprintf("localhost:%d", port), callbackPath, good, 421},
			{"", callbackPath, url.Values{"state": {"x"}, "code": {"1000.forged"}}, 400},
			{"", callbackPath, url.Values{"code": {"1000.forged"}}, 400},
			{"", callbackPath, url.Values{"state": {"x"}, "error": {"access_denied"}}, 400},
			{"", callbackPath, url.Values{"state": {state}}, 400},
			{"", callbackPath, nil, 400},
			{"", callbackPath, good, 200},
		} {
			if got := visitPage(t, port, stray.host, stray.path, stray.query); got != stray.want {
				t.Errorf("%s%s?%v answered %d, want %d", stray.host, stray.path, stray.query, got, stray.want)
			}
		}
	})
	checkGrant(t, g, err, "https://accounts.example.eu")
	form := a.requests()[0].form
	if asked.Get("scope") != strings.Join(zoho.AdminRights.Scopes(), ",") || asked.Get("access_type") != "offline" || asked.Get("prompt") != "consent" ||
		asked.Get("response_type") != "code" || asked.Get("client_id") != testCredentials.ClientID.Reveal() {
		t.Errorf("asked the browser for %v", asked)
	}
	if asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") == "" || form.Get("code_verifier") == "" || form.Get("code_verifier") == asked.Get("code_challenge") {
		t.Errorf("PKCE: %v, %v", asked, form)
	}
	if form.Get("redirect_uri") != asked.Get("redirect_uri") || !strings.HasSuffix(asked.Get("redirect_uri"), "/callback") || form.Get("code") != "1000.code" {
		t.Errorf("redirect %v, exchanged %v", asked, form)
	}
	if host := a.requests()[0].host; host != "accounts.example.eu" {
		t.Errorf("the code went to %s, want the server that the answer named", host)
	}
}

func TestBrowserDoesNotFollowUnknownServers(t *testing.T) {
	for _, server := range []string{"https://accounts.example.net", "http://accounts.example.eu", "https://accounts.example.eu.evil.example.org",
		"https://accounts.example.eu@evil.example.org", "https://accounts.example.eu/x", "://", ""} {
		a := scripted(answer{200, grantBody})
		g, err := browse(t, a, func(port int, authorise *url.URL) {
			visitPage(t, port, "", callbackPath, url.Values{"state": {authorise.Query().Get("state")}, "code": {"1000.code"}, "accounts-server": {server}})
		})
		checkGrant(t, g, err, "https://accounts.example.com")
		if host := a.requests()[0].host; host != "accounts.example.com" {
			t.Errorf("%q: the code went to %s", server, host)
		}
	}
}

func TestBrowserRefused(t *testing.T) {
	for name, answerOf := range map[string]func(state string) url.Values{
		"with state":    func(state string) url.Values { return url.Values{"state": {state}, "error": {"access_denied"}} },
		"without state": func(string) url.Values { return url.Values{"error": {"access_denied"}} },
	} {
		a := scripted(answer{200, grantBody})
		_, err := browse(t, a, func(port int, authorise *url.URL) {
			visitPage(t, port, "", callbackPath, answerOf(authorise.Query().Get("state")))
		})
		var mine *Error
		if !errors.As(err, &mine) || mine.Code != CodeDenied || len(a.requests()) != 0 {
			t.Errorf("%s: got %v after %d requests, want a refused login", name, err, len(a.requests()))
		}
	}
}

func TestBrowserIsOpenedAtADoorThatOpensOnce(t *testing.T) {
	a := scripted(answer{200, grantBody})
	var authorise string
	opened := make(chan string, 1)
	port := freePort(t)
	go func() {
		door := <-opened
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		var got []string
		for range 2 {
			response, err := client.Get(door)
			if err != nil {
				t.Error(err)
				return
			}
			response.Body.Close()
			got = append(got, response.Header.Get("Location"))
		}
		if diff := cmp.Diff([]string{authorise, ""}, got); diff != "" || strings.Contains(door, "state") {
			t.Errorf("%s led to (-want +got):\n%s", door, diff)
		}
		u, _ := url.Parse(authorise)
		visitPage(t, port, "", callbackPath, url.Values{"state": {u.Query().Get("state")}, "code": {"1000.code"}})
	}()
	g, err := login(a).Browser(t.Context(), Browser{Port: port, Show: func(address string) { authorise = address },
		Open: func(address string) error { opened <- address; return errors.New("no browser here") }})
	checkGrant(t, g, err, "https://accounts.example.com")
	if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
		c.Close()
		t.Error("the listener is still open after the login")
	}
}

func TestBrowserPortTaken(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = login(scripted(answer{200, grantBody})).Browser(t.Context(), Browser{Port: l.Addr().(*net.TCPAddr).Port})
	var mine *Error
	if !errors.As(err, &mine) || mine.Code != CodePortTaken || len(mine.Remedies) != 1 || mine.Remedies[0].Way != zoho.UsePort {
		t.Errorf("got %v, want the port named as taken", err)
	}
}

const deviceBody = `{"user_code":"ABC-DEF","device_code":"1000.device","verification_url":"https://accounts.example.com/device","verification_uri_complete":"https://accounts.example.com/device?c","interval":%s,"expires_in":%s}`

func TestDevice(t *testing.T) {
	pending, slow := answer{200, `{"error":"authorization_pending"}`}, answer{400, `{"error":"slow_down"}`}
	otherDC := answer{200, `{"error":"other_dc","user_location":"eu"}`}
	for _, test := range []struct {
		name            string
		interval, life  string
		polls           []answer
		code            string // "" is success
		took            time.Duration
		hosts, accounts string
	}{
		{"at once", "30000", "300000", []answer{{200, grantBody}}, "", 30 * time.Second, "com", "com"},
		{"seconds, too eager", "5", "300", []answer{pending, slow, {200, grantBody}}, "", 90 * time.Second, "com com com", "com"},
		{"slower", "45", "300", []answer{pending, {200, grantBody}}, "", 90 * time.Second, "com com", "com"},
		{"other data centre", "30", "300", []answer{pending, otherDC, pending, {200, grantBody}}, "", 120 * time.Second, "com com eu eu", "eu"},
		{"unknown data centre", "30", "300", []answer{{200, `{"error":"other_dc","user_location":"mars"}`}}, CodeOtherHost, 30 * time.Second, "com", ""},
		{"server hiccup", "30", "300", []answer{{502, `<html>`}, {200, grantBody}}, "", 60 * time.Second, "com com", "com"},
		{"refused", "30", "300", []answer{{200, `{"error":"access_denied"}`}}, CodeDenied, 30 * time.Second, "com", ""},
		{"expired there", "30", "300", []answer{{200, `{"error":"expired"}`}}, CodeExpired, 30 * time.Second, "com", ""},
		{"nobody comes, one minute in ms", "30000", "60000", []answer{pending}, CodeExpired, 60 * time.Second, "com com", ""},
		{"no refresh token", "30", "300", []answer{{200, `{"access_token":"1000.a.b"}`}}, CodeNoRefresh, 30 * time.Second, "com", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := scripted(append([]answer{{200, fmt.Sprintf(deviceBody, test.interval, test.life)}}, test.polls...)...)
				begin := time.Now()
				var p Prompt
				g, err := login(a).Device(t.Context(), func(shown Prompt) { p = shown })
				if took := time.Since(begin); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				if test.code == "" {
					checkGrant(t, g, err, "https://accounts.example."+test.accounts)
				} else if mine := new(Error); !errors.As(err, &mine) || mine.Code != test.code {
					t.Errorf("got %v, want %s", err, test.code)
				}
				if p.Code != "ABC-DEF" || p.Address != "https://accounts.example.com/device" || p.Direct != p.Address+"?c" {
					t.Errorf("shown %+v", p)
				}
				checkPolls(t, a.requests(), test.hosts)
			})
		})
	}
}

func checkPolls(t *testing.T, asked []request, wantHosts string) {
	t.Helper()
	first := url.Values{"client_id": {testCredentials.ClientID.Reveal()}, "grant_type": {"device_request"},
		"scope": {strings.Join(zoho.AdminRights.Scopes(), ",")}, "access_type": {"offline"}, "prompt": {"consent"}}
	if diff := cmp.Diff(first, asked[0].form); diff != "" || asked[0].path != "/oauth/v3/device/code" {
		t.Errorf("%s (-want +got):\n%s", asked[0].path, diff)
	}
	poll := url.Values{"client_id": {testCredentials.ClientID.Reveal()}, "client_secret": {testCredentials.ClientSecret.Reveal()},
		"grant_type": {"device_token"}, "code": {"1000.device"}}
	var hosts []string
	for i, r := range asked[1:] {
		if diff := cmp.Diff(poll, r.form); diff != "" || r.path != "/oauth/v3/device/token" {
			t.Errorf("%s (-want +got):\n%s", r.path, diff)
		}
		if gap := r.at.Sub(asked[i].at); gap < minPoll {
			t.Errorf("poll %d came %v after the call before it", i+1, gap)
		}
		hosts = append(hosts, strings.TrimPrefix(r.host, "accounts.example."))
	}
	if got := strings.Join(hosts, " "); got != wantHosts {
		t.Errorf("polled %s, want %s", got, wantHosts)
	}
}

func TestDeviceNotAllowed(t *testing.T) {
	for body, code := range map[string]string{
		`{"error":"invalid_client"}`: CodeClient, `{"x":1}`: CodeBadAnswer, `{"device_code":"x"}`: CodeBadAnswer,
	} {
		_, err := login(scripted(answer{200, body})).Device(t.Context(), func(Prompt) { t.Error("something was shown") })
		var mine *Error
		if !errors.As(err, &mine) || mine.Code != code {
			t.Errorf("%s: got %v, want %s", body, err, code)
		}
	}
}

func TestDeviceEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		a := scripted(answer{200, fmt.Sprintf(deviceBody, "30", "300")})
		if _, err := login(a).Device(ctx, func(Prompt) {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
