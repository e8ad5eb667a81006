package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
)

// conclude says how a run ended: the counts, where the files are, and the next command. The exit code is that of what
// stopped it, else that of its rows.
func (op *operation) conclude(s report.Summary, why error) error {
	code := exitDone
	var said outcome
	switch {
	case errors.As(why, &said):
		code = said.code
	case why != nil:
		code = op.say(why)
	}
	before, next := op.next(s, without(why))
	s.Next = next
	if err := op.printSummary(s, why); err != nil {
		return err
	}
	if code == exitDone && s.Failed+s.Invalid > 0 {
		code = exitRows
	}
	op.showSummary(s, before)
	op.notify(s)
	op.concluded = &s
	if code == exitDone {
		return nil
	}
	return outcome{code}
}

// printSummary writes the one document of --json, unless the plan was it.
func (op *operation) printSummary(s report.Summary, why error) error {
	switch {
	case !op.global.json || op.printed:
		return nil
	case op.waiting && why != nil: // there is no plan to print
		return op.printError(why)
	}
	return s.WriteJSON(op.Out)
}

// rehearsed ends a dry run, of which nothing is kept.
func (op *operation) rehearsed(why error) error {
	var said outcome
	if why != nil && !errors.As(why, &said) {
		return why
	}
	op.screen.Linef("a dry run: nothing was sent, and nothing is kept")
	next := "zohobulk apply " + shellWord(op.sheet) + op.same(placeFlags, paceFlags, sheetFlagNames(), planFlagNames())
	switch said.code {
	case exitRows:
		next = "correct the rows named above, and run it again"
	case exitFailed:
		next = "zohobulk plan " + shellWord(op.sheet) + " --full" + op.same(placeFlags, paceFlags, sheetFlagNames(), planFlagNames())
	}
	op.screen.Linef("next: %s", next)
	return why
}

// showSummary is the end of the screen.
func (op *operation) showSummary(s report.Summary, before string) {
	sc := op.screen
	sc.Linef("%s %s", sc.Paint(term.Bold, s.State+":"), list(
		counted(s.Rows, "row"), some(s.Updated, "updated"), some(s.Unchanged, "unchanged"),
		some(s.Failed, "failed"), some(s.Invalid, "invalid"), some(s.NotSent, "not sent")))
	if s.HalfSent > 0 {
		sc.Linef("  %s changed in part: the rest was not sent", counted(s.HalfSent, "of the failed rows is", "of the failed rows are"))
	}
	if !op.global.quiet {
		took := time.Duration(s.Duration * float64(time.Second))
		sc.Linef("  %s", list(counted(s.Requests, "call"), some(s.Reads, "of them to read"), some(s.Retries, "repeated"),
			some(s.Throttled, "throttled"), "in "+brief(took)))
		sc.Linef("  %s", filepath.Join(op.run.Dir, report.SuccessFile))
		sc.Linef("  %s", filepath.Join(op.run.Dir, report.FailedFile))
		if also := op.instead(s); also != "" {
			sc.Linef("  %s", also)
		}
	}
	sc.Linef("next: %s", before+s.Next)
}

// without is the flag that what stopped a run advises to go on with, if there is one.
func without(why error) string {
	var refused *problem.Refusal
	if !errors.As(why, &refused) {
		return ""
	}
	for _, remedy := range refused.Remedies {
		if remedy.Way == problem.LeaveOut {
			return withoutFlag(remedy.Args)
		}
	}
	return ""
}

// instead is what else a person may want to do now.
func (op *operation) instead(s report.Summary) string {
	flags := op.same(placeFlags, paceFlags)
	switch state := journal.State(s.State); {
	case state == journal.Waiting && s.Invalid > 0 && s.NotSent > 0:
		return "zohobulk apply --run " + s.Run + " --skip-invalid" + flags + " sends the valid rows without the others"
	case state == journal.Finished && s.Updated > 0 && op.run.Options.Lookup != importer.LookupNever:
		return "to undo this run: zohobulk undo " + s.Run + flags
	}
	return ""
}

// next is the command that a person is likely to want now, and what must be done before it.
func (op *operation) next(s report.Summary, without string) (before, command string) {
	flags := op.same(placeFlags, paceFlags)
	switch state := journal.State(s.State); {
	case state.Resumable():
		return "", "zohobulk resume " + s.Run + without + flags
	case s.Failed+s.Invalid > 0:
		if flags := op.missingFlags(); flags != "" {
			return "", "zohobulk " + op.command + " " + shellWord(op.sheet) + op.same(placeFlags, paceFlags, sheetFlagNames(), planFlagNames()) + flags
		}
		return op.correct(s)
	case state == journal.Waiting && s.NotSent > 0:
		return "", "zohobulk apply --run " + s.Run + flags
	}
	return "", "zohobulk runs show " + s.Run + op.same(placeFlags[:1])
}

// railFlags are the flags that take down the rails of single rows, by the code of a row that was held back.
var railFlags = map[string]string{
	"email-change-not-allowed": " --allow-email-change", "clearing-not-allowed": " --allow-clearing", "admin-not-allowed": " --allow-admins",
}

// missingFlags are the flags without which rows were held back, if nothing else was wrong with any row and the sheet can
// be named again.
func (op *operation) missingFlags() string {
	if op.sheet == "" || op.sheet == stdin {
		return ""
	}
	var missing []string
	for row, err := range op.run.Journal.Rows(journal.Filter{Statuses: []journal.Status{journal.Invalid, journal.Failed}}) {
		flag := railFlags[row.Code]
		if err != nil || flag == "" {
			return ""
		}
		if !slices.Contains(missing, flag) {
			missing = append(missing, flag)
		}
	}
	return strings.Join(missing, "")
}

// correct is how rows that went wrong are corrected: in the marked copy of a workbook where there is one, since Excel
// damages a CSV; else in failed.csv.
func (op *operation) correct(s report.Summary) (before, again string) {
	command, flags := op.command, op.same(placeFlags, paceFlags, cellFlags)
	switch command {
	case commandUndo:
		return "", "zohobulk runs show " + s.Run + op.same(placeFlags[:1])
	case commandPlan:
	default:
		command = commandApply
	}
	failed := filepath.Join(op.run.Dir, report.FailedFile)
	marked := filepath.Join(op.run.Dir, report.MarkedFile)
	if _, err := os.Stat(marked); err == nil && s.Invalid > 0 {
		return "correct the coloured cells of " + marked + ", then ", "zohobulk " + command + " " + shellWord(marked) + op.same(placeFlags, paceFlags, sheetFlagNames())
	}
	return "correct the rows in failed.csv, then ", "zohobulk " + command + " " + shellWord(failed) + flags
}
