package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/web"
)

// rig is a page that is served to a test.
type rig struct {
	t      testing.TB
	server *web.Server
	host   string // 127.0.0.1:PORT
	root   string // of the session: http://127.0.0.1:PORT/w/ID/
	cookie *http.Cookie
	dir    string // of the runs
}

// serve serves a page and lets the test in.
func serve(t testing.TB, o web.Options) *rig {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.Workspace.Reports == "" {
		o.Workspace.Reports = t.TempDir()
	}
	r := &rig{t: t, server: web.New(o, l.Addr().String(), nil), host: l.Addr().String(), dir: o.Workspace.Reports}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	r.enter(r.server.NewAddress(""))
	return r
}

// enter opens an address as a browser does.
func (r *rig) enter(address string) {
	r.t.Helper()
	answer := r.do(r.request("GET", address, nil))
	if answer.StatusCode != http.StatusSeeOther {
		r.t.Fatalf("%s: %s", address, answer.Status)
	}
	to, err := answer.Location()
	if err != nil {
		r.t.Fatal(err)
	}
	r.root = regexp.MustCompile(`^http://[^/]+/w/[^/]+/`).FindString(to.String())
	r.cookie = answer.Cookies()[0]
}

// request makes a request of somebody who has the cookie, if there is one. A path stands below the session.
func (r *rig) request(method, address string, form url.Values) *http.Request {
	r.t.Helper()
	if !strings.HasPrefix(address, "http://") {
		address = r.root + address
	}
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if r.cookie != nil {
		request.AddCookie(r.cookie)
	}
	return request
}

// answer is an answer that was read to its end.
type answer struct {
	*http.Response
	body string
}

func (r *rig) do(request *http.Request) answer {
	r.t.Helper()
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	got, err := client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{got, string(body)}
}

// get reads a screen, which must be there.
func (r *rig) get(path string) string {
	r.t.Helper()
	got := r.do(r.request("GET", path, nil))
	if got.StatusCode != http.StatusOK {
		r.t.Fatalf("GET %s: %s\n%s", path, got.Status, got.body)
	}
	return got.body
}

// post sends a form.
func (r *rig) post(path string, form url.Values) answer {
	r.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return r.do(r.request("POST", path, form))
}

// raw sends a request as it stands and gives the status line and the rest of the answer.
func (r *rig) raw(text string) (status, rest string) {
	r.t.Helper()
	conn, err := net.Dial("tcp4", r.host)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		r.t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		r.t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	status, err = reader.ReadString('\n')
	if err != nil {
		r.t.Fatal(err)
	}
	all, err := io.ReadAll(reader)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Fatal(err)
	}
	return status, string(all)
}

// TestHost asks by names that lead to this machine and are not the page's: what DNS rebinding does.
func TestHost(t *testing.T) {
	r := serve(t, web.Options{})
	_, port, _ := net.SplitHostPort(r.host)
	path := strings.TrimPrefix(r.root, "http://"+r.host)
	for _, host := range []string{"evil.example:" + port, "127.0.0.1.nip.io:" + port, "LOCALHOST:" + port, "localhost:" + port,
		"127.0.0.1.:" + port, "[::1]:" + port, "127.0.0.1", "127.0.0.2:" + port, "127.0.0.1:1", r.host + "0"} {
		for _, path := range []string{path, "/", "/open?key=x", "/health"} {
			status, rest := r.raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nCookie: " + r.cookie.String() + "\r\nConnection: close\r\n\r\n")
			if !strings.Contains(status, " 421 ") || strings.Contains(rest, "zohobulk") {
				t.Errorf("Host %s, %s: %s%s", host, path, status, rest)
			}
		}
	}
	if status, _ := r.raw("GET " + path + " HTTP/1.0\r\nCookie: " + r.cookie.String() + "\r\n\r\n"); !strings.Contains(status, " 421 ") {
		t.Errorf("no Host: %s", status)
	}
	if status, _ := r.raw("GET " + path + " HTTP/1.1\r\nHost: " + r.host + "\r\nHost: evil.example\r\nConnection: close\r\n\r\n"); !strings.Contains(status, " 400 ") {
		t.Errorf("two Hosts: %s", status)
	}
}

// TestOtherOrigins asks as browsers do for pages of other origins, another port of this machine among them.
func TestOtherOrigins(t *testing.T) {
	r := serve(t, web.Options{})
	for _, headers := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
		{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
	} {
		request := r.request("GET", "history", nil)
		for name, value := range headers {
			request.Header.Set(name, value)
		}
		if got := r.do(request); got.StatusCode != http.StatusForbidden || strings.Contains(got.body, "zohobulk") {
			t.Errorf("GET with %v: %s %s", headers, got.Status, got.body)
		}
	}
	for _, headers := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
		{"Origin": "http://evil.example"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "null"},
	} {
		request := r.request("POST", "quit", url.Values{})
		for name, value := range headers {
			request.Header.Set(name, value)
		}
		if got := r.do(request); got.StatusCode != http.StatusForbidden {
			t.Errorf("POST with %v: %s", headers, got.Status)
		}
	}
	r.get("history") // it has not quit
}

// TestCookie shows that neither the path nor the cookie alone lets anybody in, and that a cookie of the same name from another port
// changes nothing.
func TestCookie(t *testing.T) {
	r := serve(t, web.Options{})
	mine := r.cookie
	if !mine.HttpOnly || mine.SameSite != http.SameSiteStrictMode || len(mine.Value) < 43 || "http://"+r.host+mine.Path != r.root {
		t.Errorf("the cookie is %v", mine)
	}
	r.cookie = nil
	if got := r.do(r.request("GET", "history", nil)); got.StatusCode != http.StatusForbidden || strings.Contains(got.body, "History") {
		t.Errorf("without the cookie: %s %s", got.Status, got.body)
	}
	r.cookie = &http.Cookie{Name: mine.Name, Value: "0" + mine.Value[1:]}
	if got := r.post("quit", nil); got.StatusCode != http.StatusForbidden {
		t.Errorf("with a wrong cookie: %s", got.Status)
	}
	request := r.request("GET", "history", nil)
	request.AddCookie(mine)
	if got := r.do(request); got.StatusCode != http.StatusOK || len(got.Cookies()) > 0 {
		t.Errorf("with a foreign cookie before the own one: %s", got.Status)
	}
	r.cookie = mine
	if got := r.do(r.request("GET", strings.Replace(r.root, "/w/", "/w/X", 1)+"history", nil)); got.StatusCode != http.StatusNotFound {
		t.Errorf("by another path: %s", got.Status)
	}
}

func TestKeyWorksOnce(t *testing.T) {
	r := serve(t, web.Options{})
	address := r.server.NewAddress("history")
	prefetch := r.request("GET", address, nil)
	prefetch.Header.Set("Sec-Purpose", "prefetch;prerender")
	if got := r.do(prefetch); got.StatusCode != http.StatusServiceUnavailable || len(got.Cookies()) > 0 {
		t.Errorf("a prefetch: %s", got.Status)
	}
	got := r.do(r.request("GET", address, nil))
	if got.StatusCode != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "/history") {
		t.Errorf("first: %s %s", got.Status, got.Header.Get("Location"))
	}
	id := strings.Split(r.root, "/")[4]
	if got = r.do(r.request("GET", address, nil)); got.StatusCode != http.StatusNotFound || len(got.Cookies()) > 0 || strings.Contains(got.body, id) {
		t.Errorf("second: %s %s", got.Status, got.body)
	}
	if !strings.Contains(got.body, "This address has been used.") {
		t.Errorf("a used address says:\n%s", got.body)
	}
}

// TestKeyFromAFile opens the page as the file does that the browser is started with: the browser would not send the cookie on a way
// that began elsewhere, so a page of ours takes it on.
func TestKeyFromAFile(t *testing.T) {
	r := serve(t, web.Options{})
	request := r.request("GET", r.server.NewAddress(""), nil)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	got := r.do(request)
	if got.StatusCode != http.StatusOK || !strings.Contains(got.body, `http-equiv="refresh"`) || len(got.Cookies()) != 1 {
		t.Errorf("%s\n%s", got.Status, got.body)
	}
}

func TestKeyEnds(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := serve(t, web.Options{Now: func() time.Time { return now }})
	address := r.server.NewAddress("")
	now = now.Add(10 * time.Minute)
	if got := r.do(r.request("GET", address, nil)); got.StatusCode != http.StatusNotFound {
		t.Errorf("after ten minutes: %s", got.Status)
	}
}

func TestKeyIsNotGuessed(t *testing.T) {
	r := serve(t, web.Options{})
	r.cookie = nil
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	for i := range 10_000 {
		got, err := client.Get(fmt.Sprintf("http://%s/open?key=%026d", r.host, i))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, got.Body)
		got.Body.Close()
		if got.StatusCode != http.StatusNotFound || len(got.Cookies()) > 0 {
			t.Fatalf("guess %d: %s", i, got.Status)
		}
	}
}

func TestHeaders(t *testing.T) {
	r := serve(t, web.Options{})
	for _, path := range []string{"", "history", "http://" + r.host + "/", "http://" + r.host + "/nothing", "runs/none"} {
		h := r.do(r.request("GET", path, nil)).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s of %q: %q, want %q", name, path, got, want)
			}
		}
		for _, rule := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(h.Get("Content-Security-Policy"), rule) {
				t.Errorf("the policy of %q lacks %s: %s", path, rule, h.Get("Content-Security-Policy"))
			}
		}
	}
	style := regexp.MustCompile(`/asset/[^"]+\.css`).FindString(r.get(""))
	got := r.do(r.request("GET", "http://"+r.host+style, nil))
	if got.StatusCode != http.StatusOK || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %s %s", style, got.Status, got.Header.Get("Cache-Control"))
	}
}

// TestNothingInline holds the page to its own policy: no script, style or handler stands within a document.
func TestNothingInline(t *testing.T) {
	r := serve(t, web.Options{})
	for _, path := range []string{"", "history"} {
		page := r.get(path)
		if found := regexp.MustCompile(`(?i)<script(?:>| [^>]*>[^<])|<style|\son[a-z]+\s*=|\sstyle\s*=|javascript:`).FindString(page); found != "" {
			t.Errorf("%q has %q", path, found)
		}
	}
}

func TestSecretsAreRedacted(t *testing.T) {
	const secret = "1000.c0ffee00c0ffee00c0ffee00c0ffee00"
	r := serve(t, web.Options{Redact: func(text string) string { return strings.ReplaceAll(text, secret, "[secret]") }})
	space := importer.Workspace{Reports: r.dir}
	run, err := space.Receive(t.Context(), importer.Source{Path: "../../samples/staff.csv", Name: secret + ".csv"}, importer.Options{}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "history", "sheets/" + run.Name() + "/columns"} {
		if page := r.get(path); strings.Contains(page, secret) || !strings.Contains(page, "[secret].csv") {
			t.Errorf("%q shows the secret, or not the name:\n%s", path, page)
		}
	}
}

func TestQuit(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, server: web.New(web.Options{Workspace: workspace(t)}, l.Addr().String(), nil), host: l.Addr().String()}
	ended := make(chan error, 1)
	go func() { ended <- r.server.Serve(context.Background(), l) }()
	r.enter(r.server.NewAddress(""))
	if got := r.post("quit", nil); got.StatusCode != http.StatusOK || !strings.Contains(got.body, "zohobulk has ended") {
		t.Errorf("%s %s", got.Status, got.body)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it has not ended")
	}
}

// silent is a listener that nobody calls.
type silent struct{ closed chan struct{} }

func (s silent) Accept() (net.Conn, error) { <-s.closed; return nil, net.ErrClosed }
func (s silent) Close() error              { close(s.closed); return nil }
func (s silent) Addr() net.Addr            { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func TestIdleEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := web.New(web.Options{Idle: 30 * time.Minute, Workspace: workspace(t)}, "127.0.0.1:1", nil)
		if err := s.Serve(t.Context(), silent{make(chan struct{})}); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 30*time.Minute || took > 32*time.Minute {
			t.Errorf("it ended after %s", took)
		}
	})
}

func workspace(t *testing.T) importer.Workspace { return importer.Workspace{Reports: t.TempDir()} }
