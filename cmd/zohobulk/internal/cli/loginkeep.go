package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/profile"
)

// finish looks whose login it is, keeps it if it is of use, and shows it.
func (l *connecting) finish(ctx context.Context, g auth.Grant) error {
	l.secrets.Add(append(g.Credentials.Secrets(), g.Token.Access)...)
	l.follow(g.Credentials.Accounts)
	cache := auth.Cache{Folder: l.at.folders.Tokens()}
	if err := cache.Put(l.at.accounts, g.Credentials, g.Token); err != nil {
		l.notice(fmt.Sprintf("the access token cannot be kept for the next command: %v", err))
	}
	who, err := l.who(ctx, g)
	if err != nil {
		return errors.Join(err, l.discard(ctx, g, cache))
	}
	return l.keep(ctx, g, who)
}

// follow goes over to the data centre that the service named as the account's own.
func (l *connecting) follow(accounts string) {
	if accounts == l.at.accounts {
		return
	}
	l.at.accounts = accounts
	if dc, ok := zoho.DataCentreOf(accounts); ok {
		l.at.dc, l.at.mail = dc.Name, dc.Mail
		l.notice("the account lives in the data centre " + dc.Name + " (" + dc.Place + "); the profile remembers it")
	}
}

// who asks whose login it is.
func (l *connecting) who(ctx context.Context, g auth.Grant) (caller, error) {
	rate := zoho.DefaultRate
	if text := first(l.flags.rate.rate, l.at.profile.Rate); text != "" {
		var err error
		if rate, err = zoho.ParseRate(text); err != nil {
			return caller{}, usagef("--%v", err)
		}
	}
	there := l.at.place
	there.credentials = g.Credentials
	client, err := zoho.New(zoho.Options{MailURL: l.at.mail, HTTP: l.at.http, Tokens: l.tokens(l.at.folders, there), Limiter: zoho.NewLimiter(rate), Trace: l.traced})
	if err != nil {
		return caller{}, err
	}
	// The profile's zoid may be that of an organisation left behind; only a typed one counts here.
	who, err := askCaller(ctx, client, zoho.ID(l.global.zoid))
	if err == nil {
		err = who.check(l.auth)
	}
	if err != nil {
		return who, serviceError(err)
	}
	if who.zoid != "" && l.auth == importer.AuthAdmin {
		if o, err := client.Organisation(ctx, who.zoid); err == nil { // documented for partners only: most may not ask
			who.organisation = o.Name
		}
	}
	return who, nil
}

// discard gives back a login that is of no use: Zoho keeps twenty for a person and client, and drops the oldest.
func (l *connecting) discard(ctx context.Context, g auth.Grant, cache auth.Cache) error {
	e := endpoint(l.at.accounts, l.at.http)
	if err := e.Revoke(ctx, g.Credentials); err != nil {
		l.notice("the login is not kept, and could not be revoked: " + err.Error())
	}
	return cache.Forget(l.at.accounts, g.Credentials)
}

// keep saves secrets and profile. What probe and runs have learnt of another organisation is forgotten.
func (l *connecting) keep(ctx context.Context, g auth.Grant, who caller) error {
	p := l.at.profile
	if p.ZOID != string(who.zoid) {
		p.Probe, p.Proven, p.Users = nil, nil, 0
	}
	place, why, err := l.keeper.Keep(ctx, p.Name, g.Credentials, l.flags.secrets == profile.InFile)
	if err != nil {
		return err
	}
	if place == auth.File && l.flags.secrets == profile.InKeyring {
		return errors.Join(problem.Refuse("no-keyring", "leave out --secrets keyring to keep it in a file", "the keyring cannot be used: %s", why),
			l.keeper.Forget(ctx, p.Name, place))
	}
	p.DC, p.AccountsURL, p.MailURL = l.at.addresses()
	p.Auth, p.User, p.Role, p.ZOID = string(l.auth), who.account.PrimaryEmail, who.account.Role, string(who.zoid)
	p.Organisation, p.Secrets, p.Scopes = who.organisation, string(place), strings.Join(l.scopes, ",")
	if err := l.at.folders.Profiles().Save(p); err != nil {
		return err
	}
	l.at.profile = p
	return l.show(place, why, who)
}

// addresses are what the profile has to remember: a data centre's name, or addresses where they are not its own.
func (s site) addresses() (dc, accounts, mail string) {
	known, ok := zoho.FindDataCentre(s.dc)
	if ok && s.accounts == known.Accounts && s.mail == known.Mail {
		return known.Name, "", ""
	}
	return "", s.accounts, s.mail
}

// show says whose login it is, where it is kept, and what might stand in its way.
func (l *connecting) show(place auth.Place, why string, who caller) error {
	p := l.at.profile
	l.notice(fmt.Sprintf("logged in as %s", who))
	switch {
	case place == auth.File && why != "":
		l.notice(fmt.Sprintf("the login is kept in the file %s (mode 0600), since the keyring cannot be used: %s", l.keeper.Where(place, p.Name), why))
	default:
		l.notice("the login is kept in " + l.keeper.Where(place, p.Name))
	}
	switch at := l.keeper.Place(p); at {
	case auth.Environment, auth.FromCommand:
		l.notice("note: " + l.keeper.Where(at, p.Name) + " goes before this login; take it away to use what was saved now")
	}
	if l.global.json {
		return l.printJSON(loginDocument{
			Schema: schemaVersion, Profile: p.Name, DC: l.at.dc, Accounts: l.at.accounts, Mail: l.at.mail, Auth: p.Auth, User: p.User,
			Role: p.Role, ZOID: p.ZOID, Organisation: p.Organisation, Secrets: p.Secrets,
		})
	}
	flag := ""
	if p.Name != profile.Default {
		flag = " --profile " + p.Name
	}
	l.notice("next: zohobulk status" + flag)
	return nil
}

type loginDocument struct {
	Schema       int    `json:"schema"`
	Profile      string `json:"profile"`
	DC           string `json:"dc"`
	Accounts     string `json:"accounts_url"`
	Mail         string `json:"mail_url"`
	Auth         string `json:"auth"`
	User         string `json:"user"`
	Role         string `json:"role"`
	ZOID         string `json:"zoid"`
	Organisation string `json:"organisation"`
	Secrets      string `json:"secrets"`
}

// traced says each call, where that was asked for.
func (a *app) traced(t zoho.Attempt) {
	if a.global.verbose {
		a.notice(attemptText(t))
	}
}

// caller is whose login it is.
type caller struct {
	account      zoho.Account
	zoid         zoho.ID
	organisation string // its name, "" if the service does not tell
}

// askCaller reads the own account. zoid goes before what the account says of its organisation.
func askCaller(ctx context.Context, c *zoho.Client, zoid zoho.ID) (caller, error) {
	accounts, err := c.OwnAccounts(ctx)
	if err != nil {
		return caller{}, err
	}
	if len(accounts) == 0 {
		return caller{}, problem.Refuse("no-account", "log in as somebody who uses Zoho Mail", "this login has no mail account")
	}
	who := caller{account: accounts[0], zoid: zoid}
	if who.zoid == "" {
		who.zoid = accounts[0].ZOID
	}
	if !who.zoid.Valid() { // -1 is none
		who.zoid = ""
	}
	return who, nil
}

// check tells a login that cannot do what is asked of it.
func (c caller) check(rights importer.Auth) error {
	if rights == importer.AuthUser {
		return nil
	}
	admin, known := c.account.Admin()
	switch {
	case c.zoid == "":
		return &problem.Refusal{Code: "no-organisation", Exit: exitNotAllowed, Message: c.account.PrimaryEmail + " belongs to no organisation",
			Hint: "log in as an administrator of the organisation, or name it with --zoid"}
	case known && !admin:
		return &problem.Refusal{Code: "no-admin", Exit: exitNotAllowed,
			Message: fmt.Sprintf("%s is no administrator of organisation %s (role %s)", c.account.PrimaryEmail, c.zoid, c.account.Role),
			Hint:    "log in as an administrator, or with --auth user for the own account only"}
	}
	return nil
}

func (c caller) String() string {
	role := first(c.account.Role, "role not told")
	switch {
	case c.zoid == "":
		return fmt.Sprintf("%s (%s), in no organisation", c.account.PrimaryEmail, role)
	case c.organisation == "":
		return fmt.Sprintf("%s (%s), organisation %s", c.account.PrimaryEmail, role, c.zoid)
	}
	return fmt.Sprintf("%s (%s), organisation %s (%s)", c.account.PrimaryEmail, role, c.organisation, c.zoid)
}

// serviceError gives an answer of the service its exit code and advice.
func serviceError(err error) error {
	var login *auth.Error
	var e *zoho.Error
	if errors.As(err, &login) || errors.Is(err, context.Canceled) || !errors.As(err, &e) {
		return err
	}
	r := &problem.Refusal{Code: e.Kind.String(), Message: e.Error(), Hint: e.Hint(), Err: err}
	switch e.Kind {
	case zoho.Auth, zoho.Scope, zoho.Role:
		r.Exit = exitNotAllowed
	}
	return r
}
