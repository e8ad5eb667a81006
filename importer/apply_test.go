package importer_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// caller knows a run by its exported methods alone, as a command or the page does.
type caller struct {
	*testing.T
	server  *zohotest.Server
	reports string
	locks   string
}

func newCaller(t *testing.T) *caller {
	return &caller{t, zohotest.New(zohotest.Options{}), t.TempDir(), t.TempDir()}
}

// must fails the test on an error.
func (c *caller) must(errs ...error) {
	c.Helper()
	if err := errors.Join(errs...); err != nil {
		c.Fatal(err)
	}
}

// plan reads and plans a sheet.
func (c *caller) plan(text string, o importer.Options) (*importer.Run, importer.Planned) {
	c.Helper()
	path := filepath.Join(c.TempDir(), "staff.csv")
	c.must(os.WriteFile(path, []byte(text), 0o600))
	r, err := c.desk().Begin(importer.Source{Path: path, Name: "staff.csv"}, o, importer.Origin{Command: "apply"})
	c.must(err)
	_, _, err = r.Read(c.Context(), unseen{})
	c.must(err)
	c.must(c.enter(r))
	planned, err := r.Plan(c.Context())
	c.must(err)
	return r, planned
}

// desk is a front desk with a connection to the stand-in.
func (c *caller) desk() *importer.Workspace {
	c.Helper()
	limiter := zoho.NewLimiter(zoho.Unlimited)
	client, err := zoho.New(zoho.Options{MailURL: zohotest.URL, HTTP: zohotest.Transport(c.server), Tokens: renewing{c.server}, Limiter: limiter})
	c.must(err)
	return &importer.Workspace{Reports: c.reports, Connection: importer.Connection{Service: client, Limiter: limiter, Rate: zoho.Unlimited}}
}

func (c *caller) enter(r *importer.Run) error {
	c.Cleanup(func() { _ = errors.Join(r.Release(), r.Journal.Close()) })
	return r.Enter(c.Context(), importer.Place{Locks: c.locks})
}

// apply consents to a plan and sends it.
func (c *caller) apply(r *importer.Run, p importer.Planned) error {
	return r.Apply(c.Context(), c.Context(), importer.Consent{Plan: p.Fingerprint})
}

// refused fails the test unless an error is a refusal with a code, and nobody was changed.
func (c *caller) refused(err error, code string) {
	c.Helper()
	var refusal *problem.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		c.Errorf("got %v, want a refusal with the code %s", err, code)
	}
	if slices.ContainsFunc(c.server.Log(), func(call zohotest.Call) bool { return call.Method == http.MethodPut }) {
		c.Error("somebody was changed all the same")
	}
}

const (
	moves = "email,city\njuergen.gross@example.com,Potsdam\nnoa.levi@example.com,Haifa\n"
	wrong = moves + "nobody.at.all@example.com,Nowhere\n"
)

func TestApplySendsWhatWasAgreedTo(t *testing.T) {
	c := newCaller(t)
	r, p := c.plan(moves, importer.Options{})
	c.must(c.apply(r, p))
	if counts, err := r.Journal.Counts(); err != nil || counts.Updated != 2 {
		t.Errorf("%+v, %v: want 2 updated", counts, err)
	}
}

func TestApplyRefusesInvalidRows(t *testing.T) {
	c := newCaller(t)
	r, p := c.plan(wrong, importer.Options{})
	c.refused(c.apply(r, p), "invalid-rows")
	r.Options.SkipInvalid = true
	c.must(c.apply(r, p))
}

func TestApplyRefusesMoreChangesThanAllowed(t *testing.T) {
	c := newCaller(t)
	r, p := c.plan(moves, importer.Options{MaxChanges: importer.Limit{N: 1, Set: true}})
	c.refused(c.apply(r, p), "max-changes")
}

// TestApplyRefusesUnknownRoles plans against a service that tells nobody's role: an administrator could be among the changed.
func TestApplyRefusesUnknownRoles(t *testing.T) {
	c := newCaller(t)
	c.server = zohotest.New(zohotest.Options{Quirks: zohotest.Quirks{Roles: "none"}})
	r, p := c.plan(moves, importer.Options{})
	c.refused(c.apply(r, p), "roles-unknown")
	r, p = c.plan(moves, importer.Options{AllowAdmins: true})
	c.must(c.apply(r, p))
}

// TestARunRemembersThatRolesWereTold sends a plan in another process, to which the service tells no role.
func TestARunRemembersThatRolesWereTold(t *testing.T) {
	c := newCaller(t)
	r, p := c.plan(moves, importer.Options{})
	c.must(r.SetAside(), r.Journal.Close())
	c.server = zohotest.New(zohotest.Options{Quirks: zohotest.Quirks{Roles: "none"}})
	again, err := c.desk().Open(r.Dir, importer.Options{}, importer.Waiting)
	c.must(err)
	c.must(c.enter(again), c.apply(again, p))
}

func TestApplyRefusesAWrongState(t *testing.T) {
	for state, bring := range map[importer.State]func(*importer.Run) error{
		importer.Held: (*importer.Run).Hold, importer.Finished: (*importer.Run).Nothing,
	} {
		t.Run(string(state), func(t *testing.T) {
			c := newCaller(t)
			r, p := c.plan(moves, importer.Options{})
			c.must(bring(r))
			c.refused(c.apply(r, p), "wrong-state")
		})
	}
}

func TestApplyRefusesAnotherPlan(t *testing.T) {
	c := newCaller(t)
	r, p := c.plan(moves, importer.Options{})
	_, other := c.plan("email,city\njuergen.gross@example.com,Potsdam\nsiobhan.obrien@zylker.com,Haifa\n", importer.Options{})
	if p.Fingerprint == other.Fingerprint {
		t.Errorf("two plans have the fingerprint %s", p.Fingerprint)
	}
	c.refused(c.apply(r, other), "plan-changed")
	c.refused(r.Apply(c.Context(), c.Context(), importer.Consent{}), "plan-changed")
	c.must(r.Without([]string{"city"})) // the plan moves after the consent
	c.refused(c.apply(r, p), "plan-changed")
}

func TestApplyRefusesASecondSender(t *testing.T) {
	c := newCaller(t)
	first, _ := c.plan(moves, importer.Options{})
	r, p := c.plan(moves, importer.Options{})
	c.must(first.Reserve())
	c.refused(c.apply(r, p), "organisation-in-use")
	c.must(first.Release())
	c.must(c.apply(r, p))
}

func TestApplyRefusesToGoNowhere(t *testing.T) {
	c := newCaller(t)
	c.locks = ""
	r, p := c.plan(moves, importer.Options{})
	c.refused(c.apply(r, p), "no-place")
}

func TestAnUndoStaysInItsOrganisation(t *testing.T) {
	c := newCaller(t)
	r, p := c.plan(moves, importer.Options{})
	c.must(c.apply(r, p), r.Release())
	other := zohotest.Zylker()
	other.ZOID++
	c.server = zohotest.New(zohotest.Options{Organisation: other})
	back, err := c.desk().Undo(r.Dir, importer.Options{}, "")
	c.must(err)
	c.refused(c.enter(back), "other-organisation")
	c.must(back.Journal.Close())
	again, err := c.desk().Open(back.Dir, importer.Options{})
	c.must(err)
	c.refused(c.enter(again), "other-organisation")
}
