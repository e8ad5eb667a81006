package send

import (
	"context"
	"errors"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// keys is the last stage: it calls the service, and learns which keys updatePersonalInfo takes. While a key is unproven, requests
// that carry it go one by one, so that the lesson costs a call or two and not one for each worker.
type keys struct {
	*run.Run
	ending *ending
	turn   chan struct{} // held by the request that learns
}

func newKeys(r *run.Run, e *ending) *keys {
	return &keys{Run: r, ending: e, turn: make(chan struct{}, 1)}
}

// send calls the service for a parcel.
func (k *keys) send(ctx context.Context, p parcel) error {
	if p.of != nil {
		ctx = p.of.traced(ctx, k.Run, p.step, !p.apart)
	}
	switch {
	case p.step == plan.StepPersonal:
		return k.spell(ctx, p.row)
	case k.Options.Auth == run.AuthUser:
		return k.Service.UpdateOwnDisplayNameEmail(ctx, displayNameEmail(p.row))
	}
	return k.Service.UpdateDisplayNameEmail(ctx, k.ZOID, displayNameEmail(p.row))
}

// errNamesRefused is the answer to a row whose first and last name were refused while the rest was accepted.
var errNamesRefused = &problem.Refusal{
	Code:     run.CodeNamesRefused,
	Message:  "the service refuses firstName and lastName",
	Remedies: []problem.Remedy{{Way: problem.LeaveOut, Args: strings.Fields(run.Names.Names())}},
}

// errNamesKnown is the answer to a row with names once that is known: it is not sent.
var errNamesKnown = &problem.Refusal{Code: errNamesRefused.Code, Message: errNamesRefused.Message, Remedies: errNamesRefused.Remedies, Err: errNamesRefused}

// errUnknownKey is the answer when no spelling is accepted: every further row would fail the same way.
var errUnknownKey = &problem.Refusal{
	Code:    "unknown-key",
	Message: "Zoho refuses a key of updatePersonalInfo in every spelling",
	Hint:    "try fewer columns", Remedies: []problem.Remedy{{Way: problem.ChooseFields}},
}

var phones = field.Of(field.PhoneNumber)

// variant is one way to spell a request.
type variant struct {
	phone string
	leave field.Mask
}

// spell sends a row's personal details in the spelling that the service takes.
func (k *keys) spell(ctx context.Context, row journal.Row) error {
	carried := plan.Carries(row.Plan)
	if v, known := k.known(carried); known {
		return k.try(ctx, row, v)
	}
	return k.ending.inTurn(ctx, k.turn, func() error {
		if v, known := k.known(carried); known { // the row before has learnt it
			return k.try(ctx, row, v)
		}
		if knownRefused(k.Run, carried) {
			return errNamesKnown
		}
		return k.learn(ctx, row, carried)
	})
}

// known is the spelling for a set of fields, if all of it is proven.
func (k *keys) known(carried field.Mask) (variant, bool) {
	known := k.Knowledge()
	proven := (carried&phones == 0 || known.PhoneKey.Known()) && (carried&run.Names == 0 || known.Names == zoho.Yes)
	return variant{phone: phoneKey(known)}, proven
}

// knownRefused reports whether a set of fields holds names that are known to be refused.
func knownRefused(r *run.Run, fields field.Mask) bool {
	return fields&run.Names != 0 && r.Knowledge().Names == zoho.No
}

// phoneKey is the key of the phone, "" while it is not known.
func phoneKey(known zoho.Knowledge) string {
	if !known.PhoneKey.Known() {
		return ""
	}
	return string(known.PhoneKey)
}

// variants are the spellings to try, the documented sample's first. A key that the service doesn't know makes it refuse the whole
// call, so it must be learnt.
func (k *keys) variants(carried field.Mask) (vs []variant) {
	known := k.Knowledge()
	spellings := []string{zoho.PhoneNumber, zoho.PhoneNumer}
	if known.PhoneKey.Known() || carried&phones == 0 {
		spellings = []string{phoneKey(known)}
	}
	for _, key := range spellings {
		vs = append(vs, variant{phone: key})
	}
	if carried&run.Names != 0 && carried&^run.Names != 0 && !known.Names.Known() {
		for _, key := range spellings {
			vs = append(vs, variant{key, run.Names})
		}
	}
	return vs
}

// learn tries the spellings in turn; only the refusal of an unknown key leads to the next.
func (k *keys) learn(ctx context.Context, row journal.Row, carried field.Mask) error {
	for _, v := range k.variants(carried) {
		err := k.try(ctx, row, v)
		if extraKey(err) {
			continue
		}
		if err != nil {
			return err
		}
		return k.accepted(v, carried)
	}
	if carried&^run.Names == 0 { // nothing but names: there was no other key to blame
		return errors.Join(errNamesRefused, k.Learn(zoho.KeyNames, zoho.Answer(zoho.No)))
	}
	return errUnknownKey
}

func (k *keys) try(ctx context.Context, row journal.Row, v variant) error {
	return k.Service.UpdatePersonalInfo(ctx, k.ZOID, personalInfo(row, v.leave), zoho.Keys{Phone: v.phone})
}

// accepted keeps what an accepted spelling has taught.
func (k *keys) accepted(v variant, carried field.Mask) error {
	var errs []error
	if carried&phones != 0 {
		errs = append(errs, k.Learn(zoho.KeyPhoneKey, zoho.Answer(v.phone)))
	}
	if carried&run.Names != 0 {
		answer := zoho.Yes
		if v.leave&run.Names != 0 {
			answer = zoho.No
			errs = append(errs, errNamesRefused)
		}
		errs = append(errs, k.Learn(zoho.KeyNames, zoho.Answer(answer)))
	}
	return errors.Join(errs...)
}

// extraKey reports whether the service refused a call for a key it doesn't know.
func extraKey(err error) bool {
	var e *zoho.Error
	return errors.As(err, &e) && e.Kind == zoho.ExtraKey
}
