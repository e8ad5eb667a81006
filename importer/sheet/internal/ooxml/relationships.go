package ooxml

import (
	"encoding/xml"
	"fmt"
	"path"
)

// The namespaces of relationships in the two editions of the standard.
const (
	transitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictRel    = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// The kinds of relationship, after the common beginning that differs between the two editions of the standard.
const (
	relWorksheet = "worksheet"
	relStyles    = "styles"
	relStrings   = "sharedStrings"
	relComments  = "comments"
	relVML       = "vmlDrawing"
	relTable     = "table"
	relMacros    = "vbaProject"
	relCalcChain = "calcChain"
)

// relationship leads from a part to another.
type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr,omitempty"`
}

// is reports whether the other part is of a kind, by the last element of the type's name: the rest differs in Strict
// Open XML.
func (r *relationship) is(kind string) bool { return path.Base(r.Type) == kind && r.Mode != "External" }

// relationships are those of a part.
type relationships struct {
	XMLName xml.Name
	List    []relationship `xml:"Relationship"`
}

const relsSpace = "http://schemas.openxmlformats.org/package/2006/relationships"

// related reads the relationships of a part ("" is the package).
func (p *Package) related(part string) (r relationships, err error) {
	name := relsOf(part)
	if err := p.decode(name, &r); err != nil {
		return r, err
	}
	r.XMLName = xml.Name{Space: relsSpace, Local: "Relationships"}
	seen := make(map[string]bool, len(r.List))
	for _, one := range r.List {
		if seen[one.ID] {
			return r, p.damaged(name, fmt.Errorf("it has two relationships with the id %.40q", one.ID))
		}
		seen[one.ID] = true
	}
	return r, nil
}

// relatedIfAny is related for a part that may have none.
func (p *Package) relatedIfAny(part string) (relationships, error) {
	if !p.has(relsOf(part)) {
		return relationships{XMLName: xml.Name{Space: relsSpace, Local: "Relationships"}}, nil
	}
	return p.related(part)
}

// first is the first relationship of a kind, nil if there is none.
func (r *relationships) first(kind string) *relationship {
	for i := range r.List {
		if r.List[i].is(kind) {
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
		if r.List[i].is(kind) {
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
