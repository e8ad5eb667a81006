package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
)

// TestReportsOfARealJournal writes the reports of a run that went through a journal on disk, as a run does, and of the
// same journal opened again: both are those of the run in memory.
func TestReportsOfARealJournal(t *testing.T) {
	r := mixed()
	dir := t.TempDir()
	j, err := journal.Create(dir, r.meta)
	check(t, err)
	for _, row := range r.rows {
		check(t, j.Add(journal.Row{Seq: row.Seq, Number: row.Number, Line: row.Line, Cells: row.Cells, Origin: row.Origin}))
		check(t, j.Plan(row.Seq, row.Plan, row.Outcome))
	}
	for _, p := range r.problems {
		check(t, j.AddProblem(p.Seq, p.Problem))
	}
	for _, a := range r.attempts {
		check(t, j.Attempt(a))
	}
	check(t, j.Flush())
	want := written(t, t.TempDir(), r, Options{Marked: MarkAlways})
	got := written(t, t.TempDir(), j, Options{Marked: MarkAlways})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reports from the journal (-memory +journal):\n%s", diff)
	}
	check(t, j.Close())
	again, err := journal.OpenReader(dir)
	check(t, err)
	defer again.Close()
	if diff := cmp.Diff(want, written(t, t.TempDir(), again, Options{Marked: MarkAlways})); diff != "" {
		t.Errorf("reports from the journal opened again (-memory +journal):\n%s", diff)
	}
}
