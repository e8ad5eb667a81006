package importer

import (
	"context"
	"encoding/json"
	"time"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// Run is one execution over one journal: planned, sent, stopped, gone on with.
type Run struct {
	Journal  *journal.Journal
	Dir      string // the run's folder
	Reports  string // where other runs are looked for
	Service  Service
	Limiter  *zoho.Limiter
	Rate     zoho.Rate // what the limiter was made for
	Observer Observer
	Options  Options
	Facts    Facts // what is known of the service, grown by what the run learns
	ZOID     zoho.ID
	Caller   zoho.Account // whose login it is; the zero Account if unknown
	Clock    func() time.Time

	meta       journal.Meta
	checks     check.Options // how the sheet was checked
	past       time.Time     // of an undo: when the run that it takes back made its last change
	sought     *sought       // whom the rows name, gathered while they were read; nil if they were read by another process
	rolesKnown bool          // some account told its role
	bareRows   []bool        // by place in the sheet: planned in this process, with nothing that an update could empty by leaving it out
	leave      field.Mask    // fields that are not sent, whatever the sheet holds (--without)
	locks      string        // folder with the locks of organisations, which Enter sets
	lock       *journal.Lock // of the organisation, while it is reserved
}

// Observer is told how a run goes, from several goroutines at once.
type Observer interface {
	Listed(accounts int)         // accounts of the directory read so far
	Ended(row journal.Row)       // a row's outcome is on disk
	Attempted(a journal.Attempt) // a call was made
	Lagging(until time.Time)     // users don't show the last changes yet: they are read again then
}

// Silent is an Observer that looks away.
type Silent struct{}

// Listed does nothing.
func (Silent) Listed(int) {}

// Ended does nothing.
func (Silent) Ended(journal.Row) {}

// Attempted does nothing.
func (Silent) Attempted(journal.Attempt) {}

// Lagging does nothing.
func (Silent) Lagging(time.Time) {}

// Now is the run's clock.
func (r *Run) Now() time.Time {
	if r.Clock == nil {
		return time.Now()
	}
	return r.Clock()
}

// end writes down how the run ended.
func (r *Run) end(state journal.State) error {
	return r.Journal.SetMeta(func(m *journal.Meta) {
		m.State, m.FinishedAt = state, r.Now()
	})
}

// standing filters rows by where they stand.
func standing(statuses ...journal.Status) journal.Filter { return journal.Filter{Statuses: statuses} }

func (r *Run) workers() int {
	if r.Options.Workers > 0 {
		return r.Options.Workers
	}
	return DefaultWorkers
}

// Settings are what a run keeps in its journal to be gone on with as it was begun.
type Settings struct {
	Check   check.Options `json:"check"`
	Options Options       `json:"options"`
	Reading reading       `json:"reading"`
	Without []string      `json:"without,omitempty"`
	NoBOM   bool          `json:"no_bom,omitempty"` // the run's CSVs have no byte-order mark
}

// Attach opens a run over its journal: what was learnt and left out before holds on.
func (r *Run) Attach() error {
	r.meta = r.Journal.Meta()
	s, err := r.settings()
	if err != nil {
		return err
	}
	r.checks = s.Check
	r.Leave(s.Without)
	r.recall()
	return nil
}

// KeepNoBOM notes that the run's CSVs are written without a byte-order mark, so that they are written anew in the same form.
// Once asked for, it holds on.
func (r *Run) KeepNoBOM() error {
	s, err := r.settings()
	if err != nil || s.NoBOM {
		return err
	}
	s.NoBOM = true
	return r.keepSettings(s)
}

// settings are those that the run was begun with.
func (r *Run) settings() (Settings, error) { return SettingsOf(r.Journal.Meta()) }

// SettingsOf are those that a run was begun with.
func SettingsOf(m journal.Meta) (s Settings, err error) {
	if len(m.Options) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(m.Options, &s); err != nil {
		return s, problem.Refuse("journal-damaged", "", "run %s: its settings: %v", m.Run, err)
	}
	return s, nil
}

func (r *Run) keepSettings(s Settings) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return r.Journal.SetMeta(func(m *journal.Meta) { m.Options = text })
}

// bare reports whether a row's account is known to have nothing that its update leaves out.
func (r *Run) bare(seq int) bool { return seq < len(r.bareRows) && r.bareRows[seq] }

// Leave sets fields that are not sent, whatever the sheet holds.
func (r *Run) Leave(names []string) {
	r.leave |= field.Named(names...)
}

// without is a row's update less the fields that are left out.
func (r *Run) without(want map[string]string) map[string]string {
	if r.leave == 0 {
		return want
	}
	kept := make(map[string]string, len(want))
	for name, text := range want {
		if field.Named(name)&r.leave == 0 {
			kept[name] = text
		}
	}
	return kept
}

// Connect asks the service whose login this is, and settles the organisation.
func (r *Run) Connect(ctx context.Context) error {
	accounts, err := r.Service.OwnAccounts(r.traced(ctx, 0, readOwn))
	if err != nil {
		return err
	}
	return r.settleCaller(accounts)
}

// settleCaller takes the caller's account and organisation from the service's answer.
func (r *Run) settleCaller(accounts []zoho.Account) error {
	if len(accounts) == 0 {
		return problem.Refuse("no-account", "log in as an administrator of the organisation", "this login has no mail account")
	}
	r.Caller = accounts[0]
	if r.ZOID == "" {
		r.ZOID = r.Caller.ZOID
	}
	if r.Options.Auth == AuthUser {
		return nil
	}
	if none := (r.ZOID == "" || r.ZOID == "-1" || r.ZOID == "0"); none { // the login doesn't tell: the run may know
		r.ZOID = zoho.ID(r.Journal.Meta().ZOID)
	}
	if r.ZOID == "" {
		return &problem.Refusal{Code: "no-organisation", Exit: 4,
			Message: r.Caller.PrimaryEmail + " belongs to no organisation",
			Hint:    "log in as an administrator of the organisation, or name it with --zoid"}
	}
	admin, known := r.Caller.Admin()
	r.rolesKnown = r.rolesKnown || known
	if known && !admin {
		return &problem.Refusal{Code: "no-admin", Exit: 4,
			Message: r.Caller.PrimaryEmail + " is no administrator of organisation " + string(r.ZOID) + " (role " + r.Caller.Role + ")",
			Hint:    "log in as an administrator, or change your own account with --auth user"}
	}
	return nil
}

// Nothing ends a run that has nothing to send.
func (r *Run) Nothing() error { return r.end(journal.Finished) }

// SetAside leaves a plan to be sent later, or never.
func (r *Run) SetAside() error { return r.Journal.SetState(journal.Waiting) }

// RolesUnknown reports whether the service told nobody's role, neither the caller's nor that of any account that was read.
func (r *Run) RolesUnknown() bool { return !r.rolesKnown }
