package ooxml

import (
	"strconv"
	"strings"
)

// formulaOf reads a cell's formula. One that cells share is spelled in the first of them alone; the others read the row as far from
// their own as the first does.
func (r *worksheetReader) formulaOf(raw *rawCell) (err error) {
	shared := strings.Clone(r.x.attribute("si"))
	raw.computed = true
	if raw.formula, err = r.x.content(); err != nil {
		return err
	}
	raw.otherRow = otherRow(raw.formula, r.row.Number)
	switch {
	case shared == "":
	case raw.formula != "" && raw.otherRow != 0:
		if r.apart == nil {
			r.apart = map[string]int{}
		}
		r.apart[shared] = raw.otherRow - r.row.Number
	case raw.formula == "" && r.apart[shared] != 0:
		raw.otherRow = r.row.Number + r.apart[shared]
	}
	return nil
}

// otherRow is the first row but its own that a formula reads a single cell of, 0 for none. Ranges (A2:D99) and rows held in place
// ($B$1) are how formulas look things up; other worksheets are no rows of this one.
func otherRow(formula string, own int) int {
	for i := 0; i < len(formula); {
		switch c := formula[i]; {
		case c == '"' || c == '\'':
			i += quotedLength(formula[i:])
		case c == '[':
			i += bracketLength(formula[i:])
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
	return row, err == nil && row > 0 && row <= MaxRows
}
