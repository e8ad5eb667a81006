package sheet

import "strings"

// Spreadsheet programs take a cell that begins like a formula for one. What we write for them gets an apostrophe
// before such a text, and what we read back from our own reports loses it again:
// bare(neutral(text)) == text, whatever the text.

// neutral is the text as a CSV of ours holds it.
func neutral(text string) string {
	if risky(text) {
		return "'" + text
	}
	return text
}

// bare undoes neutral.
func bare(text string) string {
	if len(text) > 1 && text[0] == '\'' && risky(text[1:]) {
		return text[1:]
	}
	return text
}

// risky reports whether a text, after any apostrophes it begins with, begins like a formula. Those with apostrophes
// count, or else they could not be told from the ones that got theirs here.
func risky(text string) bool {
	text = strings.TrimLeft(text, "'")
	if text == "" {
		return false
	}
	switch text[0] {
	case '=', '@', '\t', '\r':
		return true
	case '+', '-':
		return !signed(text)
	}
	return false
}

// signed reports whether a text with a sign is a number or a phone, which must stay as they are.
func signed(text string) bool {
	digits, dots, letters := 0, 0, 0
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == ',':
			dots++
		case text[0] == '+' && strings.IndexByte(" ()-/", c) >= 0:
		case (c == 'e' || c == 'E') && digits > 0 && letters == 0 && exponent(text[i+1:]):
			return dots <= 1
		default:
			return false
		}
	}
	return digits > 0
}

// exponent reports whether a text is the power of a number in scientific notation.
func exponent(text string) bool {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	return text != "" && len(text) <= 4 && strings.Trim(text, "0123456789") == ""
}

// marksOurs reports whether a header is the one by which our reports are known.
func marksOurs(header string) bool { return strings.EqualFold(strings.TrimSpace(header), "_row") }
