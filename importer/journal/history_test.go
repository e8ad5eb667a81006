package journal

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestNamesOfRuns(t *testing.T) {
	dir, run, err := NewRun(filepath.Join(t.TempDir(), "reports"), at.In(time.FixedZone("", 3600)))
	ok(t, err)
	if !IsRun(run) || !strings.HasPrefix(run, "20261121-153012.4") || filepath.Base(dir) != run {
		t.Errorf("run %s in %s", run, dir)
	}
	for name, want := range map[string]bool{
		"20261121-153012.417-7f3a": true, "20261121-153012.417-7f3a.zip": false, "20261121-153012-7f3a": false, "": false,
	} {
		diff(t, name, want, IsRun(name))
	}
}

// TestATakenMillisecondIsWaitedOut makes runs by an hour that stands still but for the waits themselves.
func TestATakenMillisecondIsWaitedOut(t *testing.T) {
	reports := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var made []string
		for range 20 {
			_, run, err := NewRun(reports, at)
			ok(t, err)
			made = append(made, run[:len(nameLayout)])
		}
		slices.Sort(made)
		diff(t, "different milliseconds", 20, len(slices.Compact(made)))
	})
}

func TestRunsMadeAtOnceGetDifferentMilliseconds(t *testing.T) {
	reports := t.TempDir()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, _, err := NewRun(reports, at); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	stamps := map[string]bool{}
	for _, e := range must(os.ReadDir(reports)) {
		stamps[e.Name()[:len(nameLayout)]] = true
	}
	diff(t, "different milliseconds", 8, len(stamps))
}

// history is a folder with an old run, a damaged one, a new one, and things that are no runs.
func history(t *testing.T) (reports string, runs []string) {
	t.Helper()
	reports = t.TempDir()
	for i, began := range []time.Time{at.AddDate(0, 0, -100), at.AddDate(0, 0, -95), at} {
		dir, run, err := NewRun(reports, began)
		ok(t, err)
		runs = append(runs, run)
		if i == 1 {
			ok(t, os.WriteFile(filepath.Join(dir, "input.csv"), []byte("email\n"), 0o600)) // killed before it had a journal
			continue
		}
		j := must(Create(dir, Meta{Run: run, File: "staff.xlsx", State: Finished, StartedAt: began}))
		fill(t, j, 2, true)
		ok(t, j.Close())
	}
	ok(t, os.Mkdir(filepath.Join(reports, "notes"), 0o700))
	ok(t, os.WriteFile(filepath.Join(reports, "README.md"), nil, 0o600))
	return reports, runs
}

func names(list []Info) []string {
	var names []string
	for _, i := range list {
		names = append(names, i.Run)
	}
	return names
}

func TestListOfRuns(t *testing.T) {
	reports, runs := history(t)
	list := must(List(reports))
	diff(t, "runs", runs, names(list))
	diff(t, "code of the second", "no-such-run", code(list[1].Err))
	diff(t, "counts", Counts{Rows: 2, Planned: 2, NotSent: 2}, list[2].Counts)
	diff(t, "file", "staff.xlsx", list[2].Meta.File)
	if list[2].Err != nil || list[2].Bytes < 4096 || list[2].Began.Sub(at).Abs() > time.Minute {
		t.Errorf("%+v", list[2])
	}
	diff(t, "of no folder", 0, len(must(List(filepath.Join(reports, "nowhere")))))
	leftovers, _ := filepath.Glob(filepath.Join(reports, "*", "run.db-*"))
	diff(t, "files left by reading", []string(nil), leftovers)
}

func TestRemoveExpired(t *testing.T) {
	reports, runs := history(t)
	old := must(Expired(reports, at.AddDate(0, 0, -90)))
	diff(t, "expired", runs[:2], names(old))
	for _, i := range old {
		ok(t, Remove(i.Dir))
	}
	diff(t, "left", runs[2:], names(must(List(reports))))
	diff(t, "entries left", 3, len(must(os.ReadDir(reports))))
}

func TestRemoveOnlyRuns(t *testing.T) {
	reports, runs := history(t)
	diff(t, "another folder", "not-a-run", code(Remove(filepath.Join(reports, "notes"))))
	diff(t, "no folder", "not-a-run", code(Remove(filepath.Join(reports, "20200101-000000.000-0000"))))
	link := filepath.Join(reports, "20200101-000000.000-ffff")
	if err := os.Symlink(filepath.Join(reports, runs[2]), link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	diff(t, "a link", "not-a-run", code(Remove(link)))
	diff(t, "runs", runs, names(must(List(reports))))
}
