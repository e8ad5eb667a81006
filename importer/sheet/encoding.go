package sheet

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"zohobulk/importer/problem"
)

// codec is how a CSV's bytes become UTF-8.
type codec struct {
	name    string
	skip    int64                        // the length of the byte-order mark
	decoder func() transform.Transformer // nil: it is UTF-8
	encoder func() transform.Transformer // its reverse, which fails where a character doesn't fit
	legacy  bool                         // a code page: what it can't decode comes as U+FFFD
}

// open reads a file as UTF-8, without its byte-order mark.
func (c codec) open(file io.ReaderAt, size int64) io.Reader {
	r := io.NewSectionReader(file, c.skip, size-c.skip)
	if c.decoder == nil {
		return r
	}
	return transform.NewReader(r, c.decoder())
}

const (
	utf8Name    = "utf-8"
	utf16leName = "utf-16le"
	utf16beName = "utf-16be"
)

// marks are the byte-order marks, longer ones first: that of UTF-32LE begins with that of UTF-16LE.
var marks = []struct {
	bytes string
	name  string
}{
	{"\x00\x00\xfe\xff", "utf-32"}, {"\xff\xfe\x00\x00", "utf-32"},
	{"\xef\xbb\xbf", utf8Name}, {"\xff\xfe", utf16leName}, {"\xfe\xff", utf16beName},
}

// findCodec finds how a CSV is encoded: by its byte-order mark, by what was asked for, by the NULs of UTF-16, else UTF-8,
// which the reader checks to the last byte.
func findCodec(file io.ReaderAt, size int64, name, asked string) (codec, error) {
	head := make([]byte, min(size, 4096))
	n, _ := file.ReadAt(head, 0)
	head = head[:n]
	var want codec
	if asked != "" {
		var ok bool
		if want, ok = lookupCodec(asked); !ok {
			return codec{}, problem.Refuse("unknown-encoding", "for instance utf-8, windows-1252, macintosh, shift_jis or cp850", "encoding %q isn't known", asked)
		}
	}
	for _, m := range marks {
		if !bytes.HasPrefix(head, []byte(m.bytes)) {
			continue
		}
		if m.name == "utf-32" {
			return codec{}, problem.Refuse("unknown-encoding", "save it as UTF-8", "%s is in UTF-32, which no spreadsheet program writes", name)
		}
		if asked != "" && want.name != m.name && !(fold(asked) == "utf16" && m.name == utf16beName) {
			return codec{}, problem.Refuse("wrong-encoding", "name no encoding: the file says what it is", "%s begins with the byte-order mark of %s, and %s was asked for", name, m.name, asked)
		}
		c := unicodeCodec(m.name)
		c.skip = int64(len(m.bytes))
		return c, nil
	}
	if asked != "" {
		return want, nil
	}
	return unicodeCodec(guessUTF16(head)), nil
}

// guessUTF16 tells UTF-16 without a byte-order mark: every other byte of its ASCII letters is NUL, which no other
// encoding of a CSV holds. 40% leaves room for text in other scripts between the delimiters (guessed); where it isn't
// reached, the NULs refuse the file.
func guessUTF16(head []byte) string {
	var nuls [2]int
	for i, b := range head {
		if b == 0 {
			nuls[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half > 1 && nuls[0] == 0 && nuls[1]*10 >= half*4:
		return utf16leName
	case half > 1 && nuls[1] == 0 && nuls[0]*10 >= half*4:
		return utf16beName
	}
	return utf8Name
}

func unicodeCodec(name string) codec {
	switch name {
	case utf16leName:
		return codec{name: name, decoder: func() transform.Transformer { return utf16Decoder{low: 0, high: 1} }, encoder: utf16Encoder(unicode.LittleEndian)}
	case utf16beName:
		return codec{name: name, decoder: func() transform.Transformer { return utf16Decoder{low: 1, high: 0} }, encoder: utf16Encoder(unicode.BigEndian)}
	}
	return codec{name: utf8Name}
}

func utf16Encoder(order unicode.Endianness) func() transform.Transformer {
	return func() transform.Transformer { return unicode.UTF16(order, unicode.IgnoreBOM).NewEncoder() }
}

// pages are names of encodings that browsers don't know: code pages of DOS, and what other programs call them.
var pages = map[string]encoding.Encoding{
	"cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "cp852": charmap.CodePage852, "cp855": charmap.CodePage855,
	"cp858": charmap.CodePage858, "cp860": charmap.CodePage860, "cp862": charmap.CodePage862, "cp863": charmap.CodePage863,
	"cp865": charmap.CodePage865,
}

// aliases are more names for what browsers know, folded.
var aliases = map[string]string{
	"macroman": "macintosh", "mac": "macintosh", "xmacroman": "macintosh", "ansi": "windows-1252",
	"cp932": "shift_jis", "ms932": "shift_jis", "cp936": "gbk", "cp949": "euc-kr", "cp950": "big5", "cp874": "windows-874",
	"utf16": utf16leName, "utf16le": utf16leName, "utf16be": utf16beName,
}

// hyphened are canonical names that folding takes the hyphen or underscore from, and that no alias spells without.
var hyphened = []string{
	"utf-8", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-8-i",
	"iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "windows-874", "windows-1250",
	"windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257",
	"windows-1258", "x-mac-cyrillic", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "us-ascii",
}

// fold takes from an encoding's name what doesn't matter: case, hyphens, underscores and blanks.
func fold(name string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "", ".", "").Replace(strings.ToLower(name))
}

// lookupCodec finds an encoding by its name.
func lookupCodec(name string) (codec, bool) {
	folded := fold(name)
	if page := pages["cp"+strings.TrimPrefix(strings.TrimPrefix(folded, "ibm"), "cp")]; page != nil {
		number := strings.TrimPrefix(strings.TrimPrefix(folded, "ibm"), "cp")
		return legacyCodec("cp"+number, page), true
	}
	for _, try := range append([]string{aliases[folded], strings.ToLower(strings.TrimSpace(name)), folded}, unfold(folded)...) {
		enc, err := htmlindex.Get(try)
		if err != nil {
			continue
		}
		canonical, err := htmlindex.Name(enc)
		if err != nil || canonical == "replacement" || canonical == "x-user-defined" {
			continue
		}
		switch canonical {
		case utf8Name, utf16leName, utf16beName:
			return unicodeCodec(canonical), true
		}
		return legacyCodec(canonical, enc), true
	}
	return codec{}, false
}

// unfold gives the canonical names that fold to a name.
func unfold(folded string) (names []string) {
	for _, name := range hyphened {
		if fold(name) == folded {
			names = append(names, name)
		}
	}
	return names
}

func legacyCodec(name string, enc encoding.Encoding) codec {
	return codec{
		name: name, legacy: true,
		decoder: func() transform.Transformer { return enc.NewDecoder() },
		encoder: func() transform.Transformer { return enc.NewEncoder() },
	}
}
