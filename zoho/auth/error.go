package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"zohobulk/zoho"
)

// The codes of an Error, in kebab-case as in the machine output.
const (
	CodeNotLoggedIn = "not-logged-in"      // no secrets are to be found
	CodeIncomplete  = "secrets-incomplete" // some of the three secrets are missing
	CodeUnreadable  = "secrets-unreadable" // the place that keeps them cannot be read, or others can read it
	CodeOtherHost   = "other-data-centre"  // the secrets belong to another accounts server
	CodeClient      = "invalid-client"     // wrong client, secret or data centre
	CodeRedirect    = "invalid-redirect"   // the redirect address is not registered
	CodeScope       = "invalid-scope"      // a scope is not known or not allowed for this client
	CodeGrant       = "invalid-code"       // a code that was used, has expired or never was one
	CodeLogInAgain  = "log-in-again"       // the refresh token is revoked or unknown
	CodeThrottled   = "token-throttled"    // too many access tokens were asked for
	CodeDenied      = "login-denied"       // the person refused the login
	CodeExpired     = "login-expired"      // nobody finished the login in time
	CodeNoRefresh   = "no-refresh-token"   // a first exchange that brought no refresh token
	CodeBadAnswer   = "token-answer"       // an answer that is no token and no known error
	CodeNotRevoked  = "not-revoked"        // a logout whose token the service did not revoke
	CodePortTaken   = "port-taken"         // the port that the browser must come back to is in use
	CodeNoAnswer    = "no-answer"          // network: of Unreachable
)

const (
	docsConsole      = "the API console (https://api-console.zoho.com, or your data centre's)"
	maxServiceWords  = 120 // letters of the service's own words that are repeated; a guess at what one line holds
	throttleHint     = "wait until then and start again; asking earlier makes the lock longer. A run that was going can be resumed"
	hintClient       = "compare client id and secret with " + docsConsole + ", and the data centre with the address you log in to Zoho at: each has its own"
	throttledMessage = "Zoho gives no more access tokens for now (ten in ten minutes are allowed)"
)

// Error is a login that does not work. Its text never holds a token, a code or a secret.
type Error struct {
	Code    string    // a word for machines
	Message string    // what is wrong, lower case, no full stop
	Hint    string    // what to do about it, "" if the remedies say it
	Until   time.Time // for CodeThrottled: when to try again

	Remedies []zoho.Remedy // what else settles it

	odd string // for CodeBadAnswer: what came instead of a token
}

func (e *Error) Error() string { return e.Message }

// Reason gives the error's word, sentence and advice.
func (e *Error) Reason() (code, message, hint string) { return e.Code, e.Message, e.Hint }

// Ways returns what else settles the error.
func (e *Error) Ways() []zoho.Remedy { return e.Remedies }

// Unreachable is an accounts server that gave no usable answer: the network, or the server itself.
type Unreachable struct {
	Host string // the server asked
	Err  error  // why, without the address's query
}

func (u *Unreachable) Error() string {
	return fmt.Sprintf("%s gave no usable answer: %v", u.Host, u.Err)
}

func (u *Unreachable) Unwrap() error { return u.Err }

// Temporary tells that the same may go well a little later.
func (u *Unreachable) Temporary() bool { return true }

// Reason gives the error's word, sentence and advice.
func (u *Unreachable) Reason() (code, message, hint string) {
	return CodeNoAnswer, u.Error(), "check the network and any proxy (HTTPS_PROXY), then try again"
}

// refused gives an error of the token endpoint its sentence. During a login a bad code is the code just typed; later
// it is the refresh token. The secrets that were sent are cut out of the server's words, which may repeat them.
func refused(code, description string, login bool, sent ...Secret) *Error {
	switch strings.ToLower(strings.TrimSpace(code)) {
	case "invalid_code", "invalid_grant":
		if login {
			return &Error{Code: CodeGrant, Message: "Zoho rejected the code: it is used up, too old or not complete",
				Hint: "create a new one; it works once and only for a few minutes"}
		}
		return &Error{Code: CodeLogInAgain, Message: "Zoho no longer takes the saved login: it was revoked or pushed out by newer logins",
			Remedies: []zoho.Remedy{{Way: zoho.LogIn}}}
	case "invalid_client":
		return &Error{Code: CodeClient, Message: "Zoho does not know this client: wrong client id, client secret or data centre", Hint: hintClient,
			Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}}}
	case "invalid_client_secret":
		return &Error{Code: CodeClient, Message: "Zoho does not take the client secret: it is wrong, or that of another data centre", Hint: hintClient,
			Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}}}
	case "invalid_redirect_uri":
		return &Error{Code: CodeRedirect, Message: "Zoho does not take the redirect address: it is not registered for this client letter by letter",
			Hint: "add the redirect address shown to the client in " + docsConsole}
	case "invalid_scope":
		return &Error{Code: CodeScope, Message: "Zoho does not take the scopes asked for", Hint: "copy them with commas and no blanks",
			Remedies: []zoho.Remedy{{Way: zoho.ShowScopes}}}
	case "access_denied": // of the browser and the device: a person pressed "Reject"
		return &Error{Code: CodeDenied, Message: "the login was refused in the browser", Hint: "log in again and press Accept"}
	case "access denied": // of the token endpoint, with a blank: its throttle. The description may be localised
		return &Error{Code: CodeThrottled, Message: throttledMessage, Hint: throttleHint}
	}
	said := quoteService(code+" "+description, sent...)
	return &Error{Code: CodeBadAnswer, Message: "Zoho refused the login: " + said, Remedies: []zoho.Remedy{{Way: zoho.LogIn}}, odd: said}
}

// quoteService repeats the service's own words, without secrets and then shortened: half a secret is known for none.
func quoteService(words string, secrets ...Secret) string {
	var r Redactor
	r.Add(secrets...)
	text := r.Redact(strings.Join(strings.Fields(words), " "))
	if runes := []rune(text); len(runes) > maxServiceWords {
		text = string(runes[:maxServiceWords]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// judge makes one of our errors out of what oauth2 returned, and lets nothing of a request or an answer through.
func judge(host string, err error, login bool, sent ...Secret) error {
	var answer *oauth2.RetrieveError
	var mine *Error
	var reach *Unreachable
	var transport *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mine):
		return mine
	case errors.As(err, &reach):
		return reach
	case errors.As(err, &answer) && answer.ErrorCode != "":
		return refused(answer.ErrorCode, answer.ErrorDescription, login, sent...)
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &transport):
		return &Unreachable{Host: host, Err: transport.Err} // not transport itself: its URL may carry a token
	}
	return &Error{Code: CodeBadAnswer, Message: host + " answered with something that is no token",
		Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}}, odd: "something that is no token"}
}

// blame says of a refusal by the accounts server where the refused secret came from, so that a person mends it there.
func (o Origin) blame(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case e.Code == CodeLogInAgain && o.Place == Environment:
		return &Error{Code: e.Code, Message: "Zoho refused " + EnvRefreshToken + " (from the environment): characters are missing, it was revoked, or it belongs to another data centre",
			Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}, {Way: zoho.ExportLogin}}}
	case e.Code == CodeLogInAgain && o.Place == FromCommand:
		return &Error{Code: e.Code, Message: "Zoho refused the refresh token that " + o.Where + " printed: characters are missing, it was revoked, or it belongs to another data centre",
			Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}, {Way: zoho.ExportLogin}}}
	case e.Code == CodeLogInAgain && o.Where != "":
		return &Error{Code: e.Code, Message: "Zoho no longer takes the login saved in " + o.Where + ": it was revoked or pushed out by newer logins",
			Remedies: e.Remedies}
	case e.Code == CodeClient && o.Place == Environment:
		return &Error{Code: e.Code, Message: e.Message + " (" + EnvClientID + " and " + EnvClientSecret + " come from the environment)",
			Hint: e.Hint, Remedies: e.Remedies}
	case e.Code == CodeClient && o.Where != "":
		return &Error{Code: e.Code, Message: e.Message + " (both come from " + o.Where + ")", Hint: e.Hint, Remedies: e.Remedies}
	}
	return err
}
