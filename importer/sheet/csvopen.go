package sheet

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"zohobulk/importer/problem"
)

// delimiters are the ones that are tried, the likely ones first.
var delimiters = []byte{',', ';', '\t', '|'}

// ParseDelimiter reads a delimiter as a command line holds it: the character itself, or a word for it.
func ParseDelimiter(text string) (rune, error) {
	switch strings.ToLower(text) {
	case "tab", `\t`:
		return '\t', nil
	case "comma":
		return ',', nil
	case "semicolon":
		return ';', nil
	case "pipe", "bar":
		return '|', nil
	case "space":
		return ' ', nil
	}
	r, n := utf8.DecodeRuneInString(text)
	if n != len(text) || !delimits(r) {
		return 0, problem.Refuse("wrong-delimiter", `one ASCII character such as ";", or comma, semicolon, tab, pipe, space`, "delimiter %q isn't one", text)
	}
	return r, nil
}

// delimits reports whether a character can be a delimiter: one byte that is no letter, digit, quote or line end.
func delimits(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return r == '\t' || r >= ' ' && r < 0x7f && r != '"' && !letter
}

// openCSV finds out how a CSV is written, and its header.
func openCSV(file io.ReaderAt, size int64, info Info, o Options) (*Sheet, error) {
	codec, err := findCodec(file, size, info.Name, o.Encoding)
	if err != nil {
		return nil, err
	}
	t := &csvTable{file: file, size: size, name: info.Name, codec: codec, asked: o.Encoding != ""}
	header, err := t.dialect(o)
	if err != nil {
		return nil, err
	}
	info.Encoding, info.Delimiter, info.HeaderRow = codec.name, string(rune(t.delim)), header.Number
	cells := trimHeader(header.Cells)
	if apostrophed(cells) {
		return nil, problem.Refuse("csv-apostrophes", "export it with double quotes, or save it as a workbook",
			"%s has apostrophes around its cells, where a CSV has double quotes", info.Name)
	}
	t.width, t.header = len(cells), header.Number
	shape := newShape(info, cells)
	shape.wide = len(header.Cells)
	t.ours = shape.ours
	return &Sheet{info: info, header: cells, table: t, shape: shape}, nil
}

// apostrophed reports whether each cell of a header stands between apostrophes. A single column may be somebody's own.
func apostrophed(header []Cell) bool {
	return len(header) > 1 && !slices.ContainsFunc(header, func(c Cell) bool {
		return len(c.Text) < 3 || c.Text[0] != '\'' || c.Text[len(c.Text)-1] != '\''
	})
}

// dialect finds delimiter and header in one step: the delimiter is the one by which most known names appear.
func (t *csvTable) dialect(o Options) (Row, error) {
	t.delim = byte(o.Delimiter)
	if o.Delimiter != 0 && !delimits(o.Delimiter) {
		return Row{}, problem.Refuse("wrong-delimiter", "", "delimiter %q isn't one", o.Delimiter)
	}
	if t.delim == 0 {
		t.delim = t.namedDelimiter()
	}
	if t.delim != 0 {
		return takeHeader(t, t.name, o)
	}
	var best candidate
	for _, d := range delimiters {
		t.delim = d
		c := t.try(o)
		if best.delim == 0 || c.betterThan(best) {
			best = c
		}
	}
	t.delim = best.delim
	return best.header, best.err
}

// namedDelimiter is the one that a line like sep=; names, or 0.
func (t *csvTable) namedDelimiter() byte {
	head := make([]byte, 64)
	n, _ := io.ReadFull(t.codec.open(t.file, t.size), head)
	d, _ := separator(string(head[:n]))
	if !delimits(rune(d)) {
		return 0
	}
	return d
}

// candidate is a delimiter with what the file looks like by it.
type candidate struct {
	delim  byte
	header Row
	names  int // known names in the header
	ragged int // of the first rows below the header, those of another width
	width  int
	err    error // why the first rows can't be read by it
}

// betterThan prefers more known names, then a file that can be read, then fewer ragged rows, then more columns. An empty
// file is empty by any delimiter.
func (c candidate) betterThan(d candidate) bool {
	switch {
	case c.names != d.names:
		return c.names > d.names
	case c.header.Number == 0 || d.header.Number == 0:
		return false
	case (c.err == nil) != (d.err == nil):
		return c.err == nil
	case c.width > 1 != (d.width > 1) && c.names == 0:
		return c.width > 1 && c.ragged == 0
	case c.ragged != d.ragged:
		return c.ragged < d.ragged
	}
	return c.width > d.width
}

// try reads the first rows by the delimiter that is set.
func (t *csvTable) try(o Options) candidate {
	c := candidate{delim: t.delim}
	c.header, c.err = takeHeader(t, t.name, o)
	c.width = len(trimHeader(c.header.Cells))
	c.names = knownNames(c.header.Cells, o.Known)
	if c.err != nil {
		return c
	}
	below, err := first(t, c.header.Number+1, headerWithin)
	for _, r := range below {
		if len(trimHeader(r.Cells)) > c.width || len(r.Cells) < c.width {
			c.ragged++
		}
	}
	if err != nil {
		c.ragged++ // the reading will meet it again
	}
	return c
}
