package zohotest

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// request is one call as it came in.
type request struct {
	method   string
	path     string   // decoded, for people and for faults
	segments []string // decoded one by one, so that an escaped slash stays inside its segment
	query    url.Values
	rawQuery string
	header   http.Header
	body     []byte
	base     string // scheme and host it came to
	at       time.Time
	rule     *rule  // nil for an address that the service does not have
	op       string // of the rule
	token    *token // the live access token it carried
	zuid     int64  // whom it was about
	account  string
	knock    bool // came during a lock
}

func newRequest(r *http.Request, body []byte) *request {
	q := &request{method: r.Method, path: r.URL.Path, query: r.URL.Query(), rawQuery: r.URL.RawQuery, header: r.Header, body: body}
	for s := range strings.SplitSeq(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
		q.segments = append(q.segments, s)
	}
	if q.rule = q.find(); q.rule != nil {
		q.op = q.rule.op
	}
	q.base = "http://" + r.Host
	if r.TLS != nil || r.URL.Scheme == "https" {
		q.base = "https://" + r.Host
	}
	if n := len(q.segments); q.api() && n > 2 && q.segments[n-2] == "accounts" && q.method == "PUT" {
		q.account = q.segments[n-1]
	}
	return q
}

// api says whether the call is one to Mail rather than to Accounts.
func (q *request) api() bool { return q.segments[0] == "api" }

// form gives the fields of a form body. The query counts too: one of the revoke addresses takes its token there.
func (q *request) form() url.Values {
	v, _ := url.ParseQuery(string(q.body)) // what cannot be read is missing, and refused as such
	for k, all := range q.query {
		v[k] = append(v[k], all...)
	}
	return v
}
