package importer

import (
	"context"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/importer/send"
	"zohobulk/importer/sheet"
)

// Run is one execution over one journal: planned, sent, stopped, continued. A Workspace makes it.
type Run struct {
	*run.Run
	reports string        // where other runs are looked for
	opened  *sheet.Sheet  // to be read; nil before and after
	sought  *plan.Sought  // whom the rows name, gathered while they were read; nil if they were read by another process
	last    time.Time     // of an undo: when the run that it takes back made its last change
	locks   string        // folder with the locks of organisations, which Enter sets
	lock    *journal.Lock // of the organisation, while it is reserved

	desk desk // what correcting the sheet needs
}

// run is a run over a journal.
func (w *Workspace) run(j *journal.Journal, dir string, o Options) (*Run, error) {
	core, err := run.New(j, dir, o, w.Connection.core())
	return &Run{Run: core, reports: w.Reports}, err
}

// What a run needs of the world around it, and what it can be asked for.
type (
	Service  = run.Service
	Options  = run.Options
	Lookup   = run.Lookup
	Auth     = run.Auth
	Limit    = run.Limit
	Planned  = plan.Planned
	Verified = send.Verified
)

// Ways to read accounts, the kinds of authentication, and the number of calls in flight.
const (
	LookupAuto     = run.LookupAuto
	LookupAlways   = run.LookupAlways
	LookupNever    = run.LookupNever
	AuthAdmin      = run.AuthAdmin
	AuthUser       = run.AuthUser
	DefaultWorkers = run.DefaultWorkers
	MaxWorkers     = run.MaxWorkers
)

// DefaultMaxErrors is 5% of what was sent, at least 10.
var DefaultMaxErrors = run.DefaultMaxErrors

// ParseLimit reads "20" or "5%".
func ParseLimit(text string) (Limit, error) { return run.ParseLimit(text) }

// Plan reads the accounts that the sheet's valid rows name, holds each row against its account and journals what is to
// be sent. Nothing is changed.
func (r *Run) Plan(ctx context.Context) (Planned, error) { return plan.Sheet(ctx, r.Run, r.sought) }

// PlanUndo holds the rows of an undo against the directory: what still is as the run made it is put back, what somebody
// has changed since is kept.
func (r *Run) PlanUndo(ctx context.Context) (Planned, error) {
	return plan.Undo(ctx, r.Run, r.last)
}

// Count sums up where the rows of a planned run stand, and what sending the planned ones costs.
func (r *Run) Count() (Planned, error) { return plan.Count(r.Run) }

// Recheck holds the planned rows against their accounts as they are now. Rows whose account has moved since the plan are refused
// one by one.
func (r *Run) Recheck(ctx context.Context) error { return plan.Recheck(ctx, r.Run) }

// Widen plans again what requests must carry along, once a run has learnt that the service empties what an update leaves out.
func (r *Run) Widen(ctx context.Context) error { return plan.Widen(ctx, r.Run) }

// Without leaves fields out of what is still to be sent, and takes up again the rows that failed because of them.
func (r *Run) Without(names []string) error { return plan.Without(r.Run, names) }

// Settle finds out how the rows ended whose answer never came.
func (r *Run) Settle(ctx context.Context) error { return send.Settle(ctx, r.Run) }

// Again puts the rows that failed for a passing reason back among those to be sent, and says how many.
func (r *Run) Again() (n int, err error) { return send.Again(r.Journal) }

// Verify reads the accounts that the run has changed again, and holds each against what it should be by now. Nothing is changed.
func (r *Run) Verify(ctx context.Context) (Verified, error) { return send.Verify(ctx, r.Run) }

// NotSeen are the changes that were accepted and were not seen when the run was verified last, in the sheet's order.
func (r *Run) NotSeen() ([]problem.Problem, error) { return send.NotSeen(r.Journal) }

// Pilot reports whether sending ended because its first rows were all that was asked for.
func Pilot(why error) bool { return send.Pilot(why) }

// KeepNoBOM notes that the run's CSVs are written without a byte-order mark, so that they are written again in the same form.
// Once asked for, it holds on.
func (r *Run) KeepNoBOM() error {
	s, err := r.Settings()
	if err != nil || s.NoBOM {
		return err
	}
	s.NoBOM = true
	return r.KeepSettings(s)
}
