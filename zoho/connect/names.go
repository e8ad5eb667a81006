package connect

import (
	"context"
	"os/exec"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/probe"
)

// What callers need of the packages below, under names of this one: commands and the local page import no other.
type (
	// Secret is a text that never prints. Reveal returns it.
	Secret = auth.Secret
	// Redactor cuts secrets out of what is about to be written.
	Redactor = auth.Redactor
	// Place is where a login is kept.
	Place = auth.Place
	// Browser is how a browser login talks to the person at the machine.
	Browser = auth.Browser
	// DevicePrompt is what a person types on another machine.
	DevicePrompt = auth.Prompt
	// LoginError is a login that does not work.
	LoginError = auth.Error
	// ProbeCall is one call of a probe with what it was for.
	ProbeCall = probe.Call
	// ProbeResult is what came of a probe.
	ProbeResult = probe.Result
	// NotPutBack is a user whom a probe could not put back.
	NotPutBack = probe.NotPutBack
)

// The places where a login can be.
const (
	InEnvironment = auth.Environment
	InCommand     = auth.FromCommand
	InKeyring     = auth.Keyring
	InFile        = auth.File
	Nowhere       = auth.Nowhere
)

// The codes of a LoginError that callers act on.
const (
	CodeNotLoggedIn  = auth.CodeNotLoggedIn // no login is there
	CodeLogInAgain   = auth.CodeLogInAgain  // it was revoked
	CodeCodeRefused  = auth.CodeGrant       // another code may be tried
	CodeTooManyAsked = auth.CodeThrottled   // it works later
)

// DefaultPort is where a browser login comes back to, unless told otherwise.
const DefaultPort = auth.DefaultPort

// ProbeCalls is about how many calls a probe makes.
const ProbeCalls = probe.Calls

// Program is how this program starts another one, which gets the environment without the secrets. ctx ends it.
func Program(ctx context.Context, name string, args ...string) *exec.Cmd {
	return auth.Command(ctx, name, args...)
}
