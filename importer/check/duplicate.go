package check

import (
	"context"
	"fmt"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// twin is two rows with one key.
type twin struct {
	before, seq uint32
	key         uint8
	fresh       bool // the row before is told of the first row that repeats it
}

// duplicates finds the rows before this one that are about the same user, however either names the user, or that want
// the same new address. Both rows are told when the sheet was read to its end.
func (p *pass) duplicates(it *item) {
	told := 0 // the row before that this one was held against already, by another key
	for k, hash := range it.keys {
		if hash == 0 {
			continue
		}
		before, fresh := p.tables[k].add(hash, uint32(it.Seq))
		if before == 0 || int(before) == told && k != keyNewEmail {
			continue
		}
		if k != keyNewEmail {
			told = int(before)
		}
		p.twins = append(p.twins, twin{before: uint32(before), seq: uint32(it.Seq), key: uint8(k), fresh: fresh})
	}
}

// maxTwins is how many pairs of rows are described to say whose rows they are: more than anybody reads, and few enough to be
// held in memory.
const maxTwins = 1000

// again reads rows once more, to say whose rows have one key and whose name another row has. No row's cells are kept, and most
// sheets need no second look.
func (p *pass) again(ctx context.Context, s Source) error {
	wanted := map[int]*person{}
	for _, t := range p.twins[:min(len(p.twins), maxTwins)] {
		wanted[int(t.before)], wanted[int(t.seq)] = nil, nil
	}
	if len(wanted) == 0 && p.strange.count == 0 {
		return nil
	}
	seq := 0
	for row, err := range s.Rows() {
		if err != nil {
			return err
		}
		if seq++; seq%batchRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, ok := wanted[seq]; ok {
			wanted[seq] = p.person(row.Cells)
		}
		p.strange.meet(p, seq, row.Cells)
	}
	for _, t := range p.twins {
		if err := p.tell(t, wanted[int(t.before)], wanted[int(t.seq)]); err != nil {
			return err
		}
	}
	return p.tellStrange()
}

// tell says of two rows that they have one key: the row before is told once, the later one each time.
func (p *pass) tell(t twin, before, later *person) error {
	number, line := p.places.find(int(t.before))
	other, otherLine := p.places.find(int(t.seq))
	c := p.columnOf(keyFields[t.key])
	pr := p.twinProblem(c, int(t.key), pair{number, other, before, later})
	pr.Value = later.text(p.indexOf(c.id))
	at := func(row, line int) problem.Problem {
		pr.Row, pr.Line, pr.Cell = row, line, address(c.Column.Column, row)
		return pr
	}
	if t.fresh {
		if err := p.late(int(t.before), at(number, line)); err != nil {
			return err
		}
	}
	return p.late(int(t.seq), at(other, otherLine))
}

// pair is two rows with their numbers, nil for whom was not read.
type pair struct {
	number, other int
	before, later *person
}

// twinProblem says what two rows with one key have in common: a user, or an id or address that one of them has by mistake.
func (p *pass) twinProblem(c *column, key int, two pair) problem.Problem {
	if key == keyNewEmail {
		return c.problem(problem.Error, field.CodeDuplicateNewEmail, fmt.Sprintf("rows %d and %d want the same new address", two.number, two.other), "an address belongs to one user")
	}
	who, whoElse, differ := two.before.apart(two.later)
	if !differ {
		return c.problem(problem.Error, field.CodeDuplicateUser, fmt.Sprintf("rows %d and %d are about the same user", two.number, two.other), p.keepOne(two))
	}
	hint := "one is wrong: correct it in that row"
	if key != keyEmail && two.before.email != "" && two.later.email != "" {
		hint = "one is wrong: clear it in that row, since the e-mail address is enough"
	}
	return c.problem(problem.Error, field.CodeDuplicateUser,
		fmt.Sprintf("rows %d (%s) and %d (%s) have the same %s", two.number, who, two.other, whoElse, c.title()), hint)
}

// maxDiffering is how many columns are named in which two rows differ.
const maxDiffering = 5

// keepOne names the cells in which two rows about one user differ.
func (p *pass) keepOne(two pair) string {
	if two.before == nil || two.later == nil {
		return "keep one of these rows"
	}
	var differ []string
	for i := range p.columns {
		c := &p.columns[i]
		if strings.EqualFold(two.before.cells[i], two.later.cells[i]) {
			continue
		}
		if len(differ) == maxDiffering {
			differ = append(differ, "and others")
			break
		}
		differ = append(differ, fmt.Sprintf("%s (%s, %s)", c.title(), address(c.Column.Column, two.number), address(c.Column.Column, two.other)))
	}
	if len(differ) == 0 {
		return "keep one of these rows: they say the same"
	}
	return "keep one of these rows: they differ in " + strings.Join(differ, ", ")
}

// title is what the sheet calls a column.
func (c *column) title() string {
	if header := field.Trim(c.Header); header != "" {
		return problem.Shorten(header, 40)
	}
	return "column " + c.Column.Column
}

// person is whom a row is about, in the row's own words.
type person struct {
	email, name string
	cells       []string // by place in plan.columns
}

func (p *pass) person(cells []sheet.Cell) *person {
	who := &person{cells: make([]string, len(p.columns))}
	var first, last, display string
	for i := range p.columns {
		c := &p.columns[i]
		if c.index < len(cells) {
			who.cells[i] = strings.Clone(field.Trim(cells[c.index].Text))
		}
		switch c.id {
		case field.Email:
			who.email = who.cells[i]
		case field.FirstName:
			first = who.cells[i]
		case field.LastName:
			last = who.cells[i]
		case field.DisplayName:
			display = who.cells[i]
		}
	}
	if who.name = strings.TrimSpace(first + " " + last); who.name == "" {
		who.name = display
	}
	return who
}

// text is a person's cell, "" of nobody.
func (w *person) text(column int) string {
	if w == nil {
		return ""
	}
	return w.cells[column]
}

// apart reports whether two rows are about different people, and what tells them apart: their addresses, or names that share no word.
func (w *person) apart(other *person) (who, whoElse string, differ bool) {
	switch {
	case w == nil || other == nil:
		return "", "", false
	case w.email != "" && other.email != "" && !strings.EqualFold(w.email, other.email):
		return problem.Shorten(w.email, 60), problem.Shorten(other.email, 60), true
	case w.name == "" || other.name == "" || sharesWord(w.name, other.name):
		return "", "", false
	}
	return problem.Shorten(w.name, 60), problem.Shorten(other.name, 60), true
}

// sharesWord reports whether two names have a word in common.
func sharesWord(a, b string) bool {
	for _, word := range strings.Fields(a) {
		for _, other := range strings.Fields(b) {
			if strings.EqualFold(word, other) {
				return true
			}
		}
	}
	return false
}

func (p *pass) columnOf(id field.ID) *column { return &p.columns[p.indexOf(id)] }

// indexOf is the place of a field's column.
func (p *pass) indexOf(id field.ID) int {
	for i := range p.columns {
		if p.columns[i].id == id {
			return i
		}
	}
	panic("check: a key without a column: " + id.String())
}
