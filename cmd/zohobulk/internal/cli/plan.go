package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"zohobulk/importer"
)

// The commands that make a run, as its record names them.
const (
	commandApply = "apply"
	commandPlan  = "plan"
	commandUndo  = "undo"
)

// planCommandFlags are those of plan.
type planCommandFlags struct {
	sheet sheetFlags
	rate  rateFlags
	plan  planFlags
	full  bool
	out   string
	noBOM bool
}

func newPlanCommand(a *app) *cobra.Command {
	var f planCommandFlags
	cmd := &cobra.Command{
		Use:   "plan SHEET",
		Short: "show what a sheet would change, and keep it to be applied later",
		Long: `plan checks a sheet and holds it against the directory like apply does, shows before and after, and keeps the plan as a run
that apply --run sends later, for the accounts that are still as they were. It changes nothing.`,
		Args: func(_ *cobra.Command, args []string) error { return oneSheet(args, "") },
		RunE: func(cmd *cobra.Command, args []string) error { return a.plan(cmd.Context(), f, args[0]) },
	}
	f.sheet.add(cmd.Flags())
	f.rate.add(cmd.Flags())
	f.plan.add(cmd.Flags())
	cmd.Flags().BoolVar(&f.full, "full", false, "show every user that changes")
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "also write the plan to this XLSX, before and after with changed cells marked, to be signed off")
	cmd.Flags().BoolVar(&f.noBOM, "no-bom", false, "write CSVs without a byte-order mark")
	return cmd
}

func (a *app) plan(ctx context.Context, f planCommandFlags, path string) error {
	var o importer.Options
	if err := errors.Join(f.plan.options(&o), checkPlanSheet(f.out)); err != nil {
		return err
	}
	op, err := a.operation(ctx, &f.rate, &sendFlags{noBOM: f.noBOM}, o)
	if err != nil {
		return err
	}
	defer op.close()
	op.command, op.waiting, op.full, op.planFile = commandPlan, true, f.full, f.out
	if err := op.begin(ctx, path, &f.sheet); err != nil {
		return op.finish(err)
	}
	return op.do(func() error { return op.planAndSend(ctx) })
}
