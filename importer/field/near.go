package field

// nearIndex finds the known word that a misspelt one was meant to be: each word is kept under itself with one letter dropped,
// in every way, so that a look-up costs a few hashes instead of a comparison with every word. One letter wrong, missing,
// too many or swapped with its neighbour leaves the two a common form.
type nearIndex struct {
	forms map[uint64][]string // hash of a word, whole or without one letter: the words it may come from
	codes map[string]string   // what each known word stands for
	sieve []uint64            // a bit for each form by the top bits of its hash: most look-ups end here
}

// sieveBits is the length of a sieve's index: with the 19,000 forms of all countries' names one bit in 27 is set.
const sieveBits = 19

// The lengths in letters between which a word can tell what it was meant to be.
const (
	leastNear = 4
	mostNear  = 60
)

func newNearIndex(words map[string]string) nearIndex {
	x := nearIndex{forms: map[uint64][]string{}, codes: words, sieve: make([]uint64, 1<<(sieveBits-6))}
	for word := range words {
		runes := []rune(word)
		if len(runes) < leastNear || len(runes) > mostNear {
			continue
		}
		for form := range droppedForms(runes) {
			x.forms[form] = append(x.forms[form], word)
			place := sieved(form)
			x.sieve[place/64] |= 1 << (place % 64)
		}
	}
	return x
}

// formBase is the base of the polynomial by which words are hashed: an odd number with bits all over.
const formBase = 0x9e3779b97f4a7c15

// droppedForms yields the hashes of the word whole and without each of its letters. That of a word without a letter comes
// from those of what is before and behind it.
func droppedForms(word []rune) func(yield func(uint64) bool) {
	return func(yield func(uint64) bool) {
		var before [mostNear + 1]uint64 // hashes of the word's beginnings
		for i, r := range word {
			before[i+1] = before[i]*formBase + uint64(r)
		}
		if !yield(before[len(word)]) {
			return
		}
		behind, power := uint64(0), uint64(1) // hash of the word's end, and the base to the power of its length
		for i := len(word) - 1; i >= 0; i-- {
			if !yield(before[i]*power + behind) {
				return
			}
			behind += uint64(word[i]) * power
			power *= formBase
		}
	}
}

// sieved is a form's place in the sieve. The polynomial's low bits are mixed worse than its high ones.
func sieved(form uint64) uint64 { return (form ^ form>>29) * formBase >> (64 - sieveBits) }

// find returns what the one nearest word stands for; nothing if words of different meaning are as near.
func (x nearIndex) find(folded string) (string, bool) {
	var buffer [mostNear]rune
	runes := buffer[:0]
	for _, r := range folded {
		if len(runes) == mostNear {
			return "", false
		}
		runes = append(runes, r)
	}
	if len(runes) < leastNear {
		return "", false
	}
	meant := ""
	for form := range droppedForms(runes) {
		if place := sieved(form); x.sieve[place/64]&(1<<(place%64)) == 0 {
			continue
		}
		for _, word := range x.forms[form] {
			if x.codes[word] == meant || distance(runes, []rune(word), 1) > 1 {
				continue
			}
			if meant != "" {
				return "", false
			}
			meant = x.codes[word]
		}
	}
	return meant, meant != ""
}
