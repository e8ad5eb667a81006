package importer

import (
	"context"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// The kinds of reads, as the journal names them beside the steps.
const (
	readOwn    = "own-account"
	readPlan   = "directory"
	readLookUp = "look-up"
	readBack   = "read-back"
)

// traced is a context whose calls are journaled as made for a row's step, or for none (seq 0). A journal that can't be
// written refuses the row's outcome, too, so what it says of a call need not be heard.
func (r *Run) traced(ctx context.Context, seq int, step string) context.Context {
	return zoho.WithTrace(ctx, func(a zoho.Attempt) { r.heard(journaled(seq, step, a)) })
}

// heard journals a call and shows it.
func (r *Run) heard(call journal.Attempt) {
	_ = r.Journal.Attempt(call)
	r.Observer.Attempted(call)
}

// journaled is a call as the journal keeps it.
func journaled(seq int, step string, a zoho.Attempt) journal.Attempt {
	return journal.Attempt{
		Seq: seq, Step: step, Number: a.Number, At: a.At, Wait: a.Wait, Took: a.Took, Status: a.Status,
		Code: a.Code, Message: a.Message, Read: a.Read, Throttled: a.Kind == zoho.Throttled,
	}
}

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

// traced is a context that counts the updates sent for the row, repetitions included. An accepted one is kept for the
// row's outcome if no other call of the row can come between.
func (w *sending) traced(ctx context.Context, r *Run, step string, keep bool) context.Context {
	return zoho.WithTrace(ctx, func(a zoho.Attempt) {
		if !a.Read {
			w.Attempts++
		}
		call := journaled(w.Seq, step, a)
		if !keep || a.Kind != zoho.OK {
			r.heard(call)
			return
		}
		w.calls = append(w.calls, call)
		r.Observer.Attempted(call)
	})
}
