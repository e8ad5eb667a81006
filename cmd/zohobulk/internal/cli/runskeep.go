package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer/journal"
	"zohobulk/importer/report"
)

// runsReportFlags are those of runs report.
type runsReportFlags struct {
	noBOM    bool
	marked   bool
	password sheetFlags
}

func newRunsReport(a *app) *cobra.Command {
	var f runsReportFlags
	cmd := &cobra.Command{
		Use:   "report RUN",
		Short: "write a run's reports anew from its journal",
		Long: `runs report writes success.csv, failed.csv, summary.json, report.html and, where the input was an XLSX, marked.xlsx anew, from the
run's journal and its copy of the input. The sheet itself is not needed any more.

--json prints {schema, run, dir, files}.`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error { return a.reportRun(cmd.Context(), f, args[0]) },
	}
	cmd.Flags().BoolVar(&f.noBOM, "no-bom", false, "write CSVs without a byte-order mark (as they are if the run was begun so)")
	cmd.Flags().BoolVar(&f.marked, "marked", false, "write marked.xlsx whatever the input was")
	cmd.Flags().StringVar(&f.password.passwordFile, "password-file", "", "file with the password of an encrypted workbook")
	return cmd
}

func (a *app) reportRun(ctx context.Context, f runsReportFlags, name string) (err error) {
	password, err := f.password.password()
	if err != nil {
		return err
	}
	dir := a.runDir(name)
	j, err := journal.Open(dir) // with its lock: whoever has it open will write the reports when it ends
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	o, err := reportForm(j.Meta())
	if err != nil {
		return err
	}
	o.NoBOM, o.Password = o.NoBOM || f.noBOM, password
	if f.marked {
		o.Marked = report.MarkAlways
	}
	if err := report.Write(ctx, dir, j, o); err != nil {
		return err
	}
	files := reportsIn(dir)
	if a.global.json {
		return a.printJSON(struct {
			Schema int      `json:"schema"`
			Run    string   `json:"run"`
			Dir    string   `json:"dir"`
			Files  []string `json:"files"`
		}{schemaVersion, j.Run(), dir, files})
	}
	s := a.outScreen()
	for _, file := range files {
		s.Linef("%s", term.Safe(filepath.Join(dir, file)))
	}
	a.notice("next: zohobulk runs show " + j.Run() + a.sameReports())
	return nil
}

// reportsIn are the reports that a run's folder holds.
func reportsIn(dir string) []string {
	files := []string{}
	for _, name := range []string{report.SuccessFile, report.FailedFile, report.SummaryFile, report.PageFile, report.MarkedFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			files = append(files, name)
		}
	}
	return files
}

func newRunsPrune(a *app) *cobra.Command {
	var age string
	var yes bool
	cmd := &cobra.Command{
		Use:   "prune --older-than 90d",
		Short: "delete old runs with all their files",
		Long: `runs prune deletes the folders of runs that began longer ago than --older-than: journals, copies of sheets and reports, all
that holds personal data. It shows the list first, and asks. What is deleted can neither be undone nor resumed. A run
that a process has open is left alone.

--json prints {schema, before, deleted: [RUN], kept: [{run, code, message}]}; RUN is as in "runs --json".`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			older, err := parseAge(age)
			if err != nil {
				return usage(err)
			}
			return a.pruneRuns(cmd.Context(), a.Now().Add(-older), yes)
		},
	}
	cmd.Flags().StringVar(&age, "older-than", "", "age from which runs are deleted: 90d, 12w, 36h")
	cmd.Flags().BoolVar(&yes, "yes", false, "delete without asking")
	return cmd
}

// parseAge reads an age: days, weeks, or what Go reads as a duration.
func parseAge(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	const most = 100 * 366 // years later no folder of today is left; and more would overflow
	for suffix, unit := range map[string]time.Duration{"d": day, "w": 7 * day} {
		number, found := strings.CutSuffix(text, suffix)
		if n, err := strconv.Atoi(number); found && err == nil && n >= 0 && n <= most {
			return time.Duration(n) * unit, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	if text == "" {
		return 0, errors.New("--older-than is missing: give an age like 90d, 12w or 36h")
	}
	return 0, errors.New("--older-than " + strconv.Quote(text) + ": give an age like 90d, 12w or 36h")
}

// pruned is what runs prune prints with --json.
type pruned struct {
	Schema  int       `json:"schema"`
	Before  string    `json:"before"`
	Deleted []runLine `json:"deleted"`
	Kept    []keptRun `json:"kept"`
}

// keptRun is a run that could not be deleted.
type keptRun struct {
	Run     string `json:"run"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (a *app) pruneRuns(ctx context.Context, before time.Time, yes bool) error {
	if err := a.mayAsk(yes, ""); err != nil {
		return err
	}
	infos, err := journal.Expired(a.global.reports, before)
	if err != nil {
		return err
	}
	lines, err := a.linesOf(infos)
	if err != nil {
		return err
	}
	done := pruned{Schema: schemaVersion, Before: before.UTC().Format(time.RFC3339), Deleted: []runLine{}, Kept: []keptRun{}}
	switch agreed, err := a.agreeToDelete(ctx, lines, before, yes); {
	case err != nil:
		return err
	case agreed:
		a.deleteRuns(ctx, lines, &done)
	}
	if a.global.json {
		if err := a.printJSON(done); err != nil {
			return err
		}
	}
	switch {
	case ctx.Err() != nil:
		return outcome{exitStopped}
	case len(done.Kept) > 0:
		return outcome{exitFailed}
	}
	return nil
}

// agreeToDelete shows what is about to be deleted, and asks.
func (a *app) agreeToDelete(ctx context.Context, lines []runLine, before time.Time, yes bool) (bool, error) {
	if len(lines) == 0 {
		a.notice("no run in " + a.global.reports + " began before " + before.UTC().Format(time.DateTime) + " UTC: nothing to delete")
		return false, nil
	}
	var bytes int64
	for _, l := range lines {
		bytes += l.Bytes
	}
	a.writeRuns(term.New(a.Err, term.Options{Terminal: a.ErrTerminal, NoColor: a.global.noColor, Env: a.Env}), lines)
	if yes {
		return true, nil
	}
	question := "Delete " + counted(len(lines), "run") + " (" + sized(bytes) + ") for good, with their journals, sheets and reports?"
	agreed, err := a.ask(ctx, "", question)
	if err == nil && !agreed {
		a.notice("nothing was deleted")
	}
	return agreed, err
}

// deleteRuns deletes runs one by one, until ctx ends.
func (a *app) deleteRuns(ctx context.Context, lines []runLine, done *pruned) {
	for _, l := range lines {
		err := ctx.Err()
		if err == nil {
			err = journal.Remove(l.Dir)
		}
		if err == nil {
			done.Deleted = append(done.Deleted, l)
			continue
		}
		r := a.refusal(err)
		done.Kept = append(done.Kept, keptRun{l.Run, r.Code, r.Message})
		a.notice(l.Run + " is kept: " + r.Message)
	}
	a.notice(counted(len(done.Deleted), "run") + " deleted")
}
