package zohotest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Modes of an update that this stand-in carries out; every other one is refused.
const (
	modePersonal = "updatePersonalInfo"
	modeAddress  = "displaynameemailupdate"
)

// Keys of the two modes.
var (
	addressKeys  = []string{"zuid", "mode", "displayName", "emailAddress"} // without zuid for one's own account
	personalKeys = []string{"zuid", "mode", "displayName", "gender", "country", "mobileNumber", "address",
		"firstName", "lastName", string(PhoneNumber), string(PhoneNumer)}
)

// update is what an administrator sends for a user.
func (s *Server) update(q *request) *answer {
	body, mode, refused := s.updateBody(q)
	if refused != nil {
		return refused
	}
	keys := addressKeys
	if mode == modePersonal {
		keys = personalKeys
	}
	if refused := s.unknownKey(body, keys); refused != nil {
		return refused
	}
	zuid, refused := readZUID(body)
	if refused != nil {
		return refused
	}
	q.zuid = zuid
	r := s.state.byAccount[q.account]
	if r == nil || r.ZUID != zuid { // that the two must agree is assumed
		return s.missing(q.account)
	}
	if mode == modePersonal {
		return s.personal(q, r, body)
	}
	return s.address(q, r, body)
}

// updateOwn is what a user sends for themselves.
func (s *Server) updateOwn(q *request) *answer {
	body, mode, refused := s.updateBody(q)
	switch {
	case refused != nil:
		return refused
	case mode == modePersonal:
		return badMode() // documented for administrators only
	}
	if refused := s.unknownKey(body, addressKeys[1:]); refused != nil {
		return refused
	}
	r := s.state.byZUID[q.token.User]
	if r.AccountID != q.account {
		return s.missing(q.account)
	}
	q.zuid = r.ZUID
	return s.address(q, r, body)
}

func badMode() *answer { return refuse(400, refusal{Code: "INVALID_MODE"}) }

// updateBody reads a body as far as its mode, without which its keys cannot be judged.
func (s *Server) updateBody(q *request) ([]field, string, *answer) {
	if a := badParams(q.query); a != nil {
		return nil, "", a
	}
	body, refused := q.object()
	if refused != nil {
		return nil, "", refused
	}
	mode, _ := get(body, "mode")
	if mode != modePersonal && mode != modeAddress {
		return nil, "", badMode()
	}
	return body, mode.(string), nil
}

// unknownKey refuses a body with a key its mode does not know. The refusal names no key.
func (s *Server) unknownKey(body []field, known []string) *answer {
	for _, f := range body {
		if s.keyRule(f.key, known) == Refused {
			return refuse(404, refusal{Code: "EXTRA_KEY_FOUND_IN_JSON"})
		}
	}
	return nil
}

// keyRule says what becomes of a key.
func (s *Server) keyRule(key string, known []string) Rule {
	k := s.o.Quirks
	phone := k.PhoneKey
	switch {
	case !slices.Contains(known, key):
		return k.UnknownKey
	case (key == string(PhoneNumber) || key == string(PhoneNumer)) && phone != BothKeys && key != string(phone):
		return k.OtherPhoneKey
	case key == "firstName" || key == "lastName":
		return k.Names
	}
	return Accepted
}

// readZUID takes the zuid as a number or as a string, as the two samples have it.
func readZUID(body []field) (int64, *answer) {
	v, ok := get(body, "zuid")
	if !ok || v == nil {
		return 0, isNull("zuid")
	}
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	zuid, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !isID(text) {
		return 0, badType("zuid")
	}
	return zuid, nil
}

// address carries out displaynameemailupdate.
func (s *Server) address(q *request, r *record, body []field) *answer {
	u := r.clone()
	for _, key := range []string{"displayName", "emailAddress"} {
		v, ok := get(body, key)
		if !ok || v == nil {
			return isNull(key)
		}
		text, refused := s.text(key, v)
		if refused != nil {
			return refused
		}
		if text == "" {
			return refuse(400, refusal{Code: "EMPTY_VALUE_NOT_ALLOWED", More: key})
		}
		if key == "displayName" {
			u.DisplayName = text
		} else if refused := s.rename(r, &u, text); refused != nil {
			return refused
		}
	}
	return s.commit(q, r, u)
}

// rename gives a user another primary address. The page says no more than "the new email address": whether it must be one
// the user has already, and what becomes of the old one, are quirks.
func (s *Server) rename(r *record, u *User, address string) *answer {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(address, " ,;<>\"") || strings.Contains(domain, "@") {
		return badPattern("emailAddress")
	}
	if len(local) > 64 { // documented
		return refuse(400, refusal{Code: "MORE_THAN_MAX_LENGTH", More: "emailAddress"})
	}
	other := s.state.byAddress[fold(address)]
	if other != nil && other != r { // status and words by analogy with a domain that is taken
		return refuse(400, refusal{Error: "EMAIL_ALREADY_EXISTS", More: "Email address already exists"})
	}
	if other == nil && s.o.Quirks.NewAddress == Refused {
		return refuse(400, refusal{More: "Email address " + address + " is invalid"})
	}
	if fold(address) != fold(u.Email) {
		u.move(address, s.o.Quirks.OldAddress == Kept)
	}
	return nil
}

// move makes address the primary one.
func (u *User) move(address string, keepOld bool) {
	old := u.Email
	u.Aliases = slices.DeleteFunc(u.Aliases, func(a string) bool { return fold(a) == fold(address) })
	if keepOld {
		u.Aliases = append(u.Aliases, old)
	}
	if fold(u.Mailbox) == fold(old) {
		u.Mailbox = address
	}
	u.Email = address
}

// commit makes u the user's new value.
func (s *Server) commit(q *request, r *record, u User) *answer {
	a := success()
	a.applied, a.changed = true, differences(&r.User, &u)
	if len(a.changed) > 0 {
		s.hide(r, q.at)
		s.state.replace(r, u)
		s.state.touchUser(r)
	}
	return a
}

func differences(a, b *User) []string {
	var keys []string
	for _, x := range []struct{ key, a, b string }{
		{"displayName", a.DisplayName, b.DisplayName}, {"firstName", a.FirstName, b.FirstName}, {"lastName", a.LastName, b.LastName},
		{"gender", a.Gender, b.Gender}, {"country", a.Country, b.Country}, {"phoneNumber", a.Phone, b.Phone},
		{"mobileNumber", a.Mobile, b.Mobile}, {"streetAddr", a.Address.Street, b.Address.Street}, {"city", a.Address.City, b.Address.City},
		{"postalCode", a.Address.PostalCode, b.Address.PostalCode}, {"state", a.Address.State, b.Address.State},
		{"emailAddress", a.Email, b.Email},
	} {
		if x.a != x.b {
			keys = append(keys, x.key)
		}
	}
	return keys
}
