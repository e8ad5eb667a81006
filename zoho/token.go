package zoho

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"
)

// renewer asks the token source once for all workers whose token was refused.
type renewer struct {
	tokens Tokens
	flight singleflight.Group

	mu      sync.Mutex
	refused string // the token renewed last
	fresh   string // and what came for it
	proven  bool   // fresh has been accepted
}

// accepted is told of a token with which the service answered.
func (r *renewer) accepted(token string) {
	r.mu.Lock()
	r.proven = r.proven || token == r.fresh
	r.mu.Unlock()
}

// works tells that a token came from a renewal here and has been accepted since.
func (r *renewer) works(token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return token == r.fresh && r.proven
}

// renew is a token other than the refused one. It fails with errStillRefused where the refused one is the fruit of
// a renewal and was never accepted: asking for another would end the same way, and the service gives out few.
func (r *renewer) renew(ctx context.Context, refused string) (string, error) {
	r.mu.Lock()
	last, fresh, proven := r.refused, r.fresh, r.proven
	r.mu.Unlock()
	switch {
	case refused == fresh && !proven && fresh != "":
		return "", errStillRefused
	case refused == last && last != "":
		return fresh, nil // a call that was under way when the others had theirs renewed
	}
	flight := r.flight.DoChan(refused, func() (any, error) {
		return r.ask(context.WithoutCancel(ctx), refused) // one worker's end must not fail the others
	})
	select {
	case result := <-flight:
		token, _ := result.Val.(string)
		return token, result.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// ask gets a token from the source, and remembers it.
func (r *renewer) ask(ctx context.Context, refused string) (string, error) {
	token, err := r.tokens.Renew(ctx, refused)
	if err != nil {
		return "", err
	}
	if token == refused {
		return "", errStillRefused
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused, r.fresh, r.proven = refused, token, false
	return token, nil
}

// tokenError is the error of a call that got no token. The source tells a passing trouble of its own: nothing was sent
// then, and no other call would get a token either.
func (c *Client) tokenError(call call, err error) *Error {
	e := &Error{Op: call.op, Method: call.method, Kind: Auth, Err: err}
	var passing interface{ Temporary() bool }
	if errors.As(err, &passing) && passing.Temporary() {
		e.Kind, e.Unproven = Unreachable, !c.proven.Load()
	}
	return e
}
