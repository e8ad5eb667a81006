package importer

import (
	"encoding/json"
	"errors"
	"os"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
)

// Undo makes a run that takes another one back: its rows are the rows that the other run changed, and what they want is
// what each changed field held before. The other run is named as Folder takes it.
func (w *Workspace) Undo(name string, o Options, version string) (_ *Run, err error) {
	dir, err := w.Folder(name)
	if err != nil {
		return nil, err
	}
	of, err := journal.OpenReader(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, of.Close()) }()
	if s, err := run.SettingsOf(of.Meta()); err == nil && s.Options.Lookup == LookupNever {
		return nil, problem.Refuse("nothing-to-undo", "export the directory before such a run to be able to go back",
			"run %s did not read the accounts before it changed them, so what they held is not known", of.Meta().Run)
	}
	changed, err := plan.ChangedFields(of)
	if err != nil {
		return nil, err
	}
	if changed == 0 {
		return nil, problem.Refuse("nothing-to-undo", "", "run %s changed nothing", of.Meta().Run)
	}
	return w.takeBack(of, changed, o, journal.Meta{StartedAt: w.now(), Version: version})
}

// takeBack makes the run of an undo.
func (w *Workspace) takeBack(of *journal.Journal, changed field.Mask, o Options, m journal.Meta) (_ *Run, err error) {
	dir, name, err := journal.NewRun(w.Reports, m.StartedAt)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	past := of.Meta()
	m.Run, m.State, m.Command, m.Of = name, journal.Planning, run.CommandUndo, past.Run
	m.ZOID, m.Organisation = past.ZOID, past.Organisation // nobody else's login may undo it
	m.File, m.SHA256, m.Format, m.Worksheet = past.File, past.SHA256, past.Format, past.Worksheet
	m.Columns = plan.UndoColumns(changed)
	if m.Options, err = json.Marshal(run.Settings{Options: o}); err != nil {
		return nil, err
	}
	j, err := journal.Create(dir, m)
	if err != nil {
		return nil, err
	}
	r, err := w.run(j, dir, o)
	if err == nil {
		r.last, err = plan.TakeBack(r.Run, of)
	}
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return r, nil
}
