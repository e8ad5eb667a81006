package send

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// factBefore is the journal's name for the account that is being looked at, as it was before. It is there until the account is
// known to be right, so that whoever continues a run that was killed meanwhile can put it right.
const factBefore = "before"

// pendingCheck is such an account.
type pendingCheck struct {
	Seq  int               `json:"seq"`
	Step string            `json:"step"`
	Was  map[string]string `json:"was"` // what it said of each field that can be set, by name
}

// restorer puts accounts back that the service made something else of than was asked.
type restorer struct {
	*run.Run
	next stage
}

// hold keeps what an account is before it is changed and looked at. One that was kept before and could not be looked at comes
// first.
func (r *restorer) hold(ctx context.Context, p parcel, before plan.Snapshot) error {
	if err := r.repair(ctx); err != nil {
		return err
	}
	h := pendingCheck{p.row.Seq, p.step, map[string]string{}}
	for id := range field.Set.All() {
		h.Was[id.String()] = before[id]
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return r.Journal.Learn(factBefore, string(text))
}

// release lets go of it, once the account is right.
func (r *restorer) release() error { return r.Journal.Forget(factBefore) }

// repair puts the account right that was being looked at when the run ended: if it lost or changed what it should have kept, it
// is put back, its row is to be sent again, and the error says so.
func (r *restorer) repair(ctx context.Context) error {
	text := r.Journal.Learnt()[factBefore]
	if text == "" {
		return nil
	}
	var h pendingCheck
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		return problem.Refuse("journal-damaged", "", "run %s: what an account was: %v", r.Meta().Run, err)
	}
	row, err := r.Journal.Row(h.Seq)
	if err != nil {
		return err
	}
	var before plan.Snapshot
	for id := range field.Set.All() {
		before[id] = h.Was[id.String()]
	}
	ctx = r.Traced(ctx, h.Seq, run.ReadBack)
	a, err := r.ReadAccount(ctx, row.ZUID)
	if run.NotFound(err) {
		return r.release()
	}
	if err != nil {
		return err
	}
	p := parcel{step: h.Step, row: row, whole: row}
	if d := p.deviates(before, plan.Snap(a)); d.damaged() {
		err := r.putBack(ctx, p, before, d)
		if !errors.Is(err, errUnseen) {
			err = errors.Join(err, r.Journal.Release(row.Seq))
		}
		return err
	}
	return r.release()
}

// repaired reports whether an error only says that an account was put back, so that a run can go on by what that has taught.
func repaired(err error) bool {
	var refusal *problem.Refusal
	return errors.As(err, &refusal) && refusal.Code == run.CodeCanary && !errors.Is(err, errUnseen)
}

// putBack makes the account what it was before, remembers what was found, and says why the run stops.
func (r *restorer) putBack(ctx context.Context, p parcel, before plan.Snapshot, d deviation) error {
	if err := r.lost(d); err != nil {
		return err
	}
	left, err := r.restore(zoho.BeyondStop(ctx), p, before, d)
	if err != nil {
		refusal := d.refusal(p, fmt.Sprintf("putting it back failed: %v", err), r.Meta().Run)
		refusal.Hint = strings.TrimSuffix("put it back by hand: it was "+before.Words()+"; "+refusal.Hint, "; ")
		return errors.Join(refusal, errUnseen)
	}
	account := "it was put back"
	if left != 0 {
		account += ", but for " + left.Names() + ", which can't be emptied"
	}
	return errors.Join(d.refusal(p, account, r.Meta().Run), r.release())
}

// lost remembers that the service empties what is left out.
func (r *restorer) lost(d deviation) error {
	if d.emptied == 0 {
		return nil
	}
	fact := zoho.KeyOmittedFields
	if d.emptied&^field.Address == 0 {
		fact = zoho.KeyOmittedAddress
	}
	return r.Learn(fact, zoho.Cleared)
}

// restore sends an account as it was, and looks until it shows: all of it if it was damaged, else what was to be changed. What was
// empty is sent apart: the service may refuse that, and left is what stays for it as the row has made it.
func (r *restorer) restore(ctx context.Context, p parcel, before plan.Snapshot, d deviation) (left field.Mask, err error) {
	values, empty := before.Has()&field.Personal, p.carried()&field.Personal&^before.Has()
	if !d.damaged() {
		values &= p.carried()
	}
	if knownRefused(r.Run, run.Names) {
		values, empty = values&^run.Names, empty&^run.Names
	}
	if p.step == plan.StepAddress {
		if err := r.resend(ctx, plan.StepAddress, p.row, before, field.Of(field.NewEmail, field.DisplayName)); err != nil {
			return 0, err
		}
	}
	if p.step == plan.StepPersonal || (d.fields|d.emptied)&field.Personal != 0 {
		if err := r.resend(ctx, plan.StepPersonal, p.row, before, values); err != nil {
			return 0, err
		}
	}
	if empty != 0 {
		if err := r.resend(ctx, plan.StepPersonal, p.row, before, values|empty); err != nil && !zoho.IsKind(err, zoho.Row) {
			return 0, err
		}
	}
	return r.restored(ctx, p.row.ZUID, before, empty)
}

// restored looks until an account is as it was, but for what was empty and may not become so again.
func (r *restorer) restored(ctx context.Context, zuid string, before plan.Snapshot, empty field.Mask) (left field.Mask, err error) {
	for waited := time.Duration(0); ; waited += lookEvery {
		differs := field.Set
		a, err := r.ReadAccount(ctx, zuid)
		if err == nil {
			differs = before.Differs(plan.Snap(a))
		}
		switch {
		case differs == 0, differs&^empty == 0 && waited >= lookFor:
			return differs, nil
		case waited >= lookFor && err != nil:
			return 0, err
		case waited >= lookFor:
			return 0, fmt.Errorf("it does not show %s", differs.Names())
		}
		if err := r.Limiter.Sleep(ctx, lookEvery); err != nil {
			return 0, err
		}
	}
}

// resend sends fields of an account as they were.
func (r *restorer) resend(ctx context.Context, step string, row journal.Row, was plan.Snapshot, fields field.Mask) error {
	if fields == 0 {
		return nil
	}
	row.Changes, row.Context = nil, map[string]string{}
	for id := range fields.All() {
		row.Context[id.String()] = was[id]
	}
	err := r.next.send(ctx, parcel{step: step, row: row, whole: row})
	if errors.Is(err, errNamesRefused) {
		return nil // the rest was taken; whether the names are as they were, looking tells
	}
	return err
}
