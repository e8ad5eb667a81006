package plan

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// made stands before a field's name for what the run that is taken back made of it, beside what the undo wants of it.
const made = "made "

// ChangedFields is the set of fields that a run has changed.
func ChangedFields(of *journal.Journal) (changed field.Mask, err error) {
	for row, err := range altered(of) {
		if err != nil {
			return 0, err
		}
		for _, c := range row.Changes {
			changed |= field.Named(c.Field)
		}
	}
	return changed, nil
}

// altered are the rows of a run that have changed something, or may have, with just those changes: all of a row that ended
// well, the accepted steps and parts of one that failed later or that a stop
// left half-way, and the step that no answer came to.
func altered(of *journal.Journal) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for row, err := range of.Rows(run.Standing(journal.Updated, journal.Failed, journal.Sending, journal.Planned)) {
			if row.Changes = carriedOut(row); err == nil && len(row.Changes) == 0 {
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// carriedOut are the changes of a row that were made, or may have been.
func carriedOut(row journal.Row) (made []journal.Change) {
	if row.Status == journal.Updated {
		return row.Changes
	}
	steps := row.StepsDone
	inParts := row.Attempts > 1 && slices.ContainsFunc(row.Changes, Empties)
	if row.Status == journal.Sending || row.Code == run.CodeNoAnswer || row.Code == run.CodeNamesRefused ||
		row.Code == journal.CodeHalfSent && steps == 0 || inParts {
		steps++ // part of it, or maybe
	}
	var fields field.Mask
	for _, step := range row.Steps[:min(steps, len(row.Steps))] {
		fields |= sets(step, row.Steps)
	}
	for _, c := range row.Changes {
		if field.Named(c.Field)&fields != 0 {
			made = append(made, c)
		}
	}
	return made
}

// sets is the set of fields that a step sets of a row that takes these steps.
func sets(step string, steps []string) field.Mask {
	switch {
	case step == StepPersonal:
		return field.Personal
	case len(steps) == 1:
		return field.Of(field.NewEmail, field.DisplayName)
	}
	return field.Of(field.NewEmail)
}

// UndoColumns are the columns of an undo: who, and what is put back.
func UndoColumns(changed field.Mask) (columns []journal.Column) {
	for id := range field.ID(field.Count) {
		if (changed | field.Of(field.AccountID, field.ZUID)).Has(id) {
			columns = append(columns, journal.Column{
				Column: problem.Column(len(columns)), Header: id.String(), Field: id.String(),
			})
		}
	}
	return columns
}

// TakeBack journals the rows of an undo of a run, and says when that run made its last change.
func TakeBack(r *run.Run, of *journal.Journal) (last time.Time, err error) {
	seq := 0
	for past, err := range altered(of) {
		if err != nil {
			return last, err
		}
		seq++
		if past.FinishedAt.After(last) {
			last = past.FinishedAt
		}
		row := journal.Row{Seq: seq, Number: past.Number, Line: past.Line, Origin: past.Origin, Wanted: map[string]string{
			field.AccountID.String(): past.AccountID, field.ZUID.String(): past.ZUID,
		}}
		for _, c := range past.Changes {
			row.Wanted[c.Field], row.Wanted[made+c.Field] = c.Before, c.After
		}
		for _, column := range r.Meta().Columns {
			row.Cells = append(row.Cells, cellOf(row, column.Field))
		}
		if err := r.Journal.Add(row); err != nil {
			return last, err
		}
	}
	return last, errors.Join(r.TakeOver(of), r.Journal.Flush())
}

// cellOf is what an undo's reports say of a field that is put back: a value that was empty as a sheet would ask for it, so that
// a report can be fed back, and tells it from a field that the row leaves alone.
func cellOf(row journal.Row, name string) string {
	text, changed := row.Wanted[name]
	if changed && text == "" {
		return check.DefaultClearWord
	}
	return text
}

// Undo holds the rows of an undo against the directory: what still is as the run made it is put back, what somebody
// has changed since is kept. last is when that run made its last change.
func Undo(ctx context.Context, r *run.Run, last time.Time) (Planned, error) {
	p := newPlanner(r)
	p.last, p.early = last, p.Now().Sub(last) < run.LookAgain
	if err := p.read(ctx); err != nil {
		return Planned{}, run.Unreadable(err)
	}
	for row, err := range r.Journal.Rows(run.Standing(journal.Read)) {
		if err != nil {
			return Planned{}, err
		}
		if err := p.reread(ctx, row); err != nil {
			return Planned{}, err
		}
		plan, outcome := p.undo(row)
		if err := p.settle(row, plan, outcome); err != nil {
			return Planned{}, err
		}
		row.Plan, row.Outcome = plan, outcome
		p.remember(row)
	}
	if err := errors.Join(p.order(), p.settled()); err != nil {
		return Planned{}, err
	}
	return Count(p.Run)
}

// reread reads the account of a row again that still shows what it held before the run, if the directory was read so soon after
// the run that its changes may not have shown yet: reads were seen to lag. Else the row would be left as the run made it.
func (p *planner) reread(ctx context.Context, row journal.Row) error {
	zuid := row.Wanted[field.ZUID.String()]
	a := p.directory.ByZUID(zuid)
	if !p.early || a == nil || !untouched(row, a) {
		return nil
	}
	if wait := run.LookAgain - p.Now().Sub(p.last); wait > 0 {
		p.Observer.Lagging(p.Now().Add(wait))
		if err := p.Limiter.Sleep(ctx, wait); err != nil {
			return err
		}
	}
	fresh, err := p.ReadAccount(p.Traced(ctx, row.Seq, run.ReadLookUp), zuid)
	if err == nil || run.NotFound(err) {
		p.directory.Remove(a)
	}
	return p.directory.Took(zuid, fresh, err, p.Observer.Listed)
}

// untouched reports whether an account shows what it held before the run in a field that the run changed.
func untouched(row journal.Row, a *zoho.Account) bool {
	for id := range field.ID(field.Count) {
		after, changed := row.Wanted[made+id.String()]
		now := Present(a, id)
		if changed && Same(id, now, row.Wanted[id.String()], true) && !Same(id, now, after, true) {
			return true
		}
	}
	return false
}

// undo is the plan of one row of an undo.
func (p *planner) undo(row journal.Row) (journal.Plan, journal.Outcome) {
	a := p.directory.ByZUID(row.Wanted[field.ZUID.String()])
	if a == nil {
		return journal.Plan{}, p.unknown(field.ZUID, row.Wanted[field.ZUID.String()]).outcome()
	}
	want := map[string]string{}
	var kept []string
	for id := range field.ID(field.Count) {
		after, changed := row.Wanted[made+id.String()]
		before, now := row.Wanted[id.String()], Present(a, id)
		switch {
		case !changed:
		case Same(id, now, after, true):
			want[id.String()] = before
		case !Same(id, now, before, true):
			kept = append(kept, fmt.Sprintf("%s is now %q", id, problem.Shorten(now, 40)))
		}
	}
	plan, _ := p.compare.Compare(want, a)
	p.expose(row.Seq, plan, a)
	if len(kept) > 0 {
		plan.Note = "kept: changed since the run: " + strings.Join(kept, ", ")
		if len(plan.Changes) == 0 {
			return plan, journal.Outcome{Status: journal.Failed, Code: run.CodeChangedSinceRun, Message: plan.Note, FinishedAt: p.Now()}
		}
	}
	return plan, p.railed(want, plan, a)
}
