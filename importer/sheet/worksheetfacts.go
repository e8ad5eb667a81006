package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
)

// listed is how many of a kind of things a message names before it only counts them.
const listed = 5

// columns notes which of the header's columns are hidden.
func (r *worksheetReader) columns() error {
	var hidden []string
	next := 1 // a column is named once, however often it is listed
	err := r.x.children(func(local string) error {
		if local == "col" && truth(r.x.attribute("hidden")) {
			low, _ := strconv.Atoi(r.x.attribute("min"))
			high, _ := strconv.Atoi(r.x.attribute("max"))
			for next = max(next, low); next <= min(high, len(r.header)); next++ {
				hidden = append(hidden, problem.Column(next-1))
			}
		}
		return r.x.skip()
	})
	if r.shape != nil && len(hidden) > 0 {
		what := "column " + hidden[0] + " is"
		if len(hidden) > 1 {
			what = "columns " + enumerate(hidden) + " are"
		}
		r.note(problem.Problem{Severity: problem.Note, Code: CodeHiddenColumns, Column: hidden[0],
			Message: what + " hidden in the worksheet, and read like the others"})
	}
	return err
}

// enumerate lists a few names and counts the rest.
func enumerate(names []string) string {
	if len(names) <= listed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:listed], ", "), len(names)-listed)
}

// mergedCells are the ranges of merged cells among the data.
type mergedCells struct {
	ranges []string
	more   int
	row    int // the first one's
}

// noteMerges gathers merged cells below the header.
func (r *worksheetReader) noteMerges() error {
	return r.x.children(func(local string) error {
		if local == "mergeCell" && r.shape != nil {
			r.merges.add(r.x.attribute("ref"), r.shape.info.HeaderRow, len(r.header))
		}
		return r.x.skip()
	})
}

func (m *mergedCells) add(ref string, header, width int) {
	from, to, _ := strings.Cut(ref, ":")
	column, row := splitReference(from)
	if _, last := splitReference(to); last <= header || column >= width {
		return
	}
	if len(m.ranges) == listed {
		m.more++
		return
	}
	if m.row == 0 {
		m.row = row
	}
	m.ranges = append(m.ranges, problem.Shorten(ref, 20))
}

// splitReference reads a cell's reference as a column from 0 and a row from 1.
func splitReference(ref string) (column, row int) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i]&^0x20 >= 'A' && ref[i]&^0x20 <= 'Z'; i++ {
		column = column*26 + int(ref[i]&^0x20-'A') + 1
	}
	row, _ = strconv.Atoi(ref[i:])
	return column - 1, row
}

// note warns of merged cells: whoever merged them may think that the value is in each.
func (m *mergedCells) note(c *collector) {
	if len(m.ranges) == 0 {
		return
	}
	list := strings.Join(m.ranges, ", ")
	if m.more > 0 {
		list = fmt.Sprintf("%s and %d more", list, m.more)
	}
	c.note(problem.Problem{Severity: problem.Warning, Code: CodeMergedCells, Row: m.row,
		Message: fmt.Sprintf("merged cells (%s): only the first cell of each has the value, the others are read as empty", list),
		Hint:    "unmerge them, and fill each cell that should have the value"})
}
