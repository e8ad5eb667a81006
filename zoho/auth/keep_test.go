package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"zohobulk/zoho"
	"zohobulk/zoho/internal/privatefile"
)

func noEnv(string) string { return "" }

func envOf(c Credentials) func(string) string {
	values := map[string]string{EnvClientID: c.ClientID.Reveal(), EnvClientSecret: c.ClientSecret.Reveal(), EnvRefreshToken: c.RefreshToken.Reveal()}
	return func(name string) string { return values[name] }
}

func TestKeyringKeepsSecrets(t *testing.T) {
	keyring.MockInit()
	k := Keeper{Folder: filepath.Join(t.TempDir(), "secrets"), Env: noEnv}
	if err := privatefile.Write(k.file("zylker"), []byte("older")); err != nil {
		t.Fatal(err)
	}
	at, why, err := k.Keep(t.Context(), "zylker", testCredentials, false)
	if err != nil || at != Keyring || why != "" {
		t.Fatalf("kept at %q, %q, %v; want the keyring", at, why, err)
	}
	if _, err := os.Stat(k.file("zylker")); err == nil {
		t.Error("an older file is still there")
	}
	p := Saved{Profile: "zylker", Place: at}
	got, err := k.Find(t.Context(), p)
	from := got.Origin.Place
	got.Origin = Origin{}
	if got != testCredentials || from != Keyring || err != nil {
		t.Errorf("found something else at %q: %v", from, err)
	}
	if err := errors.Join(k.Forget(t.Context(), "zylker", at), k.Forget(t.Context(), "zylker", at)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, k, p, CodeNotLoggedIn, string(zoho.LogIn))
}

func TestFileWhereThereIsNoKeyring(t *testing.T) {
	keyring.MockInitWithError(errors.New("no bus"))
	k := Keeper{Folder: filepath.Join(t.TempDir(), "secrets"), Env: noEnv}
	at, why, err := k.Keep(t.Context(), "zylker", testCredentials, false)
	if err != nil || at != File || why != "no bus" {
		t.Fatalf("kept at %q because %q, %v; want the file, and why", at, why, err)
	}
	p := Saved{Profile: "zylker", Place: at}
	got, err := k.Find(t.Context(), p)
	got.Origin = Origin{}
	if got != testCredentials || err != nil {
		t.Errorf("found something else: %v", err)
	}
	if info, err := os.Stat(k.file("zylker")); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("the file: %v, %v; want mode 0600", info, err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(k.file("zylker"), 0o640); err != nil {
			t.Fatal(err)
		}
		wantCode(t, k, p, CodeUnreadable, "chmod 600")
	}
	wantCode(t, k, Saved{Profile: "other", Place: File}, CodeNotLoggedIn, string(zoho.LogIn))
	wantCode(t, k, Saved{Profile: "zylker", Place: Keyring}, CodeUnreadable, string(zoho.KeepInFile))
}

func TestFileWhenAskedFor(t *testing.T) {
	keyring.MockInit()
	k := Keeper{Folder: t.TempDir(), Env: noEnv}
	if at, why, err := k.Keep(t.Context(), "zylker", testCredentials, true); at != File || why != "" || err != nil {
		t.Errorf("kept at %q, %q, %v; want the file, as asked", at, why, err)
	}
	if _, err := keyring.Get(keyringService, "zylker"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("the keyring has it too: %v", err)
	}
}

func TestEnvironmentGoesFirst(t *testing.T) {
	keyring.MockInit()
	k := Keeper{Folder: t.TempDir(), Env: envOf(testCredentials)}
	p := Saved{Profile: "x", Command: []string{"/no/such/command"}, Place: File}
	want := testCredentials
	want.Accounts = "" // the environment does not say
	want.Origin = Origin{Environment, "the environment (ZOHO_REFRESH_TOKEN)"}
	if got, err := k.Find(t.Context(), p); got != want || err != nil {
		t.Errorf("found something else at %q: %v", got.Origin, err)
	}
	k.Env = envOf(Credentials{RefreshToken: testCredentials.RefreshToken})
	wantCode(t, k, p, CodeIncomplete, EnvClientSecret)
	k.Env = envOf(Credentials{ClientID: testCredentials.ClientID, ClientSecret: testCredentials.ClientSecret})
	wantCode(t, k, Saved{Profile: "x"}, CodeNotLoggedIn, EnvRefreshToken)
}

func TestSecretCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs /bin/sh")
	}
	whole := `{"client_id":"` + testCredentials.ClientID.Reveal() + `","client_secret":"` + testCredentials.ClientSecret.Reveal() +
		`","refresh_token":"` + testCredentials.RefreshToken.Reveal() + `","accounts_url":"` + testCredentials.Accounts + `"}`
	lines := "# zoho\nexport ZOHO_CLIENT_ID='" + testCredentials.ClientID.Reveal() + "'\nZOHO_CLIENT_SECRET=" + testCredentials.ClientSecret.Reveal() +
		"\nother=1\nrefresh_token = \"" + testCredentials.RefreshToken.Reveal() + "\"\n"
	dir := t.TempDir()
	k := Keeper{Folder: dir, Env: noEnv}
	for _, test := range []struct{ name, script, code string }{
		{"object", whole, ""},
		{"lines", lines, ""},
		{"nothing of ours", "hello " + testCredentials.ClientSecret.Reveal(), CodeUnreadable},
		{"broken object", "{" + testCredentials.ClientSecret.Reveal(), CodeUnreadable},
		{"some missing", "client_id=" + testCredentials.ClientID.Reveal(), CodeIncomplete},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(dir, "out")
			if err := os.WriteFile(file, []byte(test.script), 0o600); err != nil {
				t.Fatal(err)
			}
			p := Saved{Profile: "x", Command: []string{"/bin/sh", "-c", "cat " + file}, Place: File}
			if test.code != "" {
				wantCode(t, k, p, test.code, "")
				return
			}
			got, err := k.Find(t.Context(), p)
			from := got.Origin.Place
			got.Origin = Origin{}
			got.Accounts = testCredentials.Accounts
			if got != testCredentials || from != FromCommand || err != nil {
				t.Errorf("found something else at %q: %v", from, err)
			}
		})
	}
	wantCode(t, k, Saved{Command: []string{"/bin/sh", "-c", "echo " + whole + "; exit 3"}}, CodeUnreadable, "by hand")
	wantCode(t, k, Saved{Command: []string{filepath.Join(dir, "none")}}, CodeUnreadable, "by hand")
}

func wantCode(t *testing.T, k Keeper, s Saved, code, hint string) {
	t.Helper()
	_, err := k.Find(t.Context(), s)
	var mine *Error
	if !errors.As(err, &mine) || mine.Code != code || !strings.Contains(mine.Hint+fmt.Sprint(mine.Remedies), hint) {
		t.Errorf("got %v, want %s and a hint with %q", err, code, hint)
		return
	}
	hides(t, mine.Message+mine.Hint)
}

func TestSecretsDoNotPrint(t *testing.T) {
	s := testCredentials.ClientSecret
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("x", "c", testCredentials, "s", s, "p", &testCredentials)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "c", testCredentials, "s", s)
	asJSON, err := json.Marshal(map[string]any{"c": testCredentials, "s": s})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, s) + fmt.Sprintf(verb, testCredentials) + fmt.Sprintf(verb, &testCredentials)
	}
	hides(t, all)
	hides(t, all, Secret(fmt.Sprintf("%x", s.Reveal())), testCredentials.ClientID)
	if !strings.Contains(all, mask) {
		t.Error("nothing was printed at all")
	}
	if Secret("").String() != "" || Secret("1000.5A594C4B455253414E44424F58").Hint() != "1000.5A59…" ||
		Secret("7a796c6b6572").Hint() != "7a79…" || Secret("1000.5A594C4B").Hint() != mask || Secret("short").Hint() != mask {
		t.Error("Hint shows four letters of a long secret beyond what all begin with, and none of a short one")
	}
}

func TestRedactor(t *testing.T) {
	var r Redactor
	r.Add("passport", "passport word&1", "", "typo")
	r.Add("passport")
	for in, want := range map[string]string{
		"passport word&1 and passport": mask + " and " + mask,
		"a typo stays":                 "a typo stays",
		"q=passport+word%261&x":        "q=" + mask + "&x",
		"1000.0123456789abcdef.01":     "1000.0123456789abcdef.01", // too short for one of Zoho's tokens
		"Zoho-oauthtoken 1000.0123456789abcdef.0123456789abcdef, 1": "Zoho-oauthtoken " + mask + ", 1",
		"nothing": "nothing",
	} {
		if got := r.Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
	var out strings.Builder
	if n, err := r.Writer(&out).Write([]byte("a passport b\n")); n != 13 || err != nil || out.String() != "a "+mask+" b\n" {
		t.Errorf("wrote %q, %d, %v", out.String(), n, err)
	}
}

func TestCredentialsStayWithTheirHost(t *testing.T) {
	c := testCredentials
	for _, same := range []string{c.Accounts, c.Accounts + "/", "https://ACCOUNTS.example.com"} {
		if err := c.CheckHost(same); err != nil {
			t.Errorf("%s: %v", same, err)
		}
	}
	for _, other := range []string{"https://accounts.example.org", "http://accounts.example.com", "https://accounts.example.com:444", ""} {
		if err := c.CheckHost(other); codeOf(err) != CodeOtherHost {
			t.Errorf("%q: %v, want a refusal", other, err)
		}
	}
	c.Accounts = ""
	if err := c.CheckHost("https://anywhere.example.com"); err != nil {
		t.Errorf("credentials of nobody knows where: %v", err)
	}
}
