package importer

import (
	"context"
	"io"
	"iter"

	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
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

// CorrectedForm says how a corrected sheet is written.
type CorrectedForm struct {
	Format    string // "xlsx" or "csv"; "" is that of the sheet
	Decrypted bool   // an encrypted workbook is written without its password; without this it is refused
}

// WriteCorrected writes a copy of the sheet in which only the edited cells differ. Rows that were left out stay in it.
func (r *Run) WriteCorrected(ctx context.Context, to io.Writer, f CorrectedForm) error {
	s, _, err := r.openCopy()
	if err != nil {
		return err
	}
	defer s.Close()
	return r.reading(func(j *journal.Journal) error {
		return sheet.Correct(ctx, to, s, cellEdits(ctx, j), sheet.CorrectOptions{Format: f.Format, Decrypted: f.Decrypted, Modified: j.Meta().StartedAt, Folder: r.Dir})
	})
}

// CorrectedRecoded reports whether a corrected CSV is written as UTF-8 since the encoding of the sheet lacks a character of an edit.
func (r *Run) CorrectedRecoded(ctx context.Context) (recoded bool, err error) {
	s, _, err := r.openCopy()
	if err != nil {
		return false, err
	}
	defer s.Close()
	err = r.reading(func(j *journal.Journal) error { recoded, err = sheet.Recoded(s, cellEdits(ctx, j)); return err })
	return recoded, err
}

// cellEdits are the edits of cells that hold, by row.
func cellEdits(ctx context.Context, j *journal.Journal) iter.Seq2[sheet.Edit, error] {
	return func(yield func(sheet.Edit, error) bool) {
		for e, err := range j.EditsByRow(ctx) {
			if err == nil && e.Kind != journal.EditText {
				continue
			}
			if !yield(sheet.Edit{Row: e.Number, Column: e.Column, Text: e.After}, err) || err != nil {
				return
			}
		}
	}
}
