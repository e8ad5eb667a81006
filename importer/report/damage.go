package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// damage says what a spreadsheet program did to a cell on the way, "" if what differs looks like somebody's correction.
// Each rule is a thing that Excel or LibreOffice do to a text unasked, and that nobody does by hand.
func damage(was, is string) string {
	was, is = strings.TrimSpace(was), strings.TrimSpace(is)
	if was == is || was == "" || is == "" {
		return ""
	}
	for _, rule := range damages {
		if rule.fits(was, is) {
			return rule.says
		}
	}
	return ""
}

var damages = []struct {
	says string
	fits func(was, is string) bool
}{
	{"it lost its plus", lostPlus},
	{"it lost its leading zeros", lostZeros},
	{"its last digits became zeros", lostDigits},
	{"it was rounded, as a number", rounded},
	{"it became a decimal number", func(was, is string) bool { return digits(was) && (is == was+".0" || is == was+",0") }},
	{"it was taken for a number with an exponent", calculated},
	{"it was taken for a date", becameDate},
	{"it was taken for a formula", becameError},
	{"it was taken for true or false", func(was, is string) bool {
		return strings.EqualFold(was, is) && truth[is] != "" || is != "" && truth[strings.ToUpper(was)] == is
	}},
	{"its letters were saved in another encoding", misread},
	{"it has an apostrophe too many", func(was, is string) bool { return is == "'"+was }},
}

// truth is what the programs make of a truth value in a cell that is formatted as a number.
var truth = map[string]string{"TRUE": "1", "FALSE": "0"}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func lostPlus(was, is string) bool {
	number, ok := strings.CutPrefix(was, "+")
	return ok && digits(is) && onlyDigits(number) == is
}

// onlyDigits is a phone without what stands between its digits; a program that drops the plus has dropped that too.
func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()/.\u00a0", r) {
			return -1
		}
		return r
	}, s)
}

func lostZeros(was, is string) bool {
	return digits(was) && was[0] == '0' && strings.TrimLeft(was, "0") == is
}

// spreadsheetDigits is how many digits of a number these programs keep.
const spreadsheetDigits = 15

func lostDigits(was, is string) bool {
	return digits(was) && digits(is) && len(was) == len(is) && len(was) > spreadsheetDigits &&
		was[:spreadsheetDigits] == is[:spreadsheetDigits] && strings.Trim(is[spreadsheetDigits:], "0") == ""
}

var scientific = regexp.MustCompile(`^([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]+)$`)

// rounded reports whether what is there now is the old number in scientific notation, with as many digits as it shows.
func rounded(was, is string) bool {
	m := scientific.FindStringSubmatch(is)
	number, err := strconv.ParseFloat(strings.TrimPrefix(was, "+"), 64)
	if m == nil || err != nil || !digits(strings.TrimPrefix(was, "+")) {
		return false
	}
	shown, err := strconv.ParseFloat(strings.ReplaceAll(is, ",", "."), 64)
	short, _ := strconv.ParseFloat(strconv.FormatFloat(number, 'e', len(m[2]), 64), 64)
	return err == nil && shown == short
}

var exponent = regexp.MustCompile(`^[0-9]+[eE][0-9]+$`)

// calculated reports whether a text such as 12E3 became the number it can be read as.
func calculated(was, is string) bool {
	if !exponent.MatchString(was) {
		return false
	}
	a, errA := strconv.ParseFloat(was, 64)
	b, errB := strconv.ParseFloat(strings.ReplaceAll(is, ",", "."), 64)
	return errA == nil && errB == nil && a == b
}

var (
	dateLike = regexp.MustCompile(`(?i)^\d{1,4}[-/. ]{1,2}\d{1,2}([-/. ]{1,2}\d{2,4})?$|^\d{0,2}[- .]?(jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*[- .]?\d{0,4}$`)
	dateNow  = regexp.MustCompile(`(?i)^\d{4}-\d{2}-\d{2}([T ].*)?$|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$|^\d{1,2}[- .]{1,2}[a-zä]{3,9}([- .]{1,2}\d{2,4})?$|^[a-zä]{3,9}[- .]\d{2,4}$`)
)

func becameDate(was, is string) bool { return dateLike.MatchString(was) && dateNow.MatchString(is) }

var errorCell = regexp.MustCompile(`^(#(N/A|NV|NAME\?|REF!|BEZUG!|VALUE!|WERT!|DIV/0!|NUM!|ZAHL!|NULL!|SPILL!|#+)|Err:\d+)$`)

func becameError(was, is string) bool { return errorCell.MatchString(is) }

// misread reports whether letters were written in one encoding and read in another, or replaced by question marks.
func misread(was, is string) bool {
	for _, table := range []*charmap.Charmap{charmap.Windows1252, charmap.Windows1250, charmap.ISO8859_1} {
		if wrong, err := table.NewDecoder().String(was); err == nil && wrong == is {
			return true
		}
	}
	if utf8.RuneCountInString(was) != utf8.RuneCountInString(is) {
		return false
	}
	now := []rune(is)
	for i, r := range []rune(was) {
		if r != now[i] && (r < utf8.RuneSelf || now[i] != '?' && now[i] != utf8.RuneError) {
			return false
		}
	}
	return true
}
