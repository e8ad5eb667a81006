package cli

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// asProgram makes the test program be the program itself, for the tests that need whole processes.
const asProgram = "ZOHOBULK_TEST_AS_PROGRAM"

func init() {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main(os.Args[1:]))
	}
}

// command is a process of the program on the desk's machine, which has no keyring.
func (d *desk) command(env []string, args ...string) *exec.Cmd {
	d.t.Helper()
	path, err := os.Executable()
	if err != nil {
		d.t.Skip("the test program cannot find itself: ", err)
	}
	cmd := exec.Command(path, append(args, d.there()...)...)
	cmd.Env = append(os.Environ(), env...) // the folders are the desk's by t.Setenv
	cmd.Env = append(cmd.Env, asProgram+"=1", "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(d.home, "none"))
	return cmd
}

var jobEnv = []string{auth.EnvClientID + "=" + zohotest.ClientID, auth.EnvClientSecret + "=" + zohotest.ClientSecret,
	auth.EnvRefreshToken + "=" + zohotest.RefreshToken}

func TestProgramLogsIn(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	code, err := d.service.GrantCode()
	if err != nil {
		t.Fatal(err)
	}
	cmd := d.command(nil, "login", "--secrets", "file")
	cmd.Stdin = strings.NewReader(strings.Join([]string{zohotest.ClientID, zohotest.ClientSecret, code}, "\n"))
	for _, arg := range cmd.Args {
		if strings.Contains(arg, zohotest.ClientSecret) || strings.Contains(arg, code) {
			t.Error("a secret is in the process list")
		}
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "logged in as") {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := d.command(nil, "status").CombinedOutput(); err != nil || !strings.Contains(string(out), "connected") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := d.command(nil, "logout").CombinedOutput(); err != nil || !strings.Contains(string(out), "logged out") {
		t.Errorf("%v: %s", err, out)
	}
	out, err := d.command(nil, "status").CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitNotAllowed {
		t.Errorf("%v: %s; want exit code 4", err, out)
	}
}

func TestProgramsAtOnceTakeOneToken(t *testing.T) {
	d := newDesk(t, zohotest.Options{Faults: []zohotest.Fault{{Kind: zohotest.Slow, Path: "/oauth/v2/token", Delay: 300 * time.Millisecond}}})
	var wait sync.WaitGroup
	for range 4 {
		cmd := d.command(jobEnv, "status")
		wait.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wait.Wait()
	if n := d.count("/oauth/v2/token"); n != 1 {
		t.Errorf("four programs at once took %d tokens, want 1", n)
	}
}

func TestProgramPutsBackAfterInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a Windows process cannot be sent Ctrl-C alone")
	}
	changed := make(chan struct{}, 100) // more than there are updates
	d := newDesk(t, zohotest.Options{OnCall: func(c zohotest.Call) {
		if c.Method == http.MethodPut {
			changed <- struct{}{}
		}
	}})
	before, _ := d.service.User(zohotest.RebeccaEmail)
	cmd := d.command(jobEnv, probeArgs("--yes")...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-changed
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitStopped {
		t.Errorf("%v: %s; want exit code 5", err, out.String())
	}
	after, _ := d.service.User(zohotest.RebeccaEmail)
	if diff := cmp.Diff(before, after); diff != "" || d.puts() < 2 {
		t.Errorf("after %d updates the user is not as before:\n%s\n%s", d.puts(), diff, out.String())
	}
}
