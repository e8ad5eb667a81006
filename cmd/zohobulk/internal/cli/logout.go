package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zohobulk/zoho/connect"
)

func newLogoutCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "revoke and forget a login",
		Long: `logout has Zoho revoke the login, and deletes it from the keyring or the file, with its access token. The profile
stays, with what was learnt; a login in the environment or behind a secret_command is not deleted: take it away there.

--json prints {schema, profile, revoked, deleted}, where deleted is the place that the login was deleted from.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context()) },
	}
}

type logoutDocument struct {
	Schema  int           `json:"schema"`
	Profile string        `json:"profile"`
	Revoked bool          `json:"revoked"`
	Deleted connect.Place `json:"deleted"`
}

func (a *app) logout(ctx context.Context) error {
	if a.global.sandbox {
		return usagef("--sandbox has no login to forget")
	}
	c, err := a.ownConnector()
	if err != nil {
		return err
	}
	out, err := c.Logout(ctx, a.choice(&rateFlags{}))
	if out == nil {
		return err
	}
	a.notice(fmt.Sprintf("logged out: the login of profile %q is deleted from %s", out.Profile, out.Where))
	if err != nil {
		return err
	}
	var login *connect.LoginError
	if errors.As(out.Why, &login) { // it may be revoked already: nothing is left to do here
		a.notice(login.Message + "; " + withRemedies(login.Hint, waysOf(login)))
	}
	if a.global.json {
		return a.printJSON(logoutDocument{schemaVersion, out.Profile, out.Revoked, out.Place})
	}
	a.notice("next: " + withProfile("zohobulk login", out.Profile))
	return nil
}
