package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"

	"github.com/mattn/go-runewidth"
)

// width is that of the terminal, in columns.
const width = 100

// line is a line on the screen.
type line []span

// span is a piece of text in one look.
type span struct {
	text string
	look string // class of the picture's style, "" for plain
}

// looks are the classes of the codes that the program uses.
var looks = map[string]string{"1": "b", "2": "d", "31": "r", "32": "g", "33": "y", "36": "c"}

var escape = regexp.MustCompile(`\x1b\[([0-9;]*)([A-Za-z])`)

// wrapped are the lines of what was written to a terminal. Of a line that was drawn over, the last state stays.
func wrapped(text string) (lines []line) {
	look := ""
	for full := range strings.Lines(text) {
		full = strings.TrimRight(full, "\r\n")
		full = full[strings.LastIndexByte(full, '\r')+1:]
		var current line
		at := 0
		put := func(piece string) {
			for _, r := range piece {
				if at+runewidth.RuneWidth(r) > width {
					lines, current, at = append(lines, current), nil, 0
				}
				if n := len(current); n == 0 || current[n-1].look != look {
					current = append(current, span{look: look})
				}
				current[len(current)-1].text += string(r)
				at += runewidth.RuneWidth(r)
			}
		}
		for full != "" {
			found := escape.FindStringSubmatchIndex(full)
			if found == nil {
				put(full)
				break
			}
			put(full[:found[0]])
			if full[found[4]:found[5]] == "m" {
				look = looks[full[found[2]:found[3]]]
			}
			full = full[found[1]:]
		}
		lines = append(lines, current)
	}
	return lines
}

// The measures of a picture, in pixels.
const (
	columnWidth = 7.8 // of a monospaced font of fontSize
	fontSize    = 13
	lineHeight  = 18
	margin      = 16
)

const style = `text{font:13px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6deeb;white-space:pre}` +
	`.b{font-weight:bold}.d{fill:#8a97a8}.r{fill:#ff7b72}.g{fill:#7ee787}.y{fill:#e3b341}.c{fill:#79c0ff}`

// svg draws lines as a terminal. title is for readers who do not see the picture.
func svg(title string, lines []line) []byte {
	var b bytes.Buffer
	height := 2*margin + len(lines)*lineHeight
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %.0f %d" width="%.0f" height="%d">`,
		2*margin+width*columnWidth, height, 2*margin+width*columnWidth, height)
	fmt.Fprintf(&b, "\n<title>zohobulk %s</title><style>%s</style>\n<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#0d1b2a\"/>\n", escaped(title), style)
	for i, l := range lines {
		fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve">`, margin, margin+fontSize+i*lineHeight)
		for _, s := range l {
			if s.look == "" {
				b.WriteString(escaped(s.text))
				continue
			}
			fmt.Fprintf(&b, `<tspan class="%s">%s</tspan>`, s.look, escaped(s.text))
		}
		b.WriteString("</text>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}
