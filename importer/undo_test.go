package importer

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/run"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// undo takes a run back.
func (g *rig) undo(of *Run, o Options) *Run {
	g.t.Helper()
	o.Auth, o.Lookup, o.Known.Probed = AuthAdmin, LookupAuto, !g.canary
	r, err := g.desk().Undo(of.Dir, o, "")
	if err != nil {
		g.t.Fatal(err)
	}
	g.equip(r)
	if err := r.Connect(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	if _, err := r.PlanUndo(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	if err := r.send(g.t.Context(), g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	return r
}

// TestUndoPutsEverythingBack applies changes of every kind, chains of addresses included, and takes them back, also where they
// don't show at once.
func TestUndoPutsEverythingBack(t *testing.T) {
	for _, lag := range []time.Duration{0, 29 * time.Second} {
		synctest.Test(t, func(t *testing.T) { putEverythingBack(t, lag) })
	}
}

func putEverythingBack(t *testing.T, lag time.Duration) {
	g := newRig(t, zohotest.Options{Quirks: zohotest.Quirks{ReadLag: lag}})
	before, err := g.server.Users()
	if err != nil {
		t.Fatal(err)
	}
	allow := Options{AllowEmailChange: true, AllowClearing: true}
	r, err := g.apply("email,newEmail,displayName,city,phoneNumber\n"+
		"noa.levi@example.com,ahmad.mansour@example.com,,,\n"+
		"ahmad.mansour@example.com,ahmad@example.com,Ahmad M.,القاهرة,\n"+
		"juergen.gross@example.com,,,Potsdam,030 23125 149\n", allow)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Journal.Close()
	start := time.Now()
	back := g.undo(r, allow)
	defer back.Journal.Close()
	if took := time.Since(start); lag == 0 && took > time.Second || took > run.LookAgain+time.Second {
		t.Errorf("it took %s with a lag of %s", took, lag)
	}
	if diff := cmp.Diff(map[int]string{2: "updated", 3: "updated", 4: "updated"}, ends(t, back)); diff != "" {
		t.Error(diff)
	}
	after, err := g.server.Users()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the directory is not as it was (-before +after):\n%s", diff)
	}
}

// TestUndoKeepsWhatChangedSince leaves alone what somebody has changed after the run, and says so.
func TestUndoKeepsWhatChangedSince(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, err := g.apply("email,city,state\njuergen.gross@example.com,Potsdam,Brandenburg\nsuharti@example.org,Bogor,\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	user, _ := g.server.User("juergen.gross@example.com")
	user.Address.City = "Cottbus"
	if err := g.server.Put(user); err != nil {
		t.Fatal(err)
	}
	back := g.undo(r, Options{})
	if diff := cmp.Diff(map[int]string{2: "failed changed-since-run", 3: "updated"}, ends(t, back)); diff != "" {
		t.Error(diff)
	}
	row, err := back.Journal.Row(1)
	if err != nil || !strings.Contains(row.Message, `city is now "Cottbus"`) {
		t.Errorf("it says %q, %v", row.Message, err)
	}
	if user, _ := g.server.User("juergen.gross@example.com"); user.Address.City != "Cottbus" || user.Address.State != "Berlin" {
		t.Errorf("the address became %+v, want the city kept and the state put back", user.Address)
	}
}

// TestUndoKnowsWhatItsRunHasLearnt takes back a run that has looked at its first users: its undo need not.
func TestUndoKnowsWhatItsRunHasLearnt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := canaryRig(t, zohotest.Quirks{PhoneKey: zohotest.PhoneNumer})
		r, err := g.apply(newPhones, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Journal.Close()
		g.server.ClearLog()
		back := g.undo(r, Options{})
		defer back.Journal.Close()
		wantEnds(t, back, map[int]string{2: "updated", 3: "updated"})
		if gets, puts := g.calls(http.MethodGet), g.calls(http.MethodPut); gets != 3 || puts != 2 {
			t.Errorf("%d reads and %d updates, want whose login it is, two users, and two updates", gets, puts)
		}
	})
}

// afterPuts does something once so many updates were answered.
type afterPuts struct {
	http.RoundTripper
	n    int
	seen *atomic.Int32
	do   func()
}

func (a afterPuts) RoundTrip(q *http.Request) (*http.Response, error) {
	answer, err := a.RoundTripper.RoundTrip(q)
	if q.Method == http.MethodPut && int(a.seen.Add(1)) == a.n {
		a.do()
	}
	return answer, err
}

// noScope refuses every update, as for a token that lacks a permission.
var noScope = zohotest.Fault{Kind: zohotest.Scripted, Method: http.MethodPut, Status: 401,
	Body: `[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`}

// TestUndoTakesBackWhatAStopLeftHalfWay takes back rows that a stop has put back among the planned: between their steps, and
// between the parts in which a row is sent whose empty value was refused.
func TestUndoTakesBackWhatAStopLeftHalfWay(t *testing.T) {
	const who = "juergen.gross@example.com"
	for name, test := range map[string]struct {
		sheet string
		puts  int // before the token loses its permission
		ends  string
	}{
		"steps": {"email,city,newEmail\n" + who + ",Potsdam,gross@example.com\n", 1, "planned"},
		"parts": {"email,city,phoneNumber,state\n" + who + ",Potsdam,#CLEAR,#CLEAR\n", 2, "planned half-sent"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, zohotest.Options{Quirks: zohotest.Quirks{Empty: zohotest.Refused}})
				before, _ := g.server.User(who)
				g.http = afterPuts{g.http, test.puts, new(atomic.Int32), func() { g.server.Inject(noScope) }}
				o := Options{AllowClearing: true, AllowEmailChange: true,
					Known: zoho.Knowledge{Capabilities: zoho.Capabilities{PhoneKey: "phoneNumber", OmittedAddress: "kept"}, Emptied: []string{"phoneNumber", "state"}}}
				r, _ := g.plan(test.sheet, o)
				defer r.Journal.Close()
				if err := r.send(t.Context(), t.Context()); err == nil {
					t.Fatal("it did not stop")
				}
				wantEnds(t, r, map[int]string{2: test.ends})
				if err := g.server.ClearFaults(); err != nil {
					t.Fatal(err)
				}
				if user, _ := g.server.User(who); user.Address.City != "Potsdam" {
					t.Fatalf("the city is %q", user.Address.City)
				}
				back := g.undo(r, o)
				defer back.Journal.Close()
				wantEnds(t, back, map[int]string{2: "updated"})
				if after, _ := g.server.User(who); cmp.Diff(before, after) != "" {
					t.Errorf("the account is not as it was:\n%s", cmp.Diff(before, after))
				}
			})
		})
	}
}
