package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/problem"
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
		Short: "write a run's reports again from its journal",
		Long: `runs report writes success.csv, failed.csv, summary.json, report.html and, where the input was an XLSX, marked.xlsx again, from the
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

func (a *app) reportRun(ctx context.Context, f runsReportFlags, name string) error {
	password, err := f.password.password()
	if err != nil {
		return err
	}
	reports, err := a.workspace().WriteReports(ctx, name, importer.ReportOptions{NoBOM: f.noBOM, Marked: f.marked, Password: password})
	if err != nil {
		return err
	}
	a.warnReports(reports.Run.Run, reports.Missing)
	if err := a.showReports(reports.Run, reports.Files); err != nil || len(reports.Missing) == 0 {
		return err
	}
	return outcome{exitFailed}
}

// showReports names the reports of a run.
func (a *app) showReports(run importer.RunInfo, files []string) error {
	if a.global.json {
		return a.printJSON(struct {
			Schema int      `json:"schema"`
			Run    string   `json:"run"`
			Dir    string   `json:"dir"`
			Files  []string `json:"files"`
		}{importer.SchemaVersion, run.Run, run.Dir, files})
	}
	s := a.outScreen()
	for _, file := range files {
		s.Linef("%s", term.Safe(filepath.Join(run.Dir, file)))
	}
	a.notice("next: zohobulk runs show " + run.Run + a.sameReports())
	return nil
}

// warnReports says which reports of a run are missing, and why. The run itself is on record and stands.
func (a *app) warnReports(run string, missing []*problem.Refusal) {
	for _, r := range missing {
		fmt.Fprintf(a.Err, "warning: %s\n", term.Safe(r.Message))
		if r.Hint != "" {
			fmt.Fprintf(a.Err, "  %s\n", r.Hint)
		}
	}
	if len(missing) > 0 {
		a.notice("  the run itself is complete on record; zohobulk runs report " + run + a.sameReports() + " writes its reports again")
	}
}
