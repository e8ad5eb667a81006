package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"zohobulk/importer/problem"
)

// Info is what a list of runs shows of one.
type Info struct {
	Run    string
	Dir    string
	Began  time.Time // from its name
	Bytes  int64     // what its folder takes on disk
	Meta   Meta
	Counts Counts
	Err    error // why its journal can't be read, nil if it can; Meta and Counts are empty then
}

// List reads the runs below reports, oldest first. A folder that doesn't exist has none; a run whose journal can't be
// read is listed with its Err.
func List(reports string) ([]Info, error) {
	dirs, err := Folders(reports)
	var list []Info
	for _, dir := range dirs {
		list = append(list, inspect(dir))
	}
	return list, err
}

// Folders are those of the runs below reports, oldest first, whatever their journals are like.
func Folders(reports string) (dirs []string, err error) {
	entries, err := os.ReadDir(reports)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault(reports, err)
	}
	for _, e := range entries { // sorted by name, which sorts by time
		if e.IsDir() && IsRun(e.Name()) {
			dirs = append(dirs, filepath.Join(reports, e.Name()))
		}
	}
	return dirs, nil
}

// inspect reads what a list shows of a run.
func inspect(dir string) Info {
	info := Info{Run: filepath.Base(dir), Dir: dir, Bytes: Weigh(dir)}
	info.Began, info.Err = beganAt(info.Run)
	if info.Err != nil {
		return info
	}
	j, err := OpenReader(dir)
	if err != nil {
		info.Err = err
		return info
	}
	defer j.Close()
	info.Meta = j.Meta()
	info.Counts, info.Err = j.Counts()
	return info
}

// Weigh adds up the sizes of a folder's files.
func Weigh(dir string) int64 {
	var sum int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // what can't be read weighs nothing
		}
		if file, err := e.Info(); err == nil {
			sum += file.Size()
		}
		return nil
	})
	return sum
}

// Expired lists the runs that began before a time, oldest first: those that Remove is about to be asked for.
func Expired(reports string, before time.Time) ([]Info, error) {
	list, err := List(reports)
	return slices.DeleteFunc(list, func(i Info) bool { return !i.Began.Before(before) }), err
}

// Remove deletes a run with all its files. A run that a process has open is refused, and so is a folder that isn't
// named as a run, or is only a link to one.
func Remove(dir string) error {
	if !IsRun(filepath.Base(dir)) {
		return problem.Refuse("not-a-run", "", "%s isn't the folder of a run", dir)
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return problem.Refuse("not-a-run", "", "%s isn't the folder of a run", dir)
	}
	lock, err := lockRun(dir)
	if err != nil {
		return err
	}
	// The lock's file goes last, after it was freed: Windows removes no file that is open.
	if err := removeBut(dir, lockName); err != nil {
		return errors.Join(fault(dir, err), lock.Release())
	}
	if err := lock.Release(); err != nil {
		return fault(dir, err)
	}
	return fault(dir, os.RemoveAll(dir))
}

// removeBut empties a folder but for one file.
func removeBut(dir, keep string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == keep {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
