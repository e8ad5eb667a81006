package field

import (
	"slices"
	"strings"
	"sync"
)

// Match is what a header's text was recognised as.
type Match struct {
	ID       ID
	Language string // of the alias; "" if the header is the field's own name
	Word     string // the alias as the catalogue writes it
}

// headerIndex finds fields by folded header.
type headerIndex struct {
	known    map[string]Match
	ordinary map[string]bool
	near     []nearAlias
}

type nearAlias struct {
	folded []rune
	Match
}

var headers = sync.OnceValue(func() *headerIndex {
	x := &headerIndex{known: map[string]Match{}, ordinary: map[string]bool{}}
	for _, e := range catalogue {
		x.add(e.Name, Match{ID: e.ID, Word: e.Name})
	}
	for _, e := range catalogue {
		for _, alias := range e.Aliases {
			for word := range strings.SplitSeq(alias.Words, ",") {
				word = strings.TrimSpace(word)
				x.add(word, Match{e.ID, alias.Language, word})
			}
		}
	}
	for word := range strings.FieldsFuncSeq(ordinary, func(r rune) bool { return r == ',' || r == '\n' }) {
		x.ordinary[Fold(word)] = true
	}
	return x
})

// add keeps the first meaning of a word: the catalogue's order decides between languages that share it.
func (x *headerIndex) add(word string, m Match) {
	folded := Fold(word)
	if _, taken := x.known[folded]; taken {
		return
	}
	x.known[folded] = m
	x.near = append(x.near, nearAlias{[]rune(folded), m})
}

// Recognise finds the field that a header names, by the field's own name or an alias in any language.
func Recognise(header string) (Match, bool) {
	known := headers().known
	m, ok := known[Fold(header)]
	if !ok {
		if bare, found := withoutRemark(header); found {
			m, ok = known[Fold(bare)]
		}
	}
	return m, ok
}

// remarks are what forms and other programs' sheets add to a header, in brackets behind it, and that mean nothing here.
var remarks = foldedSet("required, optional, mandatory, if any, upload only, Pflichtfeld, Pflicht, erforderlich, obligatoire, facultatif, " +
	"obligatorio, requerido, opcional, obrigatório, obbligatorio, facoltativo, verplicht, optioneel, 必須, 任意, 必填, 选填, अनिवार्य")

// withoutRemark takes a remark in brackets off a header's end: "Email Address [Required]".
func withoutRemark(header string) (string, bool) {
	header = trim(header)
	if header == "" || header[len(header)-1] != ']' && header[len(header)-1] != ')' {
		return "", false
	}
	open := strings.LastIndexAny(header, "[(")
	if open < 1 || !remarks[Fold(header[open:])] {
		return "", false
	}
	return header[:open], true
}

func foldedSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(words, ",") {
		set[Fold(word)] = true
	}
	return set
}

// Known reports whether a text is a header that this program knows, its own "_" columns among them: by it the header's
// row and the delimiter are found.
func Known(header string) bool {
	if strings.HasPrefix(strings.TrimSpace(header), "_") {
		return ourColumns[Fold(header)]
	}
	_, ok := Recognise(header)
	return ok
}

// ourColumns are the folded names of the columns that reports add.
var ourColumns = wordSet("row status accountid zuid edited changed attempts finishedat origin step field code message httpstatus")

// Beside says what a header that can mean two fields means beside another column: "Name" is the last name beside
// "Vorname". Others are the fields of the sheet's other columns with the matches by which they were recognised.
func (m Match) Beside(header string, others []Match) (ID, bool) {
	folded := Fold(header)
	for _, c := range contextual {
		if c.word != folded {
			continue
		}
		means, beside := false, false
		for _, o := range others {
			means = means || o.ID == c.means
			beside = beside || o.ID == c.beside && (c.languages == "" || strings.Contains(c.languages, o.Language) && o.Language != "")
		}
		if beside && !means {
			return c.means, true
		}
	}
	return m.ID, false
}

// directoryNames are the headers of Active Directory's attributes that mean nothing elsewhere. The first of two for one field
// is preferred.
var directoryNames = []struct {
	header string
	id     ID
}{{"sn", LastName}, {"l", City}, {"st", State}, {"c", Country}, {"co", Country}}

// DirectoryName finds the field of an attribute of Active Directory, and how much it is preferred: less is more.
func DirectoryName(header string) (id ID, place int, ok bool) {
	for i, n := range directoryNames {
		if strings.EqualFold(trim(header), n.header) {
			return n.id, i, true
		}
	}
	return 0, 0, false
}

// FromDirectory reports a header that only exports of a directory write in this way: beside it DirectoryName holds.
func FromDirectory(header string) bool {
	header = trim(header)
	return strings.EqualFold(header, "mail") || strings.EqualFold(header, "givenName") || strings.EqualFold(header, "userPrincipalName")
}

// WholeOrLast reports a header that means the whole name or, in sheets that split it, the last one.
func WholeOrLast(header string) bool { return Fold(header) == "name" }

// houseNumbers are the headers of columns that hold what belongs behind the street.
var houseNumbers = foldedSet("house number, house no, street number, street no, Hausnummer, Haus-Nr, Hausnr, numéro de rue, n° de rue, número exterior, " +
	"número da casa, numero civico, civico, huisnummer, huisnr, 門牌號碼, 门牌号")

// HouseNumber reports the header of a column of house numbers.
func HouseNumber(header string) bool { return houseNumbers[Fold(header)] }

// From how many letters on a header with so many errors is taken for a misspelt one: "Emial", but not "Team"; two errors
// only in words long enough not to become another word (tried on the headers of ordinary). Of four letters two may have changed
// places: "Ctiy".
const (
	oneSwap   = 4
	oneError  = 5
	twoErrors = 8
)

// Near finds the field that a header probably means although it is spelt otherwise, and what is odd about its spelling.
func Near(header string) (m Match, why string, ok bool) {
	x := headers()
	folded := Fold(header)
	if _, known := x.known[folded]; known || folded == "" || x.ordinary[folded] {
		return Match{}, "", false
	}
	if skeleton := Skeleton(folded); skeleton != folded {
		if m, ok := x.known[skeleton]; ok {
			return m, "with letters of another script that look like Latin ones", true
		}
	}
	m, ok = x.misspelt([]rune(folded))
	return m, "spelled differently", ok
}

// misspelt finds the alias with the fewest letters wrong. A digit too many is no misspelling: "Phone 2" is a second phone.
func (x *headerIndex) misspelt(folded []rune) (Match, bool) {
	best, found := 3, Match{}
	for _, alias := range x.near {
		limit := 0
		switch n := max(len(folded), len(alias.folded)); {
		case n >= twoErrors && min(len(folded), len(alias.folded)) >= twoErrors-1:
			limit = 2
		case n >= oneError:
			limit = 1
		case n == oneSwap && sameLetters(folded, alias.folded):
			limit = 1
		}
		if limit = min(limit, best-1); limit == 0 || digitsOf(folded) != digitsOf(alias.folded) {
			continue
		}
		if d := distance(folded, alias.folded, limit); d <= limit {
			best, found = d, alias.Match
		}
	}
	return found, best < 3
}

// sameLetters reports whether two words have the same letters, in whatever order.
func sameLetters(a, b []rune) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func digitsOf(runes []rune) string {
	var digits []rune
	for _, r := range runes {
		if r >= '0' && r <= '9' {
			digits = append(digits, r)
		}
	}
	return string(digits)
}
