package importer

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/run"
)

// ReportOptions says how a run's reports are written again.
type ReportOptions struct {
	NoBOM    bool   // CSVs without a byte-order mark; a run that was begun so keeps it
	Marked   bool   // mark the sheet whatever the input was
	Password string // of an encrypted workbook
}

// Reports are what a run has left behind.
type Reports struct {
	Run     RunInfo
	Files   []string           // the reports that are there
	Missing []*problem.Refusal // why a report could not be written, or stands under another name
}

// WriteReports writes a run's reports from its journal and its copy of the sheet.
func (w *Workspace) WriteReports(ctx context.Context, run string, o ReportOptions) (Reports, error) {
	dir, err := w.Folder(run)
	if err != nil {
		return Reports{}, err
	}
	return writeReports(ctx, dir, o)
}

func writeReports(ctx context.Context, dir string, o ReportOptions) (r Reports, err error) {
	j, err := journal.Open(dir) // with its lock: whoever has it open will write the reports when it ends
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	form, err := ReportForm(j.Meta())
	if err != nil {
		return r, err
	}
	form.NoBOM, form.Password = form.NoBOM || o.NoBOM, o.Password
	if o.Marked {
		form.Marked = report.MarkAlways
	}
	if r.Missing, err = report.Write(ctx, dir, j, form); err != nil {
		return r, err
	}
	counts, err := j.Counts()
	if err != nil {
		return r, err
	}
	if r.Run, err = runInfo(journal.Info{Run: j.Run(), Dir: dir, Meta: j.Meta(), Counts: counts}); err != nil {
		return r, err
	}
	r.Files = reportsIn(dir)
	r.Run.FailedRows, err = report.Failures(j, report.MaxFailedRows)
	return r, err
}

// ReportForm is how the reports of a run are written.
func ReportForm(m journal.Meta) (report.Options, error) {
	s, err := run.SettingsOf(m)
	return report.Options{NoBOM: s.NoBOM, Asked: asked(s)}, err
}

// FinishReports writes the reports of a run whose rows have all ended but whose reports were not all written, because the program
// was killed meanwhile or the disk was full. It reports whether the named run, or the newest if none is named, was such a run.
func (w *Workspace) FinishReports(ctx context.Context, run string) (r Reports, due bool, err error) {
	if run == "" {
		run = Latest
	}
	dir, err := w.Folder(run)
	if err != nil {
		return r, false, absent(err)
	}
	if due, err = reportsDue(dir); err != nil || !due {
		return r, false, err
	}
	r, err = writeReports(ctx, dir, ReportOptions{})
	return r, true, err
}

// absent is nil for the error of a run that is not there: whoever wants to open it says so.
func absent(err error) error {
	var refusal *problem.Refusal
	if errors.As(err, &refusal) && refusal.Code == "no-such-run" {
		return nil
	}
	return err
}

// reportsDue reports whether a run has ended without its reports.
func reportsDue(dir string) (bool, error) {
	j, err := journal.OpenReader(dir)
	if err != nil {
		return false, absent(err)
	}
	defer j.Close()
	if state := j.Meta().State; state != journal.Finished && state != journal.Held {
		return false, nil
	}
	whole, err := reported(dir, j)
	return !whole, err
}

// reported reports whether the reports of a run are there and speak of its end. The summary is written before the page.
func reported(dir string, j *journal.Journal) (bool, error) {
	want, err := report.SummaryOf(".", j)
	if err != nil {
		return false, err
	}
	path := filepath.Join(dir, report.SummaryFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return false, nil
	}
	var have report.Summary
	if json.Unmarshal(text, &have) != nil || !reflect.DeepEqual(have, want) {
		return false, nil
	}
	written, err := os.Stat(path)
	if err != nil {
		return false, nil
	}
	page, err := os.Stat(filepath.Join(dir, report.PageFile))
	return err == nil && !page.ModTime().Before(written.ModTime()), nil
}
