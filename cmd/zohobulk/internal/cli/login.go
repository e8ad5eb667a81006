package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/importer"
	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/profile"
)

// loginFlags are those of login.
type loginFlags struct {
	way       string
	auth      string
	port      int
	secrets   string
	noBrowser bool
	rate      rateFlags
}

// loginWays are the three ways to log in, by the word that --way takes.
var loginWays = map[string]func(*connecting, context.Context, auth.Login) (auth.Grant, error){
	"code": (*connecting).byCode, "browser": (*connecting).byBrowser, "device": (*connecting).byDevice,
}

func newLoginCommand(a *app) *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login",
		Short: "connect to an organisation, step by step",
		Long: `login connects this machine to an organisation, and says on the screen what to click. There are three ways:

  --way code      a code that you make in Zoho's API console and paste here: the simplest for one administrator
  --way browser   a browser on this machine
  --way device    a short code that you type in a browser on another machine

Client id and client secret are asked for, or taken from ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET; the code may come on
standard input. The login is kept in the system's keyring, or in a file that only you can read (--secrets file). A
scheduled job needs none of this: it sets ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN. A password manager
can be asked each time: secret_command in the profile's file is a program that prints them, as a JSON object with
client_id, client_secret and refresh_token or as lines like ZOHO_CLIENT_ID=….

--json prints {schema, profile, dc, accounts_url, mail_url, auth, user, role, zoid, organisation, secrets}, where secrets
is keyring or file.`,
		Example: `  zohobulk login --dc eu
  zohobulk login --way browser --profile zylker
  zohobulk login --way device --auth user`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.way, "way", "", "how to log in: code, browser or device (asked for; code without a terminal)")
	cmd.Flags().StringVar(&f.auth, "auth", "", "whose rights to ask for: admin or user (default admin)")
	cmd.Flags().IntVar(&f.port, "port", auth.DefaultPort, "port of this machine that the browser comes back to")
	cmd.Flags().StringVar(&f.secrets, "secrets", "auto", "where the login is kept: auto, keyring or file")
	f.rate.addRate(cmd.Flags())
	cmd.Flags().BoolVar(&f.noBrowser, "no-browser", false, "show the address, and do not open a browser")
	return cmd
}

func (f *loginFlags) check() error {
	switch {
	case f.way != "" && loginWays[f.way] == nil:
		return usagef("--way %q: want code, browser or device", f.way)
	case f.auth != "" && f.auth != string(importer.AuthAdmin) && f.auth != string(importer.AuthUser):
		return usagef("--auth %q: want admin or user", f.auth)
	case f.port < 1 || f.port > 65535:
		return usagef("--port %d: want 1 to 65535", f.port)
	case f.secrets != "auto" && f.secrets != profile.InKeyring && f.secrets != profile.InFile:
		return usagef("--secrets %q: want auto, keyring or file", f.secrets)
	}
	return nil
}

// connecting is one login on its way.
type connecting struct {
	*app
	flags  loginFlags
	at     site
	auth   importer.Auth
	talk   *talk
	keeper auth.Keeper
	scopes []string
}

// login connects a profile: it gets a grant in one of the three ways, looks whose it is, and keeps it.
func (a *app) login(ctx context.Context, f loginFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if a.global.sandbox {
		return usagef("--sandbox needs no login; to rehearse one, run zohobulk sandbox and give its address to --accounts-url and --mail-url")
	}
	folders, err := profile.System()
	if err != nil {
		return err
	}
	at, err := a.site(folders)
	if err != nil {
		return err
	}
	l := &connecting{app: a, flags: f, at: at, talk: a.newTalk(), keeper: a.keeper(at.folders), scopes: auth.AdminScopes,
		auth: importer.Auth(first(f.auth, at.profile.Auth, string(importer.AuthAdmin)))}
	if l.auth == importer.AuthUser {
		l.scopes = auth.UserScopes
	}
	way, err := l.chooseWay(ctx)
	if err != nil {
		return err
	}
	grant, err := loginWays[way](l, ctx, auth.Login{
		Endpoint: endpoint(at.accounts, at.http), Scopes: l.scopes, Centres: accountsServers(), Notice: a.notice,
	})
	if err != nil {
		return err
	}
	return l.finish(ctx, grant)
}

// accountsServers are the accounts servers that an answer may name.
func accountsServers() map[string]string {
	servers := map[string]string{}
	for _, dc := range zoho.DataCentres {
		servers[dc.Name] = dc.Accounts
	}
	return servers
}

func (l *connecting) chooseWay(ctx context.Context) (string, error) {
	if l.flags.way != "" || !l.InTerminal {
		return first(l.flags.way, "code"), nil
	}
	l.talk.say(`Three ways to log in:
  code      you make a code in Zoho's API console and paste it here (the simplest for one administrator)
  browser   a browser on this machine opens
  device    you type a short code in a browser on another machine`)
	for {
		answer, err := l.talk.line(ctx, "Which one? [code] ")
		if err != nil {
			return "", err
		}
		if answer = first(strings.ToLower(answer), "code"); loginWays[answer] != nil {
			return answer, nil
		}
		l.talk.say("Type " + strings.Join(slices.Sorted(maps.Keys(loginWays)), ", ") + ".")
	}
}

// client asks for client id and secret, unless the environment has them.
func (l *connecting) client(ctx context.Context, login *auth.Login) (err error) {
	defer func() { l.secrets.Add(login.Secret) }()
	login.ID, login.Secret = l.keeper.Client()
	if login.ID == "" {
		id, err := l.talk.line(ctx, "Client ID: ")
		if err != nil {
			return err
		}
		login.ID = auth.Secret(id)
	}
	if login.Secret == "" {
		if login.Secret, err = l.talk.secret(ctx, "Client Secret (not shown): "); err != nil {
			return err
		}
	}
	if login.ID == "" || login.Secret == "" {
		return usagef("a login needs a client id and a client secret")
	}
	return nil
}

// byCode is the login by a code from the console.
func (l *connecting) byCode(ctx context.Context, login auth.Login) (auth.Grant, error) {
	l.talk.say(fmt.Sprintf(`1. Open %s and log in as the person whose rights are to be used.
2. Choose Self Client. Its tab Client Secret shows Client ID and Client Secret.
3. On its tab Generate Code enter
     Scope              %s
     Time Duration      10 minutes
     Scope Description  anything
   and press Create. If it asks for a portal, choose your organisation.
4. Copy the code and paste it here at once: it works one time.`, console(l.at.accounts), strings.Join(l.scopes, ",")))
	if err := l.client(ctx, &login); err != nil {
		return auth.Grant{}, err
	}
	code, err := l.talk.secret(ctx, "Code (not shown): ")
	if err != nil {
		return auth.Grant{}, err
	}
	if code == "" {
		return auth.Grant{}, usagef("no code was given")
	}
	l.secrets.Add(code)
	return login.SelfClient(ctx, code)
}

// byBrowser is the login with a browser on this machine.
func (l *connecting) byBrowser(ctx context.Context, login auth.Login) (auth.Grant, error) {
	l.talk.say(fmt.Sprintf(`1. Open %s, choose Server-based Applications and create a client with
     Authorized Redirect URI  %s
   letter by letter. (Other ports: --port.)
2. Copy its Client ID and Client Secret.
3. A browser opens and asks for these permissions: %s
   Log in there as the person whose rights are to be used, and press Accept.`,
		console(l.at.accounts), auth.Redirect(l.flags.port), strings.Join(l.scopes, ",")))
	if err := l.client(ctx, &login); err != nil {
		return auth.Grant{}, err
	}
	b := auth.Browser{Port: l.flags.port, Open: openBrowser, Show: func(address string) {
		l.talk.say("If no browser opens, open this address on this machine:\n  " + address)
	}}
	if l.flags.noBrowser {
		b.Open = nil
	}
	return login.Browser(ctx, b)
}

// byDevice is the login with a browser on another machine.
func (l *connecting) byDevice(ctx context.Context, login auth.Login) (auth.Grant, error) {
	l.talk.say(fmt.Sprintf(`1. Open %s, choose Non-browser Mobile Applications and create a client.
2. Copy its Client ID and Client Secret.
3. It will be asked for these permissions: %s`, console(l.at.accounts), strings.Join(l.scopes, ",")))
	if err := l.client(ctx, &login); err != nil {
		return auth.Grant{}, err
	}
	return login.Device(ctx, func(p auth.Prompt) {
		l.talk.say(fmt.Sprintf("4. On any machine open %s and type the code %s (until %s).", p.Address, p.Code, p.Until.Local().Format("15:04")))
		if p.Direct != "" {
			l.talk.say("   Or open " + p.Direct)
		}
		l.talk.say("Waiting; Zoho allows one look in 30 seconds.")
	})
}

// console is the API console that belongs to an accounts server.
func console(accounts string) string {
	if dc, ok := zoho.DataCentreOf(accounts); ok {
		return strings.Replace(dc.Accounts, "//accounts.", "//api-console.", 1)
	}
	return accounts + " (the API console of this service)"
}

// openBrowser has the system open an address. It fails in silence, since the address is on the screen too.
func openBrowser(address string) error {
	switch runtime.GOOS {
	case "windows":
		return auth.Command(context.Background(), "rundll32", "url.dll,FileProtocolHandler", address).Start()
	case "darwin":
		return auth.Command(context.Background(), "open", address).Start()
	}
	return auth.Command(context.Background(), "xdg-open", address).Start()
}

// site is where a profile leads.
type site struct {
	place
	profile profile.Profile
	folders profile.Folders
	saved   bool
}

// site finds out where the profile leads, and asks nobody for secrets. That the profile is not there yet is no error.
func (a *app) site(folders profile.Folders) (site, error) {
	c := &connection{folders: folders}
	if err := a.loadProfile(c); err != nil && !errors.Is(err, profile.ErrNone) {
		return site{}, err
	}
	p, err := a.place(c)
	return site{place: p, profile: c.profile, folders: folders, saved: c.saved}, err
}

// connection is one that leads to the site, not dialled yet.
func (s site) connection() *connection {
	return &connection{profile: s.profile, folders: s.folders, saved: s.saved}
}

func (a *app) keeper(f profile.Folders) auth.Keeper {
	return auth.Keeper{Folder: f.Secrets(), Env: a.Env}
}
