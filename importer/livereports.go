package importer

import (
	"context"

	"zohobulk/importer/journal"
	"zohobulk/importer/report"
)

// following is an Observer that also puts ended rows into the tables of the run.
type following struct {
	Observer
	live *report.Live
}

// Ended puts the row into its table.
func (f following) Ended(row journal.Row) {
	f.live.Ended(row)
	f.Observer.Ended(row)
}

// follow keeps success.csv and failed.csv up to date until stop is called. A run does not need them while it goes: what
// keeps them from being written is said when its reports are.
func (r *Run) follow(ctx context.Context) (stop func()) {
	form, err := ReportForm(r.Journal.Meta())
	if err != nil {
		return func() {}
	}
	live, err := report.Follow(ctx, r.Dir, r.Journal, form)
	if err != nil {
		return func() {}
	}
	observer := r.Observer
	r.Observer = following{observer, live}
	return func() {
		r.Observer = observer
		_ = live.Close()
	}
}
