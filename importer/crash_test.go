package importer

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// faulty panics at one of the requests of a kind, before it is sent or when its answer is there.
type faulty struct {
	next   http.RoundTripper
	method string
	at     int32 // from 1
	after  bool
	met    *atomic.Int32
}

func (f faulty) RoundTrip(q *http.Request) (*http.Response, error) {
	now := q.Method == f.method && f.met.Add(1) == f.at
	if now && !f.after {
		panic("a fault of our own")
	}
	answer, err := f.next.RoundTrip(q)
	if now {
		panic("a fault of our own")
	}
	return answer, err
}

// TestAPanicEndsTheRunInOrder lets a worker panic: the run stops, its row says that nobody knows, and the run can be resumed
// without sending anything twice.
func TestAPanicEndsTheRunInOrder(t *testing.T) {
	for name, after := range map[string]bool{"before the call": false, "after the answer": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
				r, _ := g.plan(movers(20), Options{AllowEmailChange: true, AllowClearing: true, Workers: 4})
				whole := g.http
				g.http = faulty{whole, http.MethodPut, 9, after, new(atomic.Int32)}
				g.tune(r, zoho.Unlimited, zoho.Policy{})
				err := r.send(t.Context(), t.Context())
				var crash *problem.Crash
				if !errors.As(err, &crash) || !strings.Contains(string(crash.Report()), "a fault of our own") || !strings.Contains(string(crash.Stack), "faulty.RoundTrip") {
					t.Fatalf("ended with %v, want the panic with its stack", err)
				}
				if state := r.Journal.Meta().State; state != journal.Stopped {
					t.Errorf("the run is %s, want stopped", state)
				}
				unknown := 0
				for row, err := range r.Journal.Rows(journal.Filter{}) {
					if err != nil {
						t.Fatal(err)
					}
					if row.Code == run.CodeNoAnswer {
						unknown++
					}
				}
				if unknown != 1 {
					t.Errorf("of %d rows the outcome is not known, want one", unknown)
				}
				g.http = whole
				r, _ = g.resume(r)
				defer r.Journal.Close()
				if counts, err := r.Journal.Counts(); err != nil || counts.Updated != 20 {
					t.Errorf("%+v, %v: want 20 updated", counts, err)
				}
			})
		})
	}
}

// TestAPanicInAReader lets the reading of the directory panic: the plan ends with it.
func TestAPanicInAReader(t *testing.T) {
	inBubble(t, zohotest.Options{Users: zohotest.Generate(30)}, func(t *testing.T, g *rig) {
		r := g.read(movers(8), Options{AllowEmailChange: true, AllowClearing: true})
		defer r.Journal.Close()
		if err := r.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.http = faulty{g.http, http.MethodGet, 3, true, new(atomic.Int32)}
		g.tune(r, zoho.Unlimited, zoho.Policy{})
		if _, err := r.Plan(t.Context()); !errors.As(err, new(*problem.Crash)) {
			t.Errorf("ended with %v, want the panic", err)
		}
	})
}
