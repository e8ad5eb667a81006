package importer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/importer/sheet"
)

// Open opens a run to be continued with the options that it was begun with, and what may still be chosen taken from typed: how much
// is sent and when to stop, and before there is a plan also what it may change. The run is named as Folder takes it; "" is the newest
// that is unfinished. A run in none of the wanted states is refused; with no state named, any is taken.
func (w *Workspace) Open(name string, typed Options, want ...State) (*Run, error) {
	dir, err := w.toContinue(name, want)
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(dir)
	if err != nil {
		return nil, err
	}
	r, err := w.open(j, dir, typed, want)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return r, nil
}

func (w *Workspace) open(j *journal.Journal, dir string, typed Options, want []State) (*Run, error) {
	m := j.Meta()
	if len(want) > 0 && !slices.Contains(want, m.State) {
		return nil, WrongState(m.Run, m.State)
	}
	s, err := run.SettingsOf(m)
	if err != nil {
		return nil, err
	}
	return w.run(j, dir, continued(s.Options, typed, m.State))
}

// toContinue is the folder of a run, by name or folder, or of the newest that can be continued.
func (w *Workspace) toContinue(name string, want []State) (string, error) {
	if name != "" {
		return w.Folder(name)
	}
	infos, err := journal.List(w.Reports)
	if err != nil {
		return "", err
	}
	for _, info := range slices.Backward(infos) {
		if info.Meta.State.Resumable() && slices.Contains(want, info.Meta.State) {
			return filepath.Join(w.Reports, info.Meta.Run), nil
		}
	}
	return "", problem.Refuse("nothing-to-resume", "", "%s: no run is unfinished", w.Reports).With(problem.Remedy{Way: problem.ListRuns})
}

// continued are the options that a run was begun with, less what holds for the present process alone, with what is typed now.
func continued(begun, typed Options, state State) Options {
	begun.SkipInvalid = begun.SkipInvalid || typed.SkipInvalid
	begun.First, begun.MaxDuration, begun.Workers = typed.First, typed.MaxDuration, typed.Workers
	if typed.MaxErrors.Set {
		begun.MaxErrors = typed.MaxErrors
	}
	if typed.MaxChanges.Set {
		begun.MaxChanges = typed.MaxChanges
	}
	if state == Planning { // it is still to be planned, so its rails can still be taken down
		begun.AllowEmailChange = begun.AllowEmailChange || typed.AllowEmailChange
		begun.AllowAdmins = begun.AllowAdmins || typed.AllowAdmins
		begun.AllowClearing = begun.AllowClearing || typed.AllowClearing
	}
	return begun
}

// Restart opens the sheet's copy of a run that was stopped before its plan was on disk, for Read to read it from the start. What the
// journal held so far is dropped: nothing had been sent.
func (r *Run) Restart(password string) (err error) {
	r.opened, r.Checks, err = r.restart(password)
	return err
}

// restart is Restart, and gives the sheet.
func (r *Run) restart(password string) (*sheet.Sheet, check.Options, error) {
	settings, err := r.Settings()
	if err != nil {
		return nil, settings.Check, err
	}
	m := r.Journal.Meta()
	if err := r.renew(m); err != nil {
		return nil, settings.Check, err
	}
	src := Source{Name: m.File, Check: settings.Check, Sheet: sheet.Options{
		Worksheet: settings.Reading.Worksheet, HeaderRow: settings.Reading.HeaderRow,
		Delimiter: settings.Reading.Delimiter, Encoding: settings.Reading.Encoding, Password: password,
	}}
	path, err := r.copied()
	if err != nil {
		return nil, src.Check, err
	}
	opened, err := openSheet(path, src)
	return opened, src.Check, err
}

// RestartUndo makes the rows of an undo again whose plan was not finished, from the run that it takes back. Nothing had been sent.
func (r *Run) RestartUndo() (err error) {
	m := r.Journal.Meta()
	of, err := journal.OpenReader(filepath.Join(filepath.Dir(filepath.Clean(r.Dir)), m.Of))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, of.Close()) }()
	if err := r.renew(m); err != nil {
		return err
	}
	if err := r.Attach(); err != nil {
		return err
	}
	r.last, err = plan.TakeBack(r.Run, of)
	return err
}

// renew puts a journal that is empty but for the edits in the place of the run's, in one step: a kill leaves the old one or the new one.
func (r *Run) renew(m journal.Meta) error {
	const name = "run.db"
	aside := filepath.Join(r.Dir, "restart")
	if err := errors.Join(os.RemoveAll(aside), os.Mkdir(aside, 0o700)); err != nil {
		return problem.Refuse("disk", "", "%s: %v", aside, err)
	}
	fresh, err := journal.Create(aside, m)
	if err != nil {
		return err
	}
	if err := errors.Join(fresh.TakeEdits(context.Background(), r.Journal), fresh.Close(), r.Journal.Close()); err != nil {
		return err
	}
	for _, beside := range []string{name + "-wal", name + "-shm"} { // there if somebody reads the run just now
		if err := os.Remove(filepath.Join(r.Dir, beside)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return problem.Refuse("disk", "", "%v", err)
		}
	}
	if err := os.Rename(filepath.Join(aside, name), filepath.Join(r.Dir, name)); err != nil {
		return problem.Refuse("disk", "", "%v", err)
	}
	if err := os.RemoveAll(aside); err != nil {
		return problem.Refuse("disk", "", "%v", err)
	}
	r.Journal, err = journal.Open(r.Dir)
	return err
}
