package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTheKeyIsInNoProcessList starts the page with a browser that only notes what it is started with: the file that leads to the page,
// and never the key, which every user of the machine could read in the list of processes.
func TestTheKeyIsInNoProcessList(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it reads the processes of Linux")
	}
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &page{T: t, home: t.TempDir()}
	noted := filepath.Join(p.home, "noted")
	browser := filepath.Join(p.home, "bin", "xdg-open")
	if err := os.MkdirAll(filepath.Dir(browser), 0o700); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nsleep 1\nprintf '%s\\n' \"$@\" >" + noted + ".new && cp \"$1\" " + noted + ".page && mv " + noted + ".new " + noted + "\n"
	if err := os.WriteFile(browser, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	process := p.command(program, "ui", "--sandbox", "--json", "--reports", filepath.Join(p.home, "reports"))
	process.Env = append(process.Env, "PATH="+filepath.Dir(browser)+":"+os.Getenv("PATH"))
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = process.Process.Signal(syscall.SIGTERM) // it may be gone already
		_ = process.Wait()
	}()
	var document struct {
		Address string `json:"address"`
		PID     int    `json:"pid"`
	}
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&document); err != nil || document.PID != process.Process.Pid {
		t.Fatalf("%+v: %v", document, err)
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range commands {
			if command, _ := os.ReadFile(name); strings.Contains(string(command), "open?key=") { // one that has ended is gone
				t.Fatalf("%s shows the key: %q", name, command)
			}
		}
		if _, err := os.Stat(noted); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no browser was started")
		}
	}
	args, err := os.ReadFile(noted)
	if err != nil || strings.Contains(string(args), "key") || !strings.HasSuffix(strings.TrimSpace(string(args)), ".html") {
		t.Errorf("the browser was started with %q (%v)", args, err)
	}
	page, err := os.ReadFile(noted + ".page")
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`http://[^"]+`).FindString(string(page))
	answer, err := http.Get(strings.ReplaceAll(address, "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.Request.URL.Path == "/open" && answer.StatusCode != http.StatusOK {
		t.Errorf("the file leads to %s: %s %s (%v)", address, answer.Status, body, err)
	}
}
