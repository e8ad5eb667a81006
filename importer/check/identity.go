package check

import (
	"hash/maphash"
	"slices"
	"strings"

	"zohobulk/importer/field"
)

// identity is how a row's e-mail address and its name go together.
type identity struct {
	comparable bool // the address is made of two words or more, and so is the name
	agree      bool // they share a word
	email      uint64
	name       uint64 // hashes of the words, whatever their order; set where they don't agree
}

// leastWord is how short a word of an address may be and still say something: initials do not.
const leastWord = 2

// identify compares the words of the address with those of the name: "anna.schmidt@…" and "Anna Schmidt". Alone it tells
// nothing; over the sheet it tells a column that was sorted without the others.
func (w *worker) identify(v *field.Values) identity {
	local, _, _ := strings.Cut(v.Get(field.Email), "@")
	first, last := v.Get(field.FirstName), v.Get(field.LastName)
	if first == "" || last == "" {
		first, last = v.Get(field.DisplayName), ""
	}
	if first == "" || local == "" {
		return identity{}
	}
	words := 0
	for word := range wordsOf(local) {
		words++
		if containsWord(first, word) || containsWord(last, word) {
			return identity{comparable: true, agree: true}
		}
	}
	if words < 2 {
		return identity{}
	}
	email, _ := w.hashWords(local)
	name, n := w.hashWords(first)
	more, m := w.hashWords(last)
	return identity{comparable: n+m >= 2, email: email, name: name + more}
}

// wordsOf yields the runs of two letters or more.
func wordsOf(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i <= len(text); i++ {
			if i < len(text) && letter(text[i]) {
				continue
			}
			if i-start >= leastWord && !yield(text[start:i]) {
				return
			}
			start = i + 1
		}
	}
}

// letter takes ASCII's letters, and every byte of a letter beyond.
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// containsWord reports whether a text holds the word, without regard to case.
func containsWord(text, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i]|0x20 == word[0]|0x20 && strings.EqualFold(text[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// hashWords adds up the hashes of a text's words, so that their order does not matter.
func (w *worker) hashWords(text string) (sum uint64, words int) {
	for word := range wordsOf(text) {
		w.text = appendLower(w.text[:0], word)
		sum += maphash.Bytes(w.seed, w.text)
		words++
	}
	return sum, words
}

// sample keeps hashes whose lowest bits are zero, and asks for more zeros when it is full: two samples kept by the same
// rule hold the same part of what both have seen, so that their overlap is that of the whole, in bounded memory.
type sample struct {
	mask   uint64
	hashes map[uint64]bool
}

// sampleSize bounds a sample: an overlap of a tenth is found in it for certain.
const sampleSize = 4096

func (s *sample) add(hash uint64) {
	if hash&s.mask != 0 {
		return
	}
	if s.hashes == nil {
		s.hashes = make(map[uint64]bool)
	}
	s.hashes[hash] = true
	for len(s.hashes) > sampleSize {
		s.mask = s.mask<<1 | 1
		for h := range s.hashes {
			if h&s.mask != 0 {
				delete(s.hashes, h)
			}
		}
	}
}

// overlap counts the hashes that both samples could hold: how many of the first's there are, and how many the second has.
func (s *sample) overlap(other *sample) (of, shared int) {
	mask := s.mask | other.mask
	for h := range s.hashes {
		if h&mask != 0 {
			continue
		}
		of++
		if other.hashes[h] {
			shared++
		}
	}
	return of, shared
}

// identities gathers over the sheet how addresses and names go together.
type identities struct {
	comparable int
	apart      rowSet // rows whose address and name share no word
	emails     sample
	names      sample
	examples   []example
}

// example is a row to show.
type example struct {
	seq   int
	value string
}

// maxExamples is how many rows are shown of a column that is wrong.
const maxExamples = 3

func (d *identities) add(it *item) {
	if !it.identity.comparable {
		return
	}
	d.comparable++
	if it.identity.agree {
		return
	}
	d.apart.add(it.Seq)
	d.emails.add(it.identity.email)
	d.names.add(it.identity.name)
	if len(d.examples) < maxExamples {
		d.examples = append(d.examples, example{it.Seq, strings.Clone(it.Values.Get(field.Email))})
	}
}

// The part of a sheet's rows that must disagree, and of the disagreeing addresses whose owner must stand in another row,
// before a column is said to be sorted alone. Names that changed, or addresses that are no names, come nowhere near
// (reasoned, not measured).
const (
	apartShare  = 5 // a fifth of the rows
	ownedShare  = 2 // half of these addresses
	leastApart  = 3
	leastShared = 3
)

// sorted reports whether the addresses belong to the names of other rows.
func (d *identities) sorted() bool {
	if d.apart.count < leastApart || d.apart.count*apartShare < d.comparable {
		return false
	}
	of, shared := d.emails.overlap(&d.names)
	return shared >= leastShared && shared*ownedShare >= of
}

func (d *identities) exampleValues() []string {
	var values []string
	for _, e := range d.examples {
		values = append(values, quoted(e.value))
	}
	return slices.Clip(values)
}
