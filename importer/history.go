package importer

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/report"
)

// RunInfo is a run in a list of runs: its summary, and what the folder tells beside it.
type RunInfo struct {
	report.Summary
	Bytes int64  `json:"bytes"` // what the folder takes on disk
	Error string `json:"error"` // why the journal can't be read, "" if it can
}

// State says how far a run has come.
type State = journal.State

// The states of a run. The last two are of one whose journal can't be read.
const (
	Planning   = journal.Planning // the sheet is being read, or held against the directory
	Waiting    = journal.Waiting  // saved to be reviewed and applied later
	Held       = journal.Held     // rows are invalid: nothing was sent
	Running    = journal.Running  // sending, or killed while it was
	Stopped    = journal.Stopped  // ended before its last row
	Finished   = journal.Finished
	Unreadable = State("unreadable")
	Empty      = State("empty") // the program was killed before the run had a journal
)

// Sending is the status of a row whose answer is not on record.
const Sending = journal.Sending

// Summary is a run in numbers.
type Summary = report.Summary

// The files of a run's folder that people are pointed to.
const (
	SuccessFile = report.SuccessFile
	FailedFile  = report.FailedFile
	PageFile    = report.PageFile
	MarkedFile  = report.MarkedFile
)

// History lists the runs of the workspace, oldest first. A run whose journal can't be read is listed with its Error.
func (w *Workspace) History(ctx context.Context) ([]RunInfo, error) {
	return w.list(ctx, func(journal.Info) bool { return true })
}

// Before lists the runs that began before a moment, oldest first.
func (w *Workspace) Before(ctx context.Context, moment time.Time) ([]RunInfo, error) {
	return w.list(ctx, func(i journal.Info) bool { return i.Began.Before(moment) })
}

func (w *Workspace) list(ctx context.Context, wanted func(journal.Info) bool) ([]RunInfo, error) {
	infos, err := journal.List(w.Reports)
	if err != nil {
		return nil, err
	}
	runs := make([]RunInfo, 0, len(infos))
	for _, info := range infos {
		if !wanted(info) {
			continue
		}
		run, err := runInfo(info)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, ctx.Err()
}

// Delete removes a run with all its files. A run that a process has open is refused.
func (w *Workspace) Delete(run RunInfo) error { return journal.Remove(run.Dir) }

// listed is what a list knows of a run, as the source of its summary: it has no rows to give.
type listed struct {
	report.Source
	info journal.Info
}

func (l listed) Meta() journal.Meta              { return l.info.Meta }
func (l listed) Counts() (journal.Counts, error) { return l.info.Counts, nil }

func runInfo(info journal.Info) (RunInfo, error) {
	summary, err := report.Summarise(listed{info: info})
	summary.Run = info.Run
	run := RunInfo{Summary: summary.In(info.Dir), Bytes: info.Bytes}
	if info.Err == nil {
		return run, err
	}
	refused := refusalOf(info.Err)
	run.Error, run.State = refused.Message, string(Unreadable)
	if refused.Code == "no-such-run" {
		run.Error, run.State = "it ended before its journal was begun, and nothing was sent", string(Empty)
	}
	return run, err
}

// reportFiles are the reports of a run, in the order in which they are shown.
var reportFiles = []string{report.SuccessFile, report.FailedFile, report.SummaryFile, report.PageFile, report.MarkedFile}

// reportsIn names the reports that a run's folder holds.
func reportsIn(dir string) []string {
	files := []string{}
	for _, name := range reportFiles {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			files = append(files, name)
		}
	}
	return files
}
