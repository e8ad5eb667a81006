package send

import (
	"context"
	"errors"
	"slices"
	"sync"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// clearing sends rows that empty fields, in parts where that is needed; all others pass through. Nobody has published what the
// service does with an empty value: it may refuse the whole call for it, or take it and keep what was there. Whichever field that
// holds for keeps its value and fails the row; the row's others are sent all the same.
type clearing struct {
	next    stage
	ending  *ending
	journal *journal.Journal
	compare plan.Comparer // with what was known when sending began, as the plan was made: what is learnt meanwhile is for the next run

	mu   sync.Mutex
	kept field.Mask // fields that the service was seen not to empty: they are not tried again
}

func newClearing(r *run.Run, e *ending, next stage) *clearing {
	return &clearing{next: next, ending: e, journal: r.Journal, compare: plan.NewComparer(r), kept: r.LearntFields(run.FactNotEmptied)}
}

// keptError is the answer to a change that was accepted and left fields as they were which it should have emptied.
type keptError struct{ fields field.Mask }

func (e *keptError) Error() string {
	return "the service takes an empty " + e.fields.Names() + " and keeps what was there"
}

// keeps reports whether an error is one of fields that were accepted and not emptied.
func keeps(err error) bool {
	var kept *keptError
	return errors.As(err, &kept)
}

// send sends a step of a row.
func (c *clearing) send(ctx context.Context, p parcel) error {
	if p.step == plan.StepPersonal && slices.ContainsFunc(p.row.Changes, plan.Empties) {
		return c.clear(ctx, p)
	}
	return c.next.send(ctx, p)
}

// clear sends the personal details of a row that empties some of them.
func (c *clearing) clear(ctx context.Context, p parcel) error {
	row := p.of
	all, empty := plan.Changed(row.Plan)
	c.mu.Lock()
	known := empty & c.kept
	c.mu.Unlock()
	row.keep(known, "the service was seen in this run not to empty it")
	empty &^= known
	err := c.part(ctx, row, all&^known)
	if empty == 0 || !zoho.IsKind(err, zoho.Row) {
		return err
	}
	return c.apart(ctx, row, all&^known&^empty, empty, err)
}

// part sends some of the fields that a row changes.
func (c *clearing) part(ctx context.Context, row *sending, fields field.Mask) error {
	if fields == 0 {
		return nil
	}
	if row.begun() {
		if !c.ending.mayGoOn() {
			return zoho.ErrStopped
		}
		ctx = patient(ctx)
	}
	err := c.next.send(ctx, parcel{step: plan.StepPersonal, row: c.only(row, fields), whole: row.Row, of: row, apart: true})
	var kept *keptError
	if errors.As(err, &kept) {
		row.keep(kept.fields, kept.Error())
		err = c.learn(kept.fields)
	}
	if err == nil {
		row.set |= fields &^ row.kept
	}
	return err
}

// apart sends what was refused as a whole bit by bit, so that only what can't be emptied is left: the fields with a value
// first, then each empty one. Where the values are refused, too, the empty ones are not to blame.
func (c *clearing) apart(ctx context.Context, row *sending, values, empty field.Mask, refusal error) error {
	if err := c.part(ctx, row, values); err != nil {
		return err
	}
	var refused, named field.Mask // named: by the service as empty; without that it may be the user that is refused
	for id := range empty.All() {
		err := refusal
		if empty.Len() > 1 {
			err = c.part(ctx, row, field.Of(id))
		}
		var said *zoho.Error
		switch {
		case err == nil:
			continue
		case !errors.As(err, &said) || said.Kind != zoho.Row:
			return err
		case said.Code == emptyNotAllowed:
			named |= field.Of(id)
		}
		refused |= field.Of(id)
		row.HTTPStatus = said.Status
		row.keep(field.Of(id), "the service refuses it empty: "+run.Words(said))
	}
	if row.set == 0 {
		refused = named
	}
	return c.learn(refused)
}

// emptyNotAllowed is the service's word for a value that it doesn't take empty (seen by others).
const emptyNotAllowed = "EMPTY_VALUE_NOT_ALLOWED"

// learn keeps which fields the service doesn't empty, so that no row after this one costs a call to find out.
func (c *clearing) learn(fields field.Mask) error {
	if fields == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept |= fields
	return c.journal.Learn(run.FactNotEmptied, c.kept.Names())
}

// only is a row less the personal details that are not sent with this part of it. What a request must carry along of them it
// carries as it is by now.
func (c *clearing) only(row *sending, fields field.Mask) journal.Row {
	part := row.Row
	part.Changes, part.Context = nil, map[string]string{}
	along := c.compare.Along(fields, []string{plan.StepPersonal})
	for name, text := range row.Context {
		if along&field.Named(name) != 0 {
			part.Context[name] = text
		}
	}
	for _, change := range row.Changes {
		now := change.Before
		if m := field.Named(change.Field); m&fields != 0 || m&field.Personal == 0 {
			part.Changes = append(part.Changes, change)
			continue
		} else if m&row.set != 0 {
			now = change.After
		}
		if along&field.Named(change.Field) != 0 && now != "" {
			part.Context[change.Field] = now
		}
	}
	return part
}

// keep notes fields of a row that were to be emptied and are not.
func (w *sending) keep(fields field.Mask, why string) {
	if fields != 0 {
		w.kept |= fields
		w.why = append(w.why, list(fields)+" can't be emptied: "+why)
	}
}
