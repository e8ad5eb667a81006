package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"zohobulk/importer/problem"
)

// errClosed is what a journal says after Close.
var errClosed = problem.Refuse("journal-closed", "", "the run's journal is closed")

// fault turns an error of the database or the file system into a sentence about the run. A refusal stays as it is.
func fault(dir string, err error) error {
	if err == nil {
		return nil // apart, since this is asked of each row
	}
	return explain(dir, err)
}

// explain is fault for something that went wrong.
func explain(dir string, err error) error {
	var refused *problem.Refusal
	var db *sqlite.Error
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return diskFull(dir, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return readOnly(dir, err)
	case errors.As(err, &db):
		return databaseFault(dir, db)
	case errors.Is(err, errList):
		return refuse(err, "journal-damaged", hintDamaged, "%s is damaged", filepath.Join(dir, fileName)).With(readDirectory)
	case errors.Is(err, fs.ErrNotExist):
		return vanished(dir, err)
	}
	return refuse(err, "journal-failed", "", "%s: %v", dir, err)
}

const hintDamaged = "restore the run's folder from a backup"

// The ways out of a run's faults.
var (
	chooseReports = problem.Remedy{Way: problem.ChooseReports}
	readDirectory = problem.Remedy{Way: problem.ReadDirectory}
)

func diskFull(dir string, err error) *problem.Refusal {
	return refuse(err, "disk-full", "make room", "%s: the disk is full", dir).With(resumeRun(dir))
}

// resumeRun is the way out that leads on from a run. A run that has no journal yet has sent nothing.
func resumeRun(dir string) problem.Remedy {
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		return problem.Remedy{Way: problem.StartAgain}
	}
	return problem.Remedy{Way: problem.ResumeRun, Args: []string{filepath.Base(dir)}}
}

func readOnly(dir string, err error) *problem.Refusal {
	return refuse(err, "read-only", "give yourself the right to write there", "%s can't be written: read-only, or not yours", dir).With(chooseReports)
}

// databaseFault words the failures of SQLite that a user can do something about.
func databaseFault(dir string, err *sqlite.Error) error {
	switch primary := err.Code() & 0xff; {
	case primary == lib.SQLITE_FULL, err.Code() == lib.SQLITE_IOERR_SHMSIZE:
		return diskFull(dir, err)
	case primary == lib.SQLITE_READONLY, primary == lib.SQLITE_PERM:
		return readOnly(dir, err)
	case primary == lib.SQLITE_CORRUPT, primary == lib.SQLITE_NOTADB:
		return refuse(err, "journal-damaged", hintDamaged, "%s is damaged, or no journal", filepath.Join(dir, fileName)).With(readDirectory)
	case primary == lib.SQLITE_BUSY, primary == lib.SQLITE_LOCKED:
		return refuse(err, "journal-busy", "close the program that has it open", "%s is in use by another program",
			filepath.Join(dir, fileName))
	case primary == lib.SQLITE_CANTOPEN, primary == lib.SQLITE_IOERR:
		return ioFault(dir, err)
	}
	return refuse(err, "journal-failed", "", "%s: %v", filepath.Join(dir, fileName), err)
}

// ioFault tells a folder that has gone from a disk that doesn't answer.
func ioFault(dir string, err error) error {
	if _, gone := os.Stat(filepath.Join(dir, fileName)); gone != nil {
		return vanished(dir, err)
	}
	return refuse(err, "disk-error", "look whether the disk is full, read-only or disconnected",
		"%s can't be read or written: %v", filepath.Join(dir, fileName), err).With(resumeRun(dir))
}

func vanished(dir string, err error) error {
	return refuse(err, "run-vanished", "put the folder back where it was",
		"%s has gone", filepath.Join(dir, fileName)).With(chooseReports)
}

// refuse makes a refusal that keeps its cause.
func refuse(cause error, code, hint, format string, args ...any) *problem.Refusal {
	r := problem.Refuse(code, hint, format, args...)
	r.Err = cause
	return r
}
