package zoho

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// direct is a transport that calls a handler without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// constant is a source with one token that is never renewed.
type constant string

func (c constant) Token(context.Context) (string, error)         { return string(c), nil }
func (c constant) Renew(context.Context, string) (string, error) { return string(c), nil }

// reply is what a scripted service answers once.
type reply struct {
	status int
	header map[string]string
	body   string
	err    error // instead of an answer
	after  time.Duration
}

const (
	success    = `{"status":{"code":200,"description":"success"}}`
	badToken   = `{"data":{"errorCode":"INVALID_OAUTHTOKEN"},"status":{"code":401,"description":"Invalid Access"}}`
	oneUser    = `{"status":{"code":200,"description":"success"},"data":{"zuid":100001234,"accountId":"2560636000000008002"}}`
	extraKey   = `{"data":{"errorCode":"EXTRA_KEY_FOUND_IN_JSON"},"status":{"code":404,"description":"Invalid Input"}}`
	noReason   = `{"status":{"code":500,"description":"Internal Error"}}`
	page       = `<html><head><title>Sorry</title></head></html>`
	invalidURL = `{"data":{"errorCode":"URL_RULE_NOT_CONFIGURED"},"status":{"code":404,"description":"Invalid Input"}}`
)

// script is a transport that answers with its replies one after the other, the last one for ever, and remembers what
// it was asked and when.
type script struct {
	mu      sync.Mutex
	replies []reply
	asked   []asked
}

type asked struct {
	At     time.Time
	Method string
	Path   string
	Header http.Header
	Body   string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
	}
	s.mu.Lock()
	s.asked = append(s.asked, asked{time.Now(), r.Method, r.URL.RequestURI(), r.Header.Clone(), body})
	next := s.replies[0]
	if len(s.replies) > 1 {
		s.replies = s.replies[1:]
	}
	s.mu.Unlock()
	select {
	case <-time.After(next.after):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if next.err != nil {
		return nil, next.err
	}
	rec := httptest.NewRecorder()
	for key, value := range next.header {
		rec.Header().Set(key, value)
	}
	rec.WriteHeader(next.status)
	io.WriteString(rec, next.body)
	return rec.Result(), nil
}

func (s *script) calls() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.asked...)
}

// newClient is a client of a transport, with neither limit nor chance unless o says so.
func newClient(t testing.TB, transport http.RoundTripper, o Options) *Client {
	t.Helper()
	o.MailURL, o.HTTP = cmp.Or(o.MailURL, "https://mail.zoho.com"), transport // nil: a real one
	if o.Tokens == nil {
		o.Tokens = constant("1000.abcdef0123456789.fedcba9876543210")
	}
	if o.Limiter == nil {
		o.Limiter = NewLimiter(Unlimited)
	}
	if o.Policy.Jitter == nil {
		o.Policy.Jitter = func() float64 { return 0 }
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rename is an update that tests send when it does not matter which.
func rename(ctx context.Context, c *Client) error {
	name := "Rebecca Anderson"
	return c.UpdatePersonalInfo(ctx, "1234567890",
		PersonalInfo{AccountID: "2560636000000008002", ZUID: "100001234", DisplayName: &name}, Keys{})
}

// asError is err as an *Error, which it has to be.
func asError(t testing.TB, err error) *Error {
	t.Helper()
	e, ok := err.(*Error)
	if !ok {
		t.Fatalf("error %v (%T): want an *Error", err, err)
	}
	return e
}

// whole decodes a JSON document with its numbers as they are written.
func whole(t testing.TB, text string) any {
	t.Helper()
	var v any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("JSON %s: %v", text, err)
	}
	return v
}
