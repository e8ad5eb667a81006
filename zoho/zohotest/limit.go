package zohotest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Limit is how many calls the service takes. Over it, it locks itself for a while that it does not disclose, and each
// call during the lock makes the lock begin again.
type Limit struct {
	Calls  int           // in any sliding Per; 0 is 30, as documented
	Per    time.Duration // 0 is a minute, as documented
	Lock   time.Duration // 0 is 15 minutes (guessed; siblings of Mail lock for 2 to 22)
	Gentle bool          // knocking during the lock does not prolong it
	Shape  Mischief      // one of the throttles; "" is ThrottleA
}

// limitState is what a limit remembers between calls, and processes.
type limitState struct {
	Times []time.Time `json:"times,omitempty"` // of the last calls that were let through
	Until time.Time   `json:"until,omitzero"`
	Shape Mischief    `json:"shape,omitempty"` // of the answers until then
}

// overLimit counts a call to Mail whose answer will be a fault.
func (s *Server) overLimit(q *request) *answer {
	if !q.api() {
		return nil
	}
	t, refused := s.bearer(q)
	if refused != nil {
		return nil // strangers are not counted
	}
	q.token = t
	return s.limited(q)
}

// limited counts a call, and gives the refusal if there were too many.
func (s *Server) limited(q *request) *answer {
	l := &s.state.limit
	if q.at.Before(l.Until) {
		return s.knocked(q)
	}
	if s.o.Limit == nil {
		return nil
	}
	calls, per := cmp.Or(s.o.Limit.Calls, 30), cmp.Or(s.o.Limit.Per, time.Minute)
	for len(l.Times) > 0 && !l.Times[0].After(q.at.Add(-per)) {
		l.Times = l.Times[1:]
	}
	if len(l.Times) < calls {
		l.Times = append(l.Times, q.at)
		s.touchLimit()
		return nil
	}
	l.Until, l.Shape = q.at.Add(s.o.Limit.lock()), s.o.Limit.shape()
	s.touchLimit()
	return throttle(l.Shape, l.Until.Sub(q.at), q.at)
}

// knocked refuses a call during the lock.
func (s *Server) knocked(q *request) *answer {
	q.knock = true
	l := &s.state.limit
	if s.o.Limit == nil || !s.o.Limit.Gentle {
		l.Until = maxTime(l.Until, q.at.Add(s.o.Limit.lock()))
		s.touchLimit()
	}
	return throttle(l.Shape, l.Until.Sub(q.at), q.at)
}

func (s *Server) touchLimit() {
	if s.file == nil {
		return // copying the times for nobody would cost more than the call itself
	}
	l := s.state.limit
	l.Times = slices.Clone(l.Times)
	s.state.touch(entry{Limit: &l})
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (l *Limit) lock() time.Duration {
	if l == nil {
		return 0
	}
	return cmp.Or(l.Lock, 15*time.Minute)
}

func (l *Limit) shape() Mischief { return cmp.Or(l.Shape, ThrottleA) }

// throttle gives a throttle answer in one of its shapes. None was ever captured for Mail: the shapes are those of its
// siblings, and of the filter they share.
func throttle(shape Mischief, wait time.Duration, now time.Time) *answer {
	seconds := int((wait + time.Second - 1) / time.Second)
	switch shape {
	case ThrottleB:
		return withCode(jsonAnswer(400, envelope{refusal{Code: "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"}, status{Code: 400}}), "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED")
	case ThrottleC:
		return &answer{status: 429, code: "429"}
	case ThrottleDate:
		a := &answer{status: 429, code: "429", header: map[string]string{"Retry-After": now.Add(wait).UTC().Format(http.TimeFormat)}}
		return a
	case ThrottleMinutes:
		return throttleMinutes((seconds + 59) / 60)
	case ThrottleIP:
		return refuse(400, refusal{Code: "REMOTE_IP_LOCKED"})
	}
	a := jsonAnswer(429, envelope{Status: status{429, "Too many requests"}})
	a.code, a.header = "429", map[string]string{"Retry-After": fmt.Sprint(seconds)}
	return a
}

// throttleMinutes is the form that Projects gives, which names its wait in words.
func throttleMinutes(minutes int) *answer {
	const code = "URL_ROLLING_THROTTLES_LIMIT_EXCEEDED"
	body := map[string]any{"error": map[string]any{"status_code": 400, "title": code, "details": map[string]any{
		"message": fmt.Sprintf("Cannot execute more than 100 requests per API in 2 minutes. Try again after %d minutes.", minutes)}}}
	return withCode(jsonAnswer(400, body), code)
}

func withCode(a *answer, code string) *answer {
	a.code = code
	return a
}

func throttleCode(code string) bool {
	return code == "429" || code == "REMOTE_IP_LOCKED" || strings.HasSuffix(code, "THROTTLES_LIMIT_EXCEEDED")
}
