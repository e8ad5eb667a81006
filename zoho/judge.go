package zoho

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verdict is what an answer means.
type verdict struct {
	own bool   // the answer shows that this host is the service: pages for people are passing faults from now on
	err *Error // nil: success
}

// judge says what an answer means. It only looks, and hands on what the call wants to have of a success; now is for a wait that ends at a date.
func judge(a answer, now time.Time) verdict {
	if a.err != nil {
		return verdict{err: a.unanswered()}
	}
	s := said{}
	if !a.cut {
		s = readSaid(a.header, a.body, a.wanted())
	}
	status := a.status
	if status < 400 && s.form.own() && s.code != 0 && s.code/100 != 2 {
		status = s.code // a failure inside a 200
	}
	if status/100 == 2 && s.form == envelope {
		return verdict{own: true}
	}
	e := &Error{Op: a.call.op, Method: a.call.method, Status: status, Code: shorten(a.redact(s.word), 60),
		Message: s.message(a.redact), Kind: a.kind(s, status), Unproven: !a.known.proven}
	if e.Kind == Throttled || e.Kind == Transient {
		e.RetryAfter = namedWait(a.header, s.reasons, now)
	}
	if !s.form.own() {
		e.Message = a.appearance(s, e.Message)
	}
	e.Sent = a.call.change() && (e.Kind == NoAnswer || e.Kind == Transient) && (status < 300 || status >= 500)
	return verdict{own: s.form.own() && !misplaced[s.word], err: e}
}

// wanted is who takes the data of an answer that can be a success.
func (a *answer) wanted() func(*reader) {
	if a.status/100 == 2 {
		return a.call.into
	}
	return nil
}

// kind classes an answer that is no success: by the service's own word first, then by the status.
func (a *answer) kind(s said, status int) Kind {
	if throttles(s, status) {
		return Throttled
	}
	if kind, known := a.byWord(s); known {
		return kind
	}
	switch {
	case status == http.StatusUnauthorized && (s.form != webPage || a.known.proven):
		return Auth
	case s.form.own():
		return a.byStatus(s, status)
	}
	return a.odd(s, status)
}

// words are the service's words that mean the same wherever they come.
var words = map[string]Kind{
	"INVALID_OAUTHTOKEN": Auth, "OAUTHTOKEN_EXPIRED": Auth, "INVALID_TICKET": Auth, "NOT_AUTHENTICATED": Auth,
	"INVALID_OAUTHSCOPE":      Scope,
	"BLOCK_LISTED_IP":         Role,
	"EXTRA_KEY_FOUND_IN_JSON": ExtraKey,
	"ACCOUNT_NOT_EXISTS":      NotFound,
}

// misplaced are the words for a path, method or mode that the service does not have. They are every row's error while
// nothing else has been heard of this host, and a row's own afterwards.
var misplaced = map[string]bool{"URL_RULE_NOT_CONFIGURED": true, "INVALID_URL": true, "INVALID_METHOD": true, "INVALID_MODE": true}

func (a *answer) byWord(s said) (Kind, bool) {
	if kind, ok := words[s.word]; ok {
		return kind, true
	}
	switch {
	case misplaced[s.word] && !a.known.proven:
		return Shape, true
	case misplaced[s.word]:
		return Row, true
	case s.word == "OPERATION_NOT_PERMITTED" || s.word == "UNAUTHORISED" || s.invalidAccess():
		return a.forbidden(), true
	}
	return 0, false
}

// forbidden is everybody's error until a call of this sort has been carried out; then the caller does have the right,
// only not over this user: an administrator may not touch the super administrator, for instance.
func (a *answer) forbidden() Kind {
	if a.known.allowed {
		return Row
	}
	return Role
}

// invalidAccess tells the text that a member gets who calls what is for administrators. Next to a 401 it may as well
// be about the token.
func (s *said) invalidAccess() bool {
	if s.word != "" || s.code == http.StatusUnauthorized {
		return false
	}
	for _, text := range append(s.reasons, s.summary) {
		if foldWord(text) == "invalidaccess" {
			return true
		}
	}
	return false
}

// byStatus classes an answer in the service's own form whose word says nothing special.
func (a *answer) byStatus(s said, status int) Kind {
	switch {
	case status == http.StatusBadRequest || status == http.StatusNotFound:
		if a.call.one && s.word == "" || s.missing() {
			return NotFound // a well-formed call about something that is not there is refused without a word
		}
	case status == http.StatusRequestTimeout || status == http.StatusTooEarly || status >= 502 && status <= 504:
		return Transient
	case status >= 500 && !s.explains():
		return Transient
	}
	return Row
}

// gone is how the service says that an id or address is nobody's.
var gone = regexp.MustCompile(`(?i)^\s*(account|user|zuid|e-?mail)\b.*(\binvalid\b|not exist|not found|no such)`)

// missing tells a refusal that is about a user who is not there.
func (s *said) missing() bool {
	if strings.HasSuffix(s.word, "_NOT_FOUND") || strings.HasSuffix(s.word, "_NOT_EXIST") {
		return true
	}
	for _, reason := range s.reasons {
		if s.word == "" && gone.MatchString(reason) {
			return true
		}
	}
	return false
}

// odd classes what the service does not send. From a host that was never heard to speak the service's language it is
// the wrong host; from one that was, something on the way.
func (a *answer) odd(s said, status int) Kind {
	switch {
	case a.cut && status < 300 && a.call.change():
		return NoAnswer
	case a.cut:
		return Transient
	case !a.known.proven && (s.form == webPage || status >= 300 && status < 500):
		return Shape
	case status < 300 && s.form != webPage && a.call.change():
		return NoAnswer
	}
	return Transient
}

// appearance is what to say of an answer that is not in the service's form.
func (a *answer) appearance(s said, message string) string {
	what := "an answer that is not this service's"
	switch {
	case a.cut:
		return "the answer broke off"
	case a.status >= 300 && a.status < 400:
		what = "sent on to " + shorten(hostOf(a.header.Get("Location")), 80)
	case s.form == webPage && message == "":
		what = "a page for people"
	case s.form == strange && message == "":
		what = "an empty answer"
	}
	return strings.TrimSuffix(what+": "+message, ": ")
}

// hostOf is the host of a redirect's target, or the target itself.
func hostOf(location string) string {
	if u, err := url.Parse(location); err == nil && u.Host != "" {
		return u.Host
	}
	return "another path"
}

// unanswered is the error of a request that brought no answer.
func (a *answer) unanswered() *Error {
	e := &Error{Op: a.call.op, Method: a.call.method, Err: a.err, Unproven: !a.known.proven}
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case !a.known.proven && (errors.As(a.err, &certificate) || errors.As(a.err, &record)):
		e.Kind = Shape
	case unsent(a.err):
		e.Kind = Unreachable
	case a.call.change():
		e.Kind, e.Sent = NoAnswer, true
	default:
		e.Kind = Transient
	}
	if errors.Is(a.err, context.DeadlineExceeded) {
		e.Message = "no answer in time"
	}
	return e
}

// unsent tells an error from before anything was sent: no connection, or none that could be trusted.
func unsent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &dns) ||
		errors.As(err, &certificate) || errors.As(err, &record) ||
		strings.Contains(err.Error(), "TLS handshake timeout") // net/http has no type for this one
}

// throttles tells every shape of "too many calls": the status, the words of the filter in front of all of Zoho's
// services, and texts. A text counts only where no word says what is wrong, since it may quote a value.
func throttles(s said, status int) bool {
	switch {
	case status == http.StatusTooManyRequests, strings.Contains(s.word, "THROTTLES_LIMIT_EXCEEDED"),
		s.word == "REMOTE_IP_LOCKED", s.word == "F7008":
		return true
	case telling(s.word), status < 400:
		return false
	}
	return throttleText.MatchString(s.summary) || slices.ContainsFunc(s.reasons, throttleText.MatchString)
}

var throttleText = regexp.MustCompile(`(?i)THROTTLES_LIMIT_EXCEEDED|REMOTE_IP_LOCKED|too many requests|throttle limit|` +
	`rate limit exceeded|try again after \d+ (second|minute|hour)`)

// waitText finds a wait in words.
var waitText = regexp.MustCompile(`(?i)again (?:after|in) (\d{1,6}) ?(sec|min|hour)`)

// longestNamed bounds what a header may ask for, so that no sum overflows; anybody's limit is far below.
const longestNamed = 30 * 24 * time.Hour

// namedWait is the wait that an answer asks for, by header or in words, the longer of the two; 0 if by none. A
// wait of no time at all is still a named one.
func namedWait(header http.Header, reasons []string, now time.Time) time.Duration {
	wait := retryAfter(header, now)
	for _, reason := range reasons {
		if m := waitText.FindStringSubmatch(reason); m != nil {
			n, _ := strconv.Atoi(m[1])
			unit := map[string]time.Duration{"sec": time.Second, "min": time.Minute, "hour": time.Hour}[strings.ToLower(m[2])]
			wait = max(wait, min(time.Duration(n)*unit, longestNamed), 1)
		}
	}
	return wait
}

// retryAfter reads the header: seconds, or a date, which is held against the answer's own clock where it tells it.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if !(seconds >= 0) { // also not a number
			return 0
		}
		return max(1, time.Duration(min(seconds, longestNamed.Seconds())*float64(time.Second)))
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(header.Get("Date")); err == nil {
		now = sent
	}
	return max(1, min(at.Sub(now), longestNamed))
}

// refusedForGood is the error of a call whose token is refused although it is fresh. If others get through with it,
// or the text is the one for a missing role, it is not the token's fault.
func refusedForGood(e *Error, others bool) *Error {
	final := *e
	switch {
	case others:
		final.Kind = Row
	case e.Code == "" && foldWord(e.Message) == "invalidaccess":
		final.Kind = Role
	default:
		final.Err = errStillRefused
	}
	return &final
}
