package importer

import (
	"cmp"
	"context"
	"errors"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/zoho"
)

// Name is the run's name, which is that of its folder.
func (r *Run) Name() string { return r.Journal.Run() }

// State is how far the run has come.
func (r *Run) State() State { return r.Journal.Meta().State }

// About is what a run's record says of it.
type About struct {
	Command      string // that began it
	File         string // the sheet, as the user named it
	Organisation string // its name, or else its id
	ZOID         string // its id
	Profile      string // of the connection
	User         string // whose login sends it
}

// About is what the run's record says of it.
func (r *Run) About() About {
	m := r.Journal.Meta()
	return About{Command: m.Command, File: m.File, Organisation: m.Organisation, ZOID: m.ZOID, Profile: m.Profile, User: m.User}
}

// Broken is why the run's record can't be written any more, nil while it can.
func (r *Run) Broken() error { return r.Journal.Err() }

// Close lets go of the run and of its organisation. A record that could not be written has said so already, through Broken.
func (r *Run) Close() error {
	broken := r.Broken()
	err := r.Journal.Close()
	if broken != nil {
		err = nil
	}
	return errors.Join(r.Release(), err)
}

// Interrupted takes note that a run that was killed while it was sent is sent by nobody now.
func (r *Run) Interrupted() error {
	if r.State() != Running {
		return nil
	}
	return r.Journal.SetState(Stopped)
}

// Finish writes the run's reports, in the form that the options or those of whoever began the run ask for, and sums the run up.
// Missing says why a report could not be written, or stands under another name.
func (r *Run) Finish(ctx context.Context, o ReportOptions) (s Summary, missing []*problem.Refusal, err error) {
	if o.NoBOM {
		if err := r.KeepNoBOM(); err != nil {
			return s, nil, err
		}
	}
	form, err := ReportForm(r.Journal.Meta())
	if err != nil {
		return s, nil, err
	}
	form.Password = cmp.Or(o.Password, r.desk.password)
	if o.Marked {
		form.Marked = report.MarkAlways
	}
	if missing, err = report.Write(ctx, r.Dir, r.Journal, form); err != nil {
		return s, missing, err
	}
	s, err = report.SummaryOf(r.Dir, r.Journal)
	return s, missing, err
}

// TakenBack names the runs that have taken this one back: what it has updated counts as done, and stays as they made it.
func (r *Run) TakenBack() (names []string, err error) {
	infos, err := journal.List(r.reports)
	for _, info := range infos {
		if info.Meta.Of == r.Name() && info.Counts.Updated > 0 {
			names = append(names, info.Run)
		}
	}
	return names, err
}

// Busy reports whether an error says that another process has the run, or sends to the organisation.
func Busy(err error) bool { return journal.Busy(err) }

// ReserveOrganisation keeps every run from sending to an organisation until release is called, for whatever else changes its users.
// locks is the folder with the locks.
func ReserveOrganisation(locks string, zoid zoho.ID) (release func() error, err error) {
	lock, err := journal.LockOrganisation(locks, string(zoid), "")
	if err != nil {
		return nil, err
	}
	return lock.Release, nil
}
