package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/profile"
)

func newStatusCommand(a *app) *cobra.Command {
	r := rateFlags{maxWait: time.Hour}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "show the connection: user, role, organisation, permissions, rate",
		Long: `status shows where a profile leads, and tries it without changing anything: it reads the own account and one user
of the organisation. Whether updates are allowed is not known before the first one. Secrets are shown by their first
letters only.

--json prints {schema, profile, dc, accounts_url, mail_url, auth, connected, user, role, zoid, organisation,
scopes: [{scope, state: granted|missing|unknown}], rate, secrets: {place: environment|secret_command|keyring|file|"",
client_id, client_secret, refresh_token}, token: {cached, expires_at}, directory_size, probe: {user, at, answers}}, and
error: {code, message, hint} where it is not connected.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context(), &r) },
	}
	r.addRate(cmd.Flags())
	return cmd
}

// The states of a permission.
const (
	granted = "granted"
	missing = "missing"
	unknown = "unknown"
)

type statusDocument struct {
	Schema       int          `json:"schema"`
	Profile      string       `json:"profile"`
	DC           string       `json:"dc"`
	Accounts     string       `json:"accounts_url"`
	Mail         string       `json:"mail_url"`
	Auth         string       `json:"auth"`
	Connected    bool         `json:"connected"`
	User         string       `json:"user"`
	Role         string       `json:"role"`
	ZOID         string       `json:"zoid"`
	Organisation string       `json:"organisation"`
	Scopes       []scopeState `json:"scopes"`
	Rate         string       `json:"rate"`
	Secrets      shownSecrets `json:"secrets"`
	Token        shownToken   `json:"token"`
	Users        int          `json:"directory_size"`
	Probe        shownProbe   `json:"probe"`
	Error        *errorBody   `json:"error,omitempty"`
}

type scopeState struct {
	Scope string `json:"scope"`
	State string `json:"state"`
}

// shownSecrets are secrets by their first letters.
type shownSecrets struct {
	Place        string `json:"place"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
}

type shownToken struct {
	Cached    bool   `json:"cached"`
	ExpiresAt string `json:"expires_at"`
}

type shownProbe struct {
	User    string         `json:"user"`
	At      string         `json:"at"`
	Answers profile.Learnt `json:"answers"`
}

func (a *app) status(ctx context.Context, r *rateFlags) error {
	at, err := a.site(a.folders())
	if err != nil {
		return err
	}
	err = a.unlock(ctx, at.connection(), &at.place)
	d := a.describe(at)
	d.Rate = first(r.rate, d.Rate)
	if err == nil {
		err = a.tryOut(ctx, at, r, &d)
	}
	if err != nil {
		r := a.refusal(err)
		d.Error = &errorBody{r.Code, a.secrets.Redact(r.Message), r.Hint}
	}
	if a.global.json {
		err = errors.Join(err, a.printJSON(d))
	} else {
		a.showStatus(at, d)
	}
	if err != nil {
		return outcome{a.say(err)}
	}
	return nil
}

// describe is what is known without a call.
func (a *app) describe(at site) statusDocument {
	p, c := at.profile, at.credentials
	d := statusDocument{
		Schema: schemaVersion, Profile: p.Name, DC: at.dc, Accounts: at.accounts, Mail: at.mail,
		Auth: first(p.Auth, string(importer.AuthAdmin)), User: p.User, Role: p.Role, ZOID: first(a.global.zoid, p.ZOID),
		Organisation: p.Organisation, Rate: first(p.Rate, zoho.DefaultRate.String()), Users: p.Users, Probe: shownProbe{Answers: p.Learnt()},
		Secrets: shownSecrets{string(a.keeper(at.folders).Place(p)), c.ClientID.Hint(), c.ClientSecret.Hint(), c.RefreshToken.Hint()},
	}
	if a.global.sandbox {
		d.Secrets.Place, d.Rate = "", zoho.Unlimited.String()
	}
	if p.Probe != nil {
		d.Probe.User, d.Probe.At = p.Probe.User, p.Probe.At.UTC().Format(time.RFC3339)
	}
	d.Scopes = unknownScopes(importer.Auth(d.Auth))
	return d
}

func unknownScopes(rights importer.Auth) []scopeState {
	scopes := auth.AdminScopes
	if rights == importer.AuthUser {
		scopes = auth.UserScopes
	}
	var states []scopeState
	for _, s := range scopes {
		states = append(states, scopeState{s, unknown})
	}
	return states
}

// tryOut asks the service who this is and what it may read.
func (a *app) tryOut(ctx context.Context, at site, r *rateFlags, d *statusDocument) error {
	conn := at.connection()
	if err := a.dial(ctx, conn, at.place, r, a.traced); err != nil {
		return err
	}
	defer func() { _ = conn.close() }()
	who, err := askCaller(ctx, conn.client, zoho.ID(d.ZOID))
	d.found("ZohoMail.accounts.READ", err)
	d.token(at)
	if err != nil {
		return serviceError(err)
	}
	d.User, d.Role, d.ZOID = who.account.PrimaryEmail, who.account.Role, string(who.zoid)
	if err := who.check(importer.Auth(d.Auth)); err != nil {
		return err
	}
	if d.Auth == string(importer.AuthAdmin) {
		_, err = conn.client.Accounts(ctx, who.zoid, 0, 1)
		d.found("ZohoMail.organization.accounts.READ", err)
	}
	d.Connected = err == nil
	return serviceError(err)
}

// found notes what a call says of a permission: success that it is there, one kind of error that it is not.
func (d *statusDocument) found(scope string, err error) {
	for i := range d.Scopes {
		switch {
		case d.Scopes[i].Scope != scope:
		case err == nil:
			d.Scopes[i].State = granted
		case zoho.IsKind(err, zoho.Scope):
			d.Scopes[i].State = missing
		}
	}
}

func (d *statusDocument) token(at site) {
	if t, alive := (auth.Cache{Folder: at.folders.Tokens()}).Peek(at.accounts, at.credentials); alive {
		d.Token = shownToken{Cached: true, ExpiresAt: t.Expires.UTC().Format(time.RFC3339)}
	}
}

// showStatus is the same for a person.
func (a *app) showStatus(at site, d statusDocument) {
	s := term.New(a.Out, term.Options{NoColor: true, Env: a.Env})
	row := func(label, format string, args ...any) {
		s.Linef("%-14s %s", label, term.Safe(fmt.Sprintf(format, args...)))
	}
	row("profile", "%s", d.Profile)
	row("data centre", "%s (%s, %s)", first(d.DC, "unknown"), d.Accounts, d.Mail)
	row("login", "%s", first(a.keeper(at.folders).Where(auth.Place(d.Secrets.Place), d.Profile)))
	if d.Secrets.ClientID != "" {
		row("", "client id %s, client secret %s, refresh token %s", d.Secrets.ClientID, d.Secrets.ClientSecret, d.Secrets.RefreshToken)
	}
	if d.Token.Cached {
		row("access token", "cached until %s", d.Token.ExpiresAt)
	}
	row("user", "%s", first(d.User, "not known"))
	row("role", "%s", first(d.Role, "not told"))
	row("organisation", "%s", list(d.Organisation, first(d.ZOID, "none")))
	row("rights", "%s", d.Auth)
	for _, scope := range d.Scopes {
		word := scope.State
		if word == unknown && d.Connected {
			word = "unknown until the first update"
		}
		row("", "%s: %s", scope.Scope, word)
	}
	row("rate", "%s", d.Rate)
	if d.Users > 0 {
		row("directory", "%s when last read", counted(d.Users, "user"))
	}
	if d.Probe.User != "" {
		row("probe", "%s on %s", d.Probe.At, d.Probe.User)
		for _, line := range answerTable(d.Probe.Answers, nil) {
			row("", "%s: %s", line[0], line[1])
		}
	}
	if d.Connected {
		a.notice("connected")
	}
}
