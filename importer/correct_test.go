package importer_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func workspace(tb testing.TB) *importer.Workspace {
	return &importer.Workspace{Reports: tb.TempDir()}
}

// received is a run of a sheet, checked.
func received(tb testing.TB, w *importer.Workspace, path string) *importer.Run {
	tb.Helper()
	r, err := w.Receive(tb.Context(), importer.Source{Path: path, Name: filepath.Base(path)}, importer.Options{}, "test")
	ok(tb, err)
	tb.Cleanup(func() { r.Journal.Close() })
	_, err = r.Check(tb.Context())
	ok(tb, err)
	return r
}

// mistakes is the sample with mistakes, by its ending.
func mistakes(ending string) string { return "../samples/staff-mistakes" + ending }

// written is a CSV with some lines.
func written(tb testing.TB, lines ...string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "staff.csv")
	ok(tb, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

func counts(t *testing.T, r *importer.Run) importer.Counts {
	t.Helper()
	c, err := r.Counts(t.Context())
	ok(t, err)
	return c
}

// row is the row with a number.
func row(t *testing.T, r *importer.Run, number int) importer.Row {
	t.Helper()
	rows, err := r.Rows(t.Context(), importer.Query{})
	ok(t, err)
	for _, row := range rows {
		if row.Number == number {
			return row
		}
	}
	t.Fatalf("no row %d", number)
	return importer.Row{}
}

func codes(row importer.Row, column string) string {
	var list []string
	for _, p := range row.Problems {
		if column == "" || p.Column == column {
			list = append(list, p.Code)
		}
	}
	return strings.Join(list, " ")
}

func TestCorrectJudgesTheRow(t *testing.T) {
	path := mistakes(".csv")
	before, err := os.ReadFile(path)
	ok(t, err)
	r := received(t, workspace(t), path)
	was := counts(t, r)
	short := row(t, r, 12) // its postcode is short of its zero
	if codes(short, "K") != "postcode-short" || short.Cells[10] != "1097" {
		t.Fatalf("%+v", short)
	}
	done, err := r.Correct(t.Context(), importer.Correction{Row: 12, Column: "K", Before: "1097", Text: "01097"})
	ok(t, err)
	if len(done.Rows) != 1 || done.Rows[0].Cells[10] != "01097" || !slices.Equal(done.Rows[0].Edited, []string{"K"}) || codes(done.Rows[0], "K") != "" {
		t.Errorf("corrected: %+v", done)
	}
	now := counts(t, r)
	if now.Errors != was.Errors-1 || now.Ready != was.Ready+1 || now.Undo != 1 {
		t.Errorf("%+v, then %+v", was, now)
	}
	if _, err := r.UndoEdit(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(short, row(t, r, 12)); diff != "" {
		t.Errorf("undone (-before +after):\n%s", diff)
	}
	_, err = r.RedoEdit(t.Context())
	ok(t, err)
	if got := counts(t, r); got != now {
		t.Errorf("made again: %+v, want %+v", got, now)
	}
	after, err := os.ReadFile(filepath.Join(r.Dir, "input.csv"))
	if ok(t, err); string(after) != string(before) {
		t.Error("the copy of the sheet was changed")
	}
}

func TestCorrectRefuses(t *testing.T) {
	r := received(t, workspace(t), mistakes(".csv"))
	_, err := r.Correct(t.Context(),
		importer.Correction{Row: 2, Column: "F", Before: row(t, r, 2).Cells[5], Text: "Spain"},
		importer.Correction{Row: 12, Column: "K", Before: "01097", Text: "1"})
	var changed *importer.CellChanged
	if !errors.As(err, &changed) || changed.Cell != "K12" || changed.Present != "1097" {
		t.Errorf("another text than is there: %v", err)
	}
	if c := counts(t, r); c.Edits != 0 {
		t.Errorf("%d corrections were made beside a refused one", c.Edits)
	}
	for _, c := range []importer.Correction{{Row: 9999, Column: "A"}, {Row: 2, Column: "ZZ"}} {
		var refused *problem.Refusal
		if _, err := r.Correct(t.Context(), c); !errors.As(err, &refused) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// What Excel has damaged can be mended by typing; after an undo the cell is damaged again, also once the sheet was read again.
func TestCorrectDamagedCells(t *testing.T) {
	r := received(t, workspace(t), mistakes(".xlsx"))
	state := func() string { return codes(row(t, r, 11), "L") }
	if state() != "logical-value" {
		t.Fatalf("L11: %s", state())
	}
	_, err := r.Correct(t.Context(), importer.Correction{Row: 11, Column: "L", Before: "TRUE", Text: "Cairo"})
	if ok(t, err); state() != "" {
		t.Errorf("typed again: %s", state())
	}
	_, err = r.Check(t.Context())
	if ok(t, err); state() != "" || row(t, r, 11).Cells[11] != "Cairo" {
		t.Errorf("read again: %s, %q", state(), row(t, r, 11).Cells)
	}
	_, err = r.UndoEdit(t.Context())
	if ok(t, err); state() != "logical-value" || row(t, r, 11).Cells[11] != "TRUE" {
		t.Errorf("undone: %s", state())
	}
}

func TestLeaveOut(t *testing.T) {
	w := workspace(t)
	r := received(t, w, written(t, "Email,City", "a@example.com,Bonn", "b@example,Ulm", "c@example.com,Ulm"))
	if c := counts(t, r); c.Errors != 1 || c.Ready != 2 {
		t.Fatalf("%+v", c)
	}
	_, err := r.Correct(t.Context(), importer.Correction{Row: 3, LeaveOut: true})
	ok(t, err)
	if c := counts(t, r); c.Errors != 0 || c.LeftOut != 1 || c.Ready != 2 {
		t.Errorf("left out: %+v", c)
	}
	if left := row(t, r, 3); !left.LeftOut || left.Status != "invalid" || codes(left, "") != "left-out" {
		t.Errorf("%+v", left)
	}
	result, err := r.Check(t.Context())
	if ok(t, err); result.Invalid != 0 || result.LeftOut != 1 {
		t.Errorf("read again: %+v", result)
	}
	_, err = r.UndoEdit(t.Context())
	if ok(t, err); row(t, r, 3).LeftOut || counts(t, r).Errors != 1 {
		t.Errorf("undone: %+v", row(t, r, 3))
	}
}

// What only the whole sheet can tell follows the corrections.
func TestCheckWhole(t *testing.T) {
	r := received(t, workspace(t), written(t, "Email,City", "a@example.com,Bonn", "a@example.com,Ulm"))
	if c := counts(t, r); c.Errors != 2 {
		t.Fatalf("%+v", c)
	}
	whole := func() {
		t.Helper()
		if done, err := r.CheckWhole(t.Context()); err != nil || !done {
			t.Fatal(done, err)
		}
	}
	_, err := r.Correct(t.Context(), importer.Correction{Row: 3, Column: "A", Before: "a@example.com", Text: "b@example.com"})
	ok(t, err)
	whole()
	if c := counts(t, r); c.Errors != 0 || c.Ready != 2 {
		t.Errorf("told apart: %+v", c)
	}
	_, err = r.UndoEdit(t.Context())
	ok(t, err)
	whole()
	if c := counts(t, r); c.Errors != 2 || codes(row(t, r, 2), "A") != "duplicate-user" {
		t.Errorf("undone: %+v", c)
	}
}

// A check of the whole sheet, row by row and then over again as the commands do it, comes to the same.
func TestCorrectedIsWhatIsRead(t *testing.T) {
	for _, ending := range []string{".csv", ".xlsx"} {
		r := received(t, workspace(t), mistakes(ending))
		for _, kind := range kinds(t, r) {
			_, err := r.UseProposals(t.Context(), importer.Alike{Kind: kind.Kind})
			ok(t, err)
		}
		_, err := r.Correct(t.Context(), importer.Correction{Row: 5, LeaveOut: true}, importer.Correction{Row: 9, Column: "B", Before: row(t, r, 9).Cells[1], Text: "Ada"})
		ok(t, err)
		if done, err := r.CheckWhole(t.Context()); err != nil || !done {
			t.Fatal(done, err)
		}
		quick := all(t, r)
		_, err = r.Check(t.Context())
		ok(t, err)
		if diff := cmp.Diff(all(t, r), quick); diff != "" {
			t.Errorf("%s (-read again +corrected):\n%s", ending, diff)
		}
	}
}

// all is every row with what is said of it, in no order.
func all(t *testing.T, r *importer.Run) []string {
	t.Helper()
	rows, err := r.Rows(t.Context(), importer.Query{})
	ok(t, err)
	var list []string
	for _, row := range rows {
		slices.SortFunc(row.Problems, func(a, b problem.Problem) int { return strings.Compare(a.Code+a.Cell, b.Code+b.Cell) })
		list = append(list, fmt.Sprintf("%d %q %s %v", row.Number, row.Cells, row.Status, row.Problems))
	}
	return list
}

func kinds(t *testing.T, r *importer.Run) []importer.CountedKind {
	t.Helper()
	list, err := r.Kinds(t.Context())
	ok(t, err)
	return list
}

func TestBulk(t *testing.T) {
	lines := []string{"Email,Country,City"}
	for i := range 30 {
		lines = append(lines, fmt.Sprintf("p%d@example.com,Germanny,Bonn %d", i, i%2))
	}
	r := received(t, workspace(t), written(t, lines...))
	var kind importer.CountedKind
	for _, k := range kinds(t, r) {
		if k.Code == "unknown-country" {
			kind = k
		}
	}
	alike := importer.Alike{Kind: kind.Kind, Value: "Germanny"}
	if n, err := r.CountProposals(t.Context(), alike); err != nil || n != 30 || kind.Count != 30 {
		t.Fatalf("%d of %+v, %v", n, kind, err)
	}
	done, err := r.UseProposals(t.Context(), alike)
	ok(t, err)
	if c := counts(t, r); done.Cells != 30 || c.Errors != 0 || c.Undo != 1 || slices.ContainsFunc(kinds(t, r), func(k importer.CountedKind) bool { return k.Code == "unknown-country" }) {
		t.Errorf("%d cells: %+v", done.Cells, c)
	}
	for _, tt := range []struct {
		p    importer.Replacement
		want int
	}{
		{importer.Replacement{Column: "C", Find: "Bonn 1", With: "Köln", Whole: true}, 15},
		{importer.Replacement{Column: "C", Find: "bonn", With: "Ulm"}, 0},
		{importer.Replacement{Column: "C", Find: "Bonn", With: "Ulm"}, 15},
		{importer.Replacement{Column: "C", Find: "", With: "Ulm", Whole: true}, 0},
	} {
		n, err := r.CountReplaced(t.Context(), tt.p)
		ok(t, err)
		done, err := r.Replace(t.Context(), tt.p)
		if ok(t, err); n != tt.want || done.Cells != n {
			t.Errorf("%+v: %d counted, %d replaced, want %d", tt.p, n, done.Cells, tt.want)
		}
	}
	if got := row(t, r, 2).Cells[2] + row(t, r, 3).Cells[2]; got != "Ulm 0Köln" {
		t.Errorf("%q", got)
	}
}

// Corrections outlive the program, and so does what can be undone.
func TestCorrectionsOutliveTheProgram(t *testing.T) {
	w := workspace(t)
	r := received(t, w, written(t, "Email,City", "a@example.com,Bonn"))
	for _, text := range [][2]string{{"Bonn", "Ulm"}, {"Ulm", "Jena"}} {
		_, err := r.Correct(t.Context(), importer.Correction{Row: 2, Column: "B", Before: text[0], Text: text[1]})
		ok(t, err)
	}
	ok(t, r.Journal.Close())
	again, err := w.OpenSheet(t.Context(), filepath.Base(r.Dir))
	ok(t, err)
	defer again.Journal.Close()
	if got := row(t, again, 2).Cells[1]; got != "Jena" {
		t.Errorf("opened again: %q", got)
	}
	_, err = again.UndoEdit(t.Context())
	if ok(t, err); row(t, again, 2).Cells[1] != "Ulm" {
		t.Errorf("undone: %q", row(t, again, 2).Cells)
	}
}

// The corrected sheet, checked as it is, comes to what the run's own check says.
func TestWriteCorrected(t *testing.T) {
	for _, ending := range []string{".csv", ".xlsx"} {
		w := workspace(t)
		r := received(t, w, mistakes(ending))
		for _, kind := range kinds(t, r) {
			_, err := r.UseProposals(t.Context(), importer.Alike{Kind: kind.Kind})
			ok(t, err)
		}
		_, err := r.Check(t.Context())
		ok(t, err)
		path := filepath.Join(t.TempDir(), "corrected"+ending)
		out, err := os.Create(path)
		ok(t, err)
		ok(t, errors.Join(r.WriteCorrected(t.Context(), out, importer.CorrectedForm{}), out.Close()))
		again := received(t, w, path)
		was, now := counts(t, r), counts(t, again)
		if was.Edits == 0 || now.Edits != 0 || now.Errors != was.Errors || now.Ready != was.Ready {
			t.Errorf("%s: the run has %+v, its corrected sheet %+v", ending, was, now)
		}
	}
}

// A second process, or a second opening, learns who has the run.
func TestHolderOf(t *testing.T) {
	w := workspace(t)
	r := received(t, w, written(t, "Email,City", "a@example.com,Bonn"))
	_, err := w.OpenSheet(t.Context(), filepath.Base(r.Dir))
	if holder, held := importer.HolderOf(err); !held || holder != (importer.Holder{PID: os.Getpid(), Run: filepath.Base(r.Dir)}) {
		t.Errorf("%v: %+v", err, holder)
	}
	if _, held := importer.HolderOf(errors.New("else")); held {
		t.Error("any error has a holder")
	}
}

// The count of rows that were read is told while they are read.
func TestReadingIsTold(t *testing.T) {
	p := importer.NewProgress(time.Now, func() zoho.Stats { return zoho.Stats{} })
	w := workspace(t)
	w.Connection.Observer = p
	p.Begin(importer.PhaseReading, 0, 0)
	received(t, w, written(t, "Email,City", "a@example.com,Bonn", "b@example.com,Ulm"))
	if s := p.Snapshot(); s.Phase != importer.PhaseReading || s.Done != 2 {
		t.Errorf("%+v", s)
	}
}

// Whoever looks at the sheet while it is read again sees the old journal or the new one, and never one that is closed.
func TestLookingWhileItIsReadAgain(t *testing.T) {
	r := received(t, workspace(t), mistakes(".csv"))
	var group errgroup.Group
	done := make(chan struct{})
	for _, look := range []func() error{
		func() error { _, err := r.Rows(t.Context(), importer.Query{Limit: 5}); return err },
		func() error { _, err := r.Kinds(t.Context()); return err },
		func() error { _, err := r.Columns(t.Context()); return err },
		func() error { _, err := r.CheckWhole(t.Context()); return err },
		func() error { return r.WriteCorrected(t.Context(), io.Discard, importer.CorrectedForm{}) },
		func() error {
			_, err := r.CountReplaced(t.Context(), importer.Replacement{Column: "J", Find: "B", With: "C"})
			return err
		},
	} {
		group.Go(func() error {
			for {
				select {
				case <-done:
					return nil
				default:
				}
				if err := look(); err != nil {
					return err
				}
			}
		})
	}
	for range 10 {
		_, err := r.Check(t.Context())
		ok(t, err)
	}
	close(done)
	ok(t, group.Wait())
}

func TestColumnsByLetter(t *testing.T) {
	w := workspace(t)
	path := written(t, "Email,Emial,City,City", "a@example.com,x,Bonn,NRW")
	r, err := w.Receive(t.Context(), importer.Source{Path: path, Name: "staff.csv"}, importer.Options{}, "test")
	ok(t, err)
	defer r.Journal.Close()
	p, err := r.Columns(t.Context())
	if ok(t, err); len(p.Doubts) != 2 || p.Columns[3].State != check.Unclear {
		t.Fatalf("%+v", p)
	}
	if _, err := r.Check(t.Context()); err == nil {
		t.Error("a sheet with doubts was checked")
	}
	ok(t, r.Map(t.Context(), map[string]string{"B": "", "D": "state"}))
	_, err = r.Check(t.Context())
	ok(t, err)
	rows, err := r.Rows(t.Context(), importer.Query{Find: "nrw"})
	if ok(t, err); len(rows) != 1 || counts(t, r).Ready != 1 {
		t.Errorf("%+v", rows)
	}
	next, err := w.Receive(t.Context(), importer.Source{Path: path, Name: "staff.csv"}, importer.Options{}, "test")
	ok(t, err)
	defer next.Journal.Close()
	if p, err := next.Columns(t.Context()); err != nil || len(p.Doubts) > 0 || p.Columns[3].Field != "state" {
		t.Errorf("the next sheet with these headers: %v, %+v", err, p)
	}
}

// A sheet of 100,000 rows with 14 columns, of which 2,500 have one country misspelt.
func big(tb testing.TB) string {
	lines := []string{"Email,First name,Last name,Country,City,Street,Postcode,State,Mobile"}
	for i := range 100_000 {
		country := "Germany"
		if i%40 == 0 {
			country = "Germanny"
		}
		lines = append(lines, fmt.Sprintf("person%d@example.com,Ada,Ash,%s,Bonn,Hauptstr. %d,53111,NRW,+49 1512 3456%03d", i, country, i%90, i%1000))
	}
	return written(tb, lines...)
}

// BenchmarkCorrect types one cell of 100,000 rows again: it must be judged within 100 ms.
func BenchmarkCorrect(b *testing.B) {
	r := received(b, workspace(b), big(b))
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		_, err := r.Correct(b.Context(), importer.Correction{Row: 2 + i, Column: "E", Before: "Bonn", Text: "Köln"})
		ok(b, err)
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
}

// BenchmarkUseProposals mends 2,500 cells of 100,000 rows at once: that must take less than a second.
func BenchmarkUseProposals(b *testing.B) {
	r := received(b, workspace(b), big(b))
	for b.Loop() {
		done, err := r.UseProposals(b.Context(), importer.Alike{Kind: importer.Kind{Severity: problem.Error, Code: "unknown-country", Column: "D"}})
		if ok(b, err); done.Cells != 2500 {
			b.Fatal(done.Cells)
		}
		b.StopTimer()
		_, err = r.UndoEdit(b.Context())
		ok(b, err)
		b.StartTimer()
	}
}

// BenchmarkCheckWhole looks at 100,000 rows as a whole again: within 2 s.
func BenchmarkCheckWhole(b *testing.B) {
	r := received(b, workspace(b), big(b))
	for b.Loop() {
		if done, err := r.CheckWhole(b.Context()); err != nil || !done {
			b.Fatal(done, err)
		}
	}
}

// BenchmarkRows reads a page of 200 rows with all that is said of them, and searches 100,000.
func BenchmarkRows(b *testing.B) {
	r := received(b, workspace(b), big(b))
	for name, q := range map[string]importer.Query{
		"page":   {After: 60_000, Limit: 200},
		"errors": {Show: importer.ShowErrors, From: 2000, Limit: 200},
		"find":   {Find: "person99999@", Limit: 200},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := r.Rows(b.Context(), q)
				ok(b, err)
			}
		})
	}
	b.Run("kinds", func(b *testing.B) {
		for b.Loop() {
			_, err := r.Kinds(b.Context())
			ok(b, err)
		}
	})
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			_, err := r.Counts(b.Context())
			ok(b, err)
		}
	})
}
