package field

import (
	"regexp"
	"strings"
)

// looksLikeDate reports 2024-03-01, 01.03.2024 and 3/1/2024, with or without a time.
func looksLikeDate(text string) bool {
	if len(text) < len("1/1/2024") || strings.IndexAny(text[:5], "-./") < 1 {
		return false
	}
	day, _, _ := strings.Cut(strings.Replace(text, "T", " ", 1), " ")
	parts := strings.FieldsFunc(day, func(r rune) bool { return r == '-' || r == '.' || r == '/' })
	if len(parts) != 3 || countDigits(day) < len(day)-2 {
		return false
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	year := parts[2]
	if len(year) != 4 || year[:2] != "19" && year[:2] != "20" {
		return false
	}
	return dayAndMonth(parts[0], parts[1])
}

// dayAndMonth takes a day and a month in either order.
func dayAndMonth(first, second string) bool {
	a, b := twoDigits(first), twoDigits(second)
	return a >= 1 && b >= 1 && min(a, b) <= 12 && max(a, b) <= 31
}

// twoDigits is the value of one or two digits, -1 for anything else.
func twoDigits(text string) int {
	if text == "" || len(text) > 2 || countDigits(text) != len(text) {
		return -1
	}
	n := 0
	for i := 0; i < len(text); i++ {
		n = n*10 + int(text[i]-'0')
	}
	return n
}

// months are the short names of months as spreadsheet programs write them, folded.
var months = func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(`jan feb mar apr may jun jul aug sep sept oct nov dec
		mär mrz mai okt dez janv févr mars avr juin juil août déc ene abr ago dic gen mag giu lug set ott fev mai out
		mrt mei maj des sty lut kwi cze lip sie wrz paź lis gru oca şub nis haz tem ağu eyl eki kas ara
		led úno bře dub kvě čvn čvc srp zář říj pro ian iun iul noi ápr máj jún júl szept márc febr
		янв фев мар апр май мая июн июл авг сен сент окт ноя нояб дек`) {
		set[Fold(name)] = true
	}
	return set
}()

// The forms of a date with the month in letters, and of one with a short year.
var (
	dayOfMonth  = regexp.MustCompile(`^([0-9]{1,2})(?:\. ?|[-/ ])(\pL[\pL\pM]{2,4})\.?(?:[-./ ] ?(?:[0-9]{2}|[0-9]{4}))?$`)
	monthOfYear = regexp.MustCompile(`^(\pL[\pL\pM]{2,4})\.?[-./ ](?:[0-9]{2}|[0-9]{4})$`)
	shortYear   = regexp.MustCompile(`^([0-9]{1,2})([-./])([0-9]{1,2})[-./][0-9]{2}$`)
	farEastern  = regexp.MustCompile(`^(?:[0-9]{4}[年년] ?)?[0-9]{1,2}[月월] ?[0-9]{1,2}[日일]$`)
)

// namedDate reports a text that is nothing but a date with its month in letters, as spreadsheet programs write one that they
// made of 3-4 or 4/24.
func namedDate(text string) bool {
	if lettersIn(text) > longestMonth {
		return false // as nearly every street: the expressions below would cost a third of a check without phones
	}
	if m := dayOfMonth.FindStringSubmatch(text); m != nil {
		day := twoDigits(m[1])
		return day >= 1 && day <= 31 && months[Fold(m[2])]
	}
	if m := monthOfYear.FindStringSubmatch(text); m != nil {
		return months[Fold(m[1])]
	}
	return farEastern.MatchString(text)
}

// longestMonth is how many letters the name of a month has in a date.
const longestMonth = 5

// lettersIn counts the ASCII letters of a text.
func lettersIn(text string) (n int) {
	for i := range len(text) {
		if c := text[i] | 0x20; c >= 'a' && c <= 'z' {
			n++
		}
	}
	return n
}

// isDate reports a text that is nothing but a date, in any form that spreadsheet programs write.
func isDate(text string) bool {
	if looksLikeDate(text) || namedDate(text) {
		return true
	}
	if len(text) > len("31/12/24") {
		return false
	}
	m := shortYear.FindStringSubmatch(text)
	return m != nil && dayAndMonth(m[1], m[3])
}

// longestDate bounds the texts that are looked at: "2024-03-01 10:00:00.000" and not much more.
const longestDate = 32

// dated reports a text that is nothing but a date, after a look at what is in it.
func dated(text string, t traits) bool {
	return t.has(hasDigit) && len(text) <= longestDate && isDate(text)
}
