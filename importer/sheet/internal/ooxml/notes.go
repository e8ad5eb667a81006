package ooxml

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// notes is what the worksheet has of notes, and what is added. A note is two things in a workbook: its text in the
// comments part, and a box in an old drawing format. Texts wait in a temporary file, as one part of a package is written
// at a time; of the boxes only place and size are kept.
type notes struct {
	o            MarkOptions
	commentsPart string
	vmlPart      string
	drawing      string // the relationship of the boxes

	head     []byte // of the comments part, up to the first note
	prefix   string
	tail     []byte
	author   int
	present  map[string][]byte // notes of others, by cell
	order    []string
	threaded map[string]bool // cells whose note mirrors a conversation
	removed  map[string]bool // cells whose note was ours

	vml   []byte // the boxes that are there
	boxes []box
	block int // the first free block of shape ids

	temp  *os.File
	spool *bufio.Writer
	count int
	left  int // out, as there were too many
}

// box is where a note is shown.
type box struct {
	row    int32
	column int16
	lines  int16
}

// openNotes reads the notes of a worksheet. drawing is the relationship of their boxes, "" for none.
func (b *book) openNotes(rels *relationships, part, drawing string, o MarkOptions) (*notes, error) {
	n := &notes{o: o, present: map[string][]byte{}, threaded: map[string]bool{}, removed: map[string]bool{}}
	if err := n.readComments(b, rels, part); err != nil {
		return nil, err
	}
	if err := n.readBoxes(b, rels, part, drawing); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(o.Folder, ".notes-*") // created 0600
	if err != nil {
		return nil, err
	}
	n.temp, n.spool = file, bufio.NewWriterSize(file, 1<<16)
	return n, nil
}

func (n *notes) close() {
	if n.temp != nil {
		_ = n.temp.Close()
		_ = os.Remove(n.temp.Name())
	}
}

func (n *notes) readComments(b *book, rels *relationships, part string) error {
	r := rels.first(relComments)
	if r == nil {
		n.commentsPart = b.free("xl/comments%d.xml")
		n.head = []byte(fmt.Sprintf(`%s<comments xmlns="%s"><authors><author>%s</author></authors><commentList>`,
			xmlHead, b.mainSpace(), escape(n.o.Author)))
		n.tail = []byte("</commentList></comments>")
		return nil
	}
	n.commentsPart = resolve(part, r.Target)
	data, err := b.read(n.commentsPart)
	if err != nil {
		return err
	}
	if err := splitComments(n, data); err != nil {
		return fmt.Errorf("part %s: %w", n.commentsPart, err)
	}
	return nil
}

// keep holds a note of somebody else's; one of ours is an earlier marking's, and goes.
func (n *notes) keep(ref string, raw []byte, ours bool) {
	if ours {
		n.removed[ref] = true
		return
	}
	n.present[ref] = n.withoutOurs(raw)
	n.order = append(n.order, ref)
}

// signature begins what is added to somebody else's note.
func (n *notes) signature() string { return "\n\n" + n.o.Author + ":\n" }

// withoutOurs is somebody's note without what an earlier marking added to it.
func (n *notes) withoutOurs(raw []byte) []byte {
	start, end := []byte("<"+n.prefix+"r>"), []byte("</"+n.prefix+"r>")
	for at := 0; ; {
		from := bytes.Index(raw[at:], start)
		if from < 0 {
			return raw
		}
		from += at
		to := bytes.Index(raw[from:], end)
		if to < 0 {
			return raw
		}
		to += from + len(end)
		if !bytes.Contains(raw[from:to], []byte(">"+escape(n.signature()))) {
			at = to
			continue
		}
		raw, at = concat(raw[:from], "", raw[to:]), from
	}
}

// add puts a note to a cell. Where somebody else's is there already, ours is added to its text; to the mirror of a
// conversation nothing can be added.
func (n *notes) add(column, row int, text string) error {
	ref := cellName(column, row)
	if text == "" || n.threaded[ref] {
		return nil
	}
	if n.o.MaxNotes > 0 && n.count >= n.o.MaxNotes {
		n.left++
		return nil
	}
	n.count++
	if raw, ok := n.present[ref]; ok {
		n.present[ref] = n.extended(raw, text)
		return nil
	}
	n.boxes = append(n.boxes, box{int32(row), int16(column), lines(text)})
	_, err := fmt.Fprintf(n.spool, `<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`,
		n.prefix, ref, n.author, n.run(text))
	return err
}

// run is a piece of a note's text.
func (n *notes) run(text string) string {
	return fmt.Sprintf(`<%[1]sr><%[1]st xml:space="preserve">%[2]s</%[1]st></%[1]sr>`, n.prefix, escape(text))
}

// extended is somebody's note with a paragraph of ours.
func (n *notes) extended(raw []byte, text string) []byte {
	raw = n.runs(raw)
	end := bytes.LastIndex(raw, []byte("</"+n.prefix+"text>"))
	if end < 0 {
		return raw
	}
	return concat(raw[:end], n.run(n.signature()+text), raw[end:])
}

// runs is a note whose text, if it is one plain piece, has become a run, beside which others can stand.
func (n *notes) runs(raw []byte) []byte {
	run, from := []byte("<"+n.prefix+"r>"), []byte("<"+n.prefix+"t")
	start := bytes.Index(raw, append(from, ' '))
	if plain := bytes.Index(raw, append(from, '>')); start < 0 || plain >= 0 && plain < start {
		start = plain
	}
	last := []byte("</" + n.prefix + "t>")
	end := bytes.Index(raw, last)
	if bytes.Contains(raw, run) || start < 0 || end < start {
		return raw
	}
	end += len(last)
	return concat(raw[:start], string(run)+string(raw[start:end])+"</"+n.prefix+"r>", raw[end:])
}

// lines is how many lines a text takes in a note's box, which is some 40 letters wide.
func lines(text string) int16 {
	count := 0
	for line := range strings.SplitSeq(text, "\n") {
		count += 1 + len([]rune(line))/38
	}
	return int16(min(count, 20))
}

// none reports whether the worksheet ends up without notes.
func (n *notes) none() bool { return len(n.boxes) == 0 && len(n.present) == 0 }

// relate makes the notes known to the worksheet, and gives the relationship of their boxes, "" if there are no notes.
func (n *notes) relate(b *book, rels *relationships) (drawing string) {
	if n.none() {
		return n.drawing
	}
	if rels.first(relComments) == nil {
		rels.add(b.relType(relComments), "/"+n.commentsPart)
	}
	if n.drawing == "" {
		n.drawing = rels.add(b.relType(relVML), "/"+n.vmlPart)
	}
	return n.drawing
}

// writeNotes writes the comments part and the drawing of its boxes. Where no note is left, the part goes.
func (a *marker) writeNotes() error {
	n := a.notes
	a.result.Notes = n.count
	if n.none() {
		a.rels.drop(relComments)
		a.book.types.drop(n.commentsPart)
	} else if err := a.stream(n.commentsPart, n.writeComments); err != nil {
		return err
	} else {
		a.book.types.part(n.commentsPart, typeComments)
	}
	if n.drawing == "" {
		return nil
	}
	a.book.types.extension("vml", typeVML)
	return a.stream(n.vmlPart, n.writeBoxes)
}

func (n *notes) writeComments(out *bufio.Writer) error {
	if err := n.spool.Flush(); err != nil {
		return err
	}
	if _, err := n.temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	out.Write(n.head)
	for _, ref := range n.order {
		out.Write(n.present[ref])
	}
	if _, err := io.Copy(out, n.temp); err != nil {
		return err
	}
	_, err := out.Write(n.tail)
	return err
}
