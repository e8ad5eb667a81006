package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"zohobulk/importer/problem"
)

// leaveBlank is what to do instead of writing that there is no value.
const leaveBlank = "clear the cell if there is nothing to change"

// marksOfNothing say in any field that there is no value. "NA" is not among them: it is Namibia, Navarra and a family's name.
var marksOfNothing = newQuickSet("n/a n.a. n.a n\\a n/d k.a. k.a s.o. s/o s.d. n/v tbd tba tbc (none) (blank) (leer) (null) (empty) (unknown) <none> <null> [none] [null] "+
	`\n undefined <na> <n/a> <nil> <blank> <empty> <unset> [blank] [empty] [n/a] {null} {none} #null $null @null dbnull system.dbnull dbnull.value (nil) (n/a) %!s(<nil>) %!v(<nil>) <undefined> (undefined)`,
	"[object object]", "(not set)", "(no value)", "not available", "not applicable", "no aplica", "keine angabe", "non applicable")

// wordsForNothing say so where they can't be a name: Null is one.
var wordsForNothing = newQuickSet("none null nil nothing empty blank unknown missing keine keiner kein nichts leer unbekannt fehlt aucun aucune inconnu vide neant néant Néant " +
	"ninguno ninguna ningun ningún Ningún nada vacio vacío Vacío desconocido nenhum nenhuma vazio desconhecido nessuno nessuna niente vuoto sconosciuto " +
	"geen leeg onbekend なし 無し 無 无 暂无 不明 未定 नहीं")

// quickSet is a set of words in small letters that tells most others by their first letter and length.
type quickSet struct {
	words   map[string]bool
	lengths [256]uint32 // by first byte, a bit for each length
}

func newQuickSet(words string, phrases ...string) *quickSet {
	s := &quickSet{words: wordSet(words)}
	for _, phrase := range phrases {
		s.words[phrase] = true
	}
	for word := range s.words {
		s.lengths[word[0]] |= 1 << min(len(word), 31)
	}
	return s
}

func (s *quickSet) has(text string) bool {
	first := text[0]
	if traitsOf[first].has(hasUpper) {
		first |= 0x20
	}
	return s.lengths[first]&(1<<min(len(text), 31)) != 0 && (s.words[text] || isASCII(text) && s.words[strings.ToLower(text)])
}

// Nothing reports a text by which people say that there is no value: signs alone, "n/a", "none" and their like.
func Nothing(text string) bool {
	return text != "" && (standsIn(text) || wordsForNothing.has(text) || strings.EqualFold(text, "nan"))
}

// longestSigns is how many signs alone somebody writes for nothing.
const longestSigns = 9

// standsIn reports signs alone and what is no word of any language.
func standsIn(text string) bool {
	if marksOfNothing.has(text) || text == "NaN" || text == "NaT" { // Nan and Nat are names
		return true
	}
	if traitsOf[text[0]].has(hasLower|hasUpper|hasDigit) || len(text) > longestSigns {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(text); unicode.IsLetter(r) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPunct(r) && !strings.ContainsRune(" +=~<>|^`", r) })
}

// warnOdd warns of a text that would be sent and shown like a real value and hardly is one: a formula's, one that says that
// there is none, what a program has escaped, a date. Words says that the field's values are no names.
func (c *Checker) warnOdd(text string, t traits, words bool) {
	switch {
	case text[0] == '=' && !strings.HasPrefix(text, "=?"):
		c.warn(CodeFormulaText, "a formula's text, which would be sent as it is", "write what the formula should give")
	case standsIn(text) || words && (wordsForNothing.has(text) || text == "nan"):
		c.add(foundNothing)
	case dated(text, t):
		c.warn(CodeDate, "nothing but a date: a spreadsheet makes one of a number like 3-4", "write what was there before, in a cell with the format Text")
	case t.has(hasEscape):
		c.warnEscaped(text)
	}
}

var foundNothing = Finding{Severity: problem.Warning, Code: CodeStandIn, Message: "looks like a placeholder, and would be saved as it is", Hint: leaveBlank}
