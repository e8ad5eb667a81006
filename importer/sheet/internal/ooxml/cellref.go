package ooxml

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// columnName names a column counted from 0 as a reference does: A, Z, AA.
func columnName(column int) string {
	var b []byte
	for column++; column > 0; column = (column - 1) / 26 {
		b = append([]byte{byte('A' + (column-1)%26)}, b...)
	}
	return string(b)
}

func cellName(column, row int) string { return columnName(column) + strconv.Itoa(row) }

// parseCell reads a reference such as D14 into a column from 0 and a row from 1.
func parseCell(ref []byte) (column, row int, ok bool) {
	i := 0
	for i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 3 {
		column = column*26 + int(ref[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(string(ref[i:]))
	return column - 1, row, i > 0 && err == nil && row > 0
}

// area is a rectangle of cells.
type area struct{ left, top, right, bottom int }

func parseArea(ref []byte) (a area, ok bool) {
	first, last, two := bytes.Cut(bytes.ReplaceAll(ref, []byte("$"), nil), []byte(":"))
	if !two {
		last = first
	}
	var okFirst, okLast bool
	a.left, a.top, okFirst = parseCell(first)
	a.right, a.bottom, okLast = parseCell(last)
	return a, okFirst && okLast
}

func (a area) String() string { return cellName(a.left, a.top) + ":" + cellName(a.right, a.bottom) }

// absolute is the area as a defined name has it.
func (a area) absolute(worksheet string) string {
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", strings.ReplaceAll(worksheet, "'", "''"),
		columnName(a.left), a.top, columnName(a.right), a.bottom)
}

// escape makes a text fit for XML as workbooks have it: characters that XML can't hold are written _x000B_, and a text
// that looks like such an escape is protected. It is cut to what a cell can hold.
func escape(s string) string {
	var b strings.Builder
	units := 0
	for i, r := range s {
		if units += utf16Len(r); units > maxCellText {
			break
		}
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\n', r == '\t':
			b.WriteRune(r)
		case r < 0x20, r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		case r == '_' && looksEscaped(s[i:]):
			b.WriteString("_x005F_")
		default:
			b.WriteRune(r) // a byte that is no UTF-8 becomes U+FFFD here
		}
	}
	return b.String()
}

// maxCellText is how many UTF-16 units a cell or note holds (Excel's documented limit).
const maxCellText = 32767

func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// looksEscaped reports whether s begins with _xHHHH_.
func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
