package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/importer"
	"zohobulk/importer/field"
)

// resumeFlags are those of resume.
type resumeFlags struct {
	rate         rateFlags
	plan         planFlags
	send         sendFlags
	failed       bool
	without      []string
	passwordFile string
}

func newResumeCommand(a *app) *cobra.Command {
	var f resumeFlags
	cmd := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "continue a run that stopped",
		Long: `resume goes on with the newest unfinished run, or with RUN. Rows whose answer never came are looked up first: what
arrived counts as updated, what did not is sent.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			run := ""
			if len(args) == 1 {
				run = args[0]
			}
			return a.measured("resume", &f.send, func() error { return a.resume(cmd.Context(), f, run) })
		},
	}
	f.rate.add(cmd.Flags())
	f.plan.add(cmd.Flags())
	f.send.add(cmd.Flags())
	cmd.Flags().BoolVar(&f.failed, "failed", false, "try rows again that failed for a passing reason")
	cmd.Flags().StringSliceVar(&f.without, "without", nil, "send everything but these fields")
	cmd.Flags().StringVar(&f.passwordFile, "password-file", "", "file with the password of an encrypted workbook, if the plan was not finished")
	return cmd
}

// check sees that what is to be left out can be.
func (f *resumeFlags) check() error {
	for _, name := range f.without {
		if id, ok := field.ByName(name); !ok || !field.Personal.Has(id) {
			return usagef("--without %s: want fields of personal details (%s)", name, strings.Join(strings.Fields(field.Personal.Names()), ", "))
		}
	}
	return nil
}

func (a *app) resume(ctx context.Context, f resumeFlags, run string) error {
	if err := a.mayAsk(f.send.yes, ""); err != nil {
		return err
	}
	var o importer.Options
	if err := errors.Join(f.check(), f.plan.options(&o), f.send.options(&o)); err != nil {
		return err
	}
	if !f.failed {
		if found, err := a.finishReports(ctx, run); found || err != nil {
			return err
		}
	}
	op, err := a.operation(ctx, &f.rate, &f.send, o)
	if err != nil {
		return err
	}
	defer op.close()
	states := []importer.State{importer.Planning, importer.Running, importer.Stopped}
	if f.failed {
		states = append(states, importer.Finished)
	}
	if err := op.open(ctx, run, states...); err != nil {
		return err
	}
	return op.do(func() error { return op.goOn(ctx, f) })
}

// finishReports writes the reports of a run that had ended without them. It reports whether there was such a run.
func (a *app) finishReports(ctx context.Context, name string) (found bool, err error) {
	reports, found, err := a.workspace().FinishReports(ctx, name)
	if err != nil || !found {
		return found, err
	}
	run := reports.Run
	a.concluded = &run.Summary
	a.warnReports(run.Run, reports.Missing)
	if a.global.json {
		_, run.Next = a.nextOf(run)
		err = run.Summary.WriteJSON(a.Out)
	}
	a.notice("run " + run.Run + " had sent all it was to send; its reports are written now")
	if err == nil && run.Failed+run.Invalid > 0 {
		err = outcome{exitRows}
	}
	return true, err
}
