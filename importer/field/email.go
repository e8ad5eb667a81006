package field

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"zohobulk/importer/problem"
)

// The longest parts of an address that RFC 5321 allows.
const (
	maxLocal  = 64
	maxDomain = 253
	maxLabel  = 63
)

// checkEmail takes one plain address and writes its domain in small ASCII letters. The part before the @ stays as it is.
func checkEmail(c *Checker, text string) string {
	text = stripInvisible(text)
	at := strings.LastIndexByte(text, '@')
	if at < 1 || at == len(text)-1 || text[0] == '\'' || !soundLocal(text[:at]) {
		c.badEmail(text)
		return ""
	}
	local, domain := text[:at], text[at+1:]
	v := c.domains.get(domain, readDomain)
	for _, f := range v.found {
		if f.Severity == problem.Error {
			c.badEmail(text)
			return ""
		}
		if f.Code == CodeEmailDomain {
			f.Hint = "did you mean " + local + "@" + f.Hint + "?"
		}
		c.add(f)
	}
	if !isASCII(local) {
		c.warn(CodeEmailUnusual, "has letters before the @ that few mail systems take", "type the address anew")
	}
	if v.text == domain {
		return text
	}
	return local + "@" + v.text
}

// soundLocal takes the dot-atom of RFC 5322, with RFC 6531's letters beyond ASCII; quoted local parts are no address
// that a directory holds.
func soundLocal(local string) bool {
	if len(local) > maxLocal {
		return false
	}
	dot, ascii := true, true // a dot may not be first, last or double
	for i := 0; i < len(local); i++ {
		c := local[i]
		if c == '.' {
			if dot {
				return false
			}
			dot = true
			continue
		}
		if !traitsOf[c].has(hasLower|hasUpper|hasDigit) && strings.IndexByte("!#$%&'*+/=?^_`{|}~-", c) < 0 {
			if c < utf8.RuneSelf {
				return false
			}
			ascii = false
		}
		dot = false
	}
	return !dot && (ascii || soundLetters(local))
}

// soundLetters refuses what no address beyond ASCII holds: broken bytes, blanks, control characters.
func soundLetters(local string) bool {
	return utf8.ValidString(local) && trim(local) == local &&
		!strings.ContainsFunc(local, func(r rune) bool { return blank(r) || r == utf8.RuneError || r >= 0x80 && r < 0xa0 })
}

// readDomain puts a domain into small ASCII letters. An error among the findings says only that it is none.
func readDomain(domain string) verdict {
	lower := strings.ToLower(domain)
	var found []Finding
	if !isASCII(lower) {
		ascii, err := idna.Lookup.ToASCII(lower)
		if err != nil {
			return verdict{found: []Finding{{Severity: problem.Error}}}
		}
		found = append(found, Finding{problem.Note, CodeEmailIDN, "domain written as " + ascii, ""})
		lower = ascii
	}
	if !soundDomain(lower) {
		return verdict{found: []Finding{{Severity: problem.Error}}}
	}
	if meant := nearDomain(lower); meant != "" {
		found = append(found, Finding{problem.Warning, CodeEmailDomain, "unusual domain", meant})
	}
	return verdict{text: lower, found: found}
}

// soundDomain takes a host name of two labels or more whose last is no number.
func soundDomain(domain string) bool {
	if len(domain) > maxDomain || strings.IndexByte(domain, '.') < 0 {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(domain, ".") {
		if !soundLabel(label) {
			return false
		}
		last = label
	}
	return len(last) > 1 && strings.Trim(last, "0123456789") != ""
}

func soundLabel(label string) bool {
	if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	if strings.HasPrefix(label, "xn--") {
		_, err := idna.Lookup.ToUnicode(label)
		return err == nil
	}
	for i := 0; i < len(label); i++ {
		if c := label[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// badEmail says what is wrong with an address, and what was probably meant.
func (c *Checker) badEmail(text string) {
	if text[0] == '\'' {
		c.error(CodeApostrophe, "begins with an apostrophe", "write "+text[1:])
		return
	}
	message, hint := "not an e-mail address", "write it like name@example.com"
	switch n := strings.Count(text, "@"); {
	case Nothing(text):
		hint = "leave the cell blank if there is none"
	case n == 0:
		message = "has no @"
	case n > 1 && strings.ContainsAny(text, ";,| \n/"):
		c.error(CodeTwoValues, "holds more than one address", "keep the one that the user has")
		return
	case strings.ContainsAny(text, "<>"):
		message = "holds a name beside the address"
	case strings.ContainsFunc(text, blank):
		message = "has a blank in it"
	}
	if repaired := repairEmail(text); repaired != "" {
		hint = "did you mean " + repaired + "?"
	}
	c.error(CodeBadEmail, message, hint)
}

// repairEmail takes away what pasted addresses come in, and returns "" if no sound address is left.
func repairEmail(text string) string {
	if i, j := strings.IndexByte(text, '<'), strings.LastIndexByte(text, '>'); i >= 0 && j > i {
		text = text[i+1 : j]
	}
	text = strings.TrimPrefix(strings.ToLower(text), "mailto:")
	text = strings.Trim(text, "<>\"'()[].,;: ")
	text = strings.Join(strings.FieldsFunc(text, blank), "")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "..", "."), ",", ".")
	at := strings.LastIndexByte(text, '@')
	if at < 1 || strings.Count(text, "@") > 1 || !soundLocal(text[:at]) || !soundDomain(text[at+1:]) {
		return ""
	}
	return text
}

// LooksLikeEmail tells an address at a glance, sound or not.
func LooksLikeEmail(text string) bool { return looksLikeEmail(text) }

// looksLikeEmail tells an address at a glance, sound or not.
func looksLikeEmail(text string) bool {
	at := strings.IndexByte(text, '@')
	return at > 0 && strings.IndexByte(text[at:], '.') > 1 && strings.IndexByte(text, ' ') < 0
}

// sameAbroad tells one provider in two countries: yahoo.co.id and yahoo.co.in.
func sameAbroad(domain, common string) bool {
	i, j := strings.LastIndexByte(domain, '.'), strings.LastIndexByte(common, '.')
	if domain[:i] != common[:j] || len(common)-j != len(".in") {
		return false
	}
	tld := domain[i+1:]
	return len(tld) == 2 && (countries().codes[tld] != "" || tld == "eu" || tld == "uk")
}

func isASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// commonDomains are where most private addresses of the world are, and Zoho's own.
var commonDomains = map[string]bool{
	"gmail.com": true, "googlemail.com": true, "yahoo.com": true, "hotmail.com": true, "outlook.com": true, "icloud.com": true,
	"live.com": true, "aol.com": true, "msn.com": true, "proton.me": true, "protonmail.com": true, "zoho.com": true,
	"zohomail.com": true, "zohomail.eu": true, "zohomail.in": true, "gmx.de": true, "gmx.net": true, "web.de": true, "t-online.de": true,
	"orange.fr": true, "laposte.net": true, "libero.it": true, "yandex.ru": true, "mail.ru": true, "qq.com": true, "163.com": true,
	"126.com": true, "naver.com": true, "rediffmail.com": true, "uol.com.br": true, "yahoo.co.uk": true, "yahoo.co.in": true,
	"yahoo.co.jp": true, "hotmail.co.uk": true, "hotmail.fr": true, "comcast.net": true, "verizon.net": true, "me.com": true,
}

// properDomains are a letter off a common domain, and domains of their own.
var properDomains = map[string]bool{
	"mail.com": true, "email.com": true, "ymail.com": true, "gmx.com": true, "gmx.at": true, "gmx.ch": true, "gmx.fr": true, "web.com": true,
	"live.de": true, "live.fr": true, "live.nl": true, "live.it": true, "aon.com": true, "aol.de": true, "aol.fr": true, "he.com": true,
	"zoho.eu": true, "zoho.in": true, "yahoo.ca": true, "yahoo.de": true, "hotmail.de": true, "hotmail.it": true,
	"hotmail.es": true, "outlook.de": true, "outlook.fr": true, "mail.de": true, "mail.eu": true, "mail.bg": true, "me.uk": true, "we.com": true, "my.com": true, "cloud.com": true,
	"love.com": true, "line.com": true, "life.com": true, "olive.com": true, "five.com": true, "bol.com.br": true, "aol.com.br": true,
}

// leastDomain is from how many letters a near miss means something: "qq.com" has too many neighbours.
const leastDomain = 8

// nearDomain returns the common domain that a domain misses by one letter, "" for none.
func nearDomain(domain string) string {
	if len(domain) < leastDomain-1 || commonDomains[domain] || properDomains[domain] {
		return ""
	}
	for common := range commonDomains {
		if len(common) >= leastDomain && distance([]rune(domain), []rune(common), 1) == 1 && !sameAbroad(domain, common) {
			return common
		}
	}
	return ""
}
