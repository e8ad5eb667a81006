package run

import (
	"slices"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// Names are the fields whose acceptance only the documented sample suggests.
var Names = field.Of(field.FirstName, field.LastName)

// The sets of fields that a run's journal keeps, beside the answers of zoho.Capabilities.
const (
	FactProven     = "proven"      // fields whose key was seen to do what it should
	FactEmptied    = "emptied"     // fields that an empty value was seen to empty
	FactNotEmptied = "not_emptied" // fields that an empty value was seen to leave as they were
)

// learnt are the answers that a run learns, by their keys.
var learnt = []string{zoho.KeyPhoneKey, zoho.KeyNames, zoho.KeyOmittedFields, zoho.KeyOmittedAddress}

// Knowledge is what is known of the service by now.
func (r *Run) Knowledge() zoho.Knowledge {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known
}

// Learn keeps an answer of the service, in the run and on disk.
func (r *Run) Learn(key string, answer zoho.Answer) error {
	r.mu.Lock()
	r.known.Set(key, answer)
	r.mu.Unlock()
	return r.Journal.Learn(key, string(answer))
}

// SawDirectory notes how many accounts the organisation has.
func (r *Run) SawDirectory(size int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known.DirectorySize = size
}

// Proven is the set of fields whose key was seen to do what it should, by this run or those before it.
func (r *Run) Proven() field.Mask {
	return r.LearntFields(FactProven) | field.Named(r.Knowledge().Proven...)
}

// Emptied is the set of fields that an empty value was seen to empty.
func (r *Run) Emptied() field.Mask {
	return r.LearntFields(FactEmptied) | field.Named(r.Knowledge().Emptied...)
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
	before, known := of.Learnt(), r.Knowledge()
	for _, key := range learnt {
		if known.Answer(key).Known() || before[key] == "" {
			continue
		}
		if err := r.Learn(key, zoho.Answer(before[key])); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known.Proven = append(slices.Clone(r.known.Proven), strings.Fields(before[FactProven])...)
	r.known.Emptied = append(slices.Clone(r.known.Emptied), strings.Fields(before[FactEmptied])...)
	return nil
}

// recall takes up what the run's journal knows of the service already.
func (r *Run) recall() {
	before := r.Journal.Learnt()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range learnt {
		if answer := before[key]; answer != "" {
			r.known.Set(key, zoho.Answer(answer))
		}
	}
}

// Known is what is known of the service by now, for the next run.
func (r *Run) Known() zoho.Knowledge {
	k := r.Knowledge()
	k.Proven, k.Emptied = strings.Fields(r.Proven().Names()), strings.Fields(r.Emptied().Names())
	return k
}
