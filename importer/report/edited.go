package report

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// editedColumn names the cells of a row that were edited, in the tables of a run with edits.
const editedColumn = "_edited"

// editedCell is a cell as the sheet holds it and as it was corrected.
type editedCell struct {
	Cell          string // "F47"; of a row that was left out its number
	Header        string
	Before, After string
	LeftOut       bool // the whole row is left out

	seq, column int
}

// editedCells are what edits came to, in the sheet's order: a cell that was edited several times stands once, and one that holds
// again what it held is none.
func editedCells(ctx context.Context, j Source) ([]editedCell, error) {
	type place struct {
		seq    int
		column string
	}
	var cells []editedCell
	at := map[place]int{}
	for e, err := range j.Edits(ctx) {
		if err != nil {
			return nil, err
		}
		key := place{e.Seq, e.Column}
		if i, again := at[key]; again {
			cells[i].After = e.After
			continue
		}
		at[key] = len(cells)
		column, _ := problem.ColumnIndex(e.Column)
		cells = append(cells, editedCell{
			Cell: e.Column + strconv.Itoa(e.Number), Header: headerOf(j.Meta(), e.Column), Before: e.Before, After: e.After,
			LeftOut: e.Kind == journal.LeaveOut, seq: e.Seq, column: column,
		})
	}
	cells = slices.DeleteFunc(cells, func(c editedCell) bool { return !c.LeftOut && c.Before == c.After })
	slices.SortFunc(cells, func(a, b editedCell) int { return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.column, b.column)) })
	return cells, nil
}

// headerOf is the header of the column with a letter.
func headerOf(m journal.Meta, letter string) string {
	for _, c := range m.Columns {
		if c.Column == letter {
			return c.Header
		}
	}
	return ""
}

// byRow names the edited cells of each row, nil if there are none.
func byRow(cells []editedCell) map[int]string {
	var rows map[int]string
	for _, c := range cells {
		switch {
		case c.LeftOut: // its code says so
		case rows[c.seq] != "":
			rows[c.seq] += " " + c.Cell
		case rows == nil:
			rows = map[int]string{c.seq: c.Cell}
		default:
			rows[c.seq] = c.Cell
		}
	}
	return rows
}
