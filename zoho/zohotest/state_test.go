package zohotest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T, path string, o Options) *caller {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &caller{t, s, s.AccessToken()}
}

func setName(c *caller, name string) {
	c.t.Helper()
	c.put(personalBody(fmt.Sprintf(`,"displayName":%q`, name))).is(c.t, 200, okBody)
}

func TestStateSurvives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "sandbox.json")
	a := open(t, path, Options{})
	a.token = a.refresh().word(t, "access_token")
	code, _ := a.s.GrantCode()
	device := a.startDevice()
	setName(a, "Becky")
	if err := a.s.Put(User{ZUID: 5, AccountID: "1000000000000008002", Email: "five@example.com", DisplayName: "Five"}); err != nil {
		t.Fatal(err)
	}
	if gone, err := a.s.Remove(100002386); !gone || err != nil {
		t.Fatal(gone, err)
	}
	want, _ := a.s.Users()
	if err := a.s.Close(); err != nil {
		t.Fatal(err)
	}

	b := open(t, path, Options{Users: Generate(3)}) // users count for a new file only
	got, _ := b.s.Users()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	b.token = a.token
	b.get("/api/accounts").data(t)
	b.form("/oauth/v2/token", "grant_type", "authorization_code", "client_id", ClientID, "client_secret", ClientSecret, "code", code).data(t)
	if found, err := b.s.DeviceChoice(device["user_code"].(string), Accepted); !found || err != nil {
		t.Error("the device login is forgotten", err)
	}
	for range 9 {
		b.refresh().data(t)
	}
	if r := b.refresh(); r.Status != 400 {
		t.Errorf("token calls of both processes count: the eleventh gave %d", r.Status)
	}
}

func TestStateFilesMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: Windows has no such modes")
	}
	dir := filepath.Join(t.TempDir(), "new")
	c := open(t, filepath.Join(dir, "sandbox.json"), Options{LogFile: filepath.Join(dir, "..", "calls.jsonl")})
	setName(c, "Becky")
	for name, want := range map[string]os.FileMode{"": 0o700, "sandbox.json": 0o600, "sandbox.json.lock": 0o600, "../calls.jsonl": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

func skipWindows(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("skipped: Windows replaces no file that another process has open")
	}
}

// TestTwoProcesses has two stand-ins with one file, which know of each other no more than two processes do.
func TestTwoProcesses(t *testing.T) {
	skipWindows(t)
	path := filepath.Join(t.TempDir(), "sandbox.json")
	a, b := open(t, path, Options{}), open(t, path, Options{})
	setName(a, "Becky")
	if got := rebecca(t, b.s).DisplayName; got != "Becky" {
		t.Errorf("the other sees %s", got)
	}
	b.token = a.token
	setName(b, "Bex")
	if err := a.s.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := rebecca(t, b.s).DisplayName; got != "Rebecca Anderson" {
		t.Errorf("after the other's reset: %s", got)
	}
	open(t, path, Options{Fresh: true, Users: Generate(500)})
	if users, err := b.s.Users(); len(users) != 500 || err != nil {
		t.Errorf("after the other began again: %d users, %v", len(users), err)
	}
	if err := a.s.Reset(); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, c := range []*caller{a, b} {
		c.token = c.s.AccessToken()
		wg.Go(func() {
			for n := range 100 {
				path := fmt.Sprintf("%s/%d", listPath, 2560636000000000000+int64(n%40)*10000+18002)
				u, _ := c.s.User(strings.TrimPrefix(path, listPath+"/"))
				body := fmt.Sprintf(`{"mode":"updatePersonalInfo","zuid":%d,"%s":"%d"}`, u.ZUID, []string{"phoneNumber", "mobileNumber"}[i], n)
				c.do("PUT", path, body).is(t, 200, okBody)
			}
		})
	}
	wg.Wait()
	x, _ := a.s.Users()
	y, _ := b.s.Users()
	if diff := cmp.Diff(x, y); diff != "" {
		t.Error(diff)
	}
	for _, u := range x[1:20] {
		if len(u.Phone) != 2 || len(u.Mobile) != 2 {
			t.Errorf("%s: one overwrote the other: %q %q", u.Email, u.Phone, u.Mobile)
		}
	}
}

func TestFresh(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	c := open(t, path, Options{})
	setName(c, "Becky")
	c.s.Close()
	if got := rebecca(t, open(t, path, Options{Fresh: true}).s).DisplayName; got != "Rebecca Anderson" {
		t.Errorf("begun again: %s", got)
	}
	if err := os.WriteFile(path, []byte("no state"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, path, Options{Fresh: true}) // also where nothing can be read
}

func TestDamagedStates(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.json")
	c := open(t, good, Options{})
	setName(c, "Becky")
	c.s.Close()
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	middle := strings.Join(lines[:9], "") + "{\n" + strings.Join(lines[9:], "")
	for name, x := range map[string]struct{ content, want string }{
		"sheet":  {"email,city\n", "no sandbox state"},
		"other":  {`{"zohotest":99}` + "\n", "no sandbox state"},
		"middle": {middle, "line 10 is damaged"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(x.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), x.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A last line that a kill has cut was never answered for: it is forgotten, and written over.
	if err := os.WriteFile(good, append(text, `{"user":{"zuid":100001234,"displayName":"`+strings.Repeat("Half", 500)...), 0o600); err != nil {
		t.Fatal(err)
	}
	c = open(t, good, Options{})
	if left, err := os.ReadFile(good); err != nil || !strings.HasSuffix(string(left), "}\n") {
		t.Errorf("the cut line is still there: %v", err)
	}
	if got := rebecca(t, c.s).DisplayName; got != "Becky" {
		t.Errorf("after a cut line: %s", got)
	}
	setName(c, "R")
	c.s.Close()
	if got := rebecca(t, open(t, good, Options{}).s).DisplayName; got != "R" {
		t.Errorf("written over the cut line: %s", got)
	}
}

func TestStateIsCompacted(t *testing.T) {
	skipWindows(t)
	path := filepath.Join(t.TempDir(), "sandbox.json")
	c := open(t, path, Options{LogSize: -1})
	watcher := open(t, path, Options{})
	for i := range 2500 {
		setName(c, fmt.Sprint("R", i))
	}
	grown, _ := os.Stat(path)
	if err := c.s.Close(); err != nil {
		t.Fatal(err)
	}
	small, err := os.Stat(path)
	if err != nil || small.Size() > grown.Size()/10 {
		t.Errorf("%d bytes were made %d: %v", grown.Size(), small.Size(), err)
	}
	if got := rebecca(t, watcher.s).DisplayName; got != "R2499" {
		t.Errorf("one that had the old file open sees %s", got)
	}
}

// TestKilled kills a process that updates as fast as it can, and holds the file against what it was answered.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	path, logs := filepath.Join(dir, "sandbox.json"), filepath.Join(dir, "calls.jsonl")
	if os.Getenv("ZOHOTEST_STATE") != "" {
		updateForEver(t, os.Getenv("ZOHOTEST_STATE"), os.Getenv("ZOHOTEST_LOG"))
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "ZOHOTEST_STATE="+path, "ZOHOTEST_LOG="+logs)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answered := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, err := fmt.Sscanf(lines.Text(), "answered %d", &answered); n == 1 && err == nil && answered == 300 {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	if answered < 300 {
		t.Fatalf("the child gave up after %d", answered)
	}

	c := open(t, path, Options{})
	var inFile int
	fmt.Sscanf(rebecca(t, c.s).DisplayName, "R%d", &inFile)
	if inFile < answered || inFile > answered+1 {
		t.Errorf("%d calls were answered, the file has %d", answered, inFile)
	}
	if got := appliedIn(t, logs); got < answered || got > inFile {
		t.Errorf("%d calls were answered, the log has %d, the file %d", answered, got, inFile)
	}
}

func updateForEver(t *testing.T, path, logs string) {
	c := open(t, path, Options{LogFile: logs})
	for i := 1; ; i++ {
		setName(c, fmt.Sprint("R", i))
		fmt.Println("answered", i)
	}
}

func appliedIn(t *testing.T, path string) (n int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var call Call
		if err := json.Unmarshal([]byte(line), &call); err == nil && call.Applied {
			n++
		}
	}
	return n
}

func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	c := begin(t, Options{LogFile: path, LogSize: -1})
	setName(c, "Becky")
	c.get(listPath + "?limit=2")
	text, err := os.ReadFile(path) // before Close: nothing is held back
	if err != nil {
		t.Fatal(err)
	}
	var calls []Call
	for line := range strings.Lines(string(text)) {
		var call Call
		if err := json.Unmarshal([]byte(line), &call); err != nil {
			t.Fatal(err)
		}
		if time.Since(call.At) > time.Minute {
			t.Errorf("at %v", call.At)
		}
		call.At = time.Time{}
		calls = append(calls, call)
	}
	want := []Call{
		{Seq: 1, Op: OpUpdate, Method: "PUT", Path: rebeccaPath, Body: personalBody(`,"displayName":"Becky"`), Scheme: "Zoho-oauthtoken", Token: 1,
			ContentType: "application/json", AccountID: RebeccaAccountID, ZUID: RebeccaZUID, Status: 200, Applied: true, Changed: []string{"displayName"}},
		{Seq: 2, Op: OpList, Method: "GET", Path: listPath, Query: "limit=2", Scheme: "Zoho-oauthtoken", Token: 1, Status: 200},
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
	if n := c.s.Counts(); len(c.s.Log()) != 0 || n.Calls != 2 || n.Changed != 1 {
		t.Errorf("kept %d, counts %+v", len(c.s.Log()), n)
	}
}

func TestLogSize(t *testing.T) {
	c := begin(t, Options{LogSize: 3})
	for range 20 {
		c.get("/api/accounts")
		c.get(listPath)
	}
	var seqs []int
	for _, call := range c.s.Log() {
		seqs = append(seqs, call.Seq)
	}
	if diff := cmp.Diff([]int{38, 39, 40}, seqs); diff != "" {
		t.Error(diff)
	}
	c.s.ClearLog()
	if n := c.s.Counts(); n.Calls != 0 || len(c.s.Log()) != 0 {
		t.Errorf("after ClearLog: %+v", n)
	}
}

func TestOnCall(t *testing.T) {
	var s *Server
	var seen []string
	s = New(Options{OnCall: func(c Call) {
		seen = append(seen, c.Op)
		if c.Op == OpList { // somebody leaves between two pages
			s.Remove(RebeccaZUID)
		}
	}})
	c := &caller{t, s, s.AccessToken()}
	first := pageOf(t, c, "?limit=1")
	second := pageOf(t, c, "?limit=1")
	if diff := cmp.Diff([][]int64{{RebeccaZUID}, {100001871}}, [][]int64{first, second}); diff != "" || len(seen) != 2 {
		t.Error(diff, seen)
	}
}

func BenchmarkPut(b *testing.B) {
	for name, make := range map[string]func() (*Server, error){
		"memory": func() (*Server, error) { return New(Options{LogSize: -1}), nil },
		"file": func() (*Server, error) {
			return Open(filepath.Join(b.TempDir(), "sandbox.json"), Options{LogSize: -1})
		},
	} {
		b.Run(name, func(b *testing.B) {
			s, err := make()
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			via := Transport(s)
			token := "Zoho-oauthtoken " + s.AccessToken()
			i := 0
			for b.Loop() {
				i++
				r, _ := newPut(personalBody(fmt.Sprintf(`,"displayName":"R%d"`, i)), token)
				if got := send(r, via); got.Status != 200 {
					b.Fatal(got)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "PUTs/s")
		})
	}
}
