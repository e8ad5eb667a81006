package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// listed is how many of a kind of things a message names before it only counts them.
const listed = 5

// worksheetRow counts what is said once of a worksheet's rows: those that have nothing but a cell to the right of the header,
// and cells whose text is struck out or whose value is hidden.
func (n *notice) worksheetRow(r *ooxml.Row, blank bool) {
	if r.Stray > 0 && blank {
		if n.strays++; n.strays == 1 {
			n.stray = problem.Column(r.Stray) + strconv.Itoa(r.Number)
		}
	}
	for _, column := range r.Struck {
		n.strike(column, r.Number)
	}
	for _, column := range r.Unseen {
		if n.unseen++; n.unseen == 1 {
			n.unshown = problem.Column(column) + strconv.Itoa(r.Number)
		}
	}
}

// noteFacts says what a worksheet says beside its rows.
func (t *worksheet) noteFacts(facts ooxml.Facts, c *collector) {
	if len(facts.HiddenColumns) > 0 {
		var hidden []string
		for _, column := range facts.HiddenColumns {
			hidden = append(hidden, problem.Column(column))
		}
		what := "column " + hidden[0] + " is"
		if len(hidden) > 1 {
			what = "columns " + enumerate(hidden) + " are"
		}
		c.note(problem.Problem{Severity: problem.Note, Code: CodeHiddenColumns, Column: hidden[0],
			Message: what + " hidden in the worksheet, and read like the others"})
	}
	t.noteMerged(c)
}

// enumerate lists a few names and counts the rest.
func enumerate(names []string) string {
	if len(names) <= listed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:listed], ", "), len(names)-listed)
}

// noteMerged warns of merged cells below the header: whoever merged them may think that the value is in each.
func (t *worksheet) noteMerged(c *collector) {
	var ranges []string
	row, more := 0, 0
	for _, a := range t.merged {
		switch {
		case a.Bottom <= c.shape.info.HeaderRow || a.Left >= t.width:
		case len(ranges) == listed:
			more++
		default:
			if row == 0 {
				row = a.Top
			}
			ranges = append(ranges, a.String())
		}
	}
	if len(ranges) == 0 {
		return
	}
	list := strings.Join(ranges, ", ")
	if more > 0 {
		list = fmt.Sprintf("%s and %d more", list, more)
	}
	c.note(problem.Problem{Severity: problem.Warning, Code: CodeMergedCells, Row: row,
		Message: fmt.Sprintf("merged cells (%s): only the first cell of each has the value, the others are read as empty", list),
		Hint:    "unmerge them, and fill each cell that should have the value"})
}
