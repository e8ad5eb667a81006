package importer

import (
	"context"

	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// corrected lays the edits that a journal holds over a sheet, which stays as it is.
func corrected(ctx context.Context, j *journal.Journal, s check.Source) (check.Source, error) {
	var edits []check.Edit
	for e, err := range j.Edits(ctx) {
		if err != nil {
			return nil, err
		}
		column, _ := problem.ColumnIndex(e.Column)
		edits = append(edits, check.Edit{Seq: e.Seq, Column: column, Text: e.After, LeaveOut: e.Kind == journal.LeaveOut})
	}
	if edits == nil {
		return s, nil
	}
	return check.NewOverlay(s, edits), nil
}
