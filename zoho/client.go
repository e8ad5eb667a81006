// Package zoho is a client of the Zoho Mail API for what an administrator does to users: read them, change their
// personal details and their address. It judges every answer, keeps to one limit over all calls, waits out throttles,
// repeats what is worth repeating, and says of an error what to do next. It knows nothing of sheets or rows.
//
// It imports nothing of this program. Start reading at Client; limiter.go and errors.go are what sending relies on.
package zoho

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// Tokens gives access tokens. Its calls may come from many goroutines at once. An error of it that has a method
// Temporary() bool which says true is tried again, any other ends the run.
type Tokens interface {
	// Token is the token to use now.
	Token(ctx context.Context) (string, error)
	// Renew is a token other than the one refused: a newer one that is there already, or a fresh one.
	Renew(ctx context.Context, refused string) (string, error)
}

// Options says how a client works; zero fields stand for the defaults.
type Options struct {
	MailURL string            // of the Mail API, checked by CheckBaseURL
	HTTP    http.RoundTripper // nil: NewTransport(Workers)
	Workers int               // calls at once; 0 means DefaultWorkers
	Tokens  Tokens            // must be there
	Limiter *Limiter          // nil: one of DefaultRate
	Policy  Policy            // when and how often calls are repeated
	Timeout time.Duration     // of one attempt; 0 means DefaultTimeout. Listing has twice as long
	Trace   func(Attempt)     // told of every attempt

	UserAgent string              // what the program calls itself, like zohobulk/1.2.3; "" is zohobulk
	Redact    func(string) string // cuts further secrets out of what the service says; nil knows none
}

// DefaultWorkers is how many calls are under way at once. At 25 a minute one would do.
const DefaultWorkers = 4

// DefaultTimeout is how long one attempt may take: a listing of 200 users has been seen to take over 40 seconds.
const DefaultTimeout = time.Minute

// Client calls the service. Its methods may be used by many goroutines at once.
type Client struct {
	base    *url.URL
	http    http.RoundTripper
	tokens  *renewer
	limiter *Limiter
	policy  Policy
	timeout time.Duration
	observe func(Attempt)
	agent   []string // the User-Agent
	hide    func(string) string
	proven  atomic.Bool         // this host has answered in the service's own form
	allowed [rights]atomic.Bool // a call that needs this right has been carried out
}

// New makes a client. It calls nobody yet.
func New(o Options) (*Client, error) {
	base, err := CheckBaseURL(o.MailURL)
	if err != nil {
		return nil, err
	}
	if o.Tokens == nil {
		return nil, errors.New("a client needs a source of tokens")
	}
	c := &Client{base: base, http: o.HTTP, tokens: &renewer{tokens: o.Tokens}, limiter: o.Limiter, policy: o.Policy,
		timeout: cmp.Or(o.Timeout, DefaultTimeout), observe: o.Trace, agent: []string{cmp.Or(o.UserAgent, "zohobulk")}, hide: o.Redact}
	if c.http == nil {
		c.http = NewTransport(cmp.Or(o.Workers, DefaultWorkers))
	}
	if c.limiter == nil {
		c.limiter = NewLimiter(DefaultRate)
	}
	return c, nil
}

// right is what a call needs to be allowed to do.
type right uint8

const (
	ownRight       right = iota // read about the caller
	ownUpdateRight              // change the caller
	readRight                   // read the organisation
	updateRight                 // change its users
	rights
)

// call is one thing to ask of the service.
type call struct {
	op     string // "update user 4567"
	method string
	path   string // escaped, from /api on
	body   []byte
	into   func(*reader) // takes the data of an answer that may be a success, once for each attempt
	right  right
	one    bool // asks for one user, who may not exist
	long   bool // may take longer and answer more than others
}

// change tells a call that changes something.
func (c call) change() bool { return c.method != http.MethodGet }

// do makes a call: at its turn, with a token, again where that is worth it.
func (c *Client) do(ctx context.Context, call call) error {
	t := &trip{client: c, call: call, began: time.Now()}
	for {
		err := t.attempt(ctx)
		if err == nil {
			return nil
		}
		if err = t.again(ctx, err); err != nil {
			return err
		}
	}
}

// trip is a call on its way through its attempts.
type trip struct {
	client  *Client
	call    call
	began   time.Time // when this attempt began to wait: for its turn, or first for the pause after the one before
	number  int       // requests sent
	faults  [NoAnswer + 1]int
	sent    bool   // an attempt may have been carried out
	last    *Error // of the attempt before
	token   string // to use instead of the source's
	renewed bool   // the token was renewed for this attempt
}

// attempt waits for its turn, sends once and judges the answer. Its error is an *Error, or that of a context, limiter
// or token source before anything was sent.
func (t *trip) attempt(ctx context.Context) error {
	c := t.client
	if err := c.limiter.wait(ctx, c.policy); err != nil {
		return err
	}
	token := t.token
	if t.token = ""; token == "" {
		var err error
		if token, err = c.tokens.tokens.Token(ctx); err != nil {
			return c.tokenError(t.call, err)
		}
	}
	at := time.Now()
	t.number++
	a := c.send(ctx, t.call, token)
	a.known = known{proven: c.proven.Load(), allowed: c.allowed[t.call.right].Load()}
	v := judge(a, time.Now())
	c.learn(v, token, t.call)
	if v.err != nil {
		t.react(ctx, v.err, at, token)
	}
	c.trace(ctx, t.record(at, a.status, v.err))
	t.began = time.Now()
	if v.err != nil {
		return v.err
	}
	return nil
}

// learn remembers what an answer shows of the host, the token and the caller.
func (c *Client) learn(v verdict, token string, call call) {
	if v.own && !c.proven.Load() {
		c.proven.Store(true)
	}
	if v.err == nil && !c.allowed[call.right].Load() {
		c.allowed[call.right].Store(true)
	}
	if v.own && (v.err == nil || v.err.Kind != Auth) {
		c.tokens.accepted(token)
	}
}

// react does what an answer asks for: everybody waits after a throttle, and a refused token is renewed.
func (t *trip) react(ctx context.Context, e *Error, at time.Time, token string) {
	switch e.Kind {
	case Throttled:
		e.RetryAfter = t.client.limiter.throttled(ctx, at, e.RetryAfter, t.client.policy)
	case Auth:
		t.renew(ctx, e, token)
		return
	}
	t.renewed = false
}

// renew gets another token for the next attempt. Where there is none, or this one is fresh already, it says in e why
// the token is refused for good.
func (t *trip) renew(ctx context.Context, e *Error, token string) {
	switch {
	case e.Code == "INVALID_TICKET":
		return // the header got lost on the way, whatever token is in it
	case t.renewed:
		*e = *refusedForGood(e, t.client.tokens.works(token))
		return
	}
	fresh, err := t.client.tokens.renew(ctx, token)
	switch {
	case err == nil:
		t.token, t.renewed = fresh, true
	case errors.Is(err, errStillRefused):
		*e = *refusedForGood(e, false)
	default:
		e.Kind, e.Err = t.client.tokenError(t.call, err).Kind, err
	}
}

// record is what an observer is told of the attempt that was sent at at.
func (t *trip) record(at time.Time, status int, e *Error) Attempt {
	a := Attempt{Op: t.call.op, Method: t.call.method, Read: !t.call.change(), Number: t.number, At: at,
		Wait: at.Sub(t.began), Took: time.Since(at), Status: status}
	if e != nil {
		a.Status, a.Code, a.Message, a.Kind = e.Status, e.Code, e.Message, e.Kind
		if a.Message == "" && e.Err != nil {
			a.Message = shorten(redact(e.Err.Error(), ""), 300)
		}
	}
	return a
}

// again waits until the call may be made once more, or returns the error that ends it.
func (t *trip) again(ctx context.Context, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return t.end(err)
	}
	t.sent = t.sent || e.Sent
	t.last = e
	if t.token != "" && e.Kind == Auth {
		return nil // with the renewed token, at once
	}
	t.faults[e.Kind]++
	wait, again := t.client.policy.Next(t.faultsOf(e.Kind), e)
	if !again || ctx.Err() != nil {
		return t.final(e)
	}
	if e.Kind == Throttled {
		return nil // the limiter keeps everybody waiting
	}
	if err := t.client.limiter.Sleep(ctx, wait); err != nil {
		return t.end(err)
	}
	return nil
}

// faultsOf counts the failures that use up the same patience.
func (t *trip) faultsOf(kind Kind) int {
	if kind == Transient || kind == NoAnswer {
		return t.faults[Transient] + t.faults[NoAnswer]
	}
	return t.faults[kind]
}

// end is the error of a call that was stopped by cause. If that was between two attempts, it is an *Error that tells
// the last answer as well.
func (t *trip) end(cause error) error {
	if t.last == nil {
		return fmt.Errorf("%s: %w", t.call.op, cause)
	}
	e := *t.last
	e.Err = cause
	return t.final(&e)
}

// final is e with what the attempts before it add.
func (t *trip) final(e *Error) error {
	final := *e
	final.Op, final.Method, final.Sent, final.Attempts = t.call.op, t.call.method, t.sent || e.Sent, t.number
	return &final
}

// send makes one request. Nothing is ever sent on to another address, and so no token either.
func (c *Client) send(ctx context.Context, call call, token string) answer {
	a := answer{call: call, token: token, hide: c.hide}
	timeout, most := c.timeout, int64(mostBytes)
	if call.long {
		timeout, most = 2*c.timeout, mostListed
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := c.request(ctx, call, token)
	if err != nil {
		a.err = err
		return a
	}
	response, err := c.http.RoundTrip(request)
	if err != nil {
		a.err = err
		return a
	}
	defer response.Body.Close()
	a.status, a.header = response.StatusCode, response.Header
	a.body, a.cut = readBody(response.Body, response.ContentLength, most)
	return a
}

// What an answer may hold at most. A user is 2 to 4 KB, and a service that takes no notice of the page size would send
// 20,000 of them in the larger.
const (
	mostBytes  = 4 << 20
	mostListed = 64 << 20
)

// request builds a request as the documented samples have it.
func (c *Client) request(ctx context.Context, call call, token string) (*http.Request, error) {
	var body io.Reader = readOnce{}
	if call.body != nil {
		body = bytes.NewReader(call.body)
	}
	request, err := http.NewRequestWithContext(ctx, call.method, c.base.String()+call.path, body)
	if err != nil {
		return nil, err
	}
	request.Header["Accept"] = jsonType
	request.Header["User-Agent"] = c.agent
	request.Header["Authorization"] = []string{"Zoho-oauthtoken " + token}
	if call.body != nil {
		request.Header["Content-Type"] = jsonType
	}
	return request, nil
}

var jsonType = []string{"application/json"}

// readOnce is the empty body of a GET. With none at all, net/http would repeat a GET by itself whose connection broke,
// past the limiter and unseen by anybody.
type readOnce struct{}

func (readOnce) Read([]byte) (int, error) { return 0, io.EOF }
