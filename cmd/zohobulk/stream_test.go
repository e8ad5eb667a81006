package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/report"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// noInterrupts skips a test where no process can be sent Ctrl-C alone.
func noInterrupts(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a Windows process cannot be sent Ctrl-C alone")
	}
}

// TestClosedPipe takes away the reader of both streams in the middle of a run, as a terminal does that sends Ctrl-C to
// "zohobulk apply … 2>&1 | tee log": the run stops in order, and its files are written.
func TestClosedPipe(t *testing.T) {
	t.Parallel()
	noInterrupts(t)
	f, updates := slowOffice(t)
	p := f.command("apply", f.sheet(240), "--skip-invalid", "--allow-email-change", "--yes", "--rate", "unlimited", "-v")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stdout, p.Stderr = write, write
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	drained := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, read); close(drained) }()
	for range 10 {
		<-updates
	}
	read.Close()
	<-drained
	for range 10 {
		select {
		case <-updates:
		case <-time.After(10 * time.Second):
			_ = p.Wait()
			t.Fatalf("the run ended with its reader: %v", p.ProcessState)
		}
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err = p.Wait()
	if code := p.ProcessState.ExitCode(); code != 5 {
		t.Errorf("exit code %d (%v), want 5", code, err)
	}
	if state, _ := f.state(); state != journal.Stopped {
		t.Errorf("the run is %s, want %s", state, journal.Stopped)
	}
	for _, name := range []string{report.SuccessFile, report.FailedFile, "report.html", "summary.json"} {
		if _, err := os.Stat(filepath.Join(f.newest(), name)); err != nil {
			t.Error(err)
		}
	}
}

// TestClosedOutput closes standard output alone: data that nobody gets is an error, in words.
func TestClosedOutput(t *testing.T) {
	t.Parallel()
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(20)})
	p := f.command("validate", f.sheet(8), "--json")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	p.Stdout = write
	err = p.Run()
	write.Close()
	if code := p.ProcessState.ExitCode(); code != 1 || !strings.Contains(p.said.String(), "pipe") {
		t.Errorf("exit code %d (%v), want 1; it said %q", code, err, &p.said)
	}
}

// TestSecondInterrupt has the program wait for something that knows no end, and presses Ctrl-C twice.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	noInterrupts(t)
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(20)})
	mark := filepath.Join(f.home, "begun")
	p := f.command("apply", f.sheet(8), "--skip-invalid", "--allow-email-change", "--yes", "--rate", "unlimited",
		"--notify-command", "touch "+mark+"; exec sleep 50")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if _, err := os.Stat(mark); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	began := time.Now()
	for range 2 {
		if err := p.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond) // two signals at once are one
	}
	done := make(chan int, 1)
	go func() {
		state, err := p.Process.Wait()
		if err != nil {
			t.Error(err)
		}
		done <- state.ExitCode()
	}()
	select {
	case code := <-done:
		if code != 5 {
			t.Errorf("exit code %d, want 5", code)
		}
	case <-time.After(20 * time.Second):
		t.Error("the program still runs 20 s after the second Ctrl-C")
		_ = p.Process.Kill()
	}
	t.Logf("ended %s after the first Ctrl-C", time.Since(began).Round(time.Millisecond))
}

// TestChildrenGetNoSecrets looks at the environment of a command that the program starts.
func TestChildrenGetNoSecrets(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the command is one of a Unix shell")
	}
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(20)})
	dump := filepath.Join(f.home, "dump")
	p := f.command("apply", f.sheet(8), "--skip-invalid", "--allow-email-change", "--yes", "--rate", "unlimited", "--quiet",
		"--notify-command", "env > "+dump)
	p.Env = append(p.Env, "TOKEN_OF_MINE=Bearer "+zohotest.RefreshToken, "HARMLESS=yes")
	_ = p.Run()
	text, err := os.ReadFile(dump)
	if err != nil {
		t.Fatalf("%v: %s", err, &p.said)
	}
	for _, secret := range []string{zohotest.ClientSecret, zohotest.RefreshToken, auth.EnvClientSecret, auth.EnvRefreshToken} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the command's environment has %s", secret)
		}
	}
	if lines := strings.Split(string(text), "\n"); !slices.Contains(lines, "HARMLESS=yes") {
		t.Errorf("the command has not the rest of the environment: %s", text)
	}
}

// TestUnsolicitedAnswer has the accounts server send more than it announced: net/http's logger must not show it.
func TestUnsolicitedAnswer(t *testing.T) {
	t.Parallel()
	f := newOffice(t, zohotest.Options{Users: zohotest.Generate(20)})
	const leaked = "1000.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		f.service.ServeHTTP(answer, r)
		raw, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer raw.Close()
		result := answer.Result()
		result.ContentLength = int64(answer.Body.Len())
		out := bufio.NewWriter(raw)
		err = errors.Join(result.Write(out), writeString(out, "\r\n{\"access_token\":\""+leaked+"\"}"), out.Flush())
		if err != nil && !errors.Is(err, net.ErrClosed) {
			t.Log(err)
		}
		time.Sleep(200 * time.Millisecond) // the connection stays open, and idle
	}))
	defer server.Close()
	f.url = server.URL
	for _, flag := range []string{"-q", "-v"} {
		code, text := f.run("status", flag)
		if strings.Contains(text, leaked) || strings.Contains(text, "aaaaaaaaaa") {
			t.Errorf("%s shows what the server sent unasked (exit code %d): %s", flag, code, text)
		}
		if flag == "-q" && strings.Contains(text, "nsolicited") {
			t.Errorf("-q shows the log of a library: %s", text)
		}
	}
}

func writeString(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}
