package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// operation is one command that makes or goes on with a run: the connection, the run, and what is shown of it.
type operation struct {
	*app
	command  string
	rate     *rateFlags
	send     *sendFlags
	options  importer.Options
	conn     *connect.Connection
	run      *importer.Run
	screen   *term.Screen
	show     *progress
	entered  bool // it is known whose login this is, and for which organisation
	dry      bool
	saved    bool   // its plan was made before, and stays to be sent if it is held now
	kept     string // password of the sheet, for its marked copy
	waiting  bool   // it is planned only: nothing is to be sent now
	scratch  string // folder of a dry run
	sheet    string // as it was named
	full     bool   // show all of a plan
	planFile string // the plan is written to this workbook, too
	printed  bool   // the one document of --json is out
	result   check.Result
}

// operation connects, and finds out nothing yet.
func (a *app) operation(ctx context.Context, r *rateFlags, s *sendFlags, o importer.Options) (*operation, error) {
	op := &operation{app: a, rate: r, send: s, options: o}
	op.screen = term.New(a.Err, term.Options{Terminal: a.ErrTerminal, NoColor: a.global.noColor, Env: a.Env})
	op.show = newProgress(op)
	conn, err := a.connect(ctx, r, op.trace)
	if err != nil {
		return nil, err
	}
	op.conn = conn
	conn.Limiter.Notify(op.show.waits)
	op.options.Auth, op.options.Workers, op.options.Known = rightsOf(conn), r.workers, conn.Profile.Knowledge()
	return op, nil
}

// trace says each call, where that was asked for.
func (op *operation) trace(t zoho.Attempt) {
	if op.global.verbose {
		op.show.line(attemptText(t))
	}
}

// attemptText is a call in one line.
func attemptText(t zoho.Attempt) string {
	text := fmt.Sprintf("%s %s: %d", t.Method, t.Op, t.Status)
	if t.Code != "" {
		text += " " + t.Code
	}
	return fmt.Sprintf("%s in %s after a wait of %s", term.Safe(text), brief(t.Took), brief(t.Wait))
}

// desk is the workspace that the command line names, with the operation's connection.
func (op *operation) desk() *importer.Workspace {
	return &importer.Workspace{Reports: op.global.reports, Scratch: op.scratch, Connection: op.connection()}
}

// connection is what a run has of the service, and who watches it.
func (op *operation) connection() importer.Connection {
	return importer.Connection{
		Service: op.conn.Client, Limiter: op.conn.Limiter, Rate: op.conn.Rate, Observer: op.show, Clock: op.Now,
	}
}

// open opens a run that was made before, if it stands in one of the given states. "" is the newest.
func (op *operation) open(ctx context.Context, name string, states ...importer.State) error {
	run, err := op.desk().Open(name, op.options, states...)
	if err != nil {
		return err
	}
	op.run, op.command = run, run.About().Command
	return op.enter(ctx)
}

// enter takes the organisation for this run, once: it asks whose login this is, and keeps other sending runs out.
func (op *operation) enter(ctx context.Context) error {
	if op.entered {
		return nil
	}
	err := op.run.Enter(ctx, importer.Place{
		ZOID: op.conn.ZOID, Organisation: op.conn.Profile.Organisation,
		Profile: op.conn.Profile.Name, DC: op.conn.DC, Locks: op.conn.Locks(),
	})
	if err != nil {
		return err
	}
	op.entered = true
	if op.dry || op.waiting { // a plan only reads
		return nil
	}
	return op.run.Reserve()
}

// close lets go of everything.
func (op *operation) close() {
	errs := []error{op.conn.Close()}
	if op.run != nil {
		if op.dry {
			errs = append(errs, op.run.Discard())
		} else {
			errs = append(errs, op.run.Close())
		}
	}
	if op.scratch != "" {
		errs = append(errs, os.RemoveAll(op.scratch))
	}
	if err := errors.Join(errs...); err != nil {
		op.notice(err.Error())
	}
}

// do runs what a command does with its run, and finishes the run however that ends: a panic too.
func (op *operation) do(work func() error) error { return op.finish(problem.Guard(work)) }

// finish writes the reports, says how the run ended, and gives the exit code. A sheet that was refused whole has left no
// run to speak of.
func (op *operation) finish(why error) error {
	op.show.end()
	if op.run != nil && !op.dry {
		why = op.reportable(why, op.run.Dir)
	}
	switch {
	case op.run == nil:
		return why
	case op.dry:
		return op.rehearsed(why)
	}
	if broken := op.run.Broken(); broken != nil {
		return broken // the reports' disk is the journal's
	}
	summary, missing, err := op.run.Finish(context.WithoutCancel(op.Hard), importer.ReportOptions{NoBOM: op.send.noBOM, Password: op.kept})
	op.warnReports(op.run.Name(), missing)
	if err = errors.Join(err, op.conn.Remember(op.run.ZOID, op.run.Known())); err != nil {
		return errors.Join(why, err)
	}
	return op.conclude(summary, why)
}
