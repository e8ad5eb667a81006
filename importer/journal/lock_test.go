package journal

import (
	"bufio"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// hold starts a child that holds a lock, and waits until it does.
func hold(t *testing.T, act, dir string) *exec.Cmd {
	t.Helper()
	cmd := child(t, act, dir)
	_ = must(cmd.StdinPipe()) // open until the child is killed
	out := must(cmd.StdoutPipe())
	ok(t, cmd.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the child said %q: %v", line, err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd
}

// kill ends a child as kill -9 does.
func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	ok(t, cmd.Process.Kill())
	_ = cmd.Wait()
}

func TestARunIsLocked(t *testing.T) {
	dir := newFolder(t)
	ok(t, must(Create(dir, Meta{State: Running})).Close())
	holder := hold(t, "hold", dir)

	_, err := Open(dir)
	diff(t, "code", "run-in-use", code(err))
	if pid := fmt.Sprintf("process %d", holder.Process.Pid); err == nil || !strings.Contains(err.Error(), pid) {
		t.Errorf("%v: doesn't name %s", err, pid)
	}
	diff(t, "Remove", "run-in-use", code(Remove(dir)))
	reader := must(OpenReader(dir)) // reading needs no lock
	diff(t, "state", Running, reader.Meta().State)
	ok(t, reader.Close())

	kill(t, holder)
	ok(t, must(Open(dir)).Close())
}

func TestARunIsLockedWithinTheProcess(t *testing.T) {
	j := newJournal(t)
	_, err := Open(j.Dir())
	diff(t, "code", "run-in-use", code(err))
	ok(t, j.Close())
	ok(t, must(Open(j.Dir())).Close())
}

func TestAnOrganisationIsLocked(t *testing.T) {
	dir := t.TempDir()
	holder := hold(t, "organisation", dir)
	_, err := LockOrganisation(dir, "1234567890", "")
	diff(t, "code", "organisation-in-use", code(err))
	var locked *Locked
	if !errors.As(err, &locked) || locked.Holder != (Holder{holder.Process.Pid, "20261121-153012.417-7f3a"}) || !strings.Contains(err.Error(), locked.Holder.String()) {
		t.Errorf("%v: doesn't name process %d and its run", err, holder.Process.Pid)
	}
	ok(t, must(LockOrganisation(dir, "987", "")).Release())
	kill(t, holder)
	lock := must(LockOrganisation(dir, "1234567890", ""))
	ok(t, lock.Release())
	ok(t, lock.Release())
}

func TestAnOrganisationNamesNoOtherFile(t *testing.T) {
	diff(t, "file", "__________etc_passwd", fileSafe("../../../.etc/passwd"))
}
