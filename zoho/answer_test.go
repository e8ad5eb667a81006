package zoho

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A maintenance page comes in the encoding of its country, which its title is read in where the page or its header names it.
func TestATitleInAnyEncoding(t *testing.T) {
	const shiftJIS = "<html><head><meta name=description content='\x83\x81\x83\x93\x83e\x83i\x83\x93\x83X\x92\x86'><title>\x83\x81\x83\x93\x83e\x83i\x83\x93\x83X</title></head><body></body></html>"
	for _, test := range []struct {
		name, contentType, body, want string
	}{
		{"Shift_JIS, as its header says", "text/html; charset=Shift_JIS", shiftJIS, `a page titled "メンテナンス"`},
		{"Shift_JIS, as the page says", "text/html", strings.Replace(shiftJIS, "<head>", "<head><meta charset=shift_jis>", 1), `a page titled "メンテナンス"`},
		{"an encoding that nobody names", "text/html", shiftJIS, "a page titled"},
		{"Latin-1", "text/html; charset=iso-8859-1", "<title>Gest\xf6rt</title>", `a page titled "Gestört"`},
		{"letters that change their length in lower case", "text/html", strings.Repeat("İ", 200) + "<TITLE lang=tr>Bakım</TITLE>", `a page titled "Bakım"`},
		{"bytes that are no text at all", "text/html", "<p>" + strings.Repeat("\xff", 500) + "<title>Sorry</title>", `a page titled "Sorry"`},
		{"a title that ends with the page", "text/html", "\xff\xff\xff<title>", `a page titled ""`},
		{"entities", "text/html", "<title>Stop &amp; go</title>", `a page titled "Stop & go"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := answer{call: aChange, known: heard, status: 503, body: []byte(test.body), header: http.Header{"Content-Type": {test.contentType}}}
			e := judge(a, time.Now()).err
			if e == nil || e.Kind != Transient || !strings.Contains(e.Message, test.want) || !utf8.ValidString(e.Message) {
				t.Errorf("got %+v, want a passing error with %s", e, test.want)
			}
		})
	}
}

// Whoever answers can send megabytes. They are cut before anything looks at them twice.
func TestLongTextsAreCutFirst(t *testing.T) {
	long := strings.Repeat("<>", 2<<20)
	many := strings.Repeat(`,"moreInfo":"again"`, 10_000)
	for _, text := range []string{
		`{"status":{"code":400,"description":"` + long + `"},"data":{"errorCode":"` + long + `","moreInfo":"` + long + `"` + many + `}}`,
		long,
		`[2,{"errorCode":"X","moreInfo":"` + long + `"}]`,
		`<title>` + long,
	} {
		s := readSaid(http.Header{}, []byte(text), nil)
		texts := append(s.reasons, s.word, s.summary)
		if len(texts) > maxReasons+2 {
			t.Errorf("%d texts are kept of %.40s…", len(texts), text)
		}
		for _, kept := range texts {
			if len(kept) > maxShown+len("a page titled \"…\"") {
				t.Errorf("a text of %d bytes is kept of %.40s…", len(kept), text)
			}
		}
	}
}

// Half a token would not be known for one, so the word at the cut goes too.
func TestACutLeavesNoHalfToken(t *testing.T) {
	const token = "1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210"
	for shown := range len(token) {
		got := cutText(strings.Repeat(" ", maxShown-shown) + token + " and more")
		if strings.Contains(got, "1000") && !strings.Contains(got, token) {
			t.Fatalf("%d letters of the token before the cut: %q", shown, strings.TrimSpace(got))
		}
	}
}

func TestTagsAreReplaced(t *testing.T) {
	for text, want := range map[string]string{
		"no tag": "no tag", "a<p>b": "a b", "a <b>c</b> d": "a  c  d", "1 < 2": "1 < 2", "<><>": "  ", "<": "<", "a>b": "a>b",
	} {
		if got := stripTags(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func BenchmarkLongReason(b *testing.B) {
	body := []byte(`{"status":{"code":400},"data":{"moreInfo":"` + strings.Repeat("<>", 2<<20) + `"}}`)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		judge(answer{call: aChange, known: heard, status: 400, body: body}, time.Time{})
	}
}

// A service that repeats what it was never sent does not bring it into an error either.
func TestErrorsHoldNoSecretThatIsKnown(t *testing.T) {
	const token, secret = "1000.aaaabbbbccccdddd.eeeeffff", "client-secret-of-forty-letters"
	for _, echo := range []string{token, strings.TrimPrefix(token, "1000."), secret} {
		for _, text := range []string{word("400", echo), body("bad "+echo, "400", "no"), "<title>" + echo + "</title>", "refused " + echo} {
			a := answer{call: aChange, known: heard, token: token, status: 400, body: []byte(text),
				hide: func(text string) string { return strings.ReplaceAll(text, secret, "[secret]") }}
			if e := judge(a, time.Now()).err; strings.Contains(e.Error()+e.Code+e.Message, echo) {
				t.Errorf("answer %s: error %q holds %q", text, e, echo)
			}
		}
	}
}
