package importer

import (
	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// ChangeWarnings hands over what looks odd about the cells that a plan changes, and about the rows that it changes as a whole. It
// returns how many warnings of other cells there are: what is not sent concerns nobody now.
func (r *Run) ChangeWarnings(to check.Sink) (others int, err error) {
	changed, err := r.changedFields()
	if err != nil {
		return 0, err
	}
	for p, err := range r.problems() {
		switch {
		case err != nil:
			return 0, err
		case p.Severity != problem.Warning || p.Row == 0:
		case p.Field == "" && changed[p.Row] != 0, changed[p.Row]&field.Named(p.Field) != 0:
			if err := to.Late(p.Row, p); err != nil {
				return 0, err
			}
		default:
			others++
		}
	}
	return others, nil
}

// changedFields are the fields that change by row, and what names the user there.
func (r *Run) changedFields() (map[int]field.Mask, error) {
	changed := map[int]field.Mask{}
	for user, err := range r.PlannedUsers() {
		if err != nil {
			return nil, err
		}
		fields := field.Who
		for _, c := range user.Fields {
			fields |= field.Named(c.Field)
		}
		changed[user.Row] = fields
	}
	return changed, nil
}
