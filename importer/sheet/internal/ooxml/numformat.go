package ooxml

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// numberFormat is what matters of the way in which a style shows numbers.
type numberFormat struct {
	date    bool
	hidden  hidden // what it doesn't show
	pattern string // of a format that shows more than the number: a plus, zeros in front, blanks and hyphens between; "" for none
}

// hidden are kinds of values that a format doesn't show, as in ";;;".
type hidden uint8

const (
	hidesPositive hidden = 1 << iota
	hidesNegative
	hidesZero
	hidesText
)

// hides reports whether a format doesn't show a cell's value.
func (f numberFormat) hides(c Cell) bool {
	switch c.Kind {
	case Text:
		return f.hidden&hidesText != 0
	case Number, Date:
		number, err := strconv.ParseFloat(c.Text, 64) // a date was read as such, so its format shows it
		switch {
		case err != nil:
			return false
		case number > 0:
			return f.hidden&hidesPositive != 0
		case number < 0:
			return f.hidden&hidesNegative != 0
		}
		return f.hidden&hidesZero != 0
	}
	return false
}

// hiddenBy finds what a format's code doesn't show. Its sections are for positive numbers, negative ones, zero and text; one with a
// condition of its own, like [<100], is taken to show something.
func hiddenBy(code string) (h hidden) {
	sections := formatSections(code)
	shows := func(i int, marks string) bool {
		return strings.ContainsAny(strings.ToLower(sections[i]), marks) || strings.Contains(strings.ToLower(sections[i]), "general")
	}
	const numbers = "0#?@ymdhsb<>="
	for i, kind := range []hidden{hidesPositive, hidesNegative, hidesZero} {
		section := i
		if i >= len(sections) || i == len(sections)-1 && i > 0 && len(sections) < 4 && shows(i, "@") {
			section = 0 // of few sections the last may be for text
		}
		if !shows(section, numbers) {
			h |= kind
		}
	}
	if len(sections) == 4 && !shows(3, "@") {
		h |= hidesText
	}
	return h
}

// formatSections are the symbols of a code's sections, with the conditions that stand in brackets. A code without any is General.
func formatSections(code string) []string {
	if code == "" {
		return []string{"general"}
	}
	var list []string
	var s strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			list = append(list, s.String())
			s.Reset()
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				end = len(code) - i - 1
			}
			if inside := code[i : i+end]; strings.ContainsAny(inside, "<>=") || strings.Trim(strings.ToLower(inside), "[hms") == "" {
				s.WriteString(inside)
			}
			i += end
		default:
			s.WriteByte(c)
		}
	}
	return append(list, s.String())
}

// What stands in a pattern for a digit; all else in it is shown as it is.
const (
	zeroOrDigit = '\x01' // a zero where the number has no digit
	digitAlone  = '\x02'
)

// builtinFormat knows the formats that workbooks name by number alone. Those from 27 on are dates in East Asian and Thai
// editions of Excel.
func builtinFormat(id int) numberFormat {
	switch {
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58, id >= 71 && id <= 81:
		return numberFormat{date: true}
	}
	return numberFormat{}
}

// parseFormat reads a format's code: its first section, which is the one for positive numbers.
func parseFormat(code string) numberFormat {
	symbols, literal := formatSymbols(code)
	f := numberFormat{hidden: hiddenBy(code)}
	if strings.ContainsAny(strings.ToLower(symbols), "ymdhs") {
		f.date = true
	} else {
		f.pattern = patternOf(literal)
	}
	return f
}

// patternOf makes a pattern of a format's section, "" if the format shows no more than the number, or something else beside it:
// units, fractions, thousands, percents.
func patternOf(section string) string {
	if strings.Count(section, string(zeroOrDigit)) < 2 && strings.Trim(section, string([]byte{zeroOrDigit, digitAlone})) == "" {
		return ""
	}
	for _, r := range section {
		if r != zeroOrDigit && r != digitAlone && !strings.ContainsRune("0123456789+-()/ \u00a0", r) {
			return ""
		}
	}
	if !strings.ContainsAny(section, string([]byte{zeroOrDigit, digitAlone})) {
		return ""
	}
	return section
}

// formatSymbols takes a code's first section apart: the symbols alone, without what is quoted or in brackets (colours,
// conditions, locales; but elapsed hours are a symbol), and the section with the quoted text as it is shown and the places for digits
// as patterns have them.
func formatSymbols(code string) (symbols, literal string) {
	var s, l strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return s.String(), l.String()
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return s.String(), l.String()
			}
			l.WriteString(code[i+1 : i+1+end])
			i += end + 1
		case '\\', '_', '*':
			if i++; i < len(code) && c == '\\' {
				l.WriteByte(code[i])
			}
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return s.String(), l.String()
			}
			if inside := strings.ToLower(code[i+1 : i+end]); inside != "" && strings.Trim(inside, "hms") == "" {
				s.WriteString(inside)
			}
			i += end
		case '0':
			s.WriteByte(c)
			l.WriteByte(zeroOrDigit)
		case '#', '?':
			s.WriteByte(c)
			l.WriteByte(digitAlone)
		default:
			s.WriteByte(c)
			l.WriteByte(c)
		}
	}
	return s.String(), l.String()
}

// show is a stored number as the format shows it, if that is one of the ways that matter: a date, or a number whose plus
// leading zeros and separators are only in the format.
func (f numberFormat) show(stored string, date1904 bool) Cell {
	if f.date {
		if text, ok := isoDate(stored, date1904); ok {
			return Cell{Kind: Date, Text: text}
		}
	}
	if f.pattern != "" && strings.Trim(stored, "0123456789") == "" {
		return Cell{Kind: Number, Text: fillIn(f.pattern, stored)}
	}
	return Cell{Kind: Number, Text: stored}
}

// fillIn is a pattern with the digits of a number in its places, from the right; digits that are left over stand before the first.
func fillIn(pattern, digits string) string {
	first := strings.IndexAny(pattern, string([]byte{zeroOrDigit, digitAlone}))
	var parts []string // from the right
	for i := len(pattern); i > 0; {
		r, size := utf8.DecodeLastRuneInString(pattern[:i])
		i -= size
		switch {
		case r != zeroOrDigit && r != digitAlone:
			parts = append(parts, string(r))
		case i == first:
			if digits == "" && r == zeroOrDigit {
				digits = "0"
			}
			parts = append(parts, digits)
		case digits != "":
			parts = append(parts, digits[len(digits)-1:])
			digits = digits[:len(digits)-1]
		case r == zeroOrDigit:
			parts = append(parts, "0")
		}
	}
	slices.Reverse(parts)
	return strings.Join(parts, "")
}

// lastSerial is 9999-12-31, the last day that Excel knows.
const lastSerial = 2958466

// isoDate writes a serial number as a date, a time, or both. What Excel would show as ##### is none.
func isoDate(stored string, date1904 bool) (string, bool) {
	serial, err := strconv.ParseFloat(stored, 64)
	if err != nil || serial < 0 || serial >= lastSerial || math.IsNaN(serial) {
		return "", false
	}
	days := int(serial)
	seconds := int(math.Round((serial - float64(days)) * 86400))
	if seconds == 86400 {
		days, seconds = days+1, 0
	}
	clock := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	switch {
	case days == 0 && !date1904:
		return clock, true
	case days == 0 && seconds > 0:
		return clock, true
	case seconds == 0:
		return day(days, date1904), true
	}
	return day(days, date1904) + "T" + clock, true
}

// day is the date of a serial number. The usual system holds 1900 for a leap year, so it has a 60th day that never was.
func day(days int, date1904 bool) string {
	begin := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		begin = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return "1900-02-29"
	case days < 60:
		begin = begin.AddDate(0, 0, 1)
	}
	return begin.AddDate(0, 0, days).Format(time.DateOnly)
}
