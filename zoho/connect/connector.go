package connect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// MaxWorkers is how many calls a connection can have under way at once unless a Choice asks for more: 16 keep 320 calls a second
// going at 50 ms.
const MaxWorkers = 16

// Connector makes connections on this machine. One serves a whole process; it may be used by several goroutines.
type Connector struct {
	Folders   Folders             // the program's own places
	Env       func(string) string // the environment; nil is the process's own
	HTTP      http.RoundTripper   // nil is the network
	UserAgent string              // what the program calls itself, like zohobulk/1.2.3
	Redactor  *auth.Redactor      // told every secret before it is used, so that none shows in what the program says; nil for none
	Notice    func(string)        // told what a person should know, a sentence at a time; nil is nobody
}

// Choice is what a person chose for one connection. Its zero value is the default profile as it was saved; every other value goes
// before the profile's.
type Choice struct {
	Profile     string // "" is DefaultProfile
	DC          string // a data centre's name
	AccountsURL string // instead of the data centre's; https, or this machine
	MailURL     string // instead of the data centre's; https, or this machine
	ZOID        string // the organisation's id
	Sandbox     bool   // lead to the stand-in within this process

	Rights  zoho.Rights   // "" is the profile's, else zoho.AdminRights
	Rate    string        // calls at most, as zoho.ParseRate reads it; "" is the profile's, else zoho.DefaultRate, on the sandbox none
	Workers int           // calls under way at once; 0 is MaxWorkers
	MaxWait time.Duration // how long a call may wait for the service, at least 1 ns; 0 is the client's own default

	Trace func(zoho.Attempt) // told of each call when it is over; nil is nobody
}

// Connect makes the connection of a choice. It finds the secrets, which may ask a person for a fingerprint, and calls nobody.
// Errors are a *SettingError, a *zoho.Refusal, an *auth.Error or one of the disk.
func (c *Connector) Connect(ctx context.Context, choice Choice) (*Connection, error) {
	s, err := c.Find(choice)
	if err != nil {
		return nil, err
	}
	if err := c.unlock(ctx, s); err != nil {
		return nil, err
	}
	return c.dial(ctx, s)
}

// List returns every profile that there is, by name. One that can't be read is left out; the error names it.
func (c *Connector) List() ([]Profile, error) {
	names, err := c.Folders.Profiles().List()
	errs := []error{err}
	var all []Profile
	for _, name := range names {
		p, err := c.Folders.Profiles().Load(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, p)
	}
	return all, errors.Join(errs...)
}

// Where says in words where the secrets of a profile would be looked for, "" if it has none.
func (c *Connector) Where(p Profile) (auth.Place, string) {
	place := c.keeper().Place(p.saved())
	return place, c.keeper().Where(place, p.Name)
}

// load reads the profile that is asked for. The default one need not exist: a scheduled job has only its environment.
func (c *Connector) load(choice Choice) (p Profile, saved bool, err error) {
	p, err = c.Folders.Profiles().Load(choice.Profile)
	switch {
	case errors.Is(err, ErrNone) && (choice.Profile == "" || choice.Sandbox):
		return p, false, nil
	case errors.Is(err, ErrNone):
		return p, false, &zoho.Refusal{Code: CodeNoProfile, Message: fmt.Sprintf("there is no profile %q", p.Name), Err: ErrNone,
			Remedies: []zoho.Remedy{{Way: zoho.LogIn, Args: []string{p.Name}}, {Way: zoho.ListProfiles}}}
	}
	return p, err == nil, err
}

// unlock finds the secrets of a site.
func (c *Connector) unlock(ctx context.Context, s *Site) (err error) {
	if s.Sandbox {
		s.credentials = sandboxCredentials
	} else {
		s.credentials, err = c.keeper().Find(ctx, s.Profile.saved())
	}
	c.hide(s.credentials.Secrets()...)
	return err
}

func (c *Connector) keeper() auth.Keeper { return auth.Keeper{Folder: c.Folders.Secrets(), Env: c.Env} }

// endpoint is the accounts server of a site.
func (c *Connector) endpoint(s *Site) auth.Endpoint {
	network := s.network
	if network == nil {
		network = c.HTTP
	}
	return auth.Endpoint{URL: s.Accounts, HTTP: network, UserAgent: c.UserAgent}
}

func (c *Connector) cache() auth.Cache { return c.Folders.cache() }

// hide notes secrets, so that they don't show.
func (c *Connector) hide(secrets ...auth.Secret) {
	if c.Redactor != nil {
		c.Redactor.Add(secrets...)
	}
}

func (c *Connector) redact(text string) string {
	if c.Redactor == nil {
		return text
	}
	return c.Redactor.Redact(text)
}

func (c *Connector) notice(format string, args ...any) {
	if c.Notice != nil {
		c.Notice(fmt.Sprintf(format, args...))
	}
}
