package journal

import (
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zohobulk/importer/problem"
)

// at is a moment of the fictional run, with the milliseconds that the journal keeps.
var at = time.Date(2026, 11, 21, 15, 30, 12, 417e6, time.UTC)

// newFolder is the folder of a new run.
func newFolder(tb testing.TB) string {
	tb.Helper()
	dir, _, err := NewRun(tb.TempDir(), at)
	if err != nil {
		tb.Fatal(err)
	}
	return dir
}

// newJournal is the journal of a new run, closed at the end of the test.
func newJournal(tb testing.TB) *Journal {
	tb.Helper()
	j, err := Create(newFolder(tb), Meta{Run: "test", State: Planning, StartedAt: at})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { j.Close() })
	return j
}

// ok fails the test on an error.
func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// all collects a stream.
func all[T any](tb testing.TB, stream iter.Seq2[T, error]) []T {
	tb.Helper()
	var list []T
	for item, err := range stream {
		ok(tb, err)
		list = append(list, item)
	}
	return list
}

// finish records an outcome and waits until it is on disk.
func finish(tb testing.TB, j *Journal, seq int, o Outcome, attempts ...Attempt) {
	tb.Helper()
	done := make(chan error, 1)
	ok(tb, j.Record(seq, o, attempts, func(err error) { done <- err }))
	ok(tb, <-done)
}

// seqs are the places of rows in the sheet.
func seqs(rows []Row) []int {
	var list []int
	for _, r := range rows {
		list = append(list, r.Seq)
	}
	return list
}

// code is the word of a refusal, "" of anything else.
func code(err error) string {
	var refused *problem.Refusal
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func diff(tb testing.TB, what string, want, got any) {
	tb.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		tb.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestARowComesBackWhole(t *testing.T) {
	j := newJournal(t)
	row := Row{
		Seq: 1, Number: 14, Line: 57,
		Cells:  []string{"a@example.com", "", "two\nlines, \"quoted\" \\ and\ttab", "Łódź 東京", "\x00"},
		Origin: "staff.xlsx Sheet1 row 14",
		Wanted: map[string]string{"city": "Łódź", "mobileNumber": ""},
	}
	plan := Plan{
		AccountID: "2560636000000008002", ZUID: "100001234", Email: "a@example.com",
		Changes: []Change{{Field: "city", Before: "", After: "Łódź"}, {Field: "mobileNumber", Before: "1", After: ""}},
		Context: map[string]string{"streetAddr": "x"}, Steps: []string{"updatePersonalInfo", "displaynameemailupdate"},
		Note: "n",
	}
	outcome := Outcome{
		Status: Failed, StepsDone: 1, Step: "displaynameemailupdate", Field: "newEmail", Code: "EMAIL_EXISTS",
		Message: "taken", HTTPStatus: 400, Attempts: 3, FinishedAt: at,
	}
	attempts := []Attempt{
		{Seq: 1, Step: "updatePersonalInfo", Number: 1, At: at, Wait: 2 * time.Second, Took: 1500 * time.Microsecond, Status: 200},
		{Seq: 1, Step: "displaynameemailupdate", Number: 2, At: at.Add(time.Second), Status: 429, Code: "c", Message: "m", Throttled: true},
	}
	ok(t, j.Add(row))
	ok(t, j.Plan(1, plan, Outcome{Status: Planned}))
	finish(t, j, 1, outcome, attempts...)
	ok(t, j.Attempt(Attempt{Step: "list", Number: 1, At: at, Read: true, Status: 200}))
	ok(t, j.Flush())

	row.Plan, row.Outcome = plan, outcome
	diff(t, "row", row, must(j.Row(1)))
	diff(t, "row by number", row, must(j.RowNumbered(14)))
	diff(t, "rows", []Row{row}, all(t, j.Rows(Filter{})))
	diff(t, "calls of the row", attempts, all(t, j.Attempts(1)))
	diff(t, "number of calls", 3, len(all(t, j.Attempts(All))))
	diff(t, "counts", Counts{Rows: 1, Failed: 1, Requests: 3, Retries: 1, Throttled: 1, Reads: 1}, must(j.Counts()))
	_, err := j.Row(2)
	diff(t, "code for a row that isn't there", "no-such-row", code(err))
}

func TestMetaAndWhatWasLearntLast(t *testing.T) {
	dir := newFolder(t)
	meta := Meta{
		Run: filepath.Base(dir), Command: "apply", State: Planning, File: "staff.xlsx", SHA256: "ab", HeaderRow: 3,
		Columns: []Column{{"A", "E-mail", "email"}, {"B", "Notes", ""}}, ZOID: "1234567890", Organisation: "Zylker",
		Options: json.RawMessage(`{"workers":4}`), StartedAt: at.Add(123 * time.Microsecond), RatePerMinute: 25,
	}
	j := must(Create(dir, meta))
	ok(t, j.SetMeta(func(m *Meta) { m.User = "admin@example.com" }))
	ok(t, j.SetState(Stopped))
	ok(t, j.Learn("phone_key", "phoneNumer"))
	ok(t, j.Learn("phone_key", "phoneNumber"))
	held := j.Meta()
	ok(t, j.Close())

	j = must(Open(dir))
	defer j.Close()
	meta.StartedAt, meta.State, meta.User = at, Stopped, "admin@example.com"
	diff(t, "meta", meta, j.Meta())
	diff(t, "meta before closing", meta, held)
	diff(t, "learnt", map[string]string{"phone_key": "phoneNumber"}, j.Learnt())
}

func TestProblemsByRow(t *testing.T) {
	j := newJournal(t)
	first := problem.Problem{Severity: problem.Warning, Row: 2, Cell: "D2", Column: "D", Code: "odd-phone", Message: "looks odd", Proposal: "+1 212 555 0123"}
	second := problem.Problem{Severity: problem.Error, Row: 3, Code: "duplicate", Message: "about the same user", Hint: "remove one"}
	whole := problem.Problem{Severity: problem.Note, Code: "hidden-rows", Message: "two rows are hidden"}
	for seq := 1; seq <= 2; seq++ {
		ok(t, j.Add(sampleRow(seq)))
	}
	ok(t, j.AddProblem(2, second))
	ok(t, j.AddProblem(1, first))
	ok(t, j.AddProblem(0, whole))
	ok(t, j.Bar(2, Outcome{Status: Invalid, Code: "duplicate"}))
	ok(t, j.Flush())
	diff(t, "all", []RowProblem{{0, whole}, {1, first}, {2, second}}, all(t, j.Problems(All)))
	diff(t, "of row 2", []RowProblem{{2, second}}, all(t, j.Problems(2)))
	diff(t, "counts", Counts{Rows: 2, Invalid: 1, Read: 1, NotSent: 1}, must(j.Counts()))
}

func TestRowsByStatus(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 6, false)
	for seq, status := range map[int]Status{2: Planned, 3: Planned, 4: Unchanged, 5: Invalid} {
		ok(t, j.Plan(seq, Plan{}, Outcome{Status: status}))
	}
	finish(t, j, 3, Outcome{Status: Failed})
	for _, c := range []struct {
		name  string
		asked []Status
		want  []int
	}{
		{"everything", nil, []int{1, 2, 3, 4, 5, 6}},
		{"not sent", []Status{NotSent}, []int{1, 2, 6}},
		{"read", []Status{Read}, []int{1, 6}},
		{"done", []Status{Updated, Unchanged}, []int{4}},
		{"read or failed", []Status{Failed, Read}, []int{1, 3, 6}},
		{"sending", []Status{Sending}, nil},
	} {
		diff(t, c.name, c.want, seqs(all(t, j.Rows(Filter{c.asked}))))
	}
}

func TestClaimsInTheOrderOfTheSheetAndOnlyOnce(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 5, true)
	ok(t, j.Bar(2, Outcome{Status: Invalid}))
	diff(t, "first claim", []int{1, 3}, seqs(must(j.Claim(2))))
	ok(t, j.Release(1))
	rows := must(j.Claim(10))
	diff(t, "second claim", []int{1, 4, 5}, seqs(rows))
	diff(t, "its status", Sending, rows[0].Status)
	diff(t, "its plan", samplePlan(), rows[1].Plan)
	diff(t, "third claim", []int(nil), seqs(must(j.Claim(10))))
	diff(t, "claim of none", []int(nil), seqs(must(j.Claim(0))))
}

func TestAClaimIsOnDiskBeforeItReturns(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 3, true)
	claimed := must(j.Claim(2))
	reader := must(OpenReader(j.Dir()))
	defer reader.Close()
	diff(t, "what another connection sees", seqs(claimed), seqs(all(t, reader.Rows(Filter{[]Status{Sending}}))))
}

func TestARowWaitsForAnother(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 4, false)
	for seq, after := range map[int]int{1: 2, 2: 3, 3: 0, 4: 0} {
		ok(t, j.Plan(seq, Plan{After: after}, Outcome{Status: Planned}))
	}
	diff(t, "free from the start", []int{3, 4}, seqs(must(j.Claim(10))))
	finish(t, j, 3, Outcome{Status: Updated})
	diff(t, "freed by 3", []int{2}, seqs(must(j.Claim(10))))
	diff(t, "blocked so far", []int(nil), seqs(all(t, j.Blocked())))
	finish(t, j, 2, Outcome{Status: Failed})
	diff(t, "freed by nobody", []int(nil), seqs(must(j.Claim(10))))
	diff(t, "blocked", []int{1}, seqs(all(t, j.Blocked())))

	ok(t, j.Release(2)) // tried again
	ok(t, j.Flush())
	diff(t, "blocked while 2 is tried again", []int(nil), seqs(all(t, j.Blocked())))
	diff(t, "tried again", []int{2}, seqs(must(j.Claim(10))))
	finish(t, j, 2, Outcome{Status: Updated})
	diff(t, "freed by 2", []int{1}, seqs(must(j.Claim(10))))
}

// An accepted row is written in one piece with its last call: in flight, as rows are, or not; whatever came before it.
func TestAnAcceptedRowIsWrittenWithItsCall(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 3, false)
	ok(t, j.Plan(1, samplePlan(), Outcome{Status: Planned}))
	ok(t, j.Plan(2, samplePlan(), Outcome{Status: Planned}))
	waiting := samplePlan()
	waiting.After = 1
	ok(t, j.Plan(3, waiting, Outcome{Status: Planned}))
	ok(t, j.Flush())
	diff(t, "in flight", []int{1}, seqs(must(j.Claim(1))))

	refused := Attempt{Seq: 1, Step: "updatePersonalInfo", Number: 1, At: at, Status: 500, Code: "c"}
	read := Attempt{Seq: 1, Step: "look-up", Number: 1, At: at.Add(time.Second), Status: 200, Read: true}
	first := Attempt{Seq: 1, Step: "updatePersonalInfo", Number: 1, At: at.Add(2 * time.Second), Status: 200}
	last := Attempt{Seq: 1, Step: "displaynameemailupdate", Number: 1, At: at.Add(2 * time.Second), Wait: time.Second, Took: time.Millisecond, Status: 200}
	later := Attempt{Seq: 1, Step: "read-back", Number: 1, At: at.Add(32 * time.Second), Status: 200, Read: true}
	ok(t, j.Attempt(refused))
	ok(t, j.Attempt(read))
	outcome := Outcome{Status: Updated, StepsDone: 2, HTTPStatus: 200, Attempts: 3, FinishedAt: at.Add(2 * time.Second)}
	finish(t, j, 1, outcome, first, last)
	ok(t, j.Attempt(later))
	ok(t, j.Flush())
	diff(t, "outcome", outcome, must(j.Row(1)).Outcome)
	diff(t, "calls", []Attempt{refused, read, first, last, later}, all(t, j.Attempts(1)))
	diff(t, "freed", []int{2, 3}, seqs(must(j.Claim(10))))

	ok(t, j.Release(2))
	call := Attempt{Seq: 2, Step: "updatePersonalInfo", Number: 1, At: at, Status: 200}
	finish(t, j, 2, outcome, call)
	diff(t, "outcome of a row that was not in flight", outcome, must(j.Row(2)).Outcome)
	diff(t, "its calls", []Attempt{call}, all(t, j.Attempts(2)))
	diff(t, "counts", Counts{Rows: 3, Updated: 2, Sending: 1, Requests: 6, Reads: 2}, must(j.Counts()))
}

func TestBlockedGoesDownTheChain(t *testing.T) {
	dir := newFolder(t)
	j := must(Create(dir, Meta{}))
	fill(t, j, 4, false)
	ok(t, j.Plan(4, Plan{}, Outcome{Status: Invalid}))
	for seq := 3; seq > 0; seq-- {
		ok(t, j.Plan(seq, Plan{After: seq + 1}, Outcome{Status: Planned}))
	}
	ok(t, j.Flush())
	diff(t, "blocked", []int{1, 2, 3}, seqs(all(t, j.Blocked())))
	ok(t, j.Plan(4, Plan{}, Outcome{Status: Unchanged}))
	diff(t, "once row 4 is up to date", []int{3}, seqs(must(j.Claim(9))))
	ok(t, j.Close())

	j = must(Open(dir)) // who waits must be known again
	defer j.Close()
	finish(t, j, 3, Outcome{Status: Updated})
	diff(t, "after opening it again", []int{2}, seqs(must(j.Claim(9))))
	ok(t, j.Plan(1, Plan{}, Outcome{Status: Planned}))
	diff(t, "planned again without waiting", []int{1}, seqs(must(j.Claim(9))))
}

func TestReleaseKeepsWhatWasDone(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, true)
	must(j.Claim(1))
	ok(t, j.Step(1, 1))
	finish(t, j, 1, Outcome{Status: Failed, StepsDone: 1, Step: "s", Field: "f", Code: "c", Message: "m", HTTPStatus: 500, Attempts: 4, FinishedAt: at})
	ok(t, j.Release(1))
	ok(t, j.Flush())
	diff(t, "outcome", Outcome{Status: Planned, StepsDone: 1, Attempts: 4}, must(j.Row(1)).Outcome)
}

func TestStepIsWrittenWithoutAnOutcome(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, true)
	must(j.Claim(1))
	ok(t, j.Step(1, 1))
	ok(t, j.Flush())
	diff(t, "outcome", Outcome{Status: Sending, StepsDone: 1}, must(j.Row(1)).Outcome)
}

func TestPlanWithoutAStatusLeavesTheRowRead(t *testing.T) {
	j := newJournal(t)
	ok(t, j.Add(sampleRow(1)))
	ok(t, j.Plan(1, samplePlan(), Outcome{}))
	ok(t, j.Flush())
	row := must(j.Row(1))
	diff(t, "status", Read, row.Status)
	diff(t, "plan", samplePlan(), row.Plan)
}

func TestCallbacksComeInOrderAndMayCallTheJournal(t *testing.T) {
	j := newJournal(t)
	const n = 1000
	fill(t, j, n, true)
	must(j.Claim(n))
	var order []int
	var pending sync.WaitGroup
	pending.Add(n)
	for seq := 1; seq <= n; seq++ {
		ok(t, j.Record(seq, Outcome{Status: Updated}, nil, func(err error) {
			defer pending.Done()
			if order = append(order, seq); err != nil {
				t.Error(err)
			}
			if seq%100 == 0 {
				if row, err := j.Row(seq); err != nil || row.Status != Updated {
					t.Errorf("row %d: told of before it was on disk: %v %v", seq, row.Status, err)
				}
			}
			if seq == n/2 {
				ok(t, j.Step(seq, 1))
			}
		}))
	}
	pending.Wait()
	for i, seq := range order {
		if seq != i+1 {
			t.Fatalf("callback %d was for row %d", i+1, seq)
		}
	}
}

func TestAReaderGoesOnReadingWhileTheWriterWrites(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 100, true)
	seen := 0
	for row, err := range j.Rows(Filter{[]Status{Planned}}) {
		ok(t, err)
		finish(t, j, row.Seq, Outcome{Status: Updated})
		seen++
	}
	diff(t, "rows seen", 100, seen)
	diff(t, "counts", Counts{Rows: 100, Updated: 100}, must(j.Counts()))
}

func TestAClosedJournalRefuses(t *testing.T) {
	j := newJournal(t)
	ok(t, j.Close())
	ok(t, j.Close())
	diff(t, "Add", "journal-closed", code(j.Add(sampleRow(1))))
	diff(t, "Record", "journal-closed", code(j.Record(1, Outcome{Status: Updated}, nil, nil)))
	_, err := j.Claim(1)
	diff(t, "Claim", "journal-closed", code(err))
}

func TestAReaderRefusesToWrite(t *testing.T) {
	j := newJournal(t)
	reader := must(OpenReader(j.Dir()))
	defer reader.Close()
	diff(t, "Add", "journal-read-only", code(reader.Add(sampleRow(1))))
	diff(t, "SetState", "journal-read-only", code(reader.SetState(Finished)))
}

func TestAnUnknownRowFailsTheJournal(t *testing.T) {
	j := newJournal(t)
	done := make(chan error, 1)
	ok(t, j.Record(7, Outcome{Status: Updated}, nil, func(err error) { done <- err }))
	diff(t, "code", "journal-failed", code(<-done))
	diff(t, "later", "journal-failed", code(j.Flush()))
	diff(t, "counts", Counts{}, must(j.Counts()))
}

func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no such permissions")
	}
	j := newJournal(t)
	fill(t, j, 10, true)
	info := must(os.Stat(j.Dir()))
	diff(t, "folder", os.FileMode(0o700), info.Mode().Perm())
	entries := must(os.ReadDir(j.Dir()))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		diff(t, e.Name(), os.FileMode(0o600), must(e.Info()).Mode().Perm())
	}
	diff(t, "files", []string{"run.db", "run.db-shm", "run.db-wal", "run.lock"}, names)
	ok(t, j.Close())
	diff(t, "files after Close", 2, len(must(os.ReadDir(j.Dir()))))
}
