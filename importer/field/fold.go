package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold reduces a header or a name to what it is compared by: compatibility forms made one, case and accents dropped, and
// letters and digits alone kept, so that "E-Mail", "e_mail" and "Ｅ　Ｍａｉｌ" are one word.
func Fold(text string) string {
	if folded, ok := foldASCII(text); ok {
		return folded
	}
	text = strings.ToValidUTF8(text, "")                                // a broken byte keeps the letter behind it from being taken apart
	text = strings.ToLower(cases.Fold().String(norm.NFKD.String(text))) // Fold swaps the cases of Cherokee, which has it the other way round
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if keptByFold(r) {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// keptByFold keeps letters, digits and the marks that are letters to their script (Devanagari vowels, kana voicing), and drops
// the accents of Latin, Greek and Cyrillic.
func keptByFold(r rune) bool {
	if r >= 0x300 && r <= 0x36f {
		return false
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.M)
}

func foldASCII(text string) (string, bool) {
	folded, ok := appendFolded(make([]byte, 0, len(text)), text)
	if !ok || string(folded) == text {
		return text, ok
	}
	return string(folded), true
}

// appendFolded appends an ASCII text folded, and reports whether it is ASCII.
func appendFolded(b []byte, text string) ([]byte, bool) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b = append(b, c)
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c >= utf8.RuneSelf:
			return b, false
		}
	}
	return b, true
}

// lookAlikes are the letters of other scripts that are drawn like a Latin one, by the letter they are taken for. The pairs
// are those of the Unicode confusables that a Latin reader can't tell apart in common fonts.
var lookAlikes = map[rune]rune{
	// Cyrillic
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ј': 'j', 'ѕ': 's', 'ԁ': 'd', 'һ': 'h',
	'ԛ': 'q', 'ԝ': 'w', 'ӏ': 'l', 'к': 'k', 'м': 'm', 'н': 'h', 'т': 't', 'в': 'b',
	// Greek
	'α': 'a', 'ο': 'o', 'ρ': 'p', 'ν': 'v', 'ι': 'i', 'κ': 'k', 'ε': 'e', 'η': 'n', 'τ': 't', 'υ': 'u', 'χ': 'x', 'μ': 'm',
	'β': 'b', 'ζ': 'z',
	// Latin beyond the alphabet
	'ı': 'i', 'ɑ': 'a', 'ɡ': 'g',
}

// Skeleton is the folded text with look-alike letters replaced by the Latin ones they are taken for.
func Skeleton(folded string) string {
	return strings.Map(func(r rune) rune {
		if l, ok := lookAlikes[r]; ok {
			return l
		}
		return r
	}, folded)
}

// distance counts the letters to insert, drop, change or swap with their neighbour to make b of a, up to limit+1.
func distance(a, b []rune, limit int) int {
	if abs(len(a)-len(b)) > limit {
		return limit + 1
	}
	previous, current, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range current {
		current[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			next[j] = editCost(a, b, i, j, previous, current, next)
			least = min(least, next[j])
		}
		if least > limit {
			return limit + 1
		}
		previous, current, next = current, next, previous
	}
	return current[len(b)]
}

func editCost(a, b []rune, i, j int, previous, current, next []int) int {
	change := 1
	if a[i-1] == b[j-1] {
		change = 0
	}
	cost := min(current[j]+1, next[j-1]+1, current[j-1]+change)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		cost = min(cost, previous[j-2]+1)
	}
	return cost
}

func abs(n int) int { return max(n, -n) }
