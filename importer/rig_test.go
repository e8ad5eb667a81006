package importer

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// rig is a run's surroundings: a stand-in for the service, a client for it and a folder for runs.
type rig struct {
	t       *testing.T
	server  *zohotest.Server
	http    http.RoundTripper
	reports string
	zoid    zoho.ID
	canary  bool // nothing is known of the service, so first accounts are read back
}

// staticToken is a token that needs no renewing.
type staticToken struct{ text string }

func (s staticToken) Token(context.Context) (string, error)         { return s.text, nil }
func (s staticToken) Renew(context.Context, string) (string, error) { return s.text, nil }

func newRig(t *testing.T, o zohotest.Options) *rig {
	t.Helper()
	server := zohotest.New(o)
	t.Cleanup(func() { server.Close() })
	return &rig{t: t, server: server, http: zohotest.Transport(server), reports: t.TempDir()}
}

// token is one that the stand-in takes.
func (g *rig) token() string { return g.server.AccessToken(zohotest.AllScopes()...) }

func (g *rig) client(l *zoho.Limiter) *zoho.Client {
	g.t.Helper()
	client, err := zoho.New(zoho.Options{
		MailURL: zohotest.URL, HTTP: g.http, Tokens: staticToken{g.token()}, Limiter: l,
		Policy: zoho.Policy{Attempts: 2, Base: time.Millisecond, Longest: time.Millisecond},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return client
}

// equip gives a run what it needs to call the stand-in.
func (g *rig) equip(r *Run) *Run {
	limiter := zoho.NewLimiter(zoho.Unlimited)
	r.Reconnect(Connection{Service: g.client(limiter), Limiter: limiter, Rate: zoho.Unlimited})
	r.ZOID = g.zoid
	g.t.Cleanup(func() { r.Journal.Close() })
	return r
}

// looker is a sink that looks away.
type looker struct{}

func (looker) Row(*check.Row) error            { return nil }
func (looker) Late(int, problem.Problem) error { return nil }

// read makes a run of a CSV.
func (g *rig) read(csv string, o Options) *Run {
	g.t.Helper()
	if o.Lookup == "" {
		o.Lookup = LookupAuto
	}
	if o.Auth == "" {
		o.Auth = AuthAdmin
	}
	o.Known.Probed = !g.canary
	return g.equip(readCSV(g.t, g.reports, csv, o))
}

// readCSV makes a run of a CSV below a folder.
func readCSV(t testing.TB, reports, csv string, o Options) *Run {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	return readFile(t, reports, path, o, check.Options{BothIDs: o.Lookup == LookupNever, UserAuth: o.Auth == AuthUser})
}

// readFile makes a run of a sheet below a folder.
func readFile(t testing.TB, reports, path string, o Options, c check.Options) *Run {
	t.Helper()
	src := Source{Path: path, Name: filepath.Base(path), Check: c}
	w := Workspace{Reports: reports}
	r, err := w.Begin(src, o, Origin{Command: "apply"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Read(t.Context(), looker{}); err != nil {
		t.Fatal(err)
	}
	return r
}

// plan makes a planned run of a CSV.
func (g *rig) plan(csv string, o Options) (*Run, Planned) {
	g.t.Helper()
	r := g.read(csv, o)
	if err := r.Connect(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	planned, err := r.Plan(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return r, planned
}

// apply plans and sends a CSV, and gives what stopped it.
func (g *rig) apply(csv string, o Options) (*Run, error) {
	g.t.Helper()
	r, _ := g.plan(csv, o)
	return r, r.send(g.t.Context(), g.t.Context())
}

// reopen opens a run again, as another process would.
func (g *rig) reopen(r *Run) *Run {
	g.t.Helper()
	if err := r.Journal.Close(); err != nil {
		g.t.Fatal(err)
	}
	again, err := new(Workspace).Open(r.Dir, Options{})
	if err != nil {
		g.t.Fatal(err)
	}
	g.equip(again)
	if err := again.Connect(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	return again
}

// desk is the front desk of the rig's folder of runs.
func (g *rig) desk() *Workspace { return &Workspace{Reports: g.reports} }

// wantCode fails the test unless an error is a refusal, or a reason to stop, with a code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refusal *problem.Refusal
	var reason interface {
		Reason() (code, message, hint string)
	}
	got := ""
	switch {
	case errors.As(err, &refusal):
		got = refusal.Code
	case errors.As(err, &reason):
		got, _, _ = reason.Reason()
	}
	if got != code {
		t.Errorf("ended with %v, code %q; want %q", err, got, code)
	}
}

// ends is each row's outcome and code, by its number in the sheet.
func ends(t *testing.T, r *Run) map[int]string {
	t.Helper()
	all := map[int]string{}
	for row, err := range r.Journal.Rows(journal.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[row.Number] = strings.TrimSpace(string(row.Status) + " " + row.Code)
	}
	return all
}

// bodies are the bodies of the PUTs that the stand-in was sent.
func (g *rig) bodies() (all []string) {
	for _, call := range g.server.Log() {
		if call.Method == http.MethodPut {
			all = append(all, call.Body)
		}
	}
	return all
}

// calls counts what the stand-in was asked, by method.
func (g *rig) calls(method string) (n int) {
	for _, call := range g.server.Log() {
		if call.Method == method {
			n++
		}
	}
	return n
}

// valuesOf is a sink that keeps what rows want, by field name.
type valuesOf struct{ rows []map[string]string }

func (v *valuesOf) Row(row *check.Row) error {
	v.rows = append(v.rows, row.Values.Map())
	return nil
}

func (*valuesOf) Late(int, problem.Problem) error { return nil }

// both is a sink for two.
type both [2]check.Sink

func (b both) Row(row *check.Row) error { return errors.Join(b[0].Row(row), b[1].Row(row)) }

func (b both) Late(seq int, p problem.Problem) error {
	return errors.Join(b[0].Late(seq, p), b[1].Late(seq, p))
}

func checkAll(s check.Source, one, two check.Sink) (check.Result, error) {
	return check.Sheet(context.Background(), s, check.Options{}, both{one, two})
}
