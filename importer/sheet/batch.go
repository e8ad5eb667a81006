package sheet

import (
	"sync"

	"zohobulk/importer/problem"
)

// How many rows and cells make a batch worth handing over, so that the reading goroutine and the consumer meet once in
// hundreds of rows. Three batches are in use at a time: some 0.5 MB (measured).
const (
	batchRows  = 512
	batchCells = 8192
)

// table is what a sheet is read from: it parses its rows from the top into the collector until the end, a failure, or
// until the collector wants no more. Several readings may run at once.
type table interface {
	read(c *collector) error
}

// batch is a stretch of rows on its way from the reading goroutine to the consumer. Batches are used again.
type batch struct {
	rows  []Row
	cells []Cell            // what the rows' cells are cut from
	found []problem.Problem // about the sheet as a whole
}

func (b *batch) reset() {
	clear(b.rows) // drop the problems of the rows before
	b.rows, b.cells, b.found = b.rows[:0], b.cells[:0], nil
}

// collector takes the raw rows of a parser, keeps those that are data and sends them on in batches. A parser appends
// cells to batch.cells and then says that they were a row.
type collector struct {
	*batch
	shape *shape              // nil keeps every row that isn't blank, as when the header is looked for
	send  func(*batch) *batch // takes a batch and gives an empty one, or nil: stop
	from  int                 // rows with a smaller number are passed over
	limit int                 // stop after so many rows; 0 is no limit
	done  bool

	// What a worksheet's parser says of the row that it is about to end.
	hidden bool
	stray  int  // the column of a cell to the right of the header, 0 if there is none
	beyond Cell // that cell
}

// row ends a row whose cells begin at start, and says whether more are wanted. Plain rows are known to be ASCII.
func (c *collector) row(number, line, start int, plain bool) bool {
	row := Row{Number: number, Line: line, Cells: c.cells[start:len(c.cells):len(c.cells)]}
	if number < c.from || blank(row.Cells) || c.shape != nil && !c.shape.data(&row, plain, c) {
		c.cells = c.cells[:start]
		return !c.done
	}
	c.rows = append(c.rows, row)
	if len(c.rows) == c.limit {
		c.done = true
		return false
	}
	if len(c.rows) >= batchRows || len(c.cells) >= batchCells {
		c.flush()
	}
	return !c.done
}

// flush sends what there is.
func (c *collector) flush() {
	if c.send == nil || len(c.rows) == 0 && len(c.found) == 0 {
		return
	}
	if next := c.send(c.batch); next != nil {
		c.batch = next
		return
	}
	c.done = true
	c.batch = new(batch) // nobody looks at it any more
}

// note says something about the sheet as a whole.
func (c *collector) note(p problem.Problem) { c.found = append(c.found, p) }

// first reads up to n rows that aren't blank, from the row with the given number on.
func first(t table, from, n int) ([]Row, error) {
	c := &collector{batch: new(batch), from: from, limit: n}
	err := t.read(c)
	return c.rows, err
}

// reading is a goroutine that parses ahead of the consumer.
type reading struct {
	full chan *batch
	free chan *batch
	quit chan struct{}
	once sync.Once
	err  error // readable when full is closed
}

func startReading(t table, s *shape) *reading {
	r := &reading{full: make(chan *batch, 1), free: make(chan *batch, 3), quit: make(chan struct{})}
	for range cap(r.free) - 1 {
		r.free <- new(batch)
	}
	go func() {
		defer close(r.full)
		r.err = problem.Guard(func() error {
			c := &collector{batch: new(batch), shape: s.fresh(), send: r.send}
			err := t.read(c)
			if !c.done {
				c.shape.end(c)
				c.flush()
			}
			return err
		})
	}()
	return r
}

// send hands a batch to the consumer and waits for an empty one.
func (r *reading) send(b *batch) *batch {
	select {
	case r.full <- b:
	case <-r.quit:
		return nil
	}
	select {
	case next := <-r.free:
		next.reset()
		return next
	case <-r.quit:
		return nil
	}
}

// stop ends the goroutine and waits for it, so that the file can be closed.
func (r *reading) stop() {
	r.once.Do(func() { close(r.quit) })
	for range r.full {
	}
}

// Rows are the data rows below the header, without blank ones. They may be read again and again.
func (s *Sheet) Rows() Rows {
	return func(yield func(Row, error) bool) {
		s.found = nil
		r := startReading(s.table, &s.shape)
		defer r.stop()
		for b := range r.full {
			s.found = append(s.found, b.found...)
			for _, row := range b.rows {
				if !yield(row, nil) {
					return
				}
			}
			r.free <- b
		}
		if r.err != nil {
			yield(Row{}, r.err)
		}
	}
}
