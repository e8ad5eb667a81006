package zohotest

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// Mischief is a kind of fault.
type Mischief string

// Kinds of faults. Those that can come after the change too say so; see Fault.AfterChange.
const (
	ThrottleA       Mischief = "throttle-a"       // 429 with Retry-After in seconds
	ThrottleB       Mischief = "throttle-b"       // 400 URL_ROLLING_THROTTLES_LIMIT_EXCEEDED, no time named
	ThrottleC       Mischief = "throttle-c"       // 429, empty, no header
	ThrottleDate    Mischief = "throttle-date"    // 429 with Retry-After as a date
	ThrottleMinutes Mischief = "throttle-minutes" // 400, "Try again after N minutes"
	ThrottleIP      Mischief = "throttle-ip"      // 400 REMOTE_IP_LOCKED
	Error500        Mischief = "500"              // no reason given; also after the change
	Error500Reason  Mischief = "500-reason"       // a business rule reported as 500
	Error500Inside  Mischief = "500-inside-200"   // a 500 without a reason inside HTTP 200
	HTML502         Mischief = "502"              // HTML of a gateway; also after the change
	HTML404         Mischief = "wrong-host"       // HTML, as a host answers that has no API
	Fail200         Mischief = "fail-inside-200"  // status.code 400 inside HTTP 200
	Forbidden       Mischief = "forbidden"        // 403 OPERATION_NOT_PERMITTED
	Cut             Mischief = "cut"              // the connection breaks without an answer; also after the change
	CutMiddle       Mischief = "cut-middle"       // it breaks in the middle of the answer; also after the change
	Slow            Mischief = "slow"             // waits Delay, then all is well; also after the change
	Expired         Mischief = "expired"          // the access token has just expired
	Revoked         Mischief = "revoked"          // the refresh token has just been revoked, access tokens with it
	Garbage         Mischief = "garbage"          // 200, and no JSON; also after the change
	Empty           Mischief = "empty"            // 200, and nothing; also after the change
	TokenThrottled  Mischief = "token-throttled"  // Access Denied from Accounts
	Scripted        Mischief = "scripted"         // Status, Header and Body as given; also after the change
)

// Fault says which calls go wrong, and how. The zero value of a restriction restricts nothing.
type Fault struct {
	Kind        Mischief
	Method      string        // only calls with this method
	Path        string        // only calls whose path contains this; "" is all of /api/, and nothing of Accounts
	Op          string        // only calls of this Op
	Probability float64       // of each such call to go wrong; 0 is always
	Skip        int           // first so many such calls go well
	Times       int           // so many go wrong, then never again; 0 has no end
	AfterChange bool          // the call is carried out, and its success is answered wrongly
	Delay       time.Duration // of Slow; 0 is 30 s
	RetryAfter  time.Duration // of throttles; 0 is 119 s, as observed of WorkDrive
	Lock        time.Duration // after a throttle every call of Mail is refused for so long
	Status      int           // of Scripted; 0 is 200
	Header      http.Header   // of Scripted
	Body        string        // of Scripted
}

// Chaos gives every passing fault at once, so that share of all calls meets one.
func Chaos(share float64) []Fault {
	kinds := []Fault{
		{Kind: ThrottleA, RetryAfter: 2 * time.Second}, {Kind: ThrottleB}, {Kind: ThrottleC}, {Kind: ThrottleDate, RetryAfter: 2 * time.Second},
		{Kind: Error500}, {Kind: Error500, AfterChange: true}, {Kind: Error500Inside},
		{Kind: HTML502}, {Kind: HTML502, AfterChange: true},
		{Kind: Cut}, {Kind: Cut, AfterChange: true}, {Kind: CutMiddle, AfterChange: true},
		{Kind: Slow, Delay: time.Second}, {Kind: Slow, Delay: time.Second, AfterChange: true},
		{Kind: Expired},
		{Kind: Garbage}, {Kind: Garbage, AfterChange: true}, {Kind: Empty}, {Kind: Empty, AfterChange: true},
	}
	left := 1.0 // of all calls, those that the kinds before have let through
	each := share / float64(len(kinds))
	for i := range kinds {
		kinds[i].Probability = each / left
		left -= each
	}
	return kinds
}

// Inject adds faults to those that are there. Of several that match a call, the first one has it.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Faults = append(s.o.Faults[:len(s.o.Faults):len(s.o.Faults)], faults...)
}

// ClearFaults ends all faults, and the lock of a throttle.
func (s *Server) ClearFaults() error {
	if err := s.enter(); err != nil {
		return err
	}
	s.o.Faults = nil
	s.state.limit = limitState{}
	s.touchLimit()
	return s.leave()
}

// drawFault gives the fault this call meets, or nil.
func (s *Server) drawFault(q *request) *Fault {
	for i := range s.o.Faults {
		f := &s.o.Faults[i]
		if !f.matches(q) || f.Probability > 0 && s.rand.Float64() >= f.Probability {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		switch f.Times {
		case 0:
		case 1:
			f.Times = -1 // used up
		default:
			f.Times--
		}
		drawn := *f
		return &drawn
	}
	return nil
}

func (f *Fault) matches(q *request) bool {
	if f.Times < 0 || f.Method != "" && f.Method != q.method || f.Op != "" && f.Op != q.op {
		return false
	}
	if f.Path == "" && f.Op == "" {
		return q.api()
	}
	return strings.Contains(q.path, f.Path)
}

// replaces says whether the fault is answered in place of the call.
func (f *Fault) replaces() bool { return f != nil && f.Kind != Slow && !f.AfterChange }

// spoils says whether the call is carried out and its answer lost.
func (f *Fault) spoils() bool { return f != nil && f.Kind != Slow && f.AfterChange }

func (f *Fault) delay() time.Duration {
	if f == nil || f.Kind != Slow {
		return 0
	}
	return cmp.Or(f.Delay, 30*time.Second)
}

func (f *Fault) waitBefore() time.Duration {
	if f != nil && f.AfterChange {
		return 0
	}
	return f.delay()
}

func (f *Fault) waitAfter() time.Duration {
	if f == nil || !f.AfterChange {
		return 0
	}
	return f.delay()
}

// spoil gives the fault's answer to a call that was carried out as a says.
func (s *Server) spoil(q *request, f *Fault, a *answer) *answer {
	b := a
	if f.Kind == CutMiddle {
		b.cut = cutBody
		return b
	}
	b = s.faulty(q, f)
	b.applied, b.changed = a.applied, a.changed
	return b
}

// faulty gives the fault's answer.
func (s *Server) faulty(q *request, f *Fault) *answer {
	if strings.HasPrefix(string(f.Kind), "throttle-") {
		return s.throttled(q, f)
	}
	switch f.Kind {
	case Expired, Revoked:
		return s.disown(q, f.Kind)
	case TokenThrottled:
		return s.accessDenied()
	case Scripted:
		return f.scripted()
	case Cut:
		return cutAnswer()
	case CutMiddle:
		a := success()
		a.cut, a.code = cutBody, "cut"
		return a
	}
	if a, ok := plainFaults[f.Kind]; ok {
		return a()
	}
	panic("zohotest: no such fault: " + string(f.Kind))
}

// plainFaults are those whose answer is the same every time.
var plainFaults = map[Mischief]func() *answer{
	Error500:       func() *answer { return refuse(500, refusal{Code: "INTERNAL_ERROR"}) },
	Error500Reason: func() *answer { return refuse(500, refusal{More: "Maximum user license limit reached"}) },
	Error500Inside: func() *answer { return inside200(refuse(500, refusal{More: "Internal Error"})) },
	HTML502:        func() *answer { return htmlPage(502, "502 Bad Gateway") },
	HTML404:        func() *answer { return htmlPage(404, "404 Not Found") },
	Fail200:        func() *answer { return inside200(refuse(400, refusal{Code: "INVALID_MODE"})) },
	Forbidden:      func() *answer { return refuse(403, refusal{Code: "OPERATION_NOT_PERMITTED"}) },
	Garbage:        func() *answer { return &answer{status: 200, body: []byte(`{"status":{"co`), code: "garbage"} },
	Empty:          func() *answer { return &answer{status: 200, code: "empty"} },
}

func inside200(a *answer) *answer {
	a.status = 200
	return a
}

func (s *Server) throttled(q *request, f *Fault) *answer {
	if f.Lock > 0 {
		s.state.limit.Until, s.state.limit.Shape = q.at.Add(f.Lock), f.Kind
		s.touchLimit()
	}
	wait := f.RetryAfter
	if wait == 0 {
		wait = cmp.Or(f.Lock, 119*time.Second)
	}
	return throttle(f.Kind, wait, q.at)
}

// disown makes the token of a call worthless, and refuses the call for it.
func (s *Server) disown(q *request, kind Mischief) *answer {
	t, refused := s.bearer(q)
	if refused != nil {
		return refused
	}
	if kind == Revoked {
		s.state.revoke(t.Grant)
	}
	s.state.kill(t)
	return badToken()
}

func (f *Fault) scripted() *answer {
	a := &answer{status: cmp.Or(f.Status, 200), body: []byte(f.Body), code: "scripted", header: map[string]string{}}
	for k := range f.Header {
		a.header[k] = f.Header.Get(k)
	}
	return a
}

// Mischiefs gives every kind of fault that needs nothing said beside its name.
func Mischiefs() []Mischief {
	return []Mischief{
		ThrottleA, ThrottleB, ThrottleC, ThrottleDate, ThrottleMinutes, ThrottleIP, Error500, Error500Reason, Error500Inside,
		HTML502, HTML404, Fail200, Forbidden, Cut, CutMiddle, Slow, Expired, Revoked, Garbage, Empty, TokenThrottled,
	}
}
