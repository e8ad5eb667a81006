package importer

import (
	"context"
	"errors"
	"sync"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// The two spellings of the phone's key: the documented sample's, and the documented list's, which is also how the
// service reports it. A key that it doesn't know makes it refuse the whole call, so it must be learnt.
const (
	sampleKey = "phoneNumber"
	listKey   = "phoneNumer"
)

// The facts that a run learns, as the journal keeps them.
const (
	factPhoneKey       = "phone_key"
	factNames          = "names"
	factOmittedFields  = "omitted_fields"
	factOmittedAddress = "omitted_address"
)

// spelling learns which keys updatePersonalInfo takes. While a key is unproven, requests that carry it go one by one, so
// that the lesson costs a call or two and not one for each worker.
type spelling struct {
	*sender
	turn chan struct{} // held by the request that learns

	mu    sync.Mutex // guards what is known
	phone string     // the proven key, "" while unknown
	names string     // yes, no, or "" while unknown
}

// errNamesRefused is the answer to a row whose first and last name were refused while the rest was accepted.
var errNamesRefused = &problem.Refusal{
	Code:    "names-refused",
	Message: "the service refuses firstName and lastName",
	Hint:    "zohobulk resume --without firstName,lastName sends everything else",
}

// errNamesKnown is the answer to a row with names once that is known: it is not sent.
var errNamesKnown = &problem.Refusal{Code: errNamesRefused.Code, Message: errNamesRefused.Message, Hint: errNamesRefused.Hint, Err: errNamesRefused}

// errUnknownKey is the answer when no spelling is accepted: every further row would fail the same way.
var errUnknownKey = &problem.Refusal{
	Code:    "unknown-key",
	Message: "the service refuses a key of updatePersonalInfo whichever way it is spelt",
	Hint:    "try fewer columns with --fields; the run can be resumed",
}

var phones = field.Of(field.PhoneNumber)

// variant is one way to spell a request.
type variant struct {
	phone string
	leave field.Mask
}

// send sends a row's personal details in the spelling that the service takes.
func (s *spelling) send(ctx context.Context, row journal.Row) error {
	carried := carries(row)
	if v, known := s.known(carried); known {
		return s.try(ctx, row, v)
	}
	return s.inTurn(ctx, s.turn, func() error {
		if v, known := s.known(carried); known { // the row before has learnt it
			return s.try(ctx, row, v)
		}
		if s.futile(carried) {
			return errNamesKnown
		}
		return s.learn(ctx, row, carried)
	})
}

// known is the spelling for a set of fields, if all of it is proven.
func (s *spelling) known(carried field.Mask) (variant, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := variant{phone: s.phone}
	proven := (carried&phones == 0 || s.phone != "") && (carried&names == 0 || s.names == "yes")
	return v, proven
}

// futile reports whether a set of fields holds names that are known to be refused.
func (s *spelling) futile(carried field.Mask) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return carried&names != 0 && s.names == "no"
}

// variants are the spellings to try, the documented sample's first.
func (s *spelling) variants(carried field.Mask) (vs []variant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := []string{sampleKey, listKey}
	if s.phone != "" || carried&phones == 0 {
		keys = []string{s.phone}
	}
	for _, key := range keys {
		vs = append(vs, variant{phone: key})
	}
	if carried&names != 0 && carried&^names != 0 && s.names == "" {
		for _, key := range keys {
			vs = append(vs, variant{key, names})
		}
	}
	return vs
}

// learn tries the spellings in turn; only the refusal of an unknown key leads to the next.
func (s *spelling) learn(ctx context.Context, row journal.Row, carried field.Mask) error {
	for _, v := range s.variants(carried) {
		err := s.try(ctx, row, v)
		if extraKey(err) {
			continue
		}
		if err != nil {
			return err
		}
		return s.accepted(v, carried)
	}
	if carried&^names == 0 { // nothing but names: there was no other key to blame
		return errors.Join(errNamesRefused, s.remember(factNames, "no"))
	}
	return errUnknownKey
}

func (s *spelling) try(ctx context.Context, row journal.Row, v variant) error {
	return s.Service.UpdatePersonalInfo(ctx, s.ZOID, personalInfo(row, v.leave), zoho.Keys{Phone: v.phone})
}

// accepted keeps what an accepted spelling has taught.
func (s *spelling) accepted(v variant, carried field.Mask) error {
	var errs []error
	if carried&phones != 0 {
		errs = append(errs, s.remember(factPhoneKey, v.phone))
	}
	if carried&names != 0 {
		answer := "yes"
		if v.leave&names != 0 {
			answer = "no"
			errs = append(errs, errNamesRefused)
		}
		errs = append(errs, s.remember(factNames, answer))
	}
	return errors.Join(errs...)
}

func (s *spelling) remember(fact, answer string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch fact {
	case factPhoneKey:
		s.phone, s.Facts.PhoneKey = answer, answer
	case factNames:
		s.names, s.Facts.Names = answer, answer
	}
	return s.Journal.Learn(fact, answer)
}

// recall takes up what the run's journal knows of the service already.
func (r *Run) recall() {
	learnt := r.Journal.Learnt()
	for name, fact := range r.answers() {
		if answer := learnt[name]; answer != "" {
			*fact = answer
		}
	}
}

// answers are the facts that a run learns an answer of, by the names that the journal has for them.
func (r *Run) answers() map[string]*string {
	return map[string]*string{
		factPhoneKey: &r.Facts.PhoneKey, factNames: &r.Facts.Names,
		factOmittedFields: &r.Facts.OmittedFields, factOmittedAddress: &r.Facts.OmittedAddress,
	}
}

// extraKey reports whether the service refused a call for a key it doesn't know.
func extraKey(err error) bool {
	var e *zoho.Error
	return errors.As(err, &e) && e.Kind == zoho.ExtraKey
}
