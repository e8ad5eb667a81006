package check

import (
	"context"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// batchRows is how many rows go through the checks together: enough that handing them over costs nothing beside checking
// them, few enough that the rows under way stay in the processor's cache (tried 64 to 1024).
const batchRows = 256

// batchCells bounds the batches of very wide sheets, which would else hold gigabytes (guessed).
const batchCells = 16 << 10

// batch is a stretch of rows. A worker checks its rows while others check the batches before and after; the pass takes
// the batches in the sheet's order. Batches are used again.
type batch struct {
	items []item
	cells []sheet.Cell  // what the items' cells are cut from
	done  chan struct{} // gets a value when all items are checked
	err   error         // a fault of the program that kept them from being checked
}

func (b *batch) reset() {
	b.items, b.cells = b.items[:0], b.cells[:0]
}

// add copies a row into the batch: the reader's own is valid until its next one only.
func (b *batch) add(seq int, row *sheet.Row) {
	if len(b.items) < cap(b.items) {
		b.items = b.items[:len(b.items)+1] // keeps what the item has allocated
	} else {
		b.items = append(b.items, item{})
	}
	it := &b.items[len(b.items)-1]
	start := len(b.cells)
	b.cells = append(b.cells, row.Cells...)
	it.cells = b.cells[start:len(b.cells):len(b.cells)]
	it.found = row.Problems
	it.Seq, it.Number, it.Line = seq, row.Number, row.Line
}

// pipeline reads rows, has them checked by several workers, and gives them back in order.
type pipeline struct {
	order chan *batch // in the sheet's order
	work  chan *batch
	free  chan *batch
	err   error // of the reader; readable when order is closed
	group sync.WaitGroup
}

func startPipeline(ctx context.Context, s Source, p *plan) *pipeline {
	workers := p.options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	depth := 4*workers + 4 // so many that neither the reader nor a worker waits for the one who counts (measured)
	l := &pipeline{order: make(chan *batch, depth), work: make(chan *batch, depth), free: make(chan *batch, depth)}
	for range cap(l.free) {
		l.free <- &batch{items: make([]item, 0, batchRows), done: make(chan struct{}, 1)}
	}
	for range workers {
		l.group.Go(func() {
			w := newWorker(p)
			for b := range l.work {
				b.err = problem.Guard(func() error { return w.checkAll(b.items) })
				b.done <- struct{}{}
			}
		})
	}
	l.group.Go(func() {
		defer close(l.order)
		defer close(l.work)
		l.err = problem.Guard(func() error { return l.read(ctx, s) })
	})
	return l
}

// checkAll checks the rows of a batch.
func (w *worker) checkAll(items []item) error {
	w.origins(items)
	for i := range items {
		w.check(&items[i])
	}
	return nil
}

// read fills batches until the sheet ends. Free batches are as many as fit in the channels, so that sending never waits.
func (l *pipeline) read(ctx context.Context, s Source) error {
	var b *batch
	seq := 0
	for row, err := range s.Rows() {
		if err != nil {
			return err
		}
		if b == nil {
			select {
			case b = <-l.free:
				b.reset()
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		seq++
		if b.add(seq, &row); len(b.items) == batchRows || len(b.cells) >= batchCells {
			l.send(b)
			b = nil
		}
	}
	if b != nil {
		l.send(b)
	}
	return ctx.Err()
}

func (l *pipeline) send(b *batch) {
	l.order <- b
	l.work <- b
}

// batches yields the checked batches in order.
func (l *pipeline) batches(yield func(*batch) bool) {
	for b := range l.order {
		<-b.done
		if !yield(b) {
			return
		}
		l.free <- b
	}
}

// pass is what the whole sheet is held in: little beside a few bytes for every row.
type pass struct {
	*plan
	sink       Sink
	result     Result
	tables     [keyCount]hashTable
	places     places
	barred     rowSet
	twins      []twin
	strange    strangeNames
	tallies    []tally
	identities identities
}

func runPass(ctx context.Context, s Source, o Options, sink Sink) (Result, error) {
	mapping, notes, err := Map(s.Header(), o)
	if err != nil {
		return Result{}, err
	}
	p, err := newPlan(mapping, o, s.Info())
	if err != nil {
		return Result{}, err
	}
	ps := &pass{plan: p, sink: sink, tallies: make([]tally, len(p.columns))}
	ps.result.Mapping = mapping
	if err := ps.aboutSheet(notes); err != nil {
		return Result{}, err
	}
	if err := ps.rows(ctx, s); err != nil {
		return Result{}, err
	}
	if err := ps.aboutSheet(s.Problems()); err != nil {
		return Result{}, err
	}
	if err := ps.again(ctx, s); err != nil {
		return Result{}, err
	}
	if err := ps.whole(); err != nil {
		return Result{}, err
	}
	return ps.finish(), nil
}

// rows takes every row through its checks to the sink.
func (p *pass) rows(ctx context.Context, s Source) error {
	ctx, cancel := context.WithCancel(ctx)
	l := startPipeline(ctx, s, p.plan)
	var failed error
	for b := range l.batches {
		failed = b.err
		for i := range b.items {
			if failed != nil {
				break
			}
			failed = p.row(&b.items[i])
		}
		if failed != nil {
			break
		}
	}
	cancel()
	for range l.order { // lets the reader get rid of what it has, see it is not wanted, and end
	}
	l.group.Wait()
	if failed != nil {
		return failed
	}
	return l.err
}

// row adds to a checked row what the rows before it tell, and hands it over.
func (p *pass) row(it *item) error {
	p.result.Rows++
	p.places.add(it.Seq, it.Number, it.Line)
	if it.LeftOut {
		p.result.LeftOut++
		p.result.Notes++
		return p.sink.Row(&it.Row)
	}
	p.duplicates(it)
	p.count(it)
	if it.Valid {
		p.result.Fields |= it.Values.Has
		p.result.Cleared += bits.OnesCount16(uint16(it.Values.Clears()))
	} else {
		p.barred.add(it.Seq)
	}
	for i := range it.Problems {
		p.tally(it.Problems[i].Severity)
	}
	return p.sink.Row(&it.Row)
}

// count adds a row to what is known of its columns.
func (p *pass) count(it *item) {
	for i := range p.columns {
		c, t := &p.columns[i], &p.tallies[i]
		text := it.Cells[c.own]
		if text == "" {
			continue
		}
		t.filled++
		if c.vary {
			t.constant.add(text)
		}
		if c.id == field.AccountID || c.id == field.ZUID {
			t.id(text)
		}
	}
	for _, h := range it.hits {
		p.tallies[h.column].hit(h, it, it.Cells[p.columns[h.column].own])
	}
	p.identities.add(it)
	p.strange.add(it)
}

func (p *pass) tally(s problem.Severity) {
	switch s {
	case problem.Error:
		p.result.Errors++
	case problem.Warning:
		p.result.Warnings++
	default:
		p.result.Notes++
	}
}

// late hands over what only now is known of a row that has gone before, or of the sheet.
func (p *pass) late(seq int, pr problem.Problem) error {
	pr.Scope = problem.OfSheet
	if pr.Severity == problem.Warning && p.options.Strict {
		pr.Severity = problem.Error
		if seq == 0 {
			p.result.SheetErrors++
		}
	}
	p.tally(pr.Severity)
	if seq > 0 && pr.Severity == problem.Error {
		p.barred.add(seq)
	}
	return p.sink.Late(seq, pr)
}

// aboutSheet hands over what mapping or reader say of the sheet. An error among it is no row's.
func (p *pass) aboutSheet(list []problem.Problem) error {
	for _, pr := range list {
		if pr.Severity == problem.Error {
			p.result.SheetErrors++
		}
		for _, c := range p.header {
			if pr.Column == c.Column && pr.Column != "" {
				pr.Header, pr.Field = c.Header, c.Field
			}
		}
		if err := p.late(0, pr); err != nil {
			return err
		}
	}
	return nil
}

// whole says what all rows together tell.
func (p *pass) whole() error {
	if err := p.sortedAlone(); err != nil {
		return err
	}
	for i := range p.columns {
		for _, found := range p.tallies[i].judge(&p.columns[i]) {
			if err := p.column(&p.columns[i], found); err != nil {
				return err
			}
		}
	}
	return nil
}

// column says once what is wrong with a column, and then of each row that it is one of them.
func (p *pass) column(c *column, found columnProblem) error {
	if err := p.late(0, found.Problem); err != nil {
		return err
	}
	if found.rows == nil {
		return nil
	}
	for seq := range found.rows.all {
		pr := found.Problem
		pr.Row, pr.Line = p.places.find(seq)
		pr.Cell = address(c.Column.Column, pr.Row)
		if err := p.late(seq, pr); err != nil {
			return err
		}
	}
	return nil
}

// sortedAlone bars the rows whose address belongs to another row's name.
func (p *pass) sortedAlone() error {
	d := &p.identities
	i := slices.IndexFunc(p.columns, func(c column) bool { return c.id == field.Email })
	if i < 0 || !d.sorted() {
		return nil
	}
	c := &p.columns[i]
	values := d.exampleValues()
	message := "addresses stand beside other people's names in " + rows(d.apart.count) + ", such as " + values[0]
	pr := c.problem(problem.Error, field.CodeIdentityMismatch, message, "one column was sorted or moved without the others: go back to the sheet before that")
	return p.column(c, columnProblem{pr, &d.apart})
}

func (p *pass) finish() Result {
	p.result.Invalid = p.barred.count
	p.result.Valid = p.result.Rows - p.result.Invalid - p.result.LeftOut
	p.result.Unchecked = p.unchecked()
	return p.result
}

// unchecked is what nobody can tell without asking the service.
func (p *pass) unchecked() []string {
	var fields field.Mask
	for _, c := range p.columns {
		fields |= field.Of(c.id)
	}
	list := []string{"whether the users are in the organisation: only Zoho knows"}
	if who := fields & field.Who; who&(who-1) != 0 {
		names := strings.Fields(who.Names())
		last := len(names) - 1
		list = append(list, "whether "+strings.Join(names[:last], ", ")+" and "+names[last]+" of a row name one user: only Zoho knows")
	}
	if fields.Has(field.NewEmail) && p.chosen.Has(field.NewEmail) {
		list = append(list, "whether the new addresses are free: only Zoho knows")
	}
	return list
}
