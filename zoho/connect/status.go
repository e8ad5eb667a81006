package connect

import (
	"context"
	"errors"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// Status is what is known of a connection, in the form in which it is printed as JSON. It holds no secret, but for the first letters.
type Status struct {
	Profile      string       `json:"profile"`
	DC           string       `json:"dc"`
	Accounts     string       `json:"accounts_url"`
	Mail         string       `json:"mail_url"`
	Rights       zoho.Rights  `json:"auth"`
	Connected    bool         `json:"connected"`
	User         string       `json:"user"`
	Role         string       `json:"role"`
	ZOID         string       `json:"zoid"`
	Organisation string       `json:"organisation"` // its name
	Scopes       []ScopeState `json:"scopes"`
	Rate         string       `json:"rate"`
	Secrets      SecretHints  `json:"secrets"`
	Token        TokenState   `json:"token"`
	Users        int          `json:"directory_size"` // users of the directory when it was last read, 0 if never
	Probe        Probed       `json:"probe"`
}

// ScopeState is a permission, and whether the login has it.
type ScopeState struct {
	Scope string `json:"scope"`
	State string `json:"state"` // Granted, Missing or Undecided
}

// The states of a permission.
const (
	Granted   = "granted"
	Missing   = "missing"
	Undecided = "unknown" // nothing that changes nobody can tell
)

// SecretHints are secrets by their first letters, and where they are.
type SecretHints struct {
	Place        auth.Place `json:"place"`
	Where        string     `json:"-"` // the place in words
	ClientID     string     `json:"client_id"`
	ClientSecret string     `json:"client_secret"`
	RefreshToken string     `json:"refresh_token"`
}

// TokenState is whether an access token is kept for the next command.
type TokenState struct {
	Cached    bool   `json:"cached"`
	ExpiresAt string `json:"expires_at"` // RFC 3339 in UTC, "" if none is kept
}

// Probed is what a probe has learnt, on whom and when.
type Probed struct {
	User    string            `json:"user"`
	At      string            `json:"at"` // RFC 3339 in UTC, "" if no probe ran
	Answers zoho.Capabilities `json:"answers"`
}

// OrganisationName names the organisation for a person, like "Zylker Inc (1234567890)", "" if none is known.
func (st Status) OrganisationName() string {
	return zoho.OrganisationName(st.Organisation, zoho.ID(st.ZOID))
}

// Status tries the connection of a choice without changing anything: it reads the own account and one user of the organisation. The
// error is why it does not work; the status holds what is known all the same, and is nil only if not even the profile can be read.
func (c *Connector) Status(ctx context.Context, choice Choice) (*Status, error) {
	s, err := c.Find(choice)
	if err != nil {
		return nil, err
	}
	err = c.unlock(ctx, s)
	st := c.describe(s)
	if err == nil {
		err = c.tryOut(ctx, s, st)
	}
	return st, err
}

// describe is what is known without a call.
func (c *Connector) describe(s *Site) *Status {
	p, found := s.Profile, s.credentials
	st := &Status{
		Profile: p.Name, DC: s.DC, Accounts: s.Accounts, Mail: s.Mail, Rights: s.Rights, User: p.User, Role: p.Role, ZOID: string(s.ZOID),
		Rate: s.Rate.String(), Users: p.Users, Probe: Probed{Answers: p.Probed()},
		Secrets: SecretHints{ClientID: found.ClientID.Hint(), ClientSecret: found.ClientSecret.Hint(), RefreshToken: found.RefreshToken.Hint()},
	}
	if string(s.ZOID) == p.ZOID {
		st.Organisation = p.Organisation
	}
	if !s.Sandbox {
		st.Secrets.Place, st.Secrets.Where = c.Where(p)
	}
	if p.Probe != nil {
		st.Probe.User, st.Probe.At = p.Probe.User, p.Probe.At.UTC().Format(time.RFC3339)
	}
	for _, scope := range s.Rights.Scopes() {
		st.Scopes = append(st.Scopes, ScopeState{scope, Undecided})
	}
	return st
}

// tryOut asks the service who this is and what it may read.
func (c *Connector) tryOut(ctx context.Context, s *Site, st *Status) (err error) {
	conn, err := c.dial(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	who, err := conn.Client.Caller(ctx, s.ZOID)
	st.found(zoho.ScopeReadOwn, err)
	st.token(c, s)
	if err != nil {
		return err
	}
	st.User, st.Role, st.ZOID = who.Account.PrimaryEmail, who.Account.Role, string(who.ZOID)
	if err := who.May(s.Rights); err != nil {
		return err
	}
	if s.Rights == zoho.AdminRights {
		_, err = conn.Client.Accounts(ctx, who.ZOID, 0, 1)
		st.found(zoho.ScopeReadAll, err)
	}
	st.Connected = err == nil
	return err
}

// found notes what a call says of a permission: success that it is there, one kind of error that it is not.
func (st *Status) found(scope string, err error) {
	for i := range st.Scopes {
		switch {
		case st.Scopes[i].Scope != scope:
		case err == nil:
			st.Scopes[i].State = Granted
		case zoho.IsKind(err, zoho.Scope):
			st.Scopes[i].State = Missing
		}
	}
}

func (st *Status) token(c *Connector, s *Site) {
	if t, alive := c.cache().Peek(s.Accounts, s.credentials); alive {
		st.Token = TokenState{Cached: true, ExpiresAt: t.Expires.UTC().Format(time.RFC3339)}
	}
}
