package importer

import (
	"slices"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
)

// proven is the set of fields whose key was seen to do what it should, by this run or those before it.
func (r *Run) proven() field.Mask { return r.seen(factProven, r.Facts.Proven) }

// emptied is the set of fields that an empty value was seen to empty.
func (r *Run) emptied() field.Mask { return r.seen(factEmptied, r.Facts.Emptied) }

// seen is a set of fields that the journal keeps, with those that runs before this one have seen.
func (r *Run) seen(fact string, before []string) field.Mask {
	return field.Named(strings.Fields(r.Journal.Learnt()[fact])...) | field.Named(before...)
}

// inherit puts into the journal what runs before this one have proven, from where sending takes it. A run that goes on has
// it there already.
func (r *Run) inherit() error {
	learnt := r.Journal.Learnt()
	for fact, fields := range map[string]field.Mask{factProven: r.proven(), factEmptied: r.emptied()} {
		if names := fields.Names(); names != learnt[fact] {
			if err := r.Journal.Learn(fact, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// succeed takes over from another run what it has learnt of the service, where nothing is known yet.
func (r *Run) succeed(of *journal.Journal) error {
	learnt := of.Learnt()
	for name, fact := range r.answers() {
		if *fact != "" || learnt[name] == "" {
			continue
		}
		*fact = learnt[name]
		if err := r.Journal.Learn(name, *fact); err != nil {
			return err
		}
	}
	r.Facts.Proven = append(slices.Clone(r.Facts.Proven), strings.Fields(learnt[factProven])...)
	r.Facts.Emptied = append(slices.Clone(r.Facts.Emptied), strings.Fields(learnt[factEmptied])...)
	return nil
}

// Known is what is known of the service by now, for the next run.
func (r *Run) Known() Facts {
	f := r.Facts
	f.Proven, f.Emptied = strings.Fields(r.proven().Names()), strings.Fields(r.emptied().Names())
	return f
}
