package zohotest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAnswers has a row for each answer that a stand-in must be able to give, by whatever makes it give it.
func TestAnswers(t *testing.T) {
	personal := func(c *caller) reply { return c.put(personalBody(`,"displayName":"R"`)) }
	fault := func(k Mischief) Options { return Options{Faults: []Fault{{Kind: k}}} }
	for _, x := range []struct {
		name   string
		o      Options
		call   func(*caller) reply
		status int
		body   string
	}{
		{"update", Options{}, personal, 200, okBody},
		{"empty list", Options{}, func(c *caller) reply { return c.get(listPath + "?start=999&limit=50") }, 200,
			`{"status":{"code":200,"description":"success"},"data":[]}`},
		{"failure inside 200", fault(Fail200), personal, 200,
			`{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"INVALID_MODE"}}`},
		{"failure inside 200 by quirk", Options{Quirks: Quirks{Inside200: true}},
			func(c *caller) reply { return c.put(`{"mode":"x","zuid":100001234}`) }, 200,
			`{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"INVALID_MODE"}}`},
		{"bad token", Options{}, func(c *caller) reply { return c.do("GET", "/api/accounts", "", "Authorization: Zoho-oauthtoken x") }, 401,
			`{"data":{"errorCode":"INVALID_OAUTHTOKEN"},"status":{"code":401,"description":"Invalid Access"}}`},
		{"no header", Options{}, func(c *caller) reply { return c.do("GET", "/api/accounts", "", "Authorization:") }, 400,
			`{"data":{"errorCode":"INVALID_TICKET","moreInfo":"Invalid ticket"},"status":{"code":400,"description":"Invalid Input"}}`},
		{"scope", Options{Scopes: []string{ScopeOwnRead}}, personal, 401,
			`[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`},
		{"scope, other form", Options{Scopes: []string{ScopeOwnRead}, Quirks: Quirks{ScopeRefusal: "envelope"}}, personal, 404,
			`{"data":{"errorCode":"INVALID_OAUTHSCOPE"},"status":{"code":404,"description":"Invalid Input"}}`},
		{"unknown key", Options{}, func(c *caller) reply { return c.put(personalBody(`,"nickname":"R"`)) }, 404,
			`{"data":{"errorCode":"EXTRA_KEY_FOUND_IN_JSON"},"status":{"code":404,"description":"Invalid Input"}}`},
		{"licence", fault(Error500Reason), personal, 500,
			`{"status":{"code":500,"description":"Internal Server Error"},"data":{"moreInfo":"Maximum user license limit reached"}}`},
		{"500 without a reason", fault(Error500), personal, 500,
			`{"status":{"code":500,"description":"Internal Server Error"},"data":{"errorCode":"INTERNAL_ERROR"}}`},
		{"500 inside 200", fault(Error500Inside), personal, 200,
			`{"status":{"code":500,"description":"Internal Server Error"},"data":{"moreInfo":"Internal Error"}}`},
		{"throttle B", fault(ThrottleB), personal, 400,
			`{"status":{"code":400},"data":{"errorCode":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"}}`},
		{"throttle C", fault(ThrottleC), personal, 429, ``},
		{"throttle in words", fault(ThrottleMinutes), personal, 400,
			`{"error":{"status_code":400,"title":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED","details":{"message":"Cannot execute more than 100 requests per API in 2 minutes. Try again after 2 minutes."}}}`},
		{"throttle by address", fault(ThrottleIP), personal, 400,
			`{"data":{"errorCode":"REMOTE_IP_LOCKED"},"status":{"code":400,"description":"Invalid Input"}}`},
		{"forbidden", fault(Forbidden), personal, 403,
			`{"data":{"errorCode":"OPERATION_NOT_PERMITTED"},"status":{"code":403,"description":"Forbidden"}}`},
		{"empty", fault(Empty), personal, 200, ``},
		{"scripted", Options{Faults: []Fault{{Kind: Scripted, Status: 418, Body: `{"a":1}`}}}, personal, 418, `{"a":1}`},
		{"refresh token unknown", Options{}, func(c *caller) reply {
			return c.form("/oauth/v2/token", "grant_type", "refresh_token", "client_id", ClientID, "client_secret", ClientSecret, "refresh_token", "1000.a.b")
		}, 200, `{"error":"invalid_code"}`},
		{"tokens throttled", Options{Faults: []Fault{{Kind: TokenThrottled, Op: OpToken}}}, (*caller).refresh, 400,
			`{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}`},
		{"tokens throttled, newer text", Options{Quirks: Quirks{TokenThrottle: "new", ThrottleCode: 200}, Faults: []Fault{{Kind: TokenThrottled, Op: OpToken}}},
			(*caller).refresh, 200, `{"error_description":"Token creation throttle limit reached. Please reuse the valid tokens you currently have.","error":"Access Denied"}`},
	} {
		t.Run(x.name, func(t *testing.T) {
			x.call(begin(t, x.o)).is(t, x.status, x.body)
		})
	}
}

func TestAnswersThatAreNoJSON(t *testing.T) {
	for _, x := range []struct {
		kind   Mischief
		status int
		html   bool
	}{{HTML404, 404, true}, {HTML502, 502, true}, {Garbage, 200, false}} {
		r := begin(t, Options{Faults: []Fault{{Kind: x.kind}}}).get("/api/accounts")
		if r.Status != x.status || strings.Contains(r.Body, "<html>") != x.html || strings.Contains(r.Header.Get("Content-Type"), "html") != x.html {
			t.Errorf("%s: %d %s %q", x.kind, r.Status, r.Header.Get("Content-Type"), r.Body)
		}
	}
	if r := begin(t, Options{}).get("/somewhere"); r.Status != 404 || !strings.Contains(r.Body, "<html>") {
		t.Errorf("outside the API: %d %q", r.Status, r.Body)
	}
}

func TestThrottleNamesItsWait(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	o := Options{Now: func() time.Time { return now }, Faults: []Fault{{Kind: ThrottleA, Times: 1}, {Kind: ThrottleDate, RetryAfter: time.Minute}}}
	c := begin(t, o)
	if r := c.get("/api/accounts"); r.Status != 429 || r.Header.Get("Retry-After") != "119" {
		t.Errorf("%d %v", r.Status, r.Header)
	}
	want := now.Add(time.Minute).Format(http.TimeFormat)
	if r := c.get("/api/accounts"); r.Status != 429 || r.Header.Get("Retry-After") != want {
		t.Errorf("%d %v, want %s", r.Status, r.Header, want)
	}
}

func TestStaleReads(t *testing.T) {
	c := with(t, Quirks{StaleReads: 2})
	c.put(personalBody(`,"displayName":"Becky"`)).is(t, 200, okBody)
	var names []string
	for range 3 {
		names = append(names, c.get(listPath + "/100001234").data(t).(map[string]any)["displayName"].(string))
	}
	if got := strings.Join(names, "|"); got != "Rebecca Anderson|Rebecca Anderson|Becky" {
		t.Errorf("read %s", got)
	}
	if rebecca(t, c.s).DisplayName != "Becky" {
		t.Error("User must show the truth")
	}
}

func TestReadLag(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	c := begin(t, Options{Quirks: Quirks{ReadLag: 10 * time.Second}, Now: func() time.Time { return now }})
	read := func() string {
		return c.get(listPath + "?limit=1").data(t).([]any)[0].(map[string]any)["displayName"].(string)
	}
	c.put(personalBody(`,"displayName":"Becky"`)).is(t, 200, okBody)
	now = now.Add(6 * time.Second)
	c.put(personalBody(`,"displayName":"Bex"`)).is(t, 200, okBody)
	if got := read(); got != "Rebecca Anderson" {
		t.Errorf("within the lag: %s", got)
	}
	now = now.Add(10 * time.Second)
	if got := read(); got != "Bex" {
		t.Errorf("after the lag: %s", got)
	}
}
