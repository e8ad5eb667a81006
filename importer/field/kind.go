package field

import "strings"

// Kind is what a value looks like, whatever column it stands in.
type Kind uint8

// The kinds that can be told from a value alone.
const (
	PlainKind   Kind = iota // anything
	EmailKind               // an e-mail address
	PhoneKind               // a phone number with its signs
	DigitsKind              // digits alone
	DateKind                // a date
	GenderKind              // a word for a gender
	CountryKind             // a country's name
)

var kindNames = [...]string{"text", "e-mail addresses", "phone numbers", "plain numbers", "dates", "genders", "countries"}

// String names the kind in the plural, as a sentence about a column does.
func (k Kind) String() string { return kindNames[k] }

// Kind tells what a text looks like that would not suit the field, PlainKind for all else. It is quick for the words and
// names that most cells hold.
func (c *Checker) Kind(id ID, text string) Kind {
	if text = trim(text); text == "" {
		return PlainKind
	}
	kind := PlainKind
	switch first := text[0]; {
	case id == StreetAddr: // whose lines hold anything
	case first >= '0' && first <= '9', first == '+', first == '(':
		kind = numericKind(text)
	default:
		kind = c.wordKind(text)
	}
	if kind == PlainKind && looksLikeEmail(text) {
		kind = EmailKind
	}
	if suits[id]&(1<<kind) != 0 || kind == CountryKind && c.placeToo(id, text) {
		return PlainKind
	}
	return kind
}

// placesToo are the countries, by code, that are called like one of their cities or that stand among another country's
// states, provinces and departments.
var placesToo = map[ID]string{
	City:  "sg hk mo mc lu sm va gi kw dj pa gt mx",
	State: "hk mo tw sg mc lu ge pr gu vi as mp re gp mq yt gf pm nc pf ax sj aw cw sx bq fo gl je gg im gi",
}

// placeToo reports a country's name that may as well be a city's or a state's.
func (c *Checker) placeToo(id ID, text string) bool {
	folded := Fold(text)
	code := c.countryIndex().names[folded]
	if code == "gb" { // England, Scotland: the parts of a kingdom, but not the whole
		return id == State && !strings.HasPrefix(folded, "united")
	}
	return strings.Contains(placesToo[id], code)
}

// longestWord is the length of the longest name of a country, or word for a gender, that is looked for in another field's
// column.
const longestWord = 40

// wordKind tells names of countries (not their codes) and words for genders (not single letters). Most words have a beginning
// and a length that none of these has.
func (c *Checker) wordKind(text string) Kind {
	if len(text) < 4 || len(text) > longestWord {
		return PlainKind
	}
	var buffer [longestWord]byte
	folded, ok := appendFolded(buffer[:0], text)
	if !ok {
		return c.foreignWords.get(text, c.readForeign).kind
	}
	return c.foldedKind(folded)
}

func (c *Checker) foldedKind(folded []byte) Kind {
	if x := c.countryIndex(); x.shapes.may(folded) && x.names[string(folded)] != "" {
		return CountryKind
	}
	if x := genders(); x.shapes.may(folded) && x.values[string(folded)] != "" {
		return GenderKind
	}
	return PlainKind
}

// readForeign is wordKind for texts beyond ASCII, which are dear to fold.
func (c *Checker) readForeign(text string) verdict {
	return verdict{kind: c.foldedKind([]byte(Fold(text)))}
}

func numericKind(text string) Kind {
	switch t := look(text); {
	case t == hasDigit:
		return DigitsKind
	case t.has(hasLower | hasOthers):
		return PlainKind
	case looksLikeDate(text):
		return DateKind
	case looksLikePhone(text):
		return PhoneKind
	}
	return PlainKind
}

// suits are the kinds, a bit each, that a field's sound values may have beside plain text. Street lines may be anything but an
// address of mail; cities and last names may be called like a country, though rarely all of them.
var suits = [Count]uint8{
	Email: 1 << EmailKind, NewEmail: 1 << EmailKind,
	AccountID: 1 << DigitsKind, ZUID: 1 << DigitsKind,
	Gender: 1 << GenderKind, Country: 1 << CountryKind,
	PhoneNumber: 1<<PhoneKind | 1<<DigitsKind, MobileNumber: 1<<PhoneKind | 1<<DigitsKind,
	StreetAddr: 1<<DigitsKind | 1<<PhoneKind | 1<<CountryKind | 1<<GenderKind | 1<<DateKind,
	PostalCode: 1<<DigitsKind | 1<<PhoneKind | 1<<CountryKind | 1<<GenderKind,
}

// shapes tells words that are surely not in a set, by two letters and the length: nearly all words, and at a tenth of what
// a map costs.
type shapes [1024]uint64

func (s *shapes) add(folded string) {
	if len(folded) > 1 {
		s[shapeOf(folded)] |= 1 << min(len(folded), 63)
	}
}

func (s *shapes) may(folded []byte) bool {
	return len(folded) > 1 && s[shapeOf(folded)]&(1<<min(len(folded), 63)) != 0
}

// shapeOf numbers a folded word by its first two bytes.
func shapeOf[T string | []byte](word T) int { return (int(word[0])*37 + int(word[1])) % len(shapes{}) }
