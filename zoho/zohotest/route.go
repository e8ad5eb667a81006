package zohotest

import (
	"slices"
	"strings"
)

// rule is an address the service has, and what answers there. A segment in braces stands for an id.
type rule struct {
	method, path string
	op           string
	scopes       []string // any one of them; none for addresses without a token
	serve        func(*Server, *request) *answer
}

var (
	orgRead   = []string{ScopeOrgRead, ScopeOrgAll}
	orgUpdate = []string{ScopeOrgUpdate, ScopeOrgAll}
	ownRead   = []string{ScopeOwnRead, ScopeOwnAll}
	ownUpdate = []string{ScopeOwnUpdate, ScopeOwnAll}
	partner   = []string{ScopePartnerRead, ScopePartnerAll}
)

var rules = []rule{
	{"GET", "api/accounts", OpOwnAccounts, ownRead, (*Server).ownAccounts},
	{"GET", "api/accounts/{id}", OpOwnAccount, ownRead, (*Server).ownAccount},
	{"PUT", "api/accounts/{id}", OpUpdateOwn, ownUpdate, (*Server).updateOwn},
	{"GET", "api/organization", OpOrganisation, partner, (*Server).organisation},
	{"GET", "api/organization/{id}", OpOrganisation, partner, (*Server).organisation},
	{"GET", "api/organization/{id}/accounts", OpList, orgRead, (*Server).list},
	{"GET", "api/organization/{id}/accounts/{who}", OpUser, orgRead, (*Server).oneUser},
	{"PUT", "api/organization/{id}/accounts/{id}", OpUpdate, orgUpdate, (*Server).update},

	{"GET", "oauth/serverinfo", OpServerInfo, nil, (*Server).serverInfo},
	{"GET", "oauth/v2/auth", OpAuthorise, nil, (*Server).authorise},
	{"POST", "oauth/v2/token", OpToken, nil, (*Server).tokenCall},
	{"POST", "oauth/v2/token/revoke", OpRevoke, nil, (*Server).revokeFirst},
	{"POST", "oauth/v2/revoke/token", OpRevoke, nil, (*Server).revokeSecond},
	{"POST", "oauth/v3/device/code", OpDeviceCode, nil, (*Server).deviceCode},
	{"POST", "oauth/v3/device/token", OpDeviceToken, nil, (*Server).deviceToken},

	{"GET", "", OpConsole, nil, (*Server).frontPage},
	{"GET", "console/code", OpConsole, nil, (*Server).consoleCode},
	{"GET", "device", OpConsole, nil, (*Server).devicePage},
	{"POST", "device", OpConsole, nil, (*Server).deviceChoice},
}

// rulePaths are the segments of each rule's address.
var rulePaths = func() (all [][]string) {
	for _, r := range rules {
		all = append(all, strings.Split(r.path, "/"))
	}
	return all
}()

// find gives the rule of a call. One that only an id of the wrong form keeps from a rule has none either.
func (q *request) find() *rule {
	for i := range rules {
		if rules[i].method == q.method && covers(rulePaths[i], q.segments) {
			return &rules[i]
		}
	}
	return nil
}

func covers(want, segments []string) bool {
	return slices.EqualFunc(want, segments, func(w, s string) bool {
		switch w {
		case "{id}":
			return isID(s)
		case "{who}":
			return isID(s) || strings.Contains(s, "@")
		}
		return w == s
	})
}

// isID tells the form of a long: digits, at most 19 of them.
func isID(s string) bool {
	return s != "" && len(s) <= 19 && strings.Trim(s, "0123456789") == ""
}

// route finds who answers a call. Token, limit, scope and role are looked at in that order, before what the call says.
func (s *Server) route(q *request) *answer {
	r := q.rule
	switch {
	case r == nil && q.api():
		return noRule()
	case r == nil:
		return htmlPage(404, "404 Not Found")
	}
	if r.scopes == nil {
		return r.serve(s, q)
	}
	t, refused := s.bearer(q)
	if refused != nil {
		return refused
	}
	q.token = t
	if a := s.limited(q); a != nil {
		return a
	}
	if a := s.allowed(q, r); a != nil {
		return a
	}
	a := r.serve(s, q)
	if s.o.Quirks.Inside200 && a.status >= 400 {
		a = inside200(a)
	}
	return a
}

// bearer gives the live token of a call. Bearer, as the token answer calls itself, is refused; so is any other scheme.
func (s *Server) bearer(q *request) (*token, *answer) {
	h := q.header.Get("Authorization")
	if h == "" {
		return nil, noToken()
	}
	access, ok := strings.CutPrefix(h, "Zoho-oauthtoken ")
	t := s.state.tokens[access]
	if !ok || t == nil || t.Dead || !q.at.Before(t.Expires) || s.state.byZUID[t.User] == nil {
		return nil, badToken()
	}
	return t, nil
}

func (q *request) scheme() string {
	word, _, _ := strings.Cut(q.header.Get("Authorization"), " ")
	if strings.HasPrefix(word, "1000.") {
		return "(a token without a scheme)"
	}
	return word
}

// allowed checks scope, role and organisation.
func (s *Server) allowed(q *request, r *rule) *answer {
	scopes := r.scopes
	if r.op == OpOrganisation && s.o.Quirks.Organisation == Accepted {
		scopes = append(scopes[:len(scopes):len(scopes)], orgRead...)
	}
	if !slices.ContainsFunc(scopes, func(x string) bool { return slices.Contains(q.token.Scopes, x) }) {
		return s.badScope()
	}
	if q.segments[1] != "organization" {
		return nil
	}
	caller := s.state.byZUID[q.token.User]
	if caller.Role == Member || caller.Outside || len(q.segments) > 2 && !sameID(q.segments[2], s.state.org.ZOID) {
		return s.badRole()
	}
	return nil
}

func (s *Server) badScope() *answer {
	if s.o.Quirks.ScopeRefusal == "envelope" {
		return refuse(404, refusal{Code: "INVALID_OAUTHSCOPE"})
	}
	return &answer{status: 401, code: "INVALID_OAUTHSCOPE",
		body: []byte(`[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`)}
}

// badRole refuses a caller who is no administrator, or not of this organisation. "Invalid access" is documented, with
// neither status nor form (assumed).
func (s *Server) badRole() *answer {
	if s.o.Quirks.RoleRefusal == "401" {
		return refuse(401, refusal{More: "Invalid access"})
	}
	return refuse(403, refusal{Code: "OPERATION_NOT_PERMITTED", More: "Invalid access"})
}
