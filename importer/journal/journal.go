// Package journal keeps the record of a run: the sheet's rows, what is to be changed, how each row ended and every call
// that was made. It is one SQLite file in the run's folder, from which the run can be gone on with after any end, and
// from which all its reports can be written again.
//
// Nothing counts until it is on disk: a row is marked before it is sent and its outcome is recorded after, so that after
// a crash "never sent" (planned) and "sent, answer unknown" (sending) differ.
//
// It imports problem alone. Start reading at Create and Open.
package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"sync"

	"zohobulk/importer/problem"
)

// batchSize is how many lazy changes are handed to the writer at once, which spares it a wake-up for each row of pass
// one. The number is a guess; groupSize is a multiple of it.
const batchSize = 256

// Journal is the record of one run. Its methods can be called from any goroutine; what they write is applied in the
// order of the calls.
type Journal struct {
	dir    string
	lock   *Lock   // nil for a reader
	writer *writer // nil for a reader
	pool   *sql.DB // connections that only read

	ordering sync.Mutex // held while an order is handed over
	batch    []change
	closed   bool

	changing sync.Mutex // held while meta or learnt are written
	knowing  sync.Mutex // held while they are looked at
	meta     Meta
	learnt   map[string]string
}

// Create begins the journal of a new run in its folder, which NewRun made. The journal stays locked until Close.
func Create(dir string, m Meta) (*Journal, error) {
	lock, err := lockRun(dir)
	if err != nil {
		return nil, err
	}
	m.settle()
	text, err := json.Marshal(m)
	if err == nil {
		ctx := context.Background()
		err = build(ctx, dir, func(conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, sqlMeta, string(text))
			return err
		})
	}
	if err != nil {
		return nil, errors.Join(fault(dir, err), lock.Release())
	}
	return open(dir, lock)
}

// Open goes on with the journal of a run. A run that another process has open is refused, naming the process.
func Open(dir string) (*Journal, error) {
	if err := exists(dir); err != nil {
		return nil, err
	}
	lock, err := lockRun(dir)
	if err != nil {
		return nil, err
	}
	return open(dir, lock)
}

// open starts the writer and the readers of a locked run.
func open(dir string, lock *Lock) (*Journal, error) {
	w, err := startWriter(context.Background(), dir)
	if err != nil {
		return nil, errors.Join(fault(dir, err), lock.Release())
	}
	j := &Journal{dir: dir, lock: lock, writer: w}
	err = j.openPool("mode=ro")
	if err == nil {
		err = j.readMeta()
	}
	if err != nil {
		return nil, errors.Join(fault(dir, err), w.close(), lock.Release())
	}
	return j, nil
}

// Close writes what is pending, closes the file and frees the run. A second call does nothing.
func (j *Journal) Close() error {
	j.ordering.Lock()
	defer j.ordering.Unlock()
	if j.closed {
		return nil
	}
	j.handOver()
	j.closed = true
	err := j.pool.Close()
	if j.writer == nil {
		return fault(j.dir, err)
	}
	return errors.Join(fault(j.dir, err), j.writer.close(), j.lock.Release())
}

// Dir is the run's folder.
func (j *Journal) Dir() string { return j.dir }

// Run is the run's name.
func (j *Journal) Run() string { return filepath.Base(j.dir) }

// Err is why the journal takes nothing more, nil if it does.
func (j *Journal) Err() error {
	if j.writer == nil {
		return errReader
	}
	return j.writer.err()
}

// errReader is what a journal opened for reading says to a writer.
var errReader = problem.Refuse("journal-read-only", "", "the run's journal is open for reading only")

// send hands an order to the writer, after the lazy changes that came before it.
func (j *Journal) send(o order) error {
	j.ordering.Lock()
	defer j.ordering.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	j.handOver()
	j.writer.orders <- o
	return nil
}

// sendLazy puts a change into the batch for the writer.
func (j *Journal) sendLazy(c change) error {
	j.ordering.Lock()
	defer j.ordering.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	if j.batch = append(j.batch, c); len(j.batch) == batchSize {
		j.handOver()
	}
	return nil
}

// sendNow hands changes to the writer and waits until they are on disk.
func (j *Journal) sendNow(changes ...change) error {
	done := make(chan error, 1)
	err := j.send(order{changes: changes, urgency: now, done: func(err error) { done <- err }})
	if err != nil {
		return err
	}
	return <-done
}

func (j *Journal) writable() error {
	switch {
	case j.writer == nil:
		return errReader
	case j.closed:
		return errClosed
	}
	return j.writer.err()
}

// handOver gives the batch to the writer.
func (j *Journal) handOver() {
	if len(j.batch) > 0 {
		j.writer.orders <- order{changes: j.batch}
		j.batch = nil
	}
}

// Meta is what is known of the run. A reader says what was known when it was opened.
func (j *Journal) Meta() Meta {
	j.knowing.Lock()
	defer j.knowing.Unlock()
	return j.meta.clone()
}

// SetMeta changes what is known of the run, and returns when it is on disk.
func (j *Journal) SetMeta(change func(*Meta)) error {
	j.changing.Lock()
	defer j.changing.Unlock()
	m := j.Meta()
	change(&m)
	m.settle()
	text, err := json.Marshal(m)
	if err != nil {
		return fault(j.dir, err)
	}
	if err := j.sendNow(setMeta{string(text)}); err != nil {
		return err
	}
	j.knowing.Lock()
	defer j.knowing.Unlock()
	j.meta = m
	return nil
}

// SetState says how far the run has come, and returns when it is on disk.
func (j *Journal) SetState(s State) error { return j.SetMeta(func(m *Meta) { m.State = s }) }

// Learn keeps something found out about the service, and returns when it is on disk.
func (j *Journal) Learn(name, value string) error {
	j.changing.Lock()
	defer j.changing.Unlock()
	if err := j.sendNow(learn{name, value}); err != nil {
		return err
	}
	j.knowing.Lock()
	defer j.knowing.Unlock()
	j.learnt[name] = value
	return nil
}

// Forget takes back what was learnt under a name, and returns when that is on disk.
func (j *Journal) Forget(name string) error {
	j.changing.Lock()
	defer j.changing.Unlock()
	if err := j.sendNow(forget{name}); err != nil {
		return err
	}
	j.knowing.Lock()
	defer j.knowing.Unlock()
	delete(j.learnt, name)
	return nil
}

// Learnt is what the run found out about the service.
func (j *Journal) Learnt() map[string]string {
	j.knowing.Lock()
	defer j.knowing.Unlock()
	return maps.Clone(j.learnt)
}
