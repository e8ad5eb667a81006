package run

import (
	"context"

	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// The kinds of reads, as the journal names them beside the steps.
const (
	ReadOwn    = "own-account"
	ReadPlan   = "directory"
	ReadLookUp = "look-up"
	ReadBack   = "read-back"
	ReadVerify = "verify"
)

// Traced is a context whose calls are journaled as made for a row's step, or for none (seq 0). Errors of the journal
// are ignored here: a broken journal also fails when the row's outcome is recorded.
func (r *Run) Traced(ctx context.Context, seq int, step string) context.Context {
	return zoho.WithTrace(ctx, func(a zoho.Attempt) { r.Heard(Journaled(seq, step, a)) })
}

// Heard journals a call and shows it.
func (r *Run) Heard(call journal.Attempt) {
	_ = r.Journal.Attempt(call)
	r.Observer.Attempted(call)
}

// Journaled is a call as the journal keeps it.
func Journaled(seq int, step string, a zoho.Attempt) journal.Attempt {
	return journal.Attempt{
		Seq: seq, Step: step, Number: a.Number, At: a.At, Wait: a.Wait, Took: a.Took, Status: a.Status,
		Code: a.Code, Message: a.Message, Read: a.Read, Throttled: a.Kind == zoho.Throttled,
	}
}
