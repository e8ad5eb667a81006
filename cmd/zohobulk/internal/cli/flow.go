package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/problem"
)

// begin reads a sheet into a new run and shows what was found. A dry run is kept in a folder of its own, until its end.
func (op *operation) begin(ctx context.Context, path string, f *sheetFlags) error {
	src, err := op.source(path, f)
	if err != nil {
		return err
	}
	if op.dry {
		if op.scratch, err = os.MkdirTemp("", "zohobulk-"); err != nil {
			return err
		}
	}
	run, err := op.desk().Begin(src, op.options, importer.Origin{Command: op.command, Version: version()})
	if err != nil {
		return err
	}
	op.run, op.sheet = run, path
	if err := op.read(ctx, src.Name); err != nil {
		return err
	}
	if f.saveMapping == "" {
		return nil
	}
	err = check.WriteMapping(f.saveMapping, op.result.Mapping)
	if err != nil {
		op.discard()
	}
	return err
}

// source is the sheet with its options.
func (op *operation) source(path string, f *sheetFlags) (importer.Source, error) {
	o, err := f.sheetOptions(filepath.Base(path))
	if err != nil {
		return importer.Source{}, err
	}
	checks, err := f.checkOptions()
	if err != nil {
		return importer.Source{}, err
	}
	op.kept = o.Password
	checks.UserAuth = op.options.Auth == importer.AuthUser
	checks.BothIDs = op.options.Lookup == importer.LookupNever
	checks.AddressWhole = checks.BothIDs && op.options.Known.WholeAddress()
	return op.sheetSource(path, o, checks), nil
}

// sheetSource is the sheet that the command line names.
func (a *app) sheetSource(path string, o importer.SheetOptions, checks check.Options) importer.Source {
	if path == stdin {
		o.Name = "standard input"
		return importer.Source{Input: a.In, Name: o.Name, Sheet: o, Check: checks}
	}
	return importer.Source{Path: path, Name: o.Name, Sheet: o, Check: checks}
}

// read is pass one, with what it found on the screen. A sheet that is refused whole leaves no run behind; one that was
// interrupted can be read again from its copy.
func (op *operation) read(ctx context.Context, name string) error {
	groups := check.NewGrouping()
	op.show.reading()
	info, result, err := op.run.Read(ctx, groups)
	op.show.end()
	if err != nil {
		if ctx.Err() == nil {
			op.discard()
			return problem.StartOver(err)
		}
		return err
	}
	op.showRead(info, result, groups)
	if result.SheetErrors > 0 {
		op.discard()
		return problem.Refuse("sheet-refused", "correct the sheet, or settle it with the flags named above", "%s is refused as a whole", name)
	}
	op.result = result
	return nil
}

// discard removes a run that came to nothing.
func (op *operation) discard() {
	if err := op.run.Discard(); err != nil {
		op.notice(err.Error())
	}
	op.run = nil
}

// planAndSend goes from a checked sheet to its end.
func (op *operation) planAndSend(ctx context.Context) error {
	if op.result.Invalid > 0 && !op.options.SkipInvalid && !op.dry && !op.waiting {
		return op.hold(counted(op.result.Invalid, "row has", "rows have")+" errors", op.result.Valid)
	}
	if err := op.enter(ctx); err != nil {
		if importer.Busy(err) {
			op.discard() // it is nothing that could be gone on with: the other run goes before it
		}
		return err
	}
	op.show.listing()
	planned, err := op.plan(ctx)
	op.show.end()
	if err != nil {
		return err
	}
	return op.decide(ctx, planned)
}

// plan is what the run's command plans.
func (op *operation) plan(ctx context.Context) (importer.Planned, error) {
	if op.command == commandUndo {
		return op.run.PlanUndo(ctx)
	}
	return op.run.Plan(ctx)
}

// decide shows a plan, asks, and sends it.
func (op *operation) decide(ctx context.Context, planned importer.Planned) error {
	if err := op.showPlan(planned); err != nil {
		return err
	}
	if op.dry || op.waiting {
		return op.plannedOnly(planned)
	}
	if planned.Barred() > 0 && !op.run.Options.SkipInvalid {
		return op.hold(counted(planned.Barred(), "row cannot be sent", "rows cannot be sent"), planned.Change)
	}
	if err := op.run.Rails(planned); err != nil {
		return errors.Join(err, op.heldBack())
	}
	return op.askAndSend(ctx, planned)
}

// plannedOnly ends a plan that is not sent now, and says already what would hold it back then.
func (op *operation) plannedOnly(planned importer.Planned) error {
	if err := op.run.SetAside(); err != nil {
		return err
	}
	if err := op.writePlanSheet(op.planFile, planned); err != nil {
		return err
	}
	if op.global.json {
		if err := op.printPlan(planned); err != nil {
			return err
		}
	}
	if err := op.run.Rails(planned); err != nil {
		return outcome{op.say(err)}
	}
	if planned.Barred() > 0 {
		return outcome{exitRows}
	}
	return nil
}

// printPlan writes the plan as the command's one document.
func (op *operation) printPlan(p importer.Planned) error {
	op.printed = true
	name := op.run.Name()
	if op.dry { // nothing is kept under that name
		name = ""
	}
	return op.run.WritePlan(op.Out, p, name)
}

// hold ends a run before anything is sent. A plan that was made before stays as it is.
func (op *operation) hold(why string, others int) error {
	why = "Nothing was sent: " + why + ". Fix them"
	if others > 0 {
		why += ", or add --skip-invalid to send " + counted(others, "other row", "other rows")
	}
	op.screen.Para(why+".", 2)
	if err := op.heldBack(); err != nil {
		return err
	}
	return outcome{exitRows}
}

// heldBack is the state of a run that may not be sent.
func (op *operation) heldBack() error {
	if op.saved {
		return op.run.SetAside()
	}
	return op.run.Hold()
}

// askAndSend is the last step back, and then the sending.
func (op *operation) askAndSend(ctx context.Context, p importer.Planned) error {
	if p.Change == 0 {
		return op.verified(ctx, op.run.Nothing())
	}
	if !op.send.yes {
		yes, err := op.ask(ctx, op.sheet, op.question(p))
		if err != nil {
			return err
		}
		if !yes {
			return errors.Join(op.run.SetAside(), declined{})
		}
	}
	op.show.sending(p)
	return op.verified(ctx, op.run.Apply(ctx, op.Hard, importer.Consent{Plan: p.Fingerprint}))
}

// declined is a question that was not answered with yes.
type declined struct{}

func (declined) Error() string { return "nothing was sent" }

// ExitCode is that of a run that stopped before its end.
func (declined) ExitCode() int { return exitStopped }

// Reason gives the parts of what to say.
func (declined) Reason() (code, message, hint string) {
	return "declined", "nothing was sent", "the plan is kept and can be sent later"
}

// recheckAndSend sends a saved plan, for the accounts that have not moved since.
func (op *operation) recheckAndSend(ctx context.Context) error {
	op.show.listing()
	err := op.run.Recheck(ctx)
	op.show.end()
	if err != nil {
		return err
	}
	planned, err := op.run.Count()
	if err != nil {
		return err
	}
	return op.decide(ctx, planned)
}

// goOn resumes an opened run.
func (op *operation) goOn(ctx context.Context, f resumeFlags) error {
	if err := op.run.Without(f.without); err != nil {
		return err
	}
	if op.run.State() == importer.Planning {
		op.waiting = op.run.About().Command == commandPlan
		return op.readAgain(ctx, f)
	}
	if err := op.warnTakenBack(); err != nil {
		return err
	}
	if f.failed {
		n, err := op.run.Again()
		if err != nil {
			return err
		}
		op.screen.Linef("%s tried again", counted(n, "failed row is", "failed rows are"))
	}
	if err := op.run.Interrupted(); err != nil {
		return err
	}
	if err := errors.Join(op.run.Settle(ctx), op.run.Widen(ctx)); err != nil {
		return err
	}
	planned, err := op.run.Count()
	if err != nil {
		return err
	}
	if err := op.showPlan(planned); err != nil {
		return err
	}
	return op.askAndSend(ctx, planned)
}

// warnTakenBack says so if the run was undone meanwhile: what it has updated counts as done, and stays as the undo made it.
func (op *operation) warnTakenBack() error {
	undone, err := op.run.TakenBack()
	for _, by := range undone {
		op.screen.Para(op.screen.Paint(term.Yellow, "look again: ")+"run "+op.run.Name()+" was taken back by "+by+
			": the users that it had changed are not changed again, only the rest", 2)
	}
	return err
}

// readAgain starts a run over that was stopped before its plan was on disk.
func (op *operation) readAgain(ctx context.Context, f resumeFlags) error {
	if op.command == commandUndo {
		if err := op.run.RestartUndo(); err != nil {
			return err
		}
		return op.planAndSend(ctx)
	}
	password, err := (&sheetFlags{passwordFile: f.passwordFile}).password()
	if err != nil {
		return err
	}
	if err := op.run.Restart(password); err != nil {
		return err
	}
	op.kept, op.options = password, op.run.Options
	if err := op.read(ctx, op.run.About().File); err != nil {
		return err
	}
	return op.planAndSend(ctx)
}
