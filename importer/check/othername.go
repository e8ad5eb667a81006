package check

import (
	"cmp"
	"fmt"
	"slices"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// strangeNames are the rows whose display name shares no word with their own first and last name: it may be another row's.
type strangeNames struct {
	rows   map[uint64][]strangeName // by the words of the display name
	count  int
	worker worker // hashes the names of rows
}

type strangeName struct {
	seq, owner int // the row, and the row whose first and last name it has, 0 while that is not found
	name       string
}

// maxStrange is how many such rows are kept: more than anybody reads, in a megabyte or so.
const maxStrange = 10_000

// strange is a row's display name if it shares no word with the row's first and last name, as a hash of its words; else 0.
func (w *worker) strange(v *field.Values) uint64 {
	display, first, last := v.Get(field.DisplayName), v.Get(field.FirstName), v.Get(field.LastName)
	if display == "" || first == "" || last == "" {
		return 0
	}
	for word := range wordsOf(display) {
		if containsWord(first, word) || containsWord(last, word) {
			return 0
		}
	}
	hash, words := w.hashWords(display)
	if words < 2 {
		return 0
	}
	return hash
}

// add keeps a row with a strange name.
func (s *strangeNames) add(it *item) {
	if it.strange == 0 || s.count == maxStrange {
		return
	}
	if s.rows == nil {
		s.rows = map[uint64][]strangeName{}
	}
	s.count++
	s.rows[it.strange] = append(s.rows[it.strange], strangeName{seq: it.Seq, name: problem.Shorten(it.Values.Get(field.DisplayName), 40)})
}

// meet looks whether a row owns a strange name.
func (s *strangeNames) meet(p *pass, seq int, cells []sheet.Cell) {
	if s.count == 0 {
		return
	}
	s.worker.plan = p.plan
	var sum uint64
	for i := range p.columns {
		if c := &p.columns[i]; (c.id == field.FirstName || c.id == field.LastName) && c.index < len(cells) {
			hash, _ := s.worker.hashWords(cells[c.index].Text)
			sum += hash
		}
	}
	for i, row := range s.rows[sum] {
		if row.owner == 0 && row.seq != seq {
			s.rows[sum][i].owner = seq
		}
	}
}

// tellStrange warns of the rows whose display name is that of another row.
func (p *pass) tellStrange() error {
	for _, row := range p.strange.owned() {
		c := p.columnOf(field.DisplayName)
		owner, _ := p.places.find(row.owner)
		pr := c.problem(problem.Warning, field.CodeOthersName,
			fmt.Sprintf("is the name of the user in row %d", owner), "check that no column was sorted or filled down without the others")
		pr.Row, pr.Line = p.places.find(row.seq)
		pr.Cell, pr.Value = address(c.Column.Column, pr.Row), row.name
		if err := p.late(row.seq, pr); err != nil {
			return err
		}
	}
	return nil
}

// owned are the rows whose name is another row's, in the sheet's order.
func (s *strangeNames) owned() (list []strangeName) {
	for _, rows := range s.rows {
		for _, row := range rows {
			if row.owner != 0 {
				list = append(list, row)
			}
		}
	}
	slices.SortFunc(list, func(a, b strangeName) int { return cmp.Compare(a.seq, b.seq) })
	return list
}
