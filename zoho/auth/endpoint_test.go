package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRefreshSendsTheDocumentedForm(t *testing.T) {
	a := scripted(answer{200, issue})
	if _, err := a.endpoint().refresh(t.Context(), testCredentials); err != nil {
		t.Fatal(err)
	}
	got := a.requests()[0]
	want := map[string][]string{
		"grant_type": {"refresh_token"}, "client_id": {testCredentials.ClientID.Reveal()},
		"client_secret": {testCredentials.ClientSecret.Reveal()}, "refresh_token": {testCredentials.RefreshToken.Reveal()},
	}
	if diff := cmp.Diff(want, map[string][]string(got.form)); diff != "" || got.path != "/oauth/v2/token" || got.basic != "" || len(got.query) != 0 {
		t.Errorf("asked %s?%v, basic %q, form (-want +got):\n%s", got.path, got.query, got.basic, diff)
	}
}

func TestLifeOfToken(t *testing.T) {
	for _, test := range []struct {
		body string
		want time.Duration
	}{
		{`"expires_in":3600`, time.Hour},
		{`"expires_in":"3600"`, time.Hour},
		{`"expires_in":3600000`, time.Hour}, // milliseconds, as old answers have it
		{`"expires_in_sec":3600,"expires_in":3600000`, time.Hour},
		{`"expires_in_sec":1800,"expires_in":3600`, 30 * time.Minute},
		{`"expires_in":86400`, 24 * time.Hour},
		{`"expires_in":60`, time.Minute},
		{`"expires_in":0`, time.Hour},
		{`"expires_in":-5`, time.Hour},
		{`"expires_in":"soon"`, time.Hour},
		{`"scope":"x"`, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := scripted(answer{200, `{"access_token":"1000.aa.bb",` + test.body + `}`})
			token, err := a.endpoint().refresh(t.Context(), testCredentials)
			if err != nil {
				t.Fatalf("%s: %v", test.body, err)
			}
			if got := token.Expires.Sub(token.Issued); got != test.want {
				t.Errorf("%s: lives %v, want %v", test.body, got, test.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	throttleOld := `{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}`
	throttleNew := `{"error_description":"Token creation throttle limit reached. Please reuse the valid tokens you currently have.","error":"Access Denied"}`
	for _, test := range []struct {
		name   string
		status int
		body   string
		code   string
		says   string
	}{
		{"revoked", 200, `{"error":"invalid_code"}`, CodeLogInAgain, "revoked"},
		{"revoked, standard word", 400, `{"error":"invalid_grant"}`, CodeLogInAgain, "revoked"},
		{"wrong client or data centre", 200, `{"error":"invalid_client"}`, CodeClient, "data centre"},
		{"wrong secret", 200, `{"error":"invalid_client_secret"}`, CodeClient, "client secret"},
		{"redirect", 200, `{"error":"invalid_redirect_uri"}`, CodeRedirect, "redirect address"},
		{"scope", 200, `{"error":"invalid_scope"}`, CodeScope, "scopes"},
		{"throttle, old text", 400, throttleOld, CodeThrottled, "ten in ten minutes"},
		{"throttle, new text, 200", 200, throttleNew, CodeThrottled, "ten in ten minutes"},
		{"throttle in Chinese", 400, `{"error_description":"请求过于频繁","error":"Access Denied"}`, CodeThrottled, "ten in ten minutes"},
		{"person refuses", 200, `{"error":"access_denied"}`, CodeDenied, "refused in the browser"},
		{"something new", 200, `{"error":"general_error","error_description":"Try later"}`, CodeBadAnswer, `"general_error Try later"`},
		{"a word with a token in it", 200, `{"error":"bad 1000.0123456789abcdef.0123456789abcdef"}`, CodeBadAnswer, "[secret]"},
		{"its own secret sent back", 200, `{"error":"bad client_secret ` + testCredentials.ClientSecret.Reveal() + `"}`, CodeBadAnswer, "[secret]"},
		{"no token", 200, `{"scope":"x"}`, CodeBadAnswer, "no token"},
		{"empty object", 200, `{}`, CodeBadAnswer, "no token"},
		{"HTML of another host", 404, `<html>1000.0123456789abcdef.0123456789abcdef</html>`, CodeBadAnswer, "no accounts server"},
		{"an array", 200, `[1]`, CodeBadAnswer, "no accounts server"},
		{"429 without an object", 429, ``, CodeThrottled, "no more access tokens"},
		{"429 with a page of somebody else's", 429, `<html>slow down</html>`, CodeThrottled, "no more access tokens"},
		{"429 with an unknown word", 429, `{"error":"too_many"}`, CodeThrottled, "no more access tokens"},
		{"redirect elsewhere", 302, `{"access_token":"1000.aaaaaaaa.bbbbbbbb"}`, CodeBadAnswer, "no token"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := scripted(answer{test.status, test.body}).endpoint().refresh(t.Context(), testCredentials)
			var mine *Error
			if !errors.As(err, &mine) {
				t.Fatalf("got %T %v, want *Error", err, err)
			}
			if mine.Code != test.code || !strings.Contains(mine.Message, test.says) || mine.Hint == "" && len(mine.Remedies) == 0 {
				t.Errorf("got %s: %s (%s); want %s with %q and a hint", mine.Code, mine.Message, mine.Hint, test.code, test.says)
			}
			hides(t, fmt.Sprintf("%+v %#v %v", mine, mine, err), "1000.0123456789abcdef.0123456789abcdef")
		})
	}
}

func TestServerInTroubleIsNoRefusedLogin(t *testing.T) {
	for _, test := range []struct {
		name     string
		endpoint Endpoint
	}{
		{"500", scripted(answer{500, `<html>`}).endpoint()},
		{"503 with an object", scripted(answer{503, `{"message":"later"}`}).endpoint()},
		{"no network", Endpoint{URL: "https://accounts.example.com", HTTP: failing{&net.DNSError{Err: "no such host", Name: "accounts.example.com"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.endpoint.refresh(t.Context(), testCredentials)
			var reach *Unreachable
			var mine *Error
			if !errors.As(err, &reach) || errors.As(err, &mine) || !strings.Contains(err.Error(), "accounts.example.com") {
				t.Errorf("got %T %v, want Unreachable with the host", err, err)
			}
		})
	}
}

func TestSecretsNeverFollowARedirect(t *testing.T) {
	hosts := map[string]int{}
	e := Endpoint{URL: "https://accounts.example.com", HTTP: direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hosts[r.URL.Host]++
		w.Header().Set("Location", "https://elsewhere.example.org/oauth/v2/token")
		w.WriteHeader(http.StatusTemporaryRedirect)
		_, _ = io.WriteString(w, `{"x":1}`)
	})}}
	if _, err := e.refresh(t.Context(), testCredentials); err == nil {
		t.Error("a redirect was taken for a token")
	}
	if diff := cmp.Diff(map[string]int{"accounts.example.com": 1}, hosts); diff != "" {
		t.Errorf("hosts asked (-want +got):\n%s", diff)
	}
}

func TestRevoke(t *testing.T) {
	for _, test := range []struct {
		name   string
		script []answer
		paths  []string
		code   string // "" is success
	}{
		{"first form", []answer{{200, `{"status":"success"}`}}, []string{"/oauth/v2/token/revoke"}, ""},
		{"second form", []answer{{404, `<html>`}, {200, ``}}, []string{"/oauth/v2/token/revoke", "/oauth/v2/revoke/token"}, ""},
		{"second after 400", []answer{{400, `{"error":"invalid_token"}`}, {200, `{"status":"success"}`}}, []string{"/oauth/v2/token/revoke", "/oauth/v2/revoke/token"}, ""},
		{"neither", []answer{{400, `{"error":"x"}`}, {400, `{"error":"x"}`}}, []string{"/oauth/v2/token/revoke", "/oauth/v2/revoke/token"}, CodeNotRevoked},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := scripted(test.script...)
			err := a.endpoint().Revoke(t.Context(), testCredentials)
			var mine *Error
			if errors.As(err, &mine); (err == nil) != (test.code == "") || mine != nil && mine.Code != test.code {
				t.Errorf("got %v, want code %q", err, test.code)
			}
			var paths []string
			for _, r := range a.requests() {
				paths = append(paths, r.path)
				if r.query.Get("token")+r.form.Get("token") != testCredentials.RefreshToken.Reveal() {
					t.Errorf("%s without the token: %v %v", r.path, r.query, r.form)
				}
			}
			if diff := cmp.Diff(test.paths, paths); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
			hides(t, fmt.Sprint(err))
		})
	}
}

func TestRevokeWithoutNetworkHidesTheToken(t *testing.T) {
	e := Endpoint{URL: "https://accounts.example.com", HTTP: failing{errors.New("connection refused")}}
	err := e.Revoke(t.Context(), testCredentials)
	var reach *Unreachable
	if !errors.As(err, &reach) {
		t.Errorf("got %v, want Unreachable", err)
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		hides(t, fmt.Sprintf("%v %+v", cause, cause))
	}
}

func TestCancelledRefreshIsNoRefusal(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := Endpoint{URL: "https://accounts.example.com", HTTP: failing{context.Canceled}}
	if _, err := e.refresh(ctx, testCredentials); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
