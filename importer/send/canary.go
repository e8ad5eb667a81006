package send

import (
	"context"
	"errors"
	"sync"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// How long a change is looked for before it counts as not made: reads were seen to lag, and to flip back, within 30 s
// (observed by others of the display name).
const (
	lookEvery = 2 * time.Second
	lookFor   = 30 * time.Second
)

// errUnseen is why a row is looked at again by whoever goes on with the run: it was accepted, and the run was stopped
// before its effect was seen.
var errUnseen = errors.New("its effect was not seen before the run was stopped")

// canary reads back the first account to change each field that nobody has proven, before a second one is sent with it:
// nobody has published what the service does with most keys, nor with what an update leaves out, and a wrong key might
// be ignored in silence. What it finds wrong is put back, and stops the run.
type canary struct {
	*run.Run
	next     stage
	ending   *ending
	restorer *restorer
	turn     chan struct{} // held by the row that proves
	later    sync.WaitGroup

	mu      sync.Mutex // guards what is known
	proven  field.Mask // newEmail stands for all that an address step does
	emptied field.Mask // proven for empty values, too
}

func newCanary(r *run.Run, e *ending, restorer *restorer, next stage) *canary {
	return &canary{
		Run: r, next: next, ending: e, restorer: restorer, turn: make(chan struct{}, 1),
		proven: r.LearntFields(run.FactProven), emptied: r.LearntFields(run.FactEmptied),
	}
}

// unproven is what has to be proven before a parcel can be sent unseen: what it changes, and of that what it empties. What it
// carries along as it was shows nothing.
func (p parcel) unproven() (fields, emptied field.Mask) {
	if p.step == plan.StepAddress {
		return field.Of(field.NewEmail), 0
	}
	return plan.Changed(p.row.Plan)
}

// needless reports whether a parcel needs no proof.
func (c *canary) needless(p parcel) bool {
	if c.Options.Lookup == run.LookupNever {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fields, emptied := p.unproven()
	switch {
	case emptied&^c.emptied != 0:
		return false
	case c.Knowledge().Probed:
		return true
	}
	return fields&^c.proven == 0 && (p.step != plan.StepPersonal || !c.mayLose(p.row))
}

// mayLose reports whether a row may lose what its update leaves out, as far as is known: of a row that was planned in this
// process it is known whether there is anything.
func (c *canary) mayLose(row journal.Row) bool {
	return !c.Knowledge().OmittedFields.Known() && !c.IsBare(row.Seq)
}

// send sends a parcel; if it changes what is not proven, it does so alone, and reads back what came of it.
func (c *canary) send(ctx context.Context, p parcel) error {
	if c.needless(p) {
		return c.next.send(ctx, p)
	}
	p.apart = true
	return c.ending.inTurn(ctx, c.turn, func() error {
		if c.ending.broken() { // also for a row that goes on after a stop: nobody may follow where something went wrong
			return zoho.ErrStopped
		}
		return c.alone(ctx, p)
	})
}

// alone sends a parcel while no other unproven one is under way, and reads back what came of it.
func (c *canary) alone(ctx context.Context, p parcel) error {
	if c.needless(p) { // the row before has proven it
		return c.next.send(ctx, p)
	}
	base := c.ending.hard
	if zoho.IsBeyondStop(ctx) {
		base = patient(base)
	}
	look := c.Traced(base, p.row.Seq, run.ReadBack)
	a, err := c.ReadAccount(look, p.row.ZUID)
	if err != nil {
		return err
	}
	before := plan.Snap(a)
	if err := c.restorer.hold(base, p, before); err != nil {
		return err
	}
	if err := c.next.send(ctx, p); err != nil {
		return c.refused(look, p, before, err)
	}
	return c.prove(look, p, before)
}

// refused ends a parcel that was not accepted, or only in part, or maybe: in the last two cases the account is looked at, once.
func (c *canary) refused(ctx context.Context, p parcel, before plan.Snapshot, refusal error) error {
	if !sent(refusal) && !errors.Is(refusal, errNamesRefused) {
		return errors.Join(refusal, c.restorer.release())
	}
	a, err := c.ReadAccount(ctx, p.row.ZUID)
	if err != nil {
		return refusal // what the account was stays on record, and is held against it before the next one is looked at
	}
	if d := p.deviates(before, plan.Snap(a)); d.damaged() {
		return c.restorer.putBack(ctx, p, before, d)
	}
	return errors.Join(refusal, c.restorer.release())
}

// prove looks for a change until it shows, and keeps what it has proven.
func (c *canary) prove(ctx context.Context, p parcel, before plan.Snapshot) error {
	after, wrong, err := c.look(ctx, p, before)
	if err != nil {
		return err
	}
	if after == nil {
		return c.restorer.release() // it could not be read, so the next row with such a field is looked at instead
	}
	if wrong.broken() {
		return c.restorer.putBack(ctx, p, before, wrong)
	}
	if err := errors.Join(c.learn(p, before, *after), c.restorer.release()); err != nil {
		return err
	}
	if wrong.kept != 0 {
		return &keptError{wrong.kept}
	}
	c.again(p, before)
	return nil
}

// look reads the account until it is as it should be, for as long as a change may take to show. It gives no account where
// none could be read. A run that is stopped meanwhile has seen nothing, unless it saw what no delay explains.
func (c *canary) look(ctx context.Context, p parcel, before plan.Snapshot) (after *plan.Snapshot, wrong deviation, err error) {
	for waited := time.Duration(0); ; waited += lookEvery {
		a, err := c.ReadAccount(ctx, p.row.ZUID)
		if err == nil {
			s := plan.Snap(a)
			after, wrong = &s, p.deviates(before, s)
		}
		if after != nil && wrong == (deviation{}) || waited >= lookFor {
			return after, wrong, nil
		}
		if !errors.Is(err, zoho.ErrStopped) && c.Limiter.Sleep(ctx, lookEvery) == nil {
			continue
		}
		if wrong.damaged() {
			return after, wrong, nil
		}
		return nil, deviation{}, errUnseen
	}
}

// learn keeps what an account that came out right has proven: the fields that were seen to change, those that an empty value
// was seen to empty, and that what was left out survives.
func (c *canary) learn(p parcel, before, after plan.Snapshot) error {
	fields, emptied := p.unproven()
	texts := plan.Said(p.row.Plan)
	for id := range fields.All() {
		if plan.Same(id, before[id], after[id], false) || texts[id] == nil || !plan.Same(id, *texts[id], after[id], false) {
			fields &^= field.Of(id)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proven |= fields
	c.emptied |= fields & emptied
	errs := []error{c.Journal.Learn(run.FactProven, c.proven.Names())}
	if fields&emptied != 0 {
		errs = append(errs, c.Journal.Learn(run.FactEmptied, c.emptied.Names()))
	}
	if p.step == plan.StepPersonal {
		others, places := plan.LeavesOut(p.carried(), before)
		if others != 0 {
			errs = append(errs, c.survives(zoho.KeyOmittedFields))
		}
		if places != 0 {
			errs = append(errs, c.survives(zoho.KeyOmittedAddress))
		}
	}
	return errors.Join(errs...)
}

// survives remembers that what an update leaves out survives, unless something is known of it.
func (c *canary) survives(key string) error {
	if c.Knowledge().Answer(key).Known() {
		return nil
	}
	return c.Learn(key, zoho.Kept)
}

// again looks at a proven account once more after a while, since values were seen to flip back. A run that ends sooner
// doesn't wait for it. By then the whole row was sent.
func (c *canary) again(p parcel, before plan.Snapshot) {
	whole := parcel{step: p.step, row: p.whole, whole: p.whole}
	c.later.Go(func() {
		_ = c.ending.stopFor(problem.Guard(func() error { return c.lookOnceMore(p, whole, before) }))
	})
}

// lookOnceMore is again, when its time has come. What can't be read then says nothing.
func (c *canary) lookOnceMore(p, whole parcel, before plan.Snapshot) error {
	if c.Limiter.Sleep(c.ending.finished, run.LookAgain) != nil {
		return nil
	}
	a, err := c.ReadAccount(c.Traced(c.ending.finished, p.row.Seq, run.ReadBack), p.row.ZUID)
	if err != nil {
		return nil
	}
	if d := whole.deviates(before, plan.Snap(a)); d.broken() {
		return problem.Refuse(run.CodeCanary, "look at the account before going on",
			"%s did not stay as it was changed: %s", p.who(), (d.fields | d.missing | d.emptied).Names())
	}
	return nil
}
