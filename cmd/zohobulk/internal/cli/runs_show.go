package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"zohobulk/importer"
)

// shownFailures is how many rows runs show names itself before it points to failed.csv.
const shownFailures = 10

func newRunsShow(a *app) *cobra.Command {
	var row int
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "show a run, or one row's whole history",
		Long: `runs show shows a run: what was read, where it went, how its rows ended and the first that failed. With --row N it shows
all that is known of one row: its cells, what was to change, what was said of it, and every call that was made for it.

--json prints the run's summary.json; with --row N {schema, run: RUN, sheet: {path, format, worksheet, encoding, delimiter, header_row, columns: [{column, header,
field}]}, dc, zoid, auth, version, learnt: {name: value}, row: ROW}; RUN is as in "runs --json", and ROW {row, line, status, origin,
account_id, zuid, email, cells: {header: text}, changes: [{field, before, after}], steps, steps_done, step, field, code,
message, note, http_status, attempts, finished_at, problems, history: [{at, call, try, wait_s, took_s, status, code,
message, read, throttled}]}; problems are as in "validate --json".`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("row") && row < 1 {
				return usagef("--row %d: rows are numbered from 1, as Excel shows them", row)
			}
			return a.showRun(cmd.Context(), args[0], row)
		},
	}
	cmd.Flags().IntVar(&row, "row", 0, "the whole history of this row, by its number as Excel shows it")
	return cmd
}

func oneRun(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("which run? zohobulk runs lists them")
	}
	return nil
}

func (a *app) showRun(ctx context.Context, name string, number int) (err error) {
	v, err := a.workspace().Look(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	if a.global.json && number == 0 {
		return a.printRun(v)
	}
	details, err := v.Details()
	if err != nil {
		return err
	}
	if number > 0 {
		if details.Row, err = v.Row(number); err != nil {
			return err
		}
	}
	switch {
	case a.global.json:
		return a.printJSON(details)
	case details.Row != nil:
		writeRow(a.outScreen(), details.Row)
		return nil
	}
	failed, err := v.Failures(shownFailures)
	if err != nil {
		return err
	}
	a.writeRun(a.outScreen(), details, failed)
	return nil
}

// printRun writes a run's summary.
func (a *app) printRun(v *importer.View) error {
	summary, err := v.Summary()
	if err != nil {
		return err
	}
	_, summary.Next = a.nextOf(importer.RunInfo{Summary: summary})
	return summary.WriteJSON(a.Out)
}
