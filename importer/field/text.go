package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"zohobulk/importer/problem"
)

// traits is what one look at a text tells: which sorts of bytes are in it.
type traits uint16

const (
	hasLower  traits = 1 << iota // small ASCII letters
	hasUpper                     // ASCII capitals
	hasDigit                     //
	hasBlank                     // plain blanks
	hasBreak                     // line breaks and tabs
	hasCtrl                      // other control characters
	hasAt                        //
	hasEscape                    // signs with which programs escape letters
	hasOthers                    // bytes beyond ASCII
)

func (t traits) has(any traits) bool { return t&any != 0 }

// traitsOf is the trait of each byte. A table, since every byte of every cell is looked up in it.
var traitsOf = func() (table [256]traits) {
	for c := range table {
		switch {
		case c >= 'a' && c <= 'z':
			table[c] = hasLower
		case c >= 'A' && c <= 'Z':
			table[c] = hasUpper
		case c >= '0' && c <= '9':
			table[c] = hasDigit
		case c == ' ':
			table[c] = hasBlank
		case c == '@':
			table[c] = hasAt
		case strings.IndexByte(escapeSigns, byte(c)) >= 0:
			table[c] = hasEscape
		case c >= utf8.RuneSelf:
			table[c] = hasOthers
		case c == '\n' || c == '\r' || c == '\t':
			table[c] = hasBreak
		case c < ' ' || c == 0x7f:
			table[c] = hasCtrl
		}
	}
	return table
}()

func look(text string) traits {
	var t traits
	for i := 0; i < len(text); i++ {
		t |= traitsOf[text[i]]
	}
	return t
}

// tidy puts free text into its normal form: composed letters, single blanks, no line breaks. It reports text that can't
// be sent.
func (c *Checker) tidy(text string, lineBreak string) (string, traits, bool) {
	t := look(text)
	if !t.has(hasOthers|hasCtrl|hasBreak) && !(t.has(hasBlank) && strings.Contains(text, "  ")) {
		return text, t, true
	}
	if t.has(hasOthers) && !c.soundUnicode(text) {
		return "", t, false
	}
	if t.has(hasCtrl) {
		c.error(CodeControl, "has control characters in it", "type the value again")
		return "", t, false
	}
	if t.has(hasBreak) {
		text = joinLines(text, lineBreak)
		c.note(CodeLineBreak, "line breaks read as "+breakWords[lineBreak], "")
	}
	return singleBlanks(compose(text)), t, true
}

// What a line break becomes: within a street it parts two lines of an address, elsewhere it only fits a text to its cell.
const (
	breakBlank = " "
	breakComma = ", "
)

var breakWords = map[string]string{breakBlank: "blanks", breakComma: "commas"}

// compose joins letters with the accents that stand apart behind them, and changes no character that stands alone:
// Unicode's own composition would put other ideographs in place of those that it keeps for compatibility.
func compose(text string) string {
	if norm.NFC.IsNormalString(text) {
		return text
	}
	var b strings.Builder
	for text != "" {
		n := norm.NFC.NextBoundaryInString(text, true)
		first, size := utf8.DecodeRuneInString(text)
		if size == n || unicode.Is(unicode.Han, first) {
			b.WriteString(text[:n])
		} else {
			b.WriteString(norm.NFC.String(text[:n]))
		}
		text = text[n:]
	}
	return b.String()
}

// singleBlanks makes every run of blanks of any kind one plain blank.
func singleBlanks(text string) string {
	before := false
	for _, r := range text {
		if r == ' ' && before || r != ' ' && blank(r) {
			return strings.Join(strings.FieldsFunc(text, blank), " ")
		}
		before = r == ' '
	}
	return text
}

// blank tells the blanks that are made one, the non-breaking and the wide ones among them.
func blank(r rune) bool { return unicode.IsSpace(r) }

func joinLines(text, with string) string {
	var lines []string
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }) {
		if line = trim(strings.TrimSuffix(trim(line), strings.TrimSpace(with))); line != "" {
			lines = append(lines, line)
		}
	}
	if lines == nil { // commas alone
		return strings.Join(strings.Fields(text), " ")
	}
	return strings.Join(lines, with)
}

// soundUnicode reports text that is none: broken bytes, the mark of characters lost, control characters beyond ASCII,
// code points for private use.
func (c *Checker) soundUnicode(text string) bool {
	if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
		c.error(CodeInvalidText, "has characters that were lost in a conversion", "type the value again, or export the sheet again as UTF-8")
		return false
	}
	for _, r := range text {
		if unicode.Is(unicode.Co, r) || !unicode.IsPrint(r) && unicode.IsControl(r) && r >= utf8.RuneSelf || r >= 0xfdd0 && r <= 0xfdef {
			c.error(CodeControl, "has characters in it that can't be shown", "type the value again")
			return false
		}
	}
	return true
}

// checkName takes any real name: one letter, apostrophes, any script. It warns of what a form or a paste left behind.
func checkName(c *Checker, text string) string {
	text, t, ok := c.tidy(text, breakBlank)
	if !ok || c.elsewhere(text, t) {
		return ""
	}
	c.warnOdd(text, t, false)
	if !t.has(hasLower) || t.has(hasOthers) {
		c.checkLetters(text, t)
	}
	return text
}

// checkDisplayName is a name that may hold what a first name may not: people show themselves as they like.
func checkDisplayName(c *Checker, text string) string {
	text, t, ok := c.tidy(text, breakBlank)
	if !ok {
		return ""
	}
	if t.has(hasAt) && looksLikeEmail(text) {
		c.warn(CodeElsewhere, "an e-mail address, not a name", "check that the header stands over the right columns")
	}
	c.warnOdd(text, t, false)
	if !t.has(hasLower) || t.has(hasOthers) {
		c.checkLetters(text, t)
	}
	return text
}

// checkPlace takes the name of a city, a state or the like.
func checkPlace(c *Checker, text string) string {
	text, t, ok := c.tidy(text, breakBlank)
	if !ok || !dated(text, t) && c.elsewhere(text, t) {
		return ""
	}
	c.warnOdd(text, t, true)
	if t.has(hasOthers) {
		c.checkScripts(text)
	}
	return text
}

// checkStreet takes any line of an address.
func checkStreet(c *Checker, text string) string {
	text, t, ok := c.tidy(text, breakComma)
	if !ok || t.has(hasAt) && c.elsewhere(text, t) {
		return ""
	}
	c.warnOdd(text, t, true)
	return text
}

// leastNumber is from how many digits on a text of digits is no name, floor or district (guessed).
const leastNumber = 6

// elsewhere reports a value that is surely another field's: names and places are no addresses and no numbers.
func (c *Checker) elsewhere(text string, t traits) bool {
	what := ""
	switch {
	case t.has(hasAt) && looksLikeEmail(text):
		what = "an e-mail address"
	case t.has(hasDigit) && !t.has(hasLower|hasUpper|hasOthers) && countDigits(text) >= leastNumber:
		what = "a number"
	default:
		return false
	}
	c.error(CodeElsewhere, what+", which belongs in another column", "check that the header stands over the right columns")
	return true
}

// shoutLength is from how many letters capitals are shouting: below, they are initials and names like JJ or XU (guessed).
const shoutLength = 4

func (c *Checker) checkLetters(text string, t traits) {
	upper, cased := 0, 0
	for _, r := range text {
		if unicode.IsUpper(r) {
			upper++
			cased++
		} else if unicode.IsLower(r) {
			cased++
		}
	}
	if upper >= shoutLength && upper == cased {
		c.add(allCapitals)
	}
	if t.has(hasOthers) {
		c.checkScripts(text)
	}
}

var allCapitals = Finding{Severity: problem.Warning, Code: CodeAllCapitals, Message: "in capitals only", Hint: "it would be shown like that"}

// checkScripts warns of words that mix Latin with the letters of another script that look like Latin ones.
func (c *Checker) checkScripts(text string) {
	latin, foreign := false, rune(0)
	for _, r := range text + " " {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin = true
		case unicode.In(r, unicode.Cyrillic, unicode.Greek):
			foreign = r
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			latin, foreign = false, 0
		}
		if latin && foreign != 0 {
			script := "Greek"
			if unicode.Is(unicode.Cyrillic, foreign) {
				script = "Cyrillic"
			}
			c.warn(CodeLookAlike, "mixes Latin letters with the "+script+" "+string(foreign)+" in one word", "type the word again")
			return
		}
	}
}
