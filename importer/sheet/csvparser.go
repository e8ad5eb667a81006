package sheet

import (
	"io"
	"strings"

	"zohobulk/importer/sheet/internal/ooxml"
	"zohobulk/importer/sheet/internal/window"
)

// maxRecord is how long a record may be, in bytes: 1 MB is 32 cells as long as Excel allows, so what is longer has a quote
// that nobody closed. The window that slides over a CSV grows to this.
const maxRecord = 1 << 20

// csvTable is a CSV whose encoding and delimiter are known.
type csvTable struct {
	file   io.ReaderAt
	size   int64
	name   string
	codec  codec
	delim  byte
	asked  bool // the encoding was asked for by name
	width  int  // of the header, 0 while that is looked for
	header int  // the header's number
	ours   bool // one of our reports, which quote every cell
}

// csvParser is one reading of a CSV. It is strict about quotes like encoding/csv, and knows what that doesn't: the ends
// of lines by any system, the numbers of rows, swallowed rows, and how to read 64 kB with one allocation.
type csvParser struct {
	*csvTable
	*collector
	src    io.Reader
	buf    []byte // decoded text from the beginning of a record on
	sound  int    // how many of its bytes are checked
	plain  bool   // none of its bytes ask for a second look at the encoding
	eof    bool
	number int // of the last record
	line   int // that the parser has reached
	begun  int // line on which the present record begins
	stops  [256]bool
	raw    func(number int, text string) error // takes each record as it stands, 0 for a line that is no row; nil for nobody
}

func (t *csvTable) read(c *collector) error {
	return t.parser(c).run()
}

// readRaw reads the records as they stand in the file, with the ends of their lines. Number 0 is a line that is no row.
func (t *csvTable) readRaw(take func(number int, text string) error) error {
	p := t.parser(&collector{batch: new(batch), send: func(b *batch) *batch { b.reset(); return b }})
	p.raw = take
	return p.run()
}

func (t *csvTable) parser(c *collector) *csvParser {
	p := &csvParser{csvTable: t, collector: c, src: t.codec.open(t.file, t.size), line: 1, buf: make([]byte, 0, window.Size)}
	for _, b := range []byte{t.delim, '"', '\r', '\n'} {
		p.stops[b] = true
	}
	return p
}

// run slides the window over the file, and parses what records are whole in it.
func (p *csvParser) run() error {
	first := true
	for !p.done {
		bad := p.fill()
		text := string(p.buf[:p.sound])
		used := 0
		if first {
			used = p.skipSeparator(text)
			first = false
			if err := p.hand(0, text[:used]); err != nil {
				return err
			}
		}
		used, err := p.records(text, used, p.eof && bad == nil)
		switch {
		case err != nil:
			return err
		case p.done:
			return nil
		case bad != nil:
			return p.refuseText(bad, text[used:])
		case p.eof:
			return nil
		case used == 0 && len(p.buf) >= maxRecord:
			return p.refuse("csv-quote", text, 0, "close the quote that opens there", "a record is longer than 1 MB: is a quote never closed?")
		}
		p.buf = p.buf[:copy(p.buf, p.buf[used:])]
		p.sound -= used
	}
	return nil
}

// skipSeparator passes over a line like sep=; at the beginning, which Excel takes for no row.
func (p *csvParser) skipSeparator(text string) int {
	_, n := separator(text)
	if n > 0 {
		p.line++
	}
	return n
}

// separator reads a line like sep=; and gives its length with the line's end, or 0 if the text begins with none.
func separator(text string) (delim byte, length int) {
	if len(text) < 6 || !strings.EqualFold(text[:4], "sep=") || text[5] != '\r' && text[5] != '\n' {
		return 0, 0
	}
	return text[4], 5 + lineEnd(text, 5, true)
}

// lineEnd is the length of the line's end at a position: LF, CR, CR LF, or the CR CR LF that text mode makes of CR LF.
// It is 0 if more text is needed to tell.
func lineEnd(text string, at int, final bool) int {
	rest := text[at:]
	switch {
	case rest[0] == '\n':
		return 1
	case strings.HasPrefix(rest, "\r\n"):
		return 2
	case strings.HasPrefix(rest, "\r\r\n"):
		return 3
	case !final && (len(rest) < 2 || len(rest) < 3 && rest[1] == '\r'):
		return 0
	}
	return 1
}

// records parses the whole records in a text, and gives where the first one begins that isn't.
func (p *csvParser) records(text string, at int, final bool) (int, error) {
	for at < len(text) {
		if n := emptyLine(text, at); n > 0 {
			p.number++
			p.line++
			if err := p.hand(p.number, text[at:at+n]); err != nil {
				return at, err
			}
			at += n
			continue
		}
		begin, start := at, len(p.cells)
		p.begun = p.line
		mark := text[at] == 0xef && strings.HasPrefix(text[at:], "\ufeff")
		if mark {
			at += len("\ufeff")
		}
		next, err := p.record(text, begin, at, final)
		if err != nil {
			return begin, err
		}
		if next < 0 {
			p.cells, p.line = p.cells[:start], p.begun
			return begin, nil
		}
		if len(p.cells)-start > ooxml.MaxColumns {
			return begin, p.refuse("too-large", text[begin:], 0, "is the delimiter right?", "a record of more than 16,384 cells, which is Excel's limit")
		}
		if mark {
			p.joined()
		}
		p.number++
		p.line++
		if err := p.hand(p.number, text[begin:next]); err != nil {
			return begin, err
		}
		at = next
		if !p.row(p.number, p.begun, start, p.plain) {
			return at, nil
		}
	}
	return at, nil
}

// hand hands a record on as it stands, if somebody wants it so.
func (p *csvParser) hand(number int, text string) error {
	if p.raw == nil {
		return nil
	}
	return p.raw(number, text)
}

// emptyLine is the length of a line without anything on it, 0 where there is none, or more text is needed to tell. A file
// may have a hundred million of them.
func emptyLine(text string, at int) int {
	switch {
	case text[at] == '\n':
		return 1
	case text[at] == '\r' && at+1 < len(text) && text[at+1] == '\n':
		return 2
	}
	return 0
}

// joined notes a byte-order mark where a record begins.
func (p *csvParser) joined() {
	if p.shape == nil || p.number == 0 {
		return
	}
	if p.shape.notice.joins++; p.shape.notice.joins == 1 {
		p.shape.notice.joined = p.begun
	}
}

// record parses one record, appends its cells and gives where the next one begins, or -1 if this one isn't whole.
func (p *csvParser) record(text string, begin, at int, final bool) (int, error) {
	for {
		var cell string
		var err error
		if at < len(text) && text[at] == '"' {
			if cell, at, err = p.quoted(text, begin, at, final); err != nil || at < 0 {
				return -1, err
			}
		} else {
			start := at
			for at < len(text) && !p.stops[text[at]] {
				at++
			}
			cell = text[start:at]
			if cell == "=" && at < len(text) && text[at] == '"' { // a formula that keeps a text from Excel
				var inside string
				if inside, at, err = p.quoted(text, begin, at, final); err != nil || at < 0 {
					return -1, err
				}
				cell = formulaText(inside)
			}
		}
		kind := Text
		if cell == "" {
			kind = Empty
		}
		p.cells = append(p.cells, Cell{Kind: kind, Text: cell})
		if at == len(text) {
			if final {
				return at, nil
			}
			return -1, nil
		}
		switch text[at] {
		case p.delim:
			at++
		case '\n', '\r':
			n := lineEnd(text, at, final)
			if n == 0 {
				return -1, nil
			}
			return at + n, nil
		case '"':
			if strings.TrimSpace(cell) == "" {
				return -1, p.refuse("csv-quote", text[begin:], at-begin,
					"delete the blanks behind the delimiters", "a blank stands before the quote that opens a cell")
			}
			return -1, p.refuse("csv-quote", text[begin:], at-begin,
				"put the cell in double quotes, and write each quote in it twice", "a quote in the middle of a cell")
		default:
			return -1, p.refuse("csv-quote", text[begin:], at-begin,
				"a quote inside a quoted cell is written twice", "text after the quote that closes a cell")
		}
	}
}

// quoted parses the quoted cell at a position, and gives where it ends, or -1 if it isn't whole.
func (p *csvParser) quoted(text string, begin, at int, final bool) (string, int, error) {
	start, breaks, doubled := at+1, 0, false
	for at = start; ; at++ {
		if at >= len(text) {
			if final {
				return "", -1, p.refuse("csv-quote", text[begin:], start-1-begin, "close it, or take it away", "a quote is opened and never closed")
			}
			return "", -1, nil
		}
		c := text[at]
		if c > '"' {
			continue
		}
		if c == '\n' || c == '\r' && !strings.HasPrefix(text[at+1:], "\n") && !strings.HasPrefix(text[at+1:], "\r\n") {
			breaks++
		}
		if c != '"' {
			continue
		}
		if at+1 >= len(text) && !final {
			return "", -1, nil
		}
		if at+1 >= len(text) || text[at+1] != '"' {
			break
		}
		doubled = true
		at++
	}
	cell := text[start:at]
	if breaks > 0 && p.swallowed(cell) {
		return "", -1, p.refuse("swallowed-rows", text[begin:], start-1-begin,
			"take away the stray quote, or the delimiters inside the cell", "a quoted cell holds a line break and as many delimiters as a row has: it seems to have swallowed rows")
	}
	p.line += breaks
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	return cell, at + 1, nil
}

// swallowed reports whether a cell with a line break holds a row's worth of delimiters: two stray quotes, lines apart,
// make one sound record of all that is between them. In our reports, where every cell is quoted, a stray quote is noticed
// without that.
func (p *csvParser) swallowed(cell string) bool {
	return p.width > 0 && !p.ours && p.number+1 > p.header && strings.Count(cell, string(p.delim)) >= p.width-1
}
