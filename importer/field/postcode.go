package field

import (
	"strings"
	"sync"

	"zohobulk/importer/problem"
)

// postcodeShapes are the forms of each country's postcodes after the Universal Postal Union: 9 a digit, A a letter, X either.
// The number after a country says how many zeros its codes can begin with; blanks and hyphens may be left out.
const postcodeShapes = `
ad 0 AD999
al 0 9999
am 2 9999
ar 0 9999 A9999AAA A9999
at 0 9999
au 1 9999
az 0 AZ9999 9999
ba 0 99999
bd 0 9999
be 0 9999
bg 0 9999
bh 0 999 9999
br 1 99999-999
by 0 999999
ca 0 A9A_9A9
ch 0 9999
cl 0 9999999 999-9999
cn 1 999999
co 1 999999
cr 0 99999
cu 0 99999
cy 0 9999
cz 0 999_99
de 1 99999
dk 0 9999
do 0 99999
dz 1 99999
ec 1 999999
ee 0 99999
eg 0 99999
es 1 99999
fi 2 99999
fo 0 999
fr 1 99999
gb 0 A9_9AA A99_9AA AA9_9AA AA99_9AA A9A_9AA AA9A_9AA
ge 1 9999
gl 0 9999
gn 2 999
gr 0 999_99
gt 1 99999
hr 0 99999
hu 0 9999
id 0 99999
ie 0 A9X_XXXX
il 0 9999999 99999
in 0 999999 999_999
iq 0 99999
ir 0 9999999999
is 0 999
it 2 99999
jo 0 99999
jp 2 999-9999
ke 2 99999
kg 0 999999
kh 1 999999 99999
kr 1 99999
kw 0 99999
kz 1 999999 A99A9A9
la 1 99999
li 0 9999
lk 2 99999
lt 2 99999
lu 0 9999
lv 0 9999
ma 0 99999
mc 0 99999
md 0 9999
me 0 99999
mk 0 9999
mn 0 99999
mt 0 AAA_9999
mv 1 99999
mx 1 99999
my 1 99999
ng 0 999999
nl 0 9999_AA
no 3 9999
np 0 99999
nz 1 9999
pa 1 9999
pe 1 99999
ph 1 9999
pk 0 99999
pl 2 99-999
pr 2 99999 99999-9999
pt 0 9999-999
py 2 9999 999999
ro 1 999999
rs 0 99999 999999
ru 0 999999
sa 0 99999 99999-9999
se 0 999_99
sg 1 999999
si 0 9999
sk 1 999_99
sm 0 99999
th 0 99999
tj 0 999999
tn 0 9999
tr 1 99999
tw 0 999 99999 999999
ua 1 99999
us 2 99999 99999-9999
uy 0 99999
uz 0 999999
va 2 99999
vi 2 99999 99999-9999
vn 0 99999 999999
za 3 9999`

// postcodes is one country's rule.
type postcodes struct {
	zeros  int      // how many zeros a code can begin with
	shapes []string // with their separators, the usual one first
}

var postcodesOf = sync.OnceValue(func() map[string]*postcodes {
	rules := map[string]*postcodes{}
	for line := range strings.Lines(strings.TrimSpace(postcodeShapes)) {
		words := strings.Fields(line)
		shapes := words[2:]
		for i := range shapes {
			shapes[i] = strings.ReplaceAll(shapes[i], "_", " ")
		}
		rules[words[0]] = &postcodes{int(words[1][0] - '0'), shapes}
	}
	return rules
})

// checkPostcode holds a postcode against its country's shapes. What is only odd is sent as it is.
func checkPostcode(c *Checker, text string) string {
	text, t, ok := c.tidy(text, breakBlank)
	if !ok || t.has(hasAt) && c.elsewhere(text, t) {
		return ""
	}
	if text[0] == '\'' && countDigits(text) == len(text)-1 {
		c.add(*wrongApostrophe(text))
		return ""
	}
	if f := madeNumber(text); f != nil {
		c.add(*f)
		return ""
	}
	if looksLikeDate(text) || t.has(hasLower|hasUpper|hasOthers) && namedDate(text) {
		c.error(CodeDate, "a date where a postcode belongs", "type the postcode again, in a cell with the format Text")
		return ""
	}
	if Nothing(text) {
		c.add(foundNothing)
		return text
	}
	rule := c.postcodes
	if rule == nil || rule.fits(text) {
		return text
	}
	if whole := rule.restore(text); whole != "" {
		c.add(Finding{Severity: problem.Error, Code: CodePostcodeShort, Message: "Excel removed the zero in front"}.propose(whole, "Format the column as Text first, then type it"))
		return ""
	}
	c.warn(CodePostcodeOdd, "not the shape of a postcode of "+countries().english[c.country], "such as "+sampleOf(rule.shapes[0]))
	return text
}

// KnowsPostcodes reports whether the country's postcodes have a known shape.
func KnowsPostcodes(country string) bool { return postcodesOf()[country] != nil }

func (p *postcodes) fits(text string) bool {
	for _, shape := range p.shapes {
		if fitsShape(shape, text) || fitsShape(shape, withoutPrefix(text)) {
			return true
		}
	}
	return false
}

// restore adds the zeros that a text may have lost in front; "" if that makes no postcode of it.
func (p *postcodes) restore(text string) string {
	for zeros := 1; zeros <= p.zeros; zeros++ {
		whole := strings.Repeat("0", zeros) + text
		for _, shape := range p.shapes {
			if fitsShape(shape, whole) {
				return written(shape, whole)
			}
		}
	}
	return ""
}

// withoutPrefix takes away the country's letters that some write in front: D-10115.
func withoutPrefix(text string) string {
	i := strings.IndexByte(text, '-')
	if i < 1 || i > 2 {
		return text
	}
	for _, c := range []byte(text[:i]) {
		if c |= 0x20; c < 'a' || c > 'z' {
			return text
		}
	}
	return text[i+1:]
}

// fitsShape compares letter by letter, blanks and hyphens of either side left out.
func fitsShape(shape, text string) bool {
	i := 0
	for j := 0; j < len(text); j++ {
		if separator(text[j]) {
			continue
		}
		for i < len(shape) && separator(shape[i]) {
			i++
		}
		if i == len(shape) || !fitsLetter(shape[i], text[j]) {
			return false
		}
		i++
	}
	return i == len(shape)
}

func separator(c byte) bool { return c == ' ' || c == '-' }

// fitsLetter takes 9, A and X as classes; any other letter of a shape stands for itself.
func fitsLetter(shape, c byte) bool {
	letter := c|0x20 >= 'a' && c|0x20 <= 'z'
	digit := c >= '0' && c <= '9'
	switch shape {
	case '9':
		return digit
	case 'A':
		return letter
	case 'X':
		return digit || letter
	}
	return c&^0x20 == shape
}

// written puts a code's letters into its shape's separators.
func written(shape, text string) string {
	var b strings.Builder
	letters := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, text)
	for i := 0; i < len(shape) && letters != ""; i++ {
		if separator(shape[i]) {
			b.WriteByte(shape[i])
			continue
		}
		b.WriteByte(letters[0])
		letters = letters[1:]
	}
	return b.String()
}

// sampleOf shows a shape as somebody would write it.
func sampleOf(shape string) string {
	return strings.NewReplacer("9", "1", "X", "1").Replace(shape)
}
