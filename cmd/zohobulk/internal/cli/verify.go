package cli

import (
	"context"
	"errors"
	"fmt"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
)

// verified reads the changed users again after a run, where that was asked for, and says what was found. why is how the run
// ended: one that was stopped has no way to the service any more, but a pilot has done what it should.
func (op *operation) verified(ctx context.Context, why error) error {
	switch {
	case !op.send.verify:
		return why
	case why != nil && !importer.Pilot(why):
		op.screen.Linef("the changed users were not read again, since the run was stopped; resume --verify does it at its end")
		return why
	case why != nil:
		if err := op.reconnect(ctx); err != nil {
			return errors.Join(err, why)
		}
	}
	op.show.end()
	op.show.verifying()
	v, err := op.run.Verify(ctx)
	op.show.end()
	if err != nil {
		return err
	}
	return op.showVerified(v, why)
}

// reconnect makes a new way to the service: that of a run that has ended early is closed.
func (op *operation) reconnect(ctx context.Context) error {
	conn, err := op.connect(ctx, op.rate, op.trace)
	if err != nil {
		return err
	}
	if err := op.conn.Close(); err != nil {
		op.notice(err.Error())
	}
	op.conn = conn
	conn.Limiter.Notify(op.show.waits)
	op.run.Reconnect(op.connection())
	return nil
}

// showVerified says how many changes are seen, and names the first that are not.
func (op *operation) showVerified(v importer.Verified, why error) error {
	if v.Accounts == 0 {
		return why
	}
	s := op.screen
	s.Linef("%s %s", s.Paint(term.Bold, "verified:"), list(
		counted(v.Seen, "user is", "users are")+" as sent", some(v.NotSeen, "accepted and not seen")))
	if v.NotSeen == 0 {
		return why
	}
	if err := op.showNotSeen(); err != nil {
		return err
	}
	if why != nil {
		op.say(why)
	}
	return outcome{exitRows}
}

func (op *operation) showNotSeen() error {
	unseen, err := op.run.NotSeen()
	for i, p := range unseen {
		if i == shownProblems {
			op.screen.Linef("  … and %s", counted(len(unseen)-i, "other row", "other rows"))
			break
		}
		op.screen.Para(fmt.Sprintf("  row %d: %s", p.Row, term.Safe(reasonOf(p))), 4)
	}
	return err
}
