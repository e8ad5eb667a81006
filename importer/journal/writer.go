package journal

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// urgency says how long an order may wait for company before its group is committed.
type urgency uint8

const (
	lazy urgency = iota // nobody waits: the sheet, the plan, calls that only read
	soon                // an outcome: committed with what arrives within groupTime
	now                 // somebody waits: committed with what has arrived already
)

const (
	// groupTime bounds the wait of an outcome. 20 ms keeps the disk to 50 commits a second at full load, few enough for one
	// whose sync takes 10 ms.
	groupTime = 20 * time.Millisecond
	// quietTime without an order ends a group early: workers that wait for their outcomes needn't wait for the whole
	// groupTime. A sleeping Go process can't time anything shorter on Linux.
	quietTime = time.Millisecond
	// lazyTime bounds what a kill can take from pass one, which is read again then.
	lazyTime = time.Second
	// groupSize bounds the memory of a group. Larger ones are no faster (measured: 1,024 and 4,096 alike).
	groupSize = 4096
	// queueSize lets workers run ahead of the writer while it syncs.
	queueSize = 256
)

// order is what the writer is asked to write together.
type order struct {
	changes []change
	urgency urgency
	done    func(error) // called once the changes are on disk, or can't be
}

// writer owns the only connection that writes. One goroutine takes orders, gathers them to groups, and commits each
// group at once. After its first failure it writes nothing more, and says the same of every order.
type writer struct {
	dir        string
	file       os.FileInfo // the file that was opened, to notice when it is gone
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt

	waits bool // some row may wait for another
	front int  // no row before this place of the sheet can be sent

	orders chan order
	ended  chan struct{}
	failed atomic.Pointer[error]

	// The group at hand.
	began   time.Time
	urgency urgency
	size    int
	tally   map[string]int
	waiting []func(error)
	busy    bool          // the group before had more than one outcome
	told    chan struct{} // closed when the callbacks of the group before have returned
}

// startWriter opens the journal's file for writing.
func startWriter(ctx context.Context, dir string) (*writer, error) {
	path := filepath.Join(dir, fileName)
	file, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	steps, err := migrations()
	if err != nil {
		return nil, err
	}
	db, conn, err := connectWriter(ctx, path)
	if err != nil {
		return nil, err
	}
	version, err := schemaVersion(ctx, conn, path, len(steps))
	if err == nil {
		err = migrate(ctx, conn, version, steps)
	}
	var waits bool
	if err == nil {
		err = conn.QueryRowContext(ctx, sqlWaiting).Scan(&waits)
	}
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	w := &writer{
		dir: dir, file: file, db: db, conn: conn, waits: waits,
		statements: map[string]*sql.Stmt{}, tally: map[string]int{},
		orders: make(chan order, queueSize), ended: make(chan struct{}), told: make(chan struct{}),
	}
	close(w.told)
	go w.serve()
	return w, nil
}

// serve takes orders until there will be none.
func (w *writer) serve() {
	defer close(w.ended)
	for o := range w.orders {
		w.begin()
		for more := true; more; {
			w.take(o)
			o, more = w.gather()
		}
		w.commit()
	}
	<-w.told
}

// err is the failure that ended the writing, nil so far.
func (w *writer) err() error {
	if p := w.failed.Load(); p != nil {
		return *p
	}
	return nil
}

// fail ends the writing; only the first failure counts.
func (w *writer) fail(err error) {
	if err != nil && w.err() == nil {
		first := fault(w.dir, err)
		w.failed.Store(&first)
	}
}

func (w *writer) begin() {
	w.began, w.urgency, w.size = time.Now(), lazy, 0
	if w.err() == nil {
		w.fail(w.exec("begin immediate"))
	}
}

// take applies an order to the group at hand.
func (w *writer) take(o order) {
	w.urgency = max(w.urgency, o.urgency)
	if o.done != nil {
		w.waiting = append(w.waiting, o.done)
	}
	w.size += len(o.changes)
	for _, c := range o.changes {
		if w.err() != nil {
			return
		}
		w.fail(c.apply(w))
	}
}

// gather takes the next order into the group, or ends the group.
func (w *writer) gather() (order, bool) {
	age := time.Since(w.began)
	if w.err() != nil || w.size >= groupSize || w.urgency != lazy && age >= groupTime {
		return order{}, false
	}
	select { // what has arrived already joins at no cost
	case o, more := <-w.orders:
		return o, more
	default:
	}
	patience := w.patience(age)
	if patience <= 0 {
		return order{}, false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case o, more := <-w.orders:
		return o, more
	case <-timer.C:
		return order{}, false
	}
}

// patience is how long a group of some age waits for another order. A lone outcome is committed at once; where the
// group before had company this one will have some, too, and waiting for it saves a sync for each.
func (w *writer) patience(age time.Duration) time.Duration {
	switch {
	case w.urgency == lazy:
		return lazyTime - age
	case w.urgency == now, !w.busy:
		return 0
	}
	return min(quietTime, groupTime-age)
}

// commit puts the group on disk and says so to those who wait.
func (w *writer) commit() {
	if w.err() == nil {
		w.fail(w.count())
	}
	if w.err() == nil {
		w.fail(w.exec("commit"))
		w.fail(w.present())
	} else {
		_ = w.exec("rollback") // the failure that came first is the one to tell
	}
	w.tell(w.waiting, w.err())
	w.busy = w.urgency == soon && len(w.waiting) > 1 || w.urgency == now && w.busy
	w.waiting = nil
	clear(w.tally)
}

// present notices that the file was removed or replaced: a commit to a file without a name succeeds and is lost.
func (w *writer) present() error {
	file, err := os.Stat(filepath.Join(w.dir, fileName))
	if err != nil || !os.SameFile(file, w.file) {
		return vanished(w.dir, err)
	}
	return nil
}

// tell calls those who wait, group after group, beside the writer: whoever waits for them in turn can't block it.
func (w *writer) tell(waiting []func(error), err error) {
	if len(waiting) == 0 {
		return
	}
	before, after := w.told, make(chan struct{})
	w.told = after
	go func() {
		defer close(after)
		<-before
		for _, done := range waiting {
			done(err)
		}
	}()
}

// close ends the writer after what it was given. The last connection to close folds the log into the file.
func (w *writer) close() error {
	close(w.orders)
	<-w.ended
	err := w.err()
	for _, stmt := range w.statements {
		_ = stmt.Close()
	}
	if closeErr := w.conn.Close(); err == nil {
		err = closeErr
	}
	if closeErr := w.db.Close(); err == nil {
		err = closeErr
	}
	return fault(w.dir, err)
}
