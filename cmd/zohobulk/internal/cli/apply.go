package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"zohobulk/importer"
)

// applyFlags are those of apply.
type applyFlags struct {
	sheet  sheetFlags
	rate   rateFlags
	plan   planFlags
	send   sendFlags
	dryRun bool
	run    string
}

func newApplyCommand(a *app) *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "apply SHEET | --run RUN",
		Short: "check a sheet, show what will change, ask, send it and report",
		Long: `apply reads the whole sheet and checks it, reads the accounts that it names, shows what will change and how long that
takes, asks, and then sends one update for each account that differs. Rows that are up to date already cost no call.

SHEET is a CSV or an XLSX; - is standard input. With --run it sends a plan that was saved before.`,
		Example: `  zohobulk apply samples/staff.csv --sandbox
  zohobulk apply staff.xlsx --allow-email-change
  zohobulk apply --run 20261121-153012.417-7f3a --yes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneSheet(args, f.run); err != nil {
				return err
			}
			return a.measured(commandApply, &f.send, func() error {
				if f.run != "" {
					return a.applySaved(cmd.Context(), f)
				}
				return a.applySheet(cmd.Context(), f, args[0])
			})
		},
	}
	f.sheet.add(cmd.Flags())
	f.rate.add(cmd.Flags())
	f.plan.add(cmd.Flags())
	f.send.add(cmd.Flags())
	cmd.Flags().BoolVarP(&f.dryRun, "dry-run", "n", false, "show what would change; send nothing and keep nothing")
	cmd.Flags().StringVar(&f.run, "run", "", "send the plan of this run")
	return cmd
}

// oneSheet sees that there is a sheet, or a run, and not both.
func oneSheet(args []string, run string) error {
	switch {
	case len(args) > 1:
		return usagef("one sheet at a time, and %d are named", len(args))
	case len(args) == 1 && run != "":
		return usagef("--run sends what was planned; it takes no sheet")
	case len(args) == 0 && run == "":
		return usagef("which sheet? name a CSV or an XLSX, or - for standard input")
	}
	return nil
}

// options are the flags as the importer takes them.
func (f *applyFlags) options() (o importer.Options, err error) {
	if err := f.plan.options(&o); err != nil {
		return o, err
	}
	err = f.send.options(&o)
	return o, err
}

// applySheet is the main job: a sheet in, users updated, reports out.
func (a *app) applySheet(ctx context.Context, f applyFlags, path string) error {
	if err := a.mayAsk(f.send.yes || f.dryRun, path); err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	op, err := a.operation(ctx, &f.rate, &f.send, o)
	if err != nil {
		return err
	}
	defer op.close()
	op.command, op.dry = commandApply, f.dryRun
	if err := op.begin(ctx, path, &f.sheet); err != nil {
		return op.finish(err)
	}
	return op.do(func() error { return op.planAndSend(ctx) })
}

// planned refuses what was settled when a plan was made, and could only seem to change it now.
func (f *applyFlags) planned(typed map[string]string) error {
	if f.dryRun {
		return usagef("--dry-run takes a sheet; zohobulk runs show %s shows what its plan would change", f.run)
	}
	for _, name := range slices.Concat(sheetFlagNames(), planFlagNames(), []string{"save-mapping"}) {
		if typed[name] != "" && !rails[name] {
			return usagef("--%s belongs to zohobulk plan: the plan of a run is sent as it was made", name)
		}
	}
	return nil
}

// applySaved sends the plan of a run, for the accounts that are still as they were.
func (a *app) applySaved(ctx context.Context, f applyFlags) error {
	if err := errors.Join(f.planned(a.typed), a.mayAsk(f.send.yes, "")); err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	op, err := a.operation(ctx, &f.rate, &f.send, o)
	if err != nil {
		return err
	}
	defer op.close()
	op.saved = true
	if err := op.open(ctx, f.run, importer.Waiting); err != nil {
		return err
	}
	op.sayLateRails(o)
	return op.do(func() error { return op.recheckAndSend(ctx) })
}

// sayLateRails says that a rail which was up when the plan was made is not taken down by typing its flag now: what the
// plan refused has not been put in order with the rest.
func (op *operation) sayLateRails(typed importer.Options) {
	planned := op.run.Options
	for _, late := range []struct {
		flag string
		is   bool
	}{
		{"--allow-email-change", typed.AllowEmailChange && !planned.AllowEmailChange},
		{"--allow-admins", typed.AllowAdmins && !planned.AllowAdmins},
		{"--allow-clearing", typed.AllowClearing && !planned.AllowClearing},
	} {
		if late.is {
			op.notice(fmt.Sprintf("the plan was made without %s: rows that it refused stay refused; plan the sheet again with the flag to change them", late.flag))
		}
	}
}
