package ooxml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"zohobulk/importer/sheet/internal/window"
)

// maxToken bounds a tag or a text of a worksheet. Excel's longest cell is 32,767 characters, 128 kB at most, and some
// programs write longer ones.
const maxToken = 4 << 20

// What the scanner finds.
type tokenKind uint8

const (
	endOfPart tokenKind = iota
	openTag
	closeTag
	charData
	markupOnly // comments, instructions, and blanks around the document: passed over by next
)

// Namespaces of worksheets: the usual one, and that of Strict Open XML.
const (
	MainSpace   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	StrictSpace = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// sectionEnd ends a CDATA section, and may stand nowhere else among characters.
const sectionEnd = "]]>"

// errXML is XML that isn't whole or isn't sound.
var errXML = errors.New("damaged XML")

// xmlScanner reads the XML of worksheets and shared strings, ten times as fast as encoding/xml (measured): its tokens are
// cut from a window of text, and the texts that stay are cut from it too. It checks that tags match and that
// the part is whole. It doesn't take document types, so there are no entities but XML's own.
type xmlScanner struct {
	r       io.Reader
	buf     []byte
	text    string // the window
	from    int    // where the token begins that was read last
	at      int    // where the next token begins
	sound   int    // how many bytes of buf are checked
	eof     bool
	suspect bool // the window holds text that may be wrongly decoded

	prefix string   // of the worksheet's namespace, with its colon
	stack  []string // the open tags
	root   bool     // a root was seen
	empty  bool     // the open tag was empty: its closing tag comes next

	name   string         // of the tag, with its prefix
	list   []xmlAttribute // the tag's attributes
	data   string         // characters as they stand
	cdata  bool           // the characters are taken literally
	struck bool           // the text that richText read last is struck out in part
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{r: r, buf: make([]byte, 0, window.Size)}
}

// more slides the window on. It is false at the end of the part.
func (x *xmlScanner) more() (bool, error) {
	if x.eof {
		return false, nil
	}
	begun := x.text != ""
	x.buf = x.buf[:copy(x.buf, x.buf[x.at:])]
	x.sound -= x.at
	if len(x.buf) == cap(x.buf) {
		if len(x.buf) >= maxToken {
			return false, fmt.Errorf("%w: a tag or text of more than %d MB", errXML, maxToken>>20)
		}
		x.buf = append(make([]byte, 0, 2*cap(x.buf)), x.buf...)
	}
	n, eof, err := window.ReadFull(x.r, x.buf[len(x.buf):cap(x.buf)])
	x.buf, x.eof = x.buf[:len(x.buf)+n], eof
	if err != nil {
		return false, err
	}
	x.at = 0
	if !begun {
		x.at = len(x.buf) - len(bytes.TrimPrefix(x.buf, []byte("\ufeff")))
	}
	return n > 0, x.check()
}

// check makes the sound bytes of the buffer the window's text.
func (x *xmlScanner) check() error {
	fresh := x.buf[x.sound:]
	if controls(fresh) {
		return fmt.Errorf("%w: a control character, or not UTF-8", errXML)
	}
	n := window.SoundUTF8(fresh, false)
	if n < len(fresh) && (x.eof || len(fresh)-n >= utf8.UTFMax) {
		return fmt.Errorf("%w: not UTF-8", errXML)
	}
	x.sound += n
	x.suspect = window.Suspect(x.buf[:x.sound])
	x.text = string(x.buf[:x.sound])
	return nil
}

// controls reports whether there are control characters that XML forbids.
func controls(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return true
		}
	}
	return false
}

// next finds the next token.
func (x *xmlScanner) next() (tokenKind, error) {
	if x.empty {
		x.close()
		return closeTag, nil
	}
	for {
		if kind, err := x.step(); err != nil || kind != markupOnly {
			return kind, err
		}
	}
}

// close closes an empty tag.
func (x *xmlScanner) close() {
	x.empty = false
	x.stack = x.stack[:len(x.stack)-1]
}

// step reads on by one token, whatever it is. An empty tag is left open.
func (x *xmlScanner) step() (tokenKind, error) {
	for {
		kind, n, err := x.token(x.text[x.at:])
		if err != nil {
			return endOfPart, err
		}
		if n > 0 {
			x.from = x.at
			x.at += n
			return kind, nil
		}
		more, err := x.more()
		if err != nil {
			return endOfPart, err
		}
		if !more {
			return endOfPart, x.end()
		}
	}
}

// raw is the token that step read, as it stands in the part. It is valid until the next one.
func (x *xmlScanner) raw() []byte { return x.buf[x.from:x.at] }

// end checks that the part may end here.
func (x *xmlScanner) end() error {
	switch {
	case len(x.stack) > 0:
		return fmt.Errorf("%w: it ends inside <%s>", errXML, x.stack[len(x.stack)-1])
	case !x.root, strings.TrimSpace(x.text[x.at:]) != "":
		return fmt.Errorf("%w: it ends too early", errXML)
	}
	return nil
}

// token reads one token at the start of a text and gives its length, or 0 if the text ends before it does. Comments and
// the like have the kind markupOnly.
func (x *xmlScanner) token(s string) (tokenKind, int, error) {
	if s == "" {
		return endOfPart, 0, nil
	}
	if s[0] != '<' {
		return x.characters(s)
	}
	if len(s) < 2 {
		return endOfPart, 0, nil
	}
	switch s[1] {
	case '/':
		return x.closing(s)
	case '?':
		return x.instruction(s)
	case '!':
		return x.markup(s)
	}
	return x.opening(s)
}

func (x *xmlScanner) characters(s string) (tokenKind, int, error) {
	n := strings.IndexByte(s, '<')
	if n < 0 {
		return endOfPart, 0, nil
	}
	x.data, x.cdata = s[:n], false
	if len(x.stack) == 0 {
		if strings.TrimSpace(x.data) != "" {
			return endOfPart, 0, fmt.Errorf("%w: text outside the document", errXML)
		}
		return markupOnly, n, nil
	}
	if strings.Contains(x.data, sectionEnd) {
		return endOfPart, 0, fmt.Errorf("%w: %s inside a text", errXML, sectionEnd)
	}
	_, err := unescape(x.data) // also where nobody reads it
	return charData, n, err
}

func (x *xmlScanner) closing(s string) (tokenKind, int, error) {
	top := ""
	if n := len(x.stack); n > 0 {
		top = x.stack[n-1]
	}
	end := 2 + len(top)
	if top == "" || len(s) <= end || s[2:end] != top || s[end] != '>' { // a blank before the >, or damage
		n := strings.IndexByte(s, '>')
		if n < 0 {
			return endOfPart, 0, nil
		}
		if name := strings.TrimRight(s[2:n], " \t\r\n"); top == "" || name != top {
			return endOfPart, 0, fmt.Errorf("%w: </%.40s> closes nothing", errXML, name)
		}
		end = n
	}
	x.name = top
	x.stack = x.stack[:len(x.stack)-1]
	return closeTag, end + 1, nil
}

// instruction passes over <?…?>, and reads the encoding that an XML declaration names.
func (x *xmlScanner) instruction(s string) (tokenKind, int, error) {
	n := strings.Index(s, "?>")
	if n < 0 {
		return endOfPart, 0, nil
	}
	name := 2
	for name < len(s) && inNames[s[name]] {
		name++
	}
	if n == 1 || !named(strings.ReplaceAll(s[2:name], ":", "_")) { // its name may hold any number of colons
		return endOfPart, 0, fmt.Errorf("%w: <? without a name", errXML)
	}
	if declaration, ok := strings.CutPrefix(s[:n], "<?xml"); ok && blanks(declaration, 0) > 0 {
		_, encoding, _ := strings.Cut(strings.ToLower(declaration), "encoding")
		encoding = strings.TrimLeft(encoding, " \t\r\n=\"'")
		if end := strings.IndexAny(encoding, "\"'"); end >= 0 {
			encoding = encoding[:end]
		}
		if encoding != "" && encoding != "utf-8" && encoding != "us-ascii" {
			return endOfPart, 0, fmt.Errorf("%w: it is encoded in %.20s, not UTF-8", errXML, encoding)
		}
	}
	return markupOnly, n + 2, nil
}

// markup passes over a comment and reads a CDATA section.
func (x *xmlScanner) markup(s string) (tokenKind, int, error) {
	const comment, section = "<!--", "<![CDATA["
	switch {
	case strings.HasPrefix(s, comment):
		n := strings.Index(s[len(comment):], "--")
		if end := len(comment) + n + 2; n >= 0 && end < len(s) {
			if s[end] != '>' {
				return endOfPart, 0, fmt.Errorf("%w: -- inside a comment", errXML)
			}
			return markupOnly, end + 1, nil
		}
	case strings.HasPrefix(s, section) && len(x.stack) > 0:
		if n := strings.Index(s, sectionEnd); n >= 0 {
			x.data, x.cdata = s[len(section):n], true
			return charData, n + len(sectionEnd), nil
		}
	case len(s) >= len(section):
		return endOfPart, 0, fmt.Errorf("%w: a document type", errXML)
	}
	return endOfPart, 0, nil
}

func (x *xmlScanner) opening(s string) (tokenKind, int, error) {
	name := 1
	for name < len(s) && inNames[s[name]] {
		name++
	}
	end, empty, err := x.attributes(s, name)
	if err != nil || end < 0 {
		return endOfPart, 0, err
	}
	if !named(s[1:name]) || len(x.stack) == 0 && x.root {
		return endOfPart, 0, fmt.Errorf("%w: a tag where none may be", errXML)
	}
	x.name, x.empty, x.root = s[1:name], empty, true
	x.stack = append(x.stack, x.name)
	return openTag, end, nil
}
