package probe

import (
	"maps"
	"slices"
	"strings"

	"zohobulk/zoho"
)

// name is one thing that an update can set, by the key it has in the documented sample.
type name string

const (
	displayName  name = "displayName"
	firstName    name = "firstName"
	lastName     name = "lastName"
	gender       name = "gender"
	country      name = "country"
	phoneNumber  name = zoho.PhoneNumber
	mobileNumber name = "mobileNumber"
	streetAddr   name = "streetAddr"
	city         name = "city"
	postalCode   name = "postalCode"
	state        name = "state"
)

// order is that of the documented sample.
var order = []name{firstName, lastName, displayName, gender, country, streetAddr, city, postalCode, state, phoneNumber, mobileNumber}

// address are the members of the address.
var address = []name{city, streetAddr, postalCode, state}

// values are what a user holds, or what a call sends. What a user does not hold is not in it.
type values map[name]string

// of gives what a user holds.
func of(a zoho.Account) values {
	v := values{
		displayName: a.DisplayName, firstName: a.FirstName, lastName: a.LastName, gender: a.Gender, country: a.Country,
		phoneNumber: a.PhoneNumber, mobileNumber: a.MobileNumber, streetAddr: a.Address.StreetAddr, city: a.Address.City,
		postalCode: a.Address.PostalCode, state: a.Address.State,
	}
	maps.DeleteFunc(v, func(_ name, text string) bool { return text == "" })
	return v
}

// holding gives those of some names that hold a value, in the order given.
func (v values) holding(names ...name) []name {
	var held []name
	for _, n := range names {
		if v[n] != "" {
			held = append(held, n)
		}
	}
	return held
}

// with gives a copy in which some values are others.
func (v values) with(change values) values {
	all := maps.Clone(v)
	maps.Copy(all, change)
	return all
}

// without gives a copy that lacks some names.
func (v values) without(names ...name) values {
	rest := maps.Clone(v)
	for _, n := range names {
		delete(rest, n)
	}
	return rest
}

func (v values) has(names ...name) bool {
	return slices.ContainsFunc(names, func(n name) bool { _, ok := v[n]; return ok })
}

// differing names what two users hold differently. The case of a country does not count: the service chooses it.
func differing(a, b values) []name {
	var names []name
	for _, n := range order {
		if a[n] != b[n] && (n != country || !strings.EqualFold(a[n], b[n])) {
			names = append(names, n)
		}
	}
	return names
}

// keys is the body's keys for a person, like "displayName, address (city)".
func (v values) keys(phone string) string {
	var keys, members []string
	for _, n := range order {
		switch {
		case !v.has(n):
		case slices.Contains(address, n):
			members = append(members, string(n))
		case n == phoneNumber:
			keys = append(keys, phone)
		default:
			keys = append(keys, string(n))
		}
	}
	if len(members) > 0 {
		keys = append(keys, "address ("+strings.Join(members, ", ")+")")
	}
	return strings.Join(keys, ", ")
}

// info is the update that sends the values.
func (v values) info(a zoho.Account) zoho.PersonalInfo {
	text := func(n name) *string {
		if value, ok := v[n]; ok {
			return &value
		}
		return nil
	}
	p := zoho.PersonalInfo{
		AccountID: a.AccountID, ZUID: a.ZUID, FirstName: text(firstName), LastName: text(lastName), DisplayName: text(displayName),
		Gender: text(gender), Country: text(country), PhoneNumber: text(phoneNumber), MobileNumber: text(mobileNumber),
	}
	if v.has(address...) {
		p.Address = &zoho.AddressUpdate{StreetAddr: text(streetAddr), City: text(city), PostalCode: text(postalCode), State: text(state)}
	}
	return p
}

// another gives a value that differs from v and is of its kind: digits stay digits, since a pattern may be asked for.
func another(n name, v string) string {
	if n != phoneNumber && n != mobileNumber && n != postalCode {
		return v + " x"
	}
	runes := []rune(v)
	for i, r := range slices.Backward(runes) {
		if r >= '0' && r <= '9' {
			runes[i] = '0' + (r-'0'+1)%10
			return string(runes)
		}
	}
	return v + "x"
}
