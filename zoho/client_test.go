package zoho

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What each answer makes of a call: how often it is sent, how long it takes, and how it ends.
func TestCallsAreRepeated(t *testing.T) {
	ok := reply{status: 200, body: success}
	for _, test := range []struct {
		name    string
		replies []reply
		sends   int
		took    time.Duration
		kind    Kind // OK: success
		sent    bool
	}{
		{"at once", []reply{ok}, 1, 0, OK, false},
		{"a fault", []reply{{status: 503}, ok}, 2, 500 * time.Millisecond, OK, false},
		{"faults of all sorts", []reply{ok, {status: 500, body: noReason}, {status: 200, body: "\x00"}, {status: 502, body: page},
			{err: io.ErrUnexpectedEOF}, ok}[1:], 5, (500 + 1000 + 2000 + 4000) * time.Millisecond, OK, false},
		{"a fault that stays", []reply{{status: 503}}, 6, 15500 * time.Millisecond, Transient, true},
		{"no answer, ever", []reply{{err: io.ErrUnexpectedEOF}}, 6, 15500 * time.Millisecond, NoAnswer, true},
		{"no answer in time", []reply{{after: time.Hour}, ok}, 2, 60500 * time.Millisecond, OK, false},
		{"refused", []reply{{status: 400, body: word("400", "PATTERN_NOT_MATCHED")}}, 1, 0, Row, false},
		{"refused after no answer", []reply{{err: io.ErrUnexpectedEOF}, {status: 400, body: word("400", "X")}}, 2, 500 * time.Millisecond, Row, true},
		{"throttled by name", []reply{{status: 429, header: map[string]string{"Retry-After": "119"}}, ok}, 2, 2 * time.Minute, OK, false},
		{"throttled", []reply{{status: 429}, {status: 429}, {status: 429}, ok}, 4, 105 * time.Minute, OK, false},
		{"throttled in words", []reply{{status: 400, body: body("Try again after 22 minutes.", "400", "URL throttle limits exceeded")}, ok}, 2,
			22*time.Minute + time.Second, OK, false},
		{"throttled for too long", []reply{{status: 429, header: map[string]string{"Retry-After": "7200"}}, ok}, 1, 0, Throttled, false},
		{"nobody there", []reply{{err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, ok}, 2, 500 * time.Millisecond, OK, false},
		{"nobody there at all", []reply{{err: &net.OpError{Op: "dial", Err: errors.New("refused")}}}, 3, 1500 * time.Millisecond, Unreachable, false},
		{"a page at first", []reply{{status: 200, body: page}}, 1, 0, Shape, false},
		{"unknown key", []reply{{status: 404, body: extraKey}}, 1, 0, ExtraKey, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: test.replies}
				client := newClient(t, service, Options{})
				if test.name == "faults of all sorts" {
					client.proven.Store(true)
				}
				began := time.Now()
				err := rename(t.Context(), client)
				if took := time.Since(began); took != test.took {
					t.Errorf("took %v: want %v", took, test.took)
				}
				if n := len(service.calls()); n != test.sends {
					t.Errorf("sent %d times: want %d", n, test.sends)
				}
				if test.kind == OK {
					if err != nil {
						t.Errorf("error %v: want success", err)
					}
					return
				}
				if e := asError(t, err); e.Kind != test.kind || e.Sent != test.sent || e.Attempts != test.sends || e.Op != "update user 2560636000000008002" {
					t.Errorf("%#v: want %v, may have been carried out: %v, %d attempts", e, test.kind, test.sent, test.sends)
				}
			})
		})
	}
}

// A host that was heard to speak the service's language gets more patience than one that was not.
func TestProvenHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: []reply{{status: 404, body: extraKey}, {status: 200, body: page}, {status: 200, body: success},
			{err: &net.DNSError{Err: "no such host"}}}}
		client := newClient(t, service, Options{})
		if err := rename(t.Context(), client); !IsKind(err, ExtraKey) {
			t.Fatalf("first: %v, want the unknown key", err)
		}
		if err := rename(t.Context(), client); err != nil {
			t.Errorf("page after an answer in the service's own form: %v, want it to pass", err)
		}
		began := time.Now()
		err := asError(t, rename(t.Context(), client))
		if err.Kind != Unreachable || err.Attempts != 20 || time.Since(began) < 6*time.Minute || !err.Shared() || err.Fatal() {
			t.Errorf("network gone: %+v after %v, want 20 attempts over many minutes", err, time.Since(began))
		}
	})
}

// An unknown path does not prove the host, since it may be somebody else's.
func TestUnknownPathProvesNothing(t *testing.T) {
	service := &script{replies: []reply{{status: 404, body: invalidURL}}}
	client := newClient(t, service, Options{})
	for range 2 {
		if err := rename(t.Context(), client); !IsKind(err, Shape) {
			t.Errorf("%v: want %v", err, Shape)
		}
	}
}

// A throttle of one call keeps all workers away, also when several met it.
func TestThrottleOfOneStopsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var arrived []time.Duration
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			since := time.Since(began)
			arrived = append(arrived, since)
			mu.Unlock()
			time.Sleep(3 * time.Second)
			if since < time.Minute && since > 30*time.Second {
				w.Header().Set("Retry-After", "300")
				w.WriteHeader(429)
				return
			}
			io.WriteString(w, success)
		})
		limiter := NewLimiter(Rate{60, time.Minute})
		client := newClient(t, direct{handler}, Options{Limiter: limiter})
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for range 20 {
					if err := rename(t.Context(), client); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		var last time.Duration // of those before the pause
		for _, at := range arrived {
			if at > 34*time.Second+500*time.Millisecond && at < 334*time.Second {
				t.Errorf("a call arrived after %v, in the pause", at)
			}
			if at < time.Minute {
				last = max(last, at)
			}
		}
		if last < 30*time.Second || limiter.Stats().Throttles != 1 {
			t.Errorf("last call before the pause after %v, %d throttles: want one, met by several calls", last, limiter.Stats().Throttles)
		}
	})
}

// counting is a source whose tokens are numbered; Token gives the newest.
type counting struct {
	mu      sync.Mutex
	number  int
	renewed int
	err     error
}

func (c *counting) Token(context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("token-%d", c.number), nil
}

func (c *counting) Renew(context.Context, string) (string, error) {
	time.Sleep(time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return "", c.err
	}
	c.renewed++
	c.number++
	return fmt.Sprintf("token-%d", c.number), nil
}

// guarded answers well to the token that accept names, else with 401.
func guarded(accept func(token string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		if !accept(r.Header.Get("Authorization")[len("Zoho-oauthtoken "):]) {
			w.WriteHeader(401)
			io.WriteString(w, badToken)
			return
		}
		io.WriteString(w, success)
	})
}

// Eight workers whose token has expired have it renewed once, and each repeats its call once, also the one that hears
// of it when the others have theirs already.
func TestRefusedTokenIsRenewedOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		source := &counting{}
		client := newClient(t, direct{guarded(func(token string) bool {
			if calls.Add(1) == 1 {
				time.Sleep(5 * time.Second)
			}
			return token == "token-1"
		})}, Options{Tokens: source})
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for range 5 {
					if err := rename(t.Context(), client); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if source.renewed != 1 || calls.Load() != 8*5+8 {
			t.Errorf("renewed %d times, %d calls: want once, and 48", source.renewed, calls.Load())
		}
	})
}

func TestTokenThatStaysRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{}
		client := newClient(t, direct{guarded(func(string) bool { return false })}, Options{Tokens: source})
		for range 3 {
			e := asError(t, rename(t.Context(), client))
			if e.Kind != Auth || !errors.Is(e, errStillRefused) || !e.Fatal() || e.Sent {
				t.Errorf("%#v: want a fresh token refused", e)
			}
		}
		if source.renewed != 1 {
			t.Errorf("renewed %d times: want once", source.renewed)
		}
	})
}

// A token expires every hour; each time it is renewed, as the one before had been good.
func TestTokenExpiresAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		source := &counting{}
		good := func(token string) bool { return token == fmt.Sprintf("token-%d", int(time.Since(began)/time.Hour)) }
		client := newClient(t, direct{guarded(good)}, Options{Tokens: source})
		for range 100 {
			if err := rename(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			time.Sleep(7 * time.Minute)
		}
		if source.renewed != 11 {
			t.Errorf("renewed %d times in under 12 hours: want 11", source.renewed)
		}
	})
}

// Where others get through with the token, one user's 401 is not the token's fault.
func TestRefusalOfOneUserIsNotTheTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "GET" {
				w.WriteHeader(401)
				io.WriteString(w, badToken)
				return
			}
			io.WriteString(w, success)
		})
		source := &counting{}
		limiter := NewLimiter(Rate{1, time.Second})
		client := newClient(t, direct{handler}, Options{Tokens: source, Limiter: limiter})
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := client.Account(t.Context(), "1", "7"); !IsKind(err, Row) {
				t.Errorf("%v: want a refusal of the row", err)
			}
		})
		wait.Go(func() {
			for range 5 {
				if err := rename(t.Context(), client); err != nil {
					t.Error(err)
				}
			}
		})
		wait.Wait()
		if source.renewed > 1 {
			t.Errorf("renewed %d times: want once at most", source.renewed)
		}
	})
}

type passing struct{ error }

func (passing) Temporary() bool { return true }

func TestSourceWithoutAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			err  error
			kind Kind
		}{{errors.New("invalid_code"), Auth}, {passing{errors.New("no route to host")}, Unreachable}} {
			service := &script{replies: []reply{{status: 401, body: badToken}}}
			e := asError(t, rename(t.Context(), newClient(t, service, Options{Tokens: &counting{err: test.err}})))
			if e.Kind != test.kind || !errors.Is(e, test.err) {
				t.Errorf("%#v: want %v for %v", e, test.kind, test.err)
			}
		}
	})
}

// No token ever goes to another address: redirects are not followed, to wherever they point.
func TestRedirectIsNotFollowed(t *testing.T) {
	var strayed atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Store(true) }))
	defer elsewhere.Close()
	service := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/api/accounts", http.StatusTemporaryRedirect))
	defer service.Close()
	client := newClient(t, nil, Options{MailURL: service.URL})
	_, err := client.OwnAccounts(t.Context())
	if e := asError(t, err); e.Kind != Shape || !e.Fatal() || strayed.Load() {
		t.Errorf("%v, followed: %v: want the wrong host, and nothing sent on", err, strayed.Load())
	}
}

// hijack serves the n-th request with a connection cut off after what it wrote.
func hijack(t *testing.T, write string) (server *httptest.Server, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) != 2 {
			io.WriteString(w, oneUser)
			return
		}
		io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(conn, write)
		conn.Close()
	}))
	t.Cleanup(server.Close)
	return server, requests
}

// Each request on the wire is one that went through the limiter: net/http must not repeat a read by itself.
func TestBrokenConnections(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, write := range map[string]string{
		"no answer":          "",
		"cut by its length":  head + "Content-Length: 500\r\n\r\n" + success,
		"cut between chunks": head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"sta\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			server, requests := hijack(t, write)
			limiter := NewLimiter(Unlimited)
			var attempts []Attempt
			client := newClient(t, nil, Options{MailURL: server.URL, Limiter: limiter, Policy: Policy{Attempts: 1},
				Trace: func(a Attempt) { attempts = append(attempts, a) }})
			if _, err := client.Account(t.Context(), "1", "100001234"); err != nil {
				t.Fatal(err)
			}
			if _, err := client.Account(t.Context(), "1", "100001234"); !IsKind(err, Transient) {
				t.Errorf("cut read: %v, want trouble that passes", err)
			}
			if sent := limiter.Stats().Sent; int64(sent) != requests.Load() || len(attempts) != sent {
				t.Errorf("%d requests arrived, %d went through the limiter, %d were told of", requests.Load(), sent, len(attempts))
			}
			server, _ = hijack(t, write)
			client = newClient(t, nil, Options{MailURL: server.URL, Policy: Policy{Attempts: 1}})
			if err := rename(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			if e := asError(t, rename(t.Context(), client)); e.Kind != NoAnswer || !e.Sent {
				t.Errorf("cut change: %#v, want no answer, and maybe carried out", e)
			}
		})
	}
}

// An answer larger than anybody needs is not read into memory.
func TestEndlessAnswer(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range mostBytes/len(oneUser) + 2 {
			if _, err := io.WriteString(w, oneUser); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	client := newClient(t, nil, Options{MailURL: server.URL, Policy: Policy{Attempts: 1}})
	if _, err := client.Account(t.Context(), "1", "7"); !IsKind(err, Transient) {
		t.Errorf("%v: want %v", err, Transient)
	}
}

// One user is asked for by zuid or address, whatever characters it has, and is only believed to be who was asked for.
func TestAccount(t *testing.T) {
	const listed = `{"status":{"code":200},"data":[{"zuid":1,"accountId":"11","mailboxAddress":"a@example.com"},` +
		`{"zuid":2,"accountId":"12","emailAddress":[{"mailId":"B@example.com"}]}]}`
	for _, test := range []struct {
		who, path, body string
		zuid            ID
		kind            Kind
	}{
		{"100001234", "100001234", oneUser, "100001234", OK},
		{"ann+hr/é?#%@example.com", "ann%2Bhr%2F%C3%A9%3F%23%25@example.com", oneUser, "100001234", OK},
		{"b@EXAMPLE.com", "b@EXAMPLE.com", listed, "2", OK},
		{"1", "1", listed, "1", OK},
		{"c@example.com", "c@example.com", listed, "", Row},
		{"100001235", "100001235", oneUser, "", Row},
		{"100001234", "100001234", success, "", NotFound},
		{"100001234", "100001234", `{"status":{"code":200},"data":[]}`, "", NotFound},
		{"..", "", oneUser, "", NotFound},
		{"", "", oneUser, "", NotFound},
	} {
		service := &script{replies: []reply{{status: 200, body: test.body}}}
		a, err := newClient(t, service, Options{}).Account(t.Context(), "1234567890", test.who)
		if kindOf(err) != test.kind || a.ZUID != test.zuid {
			t.Errorf("%q: %q, %v: want %q, %v", test.who, a.ZUID, err, test.zuid, test.kind)
		}
		var paths []string
		for _, call := range service.calls() {
			paths = append(paths, call.Method+" "+call.Path)
		}
		var want []string
		if test.path != "" {
			want = []string{"GET /api/organization/1234567890/accounts/" + test.path}
		}
		if diff := cmp.Diff(want, paths); diff != "" {
			t.Errorf("%q: requests (-want +got):\n%s", test.who, diff)
		}
	}
}

func kindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return OK
}

func TestReads(t *testing.T) {
	service := &script{replies: []reply{{status: 200, body: `{"status":{"code":200},"data":[{"zuid":7,"accountId":"8","policyId":{"zoid":9}}]}`}}}
	client := newClient(t, service, Options{MailURL: "https://mail.zohocloud.ca/api/", Tokens: constant("1000.t")})
	want := []Account{{ZUID: "7", AccountID: "8", ZOID: "9"}}
	for name, read := range map[string]func() ([]Account, error){
		"/api/accounts": func() ([]Account, error) { return client.OwnAccounts(t.Context()) },
		"/api/organization/9/accounts?limit=50&start=100": func() ([]Account, error) { return client.Accounts(t.Context(), "9", 100, 50) },
	} {
		got, err := read()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		calls := service.calls()
		last := calls[len(calls)-1]
		header := http.Header{"Accept": {"application/json"}, "Authorization": {"Zoho-oauthtoken 1000.t"}, "User-Agent": {"zohobulk"}}
		if diff := cmp.Diff(header, last.Header); diff != "" || last.Path != name || last.Method != "GET" || last.Body != "" {
			t.Errorf("%s %s %q: want GET %s; headers (-want +got):\n%s", last.Method, last.Path, last.Body, name, diff)
		}
	}
	service.replies = []reply{{status: 200, body: `{"status":{"code":200},"data":{"zoid":9,"orgName":"Zylker"}}`}}
	if o, err := client.Organisation(t.Context(), "9"); err != nil || o != (Organisation{ZOID: "9", Name: "Zylker"}) {
		t.Errorf("organisation %+v, %v", o, err)
	}
}

// A half-read answer of a first attempt leaves nothing behind in the second one's.
func TestRepeatedListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		user := `{"zuid":7,"accountId":"8"}`
		service := &script{replies: []reply{{status: 200, body: `{"status":{"code":200},"data":[` + user + `,`},
			{status: 200, body: `{"data":[` + user + `],"status":{"code":200}}`}}}
		page, err := newClient(t, service, Options{}).Accounts(t.Context(), "1", 0, 50)
		if err != nil || len(page) != 1 {
			t.Errorf("%d users, %v: want 1", len(page), err)
		}
	})
}

// Every attempt is told of, to the client's observer and to the call's, with its wait and what came of it.
func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: []reply{{status: 503, after: 2 * time.Second}, {status: 429, header: map[string]string{"Retry-After": "9"}},
			{status: 200, body: success, after: time.Second}}}
		began := time.Now()
		var all, outer, inner []Attempt
		client := newClient(t, service, Options{Trace: func(a Attempt) { all = append(all, a) }})
		ctx := WithTrace(WithTrace(t.Context(), func(a Attempt) { outer = append(outer, a) }), func(a Attempt) { inner = append(inner, a) })
		if err := rename(ctx, client); err != nil {
			t.Fatal(err)
		}
		common := Attempt{Op: "update user 2560636000000008002", Method: "PUT"}
		want := []Attempt{common, common, common}
		want[0].Number, want[0].At, want[0].Took, want[0].Status, want[0].Kind, want[0].Message = 1, began, 2*time.Second, 503, Transient, "an empty answer"
		want[1].Number, want[1].At, want[1].Wait, want[1].Status, want[1].Kind, want[1].Message =
			2, began.Add(2500*time.Millisecond), 500*time.Millisecond, 429, Throttled, "an empty answer"
		want[2].Number, want[2].At, want[2].Wait, want[2].Took, want[2].Status = 3, began.Add(12500*time.Millisecond), 10*time.Second, time.Second, 200
		for name, got := range map[string][]Attempt{"client's": all, "outer": outer, "inner": inner} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s attempts (-want +got):\n%s", name, diff)
			}
		}
	})
}

// Stopping ends what waits, tells it apart from what was sent, and lets what is under way end as it would.
func TestStoppedCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ok := reply{status: 200, body: success, after: 10 * time.Second}
		for _, test := range []struct {
			name    string
			reply   reply
			stopped bool // the error is ErrStopped
			sent    bool
			kind    Kind
		}{
			{"under way", ok, false, false, OK},
			{"between two attempts, of which one may have been carried out", reply{err: io.ErrUnexpectedEOF, after: 4900 * time.Millisecond}, true, true, NoAnswer},
			{"waiting out a throttle", reply{status: 429}, true, false, Throttled},
		} {
			limiter := NewLimiter(Unlimited)
			time.AfterFunc(5*time.Second, limiter.Stop)
			client := newClient(t, &script{replies: []reply{test.reply}}, Options{Limiter: limiter})
			err := rename(t.Context(), client)
			if errors.Is(err, ErrStopped) != test.stopped || kindOf(err) != test.kind || err != nil && asError(t, err).Sent != test.sent {
				t.Errorf("%s: %#v", test.name, err)
			}
			time.Sleep(10 * time.Second)
			err = rename(t.Context(), client)
			var e *Error
			if !errors.Is(err, ErrStopped) || errors.As(err, &e) {
				t.Errorf("%s, the next: %#v, want %v and no answer", test.name, err, ErrStopped)
			}
		}
	})
}

// A context that ends in the middle of a change leaves it open whether it was carried out.
func TestContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: []reply{{after: time.Hour}}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		client := newClient(t, service, Options{})
		e := asError(t, rename(ctx, client))
		if e.Kind != NoAnswer || !e.Sent || !errors.Is(e, context.DeadlineExceeded) || len(service.calls()) != 1 {
			t.Errorf("%#v, %d calls: want one without an answer", e, len(service.calls()))
		}
		if err := rename(ctx, client); !errors.Is(err, context.DeadlineExceeded) || kindOf(err) != OK || len(service.calls()) != 1 {
			t.Errorf("afterwards: %#v, %d calls: want nothing sent", err, len(service.calls()))
		}
	})
}

func TestOptions(t *testing.T) {
	if _, err := New(Options{MailURL: "https://mail.zoho.com"}); err == nil {
		t.Error("no tokens: want an error")
	}
	if _, err := New(Options{MailURL: "http://mail.zoho.com", Tokens: constant("x")}); err == nil {
		t.Error("plain http: want an error")
	}
	client, err := New(Options{MailURL: "https://mail.zoho.eu", Tokens: constant("x"), Workers: 7})
	if err != nil {
		t.Fatal(err)
	}
	transport := client.http.(*http.Transport)
	if transport.MaxIdleConnsPerHost != 7 || transport.MaxConnsPerHost != 7 || client.limiter.limit != DefaultRate || client.timeout != DefaultTimeout {
		t.Errorf("transport for %d and %d, %v, %v: want the defaults for 7 workers", transport.MaxIdleConnsPerHost,
			transport.MaxConnsPerHost, client.limiter.limit, client.timeout)
	}
}
