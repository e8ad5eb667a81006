package check

import "math/bits"

// hashTable remembers which row first had a key, by the key's seeded 64-bit hash. A million keys take some 21 MB where a Go
// map of strings takes 86; two different keys get one hash in one of 37 million sheets of a million rows.
//
// It is cut into shards that grow one at a time, so that never more than a shard is held twice.
type hashTable struct {
	shards [shardCount]hashShard
}

const shardCount = 64

// hashShard is a table with open addressing. Its slots are ordered by hash, so that growing keeps neighbours together.
type hashShard struct {
	slots []hashSlot
	used  int
}

// hashSlot is three 32-bit words so that it takes 12 bytes, not 16. An empty slot has row 0.
type hashSlot struct {
	high, low uint32
	row       uint32 // the first row's Seq; toldBit is set once that row was told of
}

// toldBit leaves 31 bits for the row: two thousand times the rows of a worksheet.
const toldBit = 1 << 31

// add remembers a row's key. If another row had it before, its Seq is returned, and whether that row is told so for the
// first time.
func (t *hashTable) add(hash uint64, row uint32) (first uint32, fresh bool) {
	s := &t.shards[hash>>(64-6)]
	if (s.used+1)*16 > len(s.slots)*11 { // a new key, as nearly all are, is looked for in 5 slots then; at 7/8 full it would be 32
		s.grow()
	}
	slot := s.find(hash)
	if slot.row == 0 {
		*slot = hashSlot{uint32(hash >> 32), uint32(hash), row}
		s.used++
		return 0, false
	}
	fresh = slot.row&toldBit == 0
	first = slot.row &^ toldBit
	slot.row |= toldBit
	return first, fresh
}

// find returns the slot with the hash, or the empty one where it belongs.
func (s *hashShard) find(hash uint64) *hashSlot {
	place, _ := bits.Mul64(hash<<6, uint64(len(s.slots)))
	for i := int(place); ; {
		slot := &s.slots[i]
		if slot.row == 0 || slot.low == uint32(hash) && slot.high == uint32(hash>>32) {
			return slot
		}
		if i++; i == len(s.slots) {
			i = 0
		}
	}
}

// grow makes room for half as much again: the tables of a large sheet are then between half and two thirds full.
func (s *hashShard) grow() {
	old := s.slots
	s.slots = make([]hashSlot, max(16, len(old)+len(old)/2))
	for _, slot := range old {
		if slot.row != 0 {
			*s.find(uint64(slot.high)<<32 | uint64(slot.low)) = slot
		}
	}
}

// rowSet is a set of rows by Seq, a bit each.
type rowSet struct {
	words []uint64
	count int
}

// add puts a row into the set and reports whether it is new.
func (r *rowSet) add(seq int) bool {
	word, bit := seq/64, uint64(1)<<(seq%64)
	for word >= len(r.words) {
		r.words = append(r.words, 0)
	}
	if r.words[word]&bit != 0 {
		return false
	}
	r.words[word] |= bit
	r.count++
	return true
}

// all yields the rows in order.
func (r *rowSet) all(yield func(int) bool) {
	for w, word := range r.words {
		for ; word != 0; word &= word - 1 {
			if !yield(w*64 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}

// places remembers the number and line of every row by its Seq. Most sheets need a handful of entries: one for each place
// where blank lines, or cells with line breaks, move the count.
type places struct {
	steps []step
}

// step holds from row Seq on until the next.
type step struct{ seq, number, line uint32 }

func (p *places) add(seq, number, line int) {
	if n := len(p.steps); n > 0 {
		gotNumber, gotLine := p.find(seq)
		if gotNumber == number && gotLine == line {
			return
		}
	}
	p.steps = append(p.steps, step{uint32(seq), uint32(number), uint32(line)})
}

// find returns a row's number and line; a workbook's rows have line 0.
func (p *places) find(seq int) (number, line int) {
	low, high := 0, len(p.steps)
	if last := p.steps[high-1]; int(last.seq) <= seq {
		low = high - 1 // the usual question while a sheet is read
	}
	for low+1 < high {
		if middle := (low + high) / 2; int(p.steps[middle].seq) <= seq {
			low = middle
		} else {
			high = middle
		}
	}
	s := p.steps[low]
	beyond := seq - int(s.seq)
	number = int(s.number) + beyond
	if s.line > 0 {
		line = int(s.line) + beyond
	}
	return number, line
}
