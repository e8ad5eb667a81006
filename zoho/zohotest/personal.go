package zohotest

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// personal carries out updatePersonalInfo.
func (s *Server) personal(q *request, r *record, body []field) *answer {
	u, refused := s.omitted(r, body)
	if refused != nil {
		return refused
	}
	for _, f := range body {
		if f.key == "zuid" || f.key == "mode" || s.keyRule(f.key, personalKeys) == Ignored {
			continue
		}
		if refused := s.set(&u, f); refused != nil {
			return refused
		}
	}
	return s.commit(q, r, u)
}

// omitted gives the user as the fields that a body leaves out make it: nobody has published whether they survive.
func (s *Server) omitted(r *record, body []field) (User, *answer) {
	u := r.clone()
	rule := s.o.Quirks.Omitted
	if rule == Kept {
		return u, nil
	}
	has := func(keys ...string) bool {
		return slices.ContainsFunc(body, func(f field) bool { return slices.Contains(keys, f.key) })
	}
	for _, x := range []struct {
		has   bool
		clear func()
	}{
		{has("displayName"), func() {}}, // a user without a name is not known to exist
		{has("firstName"), func() { u.FirstName = "" }},
		{has("lastName"), func() { u.LastName = "" }},
		{has("gender"), func() { u.Gender = "NOT_SPECIFIED" }},
		{has("country"), func() { u.Country = "" }},
		{has(string(PhoneNumber), string(PhoneNumer)), func() { u.Phone = "" }},
		{has("mobileNumber"), func() { u.Mobile = "" }},
		{has("address"), func() { u.Address = Address{} }},
	} {
		switch {
		case x.has:
		case rule == Refused:
			return u, refuse(400, refusal{Code: "LESS_THAN_MIN_OCCURANCE"}) // sic
		default:
			x.clear()
		}
	}
	return u, nil
}

// set takes over one field.
func (s *Server) set(u *User, f field) *answer {
	if f.key == "address" {
		return s.setAddress(u, f.value)
	}
	text, refused := s.text(f.key, f.value)
	if refused != nil || s.ignores(text) {
		return refused
	}
	switch f.key {
	case "displayName":
		if text == "" {
			return refuse(400, refusal{Code: "EMPTY_VALUE_NOT_ALLOWED", More: f.key})
		}
		u.DisplayName = text
	case "firstName":
		u.FirstName = text
	case "lastName":
		u.LastName = text
	case "gender":
		if !slices.Contains([]string{"MALE", "FEMALE", "NON_BINARY", "NOT_SPECIFIED"}, text) {
			return badPattern(f.key)
		}
		u.Gender = text
	case "country":
		return s.setCountry(u, text)
	case "mobileNumber":
		u.Mobile = text
		return s.badPhone(f.key, text)
	case string(PhoneNumber), string(PhoneNumer):
		u.Phone = text
		return s.badPhone(f.key, text)
	}
	return nil
}

func (s *Server) setCountry(u *User, text string) *answer {
	if s.o.Quirks.UpperCountry == Accepted {
		text = strings.ToLower(text)
	}
	if len(text) != 2 || !slices.Contains(countries, text) {
		return badPattern("country")
	}
	u.Country = text
	return nil
}

// badPhone refuses what does not look like a number, where that was asked for: no pattern is documented.
func (s *Server) badPhone(key, text string) *answer {
	if !s.o.Quirks.StrictPhones || text == "" {
		return nil
	}
	if n := len(text); n < 5 || n > 20 || strings.Trim(text, "0123456789 +-()") != "" {
		return badPattern(key)
	}
	return nil
}

// setAddress takes over the members of an address. Its keys are strict too: the country that reads give there is refused.
func (s *Server) setAddress(u *User, v any) *answer {
	members, ok := v.([]field)
	if !ok {
		return badType("address")
	}
	places := map[string]*string{
		"streetAddr": &u.Address.Street, "city": &u.Address.City, "postalCode": &u.Address.PostalCode, "state": &u.Address.State,
	}
	for _, m := range members {
		if places[m.key] == nil && s.o.Quirks.UnknownKey == Refused {
			return refuse(404, refusal{Code: "EXTRA_KEY_FOUND_IN_JSON"})
		}
	}
	if refused := s.omittedMembers(places, members); refused != nil {
		return refused
	}
	for _, m := range members {
		text, refused := s.text(m.key, m.value)
		if refused != nil {
			return refused
		}
		if p := places[m.key]; p != nil && !s.ignores(text) {
			*p = text
		}
	}
	return nil
}

func (s *Server) omittedMembers(places map[string]*string, members []field) *answer {
	rule := s.o.Quirks.OmittedAddress
	for key, p := range places {
		if _, has := get(members, key); has || rule == Kept {
			continue
		}
		if rule == Refused {
			return refuse(400, refusal{Code: "LESS_THAN_MIN_OCCURANCE"}) // sic
		}
		*p = ""
	}
	return nil
}

// ignores reports whether a value is taken and changes nothing.
func (s *Server) ignores(text string) bool { return text == "" && s.o.Quirks.Empty == Ignored }

// text checks that a value is a string that can be kept. null is refused like any other type (assumed).
func (s *Server) text(key string, v any) (string, *answer) {
	text, ok := v.(string)
	switch {
	case !ok:
		return "", badType(key)
	case text == "" && s.o.Quirks.Empty == Refused:
		return "", refuse(400, refusal{Code: "EMPTY_VALUE_NOT_ALLOWED", More: key})
	case utf8.RuneCountInString(text) > s.o.Quirks.MaxLength:
		return "", refuse(400, refusal{Code: "MORE_THAN_MAX_LENGTH", More: key})
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }):
		return "", badPattern(key)
	}
	return text, nil
}

// countries are the codes of ISO 3166-1; the service's own list is not published.
var countries = strings.Fields(`
ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca cc cd cf cg ch ci
ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq
gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls
lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg
ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk
tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw`)
