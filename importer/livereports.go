package importer

import (
	"context"

	"zohobulk/importer/journal"
	"zohobulk/importer/report"
)

// follow keeps success.csv and failed.csv up to date until stop is called: ended puts a row into its table, and shows it. A run does
// not need the tables while it goes: what keeps them from being written is said when its reports are.
func (r *Run) follow(ctx context.Context) (ended func(journal.Row), stop func()) {
	show := r.Observer.Ended
	form, err := ReportForm(r.Journal.Meta())
	if err != nil {
		return show, func() {}
	}
	live, err := report.Follow(ctx, r.Dir, r.Journal, form)
	if err != nil {
		return show, func() {}
	}
	ended = func(row journal.Row) {
		live.Ended(row)
		show(row)
	}
	return ended, func() { _ = live.Close() }
}
