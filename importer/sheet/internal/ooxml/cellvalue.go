package ooxml

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// value makes a cell of what is stored.
func (r *worksheetReader) value(raw *rawCell) (Cell, error) {
	if raw.computed && !raw.hasValue && raw.inline == "" || raw.computed && raw.value == "" && raw.kind != "str" {
		return Cell{Kind: Formula, Text: "=" + raw.formula, OtherRow: int32(raw.otherRow)}, nil
	}
	if text, ok := truthFormula(raw); ok {
		return Cell{Kind: Bool, Text: text, Calculated: true}, nil
	}
	cell, err := r.typed(raw)
	cell.Calculated, cell.OtherRow = raw.computed, int32(raw.otherRow)
	if cell.Text == "" {
		cell = Cell{}
	}
	return cell, err
}

// truthFormula is a truth value as LibreOffice saves one in a cell that has another format: as the formula TRUE() with the
// number 1 for its value.
func truthFormula(raw *rawCell) (text string, ok bool) {
	if !raw.computed || raw.kind != "n" && raw.kind != "" {
		return "", false
	}
	text, ok = strings.CutSuffix(strings.TrimSpace(raw.formula), "()")
	return text, ok && (text == "TRUE" || text == "FALSE")
}

// typed reads a stored value by the cell's type.
func (r *worksheetReader) typed(raw *rawCell) (Cell, error) {
	switch raw.kind {
	case "", "n":
		return r.numeral(raw)
	case "s":
		return r.shared(raw.value)
	case "inlineStr":
		return Cell{Kind: Text, Text: raw.inline}, nil
	case "str":
		return Cell{Kind: Text, Text: unescapeCharacters(raw.value)}, nil
	case "b":
		return boolean(raw.value)
	case "e":
		return Cell{Kind: Error, Text: raw.value}, nil
	case "d":
		return Cell{Kind: Date, Text: strings.TrimSpace(raw.value)}, nil
	}
	return Cell{}, fmt.Errorf("a cell of the unknown type %.20q", raw.kind)
}

func (r *worksheetReader) shared(index string) (Cell, error) {
	index = strings.TrimSpace(index)
	if index == "" {
		return Cell{}, nil
	}
	if r.strings == nil {
		return Cell{}, errors.New("its text is in the shared strings, which are missing")
	}
	i, err := strconv.Atoi(index)
	text, ok := r.strings.at(i)
	if err != nil || !ok {
		return Cell{}, fmt.Errorf("its text is the shared string %.20s, and there are %d", index, r.strings.count)
	}
	if r.strings.suspect {
		r.row.Plain = false
	}
	return Cell{Kind: Text, Text: text}, nil
}

func boolean(value string) (Cell, error) {
	switch strings.TrimSpace(value) {
	case "":
		return Cell{}, nil
	case "1", "true":
		return Cell{Kind: Bool, Text: "TRUE"}, nil
	case "0", "false":
		return Cell{Kind: Bool, Text: "FALSE"}, nil
	}
	return Cell{}, fmt.Errorf("a truth value of %.20q", value)
}

func (r *worksheetReader) numeral(raw *rawCell) (Cell, error) {
	stored := strings.TrimSpace(raw.value)
	if stored == "" {
		return Cell{}, nil
	}
	if !numeric(stored) {
		return Cell{}, fmt.Errorf("a number of %.40q", stored)
	}
	stored = wholeNumber(stored)
	if raw.style != "" && raw.style != "0" || len(r.formats) > 0 && r.formats[0] != (numberFormat{}) {
		if i, err := strconv.Atoi(orZero(raw.style)); err == nil && i >= 0 && i < len(r.formats) {
			return r.formats[i].show(stored, r.date1904), nil
		}
	}
	return Cell{Kind: Number, Text: stored}, nil
}

// wholeNumber is a stored number in digits alone, as Excel shows it, if it is a whole one that is spelled as a fraction or with a power
// of ten: 10115.0 and 1.0115E4 are 10115. One with more digits than a cell keeps stays as it is: a reader of ids has to see it.
func wholeNumber(stored string) string {
	if strings.Trim(stored, "0123456789") == "" {
		return stored
	}
	number, err := strconv.ParseFloat(stored, 64)
	if err != nil || number != math.Trunc(number) || math.Abs(number) >= 1e15 {
		return stored
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// orZero is a style's number, which is 0 where there is none.
func orZero(style string) string {
	if style == "" {
		return "0"
	}
	return style
}

// numeric reports whether a text is a number as workbooks store them.
func numeric(text string) bool {
	digits := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E':
		default:
			return false
		}
	}
	if digits == len(text) {
		return true
	}
	_, err := strconv.ParseFloat(text, 64)
	return digits > 0 && (err == nil || errors.Is(err, strconv.ErrRange))
}
