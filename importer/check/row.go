package check

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// plan is what the workers know of the sheet before its first row.
type plan struct {
	options  Options
	columns  []column // that feed a field
	own      []int    // the sheet's columns that are its author's
	country  int      // in columns, -1 for none
	origin   int      // the sheet's _origin column, -1 for none
	source   string   // begins the origin of a row that has none: "staff.xlsx Sheet1 row "
	chosen   field.Mask
	settable field.Mask // what this kind of authentication can set
	clear    string
	seed     maphash.Seed
	header   []Column
}

// column is a column that feeds a field.
type column struct {
	Column
	id    field.ID
	index int  // in the sheet
	own   int  // in Row.Cells
	set   bool // it is set, not who the row is about
	left  bool // it is set, and not among the chosen fields
	soft  bool
	vary  bool
}

func newPlan(m Mapping, o Options, info sheet.Info) (*plan, error) {
	chosen, err := chosenFields(o.Fields)
	if err != nil {
		return nil, err
	}
	p := &plan{options: o, chosen: chosen, settable: field.Set, country: -1, origin: -1, seed: maphash.MakeSeed(), header: m.Columns}
	p.clear = o.ClearWord
	if p.clear == "" {
		p.clear = DefaultClearWord
	}
	if o.UserAuth {
		p.settable = field.Of(field.DisplayName, field.NewEmail)
	}
	for i, c := range m.Columns {
		p.add(i, c)
	}
	p.source = info.Name + " "
	if info.Worksheet != "" {
		p.source += info.Worksheet + " "
	}
	p.source += "row "
	return p, nil
}

func (p *plan) add(i int, c Column) {
	if c.Ours {
		if strings.EqualFold(c.Header, "_origin") {
			p.origin = i
		}
		return
	}
	if id, ok := field.ByName(c.Field); ok {
		if id == field.Country {
			p.country = len(p.columns)
		}
		set := field.Set.Has(id)
		p.columns = append(p.columns, column{
			Column: c, id: id, index: i, own: len(p.own),
			set: set, left: set && !p.chosen.Has(id), soft: soft.Has(id), vary: varied.Has(id),
		})
	}
	p.own = append(p.own, i)
}

// item is a row on its way through the checks, with what the sheet's own checks want to know of it.
type item struct {
	Row
	cells    []sheet.Cell
	found    []problem.Problem // by the reader
	keys     [keyCount]uint64  // hashes of what names the user, 0 for nothing
	hits     []hit
	identity identity
	strange  uint64 // the words of a display name that shares none with first and last name, else 0
}

// The keys by which two rows can be about one user, or want one address.
const (
	keyEmail = iota
	keyAccountID
	keyZUID
	keyNewEmail
	keyCount
)

// keyFields are the fields of the keys.
var keyFields = [keyCount]field.ID{field.Email, field.AccountID, field.ZUID, field.NewEmail}

// worker checks rows, each by itself.
type worker struct {
	*plan
	checker *field.Checker
	country string // of the row at hand
	text    []byte // scratch
	ends    []int  // scratch
	kinds   string // of the row before, which most rows share
}

func newWorker(p *plan) *worker {
	return &worker{plan: p, checker: field.NewChecker(p.options.Phones)}
}

// check does all that needs no other row.
func (w *worker) check(it *item) {
	it.Values.Has = 0
	clear(it.Values.Text[:])
	it.Problems, it.hits, it.keys, it.identity = it.Problems[:0], it.hits[:0], [keyCount]uint64{}, identity{}
	it.strange = 0
	w.takeOwn(it)
	w.takeFound(it)
	if it.Valid, it.LeftOut = false, leftOut(it.found); it.LeftOut {
		return
	}
	if w.repeatsHeader(it) {
		w.reportRow(it, ruleHeader)
		return
	}
	w.country = w.readCountry(it)
	w.checker.Country(w.country)
	blank, wrong := true, field.Mask(0)
	for i := range w.columns {
		c := &w.columns[i]
		filled, ok := w.cell(it, i, c)
		if !ok {
			wrong |= field.Of(c.id)
		}
		blank = blank && (!filled || !c.set)
	}
	w.together(it, wrong, blank)
	w.swapped(it)
	w.key(it)
	it.identity, it.strange = w.identify(&it.Values), w.strange(&it.Values)
	it.Valid = true
	for i := range it.Problems {
		if w.options.Strict && it.Problems[i].Severity == problem.Warning {
			it.Problems[i].Severity = problem.Error
		}
		it.Valid = it.Valid && it.Problems[i].Severity != problem.Error
	}
}

// origins says of each row where it first came from. The texts of a batch are cut from one.
func (w *worker) origins(items []item) {
	w.text, w.ends = w.text[:0], w.ends[:0]
	for i := range items {
		it := &items[i]
		if w.origin >= 0 && w.origin < len(it.cells) && it.cells[w.origin].Text != "" {
			w.text = append(w.text, it.cells[w.origin].Text...)
		} else {
			w.text = strconv.AppendInt(append(w.text, w.source...), int64(it.Number), 10)
		}
		w.ends = append(w.ends, len(w.text))
	}
	start, all := 0, string(w.text)
	for i := range items {
		items[i].Origin = all[start:w.ends[i]]
		start = w.ends[i]
	}
}

// takeOwn keeps the texts of the author's own columns, and their kinds.
func (w *worker) takeOwn(it *item) {
	it.Cells = it.Cells[:0]
	w.text = w.text[:0]
	typed := false
	for _, i := range w.own {
		cell := sheet.Cell{}
		if i < len(it.cells) {
			cell = it.cells[i]
		}
		it.Cells = append(it.Cells, cell.Text)
		kind := kindOf(cell)
		w.text, typed = append(w.text, kind), typed || kind != textKind
	}
	if it.Kinds = ""; !typed {
		return
	}
	if string(w.text) != w.kinds {
		w.kinds = string(w.text)
	}
	it.Kinds = w.kinds
}

// takeFound keeps what the reader said of the row, with the field of the cell.
func (w *worker) takeFound(it *item) {
	for _, p := range it.found {
		for _, c := range w.header {
			if c.Column == p.Column {
				p.Header, p.Field = c.Header, c.Field
			}
		}
		if p.Code == sheet.CodeOtherRow && p.Field == "" {
			continue // the column is sent nowhere
		}
		p.Scope = problem.OfReading
		it.Problems = append(it.Problems, p)
	}
}

// readCountry finds the row's country before its other cells are read: phone numbers and postcodes go by it.
func (w *worker) readCountry(it *item) string {
	if w.plan.country < 0 {
		return ""
	}
	c := &w.columns[w.plan.country]
	if c.index >= len(it.cells) || blankCell(&it.cells[c.index]) || w.clears(it.cells[c.index].Text) {
		return ""
	}
	cell := &it.cells[c.index]
	if damage(cell, field.Country) != nil {
		return field.Unreadable
	}
	code, _ := w.checker.Check(field.Country, cell.Text)
	if code == "" {
		return field.Unreadable
	}
	return code
}

func blankCell(cell *sheet.Cell) bool {
	return cell.Kind == sheet.Empty || cell.Kind == sheet.Text && field.Trim(cell.Text) == ""
}

func (w *worker) clears(text string) bool {
	if len(text) < len(w.clear) || text[0] > ' ' && text[0] < 0x80 && text[0] != w.clear[0] && text[0]|0x20 != w.clear[0]|0x20 {
		return false // nearly every cell
	}
	return strings.EqualFold(field.Trim(text), w.clear)
}

// cell checks one cell and takes its value. It reports whether there was anything in it, and whether that is sound.
func (w *worker) cell(it *item, place int, c *column) (filled, ok bool) {
	if c.left {
		return c.index < len(it.cells) && !blankCell(&it.cells[c.index]), true
	}
	if c.index >= len(it.cells) || blankCell(&it.cells[c.index]) {
		if w.options.BlankClears && c.id.Entry().Clearable && w.settable.Has(c.id) {
			it.Values.Put(c.id, "")
			return true, true
		}
		return false, true
	}
	cell := &it.cells[c.index]
	switch {
	case w.clears(cell.Text):
		return true, w.clearing(it, c, cell.Text)
	case c.set && !w.settable.Has(c.id):
		w.report(it, c, cell.Text, &field.Finding{Severity: problem.Error, Code: field.CodeUserAuth,
			Message: "can't be changed on your own account", Hint: "clear the cell", Remedies: []problem.Remedy{{Way: problem.RunAsAdmin}}})
		return true, false
	}
	return true, w.value(it, place, c, cell)
}

func (w *worker) clearing(it *item, c *column, text string) bool {
	if !c.id.Entry().Clearable || !w.settable.Has(c.id) {
		w.report(it, c, text, finding(field.CodeNotClearable, "can't be emptied", "leave the cell blank to leave the value as it is"))
		return false
	}
	it.Values.Put(c.id, "")
	return true
}

// value normalises and checks a cell that holds something.
func (w *worker) value(it *item, place int, c *column, cell *sheet.Cell) bool {
	text := cell.Text
	if cell.Kind != sheet.Text {
		if f := damage(cell, c.id); f != nil {
			w.report(it, c, text, f)
			return false
		}
		if cell.Kind == sheet.Number {
			text = plainNumber(text)
			if f := numberCell(w.checker, c.id, w.country, text); f != nil {
				w.report(it, c, text, f)
				if f.Severity == problem.Error {
					return false
				}
			}
		}
	}
	value, found := w.checker.Check(c.id, text)
	ok := true
	for i := range found {
		ok = ok && found[i].Severity != problem.Error
		w.report(it, c, cell.Text, &found[i])
	}
	w.classify(it, place, c, text, ok)
	if ok && value != "" {
		it.Values.Put(c.id, value)
	}
	return ok
}

// report says something about a cell.
func (w *worker) report(it *item, c *column, value string, f *field.Finding) {
	known := func(p problem.Problem) bool {
		return p.Column == c.Column.Column && (p.Code == f.Code || p.Code == sheet.CodeOtherRow && f.Code == field.CodeNoValue)
	}
	if slices.ContainsFunc(it.found, known) {
		return // it was known before, from where the sheet comes
	}
	it.Problems = append(it.Problems, problem.Problem{
		Severity: f.Severity, Row: it.Number, Line: it.Line, Cell: address(c.Column.Column, it.Number), Column: c.Column.Column,
		Header: c.Header, Field: c.Field, Value: value, Code: f.Code, Message: f.Message, Hint: f.Hint, Proposal: f.Proposal, Remedies: f.Remedies,
	})
}

// address is like "D14".
func address(column string, row int) string {
	var b [24]byte
	return string(strconv.AppendInt(append(b[:0], column...), int64(row), 10))
}

// key hashes what names the row's user. Addresses are compared without regard to case.
func (w *worker) key(it *item) {
	for k, id := range keyFields {
		if text := it.Values.Get(id); text != "" {
			w.text = appendLower(w.text[:0], text)
			it.keys[k] = maphash.Bytes(w.seed, w.text)
		}
	}
}

// appendLower appends a text with its ASCII letters in lower case; addresses of other scripts are rare, and their case
// rarer.
func appendLower(b []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
