package cli

import (
	"errors"
	"fmt"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
)

// conclude says how a run ended: the counts, where the files are, and the next command. The exit code is that of what
// stopped it, else that of its rows.
func (op *operation) conclude(s importer.Summary, why error) error {
	code := exitDone
	var said outcome
	switch {
	case errors.As(why, &said):
		code = said.code
	case why != nil:
		code = op.say(why)
	}
	actions := op.run.Next(s, why, op.sheet != "" && op.sheet != stdin)
	before, next := op.worded(s.Run, actions[0])
	s.Next = next
	if err := op.printSummary(s, why); err != nil {
		return err
	}
	if code == exitDone && s.Failed+s.Invalid > 0 {
		code = exitRows
	}
	op.showSummary(s, before, actions[1:])
	op.notify(s)
	op.openReport(s)
	op.concluded = &s
	if code == exitDone {
		return nil
	}
	return outcome{code}
}

// printSummary writes the one document of --json, unless the plan was it.
func (op *operation) printSummary(s importer.Summary, why error) error {
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
func (op *operation) showSummary(s importer.Summary, before string, also []importer.Action) {
	sc := op.screen
	sc.Linef("%s%s %s", op.bannerOf(), sc.Paint(term.Bold, stateWord(s.State)+":"), list(
		counted(s.Rows, "row"), some(s.Updated, "updated"), some(s.Unchanged, "unchanged"),
		some(s.Failed, "failed"), some(s.Invalid, "invalid"), some(s.NotSent, "not sent"), some(s.LeftOut, "left out by --where")))
	if s.HalfSent > 0 {
		sc.Linef("  %s changed in part: the rest was not sent", counted(s.HalfSent, "of the failed rows is", "of the failed rows are"))
	}
	if !op.global.quiet {
		took := time.Duration(s.Duration * float64(time.Second))
		sc.Linef("  %s", list(counted(s.Requests, "call"), some(s.Reads, "of them to read"), some(s.Retries, "repeated"),
			some(s.Throttled, "throttled"), "in "+brief(took)))
		if s.Updated+s.Unchanged > 0 {
			sc.Linef("  done: %s", s.SuccessCSV)
		}
		if s.Failed+s.Invalid+s.NotSent > 0 {
			sc.Linef("  not done: %s", s.FailedCSV)
		}
		sc.Linef("  report: %s%s", s.Report, op.openHint())
		for _, action := range also {
			before, command := op.worded(s.Run, action)
			sc.Linef("  %s%s", before, command)
		}
	}
	sc.Linef("next: %s", before+s.Next)
}

// openHint says at a terminal how the report is opened.
func (op *operation) openHint() string {
	if op.send.open || !op.ErrTerminal || !op.InTerminal {
		return ""
	}
	return "  (--open opens it)"
}

// openReport opens the report in the program that shows web pages here, if that was asked for. That it can't be opened changes
// nothing about the run.
func (op *operation) openReport(s importer.Summary) {
	if !op.send.open {
		return
	}
	if err := openBrowser(s.Report); err != nil {
		op.notice(fmt.Sprintf("--open: %v; the report is %s", err, s.Report))
	}
}

// bannerOf begins the last line of a rehearsal.
func (op *operation) bannerOf() string {
	if !op.rehearsal() {
		return ""
	}
	return op.screen.Paint(term.Yellow, "SANDBOX: nothing was sent to Zoho.") + " "
}

// stateWord is a state as people read it.
func stateWord(state string) string {
	if state == string(importer.Held) {
		return "held, nothing was sent"
	}
	return state
}

// worded is an action as a command line, and what must be done before it.
func (op *operation) worded(run string, action importer.Action) (before, command string) {
	flags := op.same(placeFlags, paceFlags)
	sheet := func() string { return op.same(placeFlags, paceFlags, sheetFlagNames(), planFlagNames()) }
	switch action.Do {
	case importer.Resume:
		if len(action.Without) > 0 {
			flags = withoutFlag(action.Without) + flags
		}
		return "", "zohobulk resume " + run + flags
	case importer.ApplyAgain:
		return "", "zohobulk " + op.command + " " + shellWord(op.sheet) + sheet() + allowing(action.Allow)
	case importer.CorrectMarked:
		return "correct the coloured cells of " + action.File + ", then ",
			"zohobulk " + op.again() + " " + shellWord(action.File) + op.same(placeFlags, paceFlags, sheetFlagNames())
	case importer.CorrectFile:
		return "correct the rows in failed.csv, then ",
			"zohobulk " + op.again() + " " + shellWord(action.File) + op.same(placeFlags, paceFlags, cellFlags)
	case importer.SendPlan:
		return "", "zohobulk apply --run " + run + flags
	case importer.SendValid:
		return "", "zohobulk apply --run " + run + " --skip-invalid" + flags + " sends the valid rows alone"
	case importer.UndoRun:
		return "to undo this run: ", "zohobulk undo " + run + flags
	}
	return "", "zohobulk runs show " + run + op.same(placeFlags[:1])
}

// again is the command that takes a corrected sheet.
func (op *operation) again() string {
	if op.command == commandPlan {
		return commandPlan
	}
	return commandApply
}
