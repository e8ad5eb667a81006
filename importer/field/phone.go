package field

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"zohobulk/importer/problem"
)

// PhoneForm says how phone numbers are written for the service.
type PhoneForm string

// The forms of a phone number.
const (
	KeepPhones     PhoneForm = "keep"     // as the sheet has them; also the zero value
	E164Phones     PhoneForm = "e164"     // +493012345678
	NationalPhones PhoneForm = "national" // 030 12345678
)

// ParsePhoneForm reads the words keep, e164 and national.
func ParsePhoneForm(text string) (PhoneForm, error) {
	switch f := PhoneForm(text); f {
	case "", KeepPhones:
		return KeepPhones, nil
	case E164Phones, NationalPhones:
		return f, nil
	}
	return "", fmt.Errorf("phone form %q: want keep, e164 or national", text)
}

// The fewest and most digits of one phone number: service numbers have three, ITU-T E.164 allows 15.
const (
	leastDigits = 3
	mostDigits  = 15
)

// checkPhone reads a number by the row's country. What no country has given out is a warning: directories are full of
// internal numbers. Letters, dates and two numbers in a cell are errors.
func checkPhone(c *Checker, text string) string {
	v := c.phones.get(text, c.country, c.readPhone)
	c.addAll(v.found)
	return v.text
}

// phoneCache remembers numbers by text and country: the library takes some 20 µs to read one, and switchboards repeat.
type phoneCache struct {
	verdicts map[phoneKey]verdict
}

type phoneKey struct{ text, country string }

func (p *phoneCache) get(text, country string, read func(string) verdict) verdict {
	key := phoneKey{text, country}
	v, ok := p.verdicts[key]
	if ok {
		return v
	}
	key.text = strings.Clone(text)
	v = read(key.text)
	if p.verdicts == nil {
		p.verdicts = make(map[phoneKey]verdict)
	} else if len(p.verdicts) >= maxCached {
		clear(p.verdicts)
	}
	p.verdicts[key] = v
	return v
}

func (c *Checker) readPhone(text string) verdict {
	plain, changed := plainDigits(text)
	if f := wrongPhone(plain); f != nil {
		return verdict{found: []Finding{*f}}
	}
	v := verdict{text: plain}
	if changed {
		v.found = append(v.found, Finding{Severity: problem.Note, Code: CodePhoneRead, Message: "digits of another script read as " + plain})
	}
	if c.country == Unreadable && plain[0] != '+' {
		return v
	}
	region := strings.ToUpper(c.country)
	if region == "" && plain[0] != '+' {
		v.found = append(v.found, Finding{Severity: problem.Note, Code: CodePhoneUnchecked, Message: "can't be checked without a + or the row's country", Hint: "write it like +49 30 12345678, or add a country column"})
		return v
	}
	number, err := phonenumbers.ParseAndKeepRawInput(plain, region)
	if err != nil {
		v.found = append(v.found, c.notValid(plain))
		return v
	}
	valid := phonenumbers.IsValidNumber(number)
	whole, message := beheaded(number, plain)
	trunk := trunkInside(number, plain)
	if valid {
		v = c.form(v, number)
	}
	switch {
	case trunk != "" && v.text == plain: // in another form it is left out
		v.found = append(v.found, Finding{Severity: problem.Warning, Code: CodePhoneTrunk,
			Message: "has the country code and also the " + trunk + " that is dialled without it"}.propose(phonenumbers.Format(number, phonenumbers.INTERNATIONAL), ""))
	case !valid:
		v.found = append(v.found, c.notValid(plain))
	case whole != "":
		v.found = append(v.found, Finding{Severity: problem.Warning, Code: CodePhoneZero, Message: message}.propose(whole, ""))
	}
	return v
}

// trunkInside is what is dialled before a number within its country, where it stands behind the country's code: +49 0171…
// can't be dialled. In brackets, as in +44 (0)20…, everybody reads it as left out.
func trunkInside(number *phonenumbers.PhoneNumber, plain string) string {
	body := withoutExtension(plain)
	if strings.Contains(strings.ReplaceAll(body, " ", ""), "(0)") {
		return ""
	}
	front, ok := strings.CutSuffix(digitsIn(body), phonenumbers.GetNationalSignificantNumber(number))
	trunk := phonenumbers.GetNddPrefixForRegion(phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode())), true)
	if !ok || trunk == "" || !strings.HasSuffix(front, strconv.Itoa(int(number.GetCountryCode()))+trunk) {
		return ""
	}
	return trunk
}

// digitsIn are the ASCII digits of a text.
func digitsIn(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// form writes a valid number as asked for.
func (c *Checker) form(v verdict, number *phonenumbers.PhoneNumber) verdict {
	written := v.text
	if number.GetExtension() != "" {
		return v // the other forms would lose it, or write it in a way of their own
	}
	switch c.phoneForm {
	case E164Phones:
		written = phonenumbers.Format(number, phonenumbers.E164)
	case NationalPhones:
		if !strings.EqualFold(phonenumbers.GetRegionCodeForNumber(number), c.country) {
			return v // a foreign number keeps its country's code, else it would be another's
		}
		written = phonenumbers.Format(number, phonenumbers.NATIONAL)
	}
	if written != v.text {
		v.found = append(v.found, Finding{Severity: problem.Note, Code: CodePhoneRead, Message: "written as " + written})
		v.text = written
	}
	return v
}

func (c *Checker) notValid(plain string) Finding {
	f := Finding{Severity: problem.Warning, Code: CodePhoneInvalid, Message: "not a valid number in its country", Hint: "sent as it is unless you change it"}
	if name := CountryName(c.country); name != "" {
		f.Message = "not a valid number in " + name
	}
	if plain[0] == '+' {
		f.Message = "not a valid number in any country"
		return f
	}
	if number, err := phonenumbers.Parse("+"+plain, ""); err == nil && phonenumbers.IsValidNumber(number) {
		return f.propose(phonenumbers.Format(number, phonenumbers.INTERNATIONAL), "Sent as it is unless you change it")
	}
	return f
}

// beheaded is the whole of a valid number that lacks its plus or zero, and what it lacks; "" for any other.
func beheaded(number *phonenumbers.PhoneNumber, plain string) (whole, message string) {
	if plain[0] == '+' || plain[0] == '0' || plain[0] == '(' || !lostPlus(number) && !lostZero(number) {
		return "", ""
	}
	if number.GetCountryCode() == dialledCode {
		return "", ""
	}
	abroad, err := phonenumbers.Parse("+"+plain, "")
	if err == nil && phonenumbers.IsValidNumber(abroad) && abroad.GetCountryCode() == number.GetCountryCode() {
		return phonenumbers.Format(abroad, phonenumbers.INTERNATIONAL), "begins with the country code and has no + in front"
	}
	return phonenumbers.Format(number, phonenumbers.NATIONAL), "a 0 seems to be missing in front"
}

// dialledCode is North America's code, which is also what its long-distance numbers begin with: nothing is missing there.
const dialledCode = 1

// lostPlus tells a number that begins with the code of the row's country, dialled without its plus.
func lostPlus(number *phonenumbers.PhoneNumber) bool {
	return number.GetCountryCodeSource() == phonenumbers.PhoneNumber_FROM_NUMBER_WITHOUT_PLUS_SIGN
}

// lostZero tells a number that its country always writes with a zero in front and that has none: typed so by some, eaten by
// spreadsheets more often. Where people leave the zero out, as they do in India and Vietnam, nothing is missing.
func lostZero(number *phonenumbers.PhoneNumber) bool {
	return !phonenumbers.IsNationalPrefixPresentIfRequired(number) &&
		strings.HasPrefix(strings.TrimPrefix(phonenumbers.Format(number, phonenumbers.NATIONAL), "("), "0")
}

// mostNational is how many digits a number has at most that may be whole without a country's code: those of North America,
// India and China have ten or eleven, and ten of them now and then look like another country's with its plus gone.
const mostNational = 10

// NumberCell says what the phone number in a number cell has lost, nil if it looks whole.
func (c *Checker) NumberCell(digits string) *Finding {
	whole := c.restored(digits)
	if whole == "" {
		return nil
	}
	f := Finding{Severity: problem.Error, Code: CodePhoneDamaged, Message: "Excel removed the zero or plus in front"}.propose(whole, "Format the column as Text first, then type it")
	return &f
}

// restored is what a number stored in a number cell most likely was before the cell ate its zero or plus; "" if it
// looks whole.
func (c *Checker) restored(digits string) string {
	country := c.country
	if country == Unreadable {
		country = ""
	}
	if country == "" && len(digits) <= mostNational {
		return ""
	}
	if country != "" {
		number, err := phonenumbers.ParseAndKeepRawInput(digits, strings.ToUpper(country))
		if err == nil && phonenumbers.IsValidNumber(number) {
			whole, _ := beheaded(number, digits)
			return whole
		}
	}
	if number, err := phonenumbers.Parse("+"+digits, ""); err == nil && phonenumbers.IsValidNumber(number) {
		return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
	}
	return ""
}

// plainDigits writes digits of any script and full-width signs in ASCII.
func plainDigits(text string) (string, bool) {
	if isASCII(text) {
		return text, false
	}
	changed := false
	plain := strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return r
		case blank(r):
			return ' '
		case r == '‐' || r == '‑' || r == '‒' || r == '–' || r == '−' || r == '－' || r == '‧' || r == '･':
			return '-'
		case r == '＋':
			return '+'
		case r == '（':
			return '('
		case r == '）':
			return ')'
		case unicode.Is(unicode.Nd, r):
			changed = true
			return '0' + digitValue(r)
		}
		return r
	}, stripInvisible(text))
	return strings.TrimSpace(plain), changed
}

// digitValue relies on every script's decimal digits standing in a row of ten that begins at a multiple that its own block
// fixes: it counts back to the row's zero.
func digitValue(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.Is(unicode.Nd, r-n-1) {
		n++
	}
	return n
}

// wrongPhone says why a text is no phone number at all, nil if it may be one.
func wrongPhone(text string) *Finding {
	wrong := func(code, message, hint string) *Finding {
		return &Finding{Severity: problem.Error, Code: code, Message: message, Hint: hint}
	}
	if f := madeNumber(text); f != nil {
		return f
	}
	digits, letters := 0, 0
	body := withoutExtension(text)
	for i, r := range body {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+':
			if strings.ContainsAny(body[:i], "0123456789+") {
				return wrong(CodeTwoValues, "holds two numbers, or a plus in the middle", "keep one number")
			}
		case strings.ContainsRune(" -.()/,;|&\n\r\t~*#\u00a0", r):
		default:
			letters++
		}
	}
	switch {
	case text[0] == '\'' && letters == 1:
		return wrongApostrophe(text)
	case twoNumbers(body):
		return wrong(CodeTwoValues, "holds more than one number", "keep one number")
	case looksLikeDate(text):
		return wrong(CodeDate, "a date where a phone number belongs", "type the number again, in a cell with the format Text")
	case letters > 0 || digits == 0:
		return notPhone(text)
	case digits < leastDigits || len(internationalDigits(body)) > mostDigits:
		return wrong(CodeBadPhone, "has too few or too many digits for a phone number", "check the number")
	case strings.ContainsAny(body, ",;|&~\n\r\t"):
		return wrong(CodeBadPhone, "has a sign that no phone number has", "use only digits and spaces, with + in front if needed")
	}
	return nil
}

// wrongApostrophe says that a value begins with the apostrophe that should only mark it as text.
func wrongApostrophe(text string) *Finding {
	return &Finding{Severity: problem.Error, Code: CodeApostrophe, Message: "begins with an apostrophe", Hint: "write " + text[1:], Proposal: text[1:]}
}

// internationalDigits are a number's digits without what is dialled before them to leave a country, or within it.
func internationalDigits(body string) string {
	digits := digitsIn(strings.ReplaceAll(body, "(0)", ""))
	for _, exit := range []string{"0011", "011", "00", "0"} {
		if rest, ok := strings.CutPrefix(digits, exit); ok && !strings.HasPrefix(body, "+") {
			return rest
		}
	}
	return digits
}

// notPhone says what to do about a text that is no phone number: most are a number with a word beside it.
func notPhone(text string) *Finding {
	f := Finding{Severity: problem.Error, Code: CodeBadPhone, Message: "not a phone number",
		Hint: "use only digits and spaces, with + in front if needed; an extension goes at the end, like ext. 12"}
	if Nothing(text) {
		f.Hint = leaveBlank
		return &f
	}
	for _, candidate := range []string{letterO.ReplaceAllString(text, "${1}0${2}"), unescaped(text), text} {
		candidate = strings.TrimFunc(candidate, func(r rune) bool { return r != '+' && r != '(' && (r < '0' || r > '9') })
		if looksLikePhone(candidate) {
			f = f.propose(strings.TrimRight(candidate, " ("), "")
			break
		}
	}
	return &f
}

// letterO puts zeros where somebody typed the letter beside digits.
var letterO = regexp.MustCompile(`(^|[0-9])[Oo]([0-9])`)

// extensions are the marks before an extension, longest first.
var extensions = []string{"extension", "durchwahl", ";ext=", "poste", "ext.", "ext", "x"}

// withoutExtension takes an extension off the end of a number.
func withoutExtension(text string) string {
	end := strings.TrimRight(text, "0123456789")
	if end == text || len(text)-len(end) > 7 {
		return text
	}
	mark := strings.ToLower(strings.TrimRight(end, " :"))
	for _, e := range extensions {
		if rest, ok := strings.CutSuffix(mark, e); ok && strings.ContainsAny(rest, "0123456789") {
			return strings.TrimRight(text[:len(rest)], " ,;(")
		}
	}
	return text
}

// twoNumbers tells two numbers with something between them that one number rarely has.
func twoNumbers(text string) bool {
	whole := 0
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;|/&\n\r", r) }) {
		if countDigits(part) >= 6 { // the shortest number with an area code, and longer than any area code
			whole++
		}
	}
	return whole > 1
}

func countDigits(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		if text[i] >= '0' && text[i] <= '9' {
			n++
		}
	}
	return n
}

// looksLikePhone tells a phone number at a glance: a plus or blanks among at least seven digits, and no letters.
func looksLikePhone(text string) bool {
	if text == "" || !strings.ContainsRune("+(0123456789", rune(text[0])) || countDigits(text) < 7 {
		return false
	}
	return strings.Trim(text, "+0123456789 -.()/") == ""
}
