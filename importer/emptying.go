package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// codeNotEmptied is the code of a row with a field that was to be emptied and is not.
const codeNotEmptied = "cannot-be-emptied"

// The facts about empty values, as the journal keeps them: fields that were seen to be emptied, and fields that were not.
const (
	factEmptied    = "emptied"
	factNotEmptied = "not_emptied"
)

// emptying sends rows that empty fields. Nobody has published what the service does with an empty value: it may refuse the
// whole call for it, or take it and keep what was there. Whichever field that holds for keeps its value and fails the row;
// the row's others are sent all the same.
type emptying struct {
	*sender
	compare comparer // with what was known when sending began, as the plan was made: what is learnt meanwhile is for the next run

	mu   sync.Mutex
	kept field.Mask // fields that the service was seen not to empty: they are not tried again
}

func newEmptying(s *sender) *emptying {
	return &emptying{sender: s, compare: s.comparer(), kept: field.Named(strings.Fields(s.Journal.Learnt()[factNotEmptied])...)}
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

// changed is the set of personal details that a row changes, and of those that it empties.
func changed(plan journal.Plan) (all, emptied field.Mask) {
	for _, c := range plan.Changes {
		m := field.Named(c.Field) & field.Personal
		all |= m
		if empties(c) {
			emptied |= m
		}
	}
	return all, emptied
}

// send sends a step of a row.
func (e *emptying) send(row *sending, step string) error {
	if step == stepPersonal && slices.ContainsFunc(row.Changes, empties) {
		return e.clearing(row)
	}
	keep := e.canary.needless(parcel{step, row.Row, row.Row})
	return e.canary.send(row.traced(e.until(row), e.Run, step, keep), parcel{step, row.Row, row.Row})
}

// empties reports whether a change empties its field.
func empties(c journal.Change) bool { return c.After == "" }

// clearing sends the personal details of a row that empties some of them.
func (e *emptying) clearing(row *sending) error {
	all, empty := changed(row.Plan)
	ctx := row.traced(e.until(row), e.Run, stepPersonal, false)
	e.mu.Lock()
	known := empty & e.kept
	e.mu.Unlock()
	row.keep(known, "the service was seen in this run not to empty it")
	empty &^= known
	err := e.part(ctx, row, all&^known)
	if empty == 0 || !zoho.IsKind(err, zoho.Row) {
		return err
	}
	return e.apart(ctx, row, all&^known&^empty, empty, err)
}

// part sends some of the fields that a row changes.
func (e *emptying) part(ctx context.Context, row *sending, fields field.Mask) error {
	if fields == 0 {
		return nil
	}
	if row.begun() {
		if !e.mayGoOn() {
			return zoho.ErrStopped
		}
		ctx = zoho.BeyondStop(ctx)
	}
	err := e.canary.send(ctx, parcel{stepPersonal, e.only(row, fields), row.Row})
	var kept *keptError
	if errors.As(err, &kept) {
		row.keep(kept.fields, kept.Error())
		err = e.learn(kept.fields)
	}
	if err == nil {
		row.set |= fields &^ row.kept
	}
	return err
}

// apart sends what was refused as a whole bit by bit, so that only what can't be emptied is left: the fields with a value
// first, then each empty one. Where the values are refused, too, the empty ones are not to blame.
func (e *emptying) apart(ctx context.Context, row *sending, values, empty field.Mask, refusal error) error {
	if err := e.part(ctx, row, values); err != nil {
		return err
	}
	var refused, named field.Mask // named: by the service as empty; without that it may be the user that is refused
	for id := range empty.All() {
		err := refusal
		if empty.Len() > 1 {
			err = e.part(ctx, row, field.Of(id))
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
		row.keep(field.Of(id), "the service refuses it empty: "+words(said))
	}
	if row.set == 0 {
		refused = named
	}
	return e.learn(refused)
}

// emptyNotAllowed is the service's word for a value that it doesn't take empty (seen by others).
const emptyNotAllowed = "EMPTY_VALUE_NOT_ALLOWED"

// words are what the service said, without what it was asked.
func words(e *zoho.Error) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", e.Status, e.Code, e.Message)), " ")
}

// learn keeps which fields the service doesn't empty, so that no row after this one costs a call to find out.
func (e *emptying) learn(fields field.Mask) error {
	if fields == 0 {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kept |= fields
	return e.Journal.Learn(factNotEmptied, e.kept.Names())
}

// only is a row less the personal details that are not sent with this part of it. What a request must carry along of them it
// carries as it is by now.
func (e *emptying) only(row *sending, fields field.Mask) journal.Row {
	part := row.Row
	part.Changes, part.Context = nil, map[string]string{}
	along := e.compare.along(fields, []string{stepPersonal})
	for name, text := range row.Context {
		if along&field.Named(name) != 0 {
			part.Context[name] = text
		}
	}
	for _, c := range row.Changes {
		now := c.Before
		if m := field.Named(c.Field); m&fields != 0 || m&field.Personal == 0 {
			part.Changes = append(part.Changes, c)
			continue
		} else if m&row.set != 0 {
			now = c.After
		}
		if along&field.Named(c.Field) != 0 && now != "" {
			part.Context[c.Field] = now
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

// concede ends a row as failed whose calls were accepted and which is not all as it should be: a field could not be emptied,
// or an undo leaves alone what somebody has changed since.
func (s *sender) concede(row *sending) {
	o := &row.Outcome
	left := slices.Clone(row.why)
	if s.meta.Command == commandUndo && row.Note != "" {
		o.Code = codeChangedSinceRun
		left = append(left, row.Note)
	}
	if row.kept != 0 {
		o.Code, o.Step, o.Field = codeNotEmptied, stepPersonal, firstOf(row.kept)
	}
	if len(left) == 0 {
		return
	}
	all, _ := changed(row.Plan)
	row.part = all&^row.kept != 0 || changeOf(row.Plan, field.NewEmail) != nil
	if row.part {
		left = append(left, s.restDone())
	}
	o.Status, o.Message = journal.Failed, strings.Join(left, "; ")
}

// firstOf is the name of a set's first field.
func firstOf(fields field.Mask) string {
	for id := range fields.All() {
		return id.String()
	}
	return ""
}

// restDone says what became of the rest of a row.
func (s *sender) restDone() string {
	if s.meta.Command == commandUndo {
		return "the rest was put back"
	}
	return "the row's other fields were accepted"
}
