package check_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// weigher measures the heap when the first row arrives.
type weigher struct{ heap uint64 }

func (w *weigher) Row(*check.Row) error {
	if w.heap == 0 {
		w.heap = heap()
	}
	return nil
}

func (*weigher) Late(int, problem.Problem) error { return nil }

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestWideSheet checks a CSV of 16,000 columns, which must not be held whole.
func TestWideSheet(t *testing.T) {
	const columns, rows = 16_000, 200
	path := filepath.Join(t.TempDir(), "wide.csv")
	var text strings.Builder
	text.WriteString("email,city")
	for i := 2; i < columns; i++ {
		fmt.Fprintf(&text, ",h%d", i)
	}
	for i := range rows {
		fmt.Fprintf(&text, "\na%d@example.com%s", i, strings.Repeat(",1", columns-1))
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sheet.Open(path, sheet.Options{Delimiter: ','})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before, sink := heap(), new(weigher)
	result, err := check.Sheet(context.Background(), s, check.Options{Workers: 1}, sink)
	if err != nil || result.Rows != rows {
		t.Fatalf("%d rows, %v", result.Rows, err)
	}
	if sink.heap > before+60<<20 {
		t.Errorf("%d MB are held", (sink.heap-before)>>20)
	}
}
