package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/importer/report"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// built is the program as it is shipped, made once for all tests of processes.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "zohobulk-built-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "zohobulk")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// office is a machine with the program on it, and a stand-in for the service that outlives the program's processes.
type office struct {
	*testing.T
	program string
	home    string
	reports string
	service *zohotest.Server
	url     string
	flying  atomic.Int32 // calls that the service is busy with
	updates atomic.Int32 // updates that have come to it
}

func newOffice(t *testing.T, o zohotest.Options) *office {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to build the program with")
	}
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	f := &office{T: t, program: program, home: t.TempDir(), service: zohotest.New(o)}
	f.reports = filepath.Join(f.home, "reports")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.flying.Add(1)
		defer f.flying.Add(-1)
		if r.Method == http.MethodPut {
			f.updates.Add(1)
		}
		f.service.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// process is a command of the program in the office, with what it says.
type process struct {
	*exec.Cmd
	said bytes.Buffer
}

func (f *office) command(args ...string) *process {
	p := &process{Cmd: exec.Command(f.program, append(args, "--mail-url", f.url, "--accounts-url", f.url, "--reports", f.reports)...)}
	config, cache := filepath.Join(f.home, "config"), filepath.Join(f.home, "cache")
	p.Env = append(os.Environ(), "HOME="+f.home, "USERPROFILE="+f.home, "XDG_CONFIG_HOME="+config, "XDG_CACHE_HOME="+cache, "XDG_STATE_HOME="+cache,
		"AppData="+config, "LocalAppData="+cache, "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(f.home, "none"),
		auth.EnvClientID+"="+zohotest.ClientID, auth.EnvClientSecret+"="+zohotest.ClientSecret, auth.EnvRefreshToken+"="+zohotest.RefreshToken)
	p.Stdout, p.Stderr = &p.said, &p.said
	return p
}

// run runs a command to its end, and gives its exit code and what it said.
func (f *office) run(args ...string) (int, string) {
	f.Helper()
	p := f.command(args...)
	err := p.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		f.Fatal(err)
	}
	if strings.Contains(p.said.String(), "goroutine ") {
		f.Errorf("%v panicked: %s", args, &p.said)
	}
	return p.ProcessState.ExitCode(), p.said.String()
}

// killAfter starts a command, kills it when a time has passed, and reports whether it was still running.
func (f *office) killAfter(d time.Duration, args ...string) bool { return f.killAt(0, d, args...) }

// killAt is killAfter for a time that begins once the service has seen some more updates.
func (f *office) killAt(updates int, d time.Duration, args ...string) bool {
	f.Helper()
	seen := f.updates.Load()
	p := f.command(args...)
	if err := p.Start(); err != nil {
		f.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		for f.updates.Load() < seen+int32(updates) {
			select {
			case <-ended:
				return
			case <-time.After(time.Millisecond):
			}
		}
		select {
		case <-ended:
		case <-time.After(d):
			_ = p.Process.Kill()
		}
	}()
	err := p.Wait()
	close(ended)
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == -1
}

// sheet writes a sheet about n of the generated users: changes of one and two steps, rows that are up to date and unknown users.
func (f *office) sheet(n int) string {
	f.Helper()
	users, err := f.service.Users()
	if err != nil {
		f.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("email,city,displayName,newEmail\n")
	for i := range n {
		u := users[i+1]
		switch i % 8 {
		case 0:
			fmt.Fprintf(&b, "nobody%d@example.com,Nowhere,,\n", i)
		case 1:
			fmt.Fprintf(&b, "%s,%s,,\n", u.Email, u.Address.City)
		case 2:
			fmt.Fprintf(&b, "%s,City %d,,moved%d@example.com\n", u.Email, i, i)
		case 3:
			fmt.Fprintf(&b, "%s,,Person %d,moved%d@example.com\n", u.Email, i, i)
		default:
			fmt.Fprintf(&b, "%s,City %d,,\n", u.Email, i)
		}
	}
	path := filepath.Join(f.home, "staff.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		f.Fatal(err)
	}
	return path
}

// newest is the folder of the newest run, "" before there is a journal in one.
func (f *office) newest() string {
	f.Helper()
	dirs, _ := filepath.Glob(filepath.Join(f.reports, "*", "run.db"))
	if len(dirs) == 0 {
		return ""
	}
	return filepath.Dir(dirs[len(dirs)-1])
}

// state reads how far the newest run has come: its journal can be read at any time.
func (f *office) state() (journal.State, journal.Counts) {
	f.Helper()
	j, err := journal.OpenReader(f.newest())
	if err != nil {
		f.Fatalf("the journal can't be read: %v", err)
	}
	defer j.Close()
	counts, err := j.Counts()
	if err != nil {
		f.Fatalf("the journal can't be read: %v", err)
	}
	return j.Meta().State, counts
}

// fast are the flags of a run that nobody watches.
var fast = []string{"--yes", "--rate", "unlimited", "--quiet"}

// next is the command that goes on with the newest run, or begins one.
func (f *office) next(sheet string) []string {
	f.Helper()
	args := append([]string{"apply", sheet, "--skip-invalid", "--allow-email-change", "--max-errors", "100%"}, fast...)
	if dir := f.newest(); dir != "" {
		args = append([]string{"resume", filepath.Base(dir), "--max-errors", "100%"}, fast...)
		if state, _ := f.state(); state == journal.Waiting {
			args = append([]string{"apply", "--run", filepath.Base(dir), "--skip-invalid", "--max-errors", "100%"}, fast...)
		}
	}
	return args
}

// TestKill kills the program at random moments, several times in one run, and goes on with the run each time. In the end
// every row is in one CSV, the service did what success.csv says, and only calls that were under way came twice.
func TestKill(t *testing.T) {
	t.Parallel()
	runs, kills := 5, 6
	if testing.Short() {
		runs, kills = 2, 3
	}
	for seed := range runs {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			killing(t, uint64(seed), kills)
		})
	}
}

func killing(t *testing.T, seed uint64, kills int) {
	const rows = 240
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(rows + 10), Seed: seed, Faults: []zohotest.Fault{
		{Kind: zohotest.Slow, Probability: 0.4, Delay: 20 * time.Millisecond},
		{Kind: zohotest.Slow, Probability: 0.6, Delay: 30 * time.Millisecond, AfterChange: true},
	}})
	sheet := f.sheet(rows)
	r := rand.New(rand.NewPCG(seed, 2))
	met := map[journal.State]int{}
	killed := 0
	for ; killed < kills && f.stateOrNone() != journal.Finished; killed++ {
		// One time in three at any moment of its beginning, else while it sends, however fast this machine is.
		updates, after := r.IntN(30), r.IntN(15)
		if killed%3 == 0 {
			updates, after = 0, r.IntN(250)
		}
		if !f.killAt(updates, time.Duration(after)*time.Millisecond, f.next(sheet)...) {
			break // it came to its end
		}
		met[f.stateOrNone()]++
		f.quiet()
	}
	f.finish(sheet)
	f.held(rows)
	sent, carriedOut := f.repeated()
	if sent > killed*importer.MaxWorkers || carriedOut > 0 {
		t.Errorf("after %d kills %d updates were sent twice, %d of them although they had been carried out", killed, sent, carriedOut)
	}
	t.Logf("%d kills that left runs %v; %d updates were sent twice", killed, met, sent)
}

// quiet waits until the service has dealt with what was under way when a process was killed.
func (f *office) quiet() {
	for f.flying.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
}

func (f *office) stateOrNone() journal.State {
	if f.newest() == "" {
		return ""
	}
	state, _ := f.state()
	return state
}

// finish goes on with the newest run to its end, its reports included.
func (f *office) finish(sheet string) {
	f.Helper()
	if f.stateOrNone() != journal.Finished {
		args := f.next(sheet)
		if code, said := f.run(args...); code != 3 { // some rows are invalid
			f.Fatalf("%v: exit code %d: %s", args, code, said)
		}
		return
	}
	code, said := f.run("resume", filepath.Base(f.newest()), "--yes")
	if code != 3 && !(code == 1 && strings.Contains(said, "is finished")) {
		f.Fatalf("resume of a run that lacks its reports: exit code %d: %s", code, said)
	}
}

// TestKillWhileReporting kills the program while it writes the reports, and then the resume that writes them again.
func TestKillWhileReporting(t *testing.T) {
	t.Parallel()
	const rows, changed = 1200, 8
	last := make(chan struct{}, 1)
	var puts atomic.Int32
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(rows + 10), OnCall: func(c zohotest.Call) {
		if c.Method == http.MethodPut && puts.Add(1) == changed {
			last <- struct{}{}
		}
	}})
	users, err := f.service.Users()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("email,city,displayName,newEmail\n")
	for i, u := range users[1 : rows+1] {
		city := u.Address.City
		if i < changed {
			city = "Ghent"
		}
		fmt.Fprintf(&b, "%s,%s,,\n", u.Email, city)
	}
	sheet := filepath.Join(f.home, "staff.csv")
	if err := os.WriteFile(sheet, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 3))
	p := f.command(append([]string{"apply", sheet}, fast...)...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	<-last
	time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
	_ = p.Process.Kill()
	_ = p.Wait()
	for range 6 {
		if f.killAfter(time.Duration(30+r.IntN(60))*time.Millisecond, append([]string{"resume"}, fast...)...) {
			t.Logf("killed with %v there", reportsThere(f.newest()))
		}
	}
	if code, said := f.run(append([]string{"resume"}, fast...)...); code != 0 && !strings.Contains(said, "no run is unfinished") {
		t.Fatalf("exit code %d: %s", code, said)
	}
	n := 0
	for _, row := range f.table(filepath.Join(f.newest(), report.SuccessFile)) {
		f.heldRow(row)
		n++
	}
	if bad := f.table(filepath.Join(f.newest(), report.FailedFile)); n != rows || len(bad) != 0 {
		t.Errorf("%d rows in success.csv and %d in failed.csv, want %d and none", n, len(bad), rows)
	}
	if puts.Load() != changed {
		t.Errorf("%d updates, want %d", puts.Load(), changed)
	}
	if code, said := f.run("resume", "--yes"); code != 1 || !strings.Contains(said, "no run is unfinished") {
		t.Errorf("a run with its reports can be resumed: exit code %d: %s", code, said)
	}
}

// reportsThere are the names of a run's files.
func reportsThere(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestKillUndo kills an undo while it plans and sends: every account is as it was before the run.
func TestKillUndo(t *testing.T) {
	t.Parallel()
	const rows = 160
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(rows + 10)})
	before, err := f.service.Users()
	if err != nil {
		t.Fatal(err)
	}
	if code, said := f.run(append([]string{"apply", f.sheet(rows), "--skip-invalid", "--allow-email-change"}, fast...)...); code != 3 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	applied := f.newest()
	f.service.Inject(zohotest.Fault{Kind: zohotest.Slow, Probability: 0.5, Delay: 15 * time.Millisecond, AfterChange: true})
	r := rand.New(rand.NewPCG(2, 2))
	args := append([]string{"undo", filepath.Base(applied), "--allow-email-change"}, fast...)
	for range 8 {
		if f.newest() != applied {
			args = append([]string{"resume", filepath.Base(f.newest())}, fast...)
			if state, _ := f.state(); state == journal.Finished || state == journal.Waiting {
				break
			}
		}
		if !f.killAfter(time.Duration(r.IntN(160))*time.Millisecond, args...) {
			break
		}
		f.quiet()
	}
	switch state, _ := f.state(); {
	case f.newest() == applied:
		t.Fatal("no undo was begun")
	case state == journal.Waiting:
		args = append([]string{"apply", "--run", filepath.Base(f.newest()), "--allow-email-change"}, fast...)
		fallthrough
	case state != journal.Finished:
		if code, said := f.run(args...); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, said)
		}
	}
	after, err := f.service.Users()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the directory is not as it was (-before +after):\n%s", diff)
	}
}

// repeated counts the updates that came more than once, and those of them that had been carried out before.
func (f *office) repeated() (sent, carriedOut int) {
	seen := map[string]zohotest.Call{}
	for _, call := range f.service.Log() {
		if call.Method != http.MethodPut {
			continue
		}
		key := call.Path + call.Body
		if before, again := seen[key]; again {
			sent++
			if before.Applied {
				carriedOut++
			}
		}
		seen[key] = call
	}
	return sent, carriedOut
}

// held holds the files of the newest run against each other, the summary and the service.
func (f *office) held(rows int) {
	f.Helper()
	dir := f.newest()
	ended := map[string]map[string]string{}
	n := map[string]int{}
	for _, name := range []string{report.SuccessFile, report.FailedFile} {
		for _, row := range f.table(filepath.Join(dir, name)) {
			if ended[row["_row"]] != nil {
				f.Errorf("row %s is in the files twice", row["_row"])
			}
			ended[row["_row"]] = row
			n[row["_status"]]++
			if good := row["_status"] == "updated" || row["_status"] == "unchanged"; good != (name == report.SuccessFile) {
				f.Errorf("row %s, %s, is in %s", row["_row"], row["_status"], name)
			}
			f.heldRow(row)
		}
	}
	if len(ended) != rows {
		f.Errorf("%d of %d rows are in the files", len(ended), rows)
	}
	var s report.Summary
	text, err := os.ReadFile(filepath.Join(dir, report.SummaryFile))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil || s.State != string(journal.Finished) || s.Rows != rows || s.Updated != n["updated"] || s.Unchanged != n["unchanged"] || s.Invalid != n["invalid"] {
		f.Errorf("summary %+v, %v; the files have %v", s, err, n)
	}
	if want := map[string]int{"updated": rows * 6 / 8, "unchanged": rows / 8, "invalid": rows / 8}; n["updated"] != want["updated"] ||
		n["unchanged"] != want["unchanged"] || n["invalid"] != want["invalid"] {
		f.Errorf("rows ended as %v, want %v", n, want)
	}
}

// heldRow holds one row that ended well against its account.
func (f *office) heldRow(row map[string]string) {
	f.Helper()
	if row["_zuid"] == "" {
		return
	}
	u, ok := f.service.User(row["_zuid"])
	for what, pair := range map[string][2]string{
		"city": {row["city"], u.Address.City}, "displayName": {row["displayName"], u.DisplayName}, "newEmail": {row["newEmail"], u.Email},
	} {
		if !ok || pair[0] != "" && pair[0] != pair[1] {
			f.Errorf("row %s says %s %q, and the account has %q", row["_row"], what, pair[0], pair[1])
		}
	}
}

// table reads a CSV of a run.
func (f *office) table(path string) (rows []map[string]string) {
	f.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		f.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, h := range records[0] {
			row[h] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}
