package importer

import (
	"cmp"
	"context"
	"slices"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/send"
	"zohobulk/zoho"
)

// Place is where a run goes, and what its record says of that.
type Place struct {
	ZOID         zoho.ID // the organisation, "" for that of the login
	Organisation string  // its name
	Profile, DC  string
	Locks        string // the folder with the locks of organisations there
}

// Enter asks whose login this is and settles the organisation. A run of another organisation is refused: one that was begun there,
// and an undo of one.
func (r *Run) Enter(ctx context.Context, at Place) error {
	r.ZOID, r.locks = at.ZOID, at.Locks
	if err := r.Connect(ctx); err != nil {
		return err
	}
	if m := r.Journal.Meta(); m.ZOID != "" && m.ZOID != string(r.ZOID) {
		return problem.Refuse("other-organisation", "log in to that one",
			"run %s is for organisation %s, and this login is for %s", m.Run, zoho.OrganisationName(m.Organisation, zoho.ID(m.ZOID)), r.ZOID).With(problem.Remedy{Way: problem.ChooseProfile})
	}
	return r.Journal.SetMeta(func(m *journal.Meta) {
		m.Profile, m.DC, m.ZOID = at.Profile, at.DC, string(r.ZOID)
		m.Organisation = cmp.Or(at.Organisation, m.ZOID)
		m.User, m.Auth = r.Caller.PrimaryEmail, string(r.Options.Auth)
		m.RatePerMinute = r.Rate.PerMinute()
	})
}

// Reserve keeps every other run from sending to the organisation until Release. A second call does nothing.
func (r *Run) Reserve() error {
	if r.lock != nil {
		return nil
	}
	if r.locks == "" {
		return problem.Refuse("no-place", "", "run %s has not been told where it goes", r.Journal.Run())
	}
	lock, err := journal.LockOrganisation(r.locks, string(r.ZOID), r.Journal.Run())
	if err != nil {
		return err
	}
	r.lock = lock
	return nil
}

// Release lets other runs send to the organisation.
func (r *Run) Release() error {
	if r.lock == nil {
		return nil
	}
	lock := r.lock
	r.lock = nil
	return lock.Release()
}

// Consent is the yes to a plan. It holds for the plan that was shown, and for no other.
type Consent struct {
	Plan string // the Fingerprint of the plan
}

// Apply sends a plan that somebody has consented to. It refuses a run in a state from which nothing is sent, rows that are invalid
// unless the options leave them out, more changes than are allowed, administrators that can't be told from others unless they may be
// changed, any plan but the one that was consented to, and an organisation to which another run sends. The end of soft lets calls in flight come to their end, the end of hard cuts them.
func (r *Run) Apply(soft, hard context.Context, c Consent) error {
	if err := r.Sendable(); err != nil {
		return err
	}
	planned, err := r.Count()
	if err != nil {
		return err
	}
	if planned.Fingerprint != c.Plan {
		return problem.Refuse("plan-changed", "look at the plan again", "the plan of run %s is not the one that was agreed to", r.Journal.Run())
	}
	if err := cmp.Or(r.invalidRail(planned), r.Rails(planned)); err != nil {
		return err
	}
	if err := r.Reserve(); err != nil {
		return err
	}
	return r.send(soft, hard)
}

// send sends what is planned, and keeps success.csv and failed.csv up to date meanwhile.
func (r *Run) send(soft, hard context.Context) error {
	ended, stop := r.follow(hard)
	defer stop()
	return send.Send(r.Run, soft, hard, ended)
}

// Nothing ends a run that has nothing to send.
func (r *Run) Nothing() error { return r.End(journal.Finished) }

// SetAside leaves a plan to be sent later, or never.
func (r *Run) SetAside() error { return r.Journal.SetState(journal.Waiting) }

// Sendable refuses a run in a state from which nothing is sent.
func (r *Run) Sendable() error {
	m := r.Journal.Meta()
	if m.Sheet == journal.SheetCorrected {
		return problem.Refuse("plan-changed", "plan it again", "the sheet of run %s was corrected since its plan", m.Run)
	}
	if slices.Contains([]State{Planning, Waiting, Running, Stopped}, m.State) {
		return nil
	}
	return WrongState(m.Run, m.State)
}

// WrongState refuses what can't be done with a run in its state, and names what can be done instead.
func WrongState(run string, state State) error {
	refusal := problem.Refuse("wrong-state", "", "run %s is %s", run, state)
	switch state {
	case Waiting:
		return refusal.With(problem.Remedy{Way: problem.SendPlan, Args: []string{run}})
	case Held:
		refusal.Hint = "correct the rows in its failed.csv, and apply that file"
		return refusal
	case Finished:
		return refusal.With(problem.Remedy{Way: problem.ShowRun, Args: []string{run}})
	}
	return refusal.With(problem.Remedy{Way: problem.ContinueRun, Args: []string{run}})
}

// Rails refuses a plan as a whole: more changes than are allowed, or nobody's role known.
func (r *Run) Rails(p Planned) error {
	if err := r.changesRail(p); err != nil {
		return err
	}
	if p.Change > 0 && r.RolesUnknown() && !r.Options.AllowAdmins && r.Options.Auth != AuthUser {
		return problem.Refuse("roles-unknown", "", "the service tells nobody's role, so administrators can't be told from others").
			With(problem.Remedy{Way: problem.AllowAdmins})
	}
	return nil
}

// invalidRail holds a run back whose sheet has invalid rows, unless the others are to be sent without them.
func (r *Run) invalidRail(p Planned) error {
	if p.Barred() == 0 || r.Options.SkipInvalid {
		return nil
	}
	return problem.Refuse("invalid-rows", "", "%d rows can't be sent, so none was", p.Barred()).With(problem.Remedy{Way: problem.SkipInvalid})
}

func (r *Run) changesRail(p Planned) error {
	if limit := r.Options.MaxChanges; limit.Exceeded(p.Change, p.Rows) {
		return problem.Refuse("max-changes", "look at the plan", "%d of %d rows would change, and at most %s may", p.Change, p.Rows, limit).
			With(problem.Remedy{Way: problem.RaiseMaxChanges})
	}
	return nil
}
