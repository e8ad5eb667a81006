package importer

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// The modes of an update, as the service documents them; a step is one PUT in one of them.
const (
	stepPersonal = field.ModePersonal
	stepAddress  = field.ModeAddress
)

// present is what an account says of a field.
func present(a *zoho.Account, id field.ID) string { return id.Entry().Read(a) }

// same reports whether two values of a field mean the same, however they are spelled, so that nothing is sent for nothing:
// whatever the check of a sheet makes of a value means what the value meant. With exact, phones and postcodes in another
// spelling are not the same.
func same(id field.ID, a, b string, exact bool) bool {
	switch {
	case a == b:
		return true
	case a == "" || b == "":
		return field.Trim(a) == field.Trim(b)
	case !exact && field.Spelled.Has(id):
		return respelled(id, a, "", b, "")
	case field.Phones.Has(id):
		return false
	case id == field.Email || id == field.NewEmail:
		return fold(a) == fold(b)
	}
	return meaning(id, a) == meaning(id, b)
}

// respelled reports whether two values mean the same as phones or postcodes, each read by the country beside it.
func respelled(id field.ID, a, countryA, b, countryB string) bool {
	switch {
	case field.Phones.Has(id):
		return field.SamePhone(a, countryA, b, countryB)
	case id == field.PostalCode:
		return field.SamePostcode(meaning(id, a), meaning(id, b))
	}
	return false
}

// arrived reports whether an account's value is the one that a change asks for. A change of spelling alone has arrived when
// the spelling has.
func arrived(id field.ID, c journal.Change, now string) bool {
	return same(id, now, c.After, same(id, c.Before, c.After, false))
}

// checkers normalise values as the check of a sheet does. A Checker is expensive to create and not safe for concurrent use.
var checkers = sync.Pool{New: func() any {
	c := field.NewChecker(field.KeepPhones)
	c.Country(field.Unreadable) // what a value means doesn't depend on the country beside it
	return c
}}

// meaning is a value in the one form in which two spellings of it are equal. One that no sheet may hold is its own.
func meaning(id field.ID, text string) string {
	if field.Trim(text) != "" {
		c := checkers.Get().(*field.Checker)
		value, found := c.Check(id, text)
		if !slices.ContainsFunc(found, func(f field.Finding) bool { return f.Severity == problem.Error }) {
			text = value
		}
		checkers.Put(c)
	}
	return norm.NFC.String(strings.Join(strings.Fields(text), " "))
}

// comparer holds updates against accounts.
type comparer struct {
	exact    field.Mask // fields of which another spelling is a change
	userAuth bool
	facts    Facts
}

// compare is what of an update differs from its account, and what must be sent for it. No changes: nothing is to be sent.
// Other is the set of fields that differ in spelling alone.
func (c comparer) compare(want map[string]string, a *zoho.Account) (p journal.Plan, other field.Mask) {
	p.AccountID, p.ZUID, p.Email = string(a.AccountID), string(a.ZUID), a.PrimaryEmail
	country := want[field.Country.String()]
	var changed field.Mask
	for id := range field.ID(field.Count) {
		after, ok := want[id.String()]
		before := present(a, id)
		if !ok || !field.Set.Has(id) || same(id, before, after, true) {
			continue
		}
		if !c.exact.Has(id) && respelled(id, before, cmp.Or(a.Country, country), after, cmp.Or(country, a.Country)) {
			other |= field.Of(id)
			continue
		}
		changed |= field.Of(id)
		p.Changes = append(p.Changes, journal.Change{Field: id.String(), Before: before, After: after})
	}
	p.Steps = c.steps(changed)
	p.Context = c.context(changed, p.Steps, a)
	return p, other
}

// steps are the PUTs that a set of changed fields needs. A row that changes nothing but display name and address is one
// step; else personal details go first.
func (c comparer) steps(changed field.Mask) []string {
	address := changed.Has(field.NewEmail)
	onlyNameAndAddress := changed&^field.Of(field.NewEmail, field.DisplayName) == 0
	switch {
	case changed == 0:
		return nil
	case c.userAuth, address && onlyNameAndAddress:
		return []string{stepAddress}
	case address:
		return []string{stepPersonal, stepAddress}
	}
	return []string{stepPersonal}
}

// context is what a request must carry along unchanged: the address that a display name is sent with, the display name
// that an address is sent with, and what the service would otherwise empty, or might.
func (c comparer) context(changed field.Mask, steps []string, a *zoho.Account) map[string]string {
	along := c.along(changed, steps)
	context := map[string]string{}
	for id := range field.ID(field.Count) {
		if text := present(a, id); along.Has(id) && !changed.Has(id) && text != "" {
			context[id.String()] = text
		}
	}
	return context
}

// along is the set of fields that steps with changed fields are sent with.
func (c comparer) along(changed field.Mask, steps []string) (along field.Mask) {
	for _, step := range steps {
		if step == stepAddress {
			along |= field.Of(field.DisplayName, field.NewEmail)
			continue
		}
		if changed&field.Address != 0 && c.facts.wholeAddress() {
			along |= field.Address
		}
		if c.facts.wholeRecord() {
			along |= field.Personal
			if c.facts.Names == "no" {
				along &^= names
			}
		}
	}
	return along
}

// unread is the plan of a row that is sent without reading its account first: all it says is sent.
func (c comparer) unread(want map[string]string) (p journal.Plan) {
	p.AccountID, p.ZUID = want[field.AccountID.String()], want[field.ZUID.String()]
	var changed field.Mask
	for id := range field.ID(field.Count) {
		if after, ok := want[id.String()]; ok && field.Set.Has(id) {
			changed |= field.Of(id)
			p.Changes = append(p.Changes, journal.Change{Field: id.String(), After: after})
		}
	}
	p.Steps = c.steps(changed)
	return p
}
