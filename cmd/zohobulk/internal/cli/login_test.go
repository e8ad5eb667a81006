package cli

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

func TestLoginStatusLogout(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone, "Generate Code", strings.Join(zoho.AdminRights.Scopes(), ","), "logged in as "+zohotest.CallerEmail, "keyring", "next: zohobulk status")
	d.run("", "status").must(t, exitDone, "connected", "organization.accounts.UPDATE: unknown until the first update")

	var got statusDocument
	s := d.run("", "status", "--json").must(t, exitDone)
	if err := json.Unmarshal([]byte(s.out), &got); err != nil {
		t.Fatal(err)
	}
	if at, err := time.Parse(time.RFC3339, got.Token.ExpiresAt); err != nil || time.Until(at) < 50*time.Minute {
		t.Errorf("the token is said to be good until %q", got.Token.ExpiresAt)
	}
	got.Token.ExpiresAt = ""
	got.Secrets.RefreshToken = ""
	want := statusDocument{Schema: 1, Status: connect.Status{
		Profile: "default", Accounts: d.url, Mail: d.url, Rights: "admin", Connected: true, User: zohotest.CallerEmail, Role: "admin",
		ZOID: strconv.Itoa(zohotest.ZOID), Scopes: []connect.ScopeState{{Scope: zoho.AdminRights.Scopes()[0], State: connect.Granted}, {Scope: zoho.AdminRights.Scopes()[1], State: connect.Undecided}, {Scope: zoho.AdminRights.Scopes()[2], State: connect.Granted}},
		Rate: "unlimited", Secrets: connect.SecretHints{Place: "keyring", ClientID: "1000.5A59…", ClientSecret: "7a79…"}, Token: connect.TokenState{Cached: true},
		Probe: connect.Probed{Answers: zoho.NoCapabilities()},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	if n := d.count("/oauth/v2/token"); n != 1 {
		t.Errorf("login and two looks took %d tokens, want the login's alone", n)
	}

	d.run("", "logout", "--json").must(t, exitDone, `"revoked": true`, `"deleted": "keyring"`)
	if d.count("/oauth/v2/token/revoke") != 1 {
		t.Error("the login was not revoked")
	}
	if _, err := keyring.Get("zohobulk", "default"); err == nil {
		t.Error("the keyring still holds the login")
	}
	for name := range d.files() {
		if strings.Contains(name, "tokens") {
			t.Errorf("%s is left", name)
		}
	}
	d.run("", "logout").must(t, exitNotAllowed, "not logged in")
	s = d.run("", "status", "--json").must(t, exitNotAllowed, `"code": "not-logged-in"`, `"connected": false`)
	if !json.Valid([]byte(s.out)) {
		t.Errorf("more than one document: %s", s.out)
	}
}

// count counts the calls of a path.
func (d *desk) count(path string) int {
	n := 0
	for _, c := range d.service.Log() {
		if c.Path == path {
			n++
		}
	}
	return n
}

func TestLoginByBrowser(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.env[auth.EnvClientID], d.env[auth.EnvClientSecret] = zohotest.ClientID, zohotest.ClientSecret
	d.save(connect.Profile{Name: "zylker", Rate: "unlimited"})
	port := freePort(t)
	var out, errs writer
	args := append([]string{"login", "--way", "browser", "--no-browser", "--port", strconv.Itoa(port), "--profile", "zylker"}, d.there()...)
	done := make(chan int)
	go func() {
		done <- Run(t.Context(), args, System{Streams: Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, Env: func(n string) string { return d.env[n] },
			Now: time.Now, Hard: context.Background()})
	}()
	address := regexp.MustCompile(`http://\S+/oauth/v2/auth\?\S+`)
	for address.FindString(errs.String()) == "" {
		select {
		case code := <-done:
			t.Fatalf("ended with %d: %s", code, errs.String())
		default:
			runtime.Gosched()
		}
	}
	response, err := http.Get(address.FindString(errs.String())) // the person's browser, which follows redirects
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	said{<-done, out.String(), errs.String()}.must(t, exitDone, auth.Redirect(port), "logged in as", "next: zohobulk status --profile zylker")
	delete(d.env, auth.EnvClientID)
	d.run("", "status", "--profile", "zylker").must(t, exitDone, "connected")
	d.run("", "status").must(t, exitNotAllowed, "not logged in")
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestLoginByDevice(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.env[auth.EnvClientID], d.env[auth.EnvClientSecret] = zohotest.ClientID, zohotest.ClientSecret
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var out, errs writer
		a := &app{System: System{Streams: Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, Env: func(n string) string { return d.env[n] },
			Now: time.Now, Hard: t.Context()}}
		service := zohotest.New(zohotest.Options{})
		c := a.connectorIn(folders)
		c.HTTP = zohotest.Transport(service)
		l, err := c.Login(connect.Choice{Profile: "x", AccountsURL: zohotest.URL, MailURL: zohotest.URL, Rights: zoho.UserRights},
			connect.LoginOptions{Way: connect.ByDevice, Store: auth.File})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(40 * time.Second)
			code := regexp.MustCompile(`type the code (\S+)`).FindStringSubmatch(errs.String())
			if len(code) != 2 {
				t.Errorf("no code on the screen: %s", errs.String())
				return
			}
			if found, err := service.DeviceChoice(code[1], zohotest.Accepted); err != nil || !found {
				t.Errorf("the code %s is nobody's: %v", code[1], err)
			}
		}()
		if _, err := l.Run(t.Context(), &loginTalk{talk: a.newTalk()}); err != nil {
			t.Fatal(err)
		}
		p, err := folders.Profiles().Load("x")
		want := connect.Profile{Name: "x", AccountsURL: zohotest.URL, MailURL: zohotest.URL, ZOID: strconv.Itoa(zohotest.ZOID), User: zohotest.CallerEmail,
			Role: "admin", Auth: "user", Secrets: "file", Scopes: strings.Join(zoho.UserRights.Scopes(), ",")}
		if diff := cmp.Diff(want, p); diff != "" || err != nil {
			t.Errorf("profile: %v\n%s", err, diff)
		}
	})
}

func TestLoginOfNoUse(t *testing.T) {
	people := []zohotest.User{
		{ZUID: 1001, AccountID: "2560636000000001001", Email: "member@zylker.com", DisplayName: "M", Role: zohotest.Member},
		{ZUID: 1002, AccountID: "2560636000000001002", Email: "outside@example.com", DisplayName: "O", Role: zohotest.Admin, Outside: true},
		{ZUID: 1003, AccountID: "2560636000000001003", Email: "boss@zylker.com", DisplayName: "B", Role: zohotest.SuperAdmin},
	}
	for _, test := range []struct {
		name, caller string
		quirks       zohotest.Quirks
		args         []string
		code         int
		words        string
	}{
		{"member", "member@zylker.com", zohotest.Quirks{}, nil, exitNotAllowed, "no administrator"},
		{"member under another key", "member@zylker.com", zohotest.Quirks{Roles: "roleName"}, nil, exitNotAllowed, "no administrator"},
		{"member for the own account", "member@zylker.com", zohotest.Quirks{}, []string{"--auth", "user"}, exitDone, "logged in as member@zylker.com"},
		{"outside", "outside@example.com", zohotest.Quirks{}, nil, exitNotAllowed, "belongs to no organisation"},
		{"outside, zoid typed", "outside@example.com", zohotest.Quirks{}, []string{"--zoid", "1234567890"}, exitDone, "logged in as outside@example.com"},
		{"super administrator", "boss@zylker.com", zohotest.Quirks{Roles: "iamUserRole"}, nil, exitDone, "logged in as boss@zylker.com"},
		{"role not told", "boss@zylker.com", zohotest.Quirks{Roles: "none"}, nil, exitDone, "role not told"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, zohotest.Options{Users: people, Caller: test.caller, Quirks: test.quirks})
			d.login(test.args...).must(t, test.code, test.words)
			if test.code == exitDone {
				return
			}
			if files := d.files(); len(files) > 1 || d.count("/oauth/v2/token/revoke") != 1 { // a lock may stay
				t.Errorf("a login of no use left %v, %d revokes", files, d.count("/oauth/v2/token/revoke"))
			}
			if _, err := keyring.Get("zohobulk", "default"); err == nil {
				t.Error("a login of no use is in the keyring")
			}
		})
	}
}

func TestLoginRefused(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	for _, test := range []struct {
		in, words string
		code      int
	}{
		{"1000.WRONG\n" + zohotest.ClientSecret + "\n1000.x\n", "data centre", exitNotAllowed},
		{zohotest.ClientID + "\nwrong\n1000.x\n", "client secret", exitNotAllowed},
		{zohotest.ClientID + "\n" + zohotest.ClientSecret + "\n1000.x\n", "used up, too old", exitNotAllowed},
		{zohotest.ClientID + "\n" + zohotest.ClientSecret + "\n", "nothing was typed", exitUsage},
		{"", "nothing was typed", exitUsage},
	} {
		d.run(test.in, append([]string{"login"}, d.there()...)...).must(t, test.code, test.words)
	}
	for _, args := range [][]string{{"--way", "pigeon"}, {"--auth", "king"}, {"--port", "0"}, {"--secrets", "wall"}, {"--sandbox"}, {"x"}} {
		d.run("", append([]string{"login"}, args...)...).must(t, exitUsage)
	}
	d.run("", "login", "--dc", "mars").must(t, exitUsage, "mars")
	d.run("", "login", "--accounts-url", "http://accounts.example.com").must(t, exitUsage, "https")
}

func TestLoginKeepsWhatBelongsToTheOrganisation(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	learnt := &connect.Probe{Capabilities: zoho.Capabilities{PhoneKey: "phoneNumer"}.Complete(), User: "x@zylker.com", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for zoid, kept := range map[string]bool{strconv.Itoa(zohotest.ZOID): true, "999": false} {
		if err := folders.Profiles().Save(connect.Profile{Name: "default", ZOID: zoid, Rate: "200/s", Probe: learnt, Users: 50}); err != nil {
			t.Fatal(err)
		}
		d.login().must(t, exitDone)
		p, err := folders.Profiles().Load("default")
		if err != nil || (p.Probe != nil) != kept || (p.Users == 50) != kept || p.Rate != "200/s" || p.ZOID != strconv.Itoa(zohotest.ZOID) {
			t.Errorf("from organisation %s: %+v (%v), want what was learnt kept: %v", zoid, p, err, kept)
		}
	}
}

func TestModesOfAllFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no modes")
	}
	d := newDesk(t, zohotest.Options{})
	d.login("--secrets", "file").must(t, exitDone, "secrets/default.json")
	d.run("", "probe", "--user", zohotest.RebeccaEmail, "--yes", "--rate", "unlimited").must(t, exitDone)
	n := 0
	err := filepath.WalkDir(d.home, func(path string, e os.DirEntry, err error) error {
		if path == d.home || err != nil {
			return err
		}
		n++
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil || n < 6 {
		t.Errorf("%d files and folders, %v", n, err)
	}
}

func TestScheduledJobNeedsTheEnvironmentAlone(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.env[auth.EnvClientID], d.env[auth.EnvClientSecret], d.env[auth.EnvRefreshToken] = zohotest.ClientID, zohotest.ClientSecret, zohotest.RefreshToken
	d.run("", append([]string{"status"}, d.there()...)...).must(t, exitDone, "connected", "the environment")
	d.run("", append([]string{"logout"}, d.there()...)...).must(t, exitFailed, "did not put it there")
	delete(d.env, auth.EnvClientSecret)
	d.run("", append([]string{"status"}, d.there()...)...).must(t, exitNotAllowed, "ZOHO_CLIENT_SECRET")
}

// TestSecretCommandIsAskedWhenItIsNeeded counts how often a password manager would want a fingerprint.
func TestSecretCommandIsAskedWhenItIsNeeded(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the command of this test is for a shell that Windows has not")
	}
	d := newDesk(t, zohotest.Options{})
	note := filepath.Join(d.home, "asked")
	d.save(connect.Profile{Name: connect.DefaultProfile, Rate: "unlimited", AccountsURL: d.url, MailURL: d.url, Command: connect.Command{"/bin/sh", "-c",
		"echo asked >> " + note + "; echo " + auth.EnvClientID + "=" + zohotest.ClientID + "; echo " + auth.EnvClientSecret + "=" + zohotest.ClientSecret +
			"; echo " + auth.EnvRefreshToken + "=" + zohotest.RefreshToken}})
	for _, step := range []struct {
		args  []string
		code  int
		asked int
	}{
		{[]string{"status"}, exitDone, 1},
		{[]string{"login", "--way", "code"}, exitUsage, 0}, // nobody types anything
		{[]string{"logout"}, exitFailed, 0},
		{probeArgs("--yes"), exitDone, 1},
	} {
		_ = os.Remove(note)
		d.run("", step.args...).must(t, step.code)
		text, _ := os.ReadFile(note)
		if n := strings.Count(string(text), "asked"); n != step.asked {
			t.Errorf("%s asked the command %d times, want %d", step.args[0], n, step.asked)
		}
	}
}

func TestStatusTellsWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*desk)
		code  int
		words []string
	}{
		"revoked": {func(d *desk) {
			if err := d.service.Revoke(zohotest.RefreshToken); err != nil {
				d.t.Fatal(err)
			}
		}, exitNotAllowed, []string{"ZOHO_REFRESH_TOKEN (from the environment)", "revoked", "zohobulk login --print-env"}},
		"throttled":  {func(d *desk) { d.service.Inject(zohotest.Fault{Kind: zohotest.TokenThrottled, Path: "/oauth"}) }, exitStopped, []string{"ten in ten minutes"}},
		"wrong host": {func(d *desk) { d.service.Inject(zohotest.Fault{Kind: zohotest.HTML404}) }, exitFailed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, zohotest.Options{})
			d.env[auth.EnvClientID], d.env[auth.EnvClientSecret], d.env[auth.EnvRefreshToken] = zohotest.ClientID, zohotest.ClientSecret, zohotest.RefreshToken
			test.spoil(d)
			d.run("", append([]string{"status"}, d.there()...)...).must(t, test.code, test.words...)
		})
	}
	t.Run("scope missing", func(t *testing.T) {
		d := newDesk(t, zohotest.Options{Scopes: []string{zohotest.ScopeOwnRead}})
		d.env[auth.EnvClientID], d.env[auth.EnvClientSecret], d.env[auth.EnvRefreshToken] = zohotest.ClientID, zohotest.ClientSecret, zohotest.RefreshToken
		d.run("", append([]string{"status"}, d.there()...)...).must(t, exitNotAllowed, "organization.accounts.READ: missing", "accounts.READ: granted")
	})
}
