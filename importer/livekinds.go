package importer

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"zohobulk/importer/check"
	"zohobulk/importer/problem"
)

// liveKinds counts what is found while a sheet is read. It is a sink of the pass, and can be asked from any goroutine.
type liveKinds struct {
	mu     sync.Mutex
	sum    Counts
	found  map[Kind]*CountedKind
	barred seqSet // rows with an error
}

func newLiveKinds() *liveKinds { return &liveKinds{found: map[Kind]*CountedKind{}} }

// Row counts a row with what it shows.
func (l *liveKinds) Row(r *check.Row) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sum.Rows++
	warned := false
	for i := range r.Problems {
		l.add(r.Seq, &r.Problems[i])
		warned = warned || r.Problems[i].Severity == problem.Warning
	}
	if warned {
		l.sum.Warnings++
	}
	if r.LeftOut {
		l.sum.LeftOut++
	}
	return nil
}

// Late counts what only the whole sheet could tell.
func (l *liveKinds) Late(seq int, p problem.Problem) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(seq, &p)
	return nil
}

func (l *liveKinds) add(seq int, p *problem.Problem) {
	if seq > 0 && p.Severity == problem.Error && !l.barred.has(seq) {
		l.barred.set(seq, true)
		l.sum.Errors++
	}
	kind := Kind{p.Severity, p.Code, p.Column}
	if k := l.found[kind]; k != nil {
		k.Count++
		return
	}
	first := *p
	first.Value = strings.Clone(p.Value) // it must not hold the block of the sheet that it was cut from
	l.found[kind] = &CountedKind{Kind: kind, Count: 1, First: first}
}

// kinds are the kinds so far, the gravest and most frequent first.
func (l *liveKinds) kinds() []CountedKind {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]CountedKind, 0, len(l.found))
	for _, k := range l.found {
		list = append(list, *k)
	}
	slices.SortFunc(list, func(a, b CountedKind) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), -cmp.Compare(a.Count, b.Count), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Column, b.Column))
	})
	return list
}

// counts says how the rows stand so far.
func (l *liveKinds) counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.sum
	c.Ready = c.Rows - c.Errors - c.LeftOut
	return c
}
