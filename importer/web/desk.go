package web

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// desk holds the runs that this process has open.
type desk struct {
	server *Server

	mu   sync.Mutex
	open map[string]*work // by the run's name
	over map[string]*work // those that have come to their end here: their runs are closed
	used []string         // the names, the one used last at the end
}

// mostOpen is how many runs lie open at once, those that are busy apart. An open run can't be used by a command.
const mostOpen = 4

func newDesk(s *Server) *desk {
	return &desk{server: s, open: map[string]*work{}, over: map[string]*work{}}
}

// receive takes a sheet in as a new run.
func (d *desk) receive(ctx context.Context, src importer.Source) (*work, error) {
	w := d.server.options.Workspace
	r, err := w.Receive(ctx, src, d.server.options.Run, d.server.options.Version)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.put(r), nil
}

// sheet is the run of a sheet that can still be corrected.
func (d *desk) sheet(ctx context.Context, name string) (*work, error) {
	return d.find(name, func(w *importer.Workspace) (*importer.Run, error) { return w.OpenSheet(ctx, name) })
}

// stopped is a run whose rest can be sent.
func (d *desk) stopped(name string) (*work, error) {
	return d.find(name, func(w *importer.Workspace) (*importer.Run, error) {
		return w.Open(name, d.server.options.Run, importer.Planning, importer.Running, importer.Stopped)
	})
}

// find gives the run if it lies open, else opens it.
func (d *desk) find(name string, open func(*importer.Workspace) (*importer.Run, error)) (*work, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w := d.open[name]; w != nil {
		d.touch(name)
		return w, nil
	}
	if filepath.Base(name) != name {
		return nil, problem.Refuse("no-such-run", "", "there is no run %q", problem.Shorten(name, 60))
	}
	workspace := d.server.options.Workspace
	r, err := open(&workspace)
	if err != nil {
		return nil, err
	}
	return d.put(r), nil
}

// lying is a run that lies open, nil if it does not.
func (d *desk) lying(name string) *work {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open[name]
}

// last is what went on in a run here, whether it lies open still or not; nil if nothing did.
func (d *desk) last(name string) *work {
	d.mu.Lock()
	defer d.mu.Unlock()
	return cmp.Or(d.open[name], d.over[name])
}

// undo makes a run that takes another one back.
func (d *desk) undo(name string) (*work, error) {
	w := d.server.options.Workspace
	o := d.server.options.Run
	o.SkipInvalid = true // rows that are kept as they are hold nothing back
	r, err := w.Undo(name, o, d.server.options.Version)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.put(r), nil
}

// put lays a run on the desk, and clears away what was not used for longest.
func (d *desk) put(r *importer.Run) *work {
	w := newWork(d.server, r)
	d.open[w.name] = w
	d.touch(w.name)
	for i := 0; i < len(d.used) && len(d.used) > mostOpen; {
		if old := d.open[d.used[i]]; old != w && old.doing() == nothing {
			d.clear(old)
		} else {
			i++
		}
	}
	return w
}

func (d *desk) touch(name string) {
	d.used = append(slices.DeleteFunc(d.used, func(n string) bool { return n == name }), name)
}

// clear closes a run.
func (d *desk) clear(w *work) {
	delete(d.open, w.name)
	d.used = slices.DeleteFunc(d.used, func(n string) bool { return n == w.name })
	w.endWhole()
	if err := w.run.Close(); err != nil {
		d.server.log("closing %s: %v", w.name, err)
	}
}

// drop closes a run that has come to its end.
func (d *desk) drop(w *work) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[w.name] == w {
		d.clear(w)
		d.over[w.name] = w
	}
}

// busy reports whether a run is on its way.
func (d *desk) busy() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.open {
		if w.doing() != nothing {
			return true
		}
	}
	return false
}

// close stops what is on its way, and lets go of everything.
func (d *desk) close() error {
	d.mu.Lock()
	all := make([]*work, 0, len(d.open))
	for _, w := range d.open {
		all = append(all, w)
	}
	d.mu.Unlock()
	for _, w := range all {
		w.stop()
	}
	d.server.waiting.clear()
	var errs []error
	for _, w := range all {
		w.wait()
		if d.lying(w.name) == w {
			w.endWhole()
			errs = append(errs, w.run.Close())
		}
	}
	return errors.Join(errs...)
}

// runs are the runs of the workspace, the newest first.
func (s *Server) runs(ctx context.Context) ([]importer.RunInfo, error) {
	w := s.options.Workspace
	runs, err := w.History(ctx)
	slices.Reverse(runs)
	return runs, err
}
