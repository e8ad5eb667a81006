package journal

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// model is the journal as a map would keep it.
type model struct {
	j      *Journal
	status map[int]Status
	calls  Counts
}

func (m *model) counts() Counts {
	c := m.calls
	c.Rows = len(m.status)
	for _, s := range m.status {
		switch s {
		case Read:
			c.Read++
		case Planned:
			c.Planned++
		case Sending:
			c.Sending++
		case Updated:
			c.Updated++
		case Unchanged:
			c.Unchanged++
		case Failed:
			c.Failed++
		case Invalid:
			c.Invalid++
		}
	}
	c.NotSent = c.Read + c.Planned
	return c
}

var outcomes = []Status{Planned, Sending, Updated, Unchanged, Failed, Invalid}

// TestCountsSumUp does anything in any order, with the journal closed and opened in between, and holds its counts
// against those of a map.
func TestCountsSumUp(t *testing.T) {
	parent := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, _, err := NewRun(parent, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		m := &model{j: must(Create(dir, Meta{})), status: map[int]Status{}}
		defer func() { m.j.Close() }()
		row := func(t *rapid.T) int {
			if len(m.status) == 0 {
				t.Skip("no row yet")
			}
			return rapid.IntRange(1, len(m.status)).Draw(t, "seq")
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				s := rapid.SampledFrom([]Status{Read, Read, Invalid}).Draw(t, "status")
				m.status[len(m.status)+1] = s
				check(t, m.j.Add(Row{Seq: len(m.status), Outcome: Outcome{Status: s}}))
			},
			"bar": func(t *rapid.T) {
				seq := row(t)
				m.status[seq] = Invalid
				check(t, m.j.Bar(seq, Outcome{Status: Invalid}))
			},
			"plan": func(t *rapid.T) {
				seq, s := row(t), rapid.SampledFrom(outcomes).Draw(t, "status")
				m.status[seq] = s
				check(t, m.j.Plan(seq, Plan{}, Outcome{Status: s}))
			},
			"claim": func(t *rapid.T) {
				rows, err := m.j.Claim(rapid.IntRange(0, 3).Draw(t, "n"))
				check(t, err)
				for _, r := range rows {
					if m.status[r.Seq] != Planned {
						t.Fatalf("row %d was claimed and is %s", r.Seq, m.status[r.Seq])
					}
					m.status[r.Seq] = Sending
				}
			},
			"record": func(t *rapid.T) {
				seq, s := row(t), rapid.SampledFrom(outcomes).Draw(t, "status")
				a := Attempt{Seq: seq, Number: rapid.IntRange(0, 3).Draw(t, "number"), Read: rapid.Bool().Draw(t, "read"), Throttled: rapid.Bool().Draw(t, "throttled")}
				m.status[seq] = s
				m.calls.Requests++
				m.calls.Retries += bit(a.Number > 1)
				m.calls.Reads += bit(a.Read)
				m.calls.Throttled += bit(a.Throttled)
				check(t, m.j.Record(seq, Outcome{Status: s}, []Attempt{a}, nil))
			},
			"release": func(t *rapid.T) {
				seq := row(t)
				if m.status[seq] == Read {
					t.Skip("never planned")
				}
				m.status[seq] = Planned
				check(t, m.j.Release(seq))
			},
			"reopen": func(t *rapid.T) {
				check(t, m.j.Close())
				m.j = must(Open(dir))
			},
			"": func(t *rapid.T) {
				check(t, m.j.Flush())
				compare(t, "counts", m.counts(), must(m.j.Counts()))
			},
		})
		stored := map[int]Status{}
		for r, err := range m.j.Rows(Filter{}) {
			check(t, err)
			stored[r.Seq] = r.Status
		}
		compare(t, "statuses in "+filepath.Base(dir), m.status, stored)
	})
}

func check(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func compare(t *rapid.T, what string, want, got any) {
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s (-want +got):\n%s", what, d)
	}
}

// TestBarKeepsTheFirstReason bars a row twice: it says why it was invalid at first, and is counted once.
func TestBarKeepsTheFirstReason(t *testing.T) {
	j := newJournal(t)
	if err := errors.Join(
		j.Add(Row{Seq: 1, Number: 2, Outcome: Outcome{Status: Invalid, Code: "bad-email"}}),
		j.Add(Row{Seq: 2, Number: 3}),
		j.Bar(1, Outcome{Status: Invalid, Code: "duplicate-user"}),
		j.Bar(2, Outcome{Status: Invalid, Code: "duplicate-user"}),
		j.Flush(),
	); err != nil {
		t.Fatal(err)
	}
	for seq, want := range map[int]string{1: "bad-email", 2: "duplicate-user"} {
		if row, err := j.Row(seq); err != nil || row.Code != want {
			t.Errorf("row %d is invalid for %q (%v), want %q", seq, row.Code, err, want)
		}
	}
	if counts, err := j.Counts(); err != nil || counts.Invalid != 2 || counts.Rows != 2 {
		t.Errorf("%+v, %v, want 2 rows, both invalid", counts, err)
	}
}
