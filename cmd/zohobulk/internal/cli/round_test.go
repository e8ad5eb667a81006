package cli

import (
	"bytes"
	"encoding/csv"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/zoho/zohotest"
)

// sample is a sheet of the repository.
func sample(name string) string { return filepath.Join("..", "..", "..", "..", "samples", name) }

// office is a desk in a sandboxed organisation, with a folder of runs.
type office struct {
	*desk
	reports string
}

func newOffice(t *testing.T) office {
	t.Helper()
	d := newDesk(t, zohotest.Options{})
	d.login("--secrets", "file").must(t, exitDone)
	return office{d, filepath.Join(d.home, "reports")}
}

func (o office) run(args ...string) said {
	o.t.Helper()
	return o.desk.run("", append(args, "--reports", o.reports)...)
}

// last is the folder of the newest run.
func (o office) last() string {
	o.t.Helper()
	dirs, err := journal.Folders(o.reports)
	if err != nil || len(dirs) == 0 {
		o.t.Fatalf("no runs: %v", err)
	}
	return dirs[len(dirs)-1]
}

// read gives a CSV of a run without its header.
func (o office) read(path string) [][]string {
	o.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		o.t.Fatal(err)
	}
	return rows[1:]
}

// edited saves a changed copy of a file in another folder, and gives its path.
func (o office) edited(path string, changes ...string) string {
	o.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	for i := 0; i < len(changes); i += 2 {
		if !bytes.Contains(text, []byte(changes[i])) {
			o.t.Fatalf("%s holds no %q", path, changes[i])
		}
	}
	copied := filepath.Join(o.t.TempDir(), "elsewhere.csv")
	if err := os.WriteFile(copied, []byte(strings.NewReplacer(changes...).Replace(string(text))), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return copied
}

// TestAReportMovedAwayIsHeldAgainstItsRun damages a failed.csv that has left its run's folder, while a newer run of the same
// sheet lies nearer.
func TestAReportMovedAwayIsHeldAgainstItsRun(t *testing.T) {
	o := newOffice(t)
	write := func(ids string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "staff.csv")
		text := "Account ID,ZUID,Country\n" + ids + "028002,100002386,Untied States\n" + ids + "038002,100001203,Untied States\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.run("apply", path, "--yes").must(t, exitRows, "2 invalid")
	}
	write("2560636000000")
	wrote := o.last()
	write("3560636000000")
	first := o.read(filepath.Join(wrote, "failed.csv"))[0]
	id := slices.IndexFunc(first, func(cell string) bool { return strings.HasPrefix(cell, "2560636") })
	damaged := o.edited(filepath.Join(wrote, "failed.csv"), first[id], first[id][:15]+"0000")
	for _, command := range [][]string{{"validate", damaged}, {"apply", damaged, "--yes"}, {"apply", damaged, "--dry-run"}} {
		o.run(command...).must(t, exitRows, `was "`+first[id]+`" in run `+filepath.Base(wrote)+": its last digits became zeros")
	}
	o.desk.run("", "validate", damaged, "--reports", t.TempDir()).must(t, exitRows, "id") // nobody knows what it was
}

// TestOriginOverThreeRounds corrects one row a round.
func TestOriginOverThreeRounds(t *testing.T) {
	o := newOffice(t)
	o.run("apply", sample("staff-mistakes.csv"), "--yes", "--skip-invalid").must(t, exitRows)
	before := len(o.read(filepath.Join(o.last(), "failed.csv")))
	origins := map[string]bool{}
	for _, row := range o.read(filepath.Join(o.last(), "failed.csv")) {
		origins[row[len(row)-1]] = true
	}
	for _, fix := range [][]string{{"lukasz.wojcik@example,com", "lukasz.wojcik@example.com"}, {"jiri.dvorak.example.com", "jiri.dvorak@example.com"}} {
		o.run("apply", o.edited(filepath.Join(o.last(), "failed.csv"), fix...), "--yes", "--skip-invalid").must(t, exitRows)
		rows := o.read(filepath.Join(o.last(), "failed.csv"))
		if before--; len(rows) != before {
			t.Errorf("%d rows are left, want %d", len(rows), before)
		}
		for _, row := range append(rows, o.read(filepath.Join(o.last(), "success.csv"))...) {
			if origin := row[len(row)-1]; !origins[origin] || !strings.HasPrefix(origin, "staff-mistakes.csv row ") {
				t.Errorf("a row came from %q, which is no row of the first sheet that failed", origin)
			}
		}
	}
}

// TestReportsComeOutAsBefore writes reports again, also without the byte-order mark and when the sheet is gone.
func TestReportsComeOutAsBefore(t *testing.T) {
	for _, args := range [][]string{{"apply", "--yes"}, {"apply", "--yes", "--no-bom"}, {"plan", "--no-bom"}} {
		o := newOffice(t)
		text, err := os.ReadFile(sample("staff.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "staff.xlsx")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		o.run(append(args, path)...).must(t, exitDone)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		before := o.reportsOf(o.last())
		if bom := bytes.HasPrefix(before["success.csv"], []byte("\ufeff")); bom == slices.Contains(args, "--no-bom") {
			t.Errorf("%v: a byte-order mark: %v", args, bom)
		}
		for name := range before {
			if err := os.Remove(filepath.Join(o.last(), name)); err != nil {
				t.Fatal(err)
			}
		}
		o.run("runs", "report", filepath.Base(o.last())).must(t, exitDone)
		after := o.reportsOf(o.last())
		if len(before) != 5 || !maps.EqualFunc(before, after, bytes.Equal) {
			for name := range before {
				t.Errorf("%v: %s is as before: %v", args, name, bytes.Equal(before[name], after[name]))
			}
		}
	}
}

// reportsOf are the reports of a run's folder.
func (o office) reportsOf(dir string) map[string][]byte {
	o.t.Helper()
	files := map[string][]byte{}
	v, err := (&importer.Workspace{}).Look(o.t.Context(), dir)
	keep(o.t, err)
	defer v.Close()
	for _, name := range v.Files() {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			o.t.Fatal(err)
		}
		files[name] = text
	}
	return files
}

// TestMarkedWorkbookThroughLibreOffice applies a marked workbook as it is, and again as LibreOffice has saved it.
func TestMarkedWorkbookThroughLibreOffice(t *testing.T) {
	o := newOffice(t)
	o.run("apply", sample("staff-mistakes.xlsx"), "--yes").must(t, exitRows)
	wrong := o.rowsOf(o.last(), "failed.csv", "invalid")
	marked := filepath.Join(o.last(), "marked.xlsx")
	o.run("apply", marked, "--yes").must(t, exitRows, "worksheet Staff", "3 columns of a report, left aside")
	if diff := cmp.Diff(wrong, o.rowsOf(o.last(), "failed.csv", "invalid")); diff != "" {
		t.Errorf("invalid rows of the marked workbook (-sheet +marked):\n%s", diff)
	}
	program, err := exec.LookPath("soffice")
	if err != nil || testing.Short() {
		t.Skip("no soffice (LibreOffice) on this machine, or the test is to be short: a workbook that it saved is not tried")
	}
	saved := t.TempDir()
	cmd := exec.CommandContext(t.Context(), program, "--headless", "-env:UserInstallation=file://"+filepath.ToSlash(t.TempDir()), "--convert-to", "xlsx", "--outdir", saved, marked)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	o.run("apply", filepath.Join(saved, "marked.xlsx"), "--yes").must(t, exitRows, "worksheet Staff", "3 columns of a report, left aside",
		"was \"2560636000000100000\" in run")
	// LibreOffice calculates the formula of row 10 that had no value; nothing else gets better or worse by it.
	wrong = slices.DeleteFunc(wrong, func(row string) bool { return row == "10" })
	if diff := cmp.Diff(wrong, o.rowsOf(o.last(), "failed.csv", "invalid")); diff != "" {
		t.Errorf("invalid rows after LibreOffice (-want +got):\n%s", diff)
	}
}

// rowsOf are the numbers of the rows of a run that ended so.
func (o office) rowsOf(dir, file, status string) (numbers []string) {
	for _, row := range o.read(filepath.Join(dir, file)) {
		if at := slices.Index(row, status); at > 0 {
			numbers = append(numbers, row[at-1])
		}
	}
	return numbers
}

// TestPageSaysWhatWasAsked looks for the options in the words of the command line.
func TestPageSaysWhatWasAsked(t *testing.T) {
	o := newOffice(t)
	o.run("apply", sample("staff-mistakes.xlsx"), "--yes", "--skip-invalid", "--fields", "country,city", "--map", "Department=", "--clear-word", "(none)",
		"--max-errors", "7", "--sheet", "Staff", "--phones", "e164").must(t, exitRows)
	page := string(o.reportsOf(o.last())["report.html"])
	_, page, _ = strings.Cut(page, "<h3>Options</h3>")
	page, _, _ = strings.Cut(page, "</dl>")
	for option, value := range map[string]string{
		"Skip invalid rows": "yes", "Only these fields": "country, city", "Columns chosen": "Department=", "Word that empties": "(none)", "Errors at most": "7", "Worksheet chosen": "Staff", "Phone numbers written": "e164",
	} {
		if !strings.Contains(page, "<dt>"+option+"</dt><dd><bdi>"+value+"</bdi></dd>") {
			t.Errorf("%s %s is not among the options:\n%s", option, value, page)
		}
	}
	if n := strings.Count(page, "<dt>"); n != 7 {
		t.Errorf("%d options are shown, and 7 were given:\n%s", n, page)
	}
}
