package zoho

import (
	"bytes"
	"cmp"
	"errors"
	"html"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/charset"
)

// answer is what came back for one request, before anybody has judged it.
type answer struct {
	call   call
	status int
	header http.Header
	body   []byte
	cut    bool                // the body ended before it should have, or is longer than anybody reads
	err    error               // no answer came at all
	token  string              // that was sent, to be cut out of what is shown
	hide   func(string) string // cuts out further secrets, nil if none are known
	known  known
}

// redact cuts secrets out of what is shown of an answer.
func (a *answer) redact(text string) string {
	text = redact(text, a.token)
	if a.hide != nil {
		text = a.hide(text)
	}
	return text
}

// known is what earlier answers have shown.
type known struct {
	proven  bool // this host has answered in the service's own form
	allowed bool // a call of this sort has been carried out
}

// said is what the body of an answer says, whatever its form.
type said struct {
	form    form
	code    int           // the envelope's status code, 0 if none
	word    string        // errorCode or what stands for it
	reasons []string      // what else is said of an error, in the order it stands
	summary string        // the envelope's description, which mostly repeats the status
	into    func(*reader) // takes what the envelope holds, nil if nobody wants it
	unread  reader        // at what was given to it
}

// form is how an answer is written.
type form uint8

const (
	strange  form = iota // nothing the service sends
	webPage              // HTML, for people
	foreign              // JSON, but not in the service's envelope
	array                // [2,{"errorCode":…}], which the service sends for some refusals
	envelope             // {"status":{"code":200},"data":…}
)

// own tells the forms that only the service itself uses.
func (f form) own() bool { return f == envelope || f == array }

// readSaid takes a body apart, and gives the data of an envelope to into. JSON counts whatever the content type says,
// since services are known to mislabel it.
func readSaid(header http.Header, body []byte, into func(*reader)) said {
	text := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff")))
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		s := said{form: foreign, into: into}
		r := &reader{data: text}
		if text[0] == '[' {
			r.array(func() { s.element(r) })
		} else {
			r.object(func(key []byte) { s.member(r, key) })
		}
		if !r.whole() {
			return said{}
		}
		if s.unread.data != nil && s.code/100 != 2 {
			s.unread.object(func(key []byte) { s.detail(&s.unread, key) })
		}
		return s
	}
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	if len(text) > 0 && (text[0] == '<' || kind == "text/html") {
		return said{form: webPage, reasons: title(text, header.Get("Content-Type"))}
	}
	return said{reasons: []string{cutText(string(text[:min(len(text), 2*maxShown)]))}}
}

// Bounds of what anybody looks at. A server can send megabytes, and the texts of an error are looked at several times.
const (
	maxShown   = 1 << 10  // bytes of one text: the longest sentence of the service that was seen has 200
	maxReasons = 16       // texts of one answer
	maxPage    = 64 << 10 // bytes of a page in which its title is looked for
)

// cutText is a text without what is beyond the bound. A word that the bound cuts goes too: half a token would not be known
// for one.
func cutText(text string) string {
	if len(text) <= maxShown {
		return text
	}
	whole := strings.TrimRightFunc(text[:maxShown], func(r rune) bool {
		return r == '.' || r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '\uFFFD'
	})
	return whole + "…"
}

var titleOf = regexp.MustCompile(`(?i)<title[^>]*>([^<]*)`)

// title is what a page calls itself. Pages come in the encodings of their countries.
func title(page []byte, contentType string) []string {
	page = page[:min(len(page), maxPage)]
	found := titleOf.FindSubmatch(page)
	if found == nil {
		return nil
	}
	encoding, _, _ := charset.DetermineEncoding(page, contentType)
	text, err := encoding.NewDecoder().Bytes(found[1])
	if err != nil {
		text = found[1]
	}
	name := strings.ToValidUTF8(html.UnescapeString(string(text)), "\uFFFD")
	return []string{"a page titled " + strconv.Quote(cutText(strings.TrimSpace(name)))}
}

// element reads one of the array form's: a number that says nothing, and an object.
func (s *said) element(r *reader) {
	r.object(func(key []byte) {
		switch string(key) {
		case "errorCode":
			s.form, s.word = array, cutText(r.text())
		case "status":
			s.code, _ = strconv.Atoi(r.text())
		case "msg", "moreInfo", "message":
			s.reason(r.text())
		default:
			r.skip()
		}
	})
}

// member reads one of the envelope's, or of the forms that sibling products answer a throttle in.
func (s *said) member(r *reader, key []byte) {
	switch string(key) {
	case "status":
		r.object(func(key []byte) { s.status(r, key) })
	case "data":
		s.held(r)
	default:
		s.detail(r, key)
	}
}

// held reads what the envelope holds: what was asked for, or what went wrong. Where the status that tells them apart
// may follow, it is read as the one now and kept to be read as the other.
func (s *said) held(r *reader) {
	if s.into != nil {
		s.unread = *r
		s.into(r)
		return
	}
	r.object(func(key []byte) { s.detail(r, key) })
}

func (s *said) status(r *reader, key []byte) {
	switch string(key) {
	case "code":
		if code, err := strconv.Atoi(r.text()); err == nil && code > 0 {
			s.code, s.form = code, envelope
		}
	case "description", "message":
		s.summary = cmp.Or(s.summary, cutText(r.text()))
	default:
		r.skip()
	}
}

// detail reads what tells of an error. The service's own order is errorCode, error, errorData, moreInfo.
func (s *said) detail(r *reader, key []byte) {
	switch string(key) {
	case "errorCode":
		s.word = cmp.Or(cutText(r.text()), s.word)
	case "error", "code", "title", "errorData":
		if r.peek() == '{' || r.peek() == '[' {
			s.nested(r)
		} else {
			s.wordOrReason(r.text())
		}
	case "details":
		s.nested(r)
	case "moreInfo", "message", "msg", "error_description", "description":
		s.reason(r.text())
	default:
		r.skip()
	}
}

// nested reads details that stand one level deeper.
func (s *said) nested(r *reader) {
	read := func(key []byte) { s.detail(r, key) }
	if r.peek() == '[' {
		r.array(func() { r.object(read) })
	} else {
		r.object(read)
	}
}

// wordOrReason sorts a text that may be either.
func (s *said) wordOrReason(text string) {
	if text = cutText(text); s.word == "" && isWord(text) {
		s.word = text
	} else {
		s.reason(text)
	}
}

// isWord tells an error code such as EXTRA_KEY_FOUND_IN_JSON or F7008 from a sentence or a number.
func isWord(text string) bool {
	letters := false
	for _, c := range text {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '_':
			letters = true
		case c < '0' || c > '9':
			return false
		}
	}
	return letters
}

func (s *said) reason(text string) {
	if text != "" && len(s.reasons) < maxReasons {
		s.reasons = append(s.reasons, cutText(text))
	}
}

// message is what the service says about the error: the first text that says more than the status does, or what
// there is.
func (s *said) message(redact func(string) string) string {
	best := ""
	for _, reason := range append(s.reasons, s.summary) {
		text := shorten(stripTags(redact(reason)), 300)
		if telling(text) {
			return text
		}
		best = cmp.Or(best, text)
	}
	return best
}

// telling tells a text that says more than a status does.
func telling(text string) bool {
	switch foldWord(text) {
	case "", "internalerror", "internalservererror", "errorwhileprocessing", "error", "invalidinput", "failure", "success":
		return false
	}
	return true
}

// explains tells whether a 500 has a reason: anything that says more than that there was an error.
func (s *said) explains() bool {
	return telling(s.word) || telling(s.summary) || slices.ContainsFunc(s.reasons, telling)
}

// foldWord is a text without anything but its letters, in lower case.
func foldWord(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'A' && c <= 'Z' {
			return c + 'a' - 'A'
		}
		if c >= 'a' && c <= 'z' || c > 0x7f {
			return c
		}
		return -1
	}, text)
}

var tag = regexp.MustCompile(`<[^>]*>`)

// stripTags replaces tags by blanks: some texts come with a stray <p>.
func stripTags(text string) string { return tag.ReplaceAllLiteralString(text, " ") }

// readBody reads a body to its end, so that its connection can be used again, but no more than limit bytes.
func readBody(body io.Reader, length int64, limit int64) (data []byte, cut bool) {
	var b bytes.Buffer
	if length > 0 && length <= limit {
		b.Grow(int(length) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(body, limit+1))
	return b.Bytes(), err != nil && !errors.Is(err, io.EOF) || n > limit
}
