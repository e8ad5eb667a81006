package connect

import (
	"context"
	"fmt"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// Variable is an environment variable.
type Variable struct {
	Name  string
	Value string // may be a secret: it is for the one place that a person asked to have it in
}

// Saved reports whether the profile of a login holds a login that this program saved.
func (l *Login) Saved() bool { return l.site.Profile.Secrets != auth.Nowhere }

// Export returns the environment variables that stand for a profile's saved login, as a scheduled job needs them. They hold the
// secrets themselves: ask a person first, and write them nowhere else.
func (c *Connector) Export(ctx context.Context, choice Choice) ([]Variable, error) {
	s, err := c.Find(choice)
	if err != nil {
		return nil, err
	}
	saved := s.Profile.saved()
	if saved.Place == auth.Nowhere {
		return nil, &zoho.Refusal{Code: CodeNotExported, Message: fmt.Sprintf("profile %q has no saved login", s.Profile.Name),
			Remedies: []zoho.Remedy{{Way: zoho.LogIn, Args: []string{s.Profile.Name}}}}
	}
	// Not what the environment or a secret_command holds: the person has that already.
	own := auth.Keeper{Folder: c.Folders.Secrets(), Env: func(string) string { return "" }}
	saved.Command = nil
	found, err := own.Find(ctx, saved)
	if err != nil {
		return nil, err
	}
	c.hide(found.Secrets()...)
	return []Variable{
		{auth.EnvClientID, found.ClientID.Reveal()},
		{auth.EnvClientSecret, found.ClientSecret.Reveal()},
		{auth.EnvRefreshToken, found.RefreshToken.Reveal()},
	}, nil
}
