package field

import (
	"strings"
	"unicode"
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
			f = f.propose(local+"@"+f.Proposal, "")
		}
		c.add(f)
	}
	if !isASCII(local) {
		f := Finding{Severity: problem.Warning, Code: CodeEmailUnusual, Message: "has letters before the @ that few mail systems take", Hint: "type the address again"}
		if meant := repairEmail(text); meant != "" {
			f = f.propose(meant, "")
		}
		c.add(f)
	}
	if v.text == domain {
		return text
	}
	return local + "@" + v.text
}

// soundLocal takes the dot-atom of RFC 5322, with RFC 6531's letters beyond ASCII; quoted local parts are no address
// that a directory holds, and a quotation mark or another sign around one was pasted with it.
func soundLocal(local string) bool {
	if len(local) > maxLocal || strings.Trim(local, "'`") != local || strings.TrimFunc(local, oddSign) != local {
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

// oddSign reports a character beyond ASCII that is no letter, accent or digit, which no address has.
func oddSign(r rune) bool {
	return r >= utf8.RuneSelf && !unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}

// domainSigns are the signs beyond ASCII that a domain may have: full stops of the far East, and what some scripts write
// between letters.
const domainSigns = "。．｡·͵׳״・\u200c\u200d"

// oddDomainSign reports a character that IDNA 2008 takes for no letter of a domain, though browsers look some of them up.
func oddDomainSign(r rune) bool { return oddSign(r) && !strings.ContainsRune(domainSigns, r) }

// readDomain puts a domain into small ASCII letters. An error among the findings says only that it is none.
func readDomain(domain string) verdict {
	lower := strings.ToLower(domain)
	var found []Finding
	if !isASCII(lower) {
		ascii, err := idna.Lookup.ToASCII(lower)
		if err != nil || strings.ContainsFunc(lower, oddDomainSign) {
			return verdict{found: []Finding{{Severity: problem.Error}}}
		}
		found = append(found, Finding{Severity: problem.Note, Code: CodeEmailIDN, Message: "domain written as " + ascii})
		lower = ascii
	}
	if !soundDomain(lower) {
		return verdict{found: []Finding{{Severity: problem.Error}}}
	}
	if f := mixedLabel(lower); f != nil {
		found = append(found, *f)
	}
	if meant := nearDomain(lower); meant != "" {
		found = append(found, Finding{Severity: problem.Warning, Code: CodeEmailDomain, Message: "unusual domain", Proposal: meant})
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
		letters, err := idna.Lookup.ToUnicode(label)
		return err == nil && !strings.ContainsFunc(letters, oddDomainSign)
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
		f := wrongApostrophe(text)
		if repaired := repairEmail(text); repaired != "" {
			f.Hint, f.Proposal = "write "+repaired, repaired
		}
		c.add(*f)
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
	case strings.ContainsFunc(text, oddSign):
		message = "has a sign in it that no address has: " + string([]rune(text[strings.IndexFunc(text, oddSign):])[:1])
	}
	f := Finding{Severity: problem.Error, Code: CodeBadEmail, Message: message, Hint: hint}
	if repaired := repairEmail(text); repaired != "" {
		f = f.propose(repaired, "")
	}
	c.add(f)
}

// repairEmail takes away what pasted addresses come in, and returns "" if no other sound address is left.
func repairEmail(text string) string {
	given := text
	text = unescaped(text)
	if i, j := strings.IndexByte(text, '<'), strings.LastIndexByte(text, '>'); i >= 0 && j > i {
		text = text[i+1 : j]
	}
	text = trimPasted(strings.TrimPrefix(strings.ToLower(text), "mailto:"))
	text = strings.Join(strings.FieldsFunc(text, blank), "")
	text = plainSigns.Replace(text)
	at := strings.LastIndexByte(text, '@')
	if at < 1 || strings.Count(text, "@") > 1 {
		return ""
	}
	local := strings.Map(plainDash, strings.TrimFunc(text[:at], func(r rune) bool { return oddSign(r) || strings.ContainsRune("\"'`", r) }))
	domain := strings.Map(domainLetter, strings.Map(plainDash, trimPasted(text[at+1:])))
	if !soundLocal(local) || !soundDomain(readDomain(domain).text) || local+"@"+domain == given {
		return ""
	}
	return local + "@" + domain
}

// trimPasted takes away the signs that stand around a pasted address.
func trimPasted(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return oddSign(r) || strings.ContainsRune("<>\"'`()[].,;: ", r) })
}

// plainSigns are what keyboards and word processors put in place of an address's signs.
var plainSigns = strings.NewReplacer("..", ".", ",", ".", "＠", "@", "。", ".", "．", ".", "｡", ".", "’", "'", "‘", "'", "´", "'", "＇", "'")

func plainDash(r rune) rune {
	if unicode.Is(unicode.Pd, r) || r == '−' {
		return '-'
	}
	return r
}

// domainLetter drops what no domain has.
func domainLetter(r rune) rune {
	if oddDomainSign(r) || strings.ContainsRune("'`\"<>()", r) {
		return -1
	}
	return r
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
