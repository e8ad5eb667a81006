package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zohobulk/importer/journal"
)

// endedRow is a row of goingRun that has ended.
func endedRow(number int, status journal.Status) journal.Row {
	r := journal.Row{Seq: number - 1, Number: number, Cells: []string{"line\nbreak"}}
	r.Status = status
	return r
}

// goingRun has one row that is done, one that was refused, and two that are still to be sent.
func goingRun() *run {
	return &run{
		meta: journal.Meta{Run: "r", State: journal.Running, Columns: []journal.Column{{Column: "A", Header: "City"}}},
		rows: []journal.Row{endedRow(2, journal.Updated), endedRow(3, journal.Invalid), endedRow(4, journal.Planned), endedRow(5, journal.Sending)},
	}
}

// numbers are the row numbers of a table, in its order.
func numbers(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	check(t, err)
	if !strings.HasPrefix(string(data), "\ufeff\"City\",\"_row\"") || !strings.HasSuffix(string(data), "\r\n") {
		t.Errorf("%s does not begin with its header and end with a whole line: %q", name, data)
	}
	var list []string
	for _, line := range strings.Split(string(data), "\r\n") {
		if _, rest, ok := strings.Cut(line, "\"line\nbreak\",\""); ok {
			number, _, _ := strings.Cut(rest, `"`)
			list = append(list, number)
		}
	}
	return strings.Join(list, " ")
}

// TestLiveTablesGrowWithTheRun looks into the tables while a run goes.
func TestLiveTablesGrowWithTheRun(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		expect := func(when, success, failed string) {
			t.Helper()
			synctest.Wait()
			if got := numbers(t, dir, SuccessFile) + "|" + numbers(t, dir, FailedFile); got != success+"|"+failed {
				t.Errorf("%s: %s, want %s|%s", when, got, success, failed)
			}
		}
		l, err := Follow(t.Context(), dir, goingRun(), Options{})
		check(t, err)
		expect("at the beginning", "2", "3")
		l.Ended(endedRow(5, journal.Updated))
		l.Ended(endedRow(4, journal.Failed))
		time.Sleep(2 * time.Second)
		expect("two seconds after an outcome", "2 5", "3 4")
		l.Ended(endedRow(6, journal.Unchanged))
		check(t, l.Close())
		expect("at the end", "2 5 6", "3 4")
	})
}

// TestLiveTablesAreReplacedByTheOrderedOnes writes the reports of the run in the end.
func TestLiveTablesAreReplacedByTheOrderedOnes(t *testing.T) {
	dir := t.TempDir()
	r := goingRun()
	l, err := Follow(t.Context(), dir, r, Options{})
	check(t, err)
	l.Ended(endedRow(5, journal.Updated))
	l.Ended(endedRow(4, journal.Updated))
	check(t, l.Close())
	r.rows[2].Status, r.rows[3].Status = journal.Updated, journal.Updated
	written(t, dir, r, Options{})
	if got := numbers(t, dir, SuccessFile); got != "2 4 5" {
		t.Errorf("success.csv has rows %s, want 2 4 5", got)
	}
}

// TestLiveTablesBesideOneThatIsHeld follows a run whose success.csv can't be replaced.
func TestLiveTablesBesideOneThatIsHeld(t *testing.T) {
	dir := t.TempDir()
	check(t, os.MkdirAll(filepath.Join(dir, SuccessFile, "open"), 0o700))
	l, err := Follow(t.Context(), dir, goingRun(), Options{})
	check(t, err)
	l.Ended(endedRow(5, journal.Updated))
	check(t, l.Close())
	if got := numbers(t, dir, "success-new.csv"); got != "2 5" {
		t.Errorf("success-new.csv has rows %s, want 2 5", got)
	}
}

// TestLiveSaysWhatKeepsItFromWriting has no folder, and then a file that takes no more.
func TestLiveSaysWhatKeepsItFromWriting(t *testing.T) {
	if _, err := Follow(t.Context(), filepath.Join(t.TempDir(), "gone"), goingRun(), Options{}); err == nil {
		t.Error("no error though the folder is not there")
	}
	l, err := Follow(t.Context(), t.TempDir(), goingRun(), Options{})
	check(t, err)
	check(t, l.parts[0].file.Close())
	l.Ended(endedRow(5, journal.Updated))
	if err := l.Close(); err == nil || !strings.Contains(err.Error(), "success.csv: report not written") {
		t.Errorf("error %v, want one that names success.csv", err)
	}
}
