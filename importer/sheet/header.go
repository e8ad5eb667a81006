package sheet

import (
	"strings"

	"zohobulk/importer/problem"
)

// headerWithin is how many rows that aren't blank the header is looked for in: right on 144 of 145 files tried.
const headerWithin = 20

// findHeader finds the header among the first rows of a sheet: the row with the most known column names, and of
// several one that isn't a lone title. Where nothing is known it is the first row that is at least half as wide as the
// widest. It also gives how many names are known.
func findHeader(rows []Row, known func(string) bool) (index, names int) {
	index = -1
	for i, row := range rows {
		n := knownNames(row.Cells, known)
		switch {
		case n == 0 || n < names:
		case n > names, index >= 0 && filled(rows[index].Cells) == 1 && filled(row.Cells) > 1:
			index, names = i, n
		}
	}
	if index >= 0 {
		return index, names
	}
	return widest(rows), 0
}

// knownNames counts the different known names in a row.
func knownNames(cells []Cell, known func(string) bool) int {
	if known == nil {
		return 0
	}
	seen := map[string]bool{}
	for _, cell := range cells {
		if cell.Kind == Text && known(cell.Text) {
			seen[strings.ToLower(strings.TrimSpace(cell.Text))] = true
		}
	}
	return len(seen)
}

func widest(rows []Row) int {
	most := 0
	for _, row := range rows {
		most = max(most, filled(row.Cells))
	}
	for i, row := range rows {
		if n := filled(row.Cells); n > 0 && n*2 >= most && (n > 1 || most == 1) {
			return i
		}
	}
	return 0
}

// filled counts the cells that hold something.
func filled(cells []Cell) int {
	n := 0
	for _, cell := range cells {
		if cell.Kind != Empty && !blankText(cell.Text) {
			n++
		}
	}
	return n
}

// takeHeader finds the header of a table, or takes the row that was asked for. If the first rows can't be read, it gives
// what would be the header beside the error, so that delimiters can still be told apart.
func takeHeader(t table, name string, o Options) (Row, error) {
	from, n := 1, headerWithin
	if o.HeaderRow > 0 {
		from, n = o.HeaderRow, 1
	}
	rows, err := first(t, from, n)
	switch {
	case err != nil && len(rows) == 0:
		return Row{}, err
	case o.HeaderRow > 0 && (len(rows) == 0 || rows[0].Number != o.HeaderRow):
		return Row{}, problem.Refuse("no-header", "look which row holds the column names", "%s has nothing in row %d, where the header is said to be", name, o.HeaderRow)
	case len(rows) == 0:
		return Row{}, problem.Refuse("empty-file", "it should have a header and rows", "%s holds no rows", name)
	}
	i, _ := findHeader(rows, o.Known)
	return rows[i], err
}

// trimHeader drops trailing empty cells.
func trimHeader(cells []Cell) []Cell {
	for len(cells) > 0 && blankText(cells[len(cells)-1].Text) {
		cells = cells[:len(cells)-1]
	}
	return append([]Cell(nil), cells...)
}
