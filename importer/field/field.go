// Package field is the catalogue of what a row can say: who it is about, and what to set. One entry declares a field
// with its aliases, checks and place in a request; the mapping, the template, the help and the reports read it here.
package field

import "strings"

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

// Has reports whether the set has a field.
func (m Mask) Has(id ID) bool { return m&(1<<id) != 0 }

// The sets that rules speak of.
var (
	Who      = Of(Email, AccountID, ZUID)
	Address  = Of(StreetAddr, City, PostalCode, State)
	Personal = Of(FirstName, LastName, DisplayName, Gender, Country, PhoneNumber, MobileNumber) | Address
	Set      = Personal | Of(NewEmail)
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
	for id := range ID(Count) {
		if m.Has(id) {
			names = append(names, id.String())
		}
	}
	return strings.Join(names, " ")
}
