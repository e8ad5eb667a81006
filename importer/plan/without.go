package plan

import (
	"maps"
	"slices"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
)

// Without leaves fields out of what is still to be sent, and takes up again the rows that failed because of them.
func Without(r *run.Run, names []string) error {
	if len(names) == 0 {
		return nil
	}
	for _, name := range names {
		if field.Named(name)&field.Personal == 0 {
			return problem.Refuse("unknown-field", "", "%s: no field of personal details has that name", name)
		}
	}
	r.LeaveOut(names)
	s, err := r.Settings()
	if err != nil {
		return err
	}
	s.Without = append(s.Without, names...)
	if err := r.KeepSettings(s); err != nil {
		return err
	}
	return strip(r)
}

// strip takes the fields that are left out from every row still to be sent; a row with nothing left is unchanged.
func strip(r *run.Run) error {
	for row, err := range r.Journal.Rows(run.Standing(journal.Planned, journal.Failed)) {
		if err != nil {
			return err
		}
		if row.Status == journal.Failed && row.Code != run.CodeNamesRefused {
			continue
		}
		plan, outcome := stripped(r, row)
		if err := r.Journal.Plan(row.Seq, plan, outcome); err != nil {
			return err
		}
	}
	return r.Journal.Flush()
}

func stripped(r *run.Run, row journal.Row) (journal.Plan, journal.Outcome) {
	plan := row.Plan
	plan.Changes = nil
	var changed field.Mask
	for _, c := range row.Changes {
		if m := field.Named(c.Field); m&r.LeftOut() == 0 {
			plan.Changes = append(plan.Changes, c)
			changed |= m
		}
	}
	plan.Steps = NewComparer(r).steps(changed)
	if c := ChangeOf(row.Plan, field.DisplayName); c != nil && !changed.Has(field.DisplayName) && slices.Contains(plan.Steps, StepAddress) {
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
