package ooxml

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
)

func cellName(column, row int) string { return problem.Column(column) + strconv.Itoa(row) }

// parseCell reads a reference such as D14 into a column from 0 and a row from 1.
func parseCell(ref []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 3; i++ {
		c := ref[i] &^ 0x20 // capital letters
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(string(ref[i:]))
	return column - 1, row, i > 0 && err == nil && row > 0
}

// Area is a rectangle of cells: columns from 0, rows from 1.
type Area struct{ Left, Top, Right, Bottom int }

func parseArea(ref []byte) (a Area, ok bool) {
	first, last, two := bytes.Cut(bytes.ReplaceAll(ref, []byte("$"), nil), []byte(":"))
	if !two {
		last = first
	}
	var okFirst, okLast bool
	a.Left, a.Top, okFirst = parseCell(first)
	a.Right, a.Bottom, okLast = parseCell(last)
	return a, okFirst && okLast
}

func (a Area) String() string { return cellName(a.Left, a.Top) + ":" + cellName(a.Right, a.Bottom) }

// absolute is the area as a defined name has it.
func (a Area) absolute(worksheet string) string {
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", strings.ReplaceAll(worksheet, "'", "''"),
		problem.Column(a.Left), a.Top, problem.Column(a.Right), a.Bottom)
}

// escape makes a text fit for XML as workbooks have it: characters that XML can't hold are written _x000B_, and a text
// that looks like such an escape is protected. It is cut to what a cell can hold.
func escape(s string) string {
	var b strings.Builder
	units := 0
	for i, r := range s {
		if units += utf16Len(r); units > MaxCellText {
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
		case r == '_' && Escapes(s[i:]):
			b.WriteString("_x005F_")
		default:
			b.WriteRune(r) // a byte that is no UTF-8 becomes U+FFFD here
		}
	}
	return b.String()
}

func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// Escapes reports whether a text begins with an escape like _x000D_.
func Escapes(text string) bool {
	if len(text) < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return false
	}
	for _, c := range []byte(text[2:6]) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}
