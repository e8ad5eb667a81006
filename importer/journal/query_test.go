package journal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func open(tb testing.TB) *journal.Journal {
	tb.Helper()
	dir, name, err := journal.NewRun(tb.TempDir(), time.Now())
	ok(tb, err)
	j, err := journal.Create(dir, journal.Meta{Run: name, State: journal.Planning, StartedAt: time.Now()})
	ok(tb, err)
	tb.Cleanup(func() { j.Close() })
	return j
}

func about(severity problem.Severity, code, column string) problem.Problem {
	return problem.Problem{Severity: severity, Code: code, Column: column, Message: code + " in " + column}
}

// staff is a run with people of many cities. Every second row has a note about F, every fifth an error about K (and so is invalid), every
// tenth a warning about K.
func staff(tb testing.TB, rows int) *journal.Journal {
	tb.Helper()
	j := open(tb)
	for seq := 1; seq <= rows; seq++ {
		row := journal.Row{Seq: seq, Number: seq + 1, Cells: []string{fmt.Sprintf("user%07d@example.com", seq), "Zoë", "Möller", "Ä\"x\\", "91, Thomas Street", "100_1"}}
		said := []problem.Problem{}
		if seq%2 == 0 {
			said = append(said, about(problem.Note, "country-read", "F"))
		}
		if seq%5 == 0 {
			said = append(said, about(problem.Error, "postcode-short", "K"))
			row.Outcome = journal.Outcome{Status: journal.Invalid, Code: "postcode-short"}
		}
		if seq%10 == 0 {
			said = append(said, about(problem.Warning, "postcode-odd", "K"))
		}
		ok(tb, j.Add(row))
		for _, p := range said {
			ok(tb, j.AddProblem(seq, p))
		}
	}
	ok(tb, j.AddProblem(0, about(problem.Note, "unmapped-column", "O")))
	ok(tb, j.Flush())
	return j
}

func TestFind(t *testing.T) {
	j := staff(t, 40)
	errors, warnings, notes, column, none := problem.Error, problem.Warning, problem.Note, "K", ""
	tests := []struct {
		name  string
		q     journal.Query
		want  []int
		total int
	}{
		{"a page", journal.Query{After: 10, Limit: 3}, []int{11, 12, 13}, 30},
		{"further on", journal.Query{Skip: 38, Limit: 3}, []int{39, 40}, 40},
		{"invalid", journal.Query{Statuses: []journal.Status{journal.Invalid}, Limit: 2}, []int{5, 10}, 8},
		{"not sent", journal.Query{Statuses: []journal.Status{journal.NotSent}, Limit: 5}, []int{1, 2, 3, 4, 6}, 32},
		{"with errors", journal.Query{Severity: &errors, Skip: 1, Limit: 2}, []int{10, 15}, 8},
		{"with warnings", journal.Query{Severity: &warnings}, []int{10, 20, 30, 40}, 4},
		{"of a kind", journal.Query{Severity: &notes, Code: "country-read", After: 3, Limit: 2}, []int{4, 6}, 19},
		{"of a kind and column", journal.Query{Severity: &errors, Code: "postcode-short", Column: &column, After: 30}, []int{35, 40}, 2},
		{"of another column", journal.Query{Severity: &errors, Code: "postcode-short", Column: &none}, nil, 0},
		{"a text", journal.Query{Text: "R0000012@"}, []int{12}, 1},
		{"other letters", journal.Query{Text: "zOË", Limit: 1}, []int{1}, 40},
		{"capitals", journal.Query{Text: "MÖLLER", Limit: 1}, []int{1}, 40},
		{"quotes and strokes", journal.Query{Text: `"x\`, Limit: 1}, []int{1}, 40},
		{"no wildcard", journal.Query{Text: "user%com"}, nil, 0},
		{"nor another", journal.Query{Text: "0__1"}, nil, 0},
		{"an underscore", journal.Query{Text: "100_1", Limit: 1}, []int{1}, 40},
		{"a text among errors", journal.Query{Severity: &errors, Text: "user000001"}, []int{10, 15}, 2},
		{"a text among the invalid", journal.Query{Statuses: []journal.Status{journal.Invalid}, Text: "0020@"}, []int{20}, 1},
	}
	for _, tt := range tests {
		var got []int
		for row, err := range j.Find(t.Context(), tt.q) {
			ok(t, err)
			got = append(got, row.Seq)
		}
		total, err := j.Count(t.Context(), tt.q)
		ok(t, err)
		if diff := cmp.Diff(tt.want, got); diff != "" || total != tt.total {
			t.Errorf("%s: %d in all, want %d (-want +got):\n%s", tt.name, total, tt.total, diff)
		}
	}
}

func TestProblemKinds(t *testing.T) {
	kinds, err := staff(t, 40).ProblemKinds(t.Context())
	ok(t, err)
	var got []string
	for _, k := range kinds {
		got = append(got, fmt.Sprintf("%s %s %s %d first %d %q", k.Severity, k.Code, k.Column, k.Count, k.First.Seq, k.First.Message))
	}
	want := []string{
		`error postcode-short K 8 first 5 "postcode-short in K"`, `warning postcode-odd K 4 first 10 "postcode-odd in K"`,
		`note country-read F 20 first 2 "country-read in F"`, `note unmapped-column O 1 first 0 "unmapped-column in O"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFindProblems(t *testing.T) {
	j := staff(t, 40)
	errors := problem.Error
	var got []int
	for p, err := range j.FindProblems(t.Context(), journal.Query{Severity: &errors, After: 5, Skip: 1, Limit: 2}) {
		ok(t, err)
		got = append(got, p.Seq)
	}
	for p, err := range j.FindProblems(t.Context(), journal.Query{After: 38}) {
		ok(t, err)
		got = append(got, p.Seq)
	}
	if diff := cmp.Diff([]int{15, 20, 40, 40, 40}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The sizes of the page's promises: 100,000 rows.
const hundredThousand = 100_000

func BenchmarkProblemKinds(b *testing.B) {
	j := open(b)
	for seq := 1; seq <= hundredThousand; seq++ {
		ok(b, j.Add(journal.Row{Seq: seq, Number: seq + 1, Cells: []string{"a"}}))
		p := about(problem.Note, "country-read", "F")
		if seq%17 == 0 {
			p = about(problem.Severity(seq%3), fmt.Sprintf("code-%d", seq%40), string(rune('A'+seq%5)))
		}
		ok(b, j.AddProblem(seq, p))
	}
	ok(b, j.Flush())
	for b.Loop() {
		if kinds, err := j.ProblemKinds(b.Context()); err != nil || len(kinds) < 20 {
			b.Fatal(len(kinds), err)
		}
	}
}

// BenchmarkFind reads a page of 200 rows, or all that it takes to find one, of 100,000.
func BenchmarkFind(b *testing.B) {
	j := staff(b, hundredThousand)
	errors, notes := problem.Error, problem.Note
	for _, bench := range []struct {
		name string
		q    journal.Query
	}{
		{"page", journal.Query{After: 90_000, Limit: 200}},
		{"skipped", journal.Query{Skip: 90_000, Limit: 200}},
		{"errors", journal.Query{Severity: &errors, Skip: 19_000, Limit: 200}},
		{"kind", journal.Query{Severity: &notes, Code: "country-read", After: 80_000, Limit: 200}},
		{"text", journal.Query{Text: "user0099999", Limit: 200}},
		{"letters", journal.Query{Text: "Größe", Limit: 200}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				for _, err := range j.Find(b.Context(), bench.q) {
					ok(b, err)
				}
			}
		})
	}
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if _, err := j.Count(b.Context(), journal.Query{Severity: &errors}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
