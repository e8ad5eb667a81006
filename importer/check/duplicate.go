package check

import (
	"fmt"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// duplicates finds the rows before this one that are about the same user, however either names the user, or that want
// the same new address. Both rows are told.
func (p *pass) duplicates(it *item) error {
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
		if err := p.twice(it, k, int(before), fresh); err != nil {
			return err
		}
	}
	return nil
}

// twice bars two rows with one key. The row before is told once, of the first that repeats it.
func (p *pass) twice(it *item, key, before int, fresh bool) error {
	c := p.columnOf(keyFields[key])
	number, line := p.places.find(before)
	value := it.Cells[c.own]
	pr := p.duplicate(c, key, number, it.Number)
	pr.Line, pr.Value = line, strings.Clone(value)
	if fresh {
		if err := p.late(before, pr); err != nil {
			return err
		}
	}
	pr = p.duplicate(c, key, it.Number, number)
	pr.Line, pr.Value = it.Line, value
	it.Problems = append(it.Problems, pr)
	it.Valid = false
	return nil
}

func (p *pass) duplicate(c *column, key, row, other int) problem.Problem {
	code, message := field.CodeDuplicateUser, fmt.Sprintf("rows %d and %d are about the same user", min(row, other), max(row, other))
	hint := "make one row of them"
	if key == keyNewEmail {
		code, message = field.CodeDuplicateNewEmail, fmt.Sprintf("rows %d and %d want the same new address", min(row, other), max(row, other))
		hint = "an address belongs to one user"
	}
	pr := c.problem(problem.Error, code, message, hint)
	pr.Row, pr.Cell = row, address(c.Column.Column, row)
	return pr
}

func (p *pass) columnOf(id field.ID) *column {
	for i := range p.columns {
		if p.columns[i].id == id {
			return &p.columns[i]
		}
	}
	panic("check: a key without a column: " + id.String())
}
