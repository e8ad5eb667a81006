package report

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// benchRows is the size that reports must bear: ZOHOBULK_BENCH_ROWS changes it.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("ZOHOBULK_BENCH_ROWS")); err == nil {
		return n
	}
	return 200_000
}

// peak watches how much memory the Go runtime holds from the system, less what it has given back.
func peak() (stop func() float64) {
	var most atomic.Uint64
	end := make(chan struct{})
	done := make(chan struct{})
	runtime.GC()
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse+m.StackInuse))
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(end)
		<-done
		return float64(most.Load()) / (1 << 20)
	}
}

// made generates a run's rows as they are asked for, so that the measured memory is the report's own.
type made struct {
	*run
	n int
}

func (m *made) Counts() (journal.Counts, error) {
	return journal.Counts{Rows: m.n, Updated: m.n - m.n/5, Invalid: m.n / 5}, nil
}

func (m *made) Rows(journal.Filter) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for i := range m.n {
			row := journal.Row{Seq: i + 1, Number: i + 2, Line: i + 2, Origin: "staff.xlsx Sheet1 row " + strconv.Itoa(i+2),
				Cells: []string{"user" + strconv.Itoa(i) + "@example.com", "Zoë", "Untied States", "+1 202 555 0100", "text"}}
			row.Email, row.AccountID, row.ZUID = row.Cells[0], "2560636000000008002", "100001234"
			row.Status, row.Attempts, row.FinishedAt = journal.Updated, 1, began.Add(time.Duration(i)*2400*time.Millisecond)
			row.Changes = []journal.Change{{Field: "country", Before: "", After: "us"}, {Field: "firstName", Before: "Zoe", After: "Zoë"}}
			if i%5 == 0 {
				row.Status, row.Changes = journal.Invalid, nil
				row.Field, row.Code, row.Message = "country", "unknown-country", `country "Untied States": no such country`
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (m *made) Problems(seq int) iter.Seq2[journal.RowProblem, error] {
	return func(yield func(journal.RowProblem, error) bool) {
		for i := 0; i < m.n && seq == journal.All; i += 5 {
			if !yield(journal.RowProblem{Seq: i + 1, Problem: problem.Problem{Severity: problem.Error, Row: i + 2, Cell: "C" + strconv.Itoa(i+2), Column: "C",
				Field: "country", Code: "unknown-country", Message: `country "Untied States": no such country`, Hint: "United States?"}}, nil) {
				return
			}
		}
	}
}

func (m *made) Attempts(int) iter.Seq2[journal.Attempt, error] {
	return func(yield func(journal.Attempt, error) bool) {
		for i := range m.n {
			if !yield(journal.Attempt{Seq: i + 1, Number: 1, At: began.Add(time.Duration(i) * 2400 * time.Millisecond), Status: 200, Read: i%2 == 0}, nil) {
				return
			}
		}
	}
}

// workbook writes a workbook of n rows.
func workbook(b *testing.B, path string, n int) {
	b.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	check(b, err)
	check(b, w.SetRow("A1", []any{"E-Mail", "Vorname", "Land", "Handy", "Bemerkung"}))
	for i := range n {
		check(b, w.SetRow("A"+strconv.Itoa(i+2), []any{fmt.Sprintf("user%d@example.com", i), "Zoë", "Untied States", "+1 202 555 0100", strings.Repeat("text ", 4)}))
	}
	check(b, w.Flush())
	check(b, f.SaveAs(path))
}

// BenchmarkWrite writes every report of a long run, the marked workbook among them.
func BenchmarkWrite(b *testing.B) {
	n := benchRows()
	j := &made{mixed(), n}
	j.meta.Format, j.meta.Worksheet, j.meta.State = "xlsx", "Sheet1", journal.Finished
	dir := b.TempDir()
	workbook(b, filepath.Join(dir, inputWorkbook), n)
	for b.Loop() {
		memory := peak()
		_, err := Write(context.Background(), dir, j, Options{})
		check(b, err)
		b.ReportMetric(memory(), "peakMB")
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
	for _, name := range []string{SuccessFile, FailedFile, PageFile, MarkedFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		check(b, err)
		b.ReportMetric(float64(info.Size())/(1<<20), name+"_MB")
	}
	if keep := os.Getenv("ZOHOBULK_BENCH_KEEP"); keep != "" {
		check(b, os.CopyFS(keep, os.DirFS(dir)))
	}
}
