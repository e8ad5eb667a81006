package journal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"zohobulk/importer/problem"
)

// nameLayout is the part of a run's name that says when it began, in UTC.
const nameLayout = "20060102-150405.000"

var namePattern = regexp.MustCompile(`^\d{8}-\d{6}\.\d{3}-[0-9a-f]{4}$`)

// IsRun reports whether a name is that of a run.
func IsRun(name string) bool { return namePattern.MatchString(name) }

// beganAt is the time in a run's name.
func beganAt(run string) (time.Time, error) {
	if !IsRun(run) {
		return time.Time{}, fmt.Errorf("%q is no run's name", run)
	}
	return time.Parse(nameLayout, run[:len(nameLayout)])
}

// NewRun makes the folder of a new run below reports, which is made too if need be. A millisecond that another run has
// taken is waited out, so that names sort as runs were made.
func NewRun(reports string, now time.Time) (dir, run string, err error) {
	if err := os.MkdirAll(reports, 0o700); err != nil {
		return "", "", noFolder(reports, err)
	}
	begun := time.Now()
	for {
		stamp := now.Add(time.Since(begun)).UTC().Format(nameLayout)
		dir, err := claimFolder(reports, stamp)
		if err == nil {
			return dir, filepath.Base(dir), nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", "", fault(reports, err)
		}
		if time.Since(begun) > time.Minute {
			return "", "", problem.Refuse("no-run-name", "", "%s: every name for a new run is taken", reports).With(chooseReports)
		}
		time.Sleep(waitForName())
	}
}

// noFolder says why runs can't be kept in a folder.
func noFolder(reports string, err error) error {
	said := fault(reports, err)
	var path *fs.PathError
	if r, ok := said.(*problem.Refusal); ok && (r.Code == "run-vanished" || r.Code == "journal-failed") && errors.As(err, &path) {
		return refuse(err, "no-reports-folder", "",
			"%s: no folder for runs can be made there: %s: %v", reports, path.Path, path.Err).With(chooseReports)
	}
	return said
}

// claimFolder makes a folder for the millisecond, unless another run has it: then the error is fs.ErrExist. Two
// processes that find each other both stand back.
func claimFolder(reports, stamp string) (string, error) {
	var suffix [2]byte
	_, _ = rand.Read(suffix[:]) // never fails, says its documentation
	dir := filepath.Join(reports, fmt.Sprintf("%s-%x", stamp, suffix))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	same, err := sameStamp(reports, stamp)
	if err != nil {
		return "", err
	}
	if len(same) > 1 {
		return "", errors.Join(fs.ErrExist, os.Remove(dir))
	}
	return dir, nil
}

// sameStamp lists the folders of one millisecond.
func sameStamp(reports, stamp string) ([]string, error) {
	entries, err := os.ReadDir(reports)
	if err != nil {
		return nil, err
	}
	var same []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stamp+"-") {
			same = append(same, e.Name())
		}
	}
	return same, nil
}

// waitForName is one to eight milliseconds by chance, so that two processes that stood back don't meet again.
func waitForName() time.Duration {
	var b [1]byte
	_, _ = rand.Read(b[:])
	return time.Duration(1+b[0]%8) * time.Millisecond
}
