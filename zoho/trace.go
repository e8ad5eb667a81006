package zoho

import (
	"context"
	"time"
)

// Attempt is one request that went out, and how it was answered. A call that is repeated makes several.
type Attempt struct {
	Op      string        // what was asked: "update user 4567"
	Method  string        // GET or PUT
	Read    bool          // it only read
	Number  int           // of the call's attempts, from 1
	At      time.Time     // when it was sent
	Wait    time.Duration // how long the call waited for its turn before: limit, throttle, pause before a repetition
	Took    time.Duration // from sending to the end of the answer
	Status  int           // HTTP status, 0 if no answer came
	Code    string        // the service's own word, "" if it sent none
	Message string        // the service's own text, shortened
	Kind    Kind          // OK, or what was wrong
}

type traceKey struct{}

// WithTrace makes calls under the returned context tell f of each of their attempts, beside Options.Trace and any
// observer ctx has already.
func WithTrace(ctx context.Context, f func(Attempt)) context.Context {
	if outer, ok := ctx.Value(traceKey{}).(func(Attempt)); ok {
		inner := f
		f = func(a Attempt) { outer(a); inner(a) }
	}
	return context.WithValue(ctx, traceKey{}, f)
}

// trace tells everybody who asked of an attempt.
func (c *Client) trace(ctx context.Context, a Attempt) {
	if c.observe != nil {
		c.observe(a)
	}
	if f, ok := ctx.Value(traceKey{}).(func(Attempt)); ok {
		f(a)
	}
}
