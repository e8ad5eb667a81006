package connect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// Connection is a live way to the service: the client, what it was made from, and what is known of the other end.
type Connection struct {
	*Site
	Client  *zoho.Client
	Limiter *zoho.Limiter // shared by every process of the login on this machine

	connector *Connector
	standIn   *zohotest.Server
}

// dial makes the client of a site whose secrets are known.
func (c *Connector) dial(ctx context.Context, s *Site) (conn *Connection, err error) {
	conn = &Connection{Site: s, connector: c}
	if s.Sandbox {
		if conn.standIn, err = zohotest.Open(c.Folders.Sandbox(), zohotest.Options{LogSize: -1}); err != nil {
			return nil, err
		}
		s.network = zohotest.Transport(conn.standIn)
		conn.Limiter = zoho.NewLimiter(s.Rate)
	} else if conn.Limiter, err = zoho.OpenLimiter(ctx, s.Rate, filepath.Join(c.Folders.Cache, "limits", limitName(s))); err != nil {
		return nil, err
	}
	if conn.Client, err = c.client(s, conn.Limiter); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// client makes the client of a site.
func (c *Connector) client(s *Site, limiter *zoho.Limiter) (*zoho.Client, error) {
	endpoint := c.endpoint(s)
	tokens := hidden{c, auth.NewSource(endpoint, s.credentials, c.cache(), func(text string) { c.notice("%s", text) })}
	return zoho.New(zoho.Options{
		MailURL: s.Mail, HTTP: endpoint.HTTP, Workers: max(s.choice.Workers, MaxWorkers), Tokens: tokens, Limiter: limiter,
		Policy: zoho.Policy{MaxWait: s.choice.MaxWait}, Trace: s.choice.Trace, UserAgent: c.UserAgent, Redact: c.redact,
	})
}

// hidden is a source of access tokens of which none shows in what the program says.
type hidden struct {
	connector *Connector
	zoho.Tokens
}

// Token is the source's token, noted as a secret.
func (h hidden) Token(ctx context.Context) (string, error) { return h.note(h.Tokens.Token(ctx)) }

// Renew is the source's other token, noted as a secret.
func (h hidden) Renew(ctx context.Context, refused string) (string, error) {
	return h.note(h.Tokens.Renew(ctx, refused))
}

func (h hidden) note(token string, err error) (string, error) {
	h.connector.hide(auth.Secret(token))
	return token, err
}

// Close ends what the connection holds open.
func (c *Connection) Close() error {
	if c.standIn == nil {
		return nil
	}
	return c.standIn.Close()
}

// limitName is the file in which the calls of one login are counted: the service counts them by account, which the refresh
// token stands for, so a hash of it names the file.
func limitName(s *Site) string {
	sum := sha256.Sum256([]byte(s.Mail + "\x00" + s.credentials.RefreshToken.Reveal()))
	return hex.EncodeToString(sum[:8]) + ".json"
}

// Locks is the folder for the locks of organisations. Each place has its own, so that a rehearsal never waits for the real thing.
func (c *Connection) Locks() string { return c.connector.Folders.Locks(c.Site) }

// Locks is the folder for the locks of a site's organisations.
func (f Folders) Locks(s *Site) string {
	name := strings.ReplaceAll(url.PathEscape(cmp.Or(s.DC, s.Mail)), ":", "%3A") // which no name on Windows may hold
	return filepath.Join(f.Cache, "locks", name)
}

// Caller asks the service whose login this is, and refuses one that can't do what the connection's rights stand for.
func (c *Connection) Caller(ctx context.Context) (zoho.Caller, error) {
	caller, err := c.Client.Caller(ctx, c.ZOID)
	if err != nil {
		return caller, err
	}
	if caller.Organisation == "" && c.Profile.ZOID == string(caller.ZOID) {
		caller.Organisation = c.Profile.Organisation
	}
	return caller, caller.May(c.Rights)
}

// Forecast is how long so many calls take at the connection's rate, 0 without a limit.
func (c *Connection) Forecast(calls int) time.Duration {
	if perMinute := c.Rate.PerMinute(); perMinute > 0 {
		return time.Duration(float64(calls) / perMinute * float64(time.Minute))
	}
	return 0
}

// Remember keeps in the profile what is known now of an organisation's directory and of the service, unless the profile is not saved,
// is another organisation's, or this is the sandbox.
func (c *Connection) Remember(zoid zoho.ID, k zoho.Knowledge) error {
	return c.change(zoid, func(p *Profile) { p.Users, p.Proven = k.DirectorySize, p.proven(k) })
}

// RememberDirectory is Remember for the number of accounts alone.
func (c *Connection) RememberDirectory(zoid zoho.ID, accounts int) error {
	return c.change(zoid, func(p *Profile) { p.Users = accounts })
}

// change changes the profile. It is read again first, since other commands keep things in it, too.
func (c *Connection) change(zoid zoho.ID, change func(*Profile)) error {
	if !c.Saved || c.Sandbox || c.Profile.ZOID != "" && c.Profile.ZOID != string(zoid) {
		return nil
	}
	p, err := c.connector.Folders.Profiles().Load(c.Profile.Name)
	if err != nil {
		return err
	}
	before := p
	if change(&p); reflect.DeepEqual(p, before) {
		return nil
	}
	c.Profile = p
	return c.connector.Folders.Profiles().Save(p)
}
