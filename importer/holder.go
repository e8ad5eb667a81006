package importer

import (
	"errors"

	"zohobulk/importer/journal"
)

// Holder is the process that keeps others out of a run or an organisation, and the run that it is at work on.
type Holder = journal.Holder

// HolderOf tells who is in the way, of an error that says so.
func HolderOf(err error) (Holder, bool) {
	var locked *journal.Locked
	if !errors.As(err, &locked) {
		return Holder{}, false
	}
	return locked.Holder, true
}
