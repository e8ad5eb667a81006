package connect

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

func full() Profile {
	return Profile{
		Name: "zylker-eu", DC: "eu", AccountsURL: "https://accounts.zoho.eu", MailURL: "https://mail.zoho.eu", ZOID: "1234567890123456789",
		Organisation: "Zylker \"Europe\"", User: "priya@zylker.com", Role: "admin", Auth: "admin", Rate: "25/m", Secrets: auth.Keyring,
		Command: Command{"pass", "show", "zoho"}, Scopes: "a,b", Users: 132,
		Mapping: "/home/priya/map.toml", Phones: "e164", Reports: "/srv/reports",
		Probe: &Probe{
			Capabilities: zoho.Capabilities{PhoneKey: zoho.PhoneNumer, Names: zoho.No, OmittedFields: zoho.Kept, OmittedAddress: zoho.Cleared, Empty: zoho.Refused,
				UpperCountry: zoho.Unknown, ReadBackSeconds: 2.5, PageSize: 50},
			User: "temp@zylker.com", At: time.Date(2026, 11, 21, 15, 30, 12, 0, time.UTC),
		},
		Proven: &Proven{Capabilities: zoho.Capabilities{PhoneKey: zoho.PhoneNumber, Names: zoho.Yes, OmittedFields: zoho.Kept, OmittedAddress: zoho.Unknown, Empty: zoho.Unknown,
			UpperCountry: zoho.Unknown}, Fields: []string{"displayName", "city"}},
	}
}

func TestSaveAndLoadKeepEverything(t *testing.T) {
	f := Profiles{filepath.Join(t.TempDir(), "zohobulk", "profiles")}
	for _, want := range []Profile{full(), {Name: DefaultProfile}, {Name: "a", Probe: &Probe{Capabilities: zoho.NoCapabilities()}}} {
		if err := f.Save(want); err != nil {
			t.Fatal(err)
		}
		got, err := f.Load(want.Name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("profile %q changed on the way (-saved +loaded):\n%s", want.Name, diff)
		}
	}
	names, err := f.List()
	if diff := cmp.Diff([]string{"a", "default", "zylker-eu"}, names); diff != "" || err != nil {
		t.Errorf("List: %v\n%s", err, diff)
	}
	if err := errors.Join(f.Remove("a"), f.Remove("a")); err != nil {
		t.Errorf("Remove: %v", err)
	}
	if _, err := f.Load("a"); !errors.Is(err, ErrNone) {
		t.Errorf("a removed profile loads with %v, want ErrNone", err)
	}
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no modes")
	}
	f := Profiles{filepath.Join(t.TempDir(), "zohobulk", "profiles")}
	if err := f.Save(full()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{
		f.File("zylker-eu"): 0o600, f.Path: 0o700 | fs.ModeDir, filepath.Dir(f.Path): 0o700 | fs.ModeDir,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
	left, err := os.ReadDir(f.Path)
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v (%v), want the profile alone", left, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"unknown key", "secret_comand = \"x\"\n", `unknown key "secret_comand"`},
		{"unknown key of the probe", "[probe]\nphone = \"x\"\n", `unknown key "probe.phone"`},
		{"no TOML", "dc us\n", "default.toml"},
		{"wrong command", "secret_command = 7\n", "secret_command: want a line"},
		{"wrong command part", "secret_command = [1]\n", "secret_command: want a line"},
		{"wrong truth", "[probe]\nnames = \"perhaps\"\n", "want true, false"},
		{"too long", strings.Repeat("#", maxFile+1), "is no profile"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Profiles{t.TempDir()}
			if err := os.WriteFile(f.File(DefaultProfile), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := f.Load("")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want something with %q", err, test.want)
			}
		})
	}
}

func TestNamesThatAreNoFiles(t *testing.T) {
	f := Profiles{t.TempDir()}
	for _, name := range []string{"../x", "a/b", ".hidden", "", strings.Repeat("a", 65), "a b", "-x"} {
		if err := f.Save(Profile{Name: name}); err == nil {
			t.Errorf("Save took the name %q", name)
		}
		if name != "" {
			if _, err := f.Load(name); err == nil || errors.Is(err, ErrNone) {
				t.Errorf("Load took the name %q: %v", name, err)
			}
		}
	}
}

func TestCommandLineGoesToTheShell(t *testing.T) {
	f := Profiles{t.TempDir()}
	if err := os.WriteFile(f.File(DefaultProfile), []byte("secret_command = \"pass show zoho | head -1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := f.Load(DefaultProfile)
	if err != nil || len(p.Command) != 3 || p.Command[2] != "pass show zoho | head -1" {
		t.Errorf("command %q, %v; want a shell with the line", p.Command, err)
	}
}

func TestLearntAsJSON(t *testing.T) {
	for _, test := range []struct {
		learnt zoho.Capabilities
		want   string
	}{
		{zoho.NoCapabilities(), `{"phone_key":"unknown","names":"unknown","omitted_fields":"unknown","omitted_address":"unknown","empty":"unknown","upper_country":"unknown","read_back_s":0,"page_size":0}`},
		{full().Probed(), `{"phone_key":"phoneNumer","names":false,"omitted_fields":"kept","omitted_address":"cleared","empty":"refused","upper_country":"unknown","read_back_s":2.5,"page_size":50}`},
	} {
		got, err := json.Marshal(test.learnt)
		if err != nil || string(got) != test.want {
			t.Errorf("got  %s (%v)\nwant %s", got, err, test.want)
		}
		var back zoho.Capabilities
		if err := json.Unmarshal(got, &back); err != nil || back != test.learnt {
			t.Errorf("read back as %+v (%v), want %+v", back, err, test.learnt)
		}
	}
	if (zoho.Capabilities{}).Known() || zoho.NoCapabilities().Known() || !full().Probed().Known() {
		t.Error("Known: nothing is known of a probe that never ran, and something of one that did")
	}
	if (Profile{}).Probed() != zoho.NoCapabilities() || (zoho.Capabilities{}).Complete() != zoho.NoCapabilities() {
		t.Error("a profile without probe must spell out that nothing is known")
	}
}
