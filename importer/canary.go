package importer

import (
	"context"
	"errors"
	"fmt"
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

// canary reads back the first account to carry each key that nobody has proven, before a second one is sent with it:
// nobody has published what the service does with most keys, nor with what an update leaves out, and a wrong key might
// be ignored in silence. What it finds wrong is put back, and stops the run.
type canary struct {
	sender *sender
	turn   chan struct{} // held by the row that proves
	later  sync.WaitGroup

	mu      sync.Mutex
	proven  field.Mask
	emptied field.Mask // proven for empty values, too
}

func newCanary(s *sender) *canary {
	learnt := s.Journal.Learnt()
	return &canary{
		sender: s, turn: make(chan struct{}, 1),
		proven: field.Named(strings.Fields(learnt[factProven])...), emptied: field.Named(strings.Fields(learnt[factEmptied])...),
	}
}

// needless reports whether a step needs no proof.
func (c *canary) needless(step string, row journal.Row) bool {
	if c.sender.Options.Lookup == LookupNever {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if step == stepPersonal {
		if _, empty := changed(row.Plan); empty&^c.emptied != 0 {
			return false
		}
	}
	return c.sender.Facts.Probed || c.carried(step, row)&^c.proven == 0
}

// carried is the set of fields that a step sends.
func (c *canary) carried(step string, row journal.Row) field.Mask {
	if step == stepAddress {
		return field.Of(field.NewEmail, field.DisplayName)
	}
	return carries(row, c.sender.leave)
}

// send sends a step; if it carries a key that is not proven, it does so alone, and reads back what came of it.
func (c *canary) send(ctx context.Context, step string, row journal.Row) error {
	if c.needless(step, row) {
		return c.sender.put(ctx, step, row)
	}
	return c.sender.inTurn(c.turn, func() error { return c.alone(ctx, step, row) })
}

// alone sends a step while no other unproven one is under way, and reads back what came of it.
func (c *canary) alone(ctx context.Context, step string, row journal.Row) error {
	if c.needless(step, row) { // the row before has proven it
		return c.sender.put(ctx, step, row)
	}
	look := c.sender.traced(c.sender.hard, row.Seq, readBack)
	before, err := c.sender.readAccount(look, row.ZUID)
	if err != nil {
		return err
	}
	if err := c.sender.put(ctx, step, row); err != nil {
		return err
	}
	return c.prove(look, step, row, before)
}

// prove looks for a change until it shows, and keeps what it has proven.
func (c *canary) prove(ctx context.Context, step string, row journal.Row, before *zoho.Account) error {
	carried := c.carried(step, row)
	after, wrong, err := c.look(ctx, row, carried, before)
	if err != nil {
		return err
	}
	if after == nil {
		return nil // it could not be read, so the next row with such a key is looked at instead
	}
	var kept field.Mask
	if wrong != nil {
		kept = wrong.kept
		if *wrong != (deviation{kept: kept}) {
			return c.putBack(ctx, step, row, before, wrong)
		}
	}
	_, empty := changed(row.Plan)
	if err := c.learn(carried&^kept, empty&carried&^kept, before, after); err != nil {
		return err
	}
	if kept != 0 {
		return &keptError{kept}
	}
	c.again(row.Seq, carried, before)
	return nil
}

// look reads the account until it is as it should be, for as long as a change may take to show. It gives no account where
// none could be read. A run that is stopped meanwhile has seen nothing, unless it saw what no delay explains.
func (c *canary) look(ctx context.Context, row journal.Row, carried field.Mask, before *zoho.Account) (after *zoho.Account, wrong *deviation, err error) {
	for waited := time.Duration(0); ; waited += lookEvery {
		if a, err := c.sender.readAccount(ctx, row.ZUID); err == nil {
			after, wrong = a, deviates(row, carried, before, a)
		}
		if after != nil && wrong == nil || waited >= lookFor {
			return after, wrong, nil
		}
		if c.sender.Limiter.Sleep(ctx, lookEvery) == nil {
			continue
		}
		if wrong != nil && wrong.fields|wrong.emptied != 0 {
			return after, wrong, nil
		}
		return nil, nil, errUnseen
	}
}

// deviation is what an account has become that it should not have.
type deviation struct {
	fields  field.Mask // neither as sent nor as before
	missing field.Mask // sent, and not there
	kept    field.Mask // sent empty, and as before
	emptied field.Mask // left out, and emptied by that
}

// deviates holds an account after a step against what it was, and what the step should have made of it.
func deviates(row journal.Row, carried field.Mask, before, after *zoho.Account) *deviation {
	var d deviation
	texts := said(row)
	for id := range field.ID(field.Count) {
		if !field.Set.Has(id) {
			continue
		}
		was, is := present(before, id), present(after, id)
		switch want := texts[id]; {
		case carried.Has(id) && want != nil:
			switch {
			case same(id, *want, is, false):
			case *want == "" && same(id, was, is, false):
				d.kept |= field.Of(id)
			default:
				d.missing |= field.Of(id)
			}
		case same(id, was, is, true), want != nil && same(id, *want, is, false): // the row's other step sets it
		case is == "" || id == field.Gender && is == "NOT_SPECIFIED": // a gender is never empty
			d.emptied |= field.Of(id)
		default:
			d.fields |= field.Of(id)
		}
	}
	if d == (deviation{}) {
		return nil
	}
	return &d
}

// putBack makes the account what it was before, remembers what was found, and says why the run stops.
func (c *canary) putBack(ctx context.Context, step string, row journal.Row, before *zoho.Account, d *deviation) error {
	if d.emptied != 0 {
		fact, name := &c.sender.Facts.OmittedFields, factOmittedFields
		if d.emptied&^field.Address == 0 {
			fact, name = &c.sender.Facts.OmittedAddress, factOmittedAddress
		}
		*fact = "cleared"
		if err := c.sender.Journal.Learn(name, "cleared"); err != nil {
			return err
		}
	}
	refusal := d.refusal(row)
	if err := c.restore(ctx, step, row, before); err != nil {
		refusal.Message += fmt.Sprintf("; putting the account back failed: %v", err)
		refusal.Hint = "put it back by hand: zohobulk runs show names what it was; then " + refusal.Hint
		return errors.Join(refusal, errUnseen)
	}
	return refusal
}

// restore sends a whole record as it was.
func (c *canary) restore(ctx context.Context, step string, row journal.Row, before *zoho.Account) error {
	was := row
	was.Changes, was.Context = nil, map[string]string{}
	touched := c.carried(step, row)
	for id := range field.ID(field.Count) {
		text := present(before, id)
		if field.Set.Has(id) && (text != "" || touched.Has(id)) {
			was.Context[id.String()] = text
		}
	}
	return c.sender.put(ctx, step, was)
}

// refusal says what went wrong, and how to go on.
func (d *deviation) refusal(row journal.Row) *problem.Refusal {
	who := first(row.Email, row.ZUID)
	switch {
	case d.fields != 0:
		return problem.Refuse("canary", "look at the account before going on",
			"changing %s also changed %s; it was put back, and nobody else was sent", who, d.fields.Names())
	case d.emptied != 0:
		return problem.Refuse("canary", "zohobulk resume sends whole records instead",
			"the service empties what an update leaves out: %s lost %s; it was put back, and nobody else was sent", who, d.emptied.Names())
	}
	return problem.Refuse("canary", "zohobulk resume --without "+strings.ReplaceAll(d.missing.Names(), " ", ",")+" sends everything else",
		"the service accepted %s for %s and did not change it; the account was put back, and nobody else was sent", d.missing.Names(), who)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// learn keeps what an account that came out right has proven: its keys, those that an empty value empties, and that what was
// left out survives.
func (c *canary) learn(carried, emptied field.Mask, before, after *zoho.Account) error {
	c.mu.Lock()
	c.proven |= carried
	c.emptied |= emptied
	names, empty := c.proven.Names(), c.emptied.Names()
	c.mu.Unlock()
	errs := []error{c.sender.Journal.Learn(factProven, names)}
	if emptied != 0 {
		errs = append(errs, c.sender.Journal.Learn(factEmptied, empty))
	}
	for id := range field.ID(field.Count) {
		if carried.Has(id) || !field.Personal.Has(id) || present(before, id) == "" || carried&field.Personal == 0 {
			continue
		}
		if !field.Address.Has(id) {
			errs = append(errs, c.keep(&c.sender.Facts.OmittedFields, factOmittedFields))
		} else if carried&field.Address != 0 {
			errs = append(errs, c.keep(&c.sender.Facts.OmittedAddress, factOmittedAddress))
		}
	}
	return errors.Join(errs...)
}

// keep remembers that what an update leaves out survives, once.
func (c *canary) keep(fact *string, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *fact != "" {
		return nil
	}
	*fact = "kept"
	return c.sender.Journal.Learn(name, "kept")
}

// again looks at a proven account once more after a while, since values were seen to flip back. A run that ends sooner
// doesn't wait for it. What the row was to make of the account is read from the journal: it may have been sent in parts.
func (c *canary) again(seq int, carried field.Mask, before *zoho.Account) {
	c.later.Go(func() {
		if c.sender.Limiter.Sleep(c.sender.finished, lookAgain) != nil {
			return
		}
		row, err := c.sender.Journal.Row(seq)
		if err != nil {
			return // the journal stops the run itself
		}
		a, err := c.sender.readAccount(c.sender.traced(c.sender.finished, seq, readBack), row.ZUID)
		if err != nil {
			return
		}
		if d := deviates(row, carried, before, a); d != nil {
			c.sender.stop(problem.Refuse("canary", "look at the account before going on",
				"%s did not stay as it was changed: %s", first(row.Email, row.ZUID), (d.fields | d.missing | d.emptied).Names()))
		}
	})
}
