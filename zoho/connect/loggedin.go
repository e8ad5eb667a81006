package connect

import (
	"context"
	"errors"
	"strings"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// LoggedIn is a login that was made and kept.
type LoggedIn struct {
	*Site              // its Profile is what was saved
	Caller zoho.Caller // whose login it is
	Place  auth.Place  // where it is kept
	Where  string      // the place in words
	Why    string      // why it is kept in a file although the keyring was wanted, else ""
	Before string      // where another login stands that goes before this one, in words; "" if there is none
}

// finish looks whose login a grant is, and keeps it if it is of use.
func (l *Login) finish(ctx context.Context, g auth.Grant, err error) (*LoggedIn, error) {
	if err != nil {
		return nil, err
	}
	c := l.connector
	c.hide(append(g.Credentials.Secrets(), g.Token.Access)...)
	if moved := l.site.follow(g.Credentials.Accounts); moved != "" {
		c.notice("%s", moved)
	}
	if err := c.cache().Put(l.site.Accounts, g.Credentials, g.Token); err != nil {
		c.notice("the access token cannot be kept for the next command: %v", err)
	}
	l.site.credentials = g.Credentials
	who, err := l.who(ctx)
	if err != nil {
		return nil, errors.Join(err, l.discard(ctx))
	}
	return l.keep(ctx, who)
}

// who asks whose login it is.
func (l *Login) who(ctx context.Context) (zoho.Caller, error) {
	client, err := l.connector.client(l.site, zoho.NewLimiter(l.site.Rate))
	if err != nil {
		return zoho.Caller{}, err
	}
	who, err := client.Caller(ctx, l.site.ZOID)
	if err == nil {
		err = who.May(l.site.Rights)
	}
	if err != nil {
		return who, err
	}
	if who.ZOID != "" && l.site.Rights == zoho.AdminRights {
		if o, err := client.Organisation(ctx, who.ZOID); err == nil { // documented for partners only: most may not ask
			who.Organisation = o.Name
		}
	}
	return who, nil
}

// discard gives back a login that is of no use: Zoho keeps twenty for a person and client, and drops the oldest.
func (l *Login) discard(ctx context.Context) error {
	c := l.connector
	if err := c.endpoint(l.site).Revoke(ctx, l.site.credentials); err != nil {
		c.notice("the login is not kept, and could not be revoked: %v", err)
	}
	return c.cache().Forget(l.site.Accounts, l.site.credentials)
}

// keep saves secrets and profile. What probe and runs have learnt of another organisation is forgotten.
func (l *Login) keep(ctx context.Context, who zoho.Caller) (*LoggedIn, error) {
	c, s, p := l.connector, l.site, l.site.Profile
	if p.ZOID != string(who.ZOID) {
		p.Probe, p.Proven, p.Users = nil, nil, 0
	}
	place, why, err := c.keeper().Keep(ctx, p.Name, s.credentials, l.options.Store == auth.File)
	if err != nil {
		return nil, err
	}
	if place == auth.File && l.options.Store == auth.Keyring {
		return nil, errors.Join(&zoho.Refusal{Code: CodeNoKeyring, Message: "the keyring cannot be used: " + why,
			Remedies: []zoho.Remedy{{Way: zoho.AllowFile}}}, c.keeper().Forget(ctx, p.Name, place))
	}
	p.DC, p.AccountsURL, p.MailURL = s.addresses()
	p.Auth, p.User, p.Role, p.ZOID = s.Rights, who.Account.PrimaryEmail, who.Account.Role, string(who.ZOID)
	p.Organisation, p.Secrets, p.Scopes = who.Organisation, place, strings.Join(s.Rights.Scopes(), ",")
	if err := c.Folders.Profiles().Save(p); err != nil {
		return nil, err
	}
	s.Profile, s.Saved, s.ZOID = p, true, who.ZOID
	done := &LoggedIn{Site: s, Caller: who, Place: place, Where: c.keeper().Where(place, p.Name), Why: why}
	if first := c.keeper().Place(p.saved()); first != place {
		done.Before = c.keeper().Where(first, p.Name)
	}
	return done, nil
}
