package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
	"zohobulk/zoho"
)

// Codes of rows whose account is not what the plan was made from, or of which nothing is known.
const (
	codeMoved    = "changed-since-plan"
	codeNoAnswer = "no-answer"
	codeNotFreed = "address-not-freed"
)

// Open opens a run to be gone on with, with the options it was begun with.
func Open(dir string) (*Run, error) {
	j, err := journal.Open(dir)
	if err != nil {
		return nil, err
	}
	r := &Run{Journal: j, Dir: dir, Observer: Silent{}}
	s, err := r.settings()
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	r.Options, r.Facts = s.Options, s.Options.Facts
	r.ZOID = zoho.ID(j.Meta().ZOID)
	return r, r.Attach()
}

// Restart opens the sheet's copy of a run that was stopped before its plan was on disk, to be read from the start. What the journal
// held so far is dropped: nothing had been sent.
func (r *Run) Restart(password string) (*sheet.Sheet, Settings, error) {
	settings, err := r.settings()
	if err != nil {
		return nil, settings, err
	}
	m := r.Journal.Meta()
	if err := r.renew(m); err != nil {
		return nil, settings, err
	}
	src := Source{Name: m.File, Check: settings.Check, Sheet: sheet.Options{
		Worksheet: settings.Reading.Worksheet, HeaderRow: settings.Reading.HeaderRow,
		Delimiter: settings.Reading.Delimiter, Encoding: settings.Reading.Encoding, Password: password,
	}}
	for _, name := range []string{"input.xlsx", "input.csv"} {
		path := filepath.Join(r.Dir, name)
		if _, err := os.Stat(path); err == nil {
			s, err := openSheet(path, src)
			return s, settings, err
		}
	}
	return nil, settings, problem.Refuse("input-missing", "apply the sheet again", "run %s: its copy of the sheet is gone", m.Run)
}

// RestartUndo makes the rows of an undo anew whose plan was not finished, from the run that it takes back. Nothing had been sent.
func (r *Run) RestartUndo() (err error) {
	m := r.Journal.Meta()
	of, err := journal.OpenReader(filepath.Join(filepath.Dir(filepath.Clean(r.Dir)), m.Of))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, of.Close()) }()
	if err := r.renew(m); err != nil {
		return err
	}
	return errors.Join(r.Attach(), r.takeBack(of))
}

// renew puts an empty journal in the place of the run's, in one step: a kill leaves the old one or the new one.
func (r *Run) renew(m journal.Meta) error {
	const name = "run.db"
	aside := filepath.Join(r.Dir, "restart")
	if err := errors.Join(os.RemoveAll(aside), os.Mkdir(aside, 0o700)); err != nil {
		return problem.Refuse("disk", "", "%s: %v", aside, err)
	}
	fresh, err := journal.Create(aside, m)
	if err != nil {
		return err
	}
	if err := errors.Join(fresh.Close(), r.Journal.Close()); err != nil {
		return err
	}
	for _, beside := range []string{name + "-wal", name + "-shm"} { // there if somebody reads the run just now
		if err := os.Remove(filepath.Join(r.Dir, beside)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return problem.Refuse("disk", "", "%v", err)
		}
	}
	if err := os.Rename(filepath.Join(aside, name), filepath.Join(r.Dir, name)); err != nil {
		return problem.Refuse("disk", "", "%v", err)
	}
	if err := os.RemoveAll(aside); err != nil {
		return problem.Refuse("disk", "", "%v", err)
	}
	r.Journal, err = journal.Open(r.Dir)
	return err
}

// Without leaves fields out of what is still to be sent, and takes up again the rows that failed because of them.
func (r *Run) Without(names []string) error {
	if len(names) == 0 {
		return nil
	}
	for _, name := range names {
		if field.Named(name)&field.Personal == 0 {
			return problem.Refuse("unknown-field", "", "--without %s: no field of personal details has that name", name)
		}
	}
	r.Leave(names)
	s, err := r.settings()
	if err != nil {
		return err
	}
	s.Without = append(s.Without, names...)
	if err := r.keepSettings(s); err != nil {
		return err
	}
	return r.strip()
}

// strip takes the fields that are left out from every row still to be sent; a row with nothing left is unchanged.
func (r *Run) strip() error {
	for row, err := range r.Journal.Rows(standing(journal.Planned, journal.Failed)) {
		if err != nil {
			return err
		}
		if row.Status == journal.Failed && row.Code != errNamesRefused.Code {
			continue
		}
		plan, outcome := r.stripped(row)
		if err := r.Journal.Plan(row.Seq, plan, outcome); err != nil {
			return err
		}
	}
	return r.Journal.Flush()
}

func (r *Run) stripped(row journal.Row) (journal.Plan, journal.Outcome) {
	plan := row.Plan
	plan.Changes = nil
	var changed field.Mask
	for _, c := range row.Changes {
		if m := field.Named(c.Field); m&r.leave == 0 {
			plan.Changes = append(plan.Changes, c)
			changed |= m
		}
	}
	plan.Steps = r.comparer().steps(changed)
	if c := changeOf(row.Plan, field.DisplayName); c != nil && !changed.Has(field.DisplayName) && slices.Contains(plan.Steps, stepAddress) {
		plan.Context = maps.Clone(plan.Context) // an address goes with a display name: the present one
		if plan.Context == nil {
			plan.Context = map[string]string{}
		}
		plan.Context[c.Field] = c.Before
	}
	if len(plan.Changes) > 0 {
		o := journal.Outcome{Status: journal.Planned, Attempts: row.Attempts}
		if len(carriedOut(row)) > 0 {
			o.Code = journal.CodeHalfSent
		}
		return plan, o
	}
	plan.Note = "nothing but the fields that were left out"
	return plan, journal.Outcome{Status: journal.Unchanged, Message: plan.Note, FinishedAt: r.Now(), Attempts: row.Attempts}
}

// Settle finds out how the rows ended whose answer never came: an account that is as wanted counts as updated, one that
// is as before is sent again, one that somebody else has changed is reported. It reads each such account once. An account that
// was being looked at when the run ended is put right first.
func (r *Run) Settle(ctx context.Context) error {
	if err := newSender(r, ctx, ctx).canary.mend(ctx); err != nil && !mended(err) {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.workers())
	for row, err := range r.Journal.Rows(standing(journal.Sending, journal.Failed)) {
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		if row.Status == journal.Failed && row.Code != codeNoAnswer {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { return problem.Guard(func() error { return r.settle(ctx, row) }) })
	}
	return errors.Join(g.Wait(), r.Journal.Flush())
}

// settle looks at one account. One that can't be read for a reason of its own leaves its row as it is, and the others to be sent.
func (r *Run) settle(ctx context.Context, row journal.Row) error {
	a, err := r.readAccount(r.traced(ctx, row.Seq, readLookUp), row.ZUID)
	switch {
	case notFound(err):
		return r.Journal.Record(row.Seq, r.lost(row), nil, func(error) {})
	case err != nil && (stops(err) || ctx.Err() != nil || errors.Is(err, zoho.ErrStopped)):
		return err
	case err != nil:
		return r.Journal.Record(row.Seq, r.unseen(row, err), nil, func(error) {})
	}
	now := r.stand(row, a)
	if !now.done && !now.moved {
		if now.steps > row.StepsDone {
			row.StepsDone = now.steps
			if err := r.Journal.Step(row.Seq, now.steps); err != nil {
				return err
			}
		}
		return r.release(row, now.some)
	}
	o := row.Outcome
	o.FinishedAt = r.Now()
	if now.moved {
		o.Status, o.Code, o.Message = journal.Failed, codeMoved, now.message
	} else {
		o = journal.Outcome{Status: journal.Updated, StepsDone: len(row.Steps), Message: arrivedAnyway,
			Attempts: max(row.Attempts, 1), FinishedAt: o.FinishedAt} // a kill may have come before the call was on record
	}
	return r.Journal.Record(row.Seq, o, nil, func(error) {})
}

// release leaves a row to be sent again, with a mark if a part of it was carried out.
func (r *Run) release(row journal.Row, half bool) error {
	if !half {
		return r.Journal.Release(row.Seq)
	}
	return r.Journal.Record(row.Seq, journal.Outcome{
		Status: journal.Planned, StepsDone: row.StepsDone, Attempts: row.Attempts, Code: journal.CodeHalfSent,
	}, nil, func(error) {})
}

// unseen is the outcome of a row whose answer never came and whose account can't be read.
func (r *Run) unseen(row journal.Row, err error) journal.Outcome {
	o := row.Outcome
	o.Status, o.Code, o.FinishedAt = journal.Failed, codeNoAnswer, r.Now()
	o.Message = "no answer came, and the account can't be read: " + err.Error()
	return o
}

// absent is the outcome of a row whose account was not among those that were read.
func (r *Run) absent(row journal.Row, d *directory) journal.Outcome {
	said := d.withheld[row.ZUID]
	if said == nil {
		return r.lost(row)
	}
	o := row.Outcome
	o.Status, o.Code, o.HTTPStatus, o.FinishedAt = journal.Failed, codeWithheld, said.Status, r.Now()
	o.Message = "the service doesn't show this user any more: " + words(said)
	return o
}

func (r *Run) lost(row journal.Row) journal.Outcome {
	o := row.Outcome
	o.Status, o.Code, o.FinishedAt = journal.Failed, codeUnknownUser, r.Now()
	o.Message = fmt.Sprintf("user %s is not in the organisation any more", row.ZUID)
	return o
}

// readAccount reads one account by its zuid; by user authentication, the caller's own.
func (r *Run) readAccount(ctx context.Context, zuid string) (*zoho.Account, error) {
	if r.Options.Auth == AuthUser {
		accounts, err := r.Service.OwnAccounts(ctx)
		if err != nil || len(accounts) == 0 {
			return nil, err
		}
		return &accounts[0], nil
	}
	a, err := r.Service.Account(ctx, r.ZOID, zuid)
	return &a, err
}

// stand is how an account compares with a row's plan.
type stand struct {
	done    bool // every change is there
	some    bool // a change is there
	steps   int  // steps whose changes are all there
	moved   bool // a field is neither as before nor as wanted
	message string
}

// stand holds an account against what a row was to change.
func (r *Run) stand(row journal.Row, a *zoho.Account) (s stand) {
	open := field.Mask(0)
	for _, c := range row.Changes {
		id, _ := field.ByName(c.Field)
		now := present(a, id)
		switch {
		case arrived(id, c, now):
			s.some = true
			continue
		case r.Options.Lookup != LookupNever && !same(id, now, c.Before, true):
			s.moved = true
			s.message = fmt.Sprintf("changed since the plan: %s is now %q", c.Field, now)
		}
		open |= field.Of(id)
	}
	s.done = open == 0
	if open&field.Personal == 0 && len(row.Steps) > 1 {
		s.steps = 1
	}
	return s
}

// Again puts the rows that failed for a passing reason back among those to be sent, and says how many. Those whose answer
// never came count, and are left to Settle: their accounts are looked at first.
func (r *Run) Again() (n int, err error) {
	for row, err := range r.Journal.Rows(standing(journal.Failed)) {
		if err != nil {
			return n, err
		}
		if !passing(row.Outcome) {
			continue
		}
		n++
		if row.Code == codeNoAnswer {
			continue
		}
		half, err := r.accepted(row)
		if err != nil {
			return n, err
		}
		if err := r.release(row, half); err != nil {
			return n, err
		}
	}
	if n > 0 {
		if err := r.Journal.SetState(journal.Stopped); err != nil { // there is something to send again
			return n, err
		}
	}
	return n, r.Journal.Flush()
}

// accepted reports whether a part of a row that failed was accepted. A row that empties fields is sent in parts.
func (r *Run) accepted(row journal.Row) (bool, error) {
	if row.StepsDone > 0 || row.Attempts < 2 || !slices.ContainsFunc(row.Changes, empties) {
		return row.StepsDone > 0, nil
	}
	for call, err := range r.Journal.Attempts(row.Seq) {
		if err != nil || !call.Read && call.Status == http.StatusOK {
			return err == nil, err
		}
	}
	return false, nil
}

// passing reports whether a failure was the service's or the way's, and may not come again.
func passing(o journal.Outcome) bool {
	switch o.Code {
	case codeNoAnswer, codeNotFreed:
		return true
	case codeMoved, codeChangedSinceRun, codeUnknownUser, codeNotEmptied:
		return false
	}
	return o.HTTPStatus == 0 || o.HTTPStatus == http.StatusTooManyRequests || o.HTTPStatus >= http.StatusInternalServerError
}

// Recheck holds the planned rows against their accounts as they are now, reading them the cheaper way. Rows whose account has moved since
// the plan are refused one by one; a row whose account is as wanted already is unchanged.
func (r *Run) Recheck(ctx context.Context) error {
	if r.Options.Lookup == LookupNever {
		return nil
	}
	d, err := r.readPlanned(ctx)
	if err != nil {
		return err
	}
	for row, err := range r.Journal.Rows(standing(journal.Planned)) {
		if err != nil {
			return err
		}
		outcome := r.absent(row, d)
		if a := d.byZUID[zoho.ID(row.ZUID)]; a != nil {
			switch now := r.stand(row, a); {
			case now.done:
				outcome = journal.Outcome{Status: journal.Unchanged, Message: "the change is already done", FinishedAt: r.Now()}
			case now.moved:
				outcome = journal.Outcome{Status: journal.Failed, Code: codeMoved, Message: now.message, FinishedAt: r.Now()}
			default:
				continue
			}
		}
		if err := r.Journal.Record(row.Seq, outcome, nil, func(error) {}); err != nil {
			return err
		}
	}
	return r.Journal.Flush()
}

// Widen plans anew what requests must carry along, for the rows still to be sent, once a run has learnt that the service
// empties what an update leaves out.
func (r *Run) Widen(ctx context.Context) error {
	if !r.Facts.wholeRecord() && r.Facts.OmittedAddress != "cleared" {
		return nil
	}
	d, err := r.readPlanned(ctx)
	if err != nil {
		return err
	}
	for row, err := range r.Journal.Rows(standing(journal.Planned)) {
		if err != nil {
			return err
		}
		a := d.byZUID[zoho.ID(row.ZUID)]
		if a == nil { // its present values aren't known, so sending it might empty them
			if err := r.Journal.Record(row.Seq, r.absent(row, d), nil, func(error) {}); err != nil {
				return err
			}
			continue
		}
		var changed field.Mask
		for _, c := range row.Changes {
			changed |= field.Named(c.Field)
		}
		row.Plan.Context = r.comparer().context(changed, row.Steps, a)
		if err := r.Journal.Plan(row.Seq, row.Plan, row.Outcome); err != nil {
			return err
		}
	}
	return r.Journal.Flush()
}

// readPlanned reads the accounts of the planned rows.
func (r *Run) readPlanned(ctx context.Context) (*directory, error) {
	ctx = r.traced(ctx, 0, readPlan)
	d := newDirectory()
	if r.Options.Auth == AuthUser {
		d.add(&r.Caller)
		return d, nil
	}
	open := newWanted()
	var zuids []string
	for row, err := range r.Journal.Rows(standing(journal.Planned)) {
		if err != nil {
			return nil, err
		}
		open.add(row.ZUID)
		zuids = append(zuids, row.ZUID)
	}
	if r.Options.Lookup == LookupAuto && len(zuids) > singleLookups {
		if err := d.list(ctx, r.Service, r.ZOID, open, r.Facts, r.Observer.Listed); err != nil {
			return nil, err
		}
	}
	left := zuids[:0]
	for _, zuid := range zuids {
		if d.byZUID[zoho.ID(zuid)] == nil {
			left = append(left, zuid)
		}
	}
	return d, d.lookUp(ctx, r.Service, r.ZOID, left, r.workers(), r.Observer.Listed)
}
