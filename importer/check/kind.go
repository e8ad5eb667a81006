package check

import (
	"strings"

	"zohobulk/importer/sheet"
)

// kinds are the characters by which Row.Kinds tells what a cell is; that of a number which a formula gave stands at the end.
const kinds = "  ndbef"

const (
	textKind       = ' '
	calculatedKind = 'N'
)

// kindOf is the character of a cell's kind.
func kindOf(cell sheet.Cell) byte {
	if cell.Kind == sheet.Number && cell.Calculated {
		return calculatedKind
	}
	return kinds[cell.Kind]
}

// cellOf is the cell of a character and a text.
func cellOf(kind byte, text string) sheet.Cell {
	switch {
	case kind == calculatedKind:
		return sheet.Cell{Kind: sheet.Number, Calculated: true, Text: text}
	case kind == textKind && text == "":
		return sheet.Cell{}
	}
	for k := sheet.Text; k <= sheet.Formula; k++ {
		if kinds[k] == kind {
			return sheet.Cell{Kind: k, Text: text}
		}
	}
	return sheet.Cell{Kind: sheet.Text, Text: text}
}

// Typed is a row's kinds once the cell of a column was typed by hand, which makes it a text. Columns are counted as in Row.Cells.
func Typed(kinds string, column int) string {
	if column >= len(kinds) {
		return kinds
	}
	return kinds[:column] + string(rune(textKind)) + kinds[column+1:]
}

// Kinded is a row's kinds once the cell of a column has again the kind that it had before it was typed by hand, "" for a text.
func Kinded(kinds string, column, columns int, kind string) string {
	if kind == "" {
		return Typed(kinds, column)
	}
	if kinds == "" {
		kinds = strings.Repeat(string(rune(textKind)), columns)
	}
	return kinds[:column] + kind + kinds[column+1:]
}
