package field

import (
	"strings"

	"zohobulk/importer/problem"
)

// exactDigits is how many decimal digits a spreadsheet's number keeps exactly; further ones are rounded away without a word.
const exactDigits = 15

// maxIDDigits is the length of the largest signed 64-bit number, which is what the service's ids are.
const maxIDDigits = 19

// checkID takes the digits of an id, and nothing that a spreadsheet has made of them.
func checkID(c *Checker, text string) string {
	if countDigits(text) != len(text) {
		c.wrongID(text)
		return ""
	}
	switch {
	case len(text) > maxIDDigits || len(text) == maxIDDigits && text > "9223372036854775807":
		c.error(CodeBadID, "has more digits than any id", clearOrCopy)
	case text[0] == '0':
		c.error(CodeBadID, "begins with a zero, which no id does", clearOrCopy)
	}
	return text
}

func (c *Checker) wrongID(text string) {
	switch {
	case text[0] == '\'' && countDigits(text) == len(text)-1:
		c.add(*wrongApostrophe(text))
	case scientific(text):
		c.add(DamagedID("Excel has rounded this long number"))
	case thousands(text):
		c.add(DamagedID("Excel has put separators into this long number"))
	case decimals(text):
		f := DamagedID("Excel has turned this long number into a decimal one")
		if digits, ok := integer(text); ok {
			f = f.propose(digits, "")
		}
		c.add(f)
	case looksLikeEmail(text):
		c.error(CodeBadID, "an e-mail address, not an id", "check that the header stands over the right columns")
	default:
		c.add(Finding{Severity: problem.Error, Code: CodeBadID, Message: "not an id, which has digits only", Hint: clearOrCopy, Remedies: readDirectory})
	}
}

// scientific tells 2.56064E+18 and its like, with a comma too.
func scientific(text string) bool {
	e := strings.IndexAny(text, "eE")
	if e < 1 || e == len(text)-1 {
		return false
	}
	exponent := strings.TrimLeft(text[e+1:], "+-")
	mantissa := strings.Trim(text[:e], "+-")
	return exponent != "" && countDigits(exponent) == len(exponent) && len(exponent) <= 3 &&
		countDigits(mantissa) >= 1 && countDigits(mantissa) >= len(mantissa)-1 && strings.Trim(mantissa, "0123456789.,") == ""
}

// thousands tells digits in groups of three.
func thousands(text string) bool {
	groups := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",.'’ \u00a0\u202f\u2009", r) })
	if len(groups) < 2 || countDigits(text) != len(strings.Join(groups, "")) || len(groups[0]) > 3 {
		return false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return false
		}
	}
	return true
}

// decimals tells a number with a fraction, such as 100001234.0.
func decimals(text string) bool {
	i := strings.IndexAny(text, ".,")
	return i > 0 && countDigits(text) == len(text)-1
}

// integer gives the digits of a whole number that a program has written as a decimal, like 10001.0, or with commas, like 10,115.
func integer(text string) (digits string, ok bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	if fraction != "" && len(fraction) <= 2 && strings.Trim(fraction, "0") == "" && whole != "" && countDigits(whole) == len(whole) {
		return whole, true
	}
	if strings.Contains(text, ",") && strings.Trim(text, "0123456789,") == "" && thousands(text) {
		return strings.ReplaceAll(text, ",", ""), true
	}
	return "", false
}

// madeNumber is what to say of a phone number or postcode that a program has made a number of.
func madeNumber(text string) *Finding {
	digits, ok := integer(text)
	if !ok {
		return nil
	}
	f := Finding{Severity: problem.Error, Code: CodeNumber, Message: "a program has made a number of it"}.propose(digits, "Check whether a zero in front is missing, too")
	return &f
}

// damagedText finds what spreadsheets leave in cells of any field: their errors, and long numbers in their short form.
func damagedText(id ID, text string) *Finding {
	if text == "" {
		return nil
	}
	switch c := text[0]; {
	case c == '#' && errorValues[strings.ToUpper(text)] || c == '#' && strings.Trim(text, "#") == "" && len(text) > 2:
		return &Finding{Severity: problem.Error, Code: CodeErrorValue, Message: "the cell shows an Excel error", Hint: "type the real value, or clear the cell to leave the value as it is"}
	case c >= '0' && c <= '9' && strings.Contains(text, "+") && !guardsItself(id) && scientific(text):
		return &Finding{Severity: problem.Error, Code: CodeNumber, Message: "Excel has rounded this long number", Hint: "format the column as Text first, then type the value again"}
	}
	return nil
}

// guardsItself tells the ids, whose own check says more about a damaged number.
func guardsItself(id ID) bool { return id == AccountID || id == ZUID }

// errorValues are the errors of spreadsheet programs, in the languages that translate them.
var errorValues = wordSet("#N/A #N/A! #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #GETTING_DATA #BLOCKED! #CONNECT! #UNKNOWN! #ERROR! " +
	"#NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #FELD! #VALEUR! #NOM? #NOMBRE! #NUL! #NOMBRE? #¿NOMBRE? #¡REF! #¡VALOR! #¡DIV/0! #¡NUM! #¡NULO! #VALOR! #NOME? #NÚM! #NULO! " +
	"#RIF! #VALORE! #NOME? #VERW! #WAARDE! #NAAM? #GETAL! #LEEG! #DEEL/0! #N/B #N/D")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// RoundedID reports an id whose last digits are the zeros that rounding to 16 places leaves. One may be so by chance.
func RoundedID(digits string) bool {
	return len(digits) > exactDigits+1 && strings.Trim(digits[exactDigits+1:], "0") == ""
}

// clearOrCopy is what to do about an id that is wrong.
const clearOrCopy = "clear the cell if the row has an e-mail address, which is enough; else copy the id again"

// readDirectory is where the right ids are.
var readDirectory = []problem.Remedy{{Way: problem.ReadDirectory}}

// DamagedID says what has become of an id.
func DamagedID(message string) Finding {
	return Finding{Severity: problem.Error, Code: CodeIDDamaged, Message: message, Hint: clearOrCopy, Remedies: readDirectory}
}
