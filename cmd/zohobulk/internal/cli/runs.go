package cli

import (
	"context"

	"github.com/spf13/cobra"

	"zohobulk/importer"
)

func newRunsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "list the runs; show one, write its reports again, delete old ones",
		Long: `runs lists the runs below --reports, the oldest first. Where a command wants a RUN, give its name, an unambiguous beginning
of the name, or "latest".

--json prints {schema, runs: [RUN]}, each RUN as its summary.json (without next and failed_rows) with {bytes, error}: error is
why its journal can't be read; then state is "unreadable", or "empty" where a run was
killed before it had one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listRuns(cmd.Context()) },
	}
	for _, sub := range []*cobra.Command{newRunsShow(a), newRunsReport(a), newRunsPrune(a)} {
		sub.Long += exitHelp
		cmd.AddCommand(sub)
	}
	return cmd
}

func (a *app) listRuns(ctx context.Context) error {
	runs, err := a.workspace().History(ctx)
	if err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(struct {
			Schema int                `json:"schema"`
			Runs   []importer.RunInfo `json:"runs"`
		}{importer.SchemaVersion, runs})
	}
	if len(runs) == 0 {
		a.notice("no runs in " + a.global.reports)
		a.notice("next: zohobulk plan SHEET")
		return nil
	}
	a.writeRuns(a.outScreen(), runs)
	a.notice("next: zohobulk runs show " + runs[len(runs)-1].Run + a.sameReports())
	return nil
}

// sameReports are the flags that the next command needs to find the same runs.
func (a *app) sameReports() string {
	if a.global.reports == "reports" {
		return ""
	}
	return " --reports " + a.global.reports
}

// workspace is the folder of runs that the command line names.
func (a *app) workspace() *importer.Workspace { return &importer.Workspace{Reports: a.global.reports} }
