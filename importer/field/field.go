// Package field is the catalogue of what a row can say: who it is about, and what to set. One entry declares a field
// with its aliases, checks and place in a request; the mapping, the template, the help and the reports read it here.
//
// It imports problem, and zoho for the shapes of accounts and requests. Start reading at the catalogue (catalogue.go).
package field

import (
	"iter"
	"math/bits"
	"strings"
)

// ID names a field of the catalogue.
type ID uint8

// The fields, in the order in which templates and reports show them.
const (
	Email ID = iota
	AccountID
	ZUID
	FirstName
	LastName
	DisplayName
	Gender
	Country
	PhoneNumber
	MobileNumber
	StreetAddr
	City
	PostalCode
	State
	NewEmail
	Count = iota // how many fields there are
)

// Mask is a set of fields.
type Mask uint16

// Of makes a set.
func Of(ids ...ID) Mask {
	var m Mask
	for _, id := range ids {
		m |= 1 << id
	}
	return m
}

// Named makes a set of the fields that have these names; other names are passed over.
func Named(names ...string) Mask {
	var m Mask
	for _, name := range names {
		if id, ok := ByName(name); ok {
			m |= Of(id)
		}
	}
	return m
}

// Has reports whether the set has a field.
func (m Mask) Has(id ID) bool { return m&(1<<id) != 0 }

// Len is how many fields the set has.
func (m Mask) Len() int { return bits.OnesCount16(uint16(m)) }

// All gives the set's fields in the catalogue's order.
func (m Mask) All() iter.Seq[ID] {
	return func(yield func(ID) bool) {
		for ; m != 0; m &= m - 1 {
			if !yield(ID(bits.TrailingZeros16(uint16(m)))) {
				return
			}
		}
	}
}

// The sets that rules speak of.
var (
	Who      = these(func(e Entry) bool { return e.Mode == "" })
	Address  = these(func(e Entry) bool { return e.Part })
	Personal = these(func(e Entry) bool { return e.Mode == ModePersonal })
	Set      = these(func(e Entry) bool { return e.Mode != "" })
)

// Values are the fields of one row, normalised as they would be sent. A field that is not in Has was blank: it is left
// alone. A field in Has with the text "" is to be cleared.
type Values struct {
	Has  Mask
	Text [Count]string
}

// Put sets a field.
func (v *Values) Put(id ID, text string) {
	v.Has |= 1 << id
	v.Text[id] = text
}

// Get returns a field's text, "" where the row says nothing.
func (v *Values) Get(id ID) string { return v.Text[id] }

// Clears is the set of fields that the row empties.
func (v *Values) Clears() Mask {
	var m Mask
	for id := range ID(Count) {
		if v.Has.Has(id) && v.Text[id] == "" {
			m |= 1 << id
		}
	}
	return m
}

// Map gives the fields in Has by name.
func (v *Values) Map() map[string]string {
	m := make(map[string]string, 8)
	for id := range ID(Count) {
		if v.Has.Has(id) {
			m[id.String()] = v.Text[id]
		}
	}
	return m
}

// Names joins the names of the set's fields with a space, in the catalogue's order.
func (m Mask) Names() string {
	var names []string
	for id := range m.All() {
		names = append(names, id.String())
	}
	return strings.Join(names, " ")
}
