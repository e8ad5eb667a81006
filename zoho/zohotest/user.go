package zohotest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Roles of a user, as the service spells them.
const (
	Member     = "member"
	Admin      = "admin"
	SuperAdmin = "super_admin"
)

// User is one person of the directory.
type User struct {
	ZUID        int64    `json:"zuid"`
	AccountID   string   `json:"accountId"` // 19 digits
	Email       string   `json:"email"`     // primary address
	Mailbox     string   `json:"mailbox,omitempty"`
	Aliases     []string `json:"aliases,omitempty"`
	DisplayName string   `json:"displayName,omitempty"`
	FirstName   string   `json:"firstName,omitempty"`
	LastName    string   `json:"lastName,omitempty"`
	Gender      string   `json:"gender,omitempty"`
	Country     string   `json:"country,omitempty"`
	Phone       string   `json:"phone,omitempty"`
	Mobile      string   `json:"mobile,omitempty"`
	Address     Address  `json:"address,omitzero"`
	Role        string   `json:"role,omitempty"` // "" is member
	Language    string   `json:"language,omitempty"`
	TimeZone    string   `json:"timeZone,omitempty"`
	Disabled    bool     `json:"disabled,omitempty"`
	Outside     bool     `json:"outside,omitempty"` // belongs to no organisation: its zoid is -1
}

// Address is where a user lives or works.
type Address struct {
	Street     string `json:"streetAddr,omitempty"`
	City       string `json:"city,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	State      string `json:"state,omitempty"`
}

// Organisation is what the users belong to.
type Organisation struct {
	ZOID    int64    `json:"zoid"`
	Name    string   `json:"name"`
	Domains []string `json:"domains"`
}

// Addresses gives every address the user can be found by: primary, mailbox and aliases.
func (u *User) Addresses() []string {
	all := append([]string{u.Email, u.Mailbox}, u.Aliases...)
	seen := all[:0]
	for _, a := range all {
		if a != "" && !slices.ContainsFunc(seen, func(s string) bool { return fold(s) == fold(a) }) {
			seen = append(seen, a)
		}
	}
	return seen
}

func (u User) clone() User {
	u.Aliases = append([]string(nil), u.Aliases...) // nil for none, so that equal users are alike
	return u
}

// fold makes two spellings of one address alike.
func fold(address string) string { return strings.ToLower(address) }

// record is a user with what readers still see of it.
type record struct {
	User
	seen  *User     // an older version that reads may still give, nil when there is none
	until time.Time // reads before it are stale
	stale int       // so many reads are stale
}

// add puts a user into the directory, and refuses one whose ids or addresses are taken.
func (st *state) add(u User) error {
	u = u.clone()
	if u.Role == "" {
		u.Role = Member
	}
	if u.Mailbox == "" {
		u.Mailbox = u.Email
	}
	if st.byZUID[u.ZUID] != nil || st.byAccount[u.AccountID] != nil {
		return fmt.Errorf("user %s: zuid %d or account %s is taken", u.Email, u.ZUID, u.AccountID)
	}
	for _, a := range u.Addresses() {
		if st.byAddress[fold(a)] != nil {
			return fmt.Errorf("user %d: address %s is taken", u.ZUID, a)
		}
	}
	r := &record{User: u}
	st.users = append(st.users, r)
	st.index(r)
	return nil
}

func (st *state) index(r *record) {
	st.byZUID[r.ZUID] = r
	st.byAccount[r.AccountID] = r
	for _, a := range r.Addresses() {
		st.byAddress[fold(a)] = r
	}
}

func (st *state) unindex(r *record) {
	delete(st.byZUID, r.ZUID)
	delete(st.byAccount, r.AccountID)
	for _, a := range r.Addresses() {
		delete(st.byAddress, fold(a))
	}
}

// replace gives a record a new value, found by its new addresses from now on.
func (st *state) replace(r *record, u User) {
	st.unindex(r)
	r.User = u.clone()
	st.index(r)
}

func (st *state) remove(zuid int64) bool {
	r := st.byZUID[zuid]
	if r == nil {
		return false
	}
	st.unindex(r)
	st.users = slices.DeleteFunc(st.users, func(x *record) bool { return x == r })
	return true
}

// Users gives the whole directory as it is now, in the order of the list.
func (s *Server) Users() ([]User, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	all := make([]User, 0, len(s.state.users))
	for _, r := range s.state.users {
		all = append(all, r.clone())
	}
	return all, s.leave()
}

// User gives one user by any of its addresses, by zuid or by account id, as it is now however stale reads are.
func (s *Server) User(who string) (User, bool) {
	if s.enter() != nil {
		return User{}, false
	}
	r := s.state.find(who)
	var u User
	if r != nil {
		u = r.clone()
	}
	return u, s.leave() == nil && r != nil
}

func (st *state) find(who string) *record {
	if r := st.byAddress[fold(who)]; r != nil {
		return r
	}
	if r := st.byAccount[who]; r != nil {
		return r
	}
	zuid, err := strconv.ParseInt(who, 10, 64)
	if err != nil {
		return nil
	}
	return st.byZUID[zuid]
}

// Put adds a user, or changes the one with the same zuid behind every client's back.
func (s *Server) Put(u User) error {
	if err := s.enter(); err != nil {
		return err
	}
	err := s.state.put(u)
	if e := s.leave(); err == nil {
		err = e
	}
	return err
}

func (st *state) put(u User) error {
	r := st.byZUID[u.ZUID]
	if r == nil {
		if err := st.add(u); err != nil {
			return err
		}
		r = st.byZUID[u.ZUID]
	} else {
		st.replace(r, u)
	}
	st.touchUser(r)
	return nil
}

// Remove takes a user out of the directory, as if somebody had deleted it, and says whether there was one.
func (s *Server) Remove(zuid int64) (bool, error) {
	if err := s.enter(); err != nil {
		return false, err
	}
	gone := s.state.remove(zuid)
	if gone {
		s.state.touch(entry{Gone: zuid})
	}
	return gone, s.leave()
}
