package plan

import (
	"context"
	"fmt"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Recheck holds the planned rows against their accounts as they are now, reading them the cheaper way. Rows whose account has moved since
// the plan are refused one by one; a row whose account is up to date already is unchanged.
func Recheck(ctx context.Context, r *run.Run) error {
	if r.Options.Lookup == run.LookupNever {
		return nil
	}
	d, err := readPlanned(ctx, r)
	if err != nil {
		return err
	}
	for row, err := range r.Journal.Rows(run.Standing(journal.Planned)) {
		if err != nil {
			return err
		}
		outcome := absent(r, row, d)
		if a := d.ByZUID(row.ZUID); a != nil {
			switch now := ProgressOf(row, a, r.Options.Lookup); {
			case now.Done:
				outcome = journal.Outcome{Status: journal.Unchanged, Message: "the change is already done", FinishedAt: r.Now()}
			case now.Moved:
				outcome = journal.Outcome{Status: journal.Failed, Code: run.CodeMoved, Message: now.Message, FinishedAt: r.Now()}
			default:
				continue
			}
		}
		if err := r.Journal.Record(row.Seq, outcome, nil, func(error) {}); err != nil {
			return err
		}
	}
	return r.Journal.Flush()
}

// Widen plans again what requests must carry along, for the rows still to be sent, once a run has learnt that the service
// empties what an update leaves out.
func Widen(ctx context.Context, r *run.Run) error {
	if known := r.Knowledge(); !known.WholeRecord() && known.OmittedAddress != zoho.Cleared {
		return nil
	}
	d, err := readPlanned(ctx, r)
	if err != nil {
		return err
	}
	for row, err := range r.Journal.Rows(run.Standing(journal.Planned)) {
		if err != nil {
			return err
		}
		a := d.ByZUID(row.ZUID)
		if a == nil { // its present values aren't known, so sending it might empty them
			if err := r.Journal.Record(row.Seq, absent(r, row, d), nil, func(error) {}); err != nil {
				return err
			}
			continue
		}
		var changed field.Mask
		for _, c := range row.Changes {
			changed |= field.Named(c.Field)
		}
		row.Plan.Context = NewComparer(r).context(changed, row.Steps, a)
		if err := r.Journal.Plan(row.Seq, row.Plan, row.Outcome); err != nil {
			return err
		}
	}
	return r.Journal.Flush()
}

// readPlanned reads the accounts of the planned rows.
func readPlanned(ctx context.Context, r *run.Run) (*run.Directory, error) {
	if r.Options.Auth == run.AuthUser {
		d := run.NewDirectory()
		d.Add(&r.Caller)
		return d, nil
	}
	var zuids []string
	for row, err := range r.Journal.Rows(run.Standing(journal.Planned)) {
		if err != nil {
			return nil, err
		}
		zuids = append(zuids, row.ZUID)
	}
	return r.ReadAccounts(r.Traced(ctx, 0, run.ReadPlan), zuids)
}

// absent is the outcome of a row whose account was not among those that were read.
func absent(r *run.Run, row journal.Row, d *run.Directory) journal.Outcome {
	said := d.Withheld(row.ZUID)
	if said == nil {
		return Gone(row, r.Now())
	}
	o := row.Outcome
	o.Status, o.Code, o.HTTPStatus, o.FinishedAt = journal.Failed, run.CodeWithheld, said.Status, r.Now()
	o.Message = "the service doesn't show this user any more: " + run.Words(said)
	return o
}

// Gone is the outcome of a row whose user is not in the organisation any more.
func Gone(row journal.Row, now time.Time) journal.Outcome {
	o := row.Outcome
	o.Status, o.Code, o.FinishedAt = journal.Failed, run.CodeUnknownUser, now
	o.Message = fmt.Sprintf("user %s is not in the organisation any more", row.ZUID)
	return o
}

// Progress is how much of a row's plan an account shows.
type Progress struct {
	Done    bool // every change is there
	Some    bool // a change is there
	Steps   int  // steps whose changes are all there
	Moved   bool // a field is neither as before nor as the row wants it; false where accounts were not read before
	Message string
}

// ProgressOf holds an account against what a row was to change.
func ProgressOf(row journal.Row, a *zoho.Account, lookup run.Lookup) (p Progress) {
	open := field.Mask(0)
	for _, c := range row.Changes {
		id, _ := field.ByName(c.Field)
		now := Present(a, id)
		switch {
		case Arrived(id, c, now):
			p.Some = true
			continue
		case lookup != run.LookupNever && !Same(id, now, c.Before, true):
			p.Moved = true
			p.Message = fmt.Sprintf("changed since the plan: %s is now %q", c.Field, now)
		}
		open |= field.Of(id)
	}
	p.Done = open == 0
	if open&field.Personal == 0 && len(row.Steps) > 1 {
		p.Steps = 1
	}
	return p
}
