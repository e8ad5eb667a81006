package plan

import (
	"fmt"

	"zohobulk/importer/field"
	"zohobulk/zoho"
)

// Snapshot is what an account says of each field at one time.
type Snapshot [field.Count]string

// Snap is what an account says of each field now.
func Snap(a *zoho.Account) (s Snapshot) {
	for id := range field.ID(field.Count) {
		s[id] = Present(a, id)
	}
	return s
}

// Has is the set of fields with a value. A gender that is not told is none.
func (s Snapshot) Has() (m field.Mask) {
	for id, text := range s {
		if text != "" && !(field.ID(id) == field.Gender && text == GenderUntold) {
			m |= field.Of(field.ID(id))
		}
	}
	return m
}

// GenderUntold is what the service makes of an empty gender.
const GenderUntold = "NOT_SPECIFIED"

// Unchanged reports whether two readings of a field are the same, to the letter of a phone. A gender that nobody told may come back
// as untold.
func Unchanged(id field.ID, was, is string) bool {
	return Same(id, was, is, true) || id == field.Gender && was == "" && is == GenderUntold
}

// Differs is the set of fields that a later Snapshot shows otherwise.
func (s Snapshot) Differs(later Snapshot) (m field.Mask) {
	for id := range field.Set.All() {
		if !Unchanged(id, s[id], later[id]) {
			m |= field.Of(id)
		}
	}
	return m
}

// Words is an account in words.
func (s Snapshot) Words() (text string) {
	for id := range (s.Has() & field.Set).All() {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s %q", id, s[id])
	}
	return text
}

// LeavesOut is the set of values that an account has and an update of personal details doesn't send, which the service might empty:
// fields beside the address, and members of the address where others of it are sent. An account is never without display name and
// gender, so that these survive shows nothing.
func LeavesOut(carried field.Mask, before Snapshot) (others, places field.Mask) {
	left := before.Has() & field.Personal &^ carried &^ field.Of(field.DisplayName, field.Gender)
	if carried&field.Address == 0 {
		return left, 0
	}
	return left &^ field.Address, left & field.Address
}
