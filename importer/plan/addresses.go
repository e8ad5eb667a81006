package plan

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/run"
)

// move is a row that changes an address.
type move struct {
	row      journal.Row
	from, to string // folded
}

// remember keeps a planned row that changes an address, to be put in order with the others, and reports whether it is one.
func (p *planner) remember(row journal.Row) bool {
	c := ChangeOf(row.Plan, field.NewEmail)
	if c == nil || row.Status != journal.Planned {
		return false
	}
	p.moves = append(p.moves, move{row, run.Fold(c.Before), run.Fold(c.After)})
	return true
}

// movedOn is the plan of a row whose change is done already although somebody has its address: a row before it in a chain
// of addresses has been applied too, and gave that address on. It is believed only if nothing at all is left to change.
func (p *planner) movedOn(want map[string]string, plan journal.Plan) (journal.Plan, bool) {
	c := ChangeOf(plan, field.NewEmail)
	if c == nil || p.sought == nil || want[field.ZUID.String()] != "" || !p.givenOn(run.Fold(want[field.Email.String()])) {
		return plan, false
	}
	owners := p.directory.Owners(c.After)
	if len(owners) != 1 || string(owners[0].ZUID) == plan.ZUID {
		return plan, false
	}
	done, _ := p.compare.Compare(want, owners[0])
	done.Note = "the address is " + owners[0].PrimaryEmail + " already, and " + want[field.Email.String()] + " went to the user of another row"
	return done, len(done.Changes) == 0
}

// givenOn reports whether an address was given to its present owner by this very sheet: a row wants it whose own address
// nobody has any more, or was given on in turn.
func (p *planner) givenOn(address string) bool {
	for seen := map[string]bool{}; !seen[address]; {
		seen[address] = true
		from, wanted := p.sought.wish[address]
		if !wanted || from == "" {
			return false
		}
		if len(p.directory.Owners(from)) == 0 {
			return true
		}
		address = from
	}
	return false
}

// order lets each new address that another row frees wait for that row, and bars the rows whose address stays taken, or
// that wait for themselves in a circle.
func (p *planner) order() error {
	bars := map[int]*bar{}
	frees := map[string]int{}
	for i, m := range p.moves {
		if m.from != "" {
			frees[m.from] = i
		}
	}
	waits := make([]int, len(p.moves)) // index of the move waited for, or -1
	for i, m := range p.moves {
		waits[i] = -1
		owner := p.taken(m)
		if owner == "" {
			continue
		}
		freed, ok := frees[m.to]
		if !ok || p.moves[freed].row.ZUID != owner {
			bars[m.row.Seq] = barred(field.NewEmail, run.CodeAddressTaken, "%s belongs to another user (zuid %s)", m.to, owner)
			continue
		}
		waits[i] = freed
	}
	p.barCircles(waits, bars)
	p.barFollowers(waits, bars)
	return p.journalOrder(waits, bars)
}

// taken is the zuid of another account that has a move's new address, "" if none is known.
func (p *planner) taken(m move) string {
	for _, a := range p.directory.Owners(m.to) {
		if string(a.ZUID) != m.row.ZUID {
			return string(a.ZUID)
		}
	}
	return ""
}

// barCircles bars every move that waits, through others, for itself.
func (p *planner) barCircles(waits []int, bars map[int]*bar) {
	state := make([]uint8, len(waits)) // 0 not seen, 1 on the present path, 2 done
	for start := range waits {
		var path []int
		i := start
		for i >= 0 && state[i] == 0 {
			state[i] = 1
			path = append(path, i)
			i = waits[i]
		}
		if i >= 0 && state[i] == 1 {
			for j := i; ; {
				bars[p.moves[j].row.Seq] = barred(field.NewEmail, run.CodeAddressCycle,
					"rows exchange addresses in a circle; move one of them to a new address first")
				if j = waits[j]; j == i {
					break
				}
			}
		}
		for _, j := range path {
			state[j] = 2
		}
	}
}

// barFollowers bars the moves whose address is not freed, because the row that would is barred itself.
func (p *planner) barFollowers(waits []int, bars map[int]*bar) {
	for changed := true; changed; {
		changed = false
		for i, m := range p.moves {
			if waits[i] < 0 || bars[m.row.Seq] != nil || bars[p.moves[waits[i]].row.Seq] == nil {
				continue
			}
			bars[m.row.Seq] = barred(field.NewEmail, run.CodeAddressTaken, "%s is not freed, since the row that would free it is not sent", m.to)
			changed = true
		}
	}
}

// journalOrder writes down what order found, and counts the rows, whose end is known now.
func (p *planner) journalOrder(waits []int, bars map[int]*bar) error {
	for i, m := range p.moves {
		row := m.row
		switch b := bars[row.Seq]; {
		case b != nil:
			row.Outcome = b.outcome()
		case waits[i] >= 0:
			row.After = p.moves[waits[i]].row.Seq
		}
		p.sum.count(row)
		if row.After == 0 && row.Status == journal.Planned {
			continue
		}
		if err := p.settle(row, row.Plan, row.Outcome); err != nil {
			return err
		}
	}
	return p.Journal.Flush()
}
