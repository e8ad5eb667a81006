package plan

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// The modes of an update, as the service documents them; a step is one PUT in one of them.
const (
	StepPersonal = field.ModePersonal
	StepAddress  = field.ModeAddress
)

// Present is what an account says of a field.
func Present(a *zoho.Account, id field.ID) string { return id.Entry().Read(a) }

// Same reports whether two values of a field mean the same, however they are spelled, so that nothing is sent for nothing:
// whatever the check of a sheet makes of a value means what the value meant. With exact, phones and postcodes in another
// spelling are not the same.
func Same(id field.ID, a, b string, exact bool) bool {
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
		return run.Fold(a) == run.Fold(b)
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

// Arrived reports whether an account's value is the one that a change asks for. A change of spelling alone has arrived when
// the spelling has.
func Arrived(id field.ID, c journal.Change, now string) bool {
	return Same(id, now, c.After, Same(id, c.Before, c.After, false))
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

// Comparer holds updates against accounts.
type Comparer struct {
	exact    field.Mask // fields of which another spelling is a change
	userAuth bool
	known    zoho.Knowledge
}

// NewComparer compares as a run's options ask for, by what is known of the service now.
func NewComparer(r *run.Run) Comparer {
	return Comparer{exact: exact(r), userAuth: r.Options.Auth == run.AuthUser, known: r.Knowledge()}
}

// exact is the set of fields of which another spelling is a change. An undo puts back to the letter what its run has changed.
func exact(r *run.Run) field.Mask {
	switch {
	case r.Options.Respell || r.Meta().Command == run.CommandUndo:
		return field.Spelled
	case r.Checks.Phones == field.E164Phones || r.Checks.Phones == field.NationalPhones:
		return field.Phones
	}
	return 0
}

// Compare is what of an update differs from its account, and what must be sent for it. No changes: nothing is to be sent.
// Other is the set of fields that differ in spelling alone.
func (c Comparer) Compare(want map[string]string, a *zoho.Account) (p journal.Plan, other field.Mask) {
	p.AccountID, p.ZUID, p.Email = string(a.AccountID), string(a.ZUID), a.PrimaryEmail
	country := want[field.Country.String()]
	var changed field.Mask
	for id := range field.ID(field.Count) {
		after, ok := want[id.String()]
		before := Present(a, id)
		if !ok || !field.Set.Has(id) || Same(id, before, after, true) {
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
func (c Comparer) steps(changed field.Mask) []string {
	address := changed.Has(field.NewEmail)
	onlyNameAndAddress := changed&^field.Of(field.NewEmail, field.DisplayName) == 0
	switch {
	case changed == 0:
		return nil
	case c.userAuth, address && onlyNameAndAddress:
		return []string{StepAddress}
	case address:
		return []string{StepPersonal, StepAddress}
	}
	return []string{StepPersonal}
}

// context is what a request must carry along unchanged: the address that a display name is sent with, the display name
// that an address is sent with, and what the service would otherwise empty, or might.
func (c Comparer) context(changed field.Mask, steps []string, a *zoho.Account) map[string]string {
	along := c.Along(changed, steps)
	context := map[string]string{}
	for id := range field.ID(field.Count) {
		if text := Present(a, id); along.Has(id) && !changed.Has(id) && text != "" {
			context[id.String()] = text
		}
	}
	return context
}

// Along is the set of fields that steps with changed fields are sent with.
func (c Comparer) Along(changed field.Mask, steps []string) (along field.Mask) {
	for _, step := range steps {
		if step == StepAddress {
			along |= field.Of(field.DisplayName, field.NewEmail)
			continue
		}
		if changed&field.Address != 0 && c.known.WholeAddress() {
			along |= field.Address
		}
		if c.known.WholeRecord() {
			along |= field.Personal
			if c.known.Names == zoho.No {
				along &^= run.Names
			}
		}
	}
	return along
}

// unread is the plan of a row that is sent without reading its account first: all it says is sent.
func (c Comparer) unread(want map[string]string) (p journal.Plan) {
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

// Changed is the set of personal details that a plan changes, and of those that it empties.
func Changed(plan journal.Plan) (all, emptied field.Mask) {
	for _, c := range plan.Changes {
		m := field.Named(c.Field) & field.Personal
		all |= m
		if Empties(c) {
			emptied |= m
		}
	}
	return all, emptied
}

// Empties reports whether a change empties its field.
func Empties(c journal.Change) bool { return c.After == "" }

// ChangeOf is the change of one field in a plan, nil if it stays.
func ChangeOf(plan journal.Plan, id field.ID) *journal.Change {
	for i := range plan.Changes {
		if plan.Changes[i].Field == id.String() {
			return &plan.Changes[i]
		}
	}
	return nil
}
