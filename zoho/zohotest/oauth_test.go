package zohotest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var tokenForm = regexp.MustCompile(`^1000\.[0-9a-f]{32}\.[0-9a-f]{32}$`)

// tokenFacts compares a token answer but for its secrets, which must have the service's form.
func (r reply) tokenFacts(t *testing.T, want map[string]any) {
	t.Helper()
	if r.Status != 200 {
		t.Fatalf("status %d: %s", r.Status, r.Body)
	}
	got := tree(t, r.Body).(map[string]any)
	for _, k := range []string{"access_token", "refresh_token"} {
		if v, ok := got[k].(string); ok {
			if !tokenForm.MatchString(v) {
				t.Errorf("%s %q has not the form of one", k, v)
			}
			got[k] = "token"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("token answer (-want +got):\n%s", diff)
	}
}

func facts(scope string, more ...any) map[string]any {
	m := map[string]any{"access_token": "token", "api_domain": "https://www.zohoapis.com", "token_type": "Bearer", "scope": scope, "expires_in": 3600.0}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

func TestRefresh(t *testing.T) {
	all := strings.Join(AllScopes(), ",")
	for _, x := range []struct {
		quirks Quirks
		want   map[string]any
	}{
		{Quirks{}, facts(all)},
		{Quirks{ExpiresIn: "both"}, facts(all, "expires_in", 3600000.0, "expires_in_sec", 3600.0)},
		{Quirks{ExpiresIn: "milliseconds"}, facts(all, "expires_in", 3600000.0)},
		{Quirks{TokenLife: time.Minute}, facts(all, "expires_in", 60.0)},
		{Quirks{ScopeEcho: "virtualoffice"}, facts(strings.ReplaceAll(strings.ReplaceAll(all, "ZohoMail", "VirtualOffice"), ",", " "))},
	} {
		with(t, x.quirks).refresh().tokenFacts(t, x.want)
	}
	c := begin(t, Options{})
	c.token = c.refresh().word(t, "access_token")
	c.get("/api/accounts").data(t)
}

func TestRefusedTokenCalls(t *testing.T) {
	base := map[string]string{"grant_type": "refresh_token", "client_id": ClientID, "client_secret": ClientSecret, "refresh_token": RefreshToken}
	for _, x := range []struct{ field, value, want string }{
		{"client_id", "1000.X", "invalid_client"},
		{"client_id", "", "invalid_client"},
		{"client_secret", "wrong", "invalid_client_secret"},
		{"client_secret", "", "invalid_client_secret"},
		{"refresh_token", "1000.a.b", "invalid_code"},
		{"grant_type", "password", "invalid_grant_type"},
	} {
		for status, quirks := range map[int]Quirks{200: {}, 400: {TokenErrors: 400}} {
			var fields []string
			for k, v := range base {
				if k == x.field {
					v = x.value
				}
				fields = append(fields, k, v)
			}
			with(t, quirks).form("/oauth/v2/token", fields...).is(t, status, fmt.Sprintf(`{"error":%q}`, x.want))
		}
	}
	// Credentials in a Basic header are not looked at.
	c := begin(t, Options{})
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {RefreshToken}}.Encode()
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(ClientID+":"+ClientSecret))
	c.do("POST", "/oauth/v2/token", form, "Content-Type: application/x-www-form-urlencoded", basic).is(t, 200, `{"error":"invalid_client"}`)
}

func TestTokensBelongToTheirClient(t *testing.T) {
	c := begin(t, Options{Apps: []App{DefaultApp(), {ID: "1000.OTHER", Secret: "s"}}})
	code, _ := c.s.GrantCode()
	for _, grant := range [][]string{{"grant_type", "refresh_token", "refresh_token", RefreshToken}, {"grant_type", "authorization_code", "code", code}} {
		c.form("/oauth/v2/token", append(grant, "client_id", "1000.OTHER", "client_secret", "s")...).is(t, 200, `{"error":"invalid_code"}`)
	}
}

func TestTokensRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{})
		c.token = c.refresh().word(t, "access_token")
		time.Sleep(time.Hour - time.Second)
		c.get("/api/accounts").data(t)
		time.Sleep(time.Second)
		if r := c.get("/api/accounts"); r.Status != 401 {
			t.Errorf("an hour old: %d", r.Status)
		}
	})
}

func TestTenTokensInTenMinutes(t *testing.T) {
	for _, prolongs := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := with(t, Quirks{KnockProlongs: prolongs})
			for range 10 {
				c.refresh().data(t)
			}
			time.Sleep(9 * time.Minute)
			if r := c.refresh(); r.Status != 400 || r.word(t, "error") != "Access Denied" {
				t.Errorf("the eleventh: %d %s", r.Status, r.Body)
			}
			time.Sleep(time.Minute)
			if r := c.refresh(); (r.Status == 200) == prolongs {
				t.Errorf("prolongs %v: after the window %d %s", prolongs, r.Status, r.Body)
			}
			if n := c.s.Counts(); n.Ops[OpToken] != 12 || n.Tokens == 12 {
				t.Errorf("counts %+v", n)
			}
		})
	}
}

func TestOldestTokenIsDropped(t *testing.T) {
	c := with(t, Quirks{LiveTokens: 3})
	var tokens []string
	for range 4 {
		tokens = append(tokens, c.refresh().word(t, "access_token"))
	}
	for i, want := range []int{401, 200, 200, 200} {
		c.token = tokens[i]
		if r := c.get("/api/accounts"); r.Status != want {
			t.Errorf("token %d: %d, want %d", i, r.Status, want)
		}
	}
}

func TestSelfClientCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := begin(t, Options{})
		exchange := func(code string) reply {
			return c.form("/oauth/v2/token", "grant_type", "authorization_code", "client_id", ClientID, "client_secret", ClientSecret, "code", code)
		}
		code, err := c.s.GrantCode(ScopeOrgAll, ScopeOwnRead)
		if err != nil {
			t.Fatal(err)
		}
		r := exchange(code)
		r.tokenFacts(t, facts("ZohoMail.organization.accounts.ALL,ZohoMail.accounts.READ", "refresh_token", "token"))
		exchange(code).is(t, 200, `{"error":"invalid_code"}`) // once only
		c.token = r.word(t, "access_token")
		c.put(personalSample).is(t, 200, okBody)
		again := c.form("/oauth/v2/token", "grant_type", "refresh_token", "client_id", ClientID, "client_secret", ClientSecret,
			"refresh_token", r.word(t, "refresh_token"))
		again.tokenFacts(t, facts("ZohoMail.organization.accounts.ALL,ZohoMail.accounts.READ"))

		late, _ := c.s.GrantCode()
		time.Sleep(3 * time.Minute)
		exchange(late).is(t, 200, `{"error":"invalid_code"}`)
	})
}

const redirect = "http://127.0.0.1:48537/callback"

// visit opens the consent page and gives where the browser is sent.
func (c *caller) visit(fields ...string) (reply, url.Values) {
	c.t.Helper()
	v := url.Values{"response_type": {"code"}, "client_id": {ClientID}, "redirect_uri": {redirect}, "state": {"s t"},
		"scope": {"ZohoMail.organization.accounts.READ,ZohoMail.accounts.READ"}, "access_type": {"offline"}, "prompt": {"consent"}}
	for i := 0; i < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	r := c.do("GET", "/oauth/v2/auth?"+v.Encode(), "", "Authorization:")
	to, err := url.Parse(r.Header.Get("Location"))
	if err != nil {
		c.t.Fatal(err)
	}
	return r, to.Query()
}

func (c *caller) exchange(code, redirect, verifier string) reply {
	c.t.Helper()
	return c.form("/oauth/v2/token", "grant_type", "authorization_code", "client_id", ClientID, "client_secret", ClientSecret,
		"code", code, "redirect_uri", redirect, "code_verifier", verifier)
}

func TestBrowser(t *testing.T) {
	c := begin(t, Options{})
	r, back := c.visit()
	if r.Status != 302 || !strings.HasPrefix(r.Header.Get("Location"), redirect+"?") {
		t.Fatalf("%d %s", r.Status, r.Header.Get("Location"))
	}
	code := back.Get("code")
	back.Del("code")
	if diff := cmp.Diff(url.Values{"state": {"s t"}, "location": {"us"}, "accounts-server": {URL}}, back); diff != "" {
		t.Error(diff)
	}
	c.exchange(code, redirect, "").tokenFacts(t, facts("ZohoMail.organization.accounts.READ,ZohoMail.accounts.READ", "refresh_token", "token"))
	c.exchange(code, redirect, "").is(t, 200, `{"error":"invalid_code"}`)
	_, back = c.visit()
	c.exchange(back.Get("code"), "http://127.0.0.1:1/callback", "").is(t, 200, `{"error":"invalid_redirect_uri"}`)
}

func TestBrowserRefresh(t *testing.T) {
	for _, x := range []struct {
		access, prompt string
		revoked, want  bool
	}{
		{"offline", "consent", false, true},
		{"offline", "", false, false}, // RefreshToken is a grant already
		{"offline", "", true, true},
		{"online", "consent", true, false},
	} {
		c := begin(t, Options{})
		if x.revoked {
			if err := c.s.Revoke(RefreshToken); err != nil {
				t.Fatal(err)
			}
		}
		_, back := c.visit("access_type", x.access, "prompt", x.prompt)
		if got := c.exchange(back.Get("code"), redirect, "").word(t, "refresh_token") != ""; got != x.want {
			t.Errorf("%+v: refresh token %v", x, got)
		}
	}
}

func TestBrowserRefusals(t *testing.T) {
	exact := DefaultApp()
	exact.Redirects = []string{"http://localhost:48537/callback"}
	pkce := DefaultApp()
	pkce.PKCE = true
	device := DefaultApp()
	device.Kinds = []Kind{NonBrowser}
	for _, x := range []struct {
		o            Options
		field, value string
		page, back   string
	}{
		{Options{}, "client_id", "1000.X", "Invalid Client Id", ""},
		{Options{Apps: []App{device}}, "prompt", "consent", "Invalid Client Id", ""},
		{Options{}, "redirect_uri", "https://evil.example.com/", "Invalid Redirect Uri", ""},
		{Options{Apps: []App{exact}}, "redirect_uri", "http://127.0.0.1:48537/callback", "Invalid Redirect Uri", ""},
		{Options{}, "response_type", "token", "Invalid Response Type", ""},
		{Options{}, "scope", "ZohoMail.accounts.READ ZohoMail.organization.accounts.READ", "", "invalid_scope"},
		{Options{}, "scope", "openid", "", "invalid_scope"},
		{Options{Apps: []App{pkce}}, "prompt", "consent", "", "invalid_request"},
		{Options{Quirks: Quirks{Consent: Refused}}, "prompt", "consent", "", "access_denied"},
	} {
		r, back := begin(t, x.o).visit(x.field, x.value)
		if x.page != "" && (r.Status != 400 || !strings.Contains(r.Body, x.page)) {
			t.Errorf("%s=%s: %d %s", x.field, x.value, r.Status, r.Body)
		}
		if got := back.Get("error"); got != x.back || back.Has("code") {
			t.Errorf("%s=%s: sent back with %v", x.field, x.value, back)
		}
	}
}

func TestPKCE(t *testing.T) {
	const verifier = "a-verifier-of-at-least-forty-three-characters-in-all"
	sum := sha256.Sum256([]byte(verifier))
	s256 := base64.RawURLEncoding.EncodeToString(sum[:])
	for _, x := range []struct {
		challenge, method, verifier string
		good                        bool
	}{
		{s256, "S256", verifier, true}, {s256, "S256", "another", false}, {s256, "S256", "", false}, {s256, "S256", s256, false},
		{verifier, "plain", verifier, true}, {verifier, "", verifier, true}, {s256, "plain", verifier, false},
	} {
		c := begin(t, Options{})
		_, back := c.visit("code_challenge", x.challenge, "code_challenge_method", x.method)
		if r := c.exchange(back.Get("code"), redirect, x.verifier); (r.word(t, "access_token") != "") != x.good {
			t.Errorf("%+v: %s", x, r.Body)
		}
	}
}

func TestTwentyRefreshTokens(t *testing.T) {
	c := begin(t, Options{Quirks: Quirks{LiveTokens: 99}})
	for range 20 { // with RefreshToken there are 21, and that is the oldest
		_, back := c.visit()
		c.exchange(back.Get("code"), redirect, "").data(t)
	}
	c.refresh().is(t, 200, `{"error":"invalid_code"}`)
}

func TestRevoke(t *testing.T) {
	first := func(c *caller, token string) reply {
		return c.do("POST", "/oauth/v2/token/revoke?token="+token, "", "Authorization:")
	}
	second := func(c *caller, token string) reply {
		return c.do("POST", "/oauth/v2/revoke/token", "token="+token+"&token_type=refresh_token", "Content-Type: application/x-www-form-urlencoded",
			"Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte(ClientID+":"+ClientSecret)))
	}
	for name, revoke := range map[Rule]func(*caller, string) reply{"first": first, "second": second} {
		c := begin(t, Options{})
		c.token = c.refresh().word(t, "access_token")
		revoke(c, RefreshToken).is(t, 200, `{"status":"success"}`)
		revoke(c, RefreshToken).is(t, 400, `{"error":"invalid_token"}`)
		c.refresh().is(t, 200, `{"error":"invalid_code"}`)
		if r := c.get("/api/accounts"); r.Status != 401 {
			t.Errorf("%s: its access tokens must end too: %d", name, r.Status)
		}
		for other, want := range map[Rule]int{"first": 404, "second": 404, name: 200} {
			if r := revoke(with(t, Quirks{Revoke: other}), RefreshToken); r.Status != want {
				t.Errorf("%s where only %s exists: %d", name, other, r.Status)
			}
		}
	}
	c := begin(t, Options{})
	c.do("POST", "/oauth/v2/revoke/token", "token="+RefreshToken, "Content-Type: application/x-www-form-urlencoded", "Authorization:").
		is(t, 401, `{"error":"invalid_client"}`)
}

func TestServerInfo(t *testing.T) {
	got := tree(t, begin(t, Options{}).get("/oauth/serverinfo").Body).(map[string]any)
	if got["result"] != "success" || got["locations"].(map[string]any)["us"] != URL || got["locations"].(map[string]any)["cn"] != nil {
		t.Errorf("%v", got)
	}
}

func TestScopes(t *testing.T) {
	calls := map[string]func(*caller) reply{
		"own":    func(c *caller) reply { return c.get("/api/accounts") },
		"list":   func(c *caller) reply { return c.get(listPath) },
		"one":    func(c *caller) reply { return c.get(listPath + "/100001234") },
		"update": func(c *caller) reply { return c.put(personalSample) },
		"mine":   func(c *caller) reply { return c.do("PUT", "/api/accounts/2560636000000008002", ownSample) },
	}
	for scope, allowed := range map[string]string{
		ScopeOrgRead: "list one", ScopeOrgUpdate: "update", ScopeOrgAll: "list one update",
		ScopeOwnRead: "own", ScopeOwnUpdate: "mine", ScopeOwnAll: "own mine", ScopePartnerAll: "",
	} {
		for name, call := range calls {
			u := People()
			u[0].Role = Admin // Rebecca is the caller, and may do everything but for scopes
			r := call(begin(t, Options{Users: u, Caller: RebeccaEmail, Scopes: []string{scope}}))
			if want := slices.Contains(strings.Fields(allowed), name); (r.Status == 200) != want {
				t.Errorf("%s with %s: %d %s", name, scope, r.Status, r.Body)
			}
		}
	}
}

func TestLogHasNoSecrets(t *testing.T) {
	c := begin(t, Options{})
	secret := []string{ClientSecret, RefreshToken, c.token}
	access := c.refresh().word(t, "access_token")
	_, back := c.visit("code_challenge", "x", "code_challenge_method", "plain")
	r := c.exchange(back.Get("code"), redirect, "x")
	d := c.startDevice()
	c.poll(d)
	c.get("/api/accounts")
	c.do("GET", "/api/accounts", "", "Authorization: "+c.token)
	c.do("POST", "/oauth/v2/token/revoke?token="+RefreshToken, "", "Authorization:")
	secret = append(secret, access, back.Get("code"), r.word(t, "refresh_token"), d["device_code"].(string))
	text := fmt.Sprintf("%+v", c.s.Log())
	for _, x := range secret {
		if x == "" || strings.Contains(text, x) {
			t.Errorf("the log holds the secret %q", x)
		}
	}
}
