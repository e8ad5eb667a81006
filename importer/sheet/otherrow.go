package sheet

import (
	"fmt"
	"strconv"

	"zohobulk/importer/problem"
)

// otherRows says of each cell whose formula reads another row. It is an error where the formula was never calculated: calculating it
// would put another row's value here unseen.
func (s *shape) otherRows(row *Row) {
	for i, cell := range row.Cells {
		if cell.OtherRow == 0 || cell.Kind == Error {
			continue
		}
		p := s.problem(row, i, CodeOtherRow)
		p.Value, p.Message = cell.Text, fmt.Sprintf("a formula that takes its value from row %d, not from its own row", cell.OtherRow)
		p.Hint = "check that it is this row's value, or type the value"
		if cell.Kind == Formula {
			p.Severity, p.Hint = problem.Error, "type the value"
		}
		row.Problems = append(row.Problems, p)
	}
}

// otherRow is the first row but its own that a formula reads a single cell of, 0 for none. Ranges (A2:D99) and rows held in place
// ($B$1) are how formulas look things up; other worksheets are no rows of this one.
func otherRow(formula string, own int) int {
	for i := 0; i < len(formula); {
		switch c := formula[i]; {
		case c == '"' || c == '\'':
			i = pastQuoted(formula, i)
		case c == '[':
			i = pastBrackets(formula, i)
		case c == '$' || wordByte(c):
			end := i
			for end < len(formula) && (formula[end] == '$' || wordByte(formula[end])) {
				end++
			}
			row, ok := rowOf(formula[i:end])
			if ok && row != own && !joined(formula, i, end) {
				return row
			}
			i = end
		default:
			i++
		}
	}
	return 0
}

// pastQuoted is behind a text or a worksheet's name between quotes.
func pastQuoted(formula string, i int) int {
	for end := i + 1; end < len(formula); end++ {
		if formula[end] == formula[i] {
			return end + 1
		}
	}
	return len(formula)
}

// pastBrackets is behind the columns of a table, or another workbook's number, between brackets.
func pastBrackets(formula string, i int) int {
	depth := 0
	for ; i < len(formula); i++ {
		switch formula[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// wordByte takes what names of cells, functions and worksheets consist of.
func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '.' || c >= 0x80
}

// joined reports whether a word is a part of a range, a function's name, or a cell of another worksheet.
func joined(formula string, start, end int) bool {
	if end < len(formula) && (formula[end] == ':' || formula[end] == '(' || formula[end] == '!') {
		return true
	}
	return start > 0 && (formula[start-1] == ':' || formula[start-1] == '!')
}

// rowOf is the row of a cell's name, like B12 or $B12. A row that is held in place, like B$12, is none.
func rowOf(word string) (row int, ok bool) {
	if word != "" && word[0] == '$' {
		word = word[1:]
	}
	letters := 0
	for letters < len(word) && word[letters]|0x20 >= 'a' && word[letters]|0x20 <= 'z' {
		letters++
	}
	if letters == 0 || letters > 3 || letters == len(word) || word[letters] == '0' {
		return 0, false
	}
	row, err := strconv.Atoi(word[letters:])
	return row, err == nil && row > 0 && row <= maxRows
}
