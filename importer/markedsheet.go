package importer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// WriteMarked writes a workbook that shows what is wrong with the sheet as it is corrected: bad cells are coloured, with the reasons as
// notes. An encrypted workbook that was corrected is refused unless open says that the copy may be without its password.
func (r *Run) WriteMarked(ctx context.Context, out string, open bool) (err error) {
	settings, err := r.Settings()
	if err != nil {
		return err
	}
	path, err := r.copied()
	if err != nil {
		return err
	}
	src := Source{Path: path, Name: r.Meta().File, Check: settings.Check, Sheet: SheetOptions{
		Worksheet: settings.Reading.Worksheet, HeaderRow: settings.Reading.HeaderRow, Delimiter: settings.Reading.Delimiter,
		Encoding: settings.Reading.Encoding, Password: r.desk.password,
	}}
	if edits, err := r.Journal.EditCounts(ctx); err != nil {
		return err
	} else if edits.Edits > 0 {
		corrected, err := r.keepCorrected(ctx, &src, filepath.Ext(path)[1:], open)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.Remove(corrected)) }()
	}
	w := Workspace{Reports: r.reports}
	checked, err := w.Check(ctx, src, CheckOutput{Marked: out})
	if err != nil {
		return err
	}
	return checked.Close()
}

// keepCorrected writes the corrected sheet to a file, and makes it the source. The caller removes it.
func (r *Run) keepCorrected(ctx context.Context, src *Source, format string, open bool) (path string, err error) {
	file, err := os.CreateTemp(r.Dir, "corrected-*."+format)
	if err != nil {
		return "", err
	}
	err = r.WriteCorrected(ctx, file, CorrectedForm{Format: format, Decrypted: open})
	recoded, asked := r.CorrectedRecoded(ctx)
	if err = errors.Join(err, asked, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	if recoded {
		src.Sheet.Encoding = "" // its byte-order mark tells
	}
	src.Path, src.Sheet.Password = file.Name(), ""
	return file.Name(), nil
}
