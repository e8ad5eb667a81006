package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
)

// finishReports ends a run whose rows have all ended but whose reports were not all written, because the program was
// killed meanwhile or the disk was full. It reports whether RUN, or the newest run if none is named, was such a run.
func (a *app) finishReports(ctx context.Context, name string) (found bool, err error) {
	dir, due, err := a.unreported(name)
	if err != nil || !due {
		return false, err
	}
	j, err := journal.Open(dir) // whoever writes the reports just now has it open
	if err != nil {
		return true, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	o, err := reportForm(j.Meta())
	if err != nil {
		return true, err
	}
	if err := report.Write(ctx, dir, j, o); err != nil {
		return true, err
	}
	s, err := report.Summarise(j)
	if err != nil {
		return true, err
	}
	if a.global.json {
		err = s.WriteJSON(a.Out)
	}
	a.notice("run " + j.Run() + " had sent all it was to send; its reports are written now")
	if err == nil && s.Failed+s.Invalid > 0 {
		err = outcome{exitRows}
	}
	return true, err
}

// unreported finds a run that has ended without its reports.
func (a *app) unreported(name string) (dir string, due bool, err error) {
	if dir = a.runDir(name); name == "" {
		dirs, err := journal.Folders(a.global.reports)
		if err != nil || len(dirs) == 0 {
			return "", false, err
		}
		dir = dirs[len(dirs)-1]
	}
	j, err := journal.OpenReader(dir)
	var refusal *problem.Refusal
	if errors.As(err, &refusal) && refusal.Code == "no-such-run" {
		return dir, false, nil // whoever wants to open it says so
	}
	if err != nil {
		return dir, false, err
	}
	defer j.Close()
	if state := j.Meta().State; state != journal.Finished && state != journal.Held {
		return dir, false, nil
	}
	whole, err := reported(dir, j)
	return dir, !whole, err
}

// reported tells whether the reports of a run are there and speak of its end. The summary is written before the page.
func reported(dir string, j *journal.Journal) (bool, error) {
	summary, err := report.Summarise(j)
	if err != nil {
		return false, err
	}
	var want bytes.Buffer
	if err := summary.WriteJSON(&want); err != nil {
		return false, err
	}
	path := filepath.Join(dir, report.SummaryFile)
	have, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(have, want.Bytes()) {
		return false, nil
	}
	told, err := os.Stat(path)
	if err != nil {
		return false, nil
	}
	page, err := os.Stat(filepath.Join(dir, report.PageFile))
	return err == nil && !page.ModTime().Before(told.ModTime()), nil
}
