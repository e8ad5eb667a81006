package journal

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"zohobulk/importer/problem"
)

// smallDisk mounts a memory disk of a few hundred kilobytes, where the system lets it.
func smallDisk(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("mounts a small disk on Linux only")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted here (mount needs root): %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

// fillDisk writes a file named ballast that takes all the room there is.
func fillDisk(t *testing.T, dir string) {
	t.Helper()
	err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 1<<20), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("a megabyte on the small disk: %v", err)
	}
}

// isSentence fails the test unless the error is a refusal with a code and a hint.
func isSentence(t *testing.T, err error, word string) {
	t.Helper()
	var refused *problem.Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("%v is no refusal", err)
	}
	diff(t, "code of "+err.Error(), word, refused.Code)
	if refused.Message == "" || refused.Hint == "" && refused.Remedies == nil {
		t.Errorf("message %q, hint %q: one is missing", refused.Message, refused.Hint)
	}
}

func TestAFullDisk(t *testing.T) {
	reports := smallDisk(t)
	dir, _, err := NewRun(reports, at)
	ok(t, err)
	j := must(Create(dir, Meta{State: Running}))
	t.Cleanup(func() { j.Close() })
	fill(t, j, 200, true)
	must(j.Claim(200))
	fillDisk(t, reports)

	recorded := 0
	for seq := 1; seq <= 200; seq++ {
		done := make(chan error, 1)
		err = j.Record(seq, Outcome{Status: Updated, Message: strings.Repeat("x", 4096)}, nil, func(err error) { done <- err })
		if err == nil {
			err = <-done
		}
		if err != nil {
			break
		}
		recorded++
	}
	isSentence(t, err, "disk-full")
	isSentence(t, j.SetState(Stopped), "disk-full")
	counts := must(j.Counts())
	diff(t, "counts on the full disk", Counts{Rows: 200, Updated: recorded, Sending: 200 - recorded}, counts)
	isSentence(t, j.Close(), "disk-full")
	ok(t, j.Close())

	reader := must(OpenReader(dir))
	diff(t, "counts read again", counts, must(reader.Counts()))
	ok(t, reader.Close())
	ok(t, os.Remove(filepath.Join(reports, "ballast")))
	j = must(Open(dir))
	finish(t, j, 200, Outcome{Status: Updated})
	ok(t, j.Close())
}

func TestNoRoomForANewRun(t *testing.T) {
	reports := smallDisk(t)
	fillDisk(t, reports)
	dir, _, err := NewRun(reports, at)
	if err == nil {
		_, err = Create(dir, Meta{})
	}
	isSentence(t, err, "disk-full")
}

func TestAReadOnlyDisk(t *testing.T) {
	reports := smallDisk(t)
	dir, _, err := NewRun(reports, at)
	ok(t, err)
	j := must(Create(dir, Meta{State: Finished}))
	fill(t, j, 3, true)
	ok(t, j.Close())
	if out, err := exec.Command("mount", "-o", "remount,ro", reports).CombinedOutput(); err != nil {
		t.Skipf("the small disk can't be made read-only: %v: %s", err, out)
	}
	_, err = Open(dir)
	isSentence(t, err, "read-only")
	_, _, err = NewRun(reports, at)
	isSentence(t, err, "read-only")
	isSentence(t, Remove(dir), "read-only")
	reader := must(OpenReader(dir))
	diff(t, "counts", Counts{Rows: 3, Planned: 3, NotSent: 3}, must(reader.Counts()))
	ok(t, reader.Close())
}

func TestAFolderThatGoesAway(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows removes no open file")
	}
	j := newJournal(t)
	fill(t, j, 3, true)
	moved := j.Dir() + "-moved"
	ok(t, os.Rename(j.Dir(), moved))
	done := make(chan error, 1)
	ok(t, j.Record(1, Outcome{Status: Updated}, nil, func(err error) { done <- err }))
	isSentence(t, <-done, "run-vanished")
	isSentence(t, j.Flush(), "run-vanished")
	ok(t, os.Rename(moved, j.Dir()))
	isSentence(t, j.Close(), "run-vanished")
	ok(t, must(Open(j.Dir())).Close())
}

func TestNoFolder(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "20261121-153012.417-7f3a"))
	isSentence(t, err, "no-such-run")
	_, err = OpenReader(t.TempDir())
	isSentence(t, err, "no-such-run")
	file := filepath.Join(t.TempDir(), "reports")
	ok(t, os.WriteFile(file, nil, 0o600))
	if _, _, err = NewRun(file, at); code(err) == "" {
		t.Errorf("%v is no refusal", err)
	}
}

func TestNoJournal(t *testing.T) {
	for name, content := range map[string]string{
		"other bytes": "this is no database, though it is long enough to be taken for the header of one: " + strings.Repeat("x", 4096),
		"empty":       "",
		"cut short":   "SQLite format 3\x00",
	} {
		t.Run(name, func(t *testing.T) {
			dir := newFolder(t)
			ok(t, os.WriteFile(filepath.Join(dir, fileName), []byte(content), 0o600))
			_, err := Open(dir)
			isSentence(t, err, "journal-damaged")
			_, err = OpenReader(dir)
			isSentence(t, err, "journal-damaged")
		})
	}
}

func TestCreateLeavesAnExistingJournalAlone(t *testing.T) {
	dir := newFolder(t)
	ok(t, must(Create(dir, Meta{User: "first"})).Close())
	_, err := Create(dir, Meta{User: "second"})
	diff(t, "code", "run-exists", code(err))
	j := must(Open(dir))
	diff(t, "user", "first", j.Meta().User)
	ok(t, j.Close())
}

func TestErrorsOfTheSystem(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&os.PathError{Op: "mkdir", Path: "x", Err: syscall.ENOSPC}, "disk-full"},
		{&os.PathError{Op: "mkdir", Path: "x", Err: syscall.EACCES}, "read-only"},
		{&os.PathError{Op: "mkdir", Path: "x", Err: syscall.EROFS}, "read-only"},
		{fs.ErrNotExist, "run-vanished"},
		{errors.New("anything"), "journal-failed"},
		{errClosed, "journal-closed"},
	} {
		diff(t, c.err.Error(), c.want, code(fault("reports/run", c.err)))
	}
	ok(t, fault("reports/run", nil))
}

// TestADamagedRowIsAnError sees that a list that can't be read ends the stream with a refusal, not with a short answer.
func TestADamagedRowIsAnError(t *testing.T) {
	dir := newFolder(t)
	j := must(Create(dir, Meta{StartedAt: time.Now()}))
	fill(t, j, 3, false)
	ok(t, j.Close())
	rewrite(t, dir, "update sheet set cells = '[\"a' where seq = 2")
	reader := must(OpenReader(dir))
	defer reader.Close()
	var last error
	n := 0
	for _, err := range reader.Rows(Filter{}) {
		n++
		last = err
	}
	diff(t, "rows and the error", 2, n)
	isSentence(t, last, "journal-damaged")
}
