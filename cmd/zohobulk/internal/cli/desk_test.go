package cli

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// desk is a person at a machine of their own, with a stand-in for the service at the other end of the line.
type desk struct {
	t       *testing.T
	service *zohotest.Server
	url     string
	home    string
	env     map[string]string
}

// newDesk gives a machine with empty folders and an empty keyring.
func newDesk(t *testing.T, o zohotest.Options) *desk {
	t.Helper()
	keyring.MockInit()
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData"} {
		t.Setenv(name, filepath.Join(home, strings.ToLower(name)))
	}
	d := &desk{t: t, service: zohotest.New(o), home: home, env: map[string]string{}}
	d.save(connect.Profile{Name: connect.DefaultProfile, Rate: "unlimited"}) // nobody waits for a test
	server := httptest.NewServer(d.service)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d *desk) save(p connect.Profile) {
	d.t.Helper()
	folders, err := connect.SystemFolders()
	if err == nil {
		err = folders.Profiles().Save(p)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// said is what a command left behind.
type said struct {
	code     int
	out, err string
}

// run runs a command whose standard input is in.
func (d *desk) run(in string, args ...string) said {
	d.t.Helper()
	return d.runUntil(d.t.Context(), in, args...)
}

// there are the flags that lead to the stand-in.
func (d *desk) there() []string { return []string{"--accounts-url", d.url, "--mail-url", d.url} }

func (d *desk) runUntil(ctx context.Context, in string, args ...string) said {
	d.t.Helper()
	var out, errs writer
	code := Run(ctx, args, System{
		Streams: Streams{In: strings.NewReader(in), Out: &out, Err: &errs},
		Env:     func(name string) string { return d.env[name] }, Now: time.Now, Hard: context.Background(),
	})
	return said{code, out.String(), errs.String()}
}

// login logs in with a self-client code, as far as that goes.
func (d *desk) login(args ...string) said {
	d.t.Helper()
	code, err := d.service.GrantCode()
	if err != nil {
		d.t.Fatal(err)
	}
	in := strings.Join([]string{zohotest.ClientID, zohotest.ClientSecret, code}, "\n")
	return d.run(in, append(append([]string{"login"}, d.there()...), args...)...)
}

// must fails the test if a command did not end as it should, with all of some words on its streams.
func (s said) must(t *testing.T, code int, words ...string) said {
	t.Helper()
	if s.code != code {
		t.Fatalf("exit code %d, want %d\n%s\n%s", s.code, code, s.out, s.err)
	}
	for _, w := range words {
		if !strings.Contains(s.out+s.err, w) {
			t.Errorf("no word of %q in\n%s\n%s", w, s.out, s.err)
		}
	}
	return s
}

// files gives every file below the machine's folders with its text.
func (d *desk) files() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.home, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(d.home, path)
		all[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// writer is a buffer that may be read while a command writes to it.
type writer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *writer) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}
