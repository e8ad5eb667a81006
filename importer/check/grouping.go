package check

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
)

// Grouping is a sink that gathers what repeats, for a screen: one group for each thing to say about a column, with the
// first row that it was met in and a few of its values. Its memory is bounded: past some sentences about a column, the
// further ones share a group, which says so.
type Grouping struct {
	groups map[groupKey]*Group
	opened map[groupKey]int // how many groups a column's code has
}

// Group is one thing to say, and how often.
type Group struct {
	problem.Problem          // as first met
	Count           int      // how often
	Values          []string // the first different values
	More            bool     // there are other values than these
	Places          []string // the first cells, or rows where it is about no cell
	Mixed           bool     // what is said of its rows differs, too: the first one stands for others
	Rows            int      // of what is said of the sheet as a whole: how many rows it makes wrong,
	First           problem.Problem
	order           int
}

// groupKey is what is said of a column.
type groupKey struct {
	severity                    problem.Severity
	code, column, message, hint string
	sheet                       bool
}

// maxGroups is how many sentences of one code about a column have groups of their own: what somebody may still read.
const maxGroups = 50

// maxValues is how many values of a group are kept.
const maxValues = 5

// maxPlaces is how many places of a group are kept: as many as somebody corrects without a list.
const maxPlaces = 10

// place is where a problem is: "D14", or "row 14".
func place(p *problem.Problem) string {
	if p.Cell != "" {
		return p.Cell
	}
	return "row " + strconv.Itoa(p.Row)
}

// NewGrouping begins to gather.
func NewGrouping() *Grouping {
	return &Grouping{groups: map[groupKey]*Group{}, opened: map[groupKey]int{}}
}

// Row takes a row's problems.
func (g *Grouping) Row(r *Row) error {
	for i := range r.Problems {
		g.add(&r.Problems[i])
	}
	return nil
}

// Late takes what only the whole sheet could tell.
func (g *Grouping) Late(_ int, p problem.Problem) error {
	g.add(&p)
	return nil
}

func (g *Grouping) add(p *problem.Problem) {
	key := groupKey{p.Severity, p.Code, p.Column, p.Message, p.Hint, true}
	if p.Row > 0 && g.groups[key] != nil { // a row of what was said of its whole column
		g.groups[key].row(p)
		return
	}
	if key.sheet = p.Row == 0; key.sheet {
		g.open(key, p)
		return
	}
	if found := g.groups[key]; found != nil {
		found.repeat(p)
		return
	}
	column := groupKey{severity: p.Severity, code: p.Code, column: p.Column}
	if g.opened[column] < maxGroups {
		g.opened[column]++
		g.open(key, p)
		return
	}
	if found := g.groups[column]; found != nil {
		found.repeat(p)
		return
	}
	g.open(column, p)
	g.groups[column].Mixed = true
}

// open begins a group. What it keeps must not hold the block of the sheet that it was cut from.
func (g *Grouping) open(key groupKey, p *problem.Problem) {
	first := *p
	first.Value, first.Message, first.Hint = strings.Clone(p.Value), strings.Clone(p.Message), strings.Clone(p.Hint)
	key.message, key.hint = strings.Clone(key.message), strings.Clone(key.hint)
	group := &Group{Problem: first, Count: 1, Places: []string{place(p)}, order: len(g.groups)}
	if p.Value != "" {
		group.Values = append(group.Values, first.Value)
	}
	g.groups[key] = group
}

// repeat counts a row of which the same is to be said.
func (g *Group) repeat(p *problem.Problem) {
	if g.Count++; len(g.Places) < maxPlaces {
		g.Places = append(g.Places, place(p))
	}
	if p.Value == "" || g.More || slices.Contains(g.Values, p.Value) {
		return
	}
	if len(g.Values) == maxValues {
		g.More = true
		return
	}
	g.Values = append(g.Values, strings.Clone(p.Value))
}

// row counts a row of what is wrong with a whole column.
func (g *Group) row(p *problem.Problem) {
	if g.Rows++; g.Rows == 1 {
		g.First, g.Places = *p, nil
	}
	if len(g.Places) < maxPlaces {
		g.Places = append(g.Places, place(p))
	}
}

// Groups are the groups, the gravest first, each severity in the order in which they were met; what is said of the sheet
// as a whole goes before its rows.
func (g *Grouping) Groups() []Group {
	var list []Group
	for _, group := range g.groups {
		list = append(list, *group)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(min(a.Row, 1), min(b.Row, 1)), cmp.Compare(a.order, b.order))
	})
	return list
}
