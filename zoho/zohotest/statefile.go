package zohotest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// stateFile keeps a state on disk as lines of JSON. A change is appended with one write before its call is answered, so
// that a process killed at any moment loses nothing it has answered for; nothing is synced, so a power cut may. Whoever
// holds the lock beside the file reads what others have appended before it judges a call.
type stateFile struct {
	path  string
	guard *flock.Flock
	f     *os.File
	info  os.FileInfo // of f, to notice that another process has replaced the file
	read  int64       // bytes of f that the state in memory has
	lines int
}

// minStale is how many outdated lines are left alone before a file is written again (guessed: about 1 MB).
const minStale = 2000

func newStateFile(path string) *stateFile {
	return &stateFile{path: path, guard: flock.New(path+".lock", flock.SetPermissions(0o600))}
}

// open reads the file into st, or makes it from st.
func (sf *stateFile) open(st *state) error {
	if err := sf.prepare(); err != nil {
		return err
	}
	defer sf.guard.Unlock()
	info, err := os.Stat(sf.path)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return sf.write(st)
	}
	if err := sf.reload(st); err != nil {
		return err
	}
	return sf.compact(st)
}

// prepare makes the folder and takes the lock.
func (sf *stateFile) prepare() error {
	if err := os.MkdirAll(filepath.Dir(sf.path), 0o700); err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	if err := sf.guard.Lock(); err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	return nil
}

// lock begins a call: nobody else changes the file until unlock, and st is what the file says.
func (sf *stateFile) lock(st *state) error {
	if err := sf.guard.Lock(); err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	if err := sf.refresh(st); err != nil {
		sf.guard.Unlock()
		return err
	}
	return nil
}

func (sf *stateFile) refresh(st *state) error {
	info, err := os.Stat(sf.path)
	switch {
	case err != nil:
		return fmt.Errorf("state file: %w", err)
	case sf.f == nil || !os.SameFile(info, sf.info) || info.Size() < sf.read:
		return sf.reload(st)
	case info.Size() > sf.read:
		return sf.catchUp(st)
	}
	return nil
}

// unlock ends a call: others may go on.
func (sf *stateFile) unlock() error { return sf.guard.Unlock() }

// append writes what changed.
func (sf *stateFile) append(st *state) error {
	if len(st.dirty) == 0 {
		return nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, e := range st.dirty {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	sf.lines += len(st.dirty)
	st.dirty = st.dirty[:0]
	n, err := sf.f.WriteAt(b.Bytes(), sf.read)
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	sf.read += int64(n)
	return nil
}

// replace writes st in place of whatever the file holds.
func (sf *stateFile) replace(st *state) error {
	if err := sf.prepare(); err != nil {
		return err
	}
	defer sf.guard.Unlock()
	return sf.write(st)
}

// reload forgets st and reads the whole file.
func (sf *stateFile) reload(st *state) error {
	sf.drop()
	f, err := os.OpenFile(sf.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	*st = newState()
	if err := sf.adopt(f); err != nil {
		return err
	}
	if err := sf.catchUp(st); err != nil {
		sf.drop()
		return err
	}
	return nil
}

func (sf *stateFile) adopt(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return fmt.Errorf("state file: %w", err)
	}
	sf.f, sf.info, sf.read, sf.lines = f, info, 0, 0
	return nil
}

// catchUp reads the lines that st does not have yet. A last line without an end was cut by a kill: its call was never
// answered, so it is written over.
func (sf *stateFile) catchUp(st *state) error {
	if _, err := sf.f.Seek(sf.read, io.SeekStart); err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	r := bufio.NewReaderSize(sf.f, 1<<16)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return sf.f.Truncate(sf.read)
		}
		if err != nil {
			return fmt.Errorf("state file: %w", err)
		}
		if err := sf.take(st, line); err != nil {
			return err
		}
	}
}

func (sf *stateFile) take(st *state, line []byte) error {
	var e entry
	err := json.Unmarshal(line, &e)
	if sf.lines == 0 && (err != nil || e.Version != stateVersion || e.Org == nil) {
		return fmt.Errorf("%s is no sandbox state that this version can read; reset it or name another file", sf.path)
	}
	if err == nil {
		err = st.apply(e)
	}
	if err != nil {
		return fmt.Errorf("%s line %d is damaged; reset the sandbox: %w", sf.path, sf.lines+1, err)
	}
	sf.lines++
	sf.read += int64(len(line))
	return nil
}

// compact writes the file again when most of it is outdated. Where that cannot be done, as on Windows while another process
// has the file open, the old one is as good.
func (sf *stateFile) compact(st *state) error {
	if sf.lines < 2*st.size()+minStale || sf.write(st) == nil {
		return nil
	}
	return sf.reload(st)
}

// write makes the file whole, beside it first, so that nobody ever sees half of it.
func (sf *stateFile) write(st *state) error {
	sf.drop()
	tmp, err := os.CreateTemp(filepath.Dir(sf.path), filepath.Base(sf.path)+".*.tmp") // made 0600
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	defer os.Remove(tmp.Name())
	n, err := writeEntries(tmp, st)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), sf.path)
	}
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	return sf.reopen(st, n)
}

func (sf *stateFile) reopen(st *state, lines int) error {
	f, err := os.OpenFile(sf.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	if err := sf.adopt(f); err != nil {
		return err
	}
	sf.read, sf.lines = sf.info.Size(), lines
	st.dirty = st.dirty[:0]
	return nil
}

func writeEntries(w io.Writer, st *state) (lines int, err error) {
	b := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(b)
	for e := range st.entries {
		if err := enc.Encode(e); err != nil {
			return lines, err
		}
		lines++
	}
	return lines, b.Flush()
}

func (sf *stateFile) drop() {
	if sf.f != nil {
		sf.f.Close()
		sf.f = nil
	}
}

// close tidies the file up for the next process.
func (sf *stateFile) close(st *state) error {
	if sf.f == nil {
		return nil
	}
	err := sf.lock(st)
	if err != nil {
		return err
	}
	err = sf.compact(st)
	sf.drop()
	if e := sf.unlock(); err == nil {
		err = e
	}
	return err
}
