package check

import (
	"fmt"
	"math"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// hit is a value that fits another field better than its own, or that means something only together with others.
type hit struct {
	column int // in plan.columns
	class  class
	barred bool // the cell has an error already
}

// class is a kind of value, or one of the further things that are counted in a column.
type class uint8

const (
	classRounded class = iota + 100 // an id that ends in rounding's zeros
	classH                          // the letter H in a gender's column
	classM                          // and M
	classV                          // the letter V
	classSwapped                    // an account id shorter than its zuid
)

// classify notes what a cell's value is like, if it is like nothing in its column.
func (w *worker) classify(it *item, place int, c *column, text string, ok bool) {
	switch c.id {
	case field.AccountID, field.ZUID:
		if ok && field.RoundedID(field.Trim(text)) {
			it.hits = append(it.hits, hit{place, classRounded, false})
		}
	case field.Gender:
		switch field.ShortGender(text) {
		case 'H':
			it.hits = append(it.hits, hit{place, classH, false})
		case 'M':
			it.hits = append(it.hits, hit{place, classM, false})
		case 'V':
			it.hits = append(it.hits, hit{place, classV, false})
		}
	}
	if ok && !c.soft {
		return // a sound value of such a field is no other field's
	}
	if kind := w.checker.Kind(c.id, text); kind != field.PlainKind {
		it.hits = append(it.hits, hit{place, class(kind), !ok})
	}
}

// swapped notes ids that look as if they stood in each other's column: account ids have 19 digits, zuids mostly half.
func (w *worker) swapped(it *item) {
	account, zuid := it.Values.Get(field.AccountID), it.Values.Get(field.ZUID)
	if account == "" || len(account) > 12 || len(zuid) < 16 {
		return
	}
	for i := range w.columns {
		if w.columns[i].id == field.AccountID {
			it.hits = append(it.hits, hit{i, classSwapped, false})
		}
	}
}

// soft are the fields that take nearly any text, so that a wrong column shows only over many rows.
var soft = field.Of(field.FirstName, field.LastName, field.DisplayName, field.City, field.State, field.StreetAddr, field.PostalCode)

// varied are the fields that differ from person to person.
var varied = field.Of(field.Email, field.AccountID, field.ZUID, field.FirstName, field.LastName, field.DisplayName,
	field.PhoneNumber, field.MobileNumber, field.NewEmail)

// tally is what is counted in one column.
type tally struct {
	filled   int
	classes  map[class]*classTally
	constant constant
	byChance float64 // how many ids would end in rounding's zeros by chance
}

// classTally is the rows of one class in a column.
type classTally struct {
	open     rowSet // rows without an error in this cell so far
	count    int    // all rows of the class
	examples []example
}

func (t *tally) hit(h hit, it *item, value string) {
	if t.classes == nil {
		t.classes = map[class]*classTally{}
	}
	c := t.classes[h.class]
	if c == nil {
		c = &classTally{}
		t.classes[h.class] = c
	}
	c.count++
	if !h.barred {
		c.open.add(it.Seq)
	}
	if len(c.examples) < maxExamples {
		c.examples = append(c.examples, example{it.Seq, strings.Clone(value)})
	}
}

func (t *tally) count(c class) int {
	if found := t.classes[c]; found != nil {
		return found.count
	}
	return 0
}

// id counts how likely an id's last digits are zeros by chance.
func (t *tally) id(digits string) {
	if n := len(digits); n > 16 {
		t.byChance += math.Pow10(16 - n)
	}
}

// constant finds the one value that nearly every row has, by majority vote: a value of nine rows in ten is the candidate
// from early on and stays it.
type constant struct {
	candidate string
	votes     int
	seen      int // rows with the candidate since it became it
}

func (c *constant) add(value string) {
	switch {
	case value == c.candidate:
		c.votes++
		c.seen++
	case c.votes == 0:
		c.candidate, c.votes, c.seen = value, 1, 1
	default:
		c.votes--
	}
}

// A column is wrong if at least this many of its values, and this part of them, fit another field better (guessed: one
// block of pasted rows is a fifth of a sheet sooner than a city called like a country is).
const (
	leastMismatch = 3
	mismatchShare = 5
	softShare     = 2 // for values that a sound column may have: half
)

// A column is constant with this many rows of one value, in this part of the rows.
const (
	leastConstant = 20
	constantShare = 0.9
)

// columnProblem is a problem of a column, with the rows that it makes wrong.
type columnProblem struct {
	problem.Problem
	rows *rowSet // nil if their cells have errors already, or none
}

// judge says what is wrong with a column, once its last row has been counted.
func (t *tally) judge(c *column) []columnProblem {
	var found []columnProblem
	for kind := field.EmailKind; kind <= field.CountryKind; kind++ {
		if p, ok := t.mismatch(c, kind); ok {
			found = append(found, p)
		}
	}
	if p, ok := t.rounded(c); ok {
		found = append(found, p)
	}
	found = append(found, t.letters(c)...)
	if n := t.count(classSwapped); n >= leastMismatch && n*10 >= t.filled*9 {
		p := c.problem(problem.Error, field.CodeColumnMismatch, fmt.Sprintf("account ids and zuids look exchanged in %s", rows(n)),
			"exchange the two headers; account ids have 19 digits")
		found = append(found, columnProblem{p, &t.classes[classSwapped].open})
	}
	if p, ok := t.same(c); ok {
		found = append(found, p)
	}
	return found
}

// letters says which letters for a gender can mean either: M is mujer beside H for hombre, or beside V for varón, which is
// vrouw in a Dutch column.
func (t *tally) letters(c *column) (found []columnProblem) {
	h, m, v := t.count(classH), t.count(classM), t.count(classV)
	iberian := false
	if match, ok := field.Recognise(c.Header); ok {
		iberian = match.Language == "es" || match.Language == "pt"
	}
	doubt := func(class class, message string) {
		p := c.problem(problem.Error, field.CodeAmbiguousGender, message, "write MALE and FEMALE")
		found = append(found, columnProblem{p, &t.classes[class].open})
	}
	if v > 0 && iberian {
		doubt(classV, fmt.Sprintf("V in %s: varón, or vrouw?", rows(v)))
	}
	switch {
	case m > 0 && h > 0:
		doubt(classM, fmt.Sprintf("M in %s stands beside H in %d: masculino, or mujer?", rows(m), h))
	case m > 0 && v > 0 && iberian:
		doubt(classM, fmt.Sprintf("M in %s stands beside V in %d: masculino, or mujer?", rows(m), v))
	}
	return found
}

func (t *tally) mismatch(c *column, kind field.Kind) (columnProblem, bool) {
	found := t.classes[class(kind)]
	share := mismatchShare
	if found != nil && found.open.count > 0 {
		share = softShare
	}
	if found == nil || found.count < leastMismatch || found.count*share < t.filled {
		return columnProblem{}, false
	}
	if kind == field.CountryKind && sameWord(found.examples) {
		return columnProblem{}, false // Singapore, Luxembourg, Georgia: a city or a state, too
	}
	message := fmt.Sprintf("%s of %d hold %s, such as %s", rows(found.count), t.filled, kind, examplesOf(found.examples))
	p := c.problem(problem.Error, field.CodeColumnMismatch, message, "check that the header stands over the right column")
	return columnProblem{p, &found.open}, true
}

func sameWord(examples []example) bool {
	for _, e := range examples {
		if field.Fold(e.value) != field.Fold(examples[0].value) {
			return false
		}
	}
	return true
}

func (t *tally) rounded(c *column) (columnProblem, bool) {
	n := t.count(classRounded)
	if n == 0 {
		return columnProblem{}, false
	}
	found := t.classes[classRounded]
	severity, message := problem.Error, fmt.Sprintf("%s end in zeros, as after rounding in Excel, such as %s", rows(n), examplesOf(found.examples))
	if float64(n) < max(2, 3*t.byChance) {
		severity = problem.Warning
		message = fmt.Sprintf("%s ends in zeros, as after rounding in Excel: %s", rows(n), examplesOf(found.examples))
	}
	p := c.problem(severity, field.CodeRoundedID, message, "clear these cells if the rows have an e-mail address, or check the ids")
	p.Remedies = []problem.Remedy{{Way: problem.ReadDirectory}}
	return columnProblem{p, &found.open}, true
}

func (t *tally) same(c *column) (columnProblem, bool) {
	n := t.constant.seen
	if !c.vary || n < leastConstant || float64(n) < constantShare*float64(t.filled) {
		return columnProblem{}, false
	}
	p := c.problem(problem.Warning, field.CodeConstantColumn, fmt.Sprintf("%d rows of %d have one value", n, t.filled), "was it filled down by mistake?")
	p.Value = strings.Clone(t.constant.candidate)
	return columnProblem{Problem: p}, true
}

func (c *column) problem(severity problem.Severity, code, message, hint string) problem.Problem {
	return problem.Problem{Severity: severity, Column: c.Column.Column, Header: c.Header, Field: c.Field, Code: code, Message: message, Hint: hint, Scope: problem.OfSheet}
}

func rows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func examplesOf(examples []example) string {
	var list []string
	for _, e := range examples {
		list = append(list, quoted(e.value))
	}
	return strings.Join(list, ", ")
}
