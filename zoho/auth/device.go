package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"zohobulk/zoho"
)

const (
	minPoll       = 30 * time.Second // documented: one poll in 30 seconds
	deviceLife    = 5 * time.Minute  // documented, for answers that do not say
	maxDeviceSecs = 3600             // device times above this are milliseconds (both were seen)
)

// Prompt is what a person needs to finish a device login on another machine.
type Prompt struct {
	Address string    // the page to open
	Direct  string    // the same with the code in it, "" if the service gave none
	Code    string    // what to type there; it is worth nothing without the device's own code
	Until   time.Time // when it ends
}

// Device logs in without a browser on this machine: it shows a short code, and asks every 30 seconds whether somebody
// has typed it.
func (l Login) Device(ctx context.Context, show func(Prompt)) (Grant, error) {
	code, wait, p, err := l.device(ctx)
	if err != nil {
		return Grant{}, err
	}
	show(p)
	e := l.Endpoint
	for time.Now().Before(p.Until) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return Grant{}, ctx.Err()
		}
		grant, next, err := l.poll(ctx, e, code)
		if err == nil || !again(err) {
			return grant, err
		}
		e = next
	}
	return Grant{}, deviceExpired()
}

func deviceExpired() *Error {
	return &Error{Code: CodeExpired, Message: "nobody typed the code in time", Remedies: []zoho.Remedy{{Way: zoho.LogInAgain}}}
}

// errPending is a device login that nobody has finished yet.
var errPending = errors.New("login pending")

// again tells whether polling goes on: nobody was there yet, or the network was away for a moment.
func again(err error) bool {
	var reach *Unreachable
	return errors.Is(err, errPending) || errors.As(err, &reach)
}

// device asks for a code that a person can type.
func (l Login) device(ctx context.Context) (code Secret, wait time.Duration, p Prompt, err error) {
	form := url.Values{
		"client_id": {l.ID.Reveal()}, "grant_type": {"device_request"}, "scope": {strings.Join(l.Scopes, ",")},
		"access_type": {"offline"}, "prompt": {"consent"},
	}
	answer, status, err := l.Endpoint.post(ctx, l.Endpoint.at("/oauth/v3/device/code"), form, nil)
	switch {
	case err != nil:
		return "", 0, p, err
	case text(answer, "error") != "":
		return "", 0, p, refused(text(answer, "error"), text(answer, "error_description"), true)
	case status != http.StatusOK || text(answer, "device_code") == "" || text(answer, "user_code") == "":
		return "", 0, p, &Error{Code: CodeBadAnswer, Message: l.Endpoint.Host() + " gave no code for this device",
			Hint: "the client must be of the type Non-browser Application in " + docsConsole}
	}
	p = Prompt{
		Address: firstText(answer, "verification_url", "verification_uri"), Code: text(answer, "user_code"),
		Direct: firstText(answer, "verification_uri_complete", "verification_url_complete"),
		Until:  time.Now().Add(deviceTime(answer, "expires_in", deviceLife)),
	}
	return Secret(text(answer, "device_code")), max(minPoll, deviceTime(answer, "interval", minPoll)), p, nil
}

// poll asks once. The person may belong to another data centre: then the next poll goes there.
func (l Login) poll(ctx context.Context, e Endpoint, code Secret) (Grant, Endpoint, error) {
	config := e.config(l.ID, l.Secret)
	config.Endpoint.TokenURL = e.at("/oauth/v3/device/token")
	config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	t, err := config.Exchange(e.context(ctx), code.Reveal(), oauth2.SetAuthURLParam("grant_type", "device_token"))
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		grant, err := l.granted(e, t, err, code)
		return grant, e, err
	}
	switch strings.ToLower(answer.ErrorCode) {
	case "authorization_pending", "slow_down": // already at the slowest pace that is ever asked for
		return Grant{}, e, errPending
	case "expired", "expired_token":
		return Grant{}, e, deviceExpired()
	case "other_dc":
		return l.move(answer.Body)
	}
	return Grant{}, e, refused(answer.ErrorCode, answer.ErrorDescription, true, l.Secret, code)
}

// move reads where the person's account lives.
func (l Login) move(body []byte) (Grant, Endpoint, error) {
	answer, err := decode(strings.NewReader(string(body)))
	location := firstText(answer, "user_location", "location")
	next, known := l.elsewhere(location)
	if err != nil || !known {
		return Grant{}, l.Endpoint, &Error{Code: CodeOtherHost, Message: "the account lives in another data centre, " + quoteService(location) + ", which is not a known one",
			Hint: "log in again at that data centre", Remedies: []zoho.Remedy{{Way: zoho.CheckDataCentre}}}
	}
	l.say("the account lives in another data centre; going on at " + next.Host())
	return Grant{}, next, errPending
}

// deviceTime reads a time that is in seconds or milliseconds; documents and answers disagree.
func deviceTime(answer map[string]any, key string, otherwise time.Duration) time.Duration {
	n, ok := number(answer, key)
	switch {
	case !ok:
		return otherwise
	case n > maxDeviceSecs:
		return time.Duration(n) * time.Millisecond
	}
	return time.Duration(n) * time.Second
}

func firstText(answer map[string]any, keys ...string) string {
	for _, key := range keys {
		if value := text(answer, key); value != "" {
			return value
		}
	}
	return ""
}
