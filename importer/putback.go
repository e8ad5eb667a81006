package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// factBefore is the journal's name for the account that is being looked at, as it was before. It is there until the account is
// known to be right, so that whoever goes on with a run that was killed meanwhile can put it right.
const factBefore = "before"

// held is such an account.
type held struct {
	Seq  int               `json:"seq"`
	Step string            `json:"step"`
	Was  map[string]string `json:"was"` // what it said of each field that can be set, by name
}

// hold keeps what an account is before it is changed and looked at. One that was kept before and could not be looked at comes
// first.
func (c *canary) hold(ctx context.Context, p parcel, before snapshot) error {
	if err := c.mend(ctx); err != nil {
		return err
	}
	h := held{p.row.Seq, p.step, map[string]string{}}
	for id := range field.Set.All() {
		h.Was[id.String()] = before[id]
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return c.sender.Journal.Learn(factBefore, string(text))
}

// release lets go of it, once the account is right.
func (c *canary) release() error { return c.sender.Journal.Forget(factBefore) }

// mend puts the account right that was being looked at when the run ended: if it lost or changed what it should have kept, it
// is put back, its row is to be sent again, and the error says so.
func (c *canary) mend(ctx context.Context) error {
	text := c.sender.Journal.Learnt()[factBefore]
	if text == "" {
		return nil
	}
	var h held
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		return problem.Refuse("journal-damaged", "", "run %s: what an account was: %v", c.sender.meta.Run, err)
	}
	row, err := c.sender.Journal.Row(h.Seq)
	if err != nil {
		return err
	}
	var before snapshot
	for id := range field.Set.All() {
		before[id] = h.Was[id.String()]
	}
	ctx = c.sender.traced(ctx, h.Seq, readBack)
	a, err := c.sender.readAccount(ctx, row.ZUID)
	if notFound(err) {
		return c.release()
	}
	if err != nil {
		return err
	}
	p := parcel{h.Step, row, row}
	if d := p.deviates(before, snap(a)); d.damaged() {
		err := c.putBack(ctx, p, before, d)
		if !errors.Is(err, errUnseen) {
			err = errors.Join(err, c.sender.Journal.Release(row.Seq))
		}
		return err
	}
	return c.release()
}

// mended reports whether an error only says that an account was put back, so that a run can go on by what that has taught.
func mended(err error) bool {
	var refusal *problem.Refusal
	return errors.As(err, &refusal) && refusal.Code == codeCanary && !errors.Is(err, errUnseen)
}

// putBack makes the account what it was before, remembers what was found, and says why the run stops.
func (c *canary) putBack(ctx context.Context, p parcel, before snapshot, d deviation) error {
	if err := c.lost(d); err != nil {
		return err
	}
	left, err := c.restore(zoho.BeyondStop(ctx), p, before, d)
	if err != nil {
		refusal := d.refusal(p, fmt.Sprintf("putting it back failed: %v", err))
		refusal.Hint = "put it back by hand: it was " + before.words() + "; then " + refusal.Hint
		return errors.Join(refusal, errUnseen)
	}
	account := "it was put back"
	if left != 0 {
		account += ", but for " + left.Names() + ", which can't be emptied"
	}
	return errors.Join(d.refusal(p, account), c.release())
}

// lost remembers that the service empties what is left out.
func (c *canary) lost(d deviation) error {
	if d.emptied == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fact, name := &c.sender.Facts.OmittedFields, factOmittedFields
	if d.emptied&^field.Address == 0 {
		fact, name = &c.sender.Facts.OmittedAddress, factOmittedAddress
	}
	*fact = "cleared"
	return c.sender.Journal.Learn(name, "cleared")
}

// restore sends an account as it was, and looks until it shows: all of it if it was damaged, else what was to be changed. What was
// empty is sent apart: the service may refuse that, and left is what stays for it as the row has made it.
func (c *canary) restore(ctx context.Context, p parcel, before snapshot, d deviation) (left field.Mask, err error) {
	values, empty := before.has()&field.Personal, p.carried()&field.Personal&^before.has()
	if !d.damaged() {
		values &= p.carried()
	}
	if c.sender.spelling.futile(names) {
		values, empty = values&^names, empty&^names
	}
	if p.step == stepAddress {
		if err := c.resend(ctx, stepAddress, p.row, before, field.Of(field.NewEmail, field.DisplayName)); err != nil {
			return 0, err
		}
	}
	if p.step == stepPersonal || (d.fields|d.emptied)&field.Personal != 0 {
		if err := c.resend(ctx, stepPersonal, p.row, before, values); err != nil {
			return 0, err
		}
	}
	if empty != 0 {
		if err := c.resend(ctx, stepPersonal, p.row, before, values|empty); err != nil && !zoho.IsKind(err, zoho.Row) {
			return 0, err
		}
	}
	return c.restored(ctx, p.row.ZUID, before, empty)
}

// restored looks until an account is as it was, but for what was empty and may not become so again.
func (c *canary) restored(ctx context.Context, zuid string, before snapshot, empty field.Mask) (left field.Mask, err error) {
	for waited := time.Duration(0); ; waited += lookEvery {
		differs := field.Set
		a, err := c.sender.readAccount(ctx, zuid)
		if err == nil {
			differs = before.differs(snap(a))
		}
		switch {
		case differs == 0, differs&^empty == 0 && waited >= lookFor:
			return differs, nil
		case waited >= lookFor && err != nil:
			return 0, err
		case waited >= lookFor:
			return 0, fmt.Errorf("it does not show %s", differs.Names())
		}
		if err := c.sender.Limiter.Sleep(ctx, lookEvery); err != nil {
			return 0, err
		}
	}
}

// resend sends fields of an account as they were.
func (c *canary) resend(ctx context.Context, step string, row journal.Row, was snapshot, fields field.Mask) error {
	if fields == 0 {
		return nil
	}
	row.Changes, row.Context = nil, map[string]string{}
	for id := range fields.All() {
		row.Context[id.String()] = was[id]
	}
	err := c.sender.put(ctx, step, row)
	if errors.Is(err, errNamesRefused) {
		return nil // the rest was taken; whether the names are as they were, looking tells
	}
	return err
}

// differs is the set of fields that a later snapshot shows otherwise.
func (s snapshot) differs(later snapshot) (m field.Mask) {
	for id := range field.Set.All() {
		if !unchanged(id, s[id], later[id]) {
			m |= field.Of(id)
		}
	}
	return m
}

// words is an account in words.
func (s snapshot) words() (text string) {
	for id := range (s.has() & field.Set).All() {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s %q", id, s[id])
	}
	return text
}
