package journal_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

func typed(seq int, column, before, after string) journal.Edit {
	return journal.Edit{At: time.UnixMilli(1), Seq: seq, Column: column, Before: before, After: after, Kind: journal.EditText}
}

// holding is what the edits that hold say, in order.
func holding(t *testing.T, j *journal.Journal) string {
	t.Helper()
	var list []string
	for e, err := range j.Edits(t.Context()) {
		ok(t, err)
		list = append(list, fmt.Sprintf("%s%d=%s", e.Column, e.Seq, e.After))
	}
	return strings.Join(list, " ")
}

func TestEditsAreUndoneInBatches(t *testing.T) {
	j := staff(t, 3)
	add := func(edits ...journal.Edit) {
		t.Helper()
		_, err := j.AddEdits(edits)
		ok(t, err)
	}
	turn := func(move func() ([]journal.Edit, error), edits int) {
		t.Helper()
		turned, err := move()
		if ok(t, err); len(turned) != edits {
			t.Errorf("%d edits, want %d", len(turned), edits)
		}
	}
	undo := func() ([]journal.Edit, error) { return j.UndoEdits(t.Context()) }
	redo := func() ([]journal.Edit, error) { return j.RedoEdits(t.Context()) }
	says := func(want string) {
		t.Helper()
		if got := holding(t, j); got != want {
			t.Errorf("holding %q, want %q", got, want)
		}
	}
	turn(undo, 0)
	add(typed(1, "A", "a", "b"))
	add(typed(1, "A", "b", "c"), typed(2, "B", "x", "y"))
	says("A1=b A1=c B2=y")
	turn(undo, 2)
	turn(undo, 1)
	turn(undo, 0)
	turn(redo, 1)
	says("A1=b")
	add(typed(3, "C", "1", "2"))
	turn(redo, 0) // an edit after an undo
	says("A1=b C3=2")
	turn(undo, 1)
	turn(undo, 1)
	turn(redo, 1)
	says("A1=b")
	all, err := j.EditsOfRows(t.Context(), []int{1, 2})
	if ok(t, err); len(all) != 3 {
		t.Errorf("%d edits are on record of rows 1 and 2, want 3: %+v", len(all), all)
	}
	counts, err := j.EditCounts(t.Context())
	if ok(t, err); counts != (journal.EditCounts{Edits: 1, Undo: 1, Redo: 1}) {
		t.Errorf("%+v", counts)
	}
	fresh := staff(t, 3)
	ok(t, fresh.TakeEdits(t.Context(), j))
	if got := holding(t, fresh); got != "A1=b" {
		t.Errorf("taken over: %q", got)
	}
	if redone, err := fresh.RedoEdits(t.Context()); err != nil || len(redone) != 1 {
		t.Errorf("taken over, and put again: %v, %v", redone, err)
	}
}

// row reads a row with what is said of it: its status, code, cells and problems.
func row(t *testing.T, j *journal.Journal, seq int) string {
	t.Helper()
	r, err := j.Row(seq)
	ok(t, err)
	said, err := j.ProblemsOfRows(t.Context(), []int{seq})
	ok(t, err)
	var codes []string
	for _, p := range said {
		codes = append(codes, p.Code)
	}
	return strings.TrimSpace(fmt.Sprintf("%s/%s %s: %s", r.Status, r.Code, strings.Join(r.Cells, ","), strings.Join(codes, " ")))
}

func TestJudge(t *testing.T) {
	j := staff(t, 10)
	read := about(problem.Error, "ragged", "B")
	read.Scope = problem.OfReading
	other := about(problem.Error, "duplicate-user", "A")
	other.Scope = problem.OfSheet
	ok(t, j.AddProblem(5, read))
	ok(t, j.AddProblem(5, other))
	ok(t, j.Judge([]journal.Judged{{Seq: 5, Cells: []string{"x"}, Typed: []string{"B"}, Problems: []problem.Problem{about(problem.Note, "phone-read", "G")}}}))
	if got := row(t, j, 5); got != "invalid/duplicate-user x: duplicate-user phone-read" {
		t.Errorf("with another row's error: %s", got)
	}
	ok(t, j.JudgeSheet([]journal.RowProblem{{Seq: 7, Problem: other}}))
	if got := row(t, j, 5) + "; " + row(t, j, 7)[:23]; got != "/ x: phone-read; invalid/duplicate-user " {
		t.Errorf("once the other row was mended: %s", got)
	}
	bad := journal.Judged{Seq: 5, Cells: []string{"y"}, Problems: []problem.Problem{about(problem.Error, "bad-phone", "G")}, Outcome: journal.Outcome{Status: journal.Invalid, Code: "bad-phone"}}
	ok(t, j.Judge([]journal.Judged{bad}))
	if got := row(t, j, 5); got != "invalid/bad-phone y: bad-phone" {
		t.Errorf("with an error of its own: %s", got)
	}
	counts, err := j.Counts()
	if ok(t, err); counts.Invalid != 3 || counts.Read != 7 || counts.Rows != 10 {
		t.Errorf("%+v, want rows 5, 7 and 10 to be invalid", counts)
	}
	ok(t, j.JudgeSheet(nil))
	if got := row(t, j, 7)[:2]; got != "/ " {
		t.Errorf("row 7: %s", got)
	}
}

// A row that was planned is planned no more once it is corrected; one that was sent stays what it is.
func TestJudgeAfterThePlan(t *testing.T) {
	j := staff(t, 3)
	ok(t, j.Plan(1, journal.Plan{AccountID: "1", Steps: []string{"updatePersonalInfo"}}, journal.Outcome{Status: journal.Planned}))
	ok(t, j.Plan(2, journal.Plan{AccountID: "2", Steps: []string{"updatePersonalInfo"}}, journal.Outcome{Status: journal.Planned}))
	ok(t, j.Judge([]journal.Judged{{Seq: 1, Cells: []string{"x"}}}))
	claimed, err := j.Claim(5)
	ok(t, err)
	if seqs := len(claimed); seqs != 1 || claimed[0].Seq != 2 {
		t.Fatalf("claimed %+v, want row 2 alone", claimed)
	}
	err = j.Judge([]journal.Judged{{Seq: 2, Cells: []string{"x"}}})
	var refused *problem.Refusal
	if !errors.As(err, &refused) || refused.Code != "row-sent" {
		t.Errorf("a row in flight: %v", err)
	}
	ok(t, j.Err())
	if r, err := j.Row(2); err != nil || r.Cells[1] != "Zoë" {
		t.Errorf("the row in flight: %v, %v", r.Cells, err)
	}
}

func TestFindProblemsKeepsTheirScope(t *testing.T) {
	j := staff(t, 1)
	p := about(problem.Note, "x", "")
	p.Scope, p.Remedies, p.Proposal = problem.OfReading, []problem.Remedy{{Way: problem.MapColumn, Args: []string{"A"}}}, "y"
	ok(t, j.AddProblem(1, p))
	ok(t, j.Flush())
	said, err := j.ProblemsOfRows(t.Context(), []int{1})
	ok(t, err)
	if i := slices.IndexFunc(said, func(p journal.RowProblem) bool { return p.Code == "x" }); i < 0 || !cmp.Equal(said[i].Problem, p) {
		t.Errorf("%+v, want %+v", said, p)
	}
}
