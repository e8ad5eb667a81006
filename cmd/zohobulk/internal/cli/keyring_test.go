package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/zoho/zohotest"
)

// inSession begins a session of a desktop with a keyring that is unlocked, as after logging in to the machine, and runs a program in it.
const inSession = `printf 'the password of the desktop' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@"`

// keyringSession is a machine with a real keyring: GNOME's, on a bus of its own. Each command is run in a new session.
func keyringSession(t *testing.T, d *desk) func(in string, code int, args ...string) said {
	t.Helper()
	for _, program := range []string{"gnome-keyring-daemon", "dbus-run-session"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s on this machine", program)
		}
	}
	sockets, err := os.MkdirTemp("", "zohobulk-run-") // a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(sockets) })
	return func(in string, code int, args ...string) said {
		t.Helper()
		program := d.command(nil, args...)
		cmd := exec.CommandContext(t.Context(), "dbus-run-session", append([]string{"--", "sh", "-c", inSession}, program.Args...)...)
		cmd.Env = append(program.Env, "XDG_RUNTIME_DIR="+sockets, "XDG_DATA_HOME="+filepath.Join(d.home, "data"))
		cmd.Stdin = strings.NewReader(in)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run() // its exit code says how it went
		return said{cmd.ProcessState.ExitCode(), out.String(), errs.String()}.must(t, code)
	}
}

// TestRealKeyring logs in, works and logs out with a real keyring: the secrets are in it, encrypted, and in no file.
func TestRealKeyring(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	run := keyringSession(t, d)
	code, err := d.service.GrantCode()
	if err != nil {
		t.Fatal(err)
	}
	run(strings.Join([]string{zohotest.ClientID, zohotest.ClientSecret, code}, "\n"), exitDone, "login", "--secrets", "keyring")
	kept := 0
	for name, text := range d.files() {
		if strings.HasPrefix(name, "data/keyrings/") {
			kept++
		}
		if strings.Contains(text, zohotest.ClientSecret) {
			t.Errorf("%s holds the client secret", name)
		}
	}
	if kept == 0 {
		t.Error("there is no keyring on disk")
	}
	run("", exitDone, "status", "--json").must(t, exitDone, `"place": "keyring"`, `"connected": true`)
	run("", exitDone, "apply", sample("staff.csv"), "--yes", "--reports", filepath.Join(d.home, "reports")).must(t, exitDone, "17 updated")
	run("", exitDone, "logout")
	run("", exitNotAllowed, "status")
}
