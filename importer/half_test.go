package importer

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zohobulk/importer/journal"
	"zohobulk/importer/report"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// movers is a sheet of two-step rows and of rows that empty a field.
func movers(n int) string {
	var b strings.Builder
	b.WriteString("email,city,state,newEmail\n")
	for i := 1; i <= n; i++ {
		if i%3 == 0 {
			fmt.Fprintf(&b, "user%06d@example.com,City %d,#CLEAR,\n", i, i)
		} else {
			fmt.Fprintf(&b, "user%06d@example.com,City %d,,moved%06d@example.com\n", i, i, i)
		}
	}
	return b.String()
}

// TestFirstStopEndsRowsThatHaveBegun interrupts a run between the two steps of its rows: each of them gets its second.
func TestFirstStopEndsRowsThatHaveBegun(t *testing.T) {
	for name, o := range map[string]Options{"interrupted": {}, "max-duration": {MaxDuration: 10 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
				o.AllowEmailChange, o.AllowClearing = true, true
				r, _ := g.plan(movers(20), o)
				defer func() { r.Journal.Close() }()
				g.tune(r, zoho.DefaultRate, zoho.Policy{})
				soft, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				if o.MaxDuration == 0 {
					time.AfterFunc(10*time.Second, interrupt)
				}
				wantCode(t, r.send(soft, t.Context()), name)
				counts, err := r.Journal.Counts()
				if err != nil || counts.HalfSent != 0 || counts.Updated == 0 || counts.Planned == 0 {
					t.Errorf("%+v, %v", counts, err)
				}
			})
		})
	}
}

// TestARowThatHasBegunWaitsAMinuteAfterAStop interrupts a run between the two steps of its row while the service asks for a pause: a
// pause of up to a minute is waited out, a longer one ends the run with the row half sent.
func TestARowThatHasBegunWaitsAMinuteAfterAStop(t *testing.T) {
	for _, test := range []struct {
		pause time.Duration
		end   string
		took  time.Duration
		puts  int
	}{
		{time.Minute - time.Second, "updated", time.Minute - time.Second, 2},
		{time.Minute + time.Second, "planned", 0, 1},
	} {
		t.Run(test.pause.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				soft, interrupt := context.WithCancel(t.Context())
				var r *Run
				g := newRig(t, zohotest.Options{OnCall: func(c zohotest.Call) {
					if c.Method == http.MethodPut && soft.Err() == nil {
						r.Limiter.Throttle(test.pause)
						interrupt()
					}
				}})
				r, _ = g.plan(twoSteps, Options{AllowEmailChange: true})
				began := time.Now()
				wantCode(t, r.send(soft, t.Context()), "interrupted")
				wantEnds(t, r, map[int]string{2: test.end})
				if took := time.Since(began).Round(time.Second); took != test.took {
					t.Errorf("it took %s, want %s", took, test.took)
				}
				if puts := g.calls(http.MethodPut); puts != test.puts {
					t.Errorf("%d updates were sent, want %d", puts, test.puts)
				}
				r.Journal.Close()
			})
		})
	}
}

// TestHalfSent takes the permission away between the two steps of a row: it has failed, and says what was changed and what
// was not.
func TestHalfSent(t *testing.T) {
	inBubble(t, zohotest.Options{}, func(t *testing.T, g *rig) {
		r, _ := g.plan(twoSteps, Options{AllowEmailChange: true})
		defer func() { r.Journal.Close() }()
		g.tune(r, zoho.Unlimited, zoho.Policy{})
		fault := noScope
		fault.Skip = 1
		g.server.Inject(fault)
		if err := r.send(t.Context(), t.Context()); !zoho.IsKind(err, zoho.Scope) {
			t.Fatalf("stopped by %v, want the scope", err)
		}
		summary, err := report.Summarise(r.Journal)
		if err != nil || summary.Failed != 1 || summary.HalfSent != 1 || summary.NotSent != 0 {
			t.Errorf("%+v, %v", summary, err)
		}
		if missing, err := report.Write(t.Context(), r.Dir, r.Journal, report.Options{NoBOM: true}); err != nil || missing != nil {
			t.Fatal(err)
		}
		got := strings.Join(failedRows(t, r.Dir)[1], "|")
		if want := "failed|displaynameemailupdate||half-sent|city changed, newEmail not sent; resume goes on with it||2|"; !strings.Contains(got, want) {
			t.Errorf("failed.csv says %q, want %q", got, want)
		}
		r, puts := g.resume(r)
		if wantEnds(t, r, map[int]string{2: "updated"}); puts != 1 {
			t.Errorf("resume sent %d updates, want the second step alone", puts)
		}
	})
}

func failedRows(t testing.TB, dir string) [][]string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, report.FailedFile))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestNotSentIsUntouched stops runs at random in every way: nobody who was changed, or may have been, is said not to be sent.
func TestNotSentIsUntouched(t *testing.T) {
	users := zohotest.Generate(12)
	before := map[string]zohotest.User{}
	for _, u := range users {
		before[strconv.FormatInt(u.ZUID, 10)] = u
	}
	rapid.Check(t, func(rt *rapid.T) {
		stop := rapid.SampledFrom([]string{"interrupt", "duration", "hard", "scope", "cut"}).Draw(rt, "stop")
		after := rapid.IntRange(0, 40).Draw(rt, "after")
		refused := rapid.Bool().Draw(rt, "empty values are refused")
		resumed := rapid.IntRange(0, 20).Draw(rt, "then the resumed run is stopped after")
		var touched error
		synctest.Test(t, func(t *testing.T) {
			o := zohotest.Options{Users: slices.Clone(users)}
			if refused {
				o.Quirks.Empty = zohotest.Refused
			}
			g := newRig(t, o)
			options := Options{AllowEmailChange: true, AllowClearing: true}
			r, _ := g.plan(movers(8), options)
			g.stopAt(t, r, stop, after)
			touched = wantUntouched(t, g, r, before)
			if err := g.server.ClearFaults(); err != nil {
				t.Fatal(err)
			}
			r = g.reopen(r)
			g.tune(r, zoho.DefaultRate, zoho.Policy{})
			if err := r.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			g.stopAt(t, r, "interrupt", resumed)
			touched = errors.Join(touched, wantUntouched(t, g, r, before))
			r.Journal.Close()
		})
		if touched != nil {
			rt.Fatal(touched)
		}
	})
}

// stopAt sends a run and stops it in a way after so many seconds, or calls.
func (g *rig) stopAt(t *testing.T, r *Run, stop string, after int) {
	g.tune(r, zoho.DefaultRate, zoho.Policy{})
	hard, cut := context.WithCancel(t.Context())
	defer cut()
	soft, interrupt := context.WithCancel(hard)
	defer interrupt()
	moment := time.Duration(after) * time.Second
	switch stop {
	case "interrupt":
		defer time.AfterFunc(moment, interrupt).Stop()
	case "duration":
		r.Options.MaxDuration = moment + time.Millisecond
	case "hard":
		defer time.AfterFunc(moment, interrupt).Stop()
		defer time.AfterFunc(moment+time.Second, cut).Stop()
	case "scope":
		fault := noScope
		fault.Skip = after / 2
		g.server.Inject(fault)
	case "cut":
		g.server.Inject(zohotest.Fault{Kind: zohotest.Cut, AfterChange: after%2 == 0, Method: "PUT", Skip: after / 2})
		defer time.AfterFunc(moment, interrupt).Stop()
	}
	_ = r.send(soft, hard)
}

// wantUntouched sees that whoever is reported as not sent is as before.
func wantUntouched(t *testing.T, g *rig, r *Run, before map[string]zohotest.User) (err error) {
	t.Helper()
	notSent := 0
	for row, broken := range r.Journal.Rows(journal.Filter{}) {
		if broken != nil {
			t.Fatal(broken)
		}
		if row = report.Settled(row, r.Journal.Meta().State); row.Status != journal.NotSent {
			continue
		}
		notSent++
		if now, _ := g.server.User(row.ZUID); cmp.Diff(now, before[row.ZUID]) != "" {
			err = errors.Join(err, fmt.Errorf("row %d is not sent, and its user has become %+v", row.Number, now))
		}
	}
	counts, failed := r.Journal.Counts()
	if failed != nil || counts.NotSent != notSent {
		err = errors.Join(err, fmt.Errorf("%d rows are counted as not sent, and %d are: %v", counts.NotSent, notSent, failed))
	}
	return err
}
