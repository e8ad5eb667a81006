package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/zoho/zohotest"
)

// mounted puts a small file system of its own at a folder, where the system lets a test do so.
func mounted(t *testing.T, dir, options string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux can a test have a small disk of its own")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no disk for the test may be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// slowOffice is one whose service takes its time, and tells of each update on a channel.
func slowOffice(t *testing.T) (*office, <-chan struct{}) {
	updates := make(chan struct{}, 10_000) // more than any test sends
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(300),
		Faults: []zohotest.Fault{{Kind: zohotest.Slow, Method: http.MethodPut, Delay: 20 * time.Millisecond, AfterChange: true}},
		OnCall: func(c zohotest.Call) {
			if c.Method == http.MethodPut {
				updates <- struct{}{}
			}
		}})
	return f, updates
}

// during starts an apply, does something to it after some updates, and gives its end.
func (f *office) during(sheet string, updates <-chan struct{}, n int, do func()) (int, string) {
	f.Helper()
	p := f.command(append([]string{"apply", sheet, "--skip-invalid", "--allow-email-change"}, fast...)...)
	if err := p.Start(); err != nil {
		f.Fatal(err)
	}
	for range n {
		<-updates
	}
	do()
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		f.Fatal(err)
	}
	return p.ProcessState.ExitCode(), p.said.String()
}

// wentOn resumes the newest run and holds it against the service.
func (f *office) wentOn(sheet string, rows int) {
	f.Helper()
	f.quiet()
	f.finish(sheet)
	f.held(rows)
	if sent, carriedOut := f.repeated(); sent > importer.MaxWorkers || carriedOut > 0 {
		f.Errorf("%d updates were sent twice, %d of them although they had been carried out", sent, carriedOut)
	}
}

// said sees that a program ended with a sentence and a hint, and without another word about itself.
func (f *office) said(code int, text string, words ...string) {
	f.Helper()
	if code != 1 {
		f.Errorf("exit code %d, want 1", code)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			f.Errorf("no word of %q in:\n%s", word, text)
		}
	}
	if n := strings.Count(text, words[0]); n > 1 {
		f.Errorf("it is said %d times:\n%s", n, text)
	}
}

// TestFullDisk fills the disk in the middle of a run: a sentence, and once there is room the run is gone on with.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	f, updates := slowOffice(t)
	mounted(t, f.reports, "size=4m")
	sheet := f.sheet(240)
	filler := filepath.Join(f.reports, "filler")
	code, text := f.during(sheet, updates, 30, func() {
		file, err := os.Create(filler)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := io.Copy(file, neverEnding{}); err == nil {
			t.Error("the disk is not full")
		}
	})
	f.said(code, text, "the disk is full", "make room")
	if _, counts := f.state(); counts.Rows != 240 || counts.Planned+counts.Sending == 0 {
		t.Errorf("the journal has %+v", counts)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	f.wentOn(sheet, 240)
}

// neverEnding is a reader of zeros.
type neverEnding struct{}

// Read gives zeros.
func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

// TestDiskTooSmall begins a run for whose plan there is no room: a sentence, and nothing is sent.
func TestDiskTooSmall(t *testing.T) {
	t.Parallel()
	f, _ := slowOffice(t)
	mounted(t, f.reports, "size=96k")
	code, text := f.run(append([]string{"apply", f.sheet(240), "--skip-invalid", "--allow-email-change"}, fast...)...)
	f.said(code, text, "the disk is full", "start again: nothing was sent")
	if strings.Contains(text, "resume") {
		t.Errorf("there is no run to resume: %s", text)
	}
	if n := f.puts(); n != 0 {
		t.Errorf("%d updates were sent without a record", n)
	}
}

// TestNoHome runs without a folder of the user's own, as in a container, with the secrets in the environment.
func TestNoHome(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the variables are those of Unix")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, home := range map[string]string{"none": "", "unusable": filepath.Join(file, "home")} {
		t.Run(name, func(t *testing.T) {
			f := newOffice(t, zohotest.Options{Users: zohotest.Generate(60)})
			for _, args := range [][]string{{"apply", f.sheet(24), "--skip-invalid", "--allow-email-change", "--yes", "--rate", "100/s"}, {"status", "--rate", "100/s"}} {
				p := f.command(args...)
				p.Env = slices.DeleteFunc(p.Env, func(variable string) bool {
					return strings.HasPrefix(variable, "HOME=") || strings.HasPrefix(variable, "XDG_")
				})
				p.Env = append(p.Env, "HOME="+home)
				_ = p.Run()
				want := map[string]int{"apply": 3, "status": 0}[args[0]]
				if code := p.ProcessState.ExitCode(); code != want {
					t.Errorf("%s: exit code %d, want %d: %s", args[0], code, want, &p.said)
				}
				if n := strings.Count(p.said.String(), "XDG_CACHE_HOME or HOME"); n != 1 {
					t.Errorf("%s says %d times what to set: %s", args[0], n, &p.said)
				}
			}
			if found, _ := filepath.Glob(filepath.Join(f.reports, ".zohobulk", "cache", "locks", "*")); len(found) == 0 {
				t.Error("the run has no lock below its reports")
			}
			if code, text := f.run("runs"); code != 0 || strings.Contains(text, ".zohobulk") {
				t.Errorf("runs: exit code %d: %s", code, text)
			}
		})
	}
}

func (f *office) puts() (n int) {
	for _, call := range f.service.Log() {
		if call.Method == http.MethodPut {
			n++
		}
	}
	return n
}

// TestReadOnlyReports begins a run in a folder that can't be written: a sentence, and nothing is sent.
func TestReadOnlyReports(t *testing.T) {
	t.Parallel()
	f, _ := slowOffice(t)
	if os.Geteuid() == 0 {
		mounted(t, f.reports, "size=1m,ro") // permissions keep nobody out who may do anything
	} else if err := os.Mkdir(f.reports, 0o500); err != nil || runtime.GOOS == "windows" {
		t.Skip("no folder can be made read-only here: ", err)
	}
	code, text := f.run(append([]string{"apply", f.sheet(24), "--skip-invalid", "--allow-email-change"}, fast...)...)
	f.said(code, text, "can't be written", "--reports")
	if n := f.puts(); n != 0 {
		t.Errorf("%d updates were sent without a record", n)
	}
}

// TestReportsFolderVanishes takes the folder away in the middle of a run, and puts it back.
func TestReportsFolderVanishes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of a folder with open files")
	}
	f, updates := slowOffice(t)
	sheet := f.sheet(240)
	away := f.reports + "-away"
	code, text := f.during(sheet, updates, 30, func() {
		if err := os.Rename(f.reports, away); err != nil {
			t.Fatal(err)
		}
	})
	f.said(code, text, "has gone")
	if _, err := os.Stat(f.reports); err == nil {
		t.Error("something was written where the folder had been")
	}
	if err := os.Rename(away, f.reports); err != nil {
		t.Fatal(err)
	}
	f.wentOn(sheet, 240)
}

// TestOneRunAtATime runs a program beside another: neither the run nor the organisation can be had twice, and what only
// reads may go on.
func TestOneRunAtATime(t *testing.T) {
	t.Parallel()
	f, updates := slowOffice(t)
	sheet := f.sheet(160)
	p := f.command(append([]string{"apply", sheet, "--skip-invalid", "--allow-email-change"}, fast...)...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	<-updates
	pid := fmt.Sprintf("process %d", p.Process.Pid)
	first := f.newest()
	code, text := f.run(append([]string{"resume", filepath.Base(first)}, fast...)...)
	f.said(code, text, pid, filepath.Base(first))
	code, text = f.run(append([]string{"apply", sheet, "--skip-invalid", "--allow-email-change"}, fast...)...)
	f.said(code, text, pid, "organisation")
	if code, text := f.run("runs", "show", filepath.Base(first)); code != 0 {
		t.Errorf("exit code %d: %s", code, text)
	}
	if err := p.Wait(); p.ProcessState.ExitCode() != 3 {
		t.Errorf("%v: %s", err, &p.said)
	}
	j, err := journal.Open(first)
	if err != nil {
		t.Fatalf("the run is not free afterwards: %v", err)
	}
	j.Close()
}

// TestProcessesShareTheLimit sends and reads at once, each process at the same rate: together they keep to it.
func TestProcessesShareTheLimit(t *testing.T) {
	t.Parallel()
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(60)})
	few := filepath.Join(f.home, "few.csv")
	if err := os.Rename(f.sheet(3), few); err != nil {
		t.Fatal(err)
	}
	p := f.command("apply", f.sheet(24), "--skip-invalid", "--allow-email-change", "--yes", "--rate", "10/s", "--quiet")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	for reading := true; reading; {
		select {
		case <-ended:
			reading = false
		default:
			if code, text := f.run("plan", few, "--rate", "10/s", "--quiet"); code != 3 { // one user is unknown
				t.Fatalf("exit code %d: %s", code, text)
			}
		}
	}
	if p.ProcessState.ExitCode() != 3 {
		t.Errorf("the run ended with %d: %s", p.ProcessState.ExitCode(), &p.said)
	}
	// What the way to the service may take now more, now less, on a busy machine. Two processes that did not share would
	// get the eleventh call through within half a second.
	const n, slack = 10, 400 * time.Millisecond
	var times []time.Time
	for _, call := range f.service.Log() {
		if strings.HasPrefix(call.Path, "/api/") {
			times = append(times, call.At)
		}
	}
	for i := n; i < len(times); i++ {
		if d := times[i].Sub(times[i-n]); d < time.Second-slack {
			t.Fatalf("%d calls within %s", n+1, d)
		}
	}
	t.Logf("%d calls", len(times))
}
