package send

import (
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
)

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
func (p parcel) deviates(before, after plan.Snapshot) (d deviation) {
	carried, sent, whole := p.carried(), plan.Said(p.row.Plan), plan.Said(p.whole.Plan)
	for id := range field.Set.All() {
		was, is, one := before[id], after[id], field.Of(id)
		switch {
		case carried.Has(id) && sent[id] != nil:
			switch {
			case plan.Same(id, *sent[id], is, false):
			case *sent[id] == "" && plan.Same(id, was, is, false):
				d.kept |= one
			default:
				d.missing |= one
			}
		case plan.Unchanged(id, was, is), whole[id] != nil && plan.Same(id, *whole[id], is, false): // the rest of the row sets it
		case is == "" || id == field.Gender && is == plan.GenderUntold:
			d.emptied |= one
		default:
			d.fields |= one
		}
	}
	return d
}

// refusal says what went wrong in a run and how to continue it, with what became of the account.
func (d deviation) refusal(p parcel, account, of string) *problem.Refusal {
	switch {
	case d.fields != 0:
		return problem.Refuse(run.CodeCanary, "look at the account before going on",
			"changing %s also changed %s; %s, and nobody else was sent", p.who(), d.fields.Names(), account)
	case d.emptied != 0:
		return problem.Refuse(run.CodeCanary, "from now on whole "+d.wholes()+" are sent instead",
			"the service empties what an update leaves out: %s lost %s; %s, and nobody else was sent", p.who(), d.emptied.Names(), account).
			With(problem.Remedy{Way: problem.ContinueRun, Args: []string{of}})
	}
	return problem.Refuse(run.CodeCanary, "",
		"the service accepted %s for %s and did not change it; %s, and nobody else was sent", d.missing.Names(), p.who(), account).
		With(problem.Remedy{Way: problem.LeaveOut, Args: strings.Fields(d.missing.Names())})
}

// wholes is what has to be sent whole.
func (d deviation) wholes() string {
	if d.emptied&^field.Address == 0 {
		return "addresses"
	}
	return "records"
}
