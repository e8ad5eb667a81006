package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"zohobulk/importer"
)

// undoFlags are those of undo.
type undoFlags struct {
	rate rateFlags
	plan planFlags
	send sendFlags
}

func newUndoCommand(a *app) *cobra.Command {
	var f undoFlags
	cmd := &cobra.Command{
		Use:   "undo RUN",
		Short: "put back what a run changed",
		Long: `undo puts back each field that a run changed to what it was before, unless somebody has changed it since: that is kept, and
reported. It is a run like any other: shown, asked, sent at the same pace, reported, and undone in turn. Of a row that failed half-way
the half that was accepted is put back.

A field that was empty before becomes empty again: it is the run's own value that goes. The first user to have one emptied is read
back. Where the service refuses that, or keeps what was there, the row fails (cannot-be-emptied) and its other fields are
put back.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("which run? zohobulk runs lists them")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.measured(commandUndo, &f.send, func() error { return a.undo(cmd.Context(), f, args[0]) })
		},
	}
	f.rate.add(cmd.Flags())
	f.plan.add(cmd.Flags())
	f.send.add(cmd.Flags())
	return cmd
}

func (a *app) undo(ctx context.Context, f undoFlags, run string) error {
	if err := a.mayAsk(f.send.yes, ""); err != nil {
		return err
	}
	if f.plan.lookup == string(importer.LookupNever) {
		return usagef("--lookup never: undo must read the accounts, to keep what was changed since")
	}
	var o importer.Options
	if err := errors.Join(f.plan.options(&o), f.send.options(&o)); err != nil {
		return err
	}
	op, err := a.operation(ctx, &f.rate, &f.send, o)
	if err != nil {
		return err
	}
	defer op.close()
	op.command, op.sheet = commandUndo, run
	op.run, err = op.desk().Undo(run, op.options, version())
	if err != nil {
		return err
	}
	return op.do(func() error { return op.planAndSend(ctx) })
}
