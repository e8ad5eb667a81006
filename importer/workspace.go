// Package importer is the front desk: all that a command or the local page can ask for. A Workspace is a folder of runs; it checks a
// sheet, begins, opens, undoes, lists and deletes runs, and exports the directory. A Run is read, planned, sent, finished; a View looks
// at one that somebody else may be sending. Sending refuses by itself what nobody has consented to.
//
// It imports the packages below it and zoho. A command or the page imports this package, check, field, problem, zoho and zoho/connect
// alone. Texts name no flag and no command: what to do next is a value, a problem.Remedy or an Action.
//
// Start reading at Workspace, then Run (run.go), Begin (begin.go) and Apply (apply.go).
package importer

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// SchemaVersion is the version of the documents that this package returns. It grows when a key changes its meaning or goes away.
const SchemaVersion = 1

// Workspace is a folder of runs. A command makes one for its own time, the local page keeps one.
type Workspace struct {
	Reports    string     // the folder, which need not exist yet
	Scratch    string     // where Begin makes a run that is not to be kept; "" makes it in Reports
	Connection Connection // of the runs that ask the service; the others need none
}

// Latest is the name that stands for the newest run.
const Latest = "latest"

// Folder gives the folder of the run that a person has named: by its name, an unambiguous beginning of it, Latest, or a path. A
// name that is no run's, in full or in part, gives the folder that it would have.
func (w *Workspace) Folder(name string) (string, error) {
	if filepath.Base(name) != name {
		return filepath.Clean(name), nil
	}
	if journal.IsRun(name) {
		return filepath.Join(w.Reports, name), nil
	}
	dirs, err := journal.Folders(w.Reports)
	if err != nil {
		return "", err
	}
	if name != Latest {
		dirs = slices.DeleteFunc(dirs, func(dir string) bool { return !strings.HasPrefix(filepath.Base(dir), name) })
	}
	switch {
	case len(dirs) == 0:
		return "", problem.Refuse("no-such-run", "", "%s holds no run %q", w.Reports, name)
	case name != Latest && len(dirs) > 1:
		return "", problem.Refuse("ambiguous-run", "give more of its name", "%d runs in %s begin with %q: %s and others",
			len(dirs), w.Reports, name, filepath.Base(dirs[len(dirs)-1]))
	}
	return dirs[len(dirs)-1], nil
}

// refusalOf gives any error the form of a refusal.
func refusalOf(err error) *problem.Refusal {
	var refused *problem.Refusal
	if errors.As(err, &refused) {
		return refused
	}
	return problem.Refuse("failed", "", "%w", err)
}
