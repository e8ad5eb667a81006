package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// tryLock takes the lock of a file and writes the process's number there, for the message of whoever comes second.
// Where it is held already, lock is nil and holder says by whom.
func tryLock(path string) (lock *Lock, holder string, err error) {
	file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	locked, err := file.TryLock()
	if err != nil {
		return nil, "", err
	}
	if !locked {
		return nil, holderOf(path), nil
	}
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o600); err != nil {
		_ = file.Unlock()
		return nil, "", err
	}
	return &Lock{file}, "", nil
}

// holderOf names the process that wrote its number into a lock's file. Windows lets nobody read a locked file.
func holderOf(path string) string {
	text, err := os.ReadFile(path)
	if pid := strings.TrimSpace(string(text)); err == nil && pid != "" {
		return "process " + pid
	}
	return "another process"
}

// lockRun takes the lock of a run.
func lockRun(dir string) (*Lock, error) {
	lock, holder, err := tryLock(filepath.Join(dir, lockName))
	switch {
	case err != nil:
		return nil, fault(dir, err)
	case lock == nil:
		return nil, problem.Refuse("run-in-use", "wait until it has ended, or stop it there with Ctrl-C",
			"run %s is open in %s", filepath.Base(dir), holder)
	}
	return lock, nil
}

// LockOrganisation takes the lock of an organisation on this machine, so that no two runs change its users at once.
// The lock's file lives in a folder of the program's own, which is made if need be.
func LockOrganisation(dir, zoid string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, lockFault(err)
	}
	lock, holder, err := tryLock(filepath.Join(dir, "organisation-"+fileSafe(zoid)+".lock"))
	switch {
	case err != nil:
		return nil, lockFault(err)
	case lock == nil:
		return nil, problem.Refuse(codeBusy, "wait until it has ended, or stop it there with Ctrl-C",
			"another run on organisation %s is going on in %s", zoid, holder)
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
