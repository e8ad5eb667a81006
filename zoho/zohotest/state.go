package zohotest

import "time"

// state is everything the service remembers.
type state struct {
	org       Organisation
	caller    int64     // zuid of the user who signs in
	users     []*record // in the order of the list
	byZUID    map[int64]*record
	byAccount map[string]*record
	byAddress map[string]*record // folded
	grants    map[string]*grant
	tokens    map[string]*token
	codes     map[string]*code
	devices   map[string]*device
	limit     limitState
	serial    int     // of the newest access token
	dirty     []entry // changed since the last write
}

func newState() state {
	return state{
		byZUID:    map[int64]*record{},
		byAccount: map[string]*record{},
		byAddress: map[string]*record{},
		grants:    map[string]*grant{},
		tokens:    map[string]*token{},
		codes:     map[string]*code{},
		devices:   map[string]*device{},
	}
}

// entry is one line of a state file: the newest about a thing holds.
type entry struct {
	Version int           `json:"zohotest,omitempty"` // only in the first line
	Org     *Organisation `json:"organisation,omitempty"`
	Caller  int64         `json:"caller,omitempty"`
	User    *User         `json:"user,omitempty"`
	Seen    *User         `json:"seen,omitempty"` // with User: what stale reads give
	Until   time.Time     `json:"until,omitzero"`
	Stale   int           `json:"stale,omitempty"`
	Gone    int64         `json:"gone,omitempty"`
	Grant   *grant        `json:"grant,omitempty"`
	Token   *token        `json:"token,omitempty"`
	Code    *code         `json:"code,omitempty"`
	Device  *device       `json:"device,omitempty"`
	Limit   *limitState   `json:"limit,omitempty"`
}

func (st *state) touch(e entry) { st.dirty = append(st.dirty, e) }

func (st *state) touchUser(r *record) {
	u := r.clone()
	st.touch(entry{User: &u, Seen: r.seen, Until: r.until, Stale: r.stale})
}

// apply takes in one line of a state file.
func (st *state) apply(e entry) error {
	switch {
	case e.Version != 0:
		st.org, st.caller = *e.Org, e.Caller
	case e.User != nil:
		return st.applyUser(e)
	case e.Gone != 0:
		st.remove(e.Gone)
	case e.Grant != nil:
		st.grants[e.Grant.Refresh] = e.Grant
	case e.Token != nil:
		st.tokens[e.Token.Access] = e.Token
		st.serial = max(st.serial, e.Token.Serial)
	case e.Code != nil:
		st.codes[e.Code.Code] = e.Code
	case e.Device != nil:
		st.devices[e.Device.Device] = e.Device
	case e.Limit != nil:
		st.limit = *e.Limit
	}
	return nil
}

func (st *state) applyUser(e entry) error {
	r := st.byZUID[e.User.ZUID]
	if r == nil {
		if err := st.add(*e.User); err != nil {
			return err
		}
		r = st.byZUID[e.User.ZUID]
	} else {
		st.replace(r, *e.User)
	}
	r.seen, r.until, r.stale = e.Seen, e.Until, e.Stale
	return nil
}

// stateVersion is that of the file's lines. Other versions are refused: a stand-in's state is not worth a migration.
const stateVersion = 1

// entries gives the whole state as lines.
func (st *state) entries(yield func(entry) bool) {
	if !yield(entry{Version: stateVersion, Org: &st.org, Caller: st.caller}) {
		return
	}
	for _, r := range st.users {
		if !yield(entry{User: &r.User, Seen: r.seen, Until: r.until, Stale: r.stale}) {
			return
		}
	}
	for _, e := range st.oauthEntries() {
		if !yield(e) {
			return
		}
	}
}

func (st *state) oauthEntries() []entry {
	var all []entry
	for _, g := range st.grants {
		all = append(all, entry{Grant: g})
	}
	for _, t := range st.tokens {
		all = append(all, entry{Token: t})
	}
	for _, c := range st.codes {
		all = append(all, entry{Code: c})
	}
	for _, d := range st.devices {
		all = append(all, entry{Device: d})
	}
	return append(all, entry{Limit: &st.limit})
}

// size is about how many lines the whole state takes.
func (st *state) size() int {
	return 2 + len(st.users) + len(st.grants) + len(st.tokens) + len(st.codes) + len(st.devices)
}
