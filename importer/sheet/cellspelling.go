package sheet

import "strings"

// spelledCell reads the cell that stands next if it is spelled as programs spell nearly all of them:
//
//	<c r="B7" s="1" t="inlineStr"><is><t>text</t></is></c>
//	<c r="C7" s="1" t="s"><v>12</v></c>
//
// That takes half the time that its tokens would (measured). In any other case nothing was read, and the scanner does it
// token by token; it is also the one to say what is wrong with a cell.
func (r *worksheetReader) spelledCell(start int) (ok bool, err error) {
	x := r.x
	s, ok := strings.CutPrefix(x.text[x.at:], "<c")
	if !ok || x.empty || x.prefix != "" {
		return false, nil
	}
	var raw rawCell
	ref, s := raw.spelledAttributes(s)
	if s, ok = raw.spelledContent(s); !ok || x.special && !raw.resolve() {
		return false, nil
	}
	x.at = len(x.text) - len(s)
	if err := r.place(ref); err != nil {
		return false, err
	}
	return true, r.keep(start, &raw)
}

// spelledAttributes reads the attributes that a text begins with, as far as they are r, s and t with plain values.
func (c *rawCell) spelledAttributes(s string) (ref, rest string) {
	for len(s) > 4 && s[0] == ' ' && s[2] == '=' && s[3] == '"' {
		end := 4
		for end < len(s) && inNames[s[end]] {
			end++
		}
		if end == len(s) || s[end] != '"' {
			return ref, s
		}
		switch value := s[4:end]; s[1] {
		case 'r':
			ref = value
		case 's':
			c.style = value
		case 't':
			c.kind = value
		default:
			return ref, s
		}
		s = s[end+1:]
	}
	return ref, s
}

// spelledContent reads a cell from the end of its attributes to its own.
func (c *rawCell) spelledContent(s string) (rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, "><is><t>"); ok {
		c.inline, s, _ = strings.Cut(s, "<")
		return strings.CutPrefix(s, "/t></is></c>")
	}
	if s, c.hasValue = strings.CutPrefix(s, "><v>"); c.hasValue {
		c.value, s, _ = strings.Cut(s, "<")
		return strings.CutPrefix(s, "/v></c>")
	}
	return s, false
}

// resolve resolves the entities and escapes of a spelled cell. It is false where the scanner would find something wrong.
func (c *rawCell) resolve() bool {
	value, wrongValue := unescape(c.value)
	inline, wrongInline := unescape(c.inline)
	wrong := wrongValue != nil || wrongInline != nil || strings.Contains(c.value, sectionEnd) || strings.Contains(c.inline, sectionEnd)
	c.value, c.inline = value, unescapeCharacters(inline)
	return !wrong
}
