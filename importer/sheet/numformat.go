package sheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// numberFormat is what matters of the way in which a style shows numbers.
type numberFormat struct {
	date bool
	plus bool // a plus before the number
	pad  int  // zeros that the number is filled up to, 0 for none
}

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
	if strings.ContainsAny(strings.ToLower(symbols), "ymdhs") {
		return numberFormat{date: true}
	}
	plus := false
	if rest, ok := strings.CutPrefix(literal, "+"); ok {
		plus, literal = true, rest
	}
	if literal != "" && strings.Trim(literal, "0") == "" && (plus || len(literal) > 1) {
		return numberFormat{plus: plus, pad: len(literal)}
	}
	return numberFormat{}
}

// formatSymbols takes a code's first section apart: the symbols alone, without what is quoted or in brackets (colours,
// conditions, locales; but elapsed hours are a symbol), and the section with the quoted text as it is shown.
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
		default:
			s.WriteByte(c)
			l.WriteByte(c)
		}
	}
	return s.String(), l.String()
}

// show is a stored number as the format shows it, if that is one of the ways that matter: a date, or a number whose plus
// and leading zeros are only in the format.
func (f numberFormat) show(stored string, date1904 bool) Cell {
	if f.date {
		if text, ok := isoDate(stored, date1904); ok {
			return Cell{Kind: Date, Text: text}
		}
	}
	if f.pad > 0 && strings.Trim(stored, "0123456789") == "" {
		text := stored
		if missing := f.pad - len(text); missing > 0 {
			text = strings.Repeat("0", missing) + text
		}
		if f.plus {
			text = "+" + text
		}
		return Cell{Kind: Number, Text: text}
	}
	return Cell{Kind: Number, Text: stored}
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
