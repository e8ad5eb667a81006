package web_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/importer/web"
)

// TestSecondStart finds the page of the first process.
func TestSecondStart(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "ui")
	first, address, err := web.Claim(t.Context(), folder, "")
	if err != nil || first == nil || address != "" {
		t.Fatalf("first: %v %q %v", first, address, err)
	}
	l, err := first.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, server: web.New(web.Options{Workspace: workspace(t)}, l.Addr().String(), first.Saved()), host: l.Addr().String()}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.server.Serve(ctx, l) }()
	if err := first.Publish(r.server, l); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(folder, "ui.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("ui.json: %v %v", info.Mode(), err)
	}
	second, address, err := web.Claim(t.Context(), folder, "")
	if err != nil || second != nil {
		t.Fatalf("second: %v %v", second, err)
	}
	r.enter(address)
	r.get("history")
	for _, secret := range []string{"", "Bearer ", "Bearer wrong"} {
		request, _ := http.NewRequest("POST", "http://"+r.host+"/key", strings.NewReader(`{}`))
		request.Header.Set("Authorization", secret)
		if got := r.do(request); got.StatusCode != http.StatusNotFound {
			t.Errorf("a key for %q: %s", secret, got.Status)
		}
	}
	root := r.root
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}

	// Killed: its lock is free and its file still there. The tabs of before find the next process.
	left, err := os.ReadFile(filepath.Join(folder, "ui.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "ui.json"), left, 0o600); err != nil {
		t.Fatal(err)
	}
	third, _, err := web.Claim(t.Context(), folder, "")
	if err != nil || third == nil {
		t.Fatalf("third: %v %v", third, err)
	}
	defer third.Close()
	again, err := third.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	s := web.New(web.Options{Workspace: workspace(t)}, again.Addr().String(), third.Saved())
	if again.Addr().String() != r.host || !strings.HasSuffix(root, "/w/"+s.Session().ID+"/") {
		t.Errorf("%s with session %s, want %s", again.Addr(), s.Session().ID, root)
	}
}

func TestAddressIsOfThisMachine(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "[::]:0", "[::1]:0", "localhost:0", "example.com:0", "127.0.0.1", "127.0.0.2:0", ""} {
		if web.CheckAddress(addr) == nil {
			t.Errorf("%q is taken", addr)
		}
	}
	if err := web.CheckAddress("127.0.0.1:4711"); err != nil {
		t.Error(err)
	}
}

func TestOpenerIsForItsOwner(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "reports")
	o, err := web.WriteOpener(folder, `http://127.0.0.1:1/open?key=K&"x`)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(o.Path)
	if err != nil || info.Mode().Perm() != 0o600 || filepath.Dir(o.Path) != folder {
		t.Errorf("%s: %v %v", o.Path, info.Mode(), err)
	}
	page, err := os.ReadFile(o.Path)
	if err != nil || strings.Count(string(page), `open?key=K&amp;&#34;x"`) != 2 {
		t.Errorf("%s %v", page, err)
	}
	for range 2 {
		if err := o.Remove(); err != nil {
			t.Error(err)
		}
	}
}
