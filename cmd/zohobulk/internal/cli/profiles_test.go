package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

func TestProfilesListsTheConnections(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	d.login("--profile", "zylker", "--secrets", "file").must(t, exitDone)
	d.save(connect.Profile{Name: "acme", DC: "eu", Organisation: "Acme Ltd", ZOID: "99", User: "ana@example.com", Auth: "user", Secrets: auth.Keyring,
		Rate: "5/m", Phones: "e164"})
	d.run("", "profiles").must(t, exitDone, "default", "Acme Ltd (99)", "ana@example.com", "1234567890", zohotest.CallerEmail, "next: ")

	var got profilesDocument
	if err := json.Unmarshal([]byte(d.run("", "profiles", "--json").must(t, exitDone).out), &got); err != nil {
		t.Fatal(err)
	}
	folders, err := connect.SystemFolders()
	if err != nil {
		t.Fatal(err)
	}
	file := folders.Profiles().File
	want := profilesDocument{Schema: 1, Profiles: []shownProfile{
		{Profile: "acme", File: file("acme"), DC: "eu", Auth: "user", User: "ana@example.com", ZOID: "99", Organisation: "Acme Ltd", Secrets: "keyring",
			Rate: "5/m", Phones: "e164"},
		{Profile: "default", File: file("default"), Auth: "admin", Rate: "unlimited"},
		{Profile: "zylker", File: file("zylker"), Accounts: d.url, Mail: d.url, Auth: "admin", User: zohotest.CallerEmail, Role: "admin",
			ZOID: "1234567890", Secrets: "file"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("profiles (-want +got):\n%s", diff)
	}

	if err := os.WriteFile(filepath.Join(folders.Config, "profiles", "broken.toml"), []byte("rate = ["), 0o600); err != nil {
		t.Fatal(err)
	}
	d.run("", "profiles").must(t, exitFailed, "Acme Ltd (99)", "broken.toml")
	if err := os.RemoveAll(filepath.Join(folders.Config, "profiles")); err != nil {
		t.Fatal(err)
	}
	d.run("", "profiles").must(t, exitDone, "no connection yet", "zohobulk login")
}
