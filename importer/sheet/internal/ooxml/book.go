package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// maxPart bounds the parts that are held whole: all but worksheets and shared strings. The largest seen in the wild,
// the styles of workbooks that were pasted together for years, have some 10 MB.
const maxPart = 32 << 20

// The kinds of relationship, after the common beginning that differs between the two editions of the standard.
const (
	relOffice    = "/officeDocument"
	relWorksheet = "/worksheet"
	relStyles    = "/styles"
	relStrings   = "/sharedStrings"
	relComments  = "/comments"
	relVML       = "/vmlDrawing"
	relTable     = "/table"
	relMacros    = "/vbaProject"
	relCalcChain = "/calcChain"
)

const (
	transitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictRel    = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	mainSpace    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictMain   = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr,omitempty"`
}

type relationships struct {
	XMLName xml.Name       `xml:"http://schemas.openxmlformats.org/package/2006/relationships Relationships"`
	List    []relationship `xml:"Relationship"`
}

// first is the first relationship of a kind, nil if there is none.
func (r *relationships) first(kind string) *relationship {
	for i := range r.List {
		if strings.HasSuffix(r.List[i].Type, kind) && r.List[i].Mode != "External" {
			return &r.List[i]
		}
	}
	return nil
}

func (r *relationships) byID(id string) *relationship {
	for i := range r.List {
		if r.List[i].ID == id {
			return &r.List[i]
		}
	}
	return nil
}

// drop removes the first relationship of a kind.
func (r *relationships) drop(kind string) {
	for i := range r.List {
		if strings.HasSuffix(r.List[i].Type, kind) {
			r.List = append(r.List[:i], r.List[i+1:]...)
			return
		}
	}
}

// add appends a relationship under an id that is free.
func (r *relationships) add(kind, target string) (id string) {
	for n := len(r.List) + 1; ; n++ {
		if id = fmt.Sprintf("rId%d", n); r.byID(id) == nil {
			r.List = append(r.List, relationship{ID: id, Type: kind, Target: target})
			return id
		}
	}
}

type contentDefault struct {
	Extension   string `xml:"Extension,attr"`
	ContentType string `xml:"ContentType,attr"`
}

type contentOverride struct {
	PartName    string `xml:"PartName,attr"`
	ContentType string `xml:"ContentType,attr"`
}

type contentTypes struct {
	XMLName   xml.Name          `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
	Defaults  []contentDefault  `xml:"Default"`
	Overrides []contentOverride `xml:"Override"`
}

func (c *contentTypes) extension(ext, contentType string) {
	for _, d := range c.Defaults {
		if strings.EqualFold(d.Extension, ext) {
			return
		}
	}
	c.Defaults = append(c.Defaults, contentDefault{ext, contentType})
}

func (c *contentTypes) part(name, contentType string) {
	for i := range c.Overrides {
		if strings.EqualFold(c.Overrides[i].PartName, "/"+name) {
			c.Overrides[i].ContentType = contentType
			return
		}
	}
	c.Overrides = append(c.Overrides, contentOverride{"/" + name, contentType})
}

func (c *contentTypes) drop(name string) {
	for i := range c.Overrides {
		if strings.EqualFold(c.Overrides[i].PartName, "/"+name) {
			c.Overrides = append(c.Overrides[:i], c.Overrides[i+1:]...)
			return
		}
	}
}

const typesPart = "[Content_Types].xml"

// book is a workbook's package: its parts, and what leads from one to the other.
type book struct {
	files    map[string]*zip.File // by name in lower case, as parts are named without regard to case
	order    []*zip.File
	types    contentTypes
	workbook string // name of the workbook part
	rels     relationships
	strict   bool // written by the strict edition of the standard, whose namespaces differ
	sheets   []sheetEntry
}

// sheetEntry is a worksheet as the workbook part lists it.
type sheetEntry struct {
	name string
	id   int
	rel  string
}

func openBook(z *zip.Reader) (*book, error) {
	b := &book{files: map[string]*zip.File{}, order: z.File}
	for _, f := range z.File {
		b.files[partKey(f.Name)] = f
	}
	if err := b.readXML(typesPart, &b.types); err != nil {
		return nil, err
	}
	var top relationships
	if err := b.readXML("_rels/.rels", &top); err != nil {
		return nil, err
	}
	office := top.first(relOffice)
	if office == nil {
		return nil, errors.New("no workbook part")
	}
	b.workbook = resolve("", office.Target)
	if err := b.readXML(relsOf(b.workbook), &b.rels); err != nil {
		return nil, err
	}
	return b, b.readSheets()
}

func (b *book) readSheets() error {
	data, err := b.read(b.workbook)
	if err != nil {
		return err
	}
	b.strict = bytes.Contains(data, []byte(strictMain))
	return eachToken(data, func(t token) {
		if t.is("sheet") {
			b.sheets = append(b.sheets, sheetEntry{
				name: unescape(t.attr("name")), id: t.number("sheetId", 0), rel: string(relID(t)),
			})
		}
	})
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

// sheetIndex is the place of a worksheet among the sheets, -1 if there is none of that name.
func (b *book) sheetIndex(name string) int {
	for i, s := range b.sheets {
		if strings.EqualFold(s.name, name) {
			return i
		}
	}
	return -1
}

// sheetPart is the name of the part that holds a sheet.
func (b *book) sheetPart(index int) (string, error) {
	r := b.rels.byID(b.sheets[index].rel)
	if r == nil || !strings.HasSuffix(r.Type, relWorksheet) {
		return "", fmt.Errorf("worksheet %q: no part holds it", b.sheets[index].name)
	}
	return resolve(b.workbook, r.Target), nil
}

// relType is a kind of relationship in the workbook's edition of the standard.
func (b *book) relType(kind string) string {
	if b.strict {
		return strictRel + kind
	}
	return transitional + kind
}

func (b *book) mainSpace() string {
	if b.strict {
		return strictMain
	}
	return mainSpace
}

func (b *book) relSpace() string { return b.relType("") }

func (b *book) has(part string) bool { return b.files[partKey(part)] != nil }

// open opens a part.
func (b *book) open(part string) (io.ReadCloser, error) {
	f := b.files[partKey(part)]
	if f == nil {
		return nil, fmt.Errorf("no part %s", part)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return UTF8Part(r)
}

// read reads a small part whole.
func (b *book) read(part string) ([]byte, error) {
	r, err := b.open(part)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("part %s: %w", part, err)
	case len(data) > maxPart:
		return nil, fmt.Errorf("part %s: larger than %d MB", part, maxPart>>20)
	}
	return data, nil
}

func (b *book) readXML(part string, into any) error {
	data, err := b.read(part)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, into); err != nil {
		return fmt.Errorf("part %s: %w", part, err)
	}
	return nil
}

// relsFor reads the relationships of a part, none if it has none.
func (b *book) relsFor(part string) (relationships, error) {
	var r relationships
	if !b.has(relsOf(part)) {
		return r, nil
	}
	return r, b.readXML(relsOf(part), &r)
}

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

// isFolder reports whether an entry of the archive is a folder. A package has none, but unpacking it and packing it
// again adds them.
func isFolder(name string) bool { return strings.HasSuffix(partKey(name), "/") }

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func relsOf(part string) string { return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels") }

// resolve is the part that a target names, seen from another part.
func resolve(from, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Join("/", path.Dir("/"+from), target), "/")
}

// marshal writes a part that is held as values.
func marshal(v any) ([]byte, error) {
	body, err := xml.Marshal(v)
	return append([]byte(xmlHead), body...), err
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// eachToken walks through a part that is held whole.
func eachToken(data []byte, f func(token)) error {
	s, err := newScanner(bytes.NewReader(data))
	if err != nil {
		return err
	}
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

// unescape reads the text of an attribute or element.
func unescape(raw []byte) string {
	var v struct {
		Text string `xml:",chardata"`
	}
	if !bytes.ContainsRune(raw, '&') || xml.Unmarshal(concat([]byte("<t>"), string(raw), []byte("</t>")), &v) != nil {
		return string(raw)
	}
	return v.Text
}
