package sheet

import (
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"zohobulk/importer/sheet/internal/window"
)

func TestEncodingNames(t *testing.T) {
	for name, want := range map[string]string{
		"utf-8": "utf-8", "UTF8": "utf-8", "Windows-1252": "windows-1252", "windows 1252": "windows-1252", "cp1252": "windows-1252",
		"CP-1252": "windows-1252", "latin1": "windows-1252", "ISO_8859-1": "windows-1252", "iso 8859 15": "iso-8859-15", "l2": "iso-8859-2",
		"shift-jis": "shift_jis", "Shift_JIS": "shift_jis", "sjis": "shift_jis", "cp932": "shift_jis", "EUC KR": "euc-kr", "gb2312": "gbk",
		"big5": "big5", "KOI8 R": "koi8-r", "cp850": "cp850", "CP 850": "cp850", "ibm850": "cp850", "850": "cp850", "cp866": "ibm866",
		"macroman": "macintosh", "Mac Roman": "macintosh", "utf16": "utf-16le", "UTF-16LE": "utf-16le", "utf_16be": "utf-16be",
		"iso-2022-jp": "iso-2022-jp", "us-ascii": "windows-1252", "iso-8859-8-i": "iso-8859-8-i", "gb18030": "gb18030",
	} {
		if got, ok := lookupCodec(name); !ok || got.name != want {
			t.Errorf("%q is %q, want %q", name, got.name, want)
		}
	}
	for _, name := range []string{"utf-9", "", "replacement", "hz-gb-2312", "x-user-defined", "klingon"} {
		if got, ok := lookupCodec(name); ok {
			t.Errorf("%q is %q, want unknown", name, got.name)
		}
	}
}

// TestEveryBrowserEncoding reads each encoding that browsers know by its canonical name, with and without its hyphens.
func TestEveryBrowserEncoding(t *testing.T) {
	for _, name := range hyphened {
		enc, err := htmlindex.Get(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		canonical, _ := htmlindex.Name(enc)
		for _, spelling := range []string{name, fold(name), strings.ToUpper(name), strings.ReplaceAll(name, "-", "_")} {
			if got, ok := lookupCodec(spelling); !ok || got.name != canonical {
				t.Errorf("%q is %q, want %q", spelling, got.name, canonical)
			}
		}
	}
}

func TestAskedEncodings(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String("email;City\na@example.com;Düsseldorf – €\n")
	if err != nil {
		t.Fatal(err)
	}
	dos, err := charmap.CodePage850.NewEncoder().String("email;City\na@example.com;Düsseldorf\n")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text, encoding, city, refusal string
	}{
		{"windows-1252", latin, "cp1252", "Düsseldorf – €", ""},
		{"dos", dos, "CP850", "Düsseldorf", ""},
		{"wrong page", "email;City\na@example.com;D\x81sseldorf\n", "windows-1252", "", "wrong-encoding"},
		{"no character", "email;City\na@example.com;\x81\x20\n", "shift_jis", "", "wrong-encoding"},
		{"cut character", "email;City\na@example.com;\x82", "shift_jis", "", "wrong-encoding"},
		{"utf-8 asked for", "email;City\na@example.com;D\xfcsseldorf\n", "utf-8", "", "mixed-encodings"},
		{"against the mark", "\xef\xbb\xbfemail;City\n", "windows-1252", "", "wrong-encoding"},
		{"with the mark", "\xef\xbb\xbfemail;City\na@example.com;Düren\n", "utf8", "Düren", ""},
		{"unknown", "email;City\n", "klingon", "", "unknown-encoding"},
		{"utf-16", "e\x00m\x00a\x00i\x00l\x00;\x00C\x00i\x00t\x00y\x00\n\x00a\x00;\x00\xfc\x00", "utf-16le", "ü", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, "staff.csv", test.text)
			rows, err := texts(path, Options{Known: known, Encoding: test.encoding})
			if code(err) != test.refusal {
				t.Fatalf("%v, want %q", err, test.refusal)
			}
			if err == nil && rows[1][1] != test.city {
				t.Errorf("%q, want %q", rows[1][1], test.city)
			}
		})
	}
}

// TestNoReplacementCharacter decodes every byte by every code page: it is a character, or it refuses the file.
func TestNoReplacementCharacter(t *testing.T) {
	for name := range pages {
		c, _ := lookupCodec(name)
		for b := 0x80; b < 0x100; b++ {
			r := c.open(strings.NewReader(string([]byte{byte(b)})), 1)
			text, err := io.ReadAll(r)
			if err == nil && window.SoundUTF8(text, true) == len(text) && strings.ContainsRune(string(text), '\ufffd') {
				t.Errorf("%s: byte %x is taken for text", name, b)
			}
		}
	}
}

func TestMojibake(t *testing.T) {
	for text, want := range map[string]string{
		"MÃ¼ller": "Müller", "Oâ€™Neill": "O’Neill", "JosÃ©": "José", "Ã…ngstrÃ¶m": "Ångström", "Â°": "°", "Ð\u0090Ð½Ð½Ð°": "Анна",
		"æ\u009d±äº¬": "東京", "ÃƒÂ¼": "Ã¼",
	} {
		if got, bad := mojibake(text); !bad || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, bad, want)
		}
	}
	for _, text := range []string{"", "Anna", "Müller", "São Paulo", "Ãscar", "«VOILÀ»", "É»", "Łódź", "Анна", "東京", "Đặng", "Ñandú", "naïve café"} {
		if got, bad := mojibake(text); bad {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
	if _, bad := mojibake("Ren\ufffd"); !bad {
		t.Error("a replacement character passes")
	}
}

func TestSpool(t *testing.T) {
	dir := t.TempDir()
	book := tableOf(`<row r="1"><c t="inlineStr"><is><t>email</t></is></c></row>`).bytes(t)
	for want, text := range map[string]string{"csv": "email\na@example.com\n", "xlsx": string(book)} {
		s, err := Spool(strings.NewReader(text), dir, "standard input")
		if err != nil {
			t.Fatal(err)
		}
		stat, err := os.Stat(s.Path)
		if err != nil || stat.Mode().Perm() != 0o600 || s.Format != want || !strings.HasSuffix(s.Path, "."+want) {
			t.Errorf("%+v, %v, %v", s, stat.Mode(), err)
		}
		if _, err := texts(s.Path, Options{Known: known}); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	for want, text := range map[string]string{"empty-file": "", "not-a-sheet": "%PDF-1.7"} {
		if _, err := Spool(strings.NewReader(text), dir, "standard input"); code(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files left behind, %v", len(left), err)
	}
}
