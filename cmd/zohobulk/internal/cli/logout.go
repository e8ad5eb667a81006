package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zohobulk/importer/problem"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/profile"
)

func newLogoutCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "revoke and forget a login",
		Long: `logout has Zoho revoke the login, and deletes it from the keyring or the file, with its access token. The profile
stays, with what was learnt; a login in the environment or behind a secret_command is not ours to delete.

--json prints {schema, profile, revoked, deleted}, where deleted is the place that the login was deleted from.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context()) },
	}
}

type logoutDocument struct {
	Schema  int    `json:"schema"`
	Profile string `json:"profile"`
	Revoked bool   `json:"revoked"`
	Deleted string `json:"deleted"`
}

func (a *app) logout(ctx context.Context) error {
	if a.global.sandbox {
		return usagef("--sandbox has no login to forget")
	}
	folders, err := profile.System()
	if err != nil {
		return err
	}
	at, err := a.site(folders)
	if err != nil {
		return err
	}
	keeper := a.keeper(at.folders)
	switch place := keeper.Place(at.profile); place {
	case auth.Environment, auth.FromCommand:
		return problem.Refuse("not-ours", "take it away there; Zoho lists it under Sessions, Connected apps at "+at.accounts+"/home",
			"the login is in %s, and zohobulk did not put it there", keeper.Where(place, at.profile.Name))
	case auth.Nowhere:
		return a.unlock(ctx, at.connection(), &at.place)
	}
	return a.forget(ctx, keeper, at)
}

// forget revokes first, since a login that is deleted can't be revoked any more; it deletes whatever came of that.
func (a *app) forget(ctx context.Context, keeper auth.Keeper, at site) error {
	revoked := a.unlock(ctx, at.connection(), &at.place)
	if revoked == nil {
		revoked = at.revoke(ctx)
	}
	place := auth.Place(at.profile.Secrets)
	err := keeper.Forget(ctx, at.profile.Name, place)
	if at.credentials.Complete() {
		err = errors.Join(err, auth.Cache{Folder: at.folders.Tokens()}.Forget(at.accounts, at.credentials))
	}
	if err != nil {
		return err
	}
	at.profile.Secrets = ""
	if err := at.folders.Profiles().Save(at.profile); err != nil {
		return err
	}
	a.notice(fmt.Sprintf("logged out: the login of profile %q is deleted from %s", at.profile.Name, keeper.Where(place, at.profile.Name)))
	var login *auth.Error
	switch {
	case errors.As(revoked, &login): // it may be revoked already: nothing is left to do here
		a.notice(login.Message + "; " + login.Hint)
	case revoked != nil:
		return problem.Refuse(auth.CodeNotRevoked, "remove it under Sessions, Connected apps at "+at.accounts+"/home",
			"the login is deleted here, and still good at Zoho: %v", revoked)
	}
	if a.global.json {
		return a.printJSON(logoutDocument{schemaVersion, at.profile.Name, revoked == nil, string(place)})
	}
	next := "next: zohobulk login"
	if at.profile.Name != profile.Default {
		next += " --profile " + at.profile.Name
	}
	a.notice(next)
	return nil
}

// revoke has the service forget the login, if it belongs there.
func (s site) revoke(ctx context.Context) error {
	if err := s.credentials.CheckHost(s.accounts); err != nil {
		return err
	}
	return endpoint(s.accounts, s.http).Revoke(ctx, s.credentials)
}
