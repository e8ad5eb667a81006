package ooxml

import (
	"errors"
	"slices"
	"strings"
)

// commentSplitter takes a comments part apart: what stands before its notes, each note, and what follows.
type commentSplitter struct {
	*notes
	into    *[]byte
	authors []string
	name    []byte // of the author that is being read
	inName  bool

	ref  string
	note []byte // the note that is being read, nil between notes
	ours bool
}

func splitComments(n *notes, data []byte) error {
	c := &commentSplitter{notes: n, into: &n.head}
	n.author = -1
	if err := eachToken(data, c.token); err != nil {
		return err
	}
	if n.author < 0 || len(n.tail) == 0 {
		return errors.New("notes without a list of their authors")
	}
	return nil
}

func (c *commentSplitter) token(t token) {
	switch {
	case c.note != nil:
		c.inNote(t)
	case t.is("comment"):
		c.startNote(t)
	case t.is("authors") && t.kind == alone:
		c.write(t.opened())
		c.addAuthor(t.prefix())
		c.write([]byte("</" + t.prefix() + "authors>"))
	case t.ends("authors"):
		c.addAuthor(t.prefix())
		c.write(t.raw)
	case t.is("commentList") && t.kind == alone:
		c.write(t.opened())
		c.into = &c.tail
		c.write([]byte("</" + t.prefix() + "commentList>"))
	case t.ends("commentList"):
		c.into = &c.tail
		c.write(t.raw)
	default:
		c.readAuthor(t)
		c.write(t.raw)
	}
}

func (c *commentSplitter) write(raw []byte) { *c.into = append(*c.into, raw...) }

func (c *commentSplitter) readAuthor(t token) {
	switch {
	case t.is("comments"):
		c.prefix = t.prefix()
	case t.is("author"):
		c.inName, c.name = t.kind == open, nil
		if t.kind == alone {
			c.authors = append(c.authors, "")
		}
	case t.ends("author"):
		c.inName = false
		c.authors = append(c.authors, plainText(c.name))
	case c.inName:
		c.name = append(c.name, t.raw...)
	}
}

// addAuthor puts ours at the end of the list of authors, unless an earlier marking did.
func (c *commentSplitter) addAuthor(prefix string) {
	if c.author = slices.Index(c.authors, c.o.Author); c.author >= 0 {
		return
	}
	c.author = len(c.authors)
	c.write([]byte("<" + prefix + "author>" + escape(c.o.Author) + "</" + prefix + "author>"))
}

func (c *commentSplitter) startNote(t token) {
	c.ref = string(t.attr("ref"))
	author := ""
	if id := t.number("authorId", -1); id >= 0 && id < len(c.authors) {
		author = c.authors[id]
	}
	c.ours = author == c.o.Author
	if strings.HasPrefix(author, "tc=") { // how Excel signs the mirror of a conversation
		c.threaded[c.ref] = true
	}
	c.note = []byte{}
	c.inNote(t)
}

func (c *commentSplitter) inNote(t token) {
	c.note = append(c.note, t.raw...)
	if !t.ends("comment") && !(t.is("comment") && t.kind == alone) {
		return
	}
	c.keep(c.ref, c.note, c.ours)
	c.note = nil
}
