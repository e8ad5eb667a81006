package send

import (
	"cmp"
	"context"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// stage is a step on the way of a row to the service. It does its own part and hands the rest to the stage behind it, which is the
// only one that it knows: clearing, then canary, then keys, which calls the service.
type stage interface {
	send(ctx context.Context, p parcel) error
}

// chain is the stages in their order, and those of them that sending speaks to.
type chain struct {
	first    stage
	canary   *canary
	restorer *restorer
}

func newChain(r *run.Run, e *ending) chain {
	keys := newKeys(r, e)
	restorer := &restorer{Run: r, next: keys}
	canary := newCanary(r, e, restorer, keys)
	return chain{newClearing(r, e, canary), canary, restorer}
}

// parcel is what is sent of a row at once: a step, or some of its fields.
type parcel struct {
	step  string
	row   journal.Row // less what is not sent with it
	whole journal.Row // as planned
	of    *sending    // whose calls are counted; nil where an account is put back
	apart bool        // the row has other calls, so that this one is journaled by itself
}

// carried is the set of fields that a parcel sends.
func (p parcel) carried() field.Mask {
	if p.step == plan.StepAddress {
		return field.Of(field.NewEmail, field.DisplayName)
	}
	return plan.Carries(p.row.Plan)
}

// who names the user of a parcel.
func (p parcel) who() string { return cmp.Or(p.row.Email, p.row.ZUID) }

// sending is a row on its way, with those of its calls that are not in the journal yet: an accepted one goes there
// together with the row's outcome, which halves what workers ask of the journal.
type sending struct {
	journal.Row
	calls []journal.Attempt

	set  field.Mask // fields that a part of the row has set already
	kept field.Mask // fields that were to be emptied and are not
	why  []string   // they are not
	part bool       // it failed, and something of it was carried out
	half bool       // a part of it was carried out before it was claimed
}

// begun reports whether a part of a row was carried out.
func (w *sending) begun() bool { return w.StepsDone > 0 || w.set != 0 || w.half }

// traced is a context that counts the updates sent for the row, repetitions included. An accepted one is kept for the
// row's outcome if no other call of the row can come between.
func (w *sending) traced(ctx context.Context, r *run.Run, step string, keep bool) context.Context {
	return zoho.WithTrace(ctx, func(a zoho.Attempt) {
		if !a.Read {
			w.Attempts++
		}
		call := run.Journaled(w.Seq, step, a)
		if !keep || a.Kind != zoho.OK {
			r.Heard(call)
			return
		}
		w.calls = append(w.calls, call)
		r.Observer.Attempted(call)
	})
}
