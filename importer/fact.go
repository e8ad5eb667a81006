package importer

import (
	"strings"

	"zohobulk/importer/field"
)

// proven is the set of fields whose key was seen to do what it should, by this run or those before it.
func (r *Run) proven() (m field.Mask) {
	for _, name := range append(strings.Fields(r.Journal.Learnt()[factProven]), r.Facts.Proven...) {
		if id, ok := field.ByName(name); ok {
			m |= field.Of(id)
		}
	}
	return m
}

// inherit puts into the journal what runs before this one have proven, from where sending takes it. A run that goes on has
// it there already.
func (r *Run) inherit() error {
	names := r.proven().Names()
	if names == "" || names == r.Journal.Learnt()[factProven] {
		return nil
	}
	return r.Journal.Learn(factProven, names)
}

// Known is what is known of the service by now, for the next run.
func (r *Run) Known() Facts {
	f := r.Facts
	f.Proven = strings.Fields(r.proven().Names())
	return f
}
