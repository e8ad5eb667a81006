package importer

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// A sheet about three people of the default directory: one changes, one is up to date already, one has another phone and name.
const threePeople = `email,displayName,phoneNumber,city
siobhan.obrien@example.com,,,Cork
zeynep.celik@example.com,Zeynep Çelik,,İstanbul
juergen.gross@example.com,Jürgen Gross,030 23125 141,
`

func TestApplySendsOnlyWhatDiffers(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, planned := g.plan(threePeople, Options{})
	if planned.Change != 2 || planned.Unchanged != 1 || planned.Calls != 2 {
		t.Errorf("planned %+v, want 2 to change in 2 calls, 1 unchanged", planned)
	}
	if err := r.send(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[int]string{2: "updated", 3: "unchanged", 4: "updated"}
	if diff := cmp.Diff(want, ends(t, r)); diff != "" {
		t.Error(diff)
	}
	if n := g.calls(http.MethodPut); n != 2 {
		t.Errorf("%d PUTs, want 2:\n%s", n, strings.Join(g.bodies(), "\n"))
	}
	user, _ := g.server.User("juergen.gross@example.com")
	if user.DisplayName != "Jürgen Gross" || user.Phone != "030 23125 141" || user.Address.City != "Berlin" {
		t.Errorf("the account became %+v", user)
	}
}

// TestPlanAfterApplyIsEmpty applies a sheet twice: the second time there is nothing to send.
func TestPlanAfterApplyIsEmpty(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	if _, err := g.apply(threePeople, Options{}); err != nil {
		t.Fatal(err)
	}
	if _, planned := g.plan(threePeople, Options{}); planned.Change != 0 || planned.Unchanged != 3 {
		t.Errorf("planned %+v, want nothing to change", planned)
	}
}

// TestKeysAreLearnt tries each way in which the service may spell its keys: the right one is found, kept, and used for
// every further row, and a wrong one costs no more than one call each.
func TestKeysAreLearnt(t *testing.T) {
	const csv = "email,phoneNumber\njuergen.gross@example.com,030 23125 141\nanna.vonderlippe@example.com,040 66969 232\n"
	const withNames = "email,phoneNumber,firstName\njuergen.gross@example.com,030 23125 141,Jörg\nanna.vonderlippe@example.com,040 66969 232,Anja\n"
	tests := []struct {
		name   string
		quirks zohotest.Quirks
		csv    string
		puts   int
		learnt map[string]string
		ends   map[int]string
		stops  string
	}{
		{"the sample's key", zohotest.Quirks{PhoneKey: zohotest.PhoneNumber}, csv, 2,
			map[string]string{"phone_key": "phoneNumber"}, map[int]string{2: "updated", 3: "updated"}, ""},
		{"the list's key", zohotest.Quirks{PhoneKey: zohotest.PhoneNumer}, csv, 3,
			map[string]string{"phone_key": "phoneNumer"}, map[int]string{2: "updated", 3: "updated"}, ""},
		{"names accepted", zohotest.Quirks{PhoneKey: zohotest.PhoneNumer}, withNames, 3,
			map[string]string{"phone_key": "phoneNumer", "names": "true"}, map[int]string{2: "updated", 3: "updated"}, ""},
		{"names refused", zohotest.Quirks{PhoneKey: zohotest.PhoneNumber, Names: zohotest.Refused}, withNames, 3,
			map[string]string{"phone_key": "phoneNumber", "names": "false"}, map[int]string{2: "failed names-refused", 3: "planned"}, "names-refused"},
		{"both", zohotest.Quirks{PhoneKey: zohotest.PhoneNumer, Names: zohotest.Refused}, withNames, 4,
			map[string]string{"phone_key": "phoneNumer", "names": "false"}, map[int]string{2: "failed names-refused", 3: "planned"}, "names-refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{Quirks: test.quirks})
			r, err := g.apply(test.csv, Options{Workers: 1})
			wantCode(t, err, test.stops)
			if n := g.calls(http.MethodPut); n != test.puts {
				t.Errorf("%d PUTs, want %d:\n%s", n, test.puts, strings.Join(g.bodies(), "\n"))
			}
			if diff := cmp.Diff(test.learnt, r.Journal.Learnt()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.ends, ends(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestResumeWithoutNames goes on with a run whose names were refused: everything else arrives.
func TestResumeWithoutNames(t *testing.T) {
	g := newRig(t, zohotest.Options{Quirks: zohotest.Quirks{Names: zohotest.Refused}})
	r, _ := g.apply("email,phoneNumber,firstName\njuergen.gross@example.com,030 23125 141,Jörg\n"+
		"anna.vonderlippe@example.com,040 66969 232,Anja\nsuharti@example.org,,Sri\n", Options{Workers: 1})
	r = g.reopen(r)
	if err := r.Without([]string{"firstName", "lastName"}); err != nil {
		t.Fatal(err)
	}
	if err := r.send(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[int]string{2: "updated", 3: "updated", 4: "unchanged"}
	if diff := cmp.Diff(want, ends(t, r)); diff != "" {
		t.Error(diff)
	}
	if user, _ := g.server.User("anna.vonderlippe@example.com"); user.Phone != "040 66969 232" || user.FirstName != "Anna" {
		t.Errorf("the account became %+v", user)
	}
}

// TestSharedFaultStopsAtOnce sees that what every row would share stops the run at its first rows, which stay to be sent.
func TestSharedFaultStopsAtOnce(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, _ := g.plan(threePeople, Options{Workers: 1})
	g.server.Inject(zohotest.Fault{Kind: zohotest.Scripted, Method: http.MethodPut, Status: 401,
		Body: `[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`})
	err := r.send(t.Context(), t.Context())
	if !zoho.IsKind(err, zoho.Scope) {
		t.Fatalf("stopped by %v, want the missing scope", err)
	}
	if n := g.calls(http.MethodPut); n != 1 {
		t.Errorf("%d PUTs, want 1", n)
	}
	if diff := cmp.Diff(map[int]string{2: "planned", 3: "unchanged", 4: "planned"}, ends(t, r)); diff != "" {
		t.Error(diff)
	}
	if state := r.Journal.Meta().State; state != journal.Stopped {
		t.Errorf("the run is %s, want stopped", state)
	}
}

// TestLostAnswerIsLookedUp cuts the connection after the change was made, each time it is tried: the account tells that it arrived.
func TestLostAnswerIsLookedUp(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, _ := g.plan(threePeople, Options{})
	g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, Method: http.MethodPut, AfterChange: true})
	if err := r.send(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[int]string{2: "updated", 3: "unchanged", 4: "updated"}, ends(t, r)); diff != "" {
		t.Error(diff)
	}
}

// TestNoAnswerIsSettledByResume loses the answer and the look at the account: the row is failed until resume has looked.
func TestNoAnswerIsSettledByResume(t *testing.T) {
	for _, test := range []struct {
		name  string
		after bool // the change was made
		puts  int  // of resume
	}{{"arrived", true, 0}, {"lost", false, 2}} {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{})
			r, _ := g.plan(threePeople, Options{})
			g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, Method: http.MethodPut, AfterChange: test.after},
				zohotest.Fault{Kind: zohotest.Cut, Method: http.MethodGet})
			if err := r.send(t.Context(), t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[int]string{2: "failed no-answer", 3: "unchanged", 4: "failed no-answer"}, ends(t, r)); diff != "" {
				t.Error(diff)
			}
			if err := g.server.ClearFaults(); err != nil {
				t.Fatal(err)
			}
			g.server.ClearLog()
			r = g.reopen(r)
			if err := r.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := r.send(t.Context(), t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := g.calls(http.MethodPut); n != test.puts {
				t.Errorf("resume sent %d PUTs, want %d", n, test.puts)
			}
			if diff := cmp.Diff(map[int]string{2: "updated", 3: "unchanged", 4: "updated"}, ends(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestInterruptLetsCallsFinish ends the first context during the first call: that call is recorded, the rest stays.
func TestInterruptLetsCallsFinish(t *testing.T) {
	soft, interrupt := context.WithCancel(t.Context())
	g := newRig(t, zohotest.Options{OnCall: func(c zohotest.Call) {
		if c.Method == http.MethodPut {
			interrupt()
		}
	}})
	r, _ := g.plan(threePeople, Options{Workers: 1})
	wantCode(t, r.send(soft, t.Context()), "interrupted")
	if diff := cmp.Diff(map[int]string{2: "updated", 3: "unchanged", 4: "planned"}, ends(t, r)); diff != "" {
		t.Error(diff)
	}
	r = g.reopen(r)
	if err := r.send(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[int]string{2: "updated", 3: "unchanged", 4: "updated"}, ends(t, r)); diff != "" {
		t.Error(diff)
	}
	if n := g.calls(http.MethodPut); n != 2 {
		t.Errorf("%d PUTs in all, want 2", n)
	}
}

// TestMaxErrors stops a run in which too much is refused.
func TestMaxErrors(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, _ := g.plan(threePeople, Options{Workers: 1, MaxErrors: Limit{Set: true}})
	g.server.Inject(zohotest.Fault{Kind: zohotest.Scripted, Method: http.MethodPut, Status: 400,
		Body: `{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"PATTERN_NOT_MATCHED"}}`})
	wantCode(t, r.send(t.Context(), t.Context()), "max-errors")
	if diff := cmp.Diff(map[int]string{2: "failed PATTERN_NOT_MATCHED", 3: "unchanged", 4: "planned"}, ends(t, r)); diff != "" {
		t.Error(diff)
	}
}

// TestPilot sends the first rows only.
func TestPilot(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r, err := g.apply(threePeople, Options{First: 1})
	wantCode(t, err, "first")
	if diff := cmp.Diff(map[int]string{2: "updated", 3: "unchanged", 4: "planned"}, ends(t, r)); diff != "" {
		t.Error(diff)
	}
}
