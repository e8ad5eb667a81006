package zohotest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// caller calls a stand-in as a client would, without its network.
type caller struct {
	t     *testing.T
	s     *Server
	token string
}

// reply is an answer as it came over the line.
type reply struct {
	Status int
	Body   string
	Header http.Header
	Err    error
}

func begin(t *testing.T, o Options) *caller {
	t.Helper()
	s := New(o)
	return &caller{t, s, s.AccessToken()}
}

func with(t *testing.T, k Quirks) *caller {
	t.Helper()
	return begin(t, Options{Quirks: k})
}

// do makes a call with the token, and a body of JSON if there is one; headers like "Accept: x" go before both.
func (c *caller) do(method, path, body string, headers ...string) reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Zoho-oauthtoken "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ":")
		r.Header.Set(k, strings.TrimSpace(v))
		if v == "" {
			r.Header.Del(k)
		}
	}
	return send(r, Transport(c.s))
}

func send(r *http.Request, via http.RoundTripper) reply {
	resp, err := via.RoundTrip(r)
	if err != nil {
		return reply{Err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, string(b), resp.Header, err}
}

func (c *caller) get(path string) reply { c.t.Helper(); return c.do("GET", path, "") }

func (c *caller) put(body string) reply { c.t.Helper(); return c.do("PUT", rebeccaPath, body) }

// form posts to Accounts.
func (c *caller) form(path string, fields ...string) reply {
	c.t.Helper()
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return c.do("POST", path, v.Encode(), "Content-Type: application/x-www-form-urlencoded", "Authorization:")
}

// refresh asks for an access token with the known refresh token.
func (c *caller) refresh() reply {
	c.t.Helper()
	return c.form("/oauth/v2/token", "grant_type", "refresh_token", "client_id", ClientID, "client_secret", ClientSecret, "refresh_token", RefreshToken)
}

const (
	listPath    = "/api/organization/1234567890/accounts"
	rebeccaPath = listPath + "/" + RebeccaAccountID
)

// personalBody is an update of Rebecca with more members, written as JSON.
func personalBody(members string) string {
	return `{"mode":"updatePersonalInfo","zuid":100001234` + members + `}`
}

func addressBody(members string) string {
	return `{"mode":"displaynameemailupdate","zuid":"100001234"` + members + `}`
}

// is compares status and body, the body as JSON.
func (r reply) is(t *testing.T, status int, body string) {
	t.Helper()
	if r.Err != nil {
		t.Fatalf("call failed: %v", r.Err)
	}
	if r.Status != status {
		t.Errorf("status %d, want %d; body %s", r.Status, status, r.Body)
	}
	if diff := cmp.Diff(tree(t, body), tree(t, r.Body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func tree(t *testing.T, text string) (v any) {
	t.Helper()
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q is no JSON: %v", text, err)
	}
	return v
}

// data gives the data of a success.
func (r reply) data(t *testing.T) any {
	t.Helper()
	if r.Status != 200 {
		t.Fatalf("status %d: %s", r.Status, r.Body)
	}
	return tree(t, r.Body).(map[string]any)["data"]
}

// word gives a member of a token answer.
func (r reply) word(t *testing.T, key string) string {
	t.Helper()
	v := tree(t, r.Body).(map[string]any)[key]
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func rebecca(t *testing.T, s *Server) User {
	t.Helper()
	u, ok := s.User(RebeccaEmail)
	if !ok {
		t.Fatal("Rebecca is gone")
	}
	return u
}

const okBody = `{"status":{"code":200,"description":"success"}}`
