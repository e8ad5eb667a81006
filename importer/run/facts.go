package run

import (
	"slices"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
)

// Facts are the answers that no document gives, as the profile learnt them. "" means unknown.
type Facts struct {
	Probed         bool   `json:"probed"`          // all of this was tried on a throw-away user: no account need be read back
	PhoneKey       string `json:"phone_key"`       // phoneNumber or phoneNumer
	Names          string `json:"names"`           // yes or no: whether first and last name are accepted
	OmittedFields  string `json:"omitted_fields"`  // kept, cleared or refused
	OmittedAddress string `json:"omitted_address"` // the same, of the members of an address
	Empty          string `json:"empty,omitempty"` // cleared or refused: what a probe saw become of an empty value
	PageSize       int    `json:"page_size"`       // what the list really gives; 0 unknown
	DirectorySize  int    `json:"directory_size"`  // accounts in the organisation when it was last read; 0 unknown

	Proven  []string `json:"proven,omitempty"`  // fields that a run has seen do what they should
	Emptied []string `json:"emptied,omitempty"` // fields that a run has seen emptied by an empty value
}

// WholeAddress reports whether a changed member of an address is sent with its siblings' present values, because it is not
// known that they would survive.
func (f Facts) WholeAddress() bool { return f.OmittedAddress != "kept" }

// WholeRecord reports whether every field that the account has is sent along, because the service clears what is left out.
func (f Facts) WholeRecord() bool {
	return f.OmittedFields == "cleared" || f.OmittedFields == "refused"
}

// Names are the fields whose acceptance only the documented sample suggests.
var Names = field.Of(field.FirstName, field.LastName)

// The facts that a run learns, as the journal names them.
const (
	FactPhoneKey       = "phone_key"
	FactNames          = "names"
	FactOmittedFields  = "omitted_fields"
	FactOmittedAddress = "omitted_address"
	FactProven         = "proven"      // fields whose key was seen to do what it should
	FactEmptied        = "emptied"     // fields that an empty value was seen to empty
	FactNotEmptied     = "not_emptied" // fields that an empty value was seen to leave as they were
)

// answers are the facts that have one answer, by the names that the journal has for them.
func (f *Facts) answers() map[string]*string {
	return map[string]*string{
		FactPhoneKey: &f.PhoneKey, FactNames: &f.Names,
		FactOmittedFields: &f.OmittedFields, FactOmittedAddress: &f.OmittedAddress,
	}
}

// Facts are what is known of the service by now.
func (r *Run) Facts() Facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.facts
}

// Learn keeps an answer of the service, in the run and on disk.
func (r *Run) Learn(fact, answer string) error {
	r.mu.Lock()
	*r.facts.answers()[fact] = answer
	r.mu.Unlock()
	return r.Journal.Learn(fact, answer)
}

// SawDirectory notes how many accounts the organisation has.
func (r *Run) SawDirectory(size int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts.DirectorySize = size
}

// Proven is the set of fields whose key was seen to do what it should, by this run or those before it.
func (r *Run) Proven() field.Mask {
	return r.LearntFields(FactProven) | field.Named(r.Facts().Proven...)
}

// Emptied is the set of fields that an empty value was seen to empty.
func (r *Run) Emptied() field.Mask {
	return r.LearntFields(FactEmptied) | field.Named(r.Facts().Emptied...)
}

// LearntFields is a set of fields that the journal keeps as a fact.
func (r *Run) LearntFields(fact string) field.Mask {
	return field.Named(strings.Fields(r.Journal.Learnt()[fact])...)
}

// Inherit puts into the journal what runs before this one have proven, from where sending takes it. A run that is continued has
// it there already.
func (r *Run) Inherit() error {
	for fact, fields := range map[string]field.Mask{FactProven: r.Proven(), FactEmptied: r.Emptied()} {
		if fields == r.LearntFields(fact) {
			continue
		}
		if err := r.Journal.Learn(fact, fields.Names()); err != nil {
			return err
		}
	}
	return nil
}

// TakeOver takes over from another run what it has learnt of the service, where nothing is known yet.
func (r *Run) TakeOver(of *journal.Journal) error {
	learnt, known := of.Learnt(), r.Facts()
	for name, fact := range known.answers() {
		if *fact != "" || learnt[name] == "" {
			continue
		}
		if err := r.Learn(name, learnt[name]); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facts.Proven = append(slices.Clone(r.facts.Proven), strings.Fields(learnt[FactProven])...)
	r.facts.Emptied = append(slices.Clone(r.facts.Emptied), strings.Fields(learnt[FactEmptied])...)
	return nil
}

// recall takes up what the run's journal knows of the service already.
func (r *Run) recall() {
	learnt := r.Journal.Learnt()
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, fact := range r.facts.answers() {
		if answer := learnt[name]; answer != "" {
			*fact = answer
		}
	}
}

// Known is what is known of the service by now, for the next run.
func (r *Run) Known() Facts {
	f := r.Facts()
	f.Proven, f.Emptied = strings.Fields(r.Proven().Names()), strings.Fields(r.Emptied().Names())
	return f
}
