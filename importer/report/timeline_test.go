package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
)

// TestTimelineCutsPauses has two sittings of ten minutes, a day apart, with a throttle's half hour in the first.
func TestTimelineCutsPauses(t *testing.T) {
	j := mixed()
	j.attempts = nil
	add := func(at time.Duration, a journal.Attempt) {
		a.At, a.Number = began.Add(at), 1
		j.attempts = append(j.attempts, a)
	}
	for m := range 10 {
		add(time.Duration(m)*time.Minute, journal.Attempt{Status: 200, Read: true})
	}
	add(10*time.Minute, journal.Attempt{Status: 429, Throttled: true, Code: "throttled"})
	add(40*time.Minute, journal.Attempt{Status: 200})
	add(24*time.Hour, journal.Attempt{Status: 500, Code: "internal"})
	add(24*time.Hour+time.Minute, journal.Attempt{Status: 0})
	tl, err := timelineOf(j)
	check(t, err)
	if len(tl.sittings) != 2 {
		t.Fatalf("%d sittings, want 2: %v", len(tl.sittings), tl.sittings)
	}
	var sum bucket
	for _, b := range tl.buckets {
		sum.read, sum.changed, sum.refused, sum.throttled = sum.read+b.read, sum.changed+b.changed, sum.refused+b.refused, sum.throttled+b.throttled
	}
	want := bucket{read: 10, changed: 1, refused: 2, throttled: 1}
	if diff := cmp.Diff(want, sum, cmp.AllowUnexported(bucket{})); diff != "" {
		t.Errorf("calls in all buckets (-want +got):\n%s", diff)
	}
	if len(tl.buckets) > maxBuckets {
		t.Errorf("%d buckets, want at most %d", len(tl.buckets), maxBuckets)
	}
	c := chartOf(tl, 25)
	if len(c.Pauses) != 1 || c.Pauses[0].Text != "paused for 23 h 20 min" {
		t.Errorf("pauses %v, want one of 23 h 20 min", c.Pauses)
	}
	if len(c.Rows) != len(tl.buckets) {
		t.Errorf("%d rows in the table, want one for each of %d buckets", len(c.Rows), len(tl.buckets))
	}
}

func TestTimelineWithoutCalls(t *testing.T) {
	j := mixed()
	j.attempts = nil
	tl, err := timelineOf(j)
	check(t, err)
	if c := chartOf(tl, 25); c != nil {
		t.Errorf("a picture of no calls: %v", c)
	}
}

func TestSpoken(t *testing.T) {
	for d, want := range map[time.Duration]string{
		250 * time.Millisecond: "250 ms", 45 * time.Second: "45 s", 5 * time.Minute: "5 min", 320 * time.Second: "5 min 20 s",
		2 * time.Hour: "2 h", 125 * time.Minute: "2 h 5 min", 72 * time.Hour: "3 days",
	} {
		if got := spoken(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
