package check

import (
	"slices"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// Checker judges rows one at a time, each as pass one judges it: all but what only the whole sheet can tell. It is expensive to create
// and not safe for concurrent use.
type Checker struct {
	worker *worker
	item   item
}

// NewChecker makes a checker of rows whose own columns are mapped so.
func NewChecker(own []Column, o Options) (*Checker, error) {
	p, err := newPlan(Mapping{Columns: own}, o, sheet.Info{})
	if err != nil {
		return nil, err
	}
	return &Checker{worker: newWorker(p)}, nil
}

// Check judges a row by its cells and their kinds. Of the row's problems those of reading the file stay, and all others are found
// again; what is in the row is valid until the next call.
func (c *Checker) Check(r *Row) {
	it := &c.item
	it.Seq, it.Number, it.Line, it.Origin = r.Seq, r.Number, r.Line, r.Origin
	it.cells = it.cells[:0]
	for i, text := range r.Cells {
		kind := byte(textKind)
		if i < len(r.Kinds) {
			kind = r.Kinds[i]
		}
		it.cells = append(it.cells, cellOf(kind, text))
	}
	it.found = it.found[:0]
	for _, p := range r.Problems {
		if p.Scope == problem.OfReading {
			it.found = append(it.found, p)
		}
	}
	c.worker.check(it)
	*r = it.Row
}

// leftOut reports whether somebody left a row out by hand.
func leftOut(found []problem.Problem) bool {
	return slices.ContainsFunc(found, func(p problem.Problem) bool { return p.Code == field.CodeLeftOut })
}
