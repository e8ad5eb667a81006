package zohotest

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"
)

// Call is one call as the log keeps it. Secrets are struck out; tokens are told apart by number.
type Call struct {
	Seq         int       `json:"seq"`
	At          time.Time `json:"at"`
	Op          string    `json:"op"` // one of the Op constants, "" for an address nobody knows
	Method      string    `json:"method"`
	Path        string    `json:"path"`
	Query       string    `json:"query,omitempty"`
	Body        string    `json:"body,omitempty"`
	Scheme      string    `json:"scheme,omitempty"` // first word of the Authorization header
	Token       int       `json:"token,omitempty"`  // number of the live access token it carried, 0 for none
	ContentType string    `json:"content_type,omitempty"`
	Accept      string    `json:"accept,omitempty"`
	UserAgent   string    `json:"user_agent,omitempty"`
	AccountID   string    `json:"account_id,omitempty"` // whom it was about
	ZUID        int64     `json:"zuid,omitempty"`
	Status      int       `json:"status"`         // 0 when the connection was cut before an answer
	Code        string    `json:"code,omitempty"` // the service's word for a refusal
	Fault       Mischief  `json:"fault,omitempty"`
	Applied     bool      `json:"applied,omitempty"` // an update was carried out, whatever was answered
	Changed     []string  `json:"changed,omitempty"` // fields whose value it changed
	Knock       bool      `json:"knock,omitempty"`   // came while the service was locked
}

// What calls are for.
const (
	OpOwnAccounts  = "own-accounts"
	OpOwnAccount   = "own-account"
	OpOrganisation = "organisation"
	OpList         = "list"
	OpUser         = "user"
	OpUpdate       = "update"
	OpUpdateOwn    = "update-own"
	OpToken        = "token"
	OpAuthorise    = "authorise"
	OpDeviceCode   = "device-code"
	OpDeviceToken  = "device-token"
	OpRevoke       = "revoke"
	OpServerInfo   = "serverinfo"
	OpConsole      = "console" // pages of the stand-in's own
)

// Counts adds the log up, calls that it no longer keeps included.
type Counts struct {
	Calls     int            // all of them
	Ops       map[string]int // by what they were for
	Applied   int            // updates carried out
	Changed   int            // updates that changed a value
	Tokens    int            // access tokens issued
	Throttled int            // refused for their number
	Knocks    int            // of those, sent while the service was locked
	Faults    int            // met a fault on demand
}

type logbook struct {
	mu     sync.Mutex
	size   int
	calls  []Call
	counts Counts
	file   *os.File
}

// add numbers a call and keeps it. A log that cannot be written must not go unnoticed by the test that relies on it.
func (l *logbook) add(c *Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.add(c)
	c.Seq = l.counts.Calls
	if l.file != nil {
		line, err := json.Marshal(c)
		if err == nil {
			_, err = l.file.Write(append(line, '\n'))
		}
		if err != nil {
			panic("zohotest: log of calls: " + err.Error())
		}
	}
	switch {
	case l.size < 0:
		return
	case l.size > 0 && len(l.calls) >= 2*l.size:
		l.calls = slices.Delete(l.calls, 0, len(l.calls)-l.size+1)
	}
	l.calls = append(l.calls, *c)
}

func (n *Counts) add(c *Call) {
	if n.Ops == nil {
		n.Ops = map[string]int{}
	}
	n.Calls++
	n.Ops[c.Op]++
	for _, x := range []struct {
		is bool
		n  *int
	}{
		{c.Applied, &n.Applied},
		{len(c.Changed) > 0, &n.Changed},
		{(c.Op == OpToken || c.Op == OpDeviceToken) && c.Status == 200 && c.Code == "", &n.Tokens},
		{throttleCode(c.Code), &n.Throttled},
		{c.Knock, &n.Knocks},
		{c.Fault != "", &n.Faults},
	} {
		if x.is {
			*x.n++
		}
	}
}

func (l *logbook) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	f := l.file
	l.file = nil
	return f.Close()
}

// Log gives the calls so far, oldest first.
func (s *Server) Log() []Call {
	s.logs.mu.Lock()
	defer s.logs.mu.Unlock()
	calls := s.logs.calls
	if n := s.logs.size; n > 0 && len(calls) > n {
		calls = calls[len(calls)-n:]
	}
	return slices.Clone(calls)
}

// ClearLog forgets the calls so far and begins to count again.
func (s *Server) ClearLog() {
	s.logs.mu.Lock()
	defer s.logs.mu.Unlock()
	s.logs.calls, s.logs.counts = nil, Counts{}
}

// Counts gives the sums of the log.
func (s *Server) Counts() Counts {
	s.logs.mu.Lock()
	defer s.logs.mu.Unlock()
	n := s.logs.counts
	n.Ops = map[string]int{}
	for op, i := range s.logs.counts.Ops {
		n.Ops[op] = i
	}
	return n
}

// call gives the log's view of a request and its answer.
func (q *request) call(a *answer, f *Fault) Call {
	c := Call{
		At: q.at, Op: q.op, Method: q.method, Path: q.path, Query: q.rawQuery, Body: string(q.body),
		Scheme: q.scheme(), ContentType: q.header.Get("Content-Type"), Accept: q.header.Get("Accept"),
		UserAgent: q.header.Get("User-Agent"), AccountID: q.account, ZUID: q.zuid,
		Status: a.status, Code: a.code, Applied: a.applied, Changed: a.changed, Knock: q.knock,
	}
	if q.token != nil {
		c.Token = q.token.Serial
	}
	if f != nil {
		c.Fault = f.Kind
	}
	if !q.api() {
		c.Query, c.Body = strike(q.rawQuery), strike(string(q.body))
	}
	return c
}

// secrets are the form fields that must not be logged.
var secrets = []string{"client_secret", "refresh_token", "code", "token", "code_verifier", "device_code"}

func strike(form string) string {
	v, err := url.ParseQuery(form)
	if err != nil {
		return "(unreadable)"
	}
	for _, k := range secrets {
		if v.Has(k) {
			v.Set(k, "***")
		}
	}
	return v.Encode()
}
