// Package term writes text for a person's terminal: as wide as it looks, coloured only where colours are welcome, and
// with nothing in it that a cell of a sheet could use to move the cursor. Without a terminal it writes plain lines.
package term

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Options says what is known of the stream that a screen writes to.
type Options struct {
	Terminal bool                // it is a terminal
	NoColor  bool                // --no-color was given
	Env      func(string) string // NO_COLOR and TERM are asked of it; nil stands for os.Getenv
	Width    func() int          // columns of the terminal now; nil asks the system
}

// Screen is a stream that a person reads.
type Screen struct {
	w        io.Writer
	terminal bool
	color    bool
	width    func() int
}

// New makes a screen of a stream. Colours need a terminal that is not dumb, and neither --no-color nor NO_COLOR.
func New(w io.Writer, o Options) *Screen {
	if o.Env == nil {
		o.Env = os.Getenv
	}
	if o.Width == nil {
		o.Width = func() int { return systemWidth(w) }
	}
	moving := o.Terminal && o.Env("TERM") != "dumb" && enableEscapes(w)
	return &Screen{
		w:        w,
		terminal: moving,
		color:    moving && !o.NoColor && o.Env("NO_COLOR") == "",
		width:    o.Width,
	}
}

// Terminal reports whether the stream is a terminal whose last line can be written over.
func (s *Screen) Terminal() bool { return s.terminal }

// Color reports whether Paint colours.
func (s *Screen) Color() bool { return s.color }

// Width is how many columns a line has: the terminal's, at least 20, and 0 without a terminal, where no line is cut.
func (s *Screen) Width() int {
	if !s.terminal {
		return 0
	}
	if w := s.width(); w > 0 {
		return max(w, 20) // below 20 nothing can be laid out, and the terminal's own wrapping does no worse
	}
	return 80
}

// Write passes bytes on as they are, so that a screen can stand where a writer is asked for.
func (s *Screen) Write(p []byte) (int, error) { return s.w.Write(p) }

// Linef writes one line as it is given: what came from a sheet or from the service goes through Safe first.
func (s *Screen) Linef(format string, args ...any) {
	fmt.Fprintf(s.w, format+"\n", args...)
}

// Para writes a text wrapped to the screen, its lines after the first indented by hang columns.
func (s *Screen) Para(text string, hang int) {
	for _, line := range Wrap(text, s.Width(), hang) {
		fmt.Fprintln(s.w, line)
	}
}

// Style is how a piece of text stands out.
type Style string

// The styles, as the parameters of the terminal's SGR sequence. They are the basic colours, which every theme, light or
// dark, makes readable.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
)

// Paint gives text a style where the screen has colours.
func (s *Screen) Paint(style Style, text string) string {
	if !s.color || style == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

// systemWidth asks the terminal behind w, 0 if it doesn't say.
func systemWidth(w io.Writer) int {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// unstyled removes the sequences that Paint adds.
func unstyled(text string) string {
	for {
		from := strings.Index(text, "\x1b[")
		if from < 0 {
			return text
		}
		length := strings.IndexByte(text[from:], 'm')
		if length < 0 {
			return text
		}
		text = text[:from] + text[from+length+1:]
	}
}
