package ooxml

import (
	"bytes"
	"encoding/xml"
	"strings"

	"zohobulk/importer/problem"
)

// sharedFormulas are the formulas that were written over while other cells share them. A worksheet holds such a
// formula once, in the first of its cells, and the others refer to that one by a number.
type sharedFormulas map[string]sharedFormula

type sharedFormula struct {
	column, row int // where it stood
	text        string
}

// formula rewrites the formula of a cell, from its tag to its end.
func (w *rowWriter) formula(t token) error {
	kind, index := string(t.attr("t")), string(t.attr("si"))
	raw, text := bytes.Clone(t.raw), []byte(nil)
	for t.kind != alone && !t.ends("f") {
		var err error
		if t, err = w.token(); err != nil {
			return err
		}
		raw = append(raw, t.raw...)
		if !t.ends("f") {
			text = append(text, t.raw...)
		}
	}
	shared := kind == "shared"
	lost, orphan := w.formulas[index]
	switch {
	case w.dropped:
		if shared && len(text) > 0 {
			if w.formulas == nil {
				w.formulas = sharedFormulas{}
			}
			w.formulas[index] = sharedFormula{w.column, w.row, plainText(text)}
		}
	case w.plain:
	case shared && orphan && len(text) == 0:
		w.out.WriteString("<" + w.prefix + "f>")
		_ = xml.EscapeText(w.out, []byte(shifted(lost.text, w.column-lost.column, w.row-lost.row)))
		w.out.WriteString("</" + w.prefix + "f>")
	default:
		if shared && orphan {
			delete(w.formulas, index)
		}
		w.out.Write(raw)
	}
	return nil
}

// shifted is a formula as it reads in a cell some columns and rows further on: its relative references move along.
func shifted(formula string, columns, rows int) string {
	var b strings.Builder
	for i := 0; i < len(formula); {
		n := 1
		switch c := formula[i]; {
		case c == '"' || c == '\'': // a text, or the name of a worksheet
			n = quotedLength(formula[i:])
		case c == '[': // a column of a table, or another workbook
			n = bracketLength(formula[i:])
		case inWord(c):
			n = wordLength(formula[i:])
			b.WriteString(shiftedWord(formula[i:i+n], formula[i+n:], columns, rows))
			i += n
			continue
		}
		b.WriteString(formula[i : i+n])
		i += n
	}
	return b.String()
}

func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == s[0] {
			return i + 1
		}
	}
	return len(s)
}

func bracketLength(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// inWord reports whether a byte belongs to a reference, a name, a function or a number.
func inWord(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '$' || c == '_' || c == '.' || c >= 0x80
}

func wordLength(s string) int {
	n := 0
	for n < len(s) && inWord(s[n]) {
		n++
	}
	return n
}

// shiftedWord moves a word that is a reference: a cell, or, beside a colon, a column or a row. Rest is what follows it.
func shiftedWord(word, rest string, columns, rows int) string {
	if strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "!") {
		return word // a function, or a worksheet
	}
	columnPart, rowPart := word, ""
	if i := strings.IndexAny(word, "0123456789"); i >= 0 {
		if i > 0 && word[i-1] == '$' {
			i--
		}
		columnPart, rowPart = word[:i], word[i:]
	}
	if columnPart == "" || rowPart == "" {
		return word
	}
	column, row, ok := parseCell([]byte(strings.ToUpper(strings.ReplaceAll(word, "$", ""))))
	if !ok || column >= MaxColumns || row > MaxRows || strings.Contains(columnPart[1:], "$") || strings.Contains(rowPart[1:], "$") {
		return word
	}
	if columnPart[0] != '$' {
		column += columns
	}
	if rowPart[0] != '$' {
		row += rows
	}
	if column < 0 || column >= MaxColumns || row < 1 || row > MaxRows {
		return "#REF!"
	}
	mark := func(part string) string {
		if part[0] == '$' {
			return "$"
		}
		return ""
	}
	return mark(columnPart) + problem.Column(column) + mark(rowPart) + cellName(0, row)[1:]
}
