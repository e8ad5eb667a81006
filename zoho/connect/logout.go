package connect

import (
	"context"
	"errors"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// LoggedOut is a login that was deleted.
type LoggedOut struct {
	Profile string
	Place   auth.Place // where it was
	Where   string     // the place in words
	Revoked bool       // Zoho has forgotten it too
	Why     error      // why it was not revoked: an *auth.Error where it may be revoked already and nothing is left to do
}

// Logout has Zoho revoke the login of a choice's profile and deletes it here, whatever came of that. The profile stays, with what
// was learnt. A login that is still good at Zoho is an error, beside what was done here.
func (c *Connector) Logout(ctx context.Context, choice Choice) (*LoggedOut, error) {
	s, err := c.findNew(choice)
	if err != nil {
		return nil, err
	}
	switch place := c.keeper().Place(s.Profile.saved()); place {
	case auth.Environment, auth.FromCommand:
		return nil, &zoho.Refusal{Code: CodeNotOurs,
			Message: "the login is in " + c.keeper().Where(place, s.Profile.Name) + ", and this program did not put it there",
			Hint:    "take it away there; Zoho lists it under Sessions, Connected apps at " + s.Accounts + "/home"}
	case auth.Nowhere:
		return nil, c.unlock(ctx, s)
	}
	return c.forget(ctx, s)
}

// forget revokes first, since a login that is deleted can't be revoked any more.
func (c *Connector) forget(ctx context.Context, s *Site) (*LoggedOut, error) {
	out := &LoggedOut{Profile: s.Profile.Name, Place: s.Profile.Secrets, Where: c.keeper().Where(s.Profile.Secrets, s.Profile.Name)}
	if out.Why = c.unlock(ctx, s); out.Why == nil {
		out.Why = c.revoke(ctx, s)
	}
	out.Revoked = out.Why == nil
	err := c.keeper().Forget(ctx, s.Profile.Name, out.Place)
	if s.credentials.Complete() {
		err = errors.Join(err, c.cache().Forget(s.Accounts, s.credentials))
	}
	if err != nil {
		return nil, err
	}
	s.Profile.Secrets = auth.Nowhere
	if err := c.Folders.Profiles().Save(s.Profile); err != nil {
		return nil, err
	}
	var known *auth.Error
	if out.Why != nil && !errors.As(out.Why, &known) {
		return out, &zoho.Refusal{Code: auth.CodeNotRevoked, Message: "the login is deleted here, and still good at Zoho: " + out.Why.Error(),
			Hint: "remove it under Sessions, Connected apps at " + s.Accounts + "/home", Err: out.Why}
	}
	return out, nil
}

// revoke has the service forget the login, if it belongs there.
func (c *Connector) revoke(ctx context.Context, s *Site) error {
	if err := s.credentials.CheckHost(s.Accounts); err != nil {
		return err
	}
	return c.endpoint(s).Revoke(ctx, s.credentials)
}
