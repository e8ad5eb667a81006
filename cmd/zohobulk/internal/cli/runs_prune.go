package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
)

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
	Schema  int                `json:"schema"`
	Before  string             `json:"before"`
	Deleted []importer.RunInfo `json:"deleted"`
	Kept    []keptRun          `json:"kept"`
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
	runs, err := a.workspace().Before(ctx, before)
	if err != nil {
		return err
	}
	done := pruned{Schema: importer.SchemaVersion, Before: before.UTC().Format(time.RFC3339), Deleted: []importer.RunInfo{}, Kept: []keptRun{}}
	switch agreed, err := a.agreeToDelete(ctx, runs, before, yes); {
	case err != nil:
		return err
	case agreed:
		a.deleteRuns(ctx, runs, &done)
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
func (a *app) agreeToDelete(ctx context.Context, runs []importer.RunInfo, before time.Time, yes bool) (bool, error) {
	if len(runs) == 0 {
		a.notice("no run in " + a.global.reports + " began before " + before.UTC().Format(time.DateTime) + " UTC: nothing to delete")
		return false, nil
	}
	var bytes int64
	for _, l := range runs {
		bytes += l.Bytes
	}
	a.writeRuns(term.New(a.Err, term.Options{Terminal: a.ErrTerminal, NoColor: a.global.noColor, Env: a.Env}), runs)
	if yes {
		return true, nil
	}
	question := "Delete " + counted(len(runs), "run") + " (" + sized(bytes) + ") for good, with their journals, sheets and reports?"
	agreed, err := a.ask(ctx, "", question)
	if err == nil && !agreed {
		a.notice("nothing was deleted")
	}
	return agreed, err
}

// deleteRuns deletes runs one by one, until ctx ends.
func (a *app) deleteRuns(ctx context.Context, runs []importer.RunInfo, done *pruned) {
	for _, l := range runs {
		err := ctx.Err()
		if err == nil {
			err = a.workspace().Delete(l)
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
