package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/zoho/connect"
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

type statusDocument struct {
	Schema int `json:"schema"`
	connect.Status
	Error *errorBody `json:"error,omitempty"`
}

func (a *app) status(ctx context.Context, r *rateFlags) error {
	st, err := a.connector().Status(ctx, a.choice(r))
	if st == nil {
		return err
	}
	d := statusDocument{Schema: schemaVersion, Status: *st}
	if err != nil {
		r := a.refusal(err)
		d.Error = &errorBody{r.Code, a.secrets.Redact(r.Message), r.Hint}
	}
	if a.global.json {
		err = errors.Join(err, a.printJSON(d))
	} else {
		a.showStatus(d.Status)
	}
	if err != nil {
		return outcome{a.say(err)}
	}
	return nil
}

// showStatus is the same for a person.
func (a *app) showStatus(d connect.Status) {
	s := term.New(a.Out, term.Options{NoColor: true, Env: a.Env})
	row := func(label, format string, args ...any) {
		s.Linef("%-14s %s", label, term.Safe(fmt.Sprintf(format, args...)))
	}
	row("profile", "%s", d.Profile)
	row("data centre", "%s (%s, %s)", first(d.DC, "unknown"), d.Accounts, d.Mail)
	row("login", "%s", first(d.Secrets.Where, "nowhere"))
	if d.Secrets.ClientID != "" {
		row("", "client id %s, client secret %s, refresh token %s", d.Secrets.ClientID, d.Secrets.ClientSecret, d.Secrets.RefreshToken)
	}
	if d.Token.Cached {
		row("access token", "cached until %s", d.Token.ExpiresAt)
	}
	row("user", "%s", first(d.User, "not known"))
	row("role", "%s", first(d.Role, "not told"))
	row("organisation", "%s", first(d.OrganisationName(), "none"))
	row("rights", "%s", d.Rights)
	for _, scope := range d.Scopes {
		word := scope.State
		if word == connect.Undecided && d.Connected {
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
