package importer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// renewing gives a new token of the stand-in whenever one is refused.
type renewing struct{ server *zohotest.Server }

func (n renewing) Token(context.Context) (string, error) {
	return n.server.AccessToken(zohotest.AllScopes()...), nil
}
func (n renewing) Renew(ctx context.Context, _ string) (string, error) { return n.Token(ctx) }

// tune gives a run a rate and a policy of its own; the zero Policy is the program's.
func (g *rig) tune(r *Run, rate zoho.Rate, p zoho.Policy) *Run {
	g.t.Helper()
	limiter := zoho.NewLimiter(rate)
	client, err := zoho.New(zoho.Options{
		MailURL: zohotest.URL, HTTP: g.http, Tokens: renewing{g.server}, Limiter: limiter, Policy: p,
	})
	if err != nil {
		g.t.Fatal(err)
	}
	r.Reconnect(Connection{Service: client, Limiter: limiter, Rate: rate})
	return r
}

// inBubble runs a test with a run's surroundings in virtual time, and closes what runs it made before the time ends.
func inBubble(t *testing.T, o zohotest.Options, test func(t *testing.T, g *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newRig(t, o)) })
}

// sheetOf is a sheet that gives each of n generated users a new city.
func sheetOf(n int) string {
	var b strings.Builder
	b.WriteString("email,city\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "user%06d@example.com,City %d\n", i, i)
	}
	return b.String()
}

// count says how many rows ended in each way.
func count(t *testing.T, r *Run) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, end := range ends(t, r) {
		n[end]++
	}
	return n
}

// resume goes on with a run as another process would, and says how many updates that took.
func (g *rig) resume(r *Run) (*Run, int) {
	g.t.Helper()
	if err := g.server.ClearFaults(); err != nil {
		g.t.Fatal(err)
	}
	g.server.ClearLog()
	r = g.reopen(r)
	if err := r.Settle(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	if err := r.send(g.t.Context(), g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	return r, g.calls(http.MethodPut)
}

const onePerson = "email,city\njuergen.gross@example.com,Potsdam\n"

// wantEnds compares where the rows stand.
func wantEnds(t *testing.T, r *Run, want map[int]string) {
	t.Helper()
	if diff := cmp.Diff(want, ends(t, r)); diff != "" {
		t.Error(diff)
	}
}

// tooLong is a throttle that nobody waits for.
func tooLong(skip int) zohotest.Fault {
	return zohotest.Fault{Kind: zohotest.Scripted, Method: http.MethodPut, Skip: skip, Status: 429, Header: http.Header{"Retry-After": {"7200"}}}
}

// TestThrottleEndsTheRun meets a throttle longer than anybody waits: the run stops and can be gone on with, and no row has failed.
func TestThrottleEndsTheRun(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(20), Options{MaxErrors: Limit{Set: true}})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.DefaultRate, zoho.Policy{})
		g.server.Inject(tooLong(5))
		began := time.Now()
		if err := r.send(t.Context(), t.Context()); !zoho.IsKind(err, zoho.Throttled) {
			t.Fatalf("stopped by %v, want the throttle", err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("it took %s to say so", took)
		}
		if diff := cmp.Diff(map[string]int{"updated": 5, "planned": 15}, count(t, r)); diff != "" {
			t.Error(diff)
		}
		if state := r.Journal.Meta().State; state != journal.Stopped {
			t.Errorf("the run is %s, want stopped", state)
		}
		r, puts := g.resume(r)
		if diff := cmp.Diff(map[string]int{"updated": 20}, count(t, r)); diff != "" || puts != 15 {
			t.Errorf("resume sent %d updates, want 15: %s", puts, diff)
		}
	})
}

// TestThrottlesAreNoErrors waits out throttles without counting them among what --max-errors allows.
func TestThrottlesAreNoErrors(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(20), Options{MaxErrors: Limit{Set: true}})
		defer r.Journal.Close()
		g.tune(r, zoho.DefaultRate, zoho.Policy{})
		g.server.Inject(
			zohotest.Fault{Kind: zohotest.ThrottleA, Method: http.MethodPut, Skip: 3, Times: 2},
			zohotest.Fault{Kind: zohotest.ThrottleB, Method: http.MethodPut, Skip: 6, Times: 1})
		began := time.Now()
		if err := r.send(t.Context(), t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 19*time.Minute || took > 40*time.Minute {
			t.Errorf("it took %s, with pauses of twice two and of fifteen minutes and a slow pace after them", took)
		}
		if diff := cmp.Diff(map[string]int{"updated": 20}, count(t, r)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestMayBeDoneStaysSending stops a run while nobody knows whether a row was changed: it is looked at before it is sent again.
func TestMayBeDoneStaysSending(t *testing.T) {
	for _, test := range []struct {
		name  string
		stops []zohotest.Fault // after the answer was lost
		puts  int              // of resume
		done  bool
	}{
		{"then throttled, arrived", []zohotest.Fault{tooLong(0)}, 0, true},
		{"then throttled, lost", []zohotest.Fault{tooLong(0)}, 1, false},
		{"then interrupted, arrived", nil, 0, true},
		{"then interrupted, lost", nil, 1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, zohotest.Options{}, func(t *testing.T, g *rig) {
				r, _ := g.plan(onePerson, Options{})
				defer func() { r.Journal.Close() }()
				g.tune(r, zoho.Unlimited, zoho.Policy{Base: time.Minute})
				g.server.Inject(append([]zohotest.Fault{{Kind: zohotest.Cut, Method: http.MethodPut, Times: 1, AfterChange: test.done}}, test.stops...)...)
				soft, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				if test.stops == nil {
					time.AfterFunc(time.Second, interrupt) // during the pause before the repetition
				}
				if err := r.send(soft, t.Context()); err == nil {
					t.Fatal("it did not stop")
				}
				wantEnds(t, r, map[int]string{2: "sending"})
				r, puts := g.resume(r)
				wantEnds(t, r, map[int]string{2: "updated"})
				if puts != test.puts {
					t.Errorf("resume sent %d updates, want %d", puts, test.puts)
				}
				for row := range r.Journal.Rows(journal.Filter{}) {
					if row.Attempts == 0 {
						t.Error("no attempt is counted for the row")
					}
				}
			})
		})
	}
}

// TestLostNetworkStopsTheRun cuts the network for good: the run stops, can be gone on with, and no row has failed.
func TestLostNetworkStopsTheRun(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(20), Options{MaxErrors: Limit{Set: true}})
		defer func() { r.Journal.Close() }()
		there := g.http
		left := 5
		g.http = tripper(func(q *http.Request) (*http.Response, error) {
			if left--; left < 0 {
				return nil, &net.OpError{Op: "dial", Err: errors.New("no route to host")}
			}
			return there.RoundTrip(q)
		})
		g.tune(r, zoho.DefaultRate, zoho.Policy{})
		if err := r.send(t.Context(), t.Context()); !zoho.IsKind(err, zoho.Unreachable) {
			t.Fatalf("stopped by %v, want the network", err)
		}
		if diff := cmp.Diff(map[string]int{"updated": 5, "planned": 15}, count(t, r)); diff != "" {
			t.Error(diff)
		}
		g.http = there
		r, puts := g.resume(r)
		if diff := cmp.Diff(map[string]int{"updated": 20}, count(t, r)); diff != "" || puts != 15 {
			t.Errorf("resume sent %d updates, want 15: %s", puts, diff)
		}
	})
}

// tripper makes a transport of a function.
type tripper func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f tripper) RoundTrip(q *http.Request) (*http.Response, error) { return f(q) }

// TestMaxDuration ends a run by the clock.
func TestMaxDuration(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(60)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(50), Options{MaxDuration: time.Minute})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.DefaultRate, zoho.Policy{})
		began := time.Now()
		wantCode(t, r.send(t.Context(), t.Context()), "max-duration")
		if took := time.Since(began).Round(time.Second); took != time.Minute {
			t.Errorf("it stopped after %s", took)
		}
		if diff := cmp.Diff(map[string]int{"updated": 25, "planned": 25}, count(t, r)); diff != "" {
			t.Error(diff)
		}
		if r, puts := g.resume(r); puts != 25 || count(t, r)["updated"] != 50 {
			t.Errorf("resume sent %d updates, want 25; %v", puts, count(t, r))
		}
	})
}

// TestHardStop cuts calls under way: each row is looked at when the run goes on, and none is sent twice that arrived.
func TestHardStop(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(20), Options{})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.Rate{N: 2, Per: time.Second}, zoho.Policy{})
		g.server.Inject(zohotest.Fault{Kind: zohotest.Slow, Method: http.MethodPut, Skip: 5, AfterChange: true})
		hard, cut := context.WithCancel(t.Context())
		soft, interrupt := context.WithCancel(hard)
		defer interrupt()
		time.AfterFunc(5*time.Second, interrupt)
		time.AfterFunc(6*time.Second, cut)
		wantCode(t, r.send(soft, hard), "interrupted")
		arrived := g.calls(http.MethodPut)
		n := count(t, r)
		if n["updated"] != 5 || n["sending"] < arrived-5 || n["updated"]+n["sending"]+n["planned"] != 20 {
			t.Errorf("%v after %d updates that arrived", n, arrived)
		}
		r, puts := g.resume(r)
		if puts != 20-arrived || count(t, r)["updated"] != 20 {
			t.Errorf("resume sent %d updates, want %d: %v", puts, 20-arrived, count(t, r))
		}
	})
}

// TestWrongGoesBeforeAsked interrupts a run whose last call then finds that the token lacks a permission: that is what is said.
func TestWrongGoesBeforeAsked(t *testing.T) {
	inBubble(t, zohotest.Options{}, func(t *testing.T, g *rig) {
		r, _ := g.plan(onePerson, Options{})
		defer r.Journal.Close()
		there := g.http
		g.http = tripper(func(q *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return there.RoundTrip(q)
		})
		g.server.Inject(zohotest.Fault{Kind: zohotest.Scripted, Method: http.MethodPut, Status: 401,
			Body: `[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`})
		g.tune(r, zoho.Unlimited, zoho.Policy{})
		soft, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		time.AfterFunc(time.Second, interrupt)
		if err := r.send(soft, t.Context()); !zoho.IsKind(err, zoho.Scope) {
			t.Errorf("stopped by %v, want the missing scope", err)
		}
		wantEnds(t, r, map[int]string{2: "planned"})
	})
}

const twoSteps = "email,newEmail,city\nnoa.levi@example.com,noa@example.com,Haifa\n"

// TestSecondStep meets trouble with the second of two steps, or with the answer of the first: what was done is not done again.
func TestSecondStep(t *testing.T) {
	const refused = `{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"PATTERN_NOT_MATCHED"}}`
	const scope = `[2,{"msg":"Error while processing!","errorCode":"INVALID_OAUTHSCOPE","authFail":"true","status":"401"}]`
	for _, test := range []struct {
		name  string
		fault zohotest.Fault
		stops bool
		ends  string
		puts  int // before resume
		again int // of resume
		after string
	}{
		{"the answer of the first is lost", zohotest.Fault{Kind: zohotest.Cut, AfterChange: true, Times: 6}, false, "updated", 7, 0, "updated"},
		{"the second is refused", zohotest.Fault{Kind: zohotest.Scripted, Status: 400, Body: refused, Skip: 1}, false, "failed PATTERN_NOT_MATCHED", 2, 0, "failed PATTERN_NOT_MATCHED"},
		{"the second may not be sent", zohotest.Fault{Kind: zohotest.Scripted, Status: 401, Body: scope, Skip: 1}, true, "planned", 2, 1, "updated"},
		{"the second is lost", zohotest.Fault{Kind: zohotest.Cut, Skip: 1}, false, "failed no-answer", 7, 1, "updated"},
		{"the second is done and its answer lost", zohotest.Fault{Kind: zohotest.Cut, AfterChange: true, Skip: 1}, false, "updated", 7, 0, "updated"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, zohotest.Options{}, func(t *testing.T, g *rig) {
				r, _ := g.plan(twoSteps, Options{AllowEmailChange: true})
				defer func() { r.Journal.Close() }()
				g.tune(r, zoho.Unlimited, zoho.Policy{})
				test.fault.Method = http.MethodPut
				g.server.Inject(test.fault)
				if err := r.send(t.Context(), t.Context()); (err != nil) != test.stops {
					t.Fatal(err)
				}
				wantEnds(t, r, map[int]string{2: test.ends})
				if n := g.calls(http.MethodPut); n != test.puts {
					t.Errorf("%d updates, want %d", n, test.puts)
				}
				r, again := g.resume(r)
				wantEnds(t, r, map[int]string{2: test.after})
				if again != test.again {
					t.Errorf("resume sent %d updates, want %d", again, test.again)
				}
			})
		})
	}
}

// TestResumeRefusesWhatOthersChanged has somebody else change an account whose answer never came.
func TestResumeRefusesWhatOthersChanged(t *testing.T) {
	inBubble(t, zohotest.Options{}, func(t *testing.T, g *rig) {
		r, _ := g.plan(onePerson, Options{})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.Unlimited, zoho.Policy{})
		g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, Method: http.MethodPut})
		if err := r.send(t.Context(), t.Context()); err != nil {
			t.Fatal(err)
		}
		user, _ := g.server.User("juergen.gross@example.com")
		user.Address.City = "Leipzig"
		if err := g.server.Put(user); err != nil {
			t.Fatal(err)
		}
		r, puts := g.resume(r)
		wantEnds(t, r, map[int]string{2: "failed changed-since-plan"})
		if puts != 0 {
			t.Errorf("resume sent %d updates over somebody else's", puts)
		}
	})
}

// TestAgain tries failed rows again: those without an answer after a look, those that the service stumbled over, and no others.
func TestAgain(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(10)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(4), Options{})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.Unlimited, zoho.Policy{})
		users, err := g.server.Users()
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range []zohotest.Fault{
			{Kind: zohotest.Cut, AfterChange: true}, // arrived, and its look is lost too
			{Kind: zohotest.Cut},                    // lost
			{Kind: zohotest.ThrottleB, Times: 1},    // waited for
			{Kind: zohotest.Scripted, Status: 400, Body: `{"status":{"code":400},"data":{"errorCode":"PATTERN_NOT_MATCHED"}}`},
		} {
			f.Method, f.Path = http.MethodPut, "/accounts/"+users[i+1].AccountID
			g.server.Inject(f)
		}
		g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, Method: http.MethodGet, Path: "/accounts/" + strconv.FormatInt(users[1].ZUID, 10)})
		if err := r.send(t.Context(), t.Context()); err != nil {
			t.Fatal(err)
		}
		wantEnds(t, r, map[int]string{2: "failed no-answer", 3: "failed no-answer", 4: "updated", 5: "failed PATTERN_NOT_MATCHED"})
		if err := g.server.ClearFaults(); err != nil {
			t.Fatal(err)
		}
		g.server.ClearLog()
		r = g.reopen(r)
		n, err := r.Again()
		if err := errors.Join(err, r.Settle(t.Context()), r.send(t.Context(), t.Context())); err != nil {
			t.Fatal(err)
		}
		if puts := g.calls(http.MethodPut); n != 2 || puts != 1 {
			t.Errorf("%d rows tried again with %d updates, want 2 rows and 1 update, since one had arrived", n, puts)
		}
		wantEnds(t, r, map[int]string{2: "updated", 3: "updated", 4: "updated", 5: "failed PATTERN_NOT_MATCHED"})
	})
}

// TestSettleGoesOn leaves a row as it is whose account can't be read, and sends the others.
func TestSettleGoesOn(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(10)}, func(t *testing.T, g *rig) {
		r, _ := g.plan(sheetOf(3), Options{})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.Unlimited, zoho.Policy{})
		g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, Method: http.MethodPut})
		if err := r.send(t.Context(), t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := g.server.ClearFaults(); err != nil {
			t.Fatal(err)
		}
		users, _ := g.server.Users()
		g.server.Inject(zohotest.Fault{Kind: zohotest.Error500Reason, Method: http.MethodGet, Path: "/accounts/" + strconv.FormatInt(users[2].ZUID, 10)})
		r = g.reopen(r)
		if err := errors.Join(r.Settle(t.Context()), r.send(t.Context(), t.Context())); err != nil {
			t.Fatal(err)
		}
		wantEnds(t, r, map[int]string{2: "updated", 3: "failed no-answer", 4: "updated"})
	})
}

// TestNamesStayRefused goes on with a run whose names were refused as if nothing had been: it stops again, without a call.
func TestNamesStayRefused(t *testing.T) {
	inBubble(t, zohotest.Options{Quirks: zohotest.Quirks{Names: zohotest.Refused}}, func(t *testing.T, g *rig) {
		r, err := g.apply("email,phoneNumber,firstName\njuergen.gross@example.com,030 23125 141,Jörg\n"+
			"anna.vonderlippe@example.com,040 66969 232,Anja\n", Options{Workers: 1})
		wantCode(t, err, "names-refused")
		g.server.ClearLog()
		r = g.reopen(r)
		defer r.Journal.Close()
		err = r.send(t.Context(), t.Context())
		var refusal *problem.Refusal
		if !errors.As(err, &refusal) || refusal.Code != "names-refused" ||
			!cmp.Equal(refusal.Remedies, []problem.Remedy{{Way: problem.LeaveOut, Args: []string{"firstName", "lastName"}}}) {
			t.Errorf("stopped by %v, want the names and what to do", err)
		}
		if n := g.calls(http.MethodPut); n != 0 {
			t.Errorf("%d updates to learn what was known", n)
		}
		wantEnds(t, r, map[int]string{2: "failed names-refused", 3: "planned"})
	})
}

// TestInterruptedCanary interrupts a run while the first account is looked at: nobody has seen what became of it, so
// it is looked at again; a loss that was seen is put back first.
func TestInterruptedCanary(t *testing.T) {
	for _, test := range []struct {
		name   string
		quirks zohotest.Quirks
		says   string
		end    string // of the first row
	}{
		{"reads lag", zohotest.Quirks{ReadLag: 20 * time.Second}, "stopped: calls in flight were let finish", "sending"},
		{"what is left out is emptied", zohotest.Quirks{Omitted: zohotest.Cleared}, "it was put back", "planned"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := canaryRig(t, test.quirks)
				r, _ := g.plan(newPhones, Options{Workers: 1})
				defer r.Journal.Close()
				soft, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				time.AfterFunc(5*time.Second, interrupt)
				err := r.send(soft, t.Context())
				if err == nil {
					t.Fatal("it did not stop")
				}
				text := err.Error()
				var refusal *problem.Refusal
				if errors.As(err, &refusal) {
					text += refusal.Hint
				}
				if !strings.Contains(text, test.says) {
					t.Errorf("stopped by %s, want it to say %q", text, test.says)
				}
				wantEnds(t, r, map[int]string{2: test.end, 3: "planned"})
			})
		})
	}
}

// TestRestartLeavesNoGap starts a run over whose plan was not finished: the folder holds a journal all the time.
func TestRestartLeavesNoGap(t *testing.T) {
	g := newRig(t, zohotest.Options{})
	r := g.read(threePeople, Options{})
	r = g.reopen(r)
	err := r.Restart("")
	if err != nil {
		t.Fatal(err)
	}
	defer r.opened.Close()
	defer r.Journal.Close()
	if counts, err := r.Journal.Counts(); err != nil || counts.Rows != 0 {
		t.Errorf("%+v, %v; want an empty journal", counts, err)
	}
	if m := r.Journal.Meta(); m.State != journal.Planning || m.File != "staff.csv" {
		t.Errorf("the run's record became %+v", m)
	}
	if _, err := journal.Open(r.Dir); err == nil {
		t.Error("the run is not locked any more")
	}
	left, err := dirNames(r.Dir)
	if err != nil || slices.Contains(left, "restart") {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

// TestUndoRestarts goes on with an undo whose plan was half made: none of its rows is forgotten, nor the order of its addresses.
func TestUndoRestarts(t *testing.T) {
	allow := Options{AllowEmailChange: true}
	g := newRig(t, zohotest.Options{})
	of, err := g.apply("email,newEmail\nnoa.levi@example.com,ahmad.mansour@example.com\nahmad.mansour@example.com,ahmad@example.com\n", allow)
	if err != nil {
		t.Fatal(err)
	}
	allow.Auth, allow.Lookup, allow.Known.Probed = AuthAdmin, LookupAuto, true
	r, err := g.desk().Undo(of.Dir, allow, "")
	if err != nil {
		t.Fatal(err)
	}
	g.equip(r)
	if err := errors.Join(r.Journal.Plan(1, journal.Plan{}, journal.Outcome{Status: journal.Planned}), r.Journal.Flush()); err != nil {
		t.Fatal(err)
	}
	r = g.reopen(r)
	if err := r.RestartUndo(); err != nil {
		t.Fatal(err)
	}
	defer r.Journal.Close()
	if _, err := r.PlanUndo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.send(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	wantEnds(t, r, map[int]string{2: "updated", 3: "updated"})
	if u, ok := g.server.User("noa.levi@example.com"); !ok || u.Email != "noa.levi@example.com" {
		t.Errorf("the address was not put back: %+v", u)
	}
}

// dirNames are the names of what is in a folder.
func dirNames(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}
