package importer

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// wire answers every update with success after some time, and remembers when each came.
type wire struct {
	latency time.Duration
	came    func() // called for each request

	mu      sync.Mutex
	arrived []time.Time
}

// RoundTrip answers as the service does.
func (w *wire) RoundTrip(q *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.arrived = append(w.arrived, time.Now())
	w.mu.Unlock()
	if w.came != nil {
		w.came()
	}
	time.Sleep(w.latency)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"status":{"code":200,"description":"success"}}`)), Request: q}, nil
}

// most is the largest number of requests in any stretch of a length.
func (w *wire) most(length time.Duration) (most int) {
	first := 0
	for i, at := range w.arrived {
		for at.Sub(w.arrived[first]) >= length {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// sendOver sends n rows over a wire, and says how long that took.
func sendOver(t *testing.T, w *wire, n, workers int, rate zoho.Rate, begin func(*Run)) time.Duration {
	t.Helper()
	r := readCSV(t, t.TempDir(), bothIDs(n), Options{Lookup: LookupNever, Auth: AuthAdmin, Workers: workers,
		Known: zoho.Knowledge{Capabilities: zoho.Capabilities{PhoneKey: "phoneNumber", Names: zoho.Yes, OmittedAddress: "kept"}, Probed: true}})
	defer r.Journal.Close()
	limiter := zoho.NewLimiter(rate)
	client, err := zoho.New(zoho.Options{MailURL: zohotest.URL, HTTP: w, Tokens: staticToken{"1000.a.b"}, Limiter: limiter, Workers: MaxWorkers})
	if err != nil {
		t.Fatal(err)
	}
	r.Reconnect(Connection{Service: client, Limiter: limiter, Rate: rate})
	r.ZOID = "1234567890"
	if _, err := r.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if begin != nil {
		begin(r)
	}
	start := time.Now()
	if err := r.send(t.Context(), t.Context()); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	if counts, err := r.Journal.Counts(); err != nil || counts.Updated != n || len(w.arrived) != n {
		t.Errorf("%d requests, %+v, %v", len(w.arrived), counts, err)
	}
	return took
}

// TestRateIsUsedUp sends at many rates to services of many latencies: never more than the rate in any period, and nearly
// all of it wherever the workers that are allowed can keep so many calls under way.
func TestRateIsUsedUp(t *testing.T) {
	for _, test := range []struct {
		rate    zoho.Rate
		rows    int
		workers int
		latency time.Duration
		least   float64 // of the rate
	}{
		{zoho.Rate{N: 50, Per: time.Second}, 5000, 0, 20 * time.Millisecond, 0.99}, // 100 to 102 seconds
		{zoho.DefaultRate, 300, 0, time.Second, 0.99},
		{zoho.DefaultRate, 300, 4, 9500 * time.Millisecond, 0.99},
		{zoho.DefaultRate, 300, 0, 37 * time.Second, 0.97}, // 16 workers, who are found by and by
		{zoho.Rate{N: 5, Per: time.Second}, 300, 1, 190 * time.Millisecond, 0.99},
		{zoho.Unlimited, 1280, 16, 50 * time.Millisecond, 0.95}, // 320 a second
	} {
		t.Run(fmt.Sprintf("%s at %s with %d", strings.ReplaceAll(test.rate.String(), "/", " a "), test.latency, test.workers), func(t *testing.T) {
			if testing.Short() || raced {
				test.rows = max(test.rows/10, 100)
			}
			synctest.Test(t, func(t *testing.T) {
				w := &wire{latency: test.latency}
				took := sendOver(t, w, test.rows, test.workers, test.rate, nil)
				rate := zoho.Rate{N: 320, Per: time.Second}
				if test.rate.Limited() {
					rate = test.rate
					if n := w.most(rate.Per); n > rate.N {
						t.Errorf("%d requests in one %s", n, rate.Per)
					}
				}
				ideal := time.Duration(test.rows) * rate.Per / time.Duration(rate.N)
				used := float64(ideal) / float64(took-test.latency)
				t.Logf("%d updates in %s, %.1f%% of the rate", test.rows, took, 100*used)
				if used < test.least && test.rows >= 300 { // with few rows, finding the workers shows
					t.Errorf("%.1f%% of the rate was used", 100*used)
				}
			})
		})
	}
}

// TestFewRowsAreClaimed sees that workers who only wait for the limit are not hired: after a crash each claimed row costs a look.
func TestFewRowsAreClaimed(t *testing.T) {
	for _, test := range []struct {
		latency time.Duration
		least   int
		most    int
	}{{time.Second, 1, DefaultWorkers + 1}, {30 * time.Second, 12, MaxWorkers + 1}} {
		synctest.Test(t, func(t *testing.T) {
			var j *journal.Journal
			most := 0
			w := &wire{latency: test.latency}
			w.came = func() {
				counts, err := j.Counts()
				if err != nil {
					t.Error(err)
				}
				w.mu.Lock()
				defer w.mu.Unlock()
				most = max(most, counts.Sending)
			}
			sendOver(t, w, 100, 0, zoho.DefaultRate, func(r *Run) { j = r.Journal })
			if most < test.least || most > test.most {
				t.Errorf("at a latency of %s up to %d rows were claimed at once, want %d to %d", test.latency, most, test.least, test.most)
			}
		})
	}
}

// BenchmarkFarService sends over real time to a service that takes 50 ms for each answer, beside what 16 workers could reach.
func BenchmarkFarService(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond)
		obliging(w, r)
	}))
	defer server.Close()
	const rows, ideal = 3200, 320
	csv := bothIDs(rows)
	var took time.Duration
	for b.Loop() {
		took += sendAll(b, server.URL, csv, MaxWorkers)
	}
	perSecond := float64(rows*b.N) / took.Seconds()
	b.ReportMetric(perSecond, "PUTs/s")
	b.ReportMetric(perSecond/ideal, "of-ideal")
}
