package ooxml

import (
	"fmt"
	"strings"
)

// local is the tag's name without the prefix of the worksheet's namespace. Tags of other namespaces keep theirs.
func (x *xmlScanner) local() string {
	if x.prefix == "" {
		return x.name
	}
	if name, ok := strings.CutPrefix(x.name, x.prefix); ok {
		return name
	}
	return ":" + x.name
}

// open reads up to the root tag, which must have the given name in a worksheet's namespace.
func (x *xmlScanner) open(root string) error {
	kind, err := x.next()
	if err != nil {
		return err
	}
	prefix, name, found := strings.Cut(x.name, ":")
	declaration := "xmlns:" + prefix
	if !found {
		prefix, name, declaration = "", x.name, "xmlns"
	} else {
		x.prefix = prefix + ":"
	}
	space := x.attribute(declaration)
	if kind != openTag || name != root {
		return fmt.Errorf("%w: it begins with <%.40s>, not <%s>", errXML, x.name, root)
	}
	if space != MainSpace && space != StrictSpace {
		return fmt.Errorf("%w: <%s> is in the namespace %.80q, which isn't a worksheet's", errXML, x.name, space)
	}
	return nil
}

// skip passes over the rest of the tag that was opened last.
func (x *xmlScanner) skip() error {
	for depth := len(x.stack); ; {
		kind, err := x.next()
		if err != nil {
			return err
		}
		if kind == closeTag && len(x.stack) < depth {
			return nil
		}
	}
}

// children calls do for each tag inside the one that was opened last. Do reads the tag to its end.
func (x *xmlScanner) children(do func(local string) error) error {
	for {
		kind, err := x.next()
		if err != nil {
			return err
		}
		switch kind {
		case closeTag:
			return nil
		case openTag:
			if err := do(x.local()); err != nil {
				return err
			}
		}
	}
}

// content reads the text of the tag that was opened last, to its end.
func (x *xmlScanner) content() (string, error) {
	text := ""
	for first := true; ; {
		kind, err := x.next()
		if err != nil {
			return "", err
		}
		switch kind {
		case closeTag:
			return text, nil
		case openTag:
			err = x.skip()
		case charData:
			piece := x.data
			if !x.cdata {
				piece, err = unescape(piece)
			}
			if first {
				text, first = piece, false
			} else {
				text += piece
			}
		}
		if err != nil {
			return "", err
		}
	}
}
