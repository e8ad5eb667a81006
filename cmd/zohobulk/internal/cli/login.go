package cli

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// loginFlags are those of login.
type loginFlags struct {
	way       string
	auth      string
	port      int
	secrets   string
	noBrowser bool
	printEnv  bool
	yes       bool
	rate      rateFlags
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
standard input. The login is kept in the system's keyring, or in a file that only you can read (--secrets file).

A scheduled job has nobody to log in: it sets ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN. --print-env
prints the three as NAME=VALUE lines, from the saved login, or from a new one if there is none or --way is given. Whoever
has them can do all that the login can, so it asks first, and prints to a pipe or a file only with --yes. A password manager
can be asked each time instead: secret_command in the profile's file is a program that prints them, as a JSON object with
client_id, client_secret and refresh_token or as lines like ZOHO_CLIENT_ID=….

--json prints {schema, profile, dc, accounts_url, mail_url, auth, user, role, zoid, organisation, secrets}, where secrets
is keyring or file; with --print-env {schema, profile, env: {NAME: VALUE}}.`,
		Example: `  zohobulk login --dc eu
  zohobulk login --way browser --profile zylker
  zohobulk login --way device --auth user
  zohobulk login --print-env
  zohobulk login --print-env --yes | gh secret set --env-file -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.way, "way", "", "how to log in: code, browser or device (asked for; code without a terminal)")
	cmd.Flags().StringVar(&f.auth, "auth", "", "whose rights to ask for: admin or user (default admin)")
	cmd.Flags().IntVar(&f.port, "port", connect.DefaultPort, "port of this machine that the browser comes back to")
	cmd.Flags().StringVar(&f.secrets, "secrets", "auto", "where the login is kept: auto, keyring or file")
	f.rate.addRate(cmd.Flags())
	cmd.Flags().BoolVar(&f.noBrowser, "no-browser", false, "show the address, and do not open a browser")
	cmd.Flags().BoolVar(&f.printEnv, "print-env", false, "print the variables that a scheduled job needs: they are secrets")
	cmd.Flags().BoolVarP(&f.yes, "yes", "y", false, "with --print-env: do not ask")
	return cmd
}

func (f *loginFlags) check() error {
	switch {
	case f.way != "" && !slices.Contains(connect.Ways, connect.Way(f.way)):
		return usagef("--way %q: want code, browser or device", f.way)
	case f.auth != "" && f.auth != string(zoho.AdminRights) && f.auth != string(zoho.UserRights):
		return usagef("--auth %q: want admin or user", f.auth)
	case f.port < 1 || f.port > 65535:
		return usagef("--port %d: want 1 to 65535", f.port)
	case f.secrets != "auto" && f.secrets != string(connect.InKeyring) && f.secrets != string(connect.InFile):
		return usagef("--secrets %q: want auto, keyring or file", f.secrets)
	}
	return nil
}

// options are the flags as a login takes them.
func (f *loginFlags) options(a *app) connect.LoginOptions {
	o := connect.LoginOptions{Way: connect.Way(f.way), Port: f.port}
	if f.secrets != "auto" {
		o.Store = connect.Place(f.secrets)
	}
	if o.Way == "" && !a.InTerminal {
		o.Way = connect.ByCode
	}
	return o
}

// login connects a profile.
func (a *app) login(ctx context.Context, f loginFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if a.global.sandbox {
		return usagef("--sandbox needs no login; to rehearse one, run zohobulk sandbox and give its address to --accounts-url and --mail-url")
	}
	c, err := a.ownConnector()
	if err != nil {
		return err
	}
	f.rate.auth = f.auth
	choice := a.choice(&f.rate)
	l, err := c.Login(choice, f.options(a))
	if err != nil {
		return err
	}
	if f.printEnv {
		if err := a.mayPrintSecrets(f.yes); err != nil {
			return err
		}
		if l.Saved() && f.way == "" {
			return a.printEnv(ctx, c, choice, f)
		}
	}
	done, err := l.Run(ctx, &loginTalk{talk: a.newTalk(), noBrowser: f.noBrowser})
	if err != nil {
		return err
	}
	if err := a.showLogin(done, f.printEnv); err != nil || !f.printEnv {
		return err
	}
	return a.printEnv(ctx, c, choice, f)
}

// loginTalk asks for what a login needs at the terminal.
type loginTalk struct {
	*talk
	noBrowser bool
}

// Way asks for the way by number or word.
func (t *loginTalk) Way(ctx context.Context) (connect.Way, error) {
	t.say(`Three ways to log in:
  1  code      you make a code in Zoho's API console and paste it here (the simplest for one administrator)
  2  browser   a browser on this machine opens
  3  device    you type a short code in a browser on another machine`)
	for {
		answer, err := t.line(ctx, "Which one? Not sure? Press Enter for 1: ")
		if err != nil {
			return "", err
		}
		for i, way := range connect.Ways {
			if answer = strings.ToLower(answer); answer == string(way) || answer == fmt.Sprint(i+1) || answer == "" {
				return way, nil
			}
		}
		t.say("Type 1, 2 or 3.")
	}
}

// Client says the first steps of a way, and asks for what the environment does not hold.
func (t *loginTalk) Client(ctx context.Context, g connect.Guide, known connect.Client) (connect.Client, error) {
	t.say(loginSteps(g))
	if known.ID == "" {
		id, err := t.line(ctx, "Client ID: ")
		if err != nil {
			return known, err
		}
		known.ID = connect.Secret(id)
	}
	if known.Secret == "" {
		var err error
		if known.Secret, err = t.secret(ctx, "Client Secret (not shown): "); err != nil {
			return known, err
		}
	}
	if known.ID == "" || known.Secret == "" {
		return known, usagef("a login needs a client id and a client secret")
	}
	return known, nil
}

// Code asks for the code, and again where a person is there to make another one.
func (t *loginTalk) Code(ctx context.Context, _ connect.Guide, refused error) (connect.Secret, error) {
	if refused != nil {
		if !t.a.InTerminal {
			return "", refused
		}
		_ = t.a.say(refused)
	}
	code, err := t.secret(ctx, "Code (not shown): ")
	if err == nil && code == "" {
		err = usagef("no code was given")
	}
	return code, err
}

// Browser shows the address and opens a browser.
func (t *loginTalk) Browser(connect.Guide) connect.Browser {
	b := connect.Browser{Open: openBrowser, Show: func(address string) {
		t.say("If no browser opens, open this address on this machine:\n  " + address)
	}}
	if t.noBrowser {
		b.Open = nil
	}
	return b
}

// Device shows what to type on the other machine.
func (t *loginTalk) Device(p connect.DevicePrompt) {
	t.say(fmt.Sprintf("4. On any machine open %s and type the code %s (until %s).", p.Address, p.Code, p.Until.Local().Format("15:04")))
	if p.Direct != "" {
		t.say("   Or open " + p.Direct)
	}
	t.say("Waiting; Zoho allows one look in 30 seconds.")
}

// loginSteps are what to do in the API console.
func loginSteps(g connect.Guide) string {
	scopes := strings.Join(g.Scopes, ",")
	switch g.Way {
	case connect.ByBrowser:
		return fmt.Sprintf(`1. Open %s, choose Server-based Applications and create a client with
     Authorized Redirect URI  %s
   letter by letter. (Other ports: --port.)
2. Copy its Client ID and Client Secret.
3. A browser opens and asks for these permissions: %s
   Log in there as the person whose rights are to be used, and press Accept.`, g.Console, g.Redirect, scopes)
	case connect.ByDevice:
		return fmt.Sprintf(`1. Open %s, choose Non-browser Mobile Applications and create a client.
2. Copy its Client ID and Client Secret.
3. It will be asked for these permissions: %s`, g.Console, scopes)
	}
	return fmt.Sprintf(`1. Open %s and log in as the person whose rights are to be used.
2. Choose Self Client. Its tab Client Secret shows Client ID and Client Secret.
3. On its tab Generate Code enter
     Scope              %s
     Time Duration      10 minutes
     Scope Description  anything
   and press Create. If it asks for a portal, choose your organisation.
4. Copy the code and paste it here at once: it works one time.`, g.Console, scopes)
}

// openBrowser has the system open an address. It fails in silence, since the address is on the screen too.
func openBrowser(address string) error {
	switch runtime.GOOS {
	case "windows":
		return connect.Program(context.Background(), "rundll32", "url.dll,FileProtocolHandler", address).Start()
	case "darwin":
		return connect.Program(context.Background(), "open", address).Start()
	}
	return connect.Program(context.Background(), "xdg-open", address).Start()
}

// showLogin says whose login it is, where it is kept, and what might stand in its way. quiet leaves out the document of --json.
func (a *app) showLogin(done *connect.LoggedIn, quiet bool) error {
	p := done.Profile
	a.notice("logged in as " + callerText(done.Caller))
	text := "the login is kept in " + done.Where
	if done.Place == connect.InFile && done.Why != "" {
		text += " (mode 0600), since the keyring cannot be used: " + done.Why
	}
	a.notice(text)
	if done.Before != "" {
		a.notice("note: " + done.Before + " goes before this login; take it away to use what was saved now")
	}
	if quiet {
		return nil
	}
	if a.global.json {
		return a.printJSON(loginDocument{
			Schema: schemaVersion, Profile: p.Name, DC: done.DC, Accounts: done.Accounts, Mail: done.Mail, Auth: p.Auth, User: p.User,
			Role: p.Role, ZOID: p.ZOID, Organisation: p.Organisation, Secrets: done.Place,
		})
	}
	a.notice("next: " + withProfile("zohobulk status", p.Name))
	return nil
}

type loginDocument struct {
	Schema       int           `json:"schema"`
	Profile      string        `json:"profile"`
	DC           string        `json:"dc"`
	Accounts     string        `json:"accounts_url"`
	Mail         string        `json:"mail_url"`
	Auth         zoho.Rights   `json:"auth"`
	User         string        `json:"user"`
	Role         string        `json:"role"`
	ZOID         string        `json:"zoid"`
	Organisation string        `json:"organisation"`
	Secrets      connect.Place `json:"secrets"`
}
