package importer

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/sheet"
)

// FedBack holds a report of ours that is fed back against the journal of the run that wrote it: a cell that a spreadsheet
// program has damaged on the way becomes a problem of its row, which names what the cell was. The run is looked for beside
// the report, else among those below reports. Any other sheet, and a report whose run is gone, is given back as it is.
func FedBack(ctx context.Context, reports, path string, s *sheet.Sheet) (check.Source, error) {
	if !report.FedBack(s.Header()) {
		return s, nil
	}
	j, err := writerOf(ctx, reports, path, s)
	if err != nil || j == nil {
		return s, err
	}
	damaged, err := damage(ctx, j, s)
	if err = errors.Join(err, j.Close()); err != nil || len(damaged) == 0 {
		return s, err
	}
	return damagedSheet{s, damaged}, nil
}

// taken is a sheet as pass one reads it: held against the run that wrote it, if one did, and of its rows those that are asked for.
func taken(ctx context.Context, reports, path string, s *sheet.Sheet, where []string) (*check.Taken, error) {
	source, err := FedBack(ctx, reports, path, s)
	if err != nil {
		return nil, err
	}
	return check.Where(source, where)
}

// writerOf is the journal of the run that wrote a report, nil where there is none: the one beside it, else the one that the
// report fits best. Of two runs of one sheet that is the one whose rows ended as the report says.
func writerOf(ctx context.Context, reports, path string, s *sheet.Sheet) (*journal.Journal, error) {
	if j, fit, err := fitting(filepath.Dir(path), s); err != nil || fit > 0 {
		return j, err
	}
	dirs, err := journal.Folders(reports)
	if err != nil {
		return nil, err
	}
	var best *journal.Journal
	most := 0
	for _, dir := range slices.Backward(dirs) { // of equals the newest
		j, fit, err := fitting(dir, s)
		switch err = errors.Join(err, ctx.Err()); {
		case err == nil && fit <= most:
			err = closed(j)
		case err == nil:
			err = closed(best)
			best, most = j, fit
		}
		if err != nil {
			return nil, errors.Join(err, closed(best))
		}
	}
	return best, nil
}

// fitting opens the journal of a folder, and says how well a report fits it: 0 where that run did not write it, or where
// there is no run whose journal can be read.
func fitting(dir string, s *sheet.Sheet) (*journal.Journal, int, error) {
	j, err := journal.OpenReader(dir)
	if err != nil {
		return nil, 0, nil
	}
	fit, err := report.Fit(j, s)
	if err != nil || fit == 0 {
		return nil, 0, errors.Join(err, j.Close())
	}
	return j, fit, nil
}

func closed(j *journal.Journal) error {
	if j == nil {
		return nil
	}
	return j.Close()
}

// damage is what happened to a report on its way, by row.
func damage(ctx context.Context, j *journal.Journal, s *sheet.Sheet) (map[int][]problem.Problem, error) {
	damaged := map[int][]problem.Problem{}
	for p, err := range report.Compare(ctx, j, s) {
		if err != nil {
			return nil, err
		}
		damaged[p.Row] = append(damaged[p.Row], p)
	}
	return damaged, nil
}

// damagedSheet is a sheet of which more is known than it shows.
type damagedSheet struct {
	*sheet.Sheet
	damaged map[int][]problem.Problem
}

// Rows are the sheet's, each with what happened to it on its way.
func (d damagedSheet) Rows() sheet.Rows {
	return func(yield func(sheet.Row, error) bool) {
		for row, err := range d.Sheet.Rows() {
			if found := d.damaged[row.Number]; err == nil && found != nil {
				row.Problems = append(found[:len(found):len(found)], row.Problems...)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}
