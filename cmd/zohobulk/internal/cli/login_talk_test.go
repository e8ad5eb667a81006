package cli

import (
	"context"
	"strings"
	"testing"
	"time"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// atTerminal runs a command whose three streams are a terminal.
func (d *desk) atTerminal(in string, args ...string) said {
	d.t.Helper()
	var out, errs writer
	code := Run(d.t.Context(), args, System{
		Streams: Streams{In: strings.NewReader(in), Out: &out, Err: &errs, InTerminal: true, OutTerminal: true},
		Env:     func(name string) string { return d.env[name] }, Now: time.Now, Hard: context.Background(),
	})
	return said{code, out.String(), errs.String()}
}

// A slip costs one answer: the way is asked for again, and after a bad code the code alone.
func TestLoginAsksAgainForWhatWasWrong(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	code, err := d.service.GrantCode()
	if err != nil {
		t.Fatal(err)
	}
	in := strings.Join([]string{"7", "1", zohotest.ClientID, zohotest.ClientSecret, "1000.mistyped", code}, "\n")
	s := d.atTerminal(in, append([]string{"login"}, d.there()...)...).must(t, exitDone,
		"1  code", "Type 1, 2 or 3.", "Zoho rejected the code", "create a new one", "logged in as "+zohotest.CallerEmail)
	for question, n := range map[string]int{"Which one?": 2, "Client ID:": 1, "Client Secret (not shown)": 1, "Code (not shown)": 2} {
		if got := strings.Count(s.err, question); got != n {
			t.Errorf("%q is asked %d times, want %d:\n%s", question, got, n, s.err)
		}
	}
}

// The variables of a scheduled job are printed to whoever has said yes to it, and work.
func TestLoginPrintsTheVariablesOfAJob(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	for _, refused := range []said{
		d.run("yes\n", "login", "--print-env").must(t, exitUsage, "--yes"),
		d.atTerminal("no\n", "login", "--print-env").must(t, exitStopped, "nothing was printed"),
	} {
		if refused.out != "" {
			t.Errorf("printed %q", refused.out)
		}
	}
	asked := d.atTerminal("yes\n", "login", "--print-env").must(t, exitDone, "client secret and the refresh token of "+zohotest.CallerEmail+" in 1234567890 (profile default)")
	piped := d.run("", "login", "--print-env", "--yes").must(t, exitDone)
	if asked.out != piped.out || strings.Contains(asked.err+piped.err, zohotest.ClientSecret) {
		t.Errorf("asked: %q\npiped: %q\n%s", asked.out, piped.out, asked.err)
	}
	d.run("", "login", "--print-env", "--yes", "--json").must(t, exitDone, `"ZOHO_REFRESH_TOKEN": "1000.`)

	other := newDesk(t, zohotest.Options{})
	for line := range strings.Lines(asked.out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		other.env[name] = value
	}
	if len(other.env) != 5 || other.env[auth.EnvClientID] != zohotest.ClientID {
		t.Fatalf("variables %v", other.env)
	}
	other.run("", "status").must(t, exitDone, "connected", "the environment")
	other.run("", "login", "--print-env", "--yes").must(t, exitUsage, "nothing was typed") // none is saved: a new one begins
}

// A refused secret is blamed on the place that it came from.
func TestARefusedLoginNamesItsOrigin(t *testing.T) {
	for place, words := range map[string]string{"file": "the login saved in the file ", "keyring": "the login saved in the system's keyring"} {
		d := newDesk(t, zohotest.Options{})
		d.login("--secrets", place).must(t, exitDone)
		_, token, _ := strings.Cut(d.run("", "login", "--print-env", "--yes").must(t, exitDone).out, auth.EnvRefreshToken+"=")
		if err := d.service.Revoke(strings.Fields(token)[0]); err != nil {
			t.Fatal(err)
		}
		d.forgetTokens()
		d.run("", "status").must(t, exitNotAllowed, words, "run zohobulk login")
	}
	d := newDesk(t, zohotest.Options{})
	d.save(connect.Profile{Name: connect.DefaultProfile, AccountsURL: d.url, MailURL: d.url, Command: connect.Command{"/bin/sh", "-c",
		"echo client_id=" + zohotest.ClientID + "; echo client_secret=" + zohotest.ClientSecret + "; echo refresh_token=1000.gone"}})
	d.run("", "status").must(t, exitNotAllowed, "the profile's secret_command printed")
	d.env = map[string]string{auth.EnvClientID: "1000.WRONG", auth.EnvClientSecret: "x", auth.EnvRefreshToken: "1000.x"}
	d.run("", "status").must(t, exitNotAllowed, "ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET come from the environment")
}
