package ooxml

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxStyles is how many cell styles Excel takes (documented: 65,490). Past it a marked cell keeps its colour and loses
// its format.
const maxStyles = 65490

// styles is the styles part with what is added to it: for each style that a marked cell has, the same with a colour.
type styles struct {
	part    []byte
	prefix  string
	xfs     [][]byte // the cell styles, raw
	fills   int      // how many fills there are
	fonts   int
	font    []byte // the first font, raw
	colours []string
	stale   map[int]bool // styles that an earlier marking coloured
	known   map[variant]int
	added   [][]byte
	bolded  bool // a bold font is added
}

// variant is a cell style with one of its properties changed.
type variant struct {
	base            int
	property, apply string // the attribute, and the one that says it is used
	value           int
}

// neededLists are the lists that a styles part must have, in the standard's order, each with what it must at least hold.
var neededLists = []struct{ name, count, content string }{
	{"fonts", "1", "<font><sz val=\"11\"/><name val=\"Calibri\"/></font>"},
	{"fills", "2", "<fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"},
	{"borders", "1", "<border><left/><right/><top/><bottom/><diagonal/></border>"},
	{"cellStyleXfs", "1", "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"},
	{"cellXfs", "1", "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"},
}

// styleList is an element directly below the root of a styles part.
type styleList struct {
	name  string
	raw   []byte
	empty bool
}

// completed is a styles part with the lists that it lacks. Some programs write none of them, or empty ones.
func completed(part []byte) ([]byte, error) {
	var head, tail []byte
	var prefix string
	var lists []styleList
	depth := 0 // 1 directly below the root
	err := eachToken(part, func(t token) {
		if t.kind == shut {
			depth--
		}
		switch {
		case depth == 0 && t.is("styleSheet"):
			prefix = t.prefix()
			head = append(head, t.opened()...)
			if t.kind == alone {
				tail = append(tail, "</"+prefix+"styleSheet>"...)
			}
		case depth == 0 && t.kind == shut:
			tail = append(tail, t.raw...)
		case depth == 0 && len(tail) == 0:
			head = append(head, t.raw...)
		case depth == 1 && (t.kind == open || t.kind == alone):
			lists = append(lists, styleList{string(t.name), bytes.Clone(t.raw), true})
		case len(lists) > 0 && len(tail) == 0:
			last := &lists[len(lists)-1]
			last.raw = append(last.raw, t.raw...)
			last.empty = last.empty && depth == 1
		}
		if t.kind == open {
			depth++
		}
	})
	if err != nil {
		return nil, err
	}
	if tail == nil {
		return nil, errors.New("a styles part without a style sheet, or one that is cut off")
	}
	for _, list := range withNeeded(lists, prefix) {
		head = append(head, list.raw...)
	}
	return append(head, tail...), nil
}

// withNeeded puts the needed lists among those that are there.
func withNeeded(lists []styleList, prefix string) []styleList {
	at := slices.IndexFunc(lists, func(l styleList) bool { return l.name == "numFmts" }) + 1
	for _, needed := range neededLists {
		i := slices.IndexFunc(lists, func(l styleList) bool { return l.name == needed.name })
		if i < 0 {
			lists = slices.Insert(lists, at, styleList{empty: true})
			i = at
		}
		if lists[i].empty {
			raw := fmt.Sprintf(`<%[1]s count="%[2]s">%[3]s</%[1]s>`, needed.name, needed.count, needed.content)
			raw = strings.ReplaceAll(strings.ReplaceAll(raw, "<", "<"+prefix), "<"+prefix+"/", "</"+prefix)
			lists[i] = styleList{needed.name, []byte(raw), false}
		}
		at = i + 1
	}
	return lists
}

// prepareStyles reads the workbook's styles part, and gives it one if it has none.
func (b *book) prepareStyles(colours []string) (name string, s *styles, err error) {
	if r := b.rels.first(relStyles); r != nil {
		name = resolve(b.mainPart.name, r.Target)
	} else {
		name = b.freeStyles()
		b.rels.add(b.relType(relStyles), "/"+name)
	}
	part := fmt.Appendf(nil, `%s<styleSheet xmlns="%s"/>`, xmlHead, b.mainSpace())
	if b.has(name) {
		if part, err = b.read(name); err != nil {
			return name, nil, err
		}
	} else {
		b.types.part(name, typeStyles)
	}
	if s, err = readStyles(part, colours); err != nil {
		return name, nil, fmt.Errorf("part %s: %w", name, err)
	}
	return name, s, nil
}

// readStyles reads a styles part. colours are those of the marks, as RGB in hex.
func readStyles(part []byte, colours []string) (*styles, error) {
	part, err := completed(part)
	if err != nil {
		return nil, err
	}
	s := &styles{part: part, colours: colours, stale: map[int]bool{}, known: map[variant]int{}}
	ours := map[int]bool{} // fills of an earlier marking
	err = s.elements(func(list, raw []byte) {
		switch string(list) {
		case "fonts":
			if s.fonts++; s.fonts == 1 {
				s.font = raw
			}
		case "fills":
			ours[s.fills] = s.isOurs(raw)
			s.fills++
		case "cellXfs":
			s.stale[len(s.xfs)] = ours[tagOf(raw).number("fillId", 0)]
			s.xfs = append(s.xfs, raw)
		}
	})
	return s, err
}

// elements gives each element of the lists fonts, fills and cellXfs with the name of its list.
func (s *styles) elements(f func(list, raw []byte)) error {
	var list, raw []byte
	depth := 0 // below the list
	return eachToken(s.part, func(t token) {
		if list == nil {
			if t.kind == open && (t.is("fonts") || t.is("fills") || t.is("cellXfs")) {
				list, depth, s.prefix = bytes.Clone(t.name), 0, t.prefix()
			}
			return
		}
		if t.kind == shut && depth == 0 {
			list = nil
			return
		}
		if depth > 0 || t.kind == open || t.kind == alone {
			raw = append(raw, t.raw...)
		}
		switch t.kind {
		case open:
			depth++
		case shut:
			depth--
		}
		if depth == 0 && len(raw) > 0 {
			f(list, raw)
			raw = nil
		}
	})
}

func (s *styles) isOurs(fill []byte) bool {
	for _, colour := range s.colours {
		if bytes.Contains(bytes.ToUpper(fill), []byte(`"FF`+colour+`"`)) {
			return true
		}
	}
	return false
}

// tagOf is the first tag of a raw element.
func tagOf(raw []byte) token {
	end := bytes.IndexByte(raw, '>')
	return tagToken(raw[:end+1])
}

// marked is the id of a style with a mark's colour.
func (s *styles) marked(base, fill int) int { return s.filled(base, s.fills+fill) }

func (s *styles) filled(base, fill int) int {
	return s.with(variant{base, "fillId", "applyFill", fill})
}

// asText is the id of a style whose cells are text, and stay text when they are typed again.
func (s *styles) asText(base int) int {
	const text = 49 // the built-in number format "@"
	return s.with(variant{base, "numFmtId", "applyNumberFormat", text})
}

// bold is the id of the first style with the added bold font.
func (s *styles) bold() int {
	s.bolded = true
	return s.with(variant{0, "fontId", "applyFont", s.fonts})
}

// hasFill reports whether a style has a colour of its own.
func (s *styles) hasFill(base int) bool {
	const noFills = 2 // none and grey dots, which every workbook has first
	return base >= 0 && base < len(s.xfs) && !s.stale[base] && tagOf(s.xfs[base]).number("fillId", 0) >= noFills
}

// unmarked is the id of a style without the colour of an earlier marking, and whether it had one.
func (s *styles) unmarked(base int) (int, bool) {
	if !s.stale[base] {
		return base, false
	}
	return s.filled(base, 0), true
}

// with is the id of a style's variant, which is added unless it is there.
func (s *styles) with(v variant) int {
	if v.base < 0 || v.base >= len(s.xfs) {
		v.base = 0
	}
	if tagOf(s.xfs[v.base]).number(v.property, 0) == v.value {
		return v.base
	}
	if id, ok := s.known[v]; ok {
		return id
	}
	if len(s.xfs)+len(s.added) >= maxStyles {
		v.base = 0
		if id, ok := s.known[v]; ok {
			return id
		}
	}
	raw := s.xfs[v.base]
	tag := tagOf(raw)
	size := len(tag.raw)
	edited := tagToken(tag.with(v.property, fmt.Sprint(v.value))).with(v.apply, "1")
	id := len(s.xfs) + len(s.added)
	s.added = append(s.added, concat(edited, "", raw[size:]))
	s.known[v] = id
	return id
}

// bytes is the part with all that was added.
func (s *styles) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := eachToken(s.part, func(t token) {
		switch {
		case t.kind == open && t.is("fills"):
			out.Write(t.with("count", fmt.Sprint(s.fills+len(s.colours))))
		case t.kind == open && t.is("fonts"):
			out.Write(t.with("count", fmt.Sprint(s.fonts+s.moreFonts())))
		case t.kind == open && t.is("cellXfs"):
			out.Write(t.with("count", fmt.Sprint(len(s.xfs)+len(s.added))))
		case t.ends("fills"):
			out.WriteString(s.newFills())
			out.Write(t.raw)
		case t.ends("fonts"):
			if s.bolded {
				out.Write(s.boldFont())
			}
			out.Write(t.raw)
		case t.ends("cellXfs"):
			for _, raw := range s.added {
				out.Write(raw)
			}
			out.Write(t.raw)
		default:
			out.Write(t.raw)
		}
	})
	return out.Bytes(), err
}

func (s *styles) moreFonts() int {
	if s.bolded {
		return 1
	}
	return 0
}

func (s *styles) newFills() string {
	var b strings.Builder
	for _, colour := range s.colours {
		fmt.Fprintf(&b, `<%[1]sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="FF%[2]s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`,
			s.prefix, colour)
	}
	return b.String()
}

// boldFont is the first font made bold.
func (s *styles) boldFont() []byte {
	tag := tagOf(s.font)
	bold := "<" + s.prefix + "b/>"
	switch {
	case tag.kind == alone:
		return concat(tag.opened(), bold+"</"+s.prefix+"font>", nil)
	case bytes.Contains(s.font, []byte(bold)):
		return s.font
	}
	return concat(tag.raw, bold, s.font[len(tag.raw):])
}
