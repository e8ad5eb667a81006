package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/profile"
	"zohobulk/zoho/zohotest"
)

// connection is a way to the service: the client, what it was made from, and what is known of the other end.
type connection struct {
	client  *zoho.Client
	limiter *zoho.Limiter
	rate    zoho.Rate
	auth    importer.Auth
	profile profile.Profile
	folders profile.Folders
	saved   bool // the profile exists, so that what is learnt can be kept
	dc      string
	mail    string // base URL
	sandbox *zohotest.Server
}

// place is where a connection leads, before anything is called.
type place struct {
	dc, accounts, mail string
	http               http.RoundTripper // nil: the network
	credentials        auth.Credentials
	sandbox            *zohotest.Server
}

// connect makes the client of a profile. It finds the secrets, and calls nobody.
func (a *app) connect(ctx context.Context, r *rateFlags, trace func(zoho.Attempt)) (*connection, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	c := &connection{folders: a.folders()}
	if err := a.loadProfile(c); err != nil {
		return nil, err
	}
	p, err := a.place(c)
	if err != nil {
		return nil, err
	}
	if err := a.unlock(ctx, c, &p); err != nil {
		return nil, err
	}
	return c, a.dial(ctx, c, p, r, trace)
}

// folders are the program's own places. Where the user's can't be used, as in a container, they lie below the reports.
func (a *app) folders() profile.Folders {
	instead := filepath.Join(a.global.reports, ".zohobulk")
	f, alone := profile.Within(instead)
	if alone != nil {
		a.notice(fmt.Sprintf("note: the cache folder can't be used (%v). Locks, the count of calls and access tokens are kept in %s, "+
			"and not shared with runs that keep their reports elsewhere. Set XDG_CACHE_HOME or HOME to a folder that can be written.", alone, f.Cache))
	}
	return f
}

// dial makes the client of a connection whose place and secrets are known.
func (a *app) dial(ctx context.Context, c *connection, p place, r *rateFlags, trace func(zoho.Attempt)) (err error) {
	c.dc, c.mail, c.sandbox = p.dc, p.mail, p.sandbox
	c.auth = importer.Auth(first(r.auth, c.profile.Auth, string(importer.AuthAdmin)))
	if err := c.limit(ctx, r, p); err != nil {
		return err
	}
	c.client, err = zoho.New(zoho.Options{
		MailURL: p.mail, HTTP: p.http, Workers: max(r.workers, importer.MaxWorkers), Tokens: a.tokens(c.folders, p),
		Limiter: c.limiter, Policy: zoho.Policy{MaxWait: r.longestWait()}, Trace: trace,
		UserAgent: userAgent(), Redact: a.secrets.Redact,
	})
	return err
}

// userAgent is what the program calls itself to Zoho.
func userAgent() string { return "zohobulk/" + version() }

// endpoint is an accounts server.
func endpoint(url string, network http.RoundTripper) auth.Endpoint {
	return auth.Endpoint{URL: url, HTTP: network, UserAgent: userAgent()}
}

// tokens is the source of access tokens for a place. None of them shows in anything that is said.
func (a *app) tokens(f profile.Folders, p place) zoho.Tokens {
	return hidden{&a.secrets, auth.NewSource(endpoint(p.accounts, p.http), p.credentials,
		auth.Cache{Folder: f.Tokens()}, a.notice)}
}

// notice says something that a person should know, once.
func (a *app) notice(text string) { fmt.Fprintf(a.Err, "%s\n", text) }

// first is the first text that says anything.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// loadProfile reads the profile that is asked for. The default one need not be there: a scheduled job has only its
// environment.
func (a *app) loadProfile(c *connection) (err error) {
	name := first(a.global.profile, profile.Default)
	c.profile, err = c.folders.Profiles().Load(name)
	switch {
	case errors.Is(err, profile.ErrNone) && a.global.profile == "":
		c.profile.Name = name
		return nil
	case errors.Is(err, profile.ErrNone) && a.global.sandbox:
		return nil
	case errors.Is(err, profile.ErrNone):
		return &problem.Refusal{Code: "no-such-profile", Exit: exitNotAllowed, Err: err,
			Message: fmt.Sprintf("there is no profile %q", name), Hint: "zohobulk login --profile " + shellWord(name) + " makes it"}
	case err != nil:
		return err
	}
	c.saved = true
	return nil
}

// place finds the two hosts. It asks nobody for secrets: a secret_command may want a fingerprint.
func (a *app) place(c *connection) (place, error) {
	if a.global.sandbox {
		return a.sandboxPlace(c)
	}
	p := place{
		dc:       first(a.global.dc, c.profile.DC),
		accounts: first(a.global.accountsURL, c.profile.AccountsURL),
		mail:     first(a.global.mailURL, c.profile.MailURL),
	}
	if p.accounts == "" || p.mail == "" || a.global.dc != "" {
		p.dc = first(p.dc, "us")
		dc, ok := zoho.FindDataCentre(p.dc)
		if !ok {
			return p, usagef("--dc %q: want us, eu, in, au, jp, ca, cn, sa, uk or ae", p.dc)
		}
		p.accounts = first(a.global.accountsURL, profileURL(a.global.dc, c.profile.AccountsURL), dc.Accounts)
		p.mail = first(a.global.mailURL, profileURL(a.global.dc, c.profile.MailURL), dc.Mail)
	}
	for flag, address := range map[string]string{"--accounts-url": p.accounts, "--mail-url": p.mail} {
		if _, err := zoho.CheckBaseURL(address); err != nil {
			return p, usagef("%s: %v", flag, err)
		}
	}
	return p, nil
}

// unlock finds the secrets for a place, and keeps them out of all that is said from now on.
func (a *app) unlock(ctx context.Context, c *connection, p *place) (err error) {
	if p.sandbox == nil {
		p.credentials, _, err = a.keeper(c.folders).Find(ctx, c.profile)
	}
	a.secrets.Add(p.credentials.Secrets()...)
	return err
}

// profileURL is a profile's address, which a typed data centre goes before.
func profileURL(dc, address string) string {
	if dc != "" {
		return ""
	}
	return address
}

// sandboxPlace is the stand-in within this process; its directory survives between commands.
func (a *app) sandboxPlace(c *connection) (place, error) {
	server, err := zohotest.Open(sandboxState(c.folders), zohotest.Options{LogSize: -1})
	if err != nil {
		return place{}, err
	}
	return place{
		dc: "sandbox", accounts: zohotest.URL, mail: zohotest.URL, http: zohotest.Transport(server), sandbox: server,
		credentials: sandboxCredentials,
	}, nil
}

// sandboxCredentials are those that the stand-in takes.
var sandboxCredentials = auth.Credentials{
	ClientID: zohotest.ClientID, ClientSecret: zohotest.ClientSecret, RefreshToken: zohotest.RefreshToken,
}

// sandboxState is the file that keeps the stand-in's directory.
func sandboxState(f profile.Folders) string { return filepath.Join(f.Config, "sandbox.json") }

// limit makes the limiter, which every process of a profile on this machine shares.
func (c *connection) limit(ctx context.Context, r *rateFlags, p place) (err error) {
	text := first(r.rate, c.profile.Rate)
	switch {
	case p.sandbox != nil && r.rate == "":
		c.rate = zoho.Unlimited
	case text == "":
		c.rate = zoho.DefaultRate
	default:
		if c.rate, err = zoho.ParseRate(text); err != nil {
			return usagef("--%v", err)
		}
	}
	if p.sandbox != nil {
		c.limiter = zoho.NewLimiter(c.rate)
		return nil
	}
	c.limiter, err = zoho.OpenLimiter(ctx, c.rate, filepath.Join(c.folders.Cache, "limits", limitName(p)))
	return err
}

// close ends what a connection holds open.
func (c *connection) close() error {
	if c.sandbox == nil {
		return nil
	}
	return c.sandbox.Close()
}

// limitName is the file in which the calls of one login are counted: the service counts them by account, which the refresh
// token stands for, so a hash of it names the file.
func limitName(p place) string {
	sum := sha256.Sum256([]byte(p.mail + "\x00" + p.credentials.RefreshToken.Reveal()))
	return hex.EncodeToString(sum[:8]) + ".json"
}

// locks is the folder for the locks of organisations. Each place has its own, so that a rehearsal never waits for the real thing.
func (c *connection) locks() string {
	place := c.dc
	if place == "" {
		place = c.mail
	}
	name := strings.ReplaceAll(url.PathEscape(place), ":", "%3A") // which no name on Windows may hold
	return filepath.Join(c.folders.Cache, "locks", name)
}
