package importer

import (
	"context"
	"errors"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// Choose changes what the run's plan may change and how it is sent. It holds for what is planned from then on, also in another process.
func (r *Run) Choose(change func(*Options)) error {
	s, err := r.Settings()
	if err != nil {
		return err
	}
	change(&r.Options)
	s.Options = r.Options
	return r.KeepSettings(s)
}

// Preview plans a sheet that a person looks through, and sets the plan aside until Apply sends it. The sheet is read again where it was
// corrected, or planned before: what is sent is decided by one reading and one plan.
func (r *Run) Preview(ctx context.Context) (Planned, error) {
	m := r.Journal.Meta()
	if fresh := r.sought != nil && m.State == Planning && m.Sheet == journal.SheetRead; !fresh {
		if _, err := r.Check(ctx); err != nil {
			return Planned{}, err
		}
	}
	if err := r.refuseSheet(); err != nil {
		return Planned{}, err
	}
	defer func() { r.sought = nil }() // what it gathered serves one plan
	p, err := r.Plan(ctx)
	if err != nil {
		return p, err
	}
	return p, r.SetAside()
}

// Previewed reports whether the run has a plan that waits to be sent.
func (r *Run) Previewed() bool {
	m := r.Journal.Meta()
	return m.State == Waiting && m.Sheet == journal.SheetRead
}

// Continue sends the rest of a run that was stopped. Rows whose answer never came are looked up first: what arrived counts as updated.
func (r *Run) Continue(soft, hard context.Context) error {
	if err := r.Interrupted(); err != nil {
		return err
	}
	if err := errors.Join(r.Settle(soft), r.Widen(soft)); err != nil {
		return err
	}
	p, err := r.Count()
	switch {
	case err != nil:
		return err
	case p.Change == 0:
		return r.Nothing()
	}
	return r.Apply(soft, hard, Consent{Plan: p.Fingerprint})
}

// refuseSheet refuses a sheet with an error that no row carries: nothing of it may be sent.
func (r *Run) refuseSheet() error {
	for p, err := range r.Journal.Problems(0) {
		if err != nil {
			return err
		}
		if p.Severity == problem.Error {
			return problem.Refuse("sheet-refused", p.Hint, "%s", p.Message).With(p.Remedies...)
		}
	}
	return nil
}

// Barred counts the rows that can't be sent, by the code of what bars them.
func (r *Run) Barred() (map[string]int, error) {
	counts := map[string]int{}
	for row, err := range r.Journal.Standings() {
		if err != nil {
			return nil, err
		}
		if row.Status == journal.Invalid {
			counts[row.Code]++
		}
	}
	return counts, nil
}

// Reading says how the run's sheet is read.
func (r *Run) Reading() SheetInfo {
	m := r.Journal.Meta()
	return SheetInfo{Name: m.File, Format: m.Format, Worksheet: m.Worksheet, Encoding: m.Encoding, Delimiter: m.Delimiter,
		HeaderRow: m.HeaderRow, Encrypted: m.Encrypted}
}
