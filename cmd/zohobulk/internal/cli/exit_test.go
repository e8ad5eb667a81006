package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

func TestRefusal(t *testing.T) {
	bad := problem.Refuse("no-such-file", "look", "staff.csv: no such file")
	for _, test := range []struct {
		err  error
		code string
		exit int
	}{
		{&zoho.Error{Op: "read", Kind: zoho.Auth}, "token-refused", exitNotAllowed},
		{&zoho.Error{Op: "read", Kind: zoho.Scope}, "scope-missing", exitNotAllowed},
		{&zoho.Error{Op: "read", Kind: zoho.Role}, "not-allowed", exitNotAllowed},
		{&zoho.Error{Op: "read", Kind: zoho.Throttled}, "throttled", exitStopped},
		{&zoho.Error{Op: "read", Kind: zoho.Unreachable}, "unreachable", exitFailed},
		{&zoho.Error{Op: "read", Kind: zoho.Shape}, "wrong-service", exitFailed},
		{&zoho.Error{Op: "read", Kind: zoho.Transient}, "service-trouble", exitFailed},
		{&zoho.Error{Op: "read", Kind: zoho.Auth, Err: &auth.Error{Code: auth.CodeLogInAgain}}, auth.CodeLogInAgain, exitNotAllowed},
		{&zoho.Error{Op: "read", Kind: zoho.Unreachable, Err: context.Canceled}, "interrupted", exitStopped},
		{bad, "no-such-file", exitFailed},
		{fmt.Errorf("read: %w", &problem.Refusal{Code: "no-admin", Exit: exitNotAllowed}), "no-admin", exitNotAllowed},
		{usagef("which sheet?"), "usage", exitUsage},
		{errors.New("disk full"), "failed", exitFailed},
		{declined{}, "declined", exitStopped},
	} {
		a := &app{ran: true}
		if r := a.refusal(test.err); r.Code != test.code || r.Exit != test.exit {
			t.Errorf("%v: code %s, exit %d; want %s, %d", test.err, r.Code, r.Exit, test.code, test.exit)
		}
	}
}

// What stops a run comes back from its workers and from its feeder: it is said once.
func TestRefusalSaysEachSentenceOnce(t *testing.T) {
	e := &zoho.Error{Op: "read own account", Kind: zoho.Auth, Status: 401}
	r := (&app{ran: true}).refusal(errors.Join(e, e, errors.New("the journal is full")))
	if want := "read own account: 401; the journal is full"; r.Message != want {
		t.Errorf("said %q, want %q", r.Message, want)
	}
	if r.Hint != e.Hint() {
		t.Errorf("hint %q, want %q", r.Hint, e.Hint())
	}
}
