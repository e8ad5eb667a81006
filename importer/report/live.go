package report

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// liveInterval is how often rows that have ended are added to the two tables.
const liveInterval = time.Second

// Live keeps success.csv and failed.csv up to date while a run goes: they hold the rows that had ended before, in the
// order of the sheet, and then each row as it ends. Write puts the tables in the sheet's order in their place. A row
// that ends a second time, as when its answer is looked up, stands in them twice until then.
//
// A run never waits for it and never fails because of it: what keeps it from writing is said by Close.
type Live struct {
	tables *tables
	parts  [2]livePart // of success.csv and failed.csv

	mu    sync.Mutex
	ended []journal.Row

	stop, stopped chan struct{}
	err           error // of the goroutine that writes
}

// livePart is one table: rows are gathered in a buffer, so that whole lines are written and never a part of one.
type livePart struct {
	sink   sink
	buffer bytes.Buffer
	file   *os.File
}

// sink is a writer that can be exchanged.
type sink struct{ io.Writer }

// Follow begins the tables of a run with the rows that have ended so far. It is called before rows are sent, and Live
// must be closed before Write.
func Follow(ctx context.Context, dir string, j Source, o Options) (*Live, error) {
	dropHalves(dir)
	l := &Live{stop: make(chan struct{}), stopped: make(chan struct{})}
	if err := l.begin(ctx, dir, j, o); err != nil {
		return nil, errors.Join(err, l.closeFiles())
	}
	go l.run()
	return l, nil
}

// begin writes what has ended, and opens the two files for more.
func (l *Live) begin(ctx context.Context, dir string, j Source, o Options) error {
	form := sheet.CSVOptions{NoBOM: o.NoBOM}
	var err error
	l.tables, err = newTables(ctx, j, sheet.CreateCSV(&l.parts[0].sink, form), sheet.CreateCSV(&l.parts[1].sink, form))
	if err != nil {
		return err
	}
	paths := tablePaths(dir)
	err = inDrafts(paths, func(success, failed io.Writer) error {
		l.parts[0].sink.Writer, l.parts[1].sink.Writer = success, failed
		return l.tables.write(ctx, rows(j, journal.Updated, journal.Unchanged, journal.Failed, journal.Invalid))
	})
	for i := range l.parts {
		p := &l.parts[i]
		path := paths[i]
		if _, err := os.Stat(besideName(path)); err == nil { // its own place is held by another program
			path = besideName(path)
		}
		file, openErr := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if openErr != nil {
			return errors.Join(err, notWritten(path, openErr))
		}
		p.file = file
		p.sink.Writer = &p.buffer
	}
	var beside warnings
	return beside.add(err) // these are named when the run's reports are written
}

// Ended takes a row whose outcome is on disk. It returns at once, and may be called by several goroutines.
func (l *Live) Ended(row journal.Row) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = append(l.ended, row)
}

// Close adds what has ended meanwhile and closes the tables. Its error says what kept them from being written.
func (l *Live) Close() error {
	close(l.stop)
	<-l.stopped
	return errors.Join(l.err, l.closeFiles())
}

func (l *Live) closeFiles() error {
	var errs []error
	for _, p := range l.parts {
		if p.file != nil {
			errs = append(errs, p.file.Close())
		}
	}
	return errors.Join(errs...)
}

func (l *Live) run() {
	defer close(l.stopped)
	tick := time.NewTicker(liveInterval)
	defer tick.Stop()
	for {
		last := false
		select {
		case <-tick.C:
		case <-l.stop:
			last = true
		}
		if l.err == nil { // after a fault the tables would have gaps
			l.err = problem.Guard(l.add)
		}
		if last {
			return
		}
	}
}

// add writes the rows that have ended since the last time.
func (l *Live) add() error {
	l.mu.Lock()
	ended := l.ended
	l.ended = nil
	l.mu.Unlock()
	for _, r := range ended {
		if err := l.tables.row(row{Row: r}); err != nil {
			return err
		}
	}
	if err := l.tables.flush(); err != nil {
		return err
	}
	for i := range l.parts {
		p := &l.parts[i]
		if _, err := p.file.Write(p.buffer.Bytes()); err != nil {
			return notWritten(p.file.Name(), err)
		}
		p.buffer.Reset()
	}
	return nil
}
