package importer

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// The modes of an update, as the service documents them; a step is one PUT in one of them.
const (
	stepPersonal = "updatePersonalInfo"
	stepAddress  = "displaynameemailupdate"
)

// present is what an account says of a field.
func present(a *zoho.Account, id field.ID) string {
	switch id {
	case field.Email, field.NewEmail:
		return a.PrimaryEmail
	case field.AccountID:
		return string(a.AccountID)
	case field.ZUID:
		return string(a.ZUID)
	case field.FirstName:
		return a.FirstName
	case field.LastName:
		return a.LastName
	case field.DisplayName:
		return a.DisplayName
	case field.Gender:
		return a.Gender
	case field.Country:
		return a.Country
	case field.PhoneNumber:
		return a.PhoneNumber
	case field.MobileNumber:
		return a.MobileNumber
	case field.StreetAddr:
		return a.Address.StreetAddr
	case field.City:
		return a.Address.City
	case field.PostalCode:
		return a.Address.PostalCode
	case field.State:
		return a.Address.State
	}
	return ""
}

// same reports whether two values of a field mean the same, however they are spelt, so that nothing is sent for nothing:
// whatever the check of a sheet makes of a value means what the value meant.
func same(id field.ID, a, b string, exactPhones bool) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return field.Trim(a) == field.Trim(b)
	}
	switch id {
	case field.Email, field.NewEmail:
		return fold(a) == fold(b)
	case field.PhoneNumber, field.MobileNumber:
		return !exactPhones && meaning(id, a) == meaning(id, b)
	}
	return meaning(id, a) == meaning(id, b)
}

// checkers normalise values as the check of a sheet does. A checker is for one goroutine, and dear to make.
var checkers = sync.Pool{New: func() any {
	c := field.NewChecker(field.KeepPhones)
	c.Country(field.Unreadable) // what a value means doesn't depend on the country beside it
	return c
}}

// meaning is a value in the one form in which two spellings of it are equal. One that no sheet may hold is its own.
func meaning(id field.ID, text string) string {
	phone := id == field.PhoneNumber || id == field.MobileNumber
	if phone && ascii(text) {
		return dialled(text) // which spares the reading of the number
	}
	if field.Trim(text) != "" {
		c := checkers.Get().(*field.Checker)
		value, found := c.Check(id, text)
		if !slices.ContainsFunc(found, func(f field.Finding) bool { return f.Severity == problem.Error }) {
			text = value
		}
		checkers.Put(c)
	}
	if phone {
		return dialled(text)
	}
	return norm.NFC.String(strings.Join(strings.Fields(text), " "))
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// dialled is what a phone number's keys are: its digits, with a plus in front if it has one.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		if strings.ContainsRune(" ()-./\u00a0\u2010\u2011\u2012\u2013\u202f", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(phone))
}

// comparer holds updates against accounts.
type comparer struct {
	exactPhones bool
	userAuth    bool
	facts       Facts
}

// compare is what of an update differs from its account, and what must be sent for it. No changes: nothing is to be sent.
func (c comparer) compare(want map[string]string, a *zoho.Account) (p journal.Plan) {
	p.AccountID, p.ZUID, p.Email = string(a.AccountID), string(a.ZUID), a.PrimaryEmail
	var changed field.Mask
	for id := range field.ID(field.Count) {
		after, ok := want[id.String()]
		before := present(a, id)
		if !ok || !field.Set.Has(id) || same(id, before, after, c.exactPhones) {
			continue
		}
		changed |= field.Of(id)
		p.Changes = append(p.Changes, journal.Change{Field: id.String(), Before: before, After: after})
	}
	p.Steps = c.steps(changed)
	p.Context = c.context(changed, p.Steps, a)
	return p
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
