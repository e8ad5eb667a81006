package zoho

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var (
	aRead   = call{op: "list users from 0", method: http.MethodGet, into: func(r *reader) { r.accounts() }}
	aLookUp = call{op: "read user x@example.com", method: http.MethodGet, one: true, into: aRead.into}
	aChange = call{op: "update user 8002", method: http.MethodPut, right: updateRight}
	unheard = known{}
	heard   = known{proven: true}
	working = known{proven: true, allowed: true}
)

func body(moreInfo string, code, description string) string {
	return `{"status":{"code":` + code + `,"description":"` + description + `"},"data":{"moreInfo":"` + moreInfo + `"}}`
}

func word(code, errorCode string) string {
	return `{"data":{"errorCode":"` + errorCode + `"},"status":{"code":` + code + `,"description":"Invalid Input"}}`
}

func TestJudge(t *testing.T) {
	scopeArray := `[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`
	for _, test := range []struct {
		name    string
		call    call
		known   known
		status  int
		body    string
		kind    Kind
		message string // part of the error's text
	}{
		{"success", aChange, unheard, 200, success, OK, ""},
		{"created", aChange, unheard, 201, `{"status":{"code":"201"}}`, OK, ""},
		{"success with a byte-order mark, mislabelled", aRead, unheard, 200, "\ufeff " + success, OK, ""},

		{"failure inside 200", aChange, heard, 200, word("400", "PATTERN_NOT_MATCHED"), Row, "400 PATTERN_NOT_MATCHED"},
		{"failure inside 200, status last", aLookUp, heard, 200,
			`{"data":{"moreInfo":"Account id 7 is invalid"},"status":{"code":404}}`, NotFound, "Account id 7 is invalid"},
		{"success inside 400", aChange, heard, 400, success, Row, "400"},
		{"neither success nor failure inside", aChange, heard, 200, `{"status":{"code":302}}`, Row, "302"},

		{"bad token", aRead, unheard, 401, badToken, Auth, "401 INVALID_OAUTHTOKEN"},
		{"bad token inside 200", aRead, heard, 200, badToken, Auth, ""},
		{"expired token", aRead, heard, 401, word("401", "OAUTHTOKEN_EXPIRED"), Auth, ""},
		{"401 without a word", aRead, heard, 401, ``, Auth, "empty answer"},
		{"401 with a page", aRead, heard, 401, page, Auth, "Sorry"},
		{"401 with a page from nobody we know", aRead, unheard, 401, page, Shape, ""},
		{"no header", aRead, heard, 400, `{"data":{"errorCode":"INVALID_TICKET","moreInfo":"Invalid ticket"},"status":{"code":400}}`,
			Auth, "Invalid ticket"},
		{"scope, array", aRead, unheard, 401, scopeArray, Scope, "INVALID_OAUTHSCOPE"},
		{"scope, envelope", aChange, working, 404, word("404", "INVALID_OAUTHSCOPE"), Scope, ""},
		{"not permitted", aChange, heard, 403, word("403", "OPERATION_NOT_PERMITTED"), Role, ""},
		{"not permitted for this one", aChange, working, 403, word("403", "OPERATION_NOT_PERMITTED"), Row, ""},
		{"not an administrator", aRead, heard, 403, body("Invalid access", "403", "Forbidden"), Role, "Invalid access"},
		{"blocked address", aRead, heard, 403, word("403", "BLOCK_LISTED_IP"), Role, ""},
		{"403 of one user", aChange, heard, 403, body("User is suspended", "403", "Forbidden"), Row, "suspended"},

		{"unknown key", aChange, heard, 404, extraKey, ExtraKey, "404 EXTRA_KEY_FOUND_IN_JSON"},
		{"unknown path at first", aChange, unheard, 404, invalidURL, Shape, ""},
		{"unknown path later", aChange, heard, 404, invalidURL, Row, "URL_RULE_NOT_CONFIGURED"},
		{"unknown mode at first", aChange, unheard, 400, word("400", "INVALID_MODE"), Shape, ""},
		{"unknown mode later, inside 200", aChange, heard, 200, word("400", "INVALID_MODE"), Row, ""},
		{"unknown parameter", aRead, heard, 400, `{"data":{"errorCode":"EXTRA_PARAM_FOUND","moreInfo":"<p> Extra paramters given"},"status":{"code":400}}`,
			Row, "EXTRA_PARAM_FOUND, Extra paramters given"},

		{"account id of nobody", aChange, heard, 404, body("Account id 8002 is invalid", "404", "Invalid Input"), NotFound, "8002 is invalid"},
		{"look-up without a word", aLookUp, heard, 404, `{"status":{"code":404,"description":"Invalid Input"}}`, NotFound, ""},
		{"look-up without a word, 400", aLookUp, heard, 400, body("x is not known", "400", "Invalid Input"), NotFound, ""},
		{"look-up by a wrong path", aLookUp, heard, 404, invalidURL, Row, ""},
		{"change without a word", aChange, heard, 404, `{"status":{"code":404,"description":"Invalid Input"}}`, Row, ""},
		{"a word for nobody", aChange, heard, 400, word("400", "ACCOUNT_NOT_EXISTS"), NotFound, ""},
		{"zuid left out", aChange, heard, 400, body("zuid is null", "400", "Invalid Input"), Row, "zuid is null"},
		{"other keys", aChange, heard, 400, `{"status":{"code":400,"description":"Invalid Input"},"data":{"moreInfo":"Domain already verified","error":"DOMAIN_ALREADY_VERIFIED"}}`,
			Row, "400 DOMAIN_ALREADY_VERIFIED, Domain already verified"},
		{"nested details", aChange, heard, 400, `{"status":{"code":400},"data":{"errorData":{"message":"too long"}}}`, Row, "too long"},

		{"500 with a reason", aChange, heard, 500, body("Maximum user license limit reached", "500", "Internal Server Error"), Row, "license"},
		{"500 with a word", aChange, heard, 500, word("500", "SOME_BUSINESS_RULE"), Row, ""},
		{"500 without a reason", aChange, heard, 500, noReason, Transient, "Internal Error"},
		{"500 without a reason, all forms of it", aChange, heard, 500,
			`{"status":{"code":500,"description":"Internal Server Error"},"data":{"errorCode":"INTERNAL_ERROR","moreInfo":"Internal Error"}}`, Transient, ""},
		{"500 inside 200 without a reason", aChange, heard, 200, noReason, Transient, ""},
		{"500 inside 200 with a reason", aChange, heard, 200, body("Quota used up", "500", "Internal Error"), Row, ""},
		{"503 says what it likes", aChange, heard, 503, body("Down for maintenance", "503", "x"), Transient, ""},
		{"502 page", aChange, heard, 502, page, Transient, `a page titled "Sorry"`},
		{"502 page from nobody we know", aChange, unheard, 502, page, Shape, ""},
		{"504 without a body", aChange, unheard, 504, ``, Transient, ""},
		{"408", aRead, heard, 408, `{"status":{"code":408}}`, Transient, ""},

		{"redirect without a page", aRead, unheard, 302, ``, Shape, "sent on to another path"},
		{"page", aRead, unheard, 404, page, Shape, "Sorry"},
		{"page inside 200", aRead, unheard, 200, page, Shape, ""},
		{"page later", aRead, heard, 200, page, Transient, ""},
		{"somebody's 404", aRead, unheard, 404, "404 page not found\n", Shape, "page not found"},
		{"somebody's 404 later", aRead, heard, 404, "404 page not found\n", Transient, ""},
		{"somebody's JSON", aRead, unheard, 400, `{"error":"no such route"}`, Shape, "no such route"},
		{"garbage for a read", aRead, heard, 200, "\x00\x01", Transient, ""},
		{"garbage for a change", aChange, heard, 200, `{"status":{"co`, NoAnswer, ""},
		{"nothing for a change", aChange, heard, 200, ``, NoAnswer, "empty answer"},
		{"nothing for a read", aRead, heard, 200, ``, Transient, ""},
		{"JSON that is no envelope", aChange, heard, 200, `{"result":"success"}`, NoAnswer, ""},
		{"an envelope without a code", aChange, heard, 200, `{"status":{"description":"success"}}`, NoAnswer, ""},
		{"an envelope and more", aChange, heard, 200, success + success, NoAnswer, ""},

		{"429 alone", aChange, unheard, 429, ``, Throttled, ""},
		{"429 page", aChange, unheard, 429, page, Throttled, ""},
		{"filter's word", aChange, heard, 400, `{"status":{"code":400},"data":{"errorCode":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"}}`, Throttled, ""},
		{"filter's word inside 200", aChange, heard, 200, word("400", "URL_LIVE_THROTTLES_LIMIT_EXCEEDED"), Throttled, ""},
		{"locked address", aRead, heard, 403, word("403", "REMOTE_IP_LOCKED"), Throttled, ""},
		{"as Projects has it", aChange, heard, 400, `{"error":{"status_code":400,"title":"URL_ROLLING_THROTTLES_LIMIT_EXCEEDED","details":` +
			`{"message":"Cannot execute more than 100 requests per API in 2 minutes. Try again after 22 minutes."}}}`, Throttled, "22 minutes"},
		{"as Recruit has it", aChange, unheard, 400, `{"code":"INTERNAL_ERROR","message":"URL_FIXED_THROTTLES_LIMIT_EXCEEDED"}`, Throttled, ""},
		{"as Cliq has it", aChange, heard, 400, body("You have exceeded the URL throttle limits", "400", "x"), Throttled, ""},
		{"as the token endpoint has it", aRead, heard, 400, `{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}`,
			Throttled, ""},
		{"a value that reads like one", aChange, heard, 400,
			`{"status":{"code":400},"data":{"errorCode":"PATTERN_NOT_MATCHED","moreInfo":"Too many requests Ltd is not allowed"}}`, Row, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := judge(answer{call: test.call, known: test.known, status: test.status, body: []byte(test.body)}, time.Now())
			if v.err == nil {
				if test.kind != OK {
					t.Fatalf("judged a success: want %v", test.kind)
				}
				return
			}
			if v.err.Kind != test.kind {
				t.Errorf("judged %v (%v): want %v", v.err.Kind, v.err, test.kind)
			}
			if !strings.Contains(v.err.Error(), test.message) {
				t.Errorf("error %q: want %q in it", v.err, test.message)
			}
		})
	}
}

// Whether a change may have been carried out is what a report has to say when no answer came.
func TestMayHaveBeenCarriedOut(t *testing.T) {
	for _, test := range []struct {
		name string
		answer
		kind Kind
		sent bool
	}{
		{"cut change", answer{call: aChange, status: 200, cut: true, body: []byte(`{"st`)}, NoAnswer, true},
		{"cut change, though what came is whole", answer{call: aChange, status: 200, cut: true, body: []byte(success)}, NoAnswer, true},
		{"cut read", answer{call: aRead, status: 200, cut: true}, Transient, false},
		{"cut refusal", answer{call: aChange, status: 400, cut: true}, Transient, false},
		{"cut throttle", answer{call: aChange, status: 429, cut: true}, Throttled, false},
		{"cut 401", answer{call: aChange, status: 401, cut: true}, Auth, false},
		{"cut 500", answer{call: aChange, status: 500, cut: true}, Transient, true},
		{"500 without a reason", answer{call: aChange, status: 500, body: []byte(noReason)}, Transient, true},
		{"refusal", answer{call: aChange, status: 400, body: []byte(word("400", "X"))}, Row, false},
		{"reset", answer{call: aChange, err: io.ErrUnexpectedEOF}, NoAnswer, true},
		{"too late", answer{call: aChange, err: context.DeadlineExceeded}, NoAnswer, true},
		{"read that broke", answer{call: aRead, err: io.ErrUnexpectedEOF}, Transient, false},
		{"no connection", answer{call: aChange, err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}, Unreachable, false},
		{"no such host", answer{call: aRead, err: &net.DNSError{Err: "no such host", Name: "mail.example.com"}}, Unreachable, false},
		{"not who it says it is", answer{call: aChange, err: &tls.CertificateVerificationError{Err: errors.New("x509")}}, Unreachable, false},
		{"redirect", answer{call: aChange, status: 302, header: http.Header{"Location": {"https://accounts.zoho.com/signin?x=1"}}}, Transient, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.known = heard
			e := judge(test.answer, time.Now()).err
			if e.Kind != test.kind || e.Sent != test.sent {
				t.Errorf("judged %v, may have been carried out: %v; want %v, %v", e.Kind, e.Sent, test.kind, test.sent)
			}
		})
	}
	foreign := judge(answer{call: aChange, err: &tls.CertificateVerificationError{Err: errors.New("x509")}}, time.Now()).err
	if foreign.Kind != Shape {
		t.Errorf("certificate of a host never heard of: %v, want %v", foreign.Kind, Shape)
	}
}

func TestNamedWait(t *testing.T) {
	now := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		retryAfter, date, reason string
		want                     time.Duration
	}{
		{"119", "", "", 119 * time.Second},
		{" 1.5 ", "", "", 1500 * time.Millisecond},
		{"0", "", "", 1},
		{"-5", "", "", 0},
		{"NaN", "", "", 0},
		{"soon", "", "", 0},
		{"1e300", "", "", longestNamed},
		{"Sat, 21 Nov 2026 15:02:00 GMT", "", "", 2 * time.Minute},
		{"Sat, 21 Nov 2026 14:00:00 GMT", "", "", 1},
		{"Sat, 21 Nov 2026 12:02:00 GMT", "Sat, 21 Nov 2026 12:00:00 GMT", "", 2 * time.Minute},
		{"Fri, 31 Dec 9999 23:59:59 GMT", "", "", longestNamed},
		{"", "", "Cannot execute more than 100 requests per API in 2 minutes. Try again after 22 minutes.", 22 * time.Minute},
		{"", "", "try again in 90 seconds", 90 * time.Second},
		{"", "", "Please try again after some time.", 0},
		{"60", "", "Try again after 1 hour", time.Hour},
		{"", "", "", 0},
	} {
		header := http.Header{}
		header.Set("Retry-After", test.retryAfter)
		header.Set("Date", test.date)
		if got := namedWait(header, []string{test.reason}, now); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

// What is shown, logged and written must not hold a token, whoever echoes it.
func TestErrorsHoldNoToken(t *testing.T) {
	const token = "opaque-token"
	echoes := []string{token, "1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210",
		"Zoho-oauthtoken abcdefg", "Bearer: xyz.123"}
	for _, echo := range echoes {
		for _, text := range []string{word("400", echo), body("bad header "+echo, "400", "no"), `<title>` + echo + `</title>`, "refused " + echo} {
			e := judge(answer{call: aChange, known: heard, token: token, status: 400, body: []byte(text)}, time.Now()).err
			for _, secret := range []string{token, "0123456789abcdef", "fedcba98", "abcdefg", "xyz"} {
				if strings.Contains(e.Error()+e.Code+e.Message, secret) {
					t.Errorf("answer %s: error %q holds %q", text, e, secret)
				}
			}
		}
		e := &Error{Op: "read", Err: errors.New("malformed header Authorization: " + echo)}
		if echo != token && strings.Contains(e.Error(), strings.Fields(echo)[len(strings.Fields(echo))-1]) {
			t.Errorf("cause: error %q holds %q", e, echo)
		}
	}
}

// Whatever comes, it is judged the same way twice, success is only ever a success in the service's own form, and what
// is shown of it is short, printable and harmless.
func FuzzJudge(f *testing.F) {
	for _, text := range []string{success, badToken, extraKey, noReason, page, oneUser, `[2,{"errorCode":"X","status":"401"}]`, "", "{", `[[[`} {
		for _, status := range []int{200, 302, 400, 401, 429, 500} {
			f.Add(status, []byte(text), "5", true, false)
		}
	}
	f.Fuzz(func(t *testing.T, status int, text []byte, retryAfter string, change, proven bool) {
		asked := aLookUp
		if change {
			asked = aChange
		}
		a := answer{call: asked, status: status, body: text, token: "top-secret", known: known{proven: proven},
			header: http.Header{"Retry-After": {retryAfter}}}
		now := time.Unix(0, 0)
		v, again := judge(a, now), judge(a, now)
		if (v.err == nil) != (again.err == nil) || v.err != nil && *v.err != *again.err {
			t.Fatalf("judged %v, then %v", v.err, again.err)
		}
		if v.err == nil {
			if status/100 != 2 || !v.own || readSaid(nil, text, nil).code/100 != 2 {
				t.Fatalf("%d %q is no success", status, text)
			}
			return
		}
		e := v.err
		if e.Kind == OK || int(e.Kind) >= len(kinds) {
			t.Fatalf("error of kind %v", e.Kind)
		}
		if e.RetryAfter < 0 || e.RetryAfter > longestNamed {
			t.Fatalf("wait of %v", e.RetryAfter)
		}
		if e.Sent && !change {
			t.Fatal("a read was carried out")
		}
		if shown := e.Error(); len(shown) > 2000 || strings.ContainsAny(shown, "\n\r\x1b\x00") || !utf8.ValidString(shown) ||
			strings.Contains(shown, "top-secret") {
			t.Fatalf("shown as %q", shown)
		}
	})
}
