package connect

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// Way is one of the three ways to log in.
type Way string

// The ways, the simplest for one administrator first.
const (
	ByCode    Way = "code"    // a code that the person makes in the API console
	ByBrowser Way = "browser" // a browser on this machine
	ByDevice  Way = "device"  // a short code that the person types in a browser on another machine
)

// Ways are the ways to log in, in the order in which they are offered.
var Ways = []Way{ByCode, ByBrowser, ByDevice}

// Client is the client that the person made in the API console.
type Client struct {
	ID     auth.Secret
	Secret auth.Secret
}

// Guide is what a person has to know to make a client in the API console.
type Guide struct {
	Way      Way
	Console  string   // address of the API console
	Scopes   []string // the permissions to ask for
	Redirect string   // ByBrowser: the address to register, letter by letter
}

// Prompter asks a person what a login needs. A terminal asks and waits; the local page may answer from a form.
type Prompter interface {
	// Way asks which of the Ways to take.
	Way(ctx context.Context) (Way, error)
	// Client asks for what known lacks. The guide says where it is found.
	Client(ctx context.Context, g Guide, known Client) (Client, error)
	// Code asks for the code from the console, ByCode alone. refused is nil the first time, and then why the last code was
	// not taken; whoever can't ask again returns it.
	Code(ctx context.Context, g Guide, refused error) (auth.Secret, error)
	// Browser says how to show or open the address, ByBrowser alone.
	Browser(g Guide) auth.Browser
	// Device shows what to type on the other machine, ByDevice alone. It must not wait.
	Device(p auth.Prompt)
}

// LoginOptions say how a login is made and kept.
type LoginOptions struct {
	Way   Way        // "" asks the Prompter
	Port  int        // ByBrowser: where the browser comes back to; 0 is auth.DefaultPort
	Store auth.Place // auth.File keeps it in a file, auth.Keyring in the keyring or not at all; "" in the keyring, else in a file
}

// Login is one login on its way. Either Run drives it with a Prompter, or its steps are called one by one: Guide says what to show,
// Known what need not be asked for, and Code, Browser or Device gets the login and keeps it. It is for one goroutine.
type Login struct {
	connector *Connector
	site      *Site
	options   LoginOptions
}

// Login begins a login of a choice's profile, which need not exist. It asks nobody and calls nobody.
func (c *Connector) Login(choice Choice, o LoginOptions) (*Login, error) {
	s, err := c.findNew(choice)
	if err != nil {
		return nil, err
	}
	// The profile's organisation may be one that was left behind; only a chosen one counts here.
	s.ZOID = zoho.ID(choice.ZOID)
	o.Port = cmp.Or(o.Port, auth.DefaultPort)
	return &Login{connector: c, site: s, options: o}, nil
}

// Guide is what to show a person who logs in one way.
func (l *Login) Guide(w Way) Guide {
	g := Guide{Way: w, Console: console(l.site.Accounts), Scopes: l.site.Rights.Scopes()}
	if w == ByBrowser {
		g.Redirect = auth.Redirect(l.options.Port)
	}
	return g
}

// Known is the part of the client that the environment holds.
func (l *Login) Known() Client {
	id, secret := l.connector.keeper().Client()
	l.connector.hide(secret)
	return Client{id, secret}
}

// Run asks for everything by the prompter and logs in. A code that is refused is asked for again, and nothing else.
func (l *Login) Run(ctx context.Context, p Prompter) (*LoggedIn, error) {
	w := l.options.Way
	if w == "" {
		var err error
		if w, err = p.Way(ctx); err != nil {
			return nil, err
		}
	}
	g := l.Guide(w)
	client, err := p.Client(ctx, g, l.Known())
	if err != nil {
		return nil, err
	}
	switch w {
	case ByBrowser:
		return l.Browser(ctx, client, p.Browser(g))
	case ByDevice:
		return l.Device(ctx, client, p.Device)
	}
	var refused error
	for {
		code, err := p.Code(ctx, g, refused)
		if err != nil {
			return nil, err
		}
		done, err := l.Code(ctx, client, code)
		if !isCode(err, auth.CodeGrant) {
			return done, err
		}
		refused = err
	}
}

func isCode(err error, code string) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Code == code
}

// Code logs in by a code from the console, which is sent once. A code that Zoho refuses is an *auth.Error with auth.CodeGrant: another
// one may be tried with the same client.
func (l *Login) Code(ctx context.Context, client Client, code auth.Secret) (*LoggedIn, error) {
	l.connector.hide(code)
	g, err := l.with(client).SelfClient(ctx, code)
	return l.finish(ctx, g, err)
}

// Browser logs in by a browser on this machine, and waits for ten minutes at most. b.Port 0 is the login's own.
func (l *Login) Browser(ctx context.Context, client Client, b auth.Browser) (*LoggedIn, error) {
	b.Port = cmp.Or(b.Port, l.options.Port)
	g, err := l.with(client).Browser(ctx, b)
	return l.finish(ctx, g, err)
}

// Device logs in by a browser on another machine. show gets the code to type there; it must not wait. Device waits until the code
// is typed or ends.
func (l *Login) Device(ctx context.Context, client Client, show func(auth.Prompt)) (*LoggedIn, error) {
	g, err := l.with(client).Device(ctx, show)
	return l.finish(ctx, g, err)
}

// with is the login of a client.
func (l *Login) with(client Client) auth.Login {
	c := l.connector
	c.hide(client.Secret)
	centres := map[string]string{}
	for _, dc := range zoho.DataCentres {
		centres[dc.Name] = dc.Accounts
	}
	return auth.Login{Endpoint: c.endpoint(l.site), ID: client.ID, Secret: client.Secret, Scopes: l.site.Rights.Scopes(),
		Centres: centres, Notice: func(text string) { c.notice("%s", text) }}
}

// console is the API console that belongs to an accounts server.
func console(accounts string) string {
	if dc, ok := zoho.DataCentreOf(accounts); ok {
		return strings.Replace(dc.Accounts, "//accounts.", "//api-console.", 1)
	}
	return accounts + " (the API console of this service)"
}
