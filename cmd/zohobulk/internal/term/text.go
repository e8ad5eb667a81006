package term

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
	"github.com/rivo/uniseg"
)

// columns counts as terminals do: ambiguous characters are narrow whatever the locale says, so that a screen looks the
// same on every machine, and what people see as one character counts once.
var columns = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// Width is how many columns a text takes on a terminal. Styles take none.
func Width(text string) int {
	text = unstyled(text)
	if !strings.ContainsFunc(text, regional) {
		return columns.StringWidth(text)
	}
	width := 0
	for clusters := uniseg.NewGraphemes(text); clusters.Next(); {
		width += clusterWidth(clusters.Str())
	}
	return width
}

// clusterWidth is how many columns one character takes, as people see it. A flag is two letters that the table counts as
// one column each and shows as one picture of two.
func clusterWidth(cluster string) int {
	if letters := []rune(cluster); len(letters) == 2 && regional(letters[0]) {
		return 2
	}
	return columns.StringWidth(cluster)
}

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// Safe makes a text that came from a sheet or a server fit to be shown: control characters, which could move the
// cursor or colour the terminal, and the marks that turn the reading direction are shown as escapes. The joiners inside
// emoji and Persian words stay.
func Safe(text string) string {
	if !strings.ContainsFunc(text, unsafe) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if !unsafe(r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "\\u%04x", r)
	}
	return b.String()
}

// unsafe tells C0 controls, DEL, C1 controls, line separators, direction marks, the byte-order mark, tag characters
// and bytes that are no UTF-8.
func unsafe(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x61c || r == 0x200b || r == 0x200e || r == 0x200f ||
		r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0xfffd ||
		r >= 0xe0000 && r <= 0xe0fff
}

// leftToRight ends the pull of a right-to-left text on what follows it. It takes no column.
const leftToRight = "\u200e"

// Cell is a text of a sheet for the screen: safe, cut to width columns (0: not cut), and, where a terminal orders
// right-to-left letters itself, kept from reordering the columns beside it.
func (s *Screen) Cell(text string, width int) string {
	text = Safe(text)
	if width > 0 {
		text = Cut(text, width)
	}
	if s.terminal && strings.ContainsFunc(text, rightToLeft) {
		text += leftToRight
	}
	return text
}

// rightToLeft tells letters of the scripts written from right to left.
func rightToLeft(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

// Cut shortens a text to at most width columns, never through what people see as one character, and ends a shortened
// one with an ellipsis.
func Cut(text string, width int) string {
	if Width(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	left := width - 1 // one column for the ellipsis
	for clusters := uniseg.NewGraphemes(text); clusters.Next(); {
		w := clusterWidth(clusters.Str())
		if w > left {
			break
		}
		left -= w
		b.WriteString(clusters.Str())
	}
	return b.String() + "…"
}

// Pad fills a text with blanks to width columns.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-Width(text)))
}

// padLeft fills a text with blanks on its left, as numbers are set.
func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-Width(text))) + text
}

// Wrap breaks a text into lines of at most width columns (0: one line) between words, and inside a word that is longer
// than a line. Lines after the first are indented by hang blanks; line breaks in the text stay.
func Wrap(text string, width, hang int) []string {
	if width <= 0 {
		return strings.Split(text, "\n")
	}
	if hang > width/2 {
		hang = 0
	}
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, wrapLine(paragraph, width, hang)...)
	}
	return lines
}

func wrapLine(text string, width, hang int) []string {
	indent := strings.Repeat(" ", hang)
	var lines []string
	lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
	if len(lead) > width/2 {
		lead = ""
	}
	line, used := lead, Width(lead)
	empty := true // the line holds no word yet
	for _, word := range strings.Fields(text) {
		w := Width(word)
		if !empty && used+1+w > width {
			lines = append(lines, line)
			line, used, empty = indent, hang, true
		}
		if !empty {
			line, used = line+" ", used+1
		}
		for used+w > width && w > width-hang {
			head, rest := split(word, width-used)
			lines = append(lines, line+head)
			line, used, word, w = indent, hang, rest, Width(rest)
		}
		line, used, empty = line+word, used+w, false
	}
	return append(lines, line)
}

// split cuts a word after at most width columns, and after one character at least.
func split(word string, width int) (head, rest string) {
	end := 0
	for clusters := uniseg.NewGraphemes(word); clusters.Next(); {
		w := clusterWidth(clusters.Str())
		if w > width && end > 0 {
			break
		}
		width -= w
		_, end = clusters.Positions()
	}
	return word[:end], word[end:]
}
