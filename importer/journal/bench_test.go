package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// million is the size of run that the benchmarks speak of.
const million = 1_000_000

// benchFolder is a run's folder on the disk that the tests use.
func benchFolder(b *testing.B) string {
	b.Helper()
	dir, _, err := NewRun(b.TempDir(), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

func sampleRow(seq int) Row {
	return Row{
		Seq: seq, Number: seq + 1, Line: seq + 1,
		Cells: []string{
			fmt.Sprintf("user%07d@example.com", seq), "Rebecca", "Anderson", "Rebecca Anderson", "New York",
			"+1 212 555 0100", "91, Thomas Street", "10001",
		},
		Origin: fmt.Sprintf("staff.csv row %d", seq+1),
		Wanted: map[string]string{"city": "New York", "mobileNumber": "+12125550100"},
	}
}

func samplePlan() Plan {
	return Plan{
		AccountID: "2560636000000008002", ZUID: "100001234", Email: "rebecca@example.com",
		Changes: []Change{{"city", "Boston", "New York"}, {"mobileNumber", "", "+12125550100"}},
		Context: map[string]string{"streetAddr": "91, Thomas Street"}, Steps: []string{"updatePersonalInfo"},
	}
}

// fill adds n rows, planned if asked for.
func fill(tb testing.TB, j *Journal, n int, planned bool) {
	tb.Helper()
	plan := samplePlan()
	for i := 1; i <= n; i++ {
		if err := j.Add(sampleRow(i)); err != nil {
			tb.Fatal(err)
		}
	}
	for i := 1; planned && i <= n; i++ {
		if err := j.Plan(i, plan, Outcome{Status: Planned}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := j.Flush(); err != nil {
		tb.Fatal(err)
	}
}

func BenchmarkAdd(b *testing.B) {
	j := must(Create(benchFolder(b), Meta{}))
	defer j.Close()
	b.ResetTimer()
	fill(b, j, b.N, false)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkPlan(b *testing.B) {
	j := must(Create(benchFolder(b), Meta{}))
	defer j.Close()
	fill(b, j, b.N, false)
	b.ResetTimer()
	plan := samplePlan()
	for i := 1; i <= b.N; i++ {
		if err := j.Plan(i, plan, Outcome{Status: Planned}); err != nil {
			b.Fatal(err)
		}
	}
	if err := j.Flush(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRecord is the durable outcomes a second of four workers that don't wait for the disk, one call each.
func BenchmarkRecord(b *testing.B) {
	j := must(Create(benchFolder(b), Meta{}))
	defer j.Close()
	fill(b, j, b.N, true)
	must(j.Claim(b.N))
	b.ResetTimer()
	var workers, pending sync.WaitGroup
	pending.Add(b.N)
	for worker := range 4 {
		workers.Go(func() {
			for seq := worker + 1; seq <= b.N; seq += 4 {
				record(b, j, seq, &pending)
			}
		})
	}
	workers.Wait()
	pending.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "outcomes/s")
}

// record ends a row after one call.
func record(b *testing.B, j *Journal, seq int, pending *sync.WaitGroup) {
	o := Outcome{Status: Updated, StepsDone: 1, Attempts: 1, FinishedAt: time.Now()}
	a := []Attempt{{Seq: seq, Step: "updatePersonalInfo", At: time.Now(), Took: time.Millisecond, Status: 200}}
	err := j.Record(seq, o, a, func(err error) {
		if pending.Done(); err != nil {
			b.Error(err)
		}
	})
	if err != nil {
		b.Error(err)
	}
}

// BenchmarkClaim hands out rows, 64 at a time.
func BenchmarkClaim(b *testing.B) {
	j := must(Create(benchFolder(b), Meta{}))
	defer j.Close()
	fill(b, j, b.N, true)
	b.ResetTimer()
	for n := 0; n < b.N; {
		n += len(must(j.Claim(64)))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRecordAlone is one worker that waits for the disk after each row: the price of a commit.
func BenchmarkRecordAlone(b *testing.B) {
	j := must(Create(benchFolder(b), Meta{}))
	defer j.Close()
	fill(b, j, b.N, true)
	b.ResetTimer()
	done := make(chan error)
	for i := 1; i <= b.N; i++ {
		if err := j.Record(i, Outcome{Status: Updated}, nil, func(err error) { done <- err }); err != nil {
			b.Fatal(err)
		}
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "outcomes/s")
}

// BenchmarkSync is the disk's own price: a page appended and synced.
func BenchmarkSync(b *testing.B) {
	f := must(os.Create(filepath.Join(b.TempDir(), "page")))
	defer f.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// bigRun makes a run of a million planned rows, half of them done.
func bigRun(b *testing.B) string {
	b.Helper()
	dir := benchFolder(b)
	j := must(Create(dir, Meta{State: Running}))
	defer j.Close()
	begun := time.Now()
	fill(b, j, million, true)
	b.Logf("a million rows added and planned in %.1f s", time.Since(begun).Seconds())
	must(j.Claim(1))
	for seq := 1; seq <= million/2; seq++ {
		if err := j.Bar(seq, Outcome{Status: Updated}); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// BenchmarkMillion is what one waits for with a run of a million rows: to resume it (open, count, look for rows in flight,
// claim the next), to show it, and to read it through for the reports.
func BenchmarkMillion(b *testing.B) {
	if testing.Short() {
		b.Skip("takes a minute to prepare")
	}
	dir := bigRun(b)
	b.Run("resume", func(b *testing.B) {
		for b.Loop() {
			j := must(Open(dir))
			counts := must(j.Counts())
			for _, err := range j.Rows(Filter{[]Status{Sending}}) {
				if err != nil {
					b.Fatal(err)
				}
			}
			if rows := must(j.Claim(64)); counts.Rows != million || len(rows) != 64 {
				b.Fatalf("%+v, %d rows", counts, len(rows))
			}
			must(0, j.Close())
		}
	})
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			j := must(OpenReader(dir))
			if counts := must(j.Counts()); counts.Rows != million {
				b.Fatalf("%+v", counts)
			}
			must(j.RowNumbered(million / 2))
			must(0, j.Close())
		}
	})
	b.Run("read", func(b *testing.B) {
		n := 0
		for b.Loop() {
			j := must(OpenReader(dir))
			for _, err := range j.Rows(Filter{}) {
				if n++; err != nil {
					b.Fatal(err)
				}
			}
			must(0, j.Close())
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
	})
}
