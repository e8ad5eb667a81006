package cli

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// probing are the arguments of a probe of the sample user.
func probeArgs(more ...string) []string {
	return append([]string{"probe", "--user", zohotest.RebeccaEmail, "--rate", "unlimited"}, more...)
}

func TestProbeAnswersAreKeptAndUsed(t *testing.T) {
	d := newDesk(t, zohotest.Options{Quirks: zohotest.Quirks{PhoneKey: zohotest.PhoneNumer, OmittedAddress: zohotest.Cleared, PageCap: 20}})
	d.login().must(t, exitDone)
	before, _ := d.service.User(zohotest.RebeccaEmail)
	s := d.run("", probeArgs("--yes", "--json")...).must(t, exitDone, "omitted_address")
	after, _ := d.service.User(zohotest.RebeccaEmail)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the user is not as before:\n%s", diff)
	}
	var doc probeDocument
	if err := json.Unmarshal([]byte(s.out), &doc); err != nil {
		t.Fatal(err)
	}
	want := zoho.Capabilities{PhoneKey: "phoneNumer", Names: zoho.Yes, OmittedFields: zoho.Kept, OmittedAddress: zoho.Cleared,
		Empty: zoho.Cleared, UpperCountry: zoho.Refused, PageSize: 20}
	if diff := cmp.Diff(want, doc.Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if doc.Schema != 1 || doc.User != zohotest.RebeccaEmail || doc.Calls < 12 || doc.Calls != len(doc.Account) {
		t.Errorf("schema %d, user %s, %d calls of which %d are told", doc.Schema, doc.User, doc.Calls, len(doc.Account))
	}
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	p, err := folders.Profiles().Load("default")
	if err != nil || p.Probed() != want || p.Probe.User != zohotest.RebeccaEmail {
		t.Errorf("the profile has %+v, %v", p.Probe, err)
	}
	d.run("", "status").must(t, exitDone, "phoneNumer", "parts of the address left out: cleared")
	d.run("", probeArgs("--yes")...).must(t, exitDone, "question", "as it was before", "PUT  phoneNumer → 200", "PUT  phoneNumber → 404 EXTRA_KEY_FOUND_IN_JSON")
}

func TestProbeAsks(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	d.run("yes\n", probeArgs()...).must(t, exitUsage, "--yes")
	for _, answer := range []string{"no\n", "maybe\nno\n", "", "yes\n"} { // the last one sends
		code := exitFailed
		if answer == "yes\n" {
			code = exitDone
		}
		var out, errs writer
		got := Run(t.Context(), probeArgs(), System{Streams: Streams{In: strings.NewReader(answer), Out: &out, Err: &errs, InTerminal: true},
			Env: func(string) string { return "" }, Now: time.Now, Hard: context.Background()})
		s := said{got, out.String(), errs.String()}
		s.must(t, code, "puts everything back")
		if sent := d.puts() > 0; sent != (code == exitDone) {
			t.Errorf("after %q something was sent: %v", answer, sent)
		}
	}
}

func TestProbeKeepsAwayFromPeople(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	d.run("", "probe", "--user", zohotest.CallerEmail, "--yes").must(t, exitFailed, "your own account")
	other, err := d.service.Users()
	if err != nil {
		t.Fatal(err)
	}
	admins := 0
	for _, u := range other {
		if u.Role != zohotest.Member && u.Email != zohotest.CallerEmail {
			d.run("", "probe", "--user", u.Email, "--yes", "--rate", "unlimited").must(t, exitFailed, "is an administrator")
			admins++
		}
	}
	d.run("", "probe", "--user", "nobody@zylker.com", "--yes", "--rate", "unlimited").must(t, exitFailed, "nobody@zylker.com")
	d.run("", "probe", "--yes").must(t, exitUsage, "--user")
	d.run("", probeArgs("--yes", "--auth", "user")...).must(t, exitUsage, "--auth user")
	if admins == 0 || d.puts() > 0 {
		t.Errorf("%d administrators tried, %d updates sent", admins, d.puts())
	}
}

// puts counts the updates.
func (d *desk) puts() int {
	n := 0
	for _, c := range d.service.Log() {
		if c.Method == http.MethodPut {
			n++
		}
	}
	return n
}

func TestProbePutsBackAfterCtrlC(t *testing.T) {
	for stop := 1; stop <= 6; stop++ {
		ctx, cancel := context.WithCancel(t.Context())
		puts := 0
		d := newDesk(t, zohotest.Options{Quirks: zohotest.Quirks{Omitted: zohotest.Cleared}, OnCall: func(c zohotest.Call) {
			if c.Method == http.MethodPut {
				if puts++; puts == stop {
					cancel()
				}
			}
		}})
		d.login().must(t, exitDone)
		before, _ := d.service.User(zohotest.RebeccaEmail)
		d.runUntil(ctx, "", probeArgs("--yes")...).must(t, exitStopped, "interrupted", "as it was before")
		after, _ := d.service.User(zohotest.RebeccaEmail)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("after Ctrl-C at update %d the user is not as before:\n%s", stop, diff)
		}
		if left, _ := filepath.Glob(filepath.Join(d.home, "*", "zohobulk", "probe", "*")); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
		cancel()
	}
}

func TestProbeMendsWhatAKilledOneLeft(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	before, _ := d.service.User(zohotest.RebeccaEmail)
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(folders.Config, "probe", "default.json")
	note, err := json.Marshal(zoho.Account{ZUID: "100001234", AccountID: zohotest.RebeccaAccountID, PrimaryEmail: before.Email, ZOID: "1234567890",
		DisplayName: before.DisplayName, MobileNumber: before.Mobile, FirstName: before.FirstName, LastName: before.LastName, Gender: before.Gender,
		Country: before.Country, PhoneNumber: before.Phone, Address: zoho.Address{StreetAddr: before.Address.Street, City: before.Address.City,
			PostalCode: before.Address.PostalCode, State: before.Address.State}})
	if err = errors.Join(err, os.MkdirAll(filepath.Dir(left), 0o700), os.WriteFile(left, note, 0o600)); err != nil {
		t.Fatal(err)
	}
	spoilt := before
	spoilt.Mobile, spoilt.DisplayName = "", "Rebecca Anderson x"
	if err := d.service.Put(spoilt); err != nil {
		t.Fatal(err)
	}
	d.run("", probeArgs("--yes")...).must(t, exitDone, "the last probe was ended")
	after, _ := d.service.User(zohotest.RebeccaEmail)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the user is not as before:\n%s", diff)
	}
	if err := os.WriteFile(left, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.run("", probeArgs("--yes")...).must(t, exitFailed, "damaged")
}

// TestNoSecretAnywhere runs the commands at their loudest, also with everything going wrong, and looks for the secrets
// in every byte that was written outside the two places that keep them.
func TestNoSecretAnywhere(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	var all []string
	note := func(s said) { all = append(all, s.out, s.err) }
	note(d.login("-v", "--secrets", "file").must(t, exitDone))
	for i, kind := range append(zohotest.Mischiefs(), "", "") {
		if kind == zohotest.Slow || strings.Contains(string(kind), "throttle") || kind == zohotest.Revoked {
			continue // these wait, or end everything
		}
		if kind != "" {
			d.service.Inject(zohotest.Fault{Kind: kind, Times: 1})
		}
		note(d.run("", append([]string{"status", "-v"}, []string{"--json"}[:i%2]...)...))
		if err := d.service.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
	for kind, code := range map[zohotest.Mischief]int{
		zohotest.TokenThrottled: exitStopped, zohotest.HTML404: exitNotAllowed, zohotest.Garbage: exitNotAllowed,
	} {
		d.forgetTokens()
		d.service.Inject(zohotest.Fault{Kind: kind, Path: "/oauth"})
		note(d.run("", "status", "-v").must(t, code))
		if err := d.service.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
	d.forgetTokens()
	note(d.run("", probeArgs("-v", "--yes")...).must(t, exitDone))
	note(d.run("", probeArgs("-v", "--yes", "--json")...).must(t, exitDone))
	note(d.run("1000.aa\n"+zohotest.ClientSecret+"\n1000.0123456789abcdef.0123456789abcdef\n", append([]string{"login", "-v"}, d.there()...)...).must(t, exitNotAllowed))
	kept := map[string]bool{"secrets": false, "tokens": false}
	for name, text := range d.files() {
		if folder := filepath.Base(filepath.Dir(name)); strings.HasSuffix(name, ".json") && (folder == "secrets" || folder == "tokens") {
			kept[folder] = true
			continue
		}
		all = append(all, name, text)
	}
	note(d.run("", "logout", "-v", "--json").must(t, exitDone))
	if !kept["secrets"] || !kept["tokens"] {
		t.Errorf("secrets and token were not where this test expects them: %v", kept)
	}
	if len(all) < 40 {
		t.Errorf("only %d texts to look at", len(all))
	}
	looksLikeOne := regexp.MustCompile(`1000\.[0-9a-fA-F]{6,}\.[0-9a-fA-F]{6,}`)
	for _, text := range all {
		if strings.Contains(text, zohotest.ClientSecret) || looksLikeOne.MatchString(text) {
			t.Errorf("a secret shows in %s", auth.Secret(text).Hint()+looksLikeOne.ReplaceAllString(strings.ReplaceAll(text, zohotest.ClientSecret, "<SECRET>"), "<TOKEN>"))
		}
	}
}

// forgetTokens empties the cache of access tokens.
func (d *desk) forgetTokens() {
	d.t.Helper()
	folders, err := connect.SystemFolders()
	if err == nil {
		err = os.RemoveAll(folders.Tokens())
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// A run and a probe on one organisation keep each other out, also at a stand-in.
func TestProbeAndRunsShareALock(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login().must(t, exitDone)
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	lock, err := journal.LockOrganisation(folders.Locks(&connect.Site{Mail: d.url}), "1234567890", "")
	if err != nil {
		t.Fatal(err)
	}
	staff := filepath.Join("..", "..", "..", "..", "samples", "staff.csv")
	d.run("", probeArgs("--yes")...).must(t, exitFailed, "another run on organisation 1234567890")
	d.run("", "apply", staff, "--yes", "--reports", t.TempDir()).must(t, exitFailed, "another run on organisation 1234567890")
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	d.run("", probeArgs("--yes")...).must(t, exitDone)

	if lock, err = journal.LockOrganisation(folders.Locks(&connect.Site{DC: "sandbox"}), "1234567890", ""); err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	d.run("", probeArgs("--yes", "--sandbox")...).must(t, exitFailed, "another run on organisation 1234567890")
	d.run("", "apply", staff, "--yes", "--sandbox", "--reports", t.TempDir()).must(t, exitFailed, "another run on organisation 1234567890")
}
