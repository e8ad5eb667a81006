package auth

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Source gives access tokens: one for all workers of the process, and through the cache for all processes of the user.
// It is made by NewSource.
type Source struct {
	endpoint    Endpoint
	credentials Credentials
	path        string
	notice      func(string)

	turn  chan struct{} // holds one element while nobody renews; a mutex that a context can leave
	token Token
	e     entry // what is known of the login if the cache's file cannot be kept
}

// NewSource gives tokens for a login. notice is told, once, what a person should know; nil is nobody.
func NewSource(e Endpoint, c Credentials, cache Cache, notice func(string)) *Source {
	if notice == nil {
		notice = func(string) {}
	}
	s := &Source{endpoint: e, credentials: c, path: cache.path(e.URL, c), notice: notice, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// Token gives an access token that is good for now, renewed five minutes before its end.
func (s *Source) Token(ctx context.Context) (string, error) {
	return s.get(ctx, "")
}

// Renew gives a token other than the one that the service refused: another worker's or process's, else a new one.
func (s *Source) Renew(ctx context.Context, refused string) (string, error) {
	return s.get(ctx, refused)
}

// get gives a fresh token that is not the refused one.
func (s *Source) get(ctx context.Context, refused string) (string, error) {
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if s.good(s.token, refused) {
		return s.token.Access.Reveal(), nil
	}
	if t := read(s.path).token(); s.good(t, refused) {
		s.token = t
		return t.Access.Reveal(), nil
	}
	if err := s.renew(ctx, refused); err != nil {
		return s.lastResort(refused, err)
	}
	return s.token.Access.Reveal(), nil
}

func (s *Source) good(t Token, refused string) bool {
	return t.fresh(time.Now()) && t.Access.Reveal() != refused
}

// lastResort goes on with the old token for its last minutes, if it is only a new one that cannot be had.
func (s *Source) lastResort(refused string, err error) (string, error) {
	old := s.token
	if t := read(s.path).token(); t.Expires.After(old.Expires) {
		old = t
	}
	var reach *Unreachable
	var mine *Error
	passing := errors.As(err, &reach) || errors.As(err, &mine) && mine.Code == CodeThrottled
	if passing && old.alive(time.Now().Add(answerPatience)) && old.Access.Reveal() != refused {
		return old.Access.Reveal(), nil
	}
	return "", err
}

// renew gets a new token under the lock that the processes share, unless another process has just done so.
func (s *Source) renew(ctx context.Context, refused string) error {
	err := locked(ctx, s.path, func() error { return s.exchange(ctx, refused, read(s.path)) })
	if !errors.Is(err, errNoLock) {
		return err
	}
	s.warn(err)
	return s.exchange(ctx, refused, s.e)
}

// exchange asks for a token, and notes in the cache what came of it.
func (s *Source) exchange(ctx context.Context, refused string, e entry) error {
	if t := e.token(); s.good(t, refused) {
		s.token = t
		return nil
	}
	if err := s.credentials.CheckHost(s.endpoint.URL); err != nil {
		return err
	}
	if err := e.mayAsk(time.Now()); err != nil {
		return err
	}
	t, err := s.ask(ctx, e.Access != "" || s.token.Access != "")
	e.Asked = recent(e.Asked, time.Now())
	var mine *Error
	switch {
	case err == nil:
		s.token = t
		e.Access, e.Issued, e.Expires, e.Quiet = t.Access.Reveal(), t.Issued, t.Expires, time.Time{}
	case !errors.As(err, &mine):
		return err // no answer came, so nothing was counted
	case mine.Code == CodeThrottled:
		err = throttled(e.hush(time.Now()))
	}
	e.Asked = append(e.Asked, time.Now())
	s.e = e
	if failed := write(s.path, e); failed != nil {
		s.warn(failed)
	}
	return err
}

// ask has a token made, with a little patience for a network that is down for a moment. An answer that is neither a token nor a
// known refusal is asked for again, once; a host that has given this login a token before is only in trouble for a while.
func (s *Source) ask(ctx context.Context, proven bool) (Token, error) {
	waits := []time.Duration{time.Second, 3 * time.Second} // guesses: a run should survive a hiccup, a start should not hang
	for {
		t, err := s.endpoint.refresh(ctx, s.credentials)
		var mine *Error
		odd := errors.As(err, &mine) && mine.Code == CodeBadAnswer
		switch {
		case odd && proven:
			err = &Unreachable{Host: s.endpoint.Host(), Err: errors.New(mine.odd)}
		case odd && len(waits) == 2:
			waits = waits[:1]
		case odd:
			return t, err
		}
		var reach *Unreachable
		if err == nil || !odd && !errors.As(err, &reach) || len(waits) == 0 {
			return t, err
		}
		select {
		case <-time.After(waits[0]):
			waits = waits[1:]
		case <-ctx.Done():
			return Token{}, ctx.Err()
		}
	}
}

// warn says once that the cache does not work; without it each start asks for a token of its own.
func (s *Source) warn(err error) {
	s.notice(fmt.Sprintf("the access token cannot be kept for the next command: %v", err))
	s.notice = func(string) {}
}
