package importer

import (
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// snapshot is what an account says of each field at one time.
type snapshot [field.Count]string

func snap(a *zoho.Account) (s snapshot) {
	for id := range field.ID(field.Count) {
		s[id] = present(a, id)
	}
	return s
}

// has is the set of fields with a value. A gender that is not told is none.
func (s snapshot) has() (m field.Mask) {
	for id, text := range s {
		if text != "" && !(field.ID(id) == field.Gender && text == genderUntold) {
			m |= field.Of(field.ID(id))
		}
	}
	return m
}

// genderUntold is what the service makes of an empty gender.
const genderUntold = "NOT_SPECIFIED"

// codeCanary is the code of a run that the first account with a field has stopped.
const codeCanary = "canary"

// deviation is what an account has become that it should not have.
type deviation struct {
	fields  field.Mask // neither as sent nor as before
	missing field.Mask // sent, and not there
	kept    field.Mask // sent empty, and as before
	emptied field.Mask // left out, and emptied by that
}

// broken reports whether the service did something else than was asked; that a field can't be emptied is the row's own.
func (d deviation) broken() bool { return d.fields|d.missing|d.emptied != 0 }

// damaged reports whether the account has lost or changed what it should have kept, which no delay explains.
func (d deviation) damaged() bool { return d.fields|d.emptied != 0 }

// deviates holds an account after a parcel against what it was, and what the parcel should have made of it.
func (p parcel) deviates(before, after snapshot) (d deviation) {
	carried, sent, whole := p.carried(), said(p.row), said(p.whole)
	for id := range field.Set.All() {
		was, is, one := before[id], after[id], field.Of(id)
		switch {
		case carried.Has(id) && sent[id] != nil:
			switch {
			case same(id, *sent[id], is, false):
			case *sent[id] == "" && same(id, was, is, false):
				d.kept |= one
			default:
				d.missing |= one
			}
		case unchanged(id, was, is), whole[id] != nil && same(id, *whole[id], is, false): // the rest of the row sets it
		case is == "" || id == field.Gender && is == genderUntold:
			d.emptied |= one
		default:
			d.fields |= one
		}
	}
	return d
}

// unchanged reports whether two readings of a field are the same, to the letter of a phone. A gender that nobody told may come back
// as untold.
func unchanged(id field.ID, was, is string) bool {
	return same(id, was, is, true) || id == field.Gender && was == "" && is == genderUntold
}

// refusal says what went wrong and how to go on, with what became of the account.
func (d deviation) refusal(p parcel, account string) *problem.Refusal {
	switch {
	case d.fields != 0:
		return problem.Refuse(codeCanary, "look at the account before going on",
			"changing %s also changed %s; %s, and nobody else was sent", p.who(), d.fields.Names(), account)
	case d.emptied != 0:
		return problem.Refuse(codeCanary, "zohobulk resume sends whole "+d.wholes()+" instead",
			"the service empties what an update leaves out: %s lost %s; %s, and nobody else was sent", p.who(), d.emptied.Names(), account)
	}
	return problem.Refuse(codeCanary, "zohobulk resume --without "+strings.ReplaceAll(d.missing.Names(), " ", ",")+" sends everything else",
		"the service accepted %s for %s and did not change it; %s, and nobody else was sent", d.missing.Names(), p.who(), account)
}

// wholes is what has to be sent whole.
func (d deviation) wholes() string {
	if d.emptied&^field.Address == 0 {
		return "addresses"
	}
	return "records"
}
