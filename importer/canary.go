package importer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// How long a change is looked for before it counts as not made: reads were seen to lag, and to flip back, within 30 s
// (observed by others of the display name).
const (
	lookEvery = 2 * time.Second
	lookFor   = 30 * time.Second
	lookAgain = 30 * time.Second // after it was seen
)

// errUnseen is why a row is looked at again by whoever goes on with the run: it was accepted, and the run was stopped
// before its effect was seen.
var errUnseen = errors.New("its effect was not seen before the run was stopped")

// factProven is the journal's name for the fields whose key was seen to do what it should.
const factProven = "proven"

// canary reads back the first account to change each field that nobody has proven, before a second one is sent with it:
// nobody has published what the service does with most keys, nor with what an update leaves out, and a wrong key might
// be ignored in silence. What it finds wrong is put back, and stops the run.
type canary struct {
	sender *sender
	turn   chan struct{} // held by the row that proves
	later  sync.WaitGroup

	mu      sync.Mutex // guards what is known, and the run's facts about what is left out
	proven  field.Mask // newEmail stands for all that an address step does
	emptied field.Mask // proven for empty values, too
}

func newCanary(s *sender) *canary {
	learnt := s.Journal.Learnt()
	return &canary{
		sender: s, turn: make(chan struct{}, 1),
		proven: field.Named(strings.Fields(learnt[factProven])...), emptied: field.Named(strings.Fields(learnt[factEmptied])...),
	}
}

// parcel is what is sent of a row at once: a step, or some of its fields.
type parcel struct {
	step  string
	row   journal.Row // less what is not sent with it
	whole journal.Row // as planned
}

// carried is the set of fields that a parcel sends.
func (p parcel) carried() field.Mask {
	if p.step == stepAddress {
		return field.Of(field.NewEmail, field.DisplayName)
	}
	return carries(p.row)
}

// asks is what has to be proven before a parcel can be sent unseen: what it changes, and of that what it empties. What it
// carries along as it was shows nothing.
func (p parcel) asks() (fields, emptied field.Mask) {
	if p.step == stepAddress {
		return field.Of(field.NewEmail), 0
	}
	return changed(p.row.Plan)
}

// needless reports whether a parcel needs no proof.
func (c *canary) needless(p parcel) bool {
	if c.sender.Options.Lookup == LookupNever {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fields, emptied := p.asks()
	switch {
	case emptied&^c.emptied != 0:
		return false
	case c.sender.Facts.Probed:
		return true
	}
	return fields&^c.proven == 0 && (p.step != stepPersonal || !c.mayLose(p.row))
}

// mayLose reports whether a row may lose what its update leaves out, as far as is known: of a row that was planned in this
// process it is known whether there is anything.
func (c *canary) mayLose(row journal.Row) bool {
	return c.sender.Facts.OmittedFields == "" && !c.sender.bare(row.Seq)
}

// send sends a parcel; if it changes what is not proven, it does so alone, and reads back what came of it.
func (c *canary) send(ctx context.Context, p parcel) error {
	if c.needless(p) {
		return c.sender.put(ctx, p.step, p.row)
	}
	return c.sender.inTurn(ctx, c.turn, func() error {
		if c.sender.broken() { // also for a row that goes on after a stop: nobody may follow where something went wrong
			return zoho.ErrStopped
		}
		return c.alone(ctx, p)
	})
}

// alone sends a parcel while no other unproven one is under way, and reads back what came of it.
func (c *canary) alone(ctx context.Context, p parcel) error {
	if c.needless(p) { // the row before has proven it
		return c.sender.put(ctx, p.step, p.row)
	}
	base := c.sender.hard
	if zoho.IsBeyondStop(ctx) {
		base = zoho.BeyondStop(base)
	}
	look := c.sender.traced(base, p.row.Seq, readBack)
	a, err := c.sender.readAccount(look, p.row.ZUID)
	if err != nil {
		return err
	}
	before := snap(a)
	if err := c.hold(base, p, before); err != nil {
		return err
	}
	if err := c.sender.put(ctx, p.step, p.row); err != nil {
		return c.refused(look, p, before, err)
	}
	return c.prove(look, p, before)
}

// refused ends a parcel that was not accepted, or only in part, or maybe: in the last two cases the account is looked at, once.
func (c *canary) refused(ctx context.Context, p parcel, before snapshot, refusal error) error {
	if !sent(refusal) && !errors.Is(refusal, errNamesRefused) {
		return errors.Join(refusal, c.release())
	}
	a, err := c.sender.readAccount(ctx, p.row.ZUID)
	if err != nil {
		return refusal // what the account was stays on record, and is held against it before the next one is looked at
	}
	if d := p.deviates(before, snap(a)); d.damaged() {
		return c.putBack(ctx, p, before, d)
	}
	return errors.Join(refusal, c.release())
}

// prove looks for a change until it shows, and keeps what it has proven.
func (c *canary) prove(ctx context.Context, p parcel, before snapshot) error {
	after, wrong, err := c.look(ctx, p, before)
	if err != nil {
		return err
	}
	if after == nil {
		return c.release() // it could not be read, so the next row with such a field is looked at instead
	}
	if wrong.broken() {
		return c.putBack(ctx, p, before, wrong)
	}
	if err := errors.Join(c.learn(p, before, *after), c.release()); err != nil {
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
func (c *canary) look(ctx context.Context, p parcel, before snapshot) (after *snapshot, wrong deviation, err error) {
	for waited := time.Duration(0); ; waited += lookEvery {
		if a, err := c.sender.readAccount(ctx, p.row.ZUID); err == nil {
			s := snap(a)
			after, wrong = &s, p.deviates(before, s)
		}
		if after != nil && wrong == (deviation{}) || waited >= lookFor {
			return after, wrong, nil
		}
		if c.sender.Limiter.Sleep(ctx, lookEvery) == nil {
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
func (c *canary) learn(p parcel, before, after snapshot) error {
	fields, emptied := p.asks()
	texts := said(p.row)
	for id := range fields.All() {
		if same(id, before[id], after[id], false) || texts[id] == nil || !same(id, *texts[id], after[id], false) {
			fields &^= field.Of(id)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proven |= fields
	c.emptied |= fields & emptied
	errs := []error{c.sender.Journal.Learn(factProven, c.proven.Names())}
	if fields&emptied != 0 {
		errs = append(errs, c.sender.Journal.Learn(factEmptied, c.emptied.Names()))
	}
	others, places := p.leavesOut(before)
	if others != 0 {
		errs = append(errs, c.survives(&c.sender.Facts.OmittedFields, factOmittedFields))
	}
	if places != 0 {
		errs = append(errs, c.survives(&c.sender.Facts.OmittedAddress, factOmittedAddress))
	}
	return errors.Join(errs...)
}

// leavesOut is the set of values that an account has and a parcel doesn't send, which the service might empty: fields beside the
// address, and members of the address where others of it are sent. An account is never without display name and gender, so
// that these survive shows nothing.
func (p parcel) leavesOut(before snapshot) (others, places field.Mask) {
	if p.step != stepPersonal {
		return 0, 0
	}
	carried := p.carried()
	left := before.has() & field.Personal &^ carried &^ field.Of(field.DisplayName, field.Gender)
	if carried&field.Address == 0 {
		return left, 0
	}
	return left &^ field.Address, left & field.Address
}

// survives remembers that what an update leaves out survives, once.
func (c *canary) survives(fact *string, name string) error {
	if *fact != "" {
		return nil
	}
	*fact = "kept"
	return c.sender.Journal.Learn(name, "kept")
}

// again looks at a proven account once more after a while, since values were seen to flip back. A run that ends sooner
// doesn't wait for it. By then the whole row was sent.
func (c *canary) again(p parcel, before snapshot) {
	whole := parcel{p.step, p.whole, p.whole}
	c.later.Go(func() {
		_ = c.sender.stopping(problem.Guard(func() error { return c.lookOnceMore(p, whole, before) }))
	})
}

// lookOnceMore is again, when its time has come. What can't be read then says nothing.
func (c *canary) lookOnceMore(p, whole parcel, before snapshot) error {
	if c.sender.Limiter.Sleep(c.sender.finished, lookAgain) != nil {
		return nil
	}
	a, err := c.sender.readAccount(c.sender.traced(c.sender.finished, p.row.Seq, readBack), p.row.ZUID)
	if err != nil {
		return nil
	}
	if d := whole.deviates(before, snap(a)); d.broken() {
		return problem.Refuse(codeCanary, "look at the account before going on",
			"%s did not stay as it was changed: %s", p.who(), (d.fields | d.missing | d.emptied).Names())
	}
	return nil
}

// who names the user of a parcel.
func (p parcel) who() string { return first(p.row.Email, p.row.ZUID) }

// first is the first of some texts that says anything.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
