package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// These tests hold the package against the stand-in, which was written without knowing it.

var standInCredentials = Credentials{ClientID: zohotest.ClientID, ClientSecret: zohotest.ClientSecret, RefreshToken: zohotest.RefreshToken}

// TestMain lets the test program be one of several processes that need a token: see TestTwoProcessesAskOnce.
func TestMain(m *testing.M) {
	if accounts := os.Getenv("AUTH_TEST_ACCOUNTS"); accounts != "" {
		s := NewSource(Endpoint{URL: accounts}, standInCredentials, Cache{os.Getenv("AUTH_TEST_CACHE")}, nil)
		if _, err := s.Token(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tokenCalls counts the calls that asked for a token.
func tokenCalls(s *zohotest.Server) int {
	n := 0
	for _, c := range s.Log() {
		if c.Path == "/oauth/v2/token" {
			n++
		}
	}
	return n
}

func TestTwoProcessesAskOnce(t *testing.T) {
	service := zohotest.New(zohotest.Options{Faults: []zohotest.Fault{{Kind: zohotest.Slow, Path: "/oauth/v2/token", Delay: 300 * time.Millisecond}}})
	server := httptest.NewServer(service)
	defer server.Close()
	self, err := os.Executable()
	if err != nil {
		t.Skip("the test program cannot find itself: ", err)
	}
	cache := t.TempDir()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "AUTH_TEST_ACCOUNTS="+server.URL, "AUTH_TEST_CACHE="+cache)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wait.Wait()
	if n := tokenCalls(service); n != 1 {
		t.Errorf("four processes at once asked for %d tokens, want 1", n)
	}
}

func TestStandInKnowsEveryForm(t *testing.T) {
	for name, q := range map[string]zohotest.Quirks{
		"seconds":       {ExpiresIn: "seconds"},
		"both":          {ExpiresIn: "both"},
		"milliseconds":  {ExpiresIn: "milliseconds"},
		"other scopes":  {ScopeEcho: "virtualoffice"},
		"first revoke":  {Revoke: "first"},
		"second revoke": {Revoke: "second"},
		"real statuses": {TokenErrors: 400},
	} {
		t.Run(name, func(t *testing.T) {
			s := zohotest.New(zohotest.Options{Quirks: q})
			e := Endpoint{URL: zohotest.URL, HTTP: zohotest.Transport(s)}
			code, err := s.GrantCode()
			if err != nil {
				t.Fatal(err)
			}
			l := Login{Endpoint: e, ID: zohotest.ClientID, Secret: zohotest.ClientSecret, Scopes: zoho.AdminRights.Scopes()}
			g, err := l.SelfClient(t.Context(), Secret(code))
			if err != nil {
				t.Fatal(err)
			}
			if life := g.Token.Expires.Sub(g.Token.Issued); life < 3599*time.Second || life > 3601*time.Second {
				t.Errorf("the token lives %v", life)
			}
			if _, err := l.SelfClient(t.Context(), Secret(code)); codeOf(err) != CodeGrant {
				t.Errorf("a used code: %v", err)
			}
			if _, err := e.refresh(t.Context(), g.Credentials); err != nil {
				t.Errorf("refresh: %v", err)
			}
			if err := e.Revoke(t.Context(), g.Credentials); err != nil {
				t.Errorf("revoke: %v", err)
			}
			if _, err := e.refresh(t.Context(), g.Credentials); codeOf(err) != CodeLogInAgain {
				t.Errorf("refresh after revoke: %v", err)
			}
			wrong := g.Credentials
			wrong.ClientSecret = "0000"
			if _, err := e.refresh(t.Context(), wrong); codeOf(err) != CodeClient {
				t.Errorf("wrong secret: %v", err)
			}
		})
	}
}

func codeOf(err error) string {
	var mine *Error
	if errors.As(err, &mine) {
		return mine.Code
	}
	return fmt.Sprint(err)
}

func TestBrowserAgainstStandIn(t *testing.T) {
	for _, test := range []struct {
		name string
		o    zohotest.Options
		code string
	}{
		{"accepted", zohotest.Options{}, ""},
		{"PKCE demanded", zohotest.Options{Apps: []zohotest.App{{ID: zohotest.ClientID, Secret: zohotest.ClientSecret, PKCE: true}}}, ""},
		{"refused", zohotest.Options{Quirks: zohotest.Quirks{Consent: zohotest.Refused}}, CodeDenied},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := zohotest.New(test.o)
			server := httptest.NewServer(s)
			defer server.Close()
			l := Login{Endpoint: Endpoint{URL: server.URL}, ID: zohotest.ClientID, Secret: zohotest.ClientSecret, Scopes: zoho.AdminRights.Scopes()}
			var gone sync.WaitGroup
			g, err := l.Browser(t.Context(), Browser{Port: freePort(t), Show: func(string) {}, Open: func(door string) error {
				gone.Go(func() {
					response, err := http.Get(door) // a browser: it follows every redirect
					if err != nil {
						t.Error(err)
						return
					}
					response.Body.Close()
				})
				return nil
			}})
			gone.Wait()
			if test.code != "" {
				if codeOf(err) != test.code {
					t.Errorf("got %v, want %s", err, test.code)
				}
				return
			}
			if err != nil || g.Credentials.RefreshToken == "" || g.Credentials.Accounts != server.URL {
				t.Errorf("got a login at %s, %v", g.Credentials.Accounts, err)
			}
		})
	}
}

func TestDeviceAgainstStandIn(t *testing.T) {
	for _, unit := range []zohotest.Rule{"milliseconds", "seconds"} {
		for choice, code := range map[zohotest.Rule]string{zohotest.Accepted: "", zohotest.Refused: CodeDenied, "": CodeExpired} {
			synctest.Test(t, func(t *testing.T) {
				s := zohotest.New(zohotest.Options{Quirks: zohotest.Quirks{Device: unit}})
				l := Login{Endpoint: Endpoint{URL: zohotest.URL, HTTP: zohotest.Transport(s)}, ID: zohotest.ClientID, Secret: zohotest.ClientSecret, Scopes: zoho.UserRights.Scopes()}
				g, err := l.Device(t.Context(), func(p Prompt) {
					go func() {
						time.Sleep(70 * time.Second)
						if choice != "" {
							if found, err := s.DeviceChoice(p.Code, choice); err != nil || !found {
								t.Errorf("nobody waits under %s: %v", p.Code, err)
							}
						}
					}()
				})
				if code == "" && (err != nil || g.Credentials.RefreshToken == "") || code != "" && codeOf(err) != code {
					t.Errorf("%s, %q: %v", unit, choice, err)
				}
				for _, c := range s.Log() {
					if c.Code == "slow_down" {
						t.Errorf("%s: polled too fast", unit)
					}
				}
			})
		}
	}
}

func TestRefreshStormAgainstStandIn(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := zohotest.New(zohotest.Options{Quirks: zohotest.Quirks{TokensEach: 1}})
		e := Endpoint{URL: zohotest.URL, HTTP: zohotest.Transport(s)}
		for range 100 {
			if _, err := NewSource(e, standInCredentials, Cache{folder}, nil).Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(600 * time.Millisecond)
		}
		if n := tokenCalls(s); n != 1 {
			t.Errorf("a hundred starts asked for %d tokens, want 1", n)
		}
	})
}

func TestFaultsOfTheTokenServer(t *testing.T) {
	for kind, want := range map[zohotest.Mischief]string{
		zohotest.TokenThrottled: CodeThrottled, zohotest.HTML404: CodeBadAnswer, zohotest.Garbage: CodeBadAnswer, zohotest.Empty: CodeBadAnswer,
		zohotest.HTML502: "", zohotest.Error500: "", zohotest.Cut: "", zohotest.CutMiddle: "",
	} {
		t.Run(string(kind), func(t *testing.T) {
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := zohotest.New(zohotest.Options{Faults: []zohotest.Fault{{Kind: kind, Path: "/oauth"}}})
				_, err := NewSource(Endpoint{URL: zohotest.URL, HTTP: zohotest.Transport(s)}, standInCredentials, Cache{folder}, nil).Token(t.Context())
				var reach *Unreachable
				switch {
				case want != "" && codeOf(err) != want:
					t.Errorf("got %v, want %s", err, want)
				case want == "" && !errors.As(err, &reach):
					t.Errorf("got %T %v, want Unreachable", err, err)
				}
				hides(t, fmt.Sprint(err), standInCredentials.Secrets()...)
			})
		})
	}
}

// TestNoSecretInAnyAddress looks at what a proxy or an access log would see. Revoke by query is the documented
// exception, and the only one.
func TestNoSecretInAnyAddress(t *testing.T) {
	var seen []string
	s := zohotest.New(zohotest.Options{})
	watch := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/token/revoke") {
			seen = append(seen, r.URL.String())
		}
		s.ServeHTTP(w, r)
	})
	e := Endpoint{URL: zohotest.URL, HTTP: zohotest.Transport(watch)}
	code, _ := s.GrantCode()
	l := Login{Endpoint: e, ID: zohotest.ClientID, Secret: zohotest.ClientSecret, Scopes: zoho.AdminRights.Scopes()}
	g, err := l.SelfClient(t.Context(), Secret(code))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSource(e, g.Credentials, Cache{t.TempDir()}, nil).Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.Revoke(t.Context(), g.Credentials); err != nil {
		t.Fatal(err)
	}
	if len(seen) < 2 {
		t.Fatalf("saw %d addresses", len(seen))
	}
	for _, address := range seen {
		hides(t, address, g.Credentials.ClientSecret, g.Credentials.RefreshToken, g.Token.Access, Secret(code))
		if u, err := url.Parse(address); err != nil || u.RawQuery != "" {
			t.Errorf("%s has a query", address)
		}
	}
}
