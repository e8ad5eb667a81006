package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// book is a workbook whose parts are rewritten: what leads from one part to another, and of which type each is.
type book struct {
	*Package
	mainPart
	order  []*zip.File
	types  contentTypes
	strict bool // written by the strict edition of the standard, whose namespaces differ
}

// book reads what must be known of a workbook to rewrite it.
func (p *Package) book() (*book, error) {
	b := &book{Package: p, order: p.zip.File}
	var err error
	if b.mainPart, err = p.mainPart(); err != nil {
		return nil, err
	}
	b.strict = b.XMLName.Space == StrictSpace
	return b, p.decode(typesPart, &b.types)
}

// sheetIndex is the place of a worksheet among the sheets, -1 if there is none of that name.
func (b *book) sheetIndex(name string) int {
	for i, s := range b.Sheets {
		if strings.EqualFold(s.Name, name) {
			return i
		}
	}
	return -1
}

// sheetPart is the name of the part that holds a sheet.
func (b *book) sheetPart(index int) (string, error) {
	r := b.rels.byID(b.Sheets[index].ID)
	if r == nil || !r.is(relWorksheet) {
		return "", fmt.Errorf("worksheet %q: no part holds it", b.Sheets[index].Name)
	}
	return resolve(b.mainPart.name, r.Target), nil
}

// relType is a kind of relationship in the workbook's edition of the standard.
func (b *book) relType(kind string) string { return b.relSpace() + "/" + kind }

func (b *book) relSpace() string {
	if b.strict {
		return strictRel
	}
	return transitional
}

func (b *book) mainSpace() string {
	if b.strict {
		return StrictSpace
	}
	return MainSpace
}

// worksheet opens the part of a worksheet, or of the shared strings.
func (b *book) worksheet(part string) (io.ReadCloser, error) { return b.open(part, worksheetMax) }

// free is a part name with the lowest number that is not taken.
func (b *book) free(format string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf(format, n); !b.has(name) {
			return name
		}
	}
}

// freeStyles is the name for a new styles part: openpyxl looks for it under the usual name only.
func (b *book) freeStyles() string {
	const usual = "xl/styles.xml"
	if !b.has(usual) {
		return usual
	}
	return b.free("xl/styles%d.xml")
}

// marshal writes a part that is held as values.
func marshal(v any) ([]byte, error) {
	body, err := xml.Marshal(v)
	return append([]byte(xmlHead), body...), err
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// eachToken walks through a part that is held whole.
func eachToken(data []byte, f func(token)) error {
	s := newScanner(bytes.NewReader(data))
	for {
		t, err := s.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		f(t)
	}
}

// relID is the relationship id of a tag, whatever prefix the namespace goes by.
func relID(t token) []byte {
	for _, name := range []string{"r:id", "relationships:id", "ns1:id", "d3p1:id"} {
		if id := t.attr(name); id != nil {
			return id
		}
	}
	i := bytes.Index(t.raw, []byte(":id="))
	if i < 0 {
		return nil
	}
	start := bytes.LastIndexAny(t.raw[:i], " \t\r\n") + 1
	return t.attr(string(t.raw[start : i+len(":id")]))
}

// plainText is the text of an attribute or element.
func plainText(raw []byte) string {
	text, err := unescape(string(raw))
	if err != nil {
		return string(raw)
	}
	return text
}
