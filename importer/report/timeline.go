package report

import (
	"slices"
	"time"

	"zohobulk/importer/journal"
)

// timeline is a run's calls over time. A run that was stopped and resumed has several sittings; the pauses between them
// take no room in the picture.
type timeline struct {
	width    time.Duration // of a bucket
	sittings []sitting
	buckets  []bucket
}

// sitting is a stretch of time in which calls were made.
type sitting struct {
	from, to time.Time
	first    int // its first bucket
	count    int // of buckets
}

// bucket is what was called in a short stretch of time.
type bucket struct {
	at                                time.Time
	read, changed, refused, throttled int
}

func (b bucket) calls() int { return b.read + b.changed + b.refused + b.throttled }

const (
	// longPause is how long nobody calls before the picture is cut there. The longest wait inside a run is a throttle's half
	// hour, which the service documents, and that belongs in the picture.
	longPause = 40 * time.Minute
	// maxBuckets is how many bars fit the picture: chosen by eye.
	maxBuckets = 120
)

// bucketWidths are the widths that read well on an axis.
var bucketWidths = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour,
}

// timelineOf reads the calls twice: once to see when there were any, once to count them.
func timelineOf(j Source) (*timeline, error) {
	t := &timeline{}
	minutes := map[int64][2]time.Time{} // first and last call of each minute that has one
	calls := 0
	for a, err := range j.Attempts(journal.All) {
		if err != nil {
			return nil, err
		}
		calls++
		minute := a.At.Unix() / 60
		span, ok := minutes[minute]
		if !ok || a.At.Before(span[0]) {
			span[0] = a.At
		}
		if !ok || a.At.After(span[1]) {
			span[1] = a.At
		}
		minutes[minute] = span
	}
	if len(minutes) == 0 {
		return t, nil
	}
	t.sit(minutes)
	t.divide(calls)
	for a, err := range j.Attempts(journal.All) {
		if err != nil {
			return nil, err
		}
		t.count(a)
	}
	return t, nil
}

// sit finds the sittings.
func (t *timeline) sit(minutes map[int64][2]time.Time) {
	spans := make([][2]time.Time, 0, len(minutes))
	for _, span := range minutes {
		spans = append(spans, span)
	}
	slices.SortFunc(spans, func(a, b [2]time.Time) int { return a[0].Compare(b[0]) })
	for _, span := range spans {
		last := len(t.sittings) - 1
		if last < 0 || span[0].Sub(t.sittings[last].to) > longPause {
			t.sittings = append(t.sittings, sitting{from: span[0], to: span[1]})
			continue
		}
		t.sittings[last].to = span[1]
	}
}

// bucketCalls is how many calls a bucket should hold on average: with fewer, single calls would look like bursts.
const bucketCalls = 5

// divide chooses the width of the buckets, and makes them.
func (t *timeline) divide(calls int) {
	var active time.Duration
	for _, s := range t.sittings {
		active += s.to.Sub(s.from)
	}
	for _, t.width = range bucketWidths {
		n := 0
		for i, s := range t.sittings {
			from := s.from.Truncate(t.width)
			t.sittings[i].first, t.sittings[i].count = n, 1+int(s.to.Sub(from)/t.width)
			n += t.sittings[i].count
		}
		if n <= maxBuckets && t.width >= active*bucketCalls/time.Duration(calls) {
			break
		}
	}
	for _, s := range t.sittings {
		for i := range s.count {
			t.buckets = append(t.buckets, bucket{at: s.from.Truncate(t.width).Add(time.Duration(i) * t.width)})
		}
	}
}

func (t *timeline) count(a journal.Attempt) {
	for _, s := range t.sittings {
		if a.At.Before(s.from) || a.At.After(s.to) {
			continue
		}
		b := &t.buckets[s.first+int(a.At.Sub(s.from.Truncate(t.width))/t.width)]
		switch {
		case a.Throttled:
			b.throttled++
		case a.Status < 200 || a.Status > 299 || a.Code != "":
			b.refused++
		case a.Read:
			b.read++
		default:
			b.changed++
		}
		return
	}
}
