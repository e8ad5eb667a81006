package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"

	"zohobulk/importer/problem"
)

// lockName is the file in a run's folder whose lock says that a process has the run open.
const lockName = "run.lock"

// Lock is an exclusive lock of the operating system, which frees it when its process ends, however it ends. The file
// stays behind: to remove it would let two processes hold the locks of two files of one name.
type Lock struct{ file *flock.Flock }

// Release frees the lock. A second call does nothing.
func (l *Lock) Release() error { return l.file.Unlock() }

// Holder is who holds a lock.
type Holder struct {
	PID int    // the process, 0 if it is not known
	Run string // the run that it is at work on, "" if it is none or not known
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return "process " + strconv.Itoa(h.PID)
}

// Locked is the refusal of what another process holds.
type Locked struct {
	Refusal *problem.Refusal
	Holder  Holder
}

func (l *Locked) Error() string { return l.Refusal.Error() }

func (l *Locked) Unwrap() error { return l.Refusal }

// tryLock takes the lock of a file and writes there who holds it, for whoever comes second. Where it is held already, lock is nil and
// holder says by whom.
func tryLock(path, run string) (lock *Lock, holder Holder, err error) {
	file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	locked, err := file.TryLock()
	if err != nil {
		return nil, Holder{}, err
	}
	if !locked {
		return nil, holderOf(path), nil
	}
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d %s\n", os.Getpid(), run), 0o600); err != nil {
		_ = file.Unlock()
		return nil, Holder{}, err
	}
	return &Lock{file}, Holder{}, nil
}

// holderOf reads who holds a lock from its file. Windows lets nobody read a locked file.
func holderOf(path string) (h Holder) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Holder{}
	}
	pid, run, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	if h.PID, err = strconv.Atoi(pid); err != nil {
		return Holder{}
	}
	h.Run = run
	return h
}

// lockRun takes the lock of a run.
func lockRun(dir string) (*Lock, error) {
	lock, holder, err := tryLock(filepath.Join(dir, lockName), filepath.Base(dir))
	switch {
	case err != nil:
		return nil, fault(dir, err)
	case lock == nil:
		return nil, &Locked{problem.Refuse("run-in-use", "wait until it has ended, or stop it there with Ctrl-C",
			"run %s is open in %s", filepath.Base(dir), holder), holder}
	}
	return lock, nil
}

// LockOrganisation takes the lock of an organisation on this machine for a run, "" for what is none, so that no two runs change its
// users at once. The lock's file lives in a folder of the program's own, which is made if need be.
func LockOrganisation(dir, zoid, run string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, lockFault(err)
	}
	lock, holder, err := tryLock(filepath.Join(dir, "organisation-"+fileSafe(zoid)+".lock"), run)
	switch {
	case err != nil:
		return nil, lockFault(err)
	case lock == nil:
		return nil, &Locked{problem.Refuse(codeBusy, "wait until it has ended, or stop it there with Ctrl-C",
			"another run on organisation %s is going on in %s", zoid, holder), holder}
	}
	return lock, nil
}

// lockFault is about the folder of the locks, which has nothing to do with the folder of the runs.
func lockFault(err error) error {
	return refuse(err, "no-lock-folder", "let XDG_CACHE_HOME or HOME name a folder that can be written, and look whether its disk is full",
		"the folder of the locks can't be used: %v", err)
}

// fileSafe keeps letters, digits and hyphens, so that an id from a flag can't name a file elsewhere.
func fileSafe(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, id)
}

// codeBusy is the code of an organisation to which another process sends.
const codeBusy = "organisation-in-use"

// Busy reports whether an error is LockOrganisation's, of an organisation to which another process sends.
func Busy(err error) bool {
	var refused *problem.Refusal
	return errors.As(err, &refused) && refused.Code == codeBusy
}
