// Package run holds what planning and sending share: the run itself over its journal, its options, what is known of the
// service, and how accounts are read. It declares the few things that a run needs of the service, and knows nothing of HTTP,
// sheets or screens.
//
// It imports journal, check, field, problem and zoho; plan, send and the front desk import it. Start reading at Run.
package run

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// Service is what a run needs of Zoho Mail; *zoho.Client is one.
type Service interface {
	OwnAccounts(ctx context.Context) ([]zoho.Account, error)
	Accounts(ctx context.Context, zoid zoho.ID, start, limit int) ([]zoho.Account, error)
	Account(ctx context.Context, zoid zoho.ID, who string) (zoho.Account, error)
	UpdatePersonalInfo(ctx context.Context, zoid zoho.ID, p zoho.PersonalInfo, k zoho.Keys) error
	UpdateDisplayNameEmail(ctx context.Context, zoid zoho.ID, u zoho.DisplayNameEmail) error
	UpdateOwnDisplayNameEmail(ctx context.Context, u zoho.DisplayNameEmail) error
}

// Connection is what a run has of the world around it. A run that asks nobody needs none of it.
type Connection struct {
	Service  Service
	Limiter  *zoho.Limiter
	Rate     zoho.Rate        // what the limiter was made for
	Observer Observer         // nil is Silent
	Clock    func() time.Time // nil is time.Now
}

// Run is one execution over one journal: planned, sent, stopped, continued. Its methods can be called from several goroutines,
// but for those that say how the run is set up.
type Run struct {
	Journal *journal.Journal
	Dir     string // the run's folder
	Options Options
	Caller  zoho.Account // whose login it is; the zero Account if unknown
	ZOID    zoho.ID
	Checks  check.Options // how the sheet was checked
	Connection

	meta       journal.Meta
	rolesKnown bool       // some account told its role
	bareRows   []bool     // by place in the sheet: planned in this process, with nothing that an update could empty by leaving it out
	leave      field.Mask // fields that are not sent, whatever the sheet holds

	mu    sync.Mutex     // guards known
	known zoho.Knowledge // of the service, grown by what the run learns
}

// New is the run over a journal: what was learnt and left out before holds on.
func New(j *journal.Journal, dir string, o Options, c Connection) (*Run, error) {
	r := &Run{Journal: j, Dir: dir, Options: o, known: o.Known}
	r.Reconnect(c)
	err := r.Attach()
	r.ZOID = zoho.ID(r.meta.ZOID)
	return r, err
}

// Reconnect gives the run another connection: that of a run that was stopped lets nothing through any more.
func (r *Run) Reconnect(c Connection) {
	if c.Observer == nil {
		c.Observer = Silent{}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	r.Connection = c
}

// Attach takes up what the journal holds: how the sheet was checked, what was left out, what was learnt.
func (r *Run) Attach() error {
	r.Refresh()
	s, err := r.Settings()
	if err != nil {
		return err
	}
	r.Checks = s.Check
	r.SawRole(s.Roles)
	r.LeaveOut(s.Without)
	r.recall()
	return nil
}

// Meta is what was known of the run when it was attached or refreshed; it costs nothing to ask for.
func (r *Run) Meta() *journal.Meta { return &r.meta }

// Refresh takes over what the journal says of the run by now.
func (r *Run) Refresh() { r.meta = r.Journal.Meta() }

// Observer is told how a run goes, from several goroutines at once.
type Observer interface {
	Read(rows int)               // rows of the sheet read so far
	Listed(accounts int)         // accounts of the directory read so far
	Ended(row journal.Row)       // a row's outcome is on disk
	Attempted(a journal.Attempt) // a call was made
	Lagging(until time.Time)     // users don't show the last changes yet: they are read again then
}

// Silent is an Observer that does nothing.
type Silent struct{}

// Read does nothing.
func (Silent) Read(int) {}

// Listed does nothing.
func (Silent) Listed(int) {}

// Ended does nothing.
func (Silent) Ended(journal.Row) {}

// Attempted does nothing.
func (Silent) Attempted(journal.Attempt) {}

// Lagging does nothing.
func (Silent) Lagging(time.Time) {}

// Now is the run's clock.
func (r *Run) Now() time.Time { return r.Clock() }

// End records how the run ended.
func (r *Run) End(state journal.State) error {
	return r.Journal.SetMeta(func(m *journal.Meta) {
		m.State, m.FinishedAt = state, r.Now()
	})
}

// Hold ends a run whose sheet has invalid rows before anything is sent.
func (r *Run) Hold() error { return r.End(journal.Held) }

// Standing filters rows by their status.
func Standing(statuses ...journal.Status) journal.Filter { return journal.Filter{Statuses: statuses} }

// Workers is how many calls that read may be in flight.
func (r *Run) Workers() int {
	if r.Options.Workers > 0 {
		return r.Options.Workers
	}
	return DefaultWorkers
}

// Settings are what a run keeps in its journal to be continued as it was begun.
type Settings struct {
	Check   check.Options `json:"check"`
	Options Options       `json:"options"`
	Reading Reading       `json:"reading"`
	Without []string      `json:"without,omitempty"`
	NoBOM   bool          `json:"no_bom,omitempty"` // the run's CSVs have no byte-order mark
	Roles   bool          `json:"roles,omitempty"`  // some account told its role when the plan was made
}

// Reading is what of the sheet's options a run keeps, so that it can be read again.
type Reading struct {
	Worksheet string `json:"worksheet,omitempty"`
	HeaderRow int    `json:"header_row,omitempty"`
	Delimiter rune   `json:"delimiter,omitempty"`
	Encoding  string `json:"encoding,omitempty"`
}

// Settings are those that the run was begun with.
func (r *Run) Settings() (Settings, error) { return SettingsOf(r.Journal.Meta()) }

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

// KeepSettings puts settings in the place of those that the run was begun with.
func (r *Run) KeepSettings(s Settings) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return r.Journal.SetMeta(func(m *journal.Meta) { m.Options = text })
}

// NoteBare notes whether the account of the row at a place in the sheet has nothing that its update leaves out.
func (r *Run) NoteBare(seq int, bare bool) {
	for len(r.bareRows) <= seq {
		r.bareRows = append(r.bareRows, false)
	}
	r.bareRows[seq] = bare
}

// IsBare reports whether a row's account is known to have nothing that its update leaves out.
func (r *Run) IsBare(seq int) bool { return seq < len(r.bareRows) && r.bareRows[seq] }

// LeaveOut adds to the fields that are not sent, whatever the sheet holds.
func (r *Run) LeaveOut(names []string) { r.leave |= field.Named(names...) }

// LeftOut is the set of fields that are not sent, whatever the sheet holds.
func (r *Run) LeftOut() field.Mask { return r.leave }

// Connect asks the service whose login this is, and settles the organisation.
func (r *Run) Connect(ctx context.Context) error {
	accounts, err := r.Service.OwnAccounts(r.Traced(ctx, 0, ReadOwn))
	if err != nil {
		return err
	}
	return r.settleCaller(accounts)
}

// settleCaller takes the caller's account and organisation from the service's answer, and refuses a login that may not do what the
// run's rights stand for.
func (r *Run) settleCaller(accounts []zoho.Account) error {
	caller, err := zoho.CallerOf(accounts, r.ZOID)
	if err != nil {
		return refusedCaller(err)
	}
	if caller.ZOID == "" && r.Options.Auth != AuthUser { // the login doesn't tell: the run may know
		caller.ZOID = zoho.ID(r.Journal.Meta().ZOID)
	}
	r.Caller, r.ZOID = caller.Account, caller.ZOID
	if r.Options.Auth != AuthUser {
		_, known := r.Caller.Admin()
		r.SawRole(known)
	}
	return refusedCaller(caller.May(zoho.Rights(r.Options.Auth)))
}

// refusedCaller gives a refusal of the login the form of a run's refusals.
func refusedCaller(err error) error {
	var refused *zoho.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	p := &problem.Refusal{Code: refused.Code, Message: refused.Message, Hint: refused.Hint, Err: err}
	if refused.Code != zoho.CodeNoAccount {
		p.Exit = 4
	}
	for _, remedy := range refused.Remedies {
		p.Remedies = append(p.Remedies, problem.Remedy{Way: problem.Way(remedy.Way), Args: remedy.Args})
	}
	return p
}

// SawRole notes whether an account told its role.
func (r *Run) SawRole(known bool) { r.rolesKnown = r.rolesKnown || known }

// KeepRoles keeps with the run whether some account told its role, since a process that sends it later reads fewer accounts.
func (r *Run) KeepRoles() error {
	s, err := r.Settings()
	if err != nil || s.Roles == r.rolesKnown {
		return err
	}
	s.Roles = r.rolesKnown
	return r.KeepSettings(s)
}

// RolesUnknown reports whether the service told nobody's role, neither the caller's nor that of any account that was read.
func (r *Run) RolesUnknown() bool { return !r.rolesKnown }
