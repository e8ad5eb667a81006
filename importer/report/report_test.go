package report

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report/schema"
	"zohobulk/importer/sheet"
)

var update = flag.Bool("update", false, "write testdata again")

// golden compares a whole file with the one in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// written writes a run's reports and gives them by name.
func written(t testing.TB, dir string, j Source, o Options) map[string][]byte {
	t.Helper()
	if missing, err := Write(context.Background(), dir, j, o); err != nil || len(missing) > 0 {
		t.Fatal(err, missing)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = data
	}
	return files
}

func TestWriteMixedRun(t *testing.T) {
	files := written(t, t.TempDir(), mixed(), Options{})
	for _, name := range []string{SuccessFile, FailedFile, SummaryFile} {
		golden(t, "mixed/"+name, files[name])
	}
	if err := schema.Check("summary", files[SummaryFile]); err != nil {
		t.Error(err)
	}
}

func TestWriteWithoutRows(t *testing.T) {
	empty := mixed()
	empty.rows, empty.problems, empty.attempts = nil, nil, nil
	files := written(t, t.TempDir(), empty, Options{NoBOM: true})
	const own = `"E-Mail","Vorname","Land","Handy","Bemerkung",`
	want := map[string]string{
		SuccessFile: own + `"_row","_status","_account_id","_zuid","_changed","_attempts","_finished_at","_origin"` + "\r\n",
		FailedFile:  own + `"_row","_status","_step","_field","_code","_message","_http_status","_attempts","_origin"` + "\r\n",
	}
	for name, text := range want {
		if diff := cmp.Diff(text, string(files[name])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWriteAgainGivesTheSameBytes(t *testing.T) {
	dir := t.TempDir()
	first := written(t, dir, mixed(), Options{Marked: MarkAlways})
	second := written(t, dir, mixed(), Options{Marked: MarkAlways})
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("second writing differs (-first +second):\n%s", diff)
	}
	want := []string{FailedFile, MarkedFile, PageFile, SuccessFile, SummaryFile}
	var names []string
	for name := range second {
		names = append(names, name)
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
			t.Errorf("%s: mode %v, want 0600", name, info.Mode().Perm())
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files in the folder (-want +got):\n%s", diff)
	}
}

func TestWriteTakesAStaleMarkedWorkbookAway(t *testing.T) {
	dir := t.TempDir()
	written(t, dir, mixed(), Options{Marked: MarkAlways})
	files := written(t, dir, mixed(), Options{})
	if _, there := files[MarkedFile]; there {
		t.Error("a CSV's marked workbook is still there, though nobody asked for it")
	}
}

func TestWriteLeavesTheOldReportWhenTheJournalFails(t *testing.T) {
	dir := t.TempDir()
	before := written(t, dir, mixed(), Options{})
	broken := &failing{run: mixed(), after: 3}
	if _, err := Write(context.Background(), dir, broken, Options{}); err == nil {
		t.Fatal("no error though the journal could not be read")
	}
	after := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		after[d.Name()] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("files changed (-before +after):\n%s", diff)
	}
}

func TestSummarise(t *testing.T) {
	got, err := Summarise(mixed())
	if err != nil {
		t.Fatal(err)
	}
	if sum := got.Updated + got.Unchanged + got.Failed + got.Invalid + got.NotSent; sum != got.Rows || got.Rows != 7 {
		t.Errorf("rows %d, sum of the outcomes %d, want 7", got.Rows, sum)
	}
	if got.Failed != 2 {
		t.Errorf("failed %d, want 2: the one refused and the one without an answer", got.Failed)
	}
}

// columns knows the headers of the runs that tests make.
func columns(header string) bool {
	return slices.Contains([]string{"E-Mail", "Vorname", "Land", "Handy", "Email", "First Name", "Country", "Mobile"}, header)
}

// TestEveryRowIsInOneTable writes runs of any cells and outcomes, and reads both tables back with the reader that apply has.
func TestEveryRowIsInOneTable(t *testing.T) {
	dir := t.TempDir()
	text := rapid.OneOf(
		rapid.StringOf(rapid.RuneFrom([]rune("ab ü愛'\"=+-@\t5,;\u202e<>&"))),
		rapid.SampledFrom([]string{"", "=1+1", "'=1+1", "''@x", "+49 30 1", "-5", "- x", "2560636000000008002", "0123", "\"", "a\nb", "#N/A"}),
	)
	rapid.Check(t, func(rt *rapid.T) {
		r := mixed()
		r.rows, r.problems, r.attempts = nil, nil, nil
		statuses := []journal.Status{journal.Updated, journal.Unchanged, journal.Failed, journal.Invalid, journal.Planned, journal.Read, journal.Sending}
		for seq := range rapid.IntRange(0, 12).Draw(rt, "rows") {
			r.rows = append(r.rows, journal.Row{
				Seq: seq + 1, Number: seq + 2, Line: seq + 2, Origin: "staff.csv row " + strconv.Itoa(seq+2),
				Cells:   []string{"user@example.com", text.Draw(rt, "b"), text.Draw(rt, "c"), text.Draw(rt, "d"), text.Draw(rt, "e")},
				Outcome: journal.Outcome{Status: rapid.SampledFrom(statuses).Draw(rt, "status"), Message: text.Draw(rt, "message")},
			})
		}
		if err := writeTables(context.Background(), dir, r, Options{}); err != nil {
			rt.Fatal(err)
		}
		done := readBack(rt, filepath.Join(dir, SuccessFile))
		rest := readBack(rt, filepath.Join(dir, FailedFile))
		for _, row := range r.rows {
			want := append(slices.Clone(row.Cells), strconv.Itoa(row.Number))
			from, where := &rest, "failed.csv"
			if row.Status == journal.Updated || row.Status == journal.Unchanged {
				from, where = &done, "success.csv"
			}
			if len(*from) == 0 {
				rt.Fatalf("row %d is missing in %s", row.Number, where)
			}
			got := (*from)[0]
			*from = (*from)[1:]
			if diff := cmp.Diff(want, got[:6]); diff != "" {
				rt.Fatalf("row %d in %s (-want +got):\n%s", row.Number, where, diff)
			}
			if origin := got[len(got)-1]; origin != row.Origin {
				rt.Fatalf("row %d: origin %q, want %q", row.Number, origin, row.Origin)
			}
		}
		if len(done)+len(rest) > 0 {
			rt.Fatalf("rows too many: %q, %q", done, rest)
		}
	})
}

// readBack reads the cells of a table's rows with the reader of sheets.
func readBack(t interface{ Fatal(...any) }, path string) (rows [][]string) {
	s, err := sheet.Open(path, sheet.Options{Known: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for r, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]string, len(s.Header()))
		for i, c := range r.Cells {
			cells[i] = c.Text
		}
		rows = append(rows, cells)
	}
	return rows
}

func TestLaterProblemsAreAllNamed(t *testing.T) {
	files := written(t, t.TempDir(), mixed(), Options{})
	want := `"country ""Untied States"": no such country (United States?); mobileNumber ""12"": too short for a phone"`
	if !bytes.Contains(files[FailedFile], []byte(want)) {
		t.Errorf("failed.csv lacks %s:\n%s", want, files[FailedFile])
	}
}

// codesOf are the codes and the first words of warnings.
func codesOf(missing []*problem.Refusal) (list []string) {
	for _, r := range missing {
		name, _, _ := strings.Cut(r.Message, " ")
		list = append(list, r.Code+" "+strings.TrimSuffix(name, ":"))
	}
	return list
}

// names lists a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestWriteWarnsOfEachReportThatIsMissing(t *testing.T) {
	missing, err := Write(context.Background(), filepath.Join(t.TempDir(), "gone"), mixed(), Options{Marked: MarkAlways})
	check(t, err)
	want := []string{CodeNotWritten + " success.csv", CodeNotWritten + " failed.csv", CodeNotWritten + " summary.json", CodeNotWritten + " report.html", CodeNotWritten + " marked.xlsx"}
	if diff := cmp.Diff(want, codesOf(missing)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// TestWriteGoesOnWithoutTheMarkedWorkbook has no copy of the workbook to mark.
func TestWriteGoesOnWithoutTheMarkedWorkbook(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, MarkedFile), []byte("of an earlier state"), 0o600))
	run := mixed()
	run.meta.Format = formatXLSX
	missing, err := Write(context.Background(), dir, run, Options{})
	check(t, err)
	if diff := cmp.Diff([]string{CodeNotMarked + " input.xlsx"}, codesOf(missing)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{FailedFile, PageFile, SuccessFile, SummaryFile}, names(t, dir)); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
}

// TestWriteBesideAReportThatIsHeld puts each report beside one that can't be replaced, as on Windows while Excel has it
// open, and takes that away when the report can be replaced again.
func TestWriteBesideAReportThatIsHeld(t *testing.T) {
	want := written(t, t.TempDir(), mixed(), Options{})
	for _, held := range []string{SuccessFile, FailedFile, SummaryFile, PageFile} {
		t.Run(held, func(t *testing.T) {
			dir := t.TempDir()
			check(t, os.MkdirAll(filepath.Join(dir, held, "something"), 0o700))
			missing, err := Write(context.Background(), dir, mixed(), Options{})
			check(t, err)
			if diff := cmp.Diff([]string{CodeBeside + " " + held}, codesOf(missing)); diff != "" {
				t.Fatalf("warnings (-want +got):\n%s", diff)
			}
			beside := strings.Replace(held, ".", "-new.", 1)
			if !strings.HasSuffix(missing[0].Message, "the report is in "+beside) {
				t.Errorf("the warning does not name %s: %s", beside, missing[0].Message)
			}
			got, err := os.ReadFile(filepath.Join(dir, beside))
			check(t, err)
			if diff := cmp.Diff(string(want[held]), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", beside, diff)
			}
			check(t, os.RemoveAll(filepath.Join(dir, held)))
			if files := written(t, dir, mixed(), Options{}); files[beside] != nil || files[held] == nil {
				t.Errorf("%s is still there beside %s", beside, held)
			}
		})
	}
}

// TestDiskFaultNamesTheReport writes to a file that takes no more.
func TestDiskFaultNamesTheReport(t *testing.T) {
	d, err := newDraft(filepath.Join(t.TempDir(), PageFile))
	check(t, err)
	check(t, d.f.Close())
	_, err = d.Write(make([]byte, 1<<17))
	var missing warnings
	check(t, missing.add(d.fault(fmt.Errorf("while it was written: %w", err))))
	if diff := cmp.Diff([]string{CodeNotWritten + " " + PageFile}, codesOf(missing)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
