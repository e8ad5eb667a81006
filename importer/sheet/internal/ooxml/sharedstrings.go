package ooxml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// stringBlock is how many strings share an index block, and textBlock how many bytes a block of text. Blocks never move,
// so that the table needs no more memory while it grows than when it is done. textBlock follows from the 16 bits of
// sharedStrings.starts, and is a window's size by chance.
const (
	stringBlock = 4096
	textBlock   = 1 << 16
)

// sharedStrings is the table of a workbook's texts. It keeps four bytes a string beside the text, and nothing for the
// garbage collector to follow: a big workbook has millions of them.
type sharedStrings struct {
	texts   []string   // blocks of text; one that is longer than a block has its own
	starts  [][]uint32 // of each string: the block's number in the upper half, the place in it in the lower
	count   int
	suspect bool         // some of them may be wrongly decoded
	struck  map[int]bool // of which a part is struck out
	text    []byte       // of the block that is being filled
}

// at is a string by its number.
func (s *sharedStrings) at(i int) (string, bool) {
	if i < 0 || i >= s.count {
		return "", false
	}
	start := s.start(i)
	text := s.texts[start>>16]
	if i+1 < s.count {
		if next := s.start(i + 1); next>>16 == start>>16 {
			text = text[:next&0xffff]
		}
	}
	return text[start&0xffff:], true
}

func (s *sharedStrings) start(i int) uint32 { return s.starts[i/stringBlock][i%stringBlock] }

func (s *sharedStrings) add(text string) error {
	if len(s.text)+len(text) >= textBlock {
		s.seal()
	}
	if len(s.texts) > 0xffff {
		return fmt.Errorf("more than %d MB of texts", textBlock)
	}
	if s.count%stringBlock == 0 {
		s.starts = append(s.starts, make([]uint32, 0, stringBlock))
	}
	last := len(s.starts) - 1
	s.starts[last] = append(s.starts[last], uint32(len(s.texts))<<16|uint32(len(s.text)))
	s.text = append(s.text, text...)
	s.count++
	return nil
}

// seal ends a block of text.
func (s *sharedStrings) seal() {
	s.texts = append(s.texts, string(s.text))
	s.text = s.text[:0]
}

// loadStrings reads the table, once.
func (w *Workbook) loadStrings() error {
	if w.strings != nil || w.stringPart == "" || !w.has(w.stringPart) { // a cell that needs what is missing says so
		return nil
	}
	rc, err := w.open(w.stringPart, stringsMax)
	if err != nil {
		return err
	}
	defer rc.Close()
	x, s := newXMLScanner(rc), new(sharedStrings)
	if err := s.read(x); err != nil {
		return w.damaged(w.stringPart, err)
	}
	s.seal()
	s.text = nil
	w.strings = s
	return nil
}

func (s *sharedStrings) read(x *xmlScanner) error {
	if err := x.open("sst"); err != nil {
		return err
	}
	err := x.children(func(local string) error {
		if local != "si" {
			return x.skip()
		}
		text, err := x.richText()
		s.suspect = s.suspect || x.suspect
		if err != nil {
			return err
		}
		if x.struck {
			if s.struck == nil {
				s.struck = map[int]bool{}
			}
			s.struck[s.count] = true
		}
		return s.add(text)
	})
	if err != nil {
		return err
	}
	_, err = x.next() // the end of the part, with its checksum
	return err
}

// richText reads the text of <si> or <is>: one text, or runs of several styles, and notes whether one of them is struck out. Phonetic
// guides are no text.
func (x *xmlScanner) richText() (string, error) {
	x.struck = false
	text := ""
	piece := func() error {
		t, err := x.content()
		if err == nil {
			text += unescapeCharacters(t)
		}
		return err
	}
	err := x.children(func(local string) error {
		switch local {
		case "t":
			return piece()
		case "r":
			return x.children(func(local string) error {
				switch local {
				case "t":
					return piece()
				case "rPr":
					return x.runProperties()
				}
				return x.skip()
			})
		}
		return x.skip()
	})
	return text, err
}

// runProperties notes whether a run of text is struck out.
func (x *xmlScanner) runProperties() error {
	return x.children(func(local string) error {
		if local == "strike" || local == "dstrike" {
			x.struck = x.struck || strikes(x.attribute("val"))
		}
		return x.skip()
	})
}

// strikes reads the value of a property that is there: without one it is on.
func strikes(value string) bool { return value == "" || truth(value) }

// unescapeCharacters resolves escapes like _x000D_, by which workbooks hold what XML can't. Pairs of them may be one
// character beyond the first 65,536.
func unescapeCharacters(s string) string {
	i := strings.Index(s, "_x")
	if i < 0 {
		return s
	}
	var b strings.Builder
	for ; i >= 0; i = strings.Index(s, "_x") {
		b.WriteString(s[:i])
		s = s[i:]
		if !Escapes(s) {
			b.WriteString("_x")
			s = s[2:]
			continue
		}
		r := hexRune(s[2:6])
		if !utf8.ValidRune(r) { // half a pair: no character, so it stays as it is
			b.WriteString(s[:7])
		} else {
			b.WriteRune(r)
		}
		s = s[7:]
	}
	b.WriteString(s)
	return b.String()
}

func hexRune(digits string) rune {
	r := rune(0)
	for _, c := range []byte(digits) {
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		r = r<<4 | rune(c)
	}
	return r
}
