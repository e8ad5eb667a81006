package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zohobulk/zoho/zohotest"
)

// sandboxRun is the sandbox command while it serves.
type sandboxRun struct {
	t    *testing.T
	doc  sandboxDocument
	stop context.CancelFunc
	code chan int
	err  *bytes.Buffer // to be read after the end
}

// startSandbox runs the command as far as it says where it listens.
func startSandbox(t *testing.T, args ...string) *sandboxRun {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	run := &sandboxRun{t: t, stop: stop, code: make(chan int, 1), err: &bytes.Buffer{}}
	go func() {
		args = append([]string{"sandbox", "--addr", "127.0.0.1:0", "--json"}, args...)
		code := Run(ctx, args, System{Streams: Streams{In: strings.NewReader(""), Out: w, Err: run.err},
			Env: func(string) string { return "" }, Now: time.Now, Hard: ctx})
		w.Close()
		run.code <- code
	}()
	if err := json.NewDecoder(r).Decode(&run.doc); err != nil {
		stop()
		t.Fatalf("exit %d, %v: %s", <-run.code, err, run.err)
	}
	return run
}

// end is Ctrl-C.
func (run *sandboxRun) end() {
	run.t.Helper()
	run.stop()
	if code := <-run.code; code != exitDone {
		run.t.Errorf("exit %d: %s", code, run.err)
	}
}

// own asks who is signed in, with a token of its own.
func (run *sandboxRun) own() (status int, body string) {
	run.t.Helper()
	resp, err := http.PostForm(run.doc.AccountsURL+"/oauth/v2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {run.doc.ClientID},
		"client_secret": {run.doc.ClientSecret}, "refresh_token": {run.doc.RefreshToken}})
	if err != nil {
		run.t.Fatal(err)
	}
	var token struct {
		Access string `json:"access_token"`
	}
	err = json.NewDecoder(resp.Body).Decode(&token)
	resp.Body.Close()
	if err != nil {
		run.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(run.t.Context(), http.MethodGet, run.doc.MailURL+"/api/accounts", nil)
	if err != nil {
		run.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Zoho-oauthtoken "+token.Access)
	resp, err = http.DefaultClient.Do(r)
	if err != nil {
		run.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		run.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestSandboxServes(t *testing.T) {
	state, log := filepath.Join(t.TempDir(), "state.json"), filepath.Join(t.TempDir(), "calls.jsonl")
	run := startSandbox(t, "--state", state, "--log", log, "-v", "--fault", "500=1", "--quirk", "roles=roleName")
	if run.doc.Users != len(zohotest.People()) || run.doc.ZOID != "1234567890" || run.doc.State != state {
		t.Errorf("%+v", run.doc)
	}
	if status, _ := run.own(); status != 500 {
		t.Errorf("the fault gave %d", status)
	}
	if status, body := run.own(); status != 200 || !strings.Contains(body, `"roleName":"admin"`) {
		t.Errorf("%d %s", status, body)
	}
	run.end()
	calls, err := os.ReadFile(log)
	if err != nil || strings.Count(string(calls), "\n") != 4 {
		t.Errorf("log of calls: %v\n%s", err, calls)
	}
	if !strings.Contains(run.err.String(), "GET /api/accounts 500 INTERNAL_ERROR 500") {
		t.Errorf("standard error:\n%s", run.err)
	}
	if _, err := http.Get(run.doc.MailURL); err == nil {
		t.Error("it still listens")
	}
}

func TestSandboxKeepsItsDirectory(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	startSandbox(t, "--state", state, "--users", "7").end()
	run := startSandbox(t, "--state", state)
	if run.doc.Users != 7 {
		t.Errorf("%d users after a restart", run.doc.Users)
	}
	run.end()
	var out, errs bytes.Buffer
	s := System{Streams: Streams{Out: &out, Err: &errs}, Env: func(string) string { return "" }}
	if code := Run(t.Context(), []string{"sandbox", "reset", "--state", state}, s); code != exitDone {
		t.Errorf("reset: exit %d %s", code, &errs)
	}
	run = startSandbox(t, "--state", state)
	if run.doc.Users != len(zohotest.People()) {
		t.Errorf("%d users after a reset", run.doc.Users)
	}
	run.end()
}

func TestSandboxUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--addr", "0.0.0.0:0"}, {"--addr", "example.com:80"}, {"--addr", "nonsense"}, {"--quirk", "names=maybe"}, {"--fault", "flood"}, {"--users", "-1"}, {"x"},
	} {
		var out, errs bytes.Buffer
		s := System{Streams: Streams{Out: &out, Err: &errs}, Env: func(string) string { return "" }}
		args = append([]string{"sandbox", "--state", "-"}, args...)
		if code := Run(t.Context(), args, s); code != exitUsage || out.Len() > 0 {
			t.Errorf("%v: exit %d, %s%s", args, code, &out, &errs)
		}
	}
}

func TestSandboxText(t *testing.T) {
	var out, errs bytes.Buffer
	a := &app{System: System{Streams: Streams{Out: &out, Err: &errs}}}
	s := zohotest.New(zohotest.Options{})
	if err := a.showSandbox(s, "http://127.0.0.1:9", "", ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ZOHOBULK_MAIL_URL", "http://127.0.0.1:9", "ZOHO_REFRESH_TOKEN", zohotest.RefreshToken} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, &out)
		}
	}
	if strings.Count(errs.String(), "\n") != 2 || strings.Contains(out.String(), "listens") {
		t.Errorf("standard error:\n%s", &errs)
	}
}
