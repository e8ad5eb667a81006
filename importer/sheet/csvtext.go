package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/window"
)

// The ways in which a CSV's bytes can be no text.
var (
	errNUL   = errors.New("a NUL byte")
	errBytes = errors.New("bytes that are no text")
)

// fill reads on until the window is full, makes it larger if one record fills it, and checks the new bytes. What it
// gives says why the text ends after the sound bytes: nil, errNUL, errBytes or a failure to read.
func (p *csvParser) fill() error {
	if len(p.buf) == cap(p.buf) {
		p.buf = append(make([]byte, 0, 2*cap(p.buf)), p.buf...)
	}
	n, eof, err := window.ReadFull(p.src, p.buf[len(p.buf):cap(p.buf)])
	p.buf, p.eof = p.buf[:len(p.buf)+n], eof
	if err == nil {
		return p.check(eof)
	}
	if bad := p.check(true); bad != nil {
		return bad
	}
	if errors.Is(err, errSurrogate) {
		return errBytes
	}
	return err
}

// check moves the end of the sound bytes forward, up to the first that is no text.
func (p *csvParser) check(final bool) error {
	fresh := p.buf[p.sound:]
	nul := bytes.IndexByte(fresh, 0)
	if nul >= 0 {
		fresh, final = fresh[:nul], true
	}
	n := window.SoundUTF8(fresh, p.codec.legacy)
	p.sound += n
	p.plain = !window.Suspect(p.buf[:p.sound])
	switch {
	case n < len(fresh) && (final || len(fresh)-n >= utf8.UTFMax || p.codec.legacy):
		return errBytes
	case nul >= 0:
		return errNUL
	}
	return nil
}

// refuse refuses the file for something at an offset of a text that begins with the present record.
func (p *csvParser) refuse(code, text string, offset int, hint, message string) error {
	line, column := position(text[:offset])
	return problem.Refuse(code, hint, "%s line %d, column %d (row %d): %s", p.name, p.begun+line, column, p.number+1, message)
}

// position counts the line ends in a text, and the column that follows it.
func position(text string) (lines, column int) {
	start := 0
	for i := 0; i < len(text); {
		if text[i] != '\n' && text[i] != '\r' {
			i++
			continue
		}
		i += lineEnd(text, i, true)
		lines, start = lines+1, i
	}
	return lines, utf8.RuneCountInString(text[start:]) + 1
}

// refuseText refuses the file for the bytes that follow a text.
func (p *csvParser) refuseText(bad error, text string) error {
	p.begun = p.line
	switch {
	case errors.Is(bad, errNUL):
		return p.refuse("nul-byte", text, len(text), "is this a CSV? save it again as UTF-8", "a NUL byte, which no text holds")
	case !errors.Is(bad, errBytes):
		return problem.Refuse("unreadable", "", "%s: %w", p.name, bad)
	case p.codec.name != utf8Name:
		return p.refuse("wrong-encoding", text, len(text), "is it another encoding?", "bytes that are no character in "+p.codec.name)
	case p.codec.skip > 0 || p.asked:
		return p.refuse("mixed-encodings", text, len(text), "find out what wrote this line, and save the file as UTF-8",
			"bytes that aren't UTF-8, though the rest of the file says it is")
	}
	found := survey(p.file, p.size)
	if found.mixed() {
		return p.refuse("mixed-encodings", text, len(text), "files of different encodings were joined: save each as UTF-8 first",
			"bytes that aren't UTF-8, in a file that holds UTF-8 elsewhere")
	}
	lines, column := position(text)
	return problem.Refuse("needs-encoding", "", "%s isn't UTF-8 and doesn't say what it is (line %d, column %d is the first sign of it)",
		p.name, p.begun+lines, column).With(found.readings()...)
}

// survey is what there is to say about a file that isn't UTF-8.
type encodingSurvey struct {
	right, wrong int      // sequences beyond ASCII that are UTF-8, and that aren't
	cells        [][]byte // a few of the cells that aren't
}

// shown is how many cells are shown as the code pages would read them: enough to tell a name from rubbish.
const shown = 3

// survey looks at a whole file once more.
func survey(file io.ReaderAt, size int64) (s encodingSurvey) {
	r := io.NewSectionReader(file, 0, size)
	buf := make([]byte, window.Size)
	rest := 0
	for {
		n, err := io.ReadFull(r, buf[rest:])
		text := buf[:rest+n]
		cut := bytes.LastIndexAny(text, "\r\n,;\t|")
		if err != nil || cut < 0 {
			cut = len(text) - 1
		}
		for cell := range bytes.FieldsFuncSeq(text[:cut+1], func(r rune) bool { return strings.ContainsRune("\r\n,;\t|\"", r) }) {
			s.add(cell)
		}
		if err != nil {
			return s
		}
		rest = copy(buf, text[cut+1:])
	}
}

func (s *encodingSurvey) add(cell []byte) {
	before := s.wrong
	for i := 0; i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			s.wrong++
		case n > 1:
			s.right++
		}
		i += n
	}
	if s.wrong == before || len(s.cells) == shown || len(cell) > 60 {
		return
	}
	for _, c := range s.cells {
		if bytes.Equal(c, cell) {
			return
		}
	}
	s.cells = append(s.cells, bytes.Clone(cell))
}

// mixed reports whether the file is UTF-8 in parts. A code page's text is now and then valid UTF-8 by chance: in
// Ukrainian names about one sequence in ten, in German ones next to none (estimated), hence a quarter.
func (s *encodingSurvey) mixed() bool { return s.right*4 > s.wrong }

// likely are the code pages that files without a mark are in: Western and Central Europe, Cyrillic, Japan.
var likely = []string{"windows-1252", "windows-1250", "windows-1251", "shift_jis"}

// readings are the cells as the likely code pages would read them.
func (s *encodingSurvey) readings() []problem.Remedy {
	var all []problem.Remedy
	for _, name := range likely {
		c, _ := lookupCodec(name)
		texts, readable := make([]string, len(s.cells)), 0
		for i, cell := range s.cells {
			texts[i] = "(unreadable)" // a Shift_JIS character may end with a byte like |, so one cell of several may be cut
			text, err := io.ReadAll(c.open(bytes.NewReader(cell), int64(len(cell))))
			if err == nil && window.SoundUTF8(text, true) == len(text) {
				texts[i] = problem.Shorten(string(text), 60)
				readable++
			}
		}
		if readable*2 > len(s.cells) {
			all = append(all, problem.Remedy{Way: problem.ChooseEncoding, Args: append([]string{name}, texts...)})
		}
	}
	if all == nil {
		all = []problem.Remedy{{Way: problem.ChooseEncoding}}
	}
	return all
}
