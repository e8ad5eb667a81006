package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// The exit codes, in the order in which the first that applies is taken: 2, 4, 1, 5, 3, 0.
const (
	exitDone       = 0
	exitFailed     = 1
	exitUsage      = 2
	exitRows       = 3
	exitNotAllowed = 4
	exitStopped    = 5
)

const exitHelp = `

Exit codes:
  0  all that was asked is done
  1  it could not be done: file, network, disk, service, a safety limit for the whole run
  2  the command line is wrong
  3  finished, and some rows are invalid or failed; or held back because rows are invalid
  4  not logged in, or not allowed
  5  stopped before the end (Ctrl-C, --max-errors, --max-duration, --max-wait)`

// outcome is an exit code whose command has already said all there is to say.
type outcome struct{ code int }

func (o outcome) Error() string { return fmt.Sprintf("exit code %d", o.code) }

// usage marks an error of the command line.
func usage(err error) error {
	return &problem.Refusal{
		Code: "usage", Message: err.Error(), Hint: "zohobulk help shows the commands; --help after a command its flags",
		Exit: exitUsage, Err: err,
	}
}

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// coder is an error that knows its exit code.
type coder interface{ ExitCode() int }

// coded is an error with a word for machines and advice for people.
type coded interface {
	Reason() (code, message, hint string)
}

// exit says what went wrong, on standard error or as JSON, and gives the exit code.
func (a *app) exit(err error) int {
	var said outcome
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &said):
		return said.code
	}
	if a.global.json {
		_ = a.printError(err)
	}
	return a.say(err)
}

// exitCode is the exit code of an error, without a word about it.
func (a *app) exitCode(err error) int {
	var said outcome
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &said):
		return said.code
	}
	return a.refusal(err).Exit
}

// printError writes an error as the one document of a command with --json.
func (a *app) printError(err error) error {
	r := a.refusal(err)
	return a.printJSON(errorDocument{Schema: schemaVersion, Error: errorBody{r.Code, a.secrets.Redact(r.Message), r.Hint}})
}

// say puts an error on standard error, with what to do about it, and gives its exit code.
func (a *app) say(err error) int {
	r := a.refusal(err)
	fmt.Fprintf(a.Err, "zohobulk: %s\n", r.Message)
	if r.Hint != "" {
		fmt.Fprintf(a.Err, "  %s\n", r.Hint)
	}
	return r.Exit
}

// refusal gives any error the form of a refusal, with its exit code.
func (a *app) refusal(err error) problem.Refusal {
	err = settingError(err)
	r := problem.Refusal{Code: "failed", Message: once(err.Error()), Exit: exitFailed}
	var refused *problem.Refusal
	var reason coded
	var code coder
	var service *zoho.Error
	switch {
	case errors.As(err, &refused):
		r.Code, r.Hint, r.Exit = refused.Code, hintOf(refused), max(refused.Exit, exitFailed)
	case errors.As(err, &reason):
		r.Code, r.Message, r.Hint = reason.Reason()
		if flag := stopFlags[r.Code]; flag != "" {
			r.Message += " (" + flag + ")"
		}
		r.Hint, r.Exit = withRemedies(r.Hint, waysOf(reason)), reasonExit(reason, r.Code)
	case errors.Is(err, context.Canceled):
		r.Code, r.Message, r.Exit = "interrupted", "interrupted", exitStopped
	case errors.As(err, &service):
		r.Code, r.Hint, r.Exit = service.Kind.String(), service.Hint(), serviceExit(service.Kind)
	case !a.ran:
		return *usage(err).(*problem.Refusal)
	}
	if errors.As(err, &code) {
		r.Exit = code.ExitCode()
	}
	return r
}

// waysOf are the remedies of an error of a login.
func waysOf(reason coded) []problem.Remedy {
	known, ok := reason.(interface{ Ways() []zoho.Remedy })
	if !ok {
		return nil
	}
	var remedies []problem.Remedy
	for _, r := range known.Ways() {
		remedies = append(remedies, problem.Remedy{Way: problem.Way(r.Way), Args: r.Args})
	}
	return remedies
}

// reasonExit is the exit code of an error of a login: what is refused because of who asks is "not allowed".
func reasonExit(reason coded, code string) int {
	switch reason.(type) {
	case *connect.LoginError:
		if code == connect.CodeTooManyAsked { // it works later
			return exitStopped
		}
		return exitNotAllowed
	case *zoho.Refusal:
		if code == zoho.CodeNoAdmin || code == zoho.CodeNoOrganisation || code == connect.CodeNoProfile || code == connect.CodeNotExported {
			return exitNotAllowed
		}
	}
	return exitFailed
}

// serviceExit is the exit code of an answer of the service that ends a command.
func serviceExit(k zoho.Kind) int {
	switch k {
	case zoho.Auth, zoho.Scope, zoho.Role:
		return exitNotAllowed
	case zoho.Throttled: // it was not waited for any longer
		return exitStopped
	}
	return exitFailed
}

// once leaves out the lines of a joined error that were said before: what stops a run can come back from each of its parts.
func once(text string) string {
	var said []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(said, line) {
			said = append(said, line)
		}
	}
	return strings.Join(said, "; ")
}

// schemaVersion is the version of the documents that --json prints.
const schemaVersion = 1

type errorDocument struct {
	Schema int       `json:"schema"`
	Error  errorBody `json:"error"`
}

type errorBody struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// printJSON writes the one document of a command with --json.
func (a *app) printJSON(document any) error {
	e := json.NewEncoder(a.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}
