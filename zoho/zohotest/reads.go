package zohotest

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) ownAccounts(q *request) *answer {
	if a := badParams(q.query); a != nil {
		return a
	}
	return dataAnswer([]any{s.render(s.visible(s.state.byZUID[q.token.User], q.at))})
}

func (s *Server) ownAccount(q *request) *answer {
	r := s.state.byZUID[q.token.User]
	q.account = q.segments[2]
	if a := badParams(q.query); a != nil {
		return a
	}
	if r.AccountID != q.segments[2] {
		return s.missing(q.segments[2])
	}
	return dataAnswer(s.render(s.visible(r, q.at)))
}

func (s *Server) oneUser(q *request) *answer {
	if a := badParams(q.query); a != nil {
		return a
	}
	who := q.segments[4]
	var r *record
	if strings.Contains(who, "@") {
		r = s.state.byAddress[fold(who)]
	} else if zuid, err := strconv.ParseInt(who, 10, 64); err == nil {
		r = s.state.byZUID[zuid] // an account id is no zuid
	}
	if r == nil {
		return s.missing(who)
	}
	q.zuid, q.account = r.ZUID, r.AccountID
	return dataAnswer(s.render(s.visible(r, q.at)))
}

// missing refuses an id that nobody has, in one of the ways seen: a well-formed call that names a missing thing gets no
// errorCode, and its status may be any of three.
func (s *Server) missing(who string) *answer {
	more := "Account id " + who + " is invalid"
	switch s.o.Quirks.Missing {
	case "400":
		return refuse(400, refusal{More: more})
	case "500":
		return refuse(500, refusal{More: more})
	}
	return refuse(404, refusal{More: more})
}

// list gives a page of users. It has no total, no sign that more follows, and no filter.
func (s *Server) list(q *request) *answer {
	if a := badParams(q.query, "start", "limit"); a != nil {
		return a
	}
	start, limit, a := s.window(q.query)
	if a != nil {
		return a
	}
	if s.o.Quirks.RepeatPage {
		start = 0
	}
	start = min(start, len(s.state.users))
	page := s.state.users[start:min(start+limit, len(s.state.users))]
	if s.o.Quirks.ListObject && len(page) == 1 {
		return dataAnswer(s.render(s.visible(page[0], q.at)))
	}
	all := make([]any, 0, len(page))
	for _, r := range page {
		all = append(all, s.render(s.visible(r, q.at)))
	}
	return dataAnswer(all)
}

// window reads start and limit. The largest limit is not documented; 200 was observed once.
func (s *Server) window(v url.Values) (start, limit int, refused *answer) {
	start, refused = number(v, "start", 0)
	if refused != nil {
		return
	}
	limit, refused = number(v, "limit", 10)
	if refused != nil {
		return
	}
	most := s.o.Quirks.PageCap
	if limit > most && s.o.Quirks.OverCap == Refused {
		return 0, 0, badPattern("limit")
	}
	return start, min(limit, most), nil
}

func number(v url.Values, key string, fallback int) (int, *answer) {
	text := cmp.Or(v.Get(key), strconv.Itoa(fallback))
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, badType(key)
	case n < 0 || key == "limit" && n == 0:
		return 0, badPattern(key)
	}
	return n, nil
}

// badParams refuses query parameters that an address does not know, or that come twice.
func badParams(v url.Values, known ...string) *answer {
	for k, all := range v {
		if !slices.Contains(known, k) {
			return refuse(400, refusal{Code: "EXTRA_PARAM_FOUND", More: k + " Extra paramters given"}) // sic
		}
		if len(all) > 1 {
			return refuse(400, refusal{Code: "MORE_THAN_MAX_OCCURANCE", More: k}) // sic
		}
	}
	return nil
}

// listDelay is how long a page takes to read, as asked for.
func (s *Server) listDelay(q *request) time.Duration {
	if s.o.Quirks.ListDelay == 0 || q.op != OpList {
		return 0
	}
	_, limit, refused := s.window(q.query)
	if refused != nil {
		return 0
	}
	return time.Duration(min(limit, len(s.state.users))) * s.o.Quirks.ListDelay
}

// organisation gives details of the organisation.
func (s *Server) organisation(q *request) *answer {
	if a := badParams(q.query); a != nil {
		return a
	}
	o := s.state.org
	domains := make([]map[string]any, len(o.Domains))
	for i, d := range o.Domains {
		domains[i] = map[string]any{"domainName": d, "primary": i == 0}
	}
	return dataAnswer(map[string]any{
		"zoid": o.ZOID, "orgName": o.Name, "usersCount": len(s.state.users), "mailboxCount": len(s.state.users),
		"primaryDomainName": slices.Concat(o.Domains, []string{""})[0], "domains": domains, "planType": "Standard",
	})
}

// visible gives what a read shows of a user, which may be older than the truth.
func (s *Server) visible(r *record, now time.Time) *User {
	switch {
	case r.seen == nil:
		return &r.User
	case r.stale > 0:
		r.stale--
		return r.seen
	case now.Before(r.until):
		return r.seen
	}
	r.seen = nil
	return &r.User
}

// hide lets reads give the present value for a while, though it is about to change.
func (s *Server) hide(r *record, now time.Time) {
	k := s.o.Quirks
	if k.ReadLag == 0 && k.StaleReads == 0 {
		return
	}
	if r.seen == nil || r.stale == 0 && !now.Before(r.until) {
		old := r.clone()
		r.seen = &old
	}
	r.until, r.stale = now.Add(k.ReadLag), k.StaleReads
}

func sameID(text string, id int64) bool { return text == strconv.FormatInt(id, 10) }
