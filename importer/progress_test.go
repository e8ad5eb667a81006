package importer_test

import (
	"testing"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// watched is a run whose clock and limit the test sets.
type watched struct {
	*importer.Progress
	now   time.Time
	stats zoho.Stats
}

func newWatched() *watched {
	w := &watched{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	w.Progress = importer.NewProgress(func() time.Time { return w.now }, func() zoho.Stats { return w.stats })
	return w
}

// send lets one row end after each wait.
func (w *watched) send(rows int, wait time.Duration) {
	for range rows {
		w.now = w.now.Add(wait)
		w.Attempted()
		w.Ended(importer.EndedRow{Status: string(journal.Updated)})
		w.Snapshot()
	}
}

func TestTheForecast(t *testing.T) {
	for _, test := range []struct {
		name         string
		total, calls int
		limit        float64
		sent         int
		every        time.Duration
		pause        time.Duration
		want         time.Duration
	}{
		{name: "nothing is known", total: 100, calls: 100},
		{name: "the limit, before anything was measured", total: 132, calls: 132, limit: 25, want: 132 * time.Minute / 25},
		{name: "slower than the limit", total: 120, calls: 120, limit: 25, sent: 20, every: 6 * time.Second, want: 10 * time.Minute},
		{name: "never faster than the limit", total: 120, calls: 120, limit: 25, sent: 20, every: time.Second, want: 4 * time.Minute},
		{name: "two calls a row", total: 120, calls: 240, limit: 25, sent: 20, every: 6 * time.Second, want: 20 * time.Minute},
		{name: "with a pause", total: 25, calls: 25, limit: 25, pause: 5 * time.Minute, want: 6 * time.Minute},
		{name: "nothing to do", limit: 25},
		{name: "longer than anybody waits", total: 1 << 30, calls: 1 << 30, limit: 1e-6, want: 100 * 365 * 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWatched()
			w.Begin(importer.PhaseSending, test.total, test.calls)
			w.Snapshot()
			w.send(test.sent, test.every)
			w.stats = zoho.Stats{PerMinute: test.limit}
			if test.pause > 0 {
				w.stats.Until = w.now.Add(test.pause)
			}
			got := w.Snapshot().Left
			if miss := (got - test.want).Abs(); miss > test.want/20 {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestAPauseLeavesThePaceAsItWas(t *testing.T) {
	w := newWatched()
	w.Begin(importer.PhaseSending, 1000, 1000)
	w.send(30, 2*time.Second)
	w.stats.Until = w.now.Add(5 * time.Minute)
	for w.now.Before(w.stats.Until) {
		w.Snapshot()
		w.now = w.now.Add(2 * time.Second)
	}
	if got := w.Snapshot().PerMinute; got < 29 || got > 31 {
		t.Errorf("%.1f calls a minute, want 30", got)
	}
}

func TestEveryDisplayCountsTheSame(t *testing.T) {
	w := newWatched()
	first, events, end := w.Watch()
	if first.Phase != "" {
		t.Errorf("nothing has begun, and the phase is %q", first.Phase)
	}
	w.Begin(importer.PhaseSending, 3, 3)
	w.send(2, time.Second)
	w.Ended(importer.EndedRow{Number: 7, Status: string(journal.Failed)})
	end()
	w.Ended(importer.EndedRow{Number: 8})
	if e := <-events; e.Phase != importer.PhaseSending {
		t.Errorf("the first event is %+v, want the phase", e)
	}
	var rows []int
	for len(events) > 0 {
		rows = append(rows, (<-events).Ended.Number)
	}
	if len(rows) != 3 || rows[2] != 7 {
		t.Errorf("told of the rows %v, want three with 7 as the last", rows)
	}
	if s := w.Snapshot(); s.Done != 4 || s.Failed != 1 || s.Calls != 2 {
		t.Errorf("%+v, want 4 done, 1 failed, 2 calls", s)
	}
}

func TestMoreAccountsThanExpected(t *testing.T) {
	w := newWatched()
	w.Begin(importer.PhaseListing, 200, 0)
	w.Listed(200)
	if s := w.Snapshot(); s.Total != 200 || s.Done != 200 {
		t.Errorf("%+v, want 200 of 200", s)
	}
	w.Listed(400)
	if s := w.Snapshot(); s.Total != 0 || s.Done != 400 {
		t.Errorf("%+v, want 400 of an unknown number", s)
	}
}

func TestASlowWatcherStopsNobody(t *testing.T) {
	w := newWatched()
	_, events, end := w.Watch()
	defer end()
	w.send(10_000, time.Millisecond) // would never return if it waited for the watcher
	if len(events) == 0 {
		t.Error("the watcher was told of nothing")
	}
}
