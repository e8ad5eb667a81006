package ooxml

import (
	"encoding/xml"
	"errors"
	"strings"

	"zohobulk/importer/problem"
)

// Workbook is what a workbook says of itself, for reading it. Several readings may run at once.
type Workbook struct {
	*Package
	sheets     []Worksheet
	date1904   bool
	formats    []numberFormat // by style
	struck     map[int]bool   // the styles that strike a cell's text out
	hiding     bool           // some number format hides values
	stringPart string
	strings    *sharedStrings
}

// Worksheet is a worksheet of a workbook.
type Worksheet struct {
	Name    string
	Hidden  bool
	Summary bool // what our marked copy of a workbook says about itself
	part    string
}

// summaryName is the defined name that points to the summary of a marked workbook: a worksheet with data that is not the
// staff. Excel and LibreOffice keep the name, also when the worksheet is renamed.
const summaryName = "_zohobulk_summary"

// referred is the worksheet that a reference like 'Our summary'!$A$1 points to.
func referred(ref string) string {
	name, _, _ := strings.Cut(ref, "!$")
	if quoted, ok := strings.CutPrefix(name, "'"); ok {
		return strings.ReplaceAll(strings.TrimSuffix(quoted, "'"), "''", "'")
	}
	return name
}

// workbookXML is what matters of the workbook's own part.
type workbookXML struct {
	XMLName    xml.Name
	WorkbookPr struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		ID    string `xml:"id,attr"` // of the relationship
		Sheet int    `xml:"sheetId,attr"`
	} `xml:"sheets>sheet"`
	Names []struct {
		Name string `xml:"name,attr"`
		Ref  string `xml:",chardata"`
	} `xml:"definedNames>definedName"`
}

// mainPart is the workbook's own part, with what leads from it to others.
type mainPart struct {
	name string
	rels relationships
	workbookXML
	summary string // the worksheet with the summary of an earlier marking, "" for none
}

func (p *Package) mainPart() (m mainPart, err error) {
	top, err := p.related("")
	if err != nil {
		return m, err
	}
	office := top.first("officeDocument")
	if office == nil {
		return m, p.damaged("_rels/.rels", errors.New("it names no workbook"))
	}
	m.name = resolve("", office.Target)
	if err := p.decode(m.name, &m.workbookXML); err != nil {
		return m, err
	}
	if m.rels, err = p.related(m.name); err != nil {
		return m, err
	}
	for _, n := range m.Names {
		if n.Name == summaryName {
			m.summary = referred(n.Ref)
		}
	}
	return m, nil
}

// Workbook reads all but the worksheets and the shared strings.
func (p *Package) Workbook() (*Workbook, error) {
	m, err := p.mainPart()
	if err != nil {
		return nil, err
	}
	w := &Workbook{Package: p, date1904: truth(m.WorkbookPr.Date1904), stringPart: m.target(relStrings)}
	if err := w.list(m); err != nil {
		return nil, err
	}
	if styles := m.target(relStyles); styles != "" {
		err = w.readStyles(styles)
	}
	return w, err
}

// target is the part that the workbook's first relationship of a kind leads to, "" if there is none.
func (m *mainPart) target(kind string) string {
	if r := m.rels.first(kind); r != nil {
		return resolve(m.name, r.Target)
	}
	return ""
}

// Worksheets are the worksheets in the workbook's order. There is at least one.
func (w *Workbook) Worksheets() []Worksheet { return w.sheets }

// list finds the parts of the worksheets. Chart sheets and the like are left out.
func (w *Workbook) list(m mainPart) error {
	if len(m.Sheets) > MaxWorksheets {
		return problem.Refuse("too-large", "copy the one with the users into a workbook of its own",
			"%s has %d worksheets, and %d are the most that are looked through", w.name, len(m.Sheets), MaxWorksheets)
	}
	seen := map[string]bool{}
	for _, s := range m.Sheets {
		r := m.rels.byID(s.ID)
		if r == nil || !r.is(relWorksheet) {
			continue
		}
		part := resolve(m.name, r.Target)
		if seen[PartKey(part)] {
			return w.damaged(part, errors.New("two worksheets say that it is theirs"))
		}
		seen[PartKey(part)] = true
		w.sheets = append(w.sheets, Worksheet{
			Name: s.Name, Hidden: s.State == "hidden" || s.State == "veryHidden", Summary: s.Name == m.summary, part: part,
		})
	}
	if len(w.sheets) == 0 {
		return problem.Refuse("no-such-worksheet", "", "%s has no worksheet", w.name)
	}
	return nil
}

// truth reads a boolean attribute.
func truth(text string) bool { return text == "1" || text == "true" || text == "on" }

// readStyles reads which styles show numbers as something else.
func (w *Workbook) readStyles(part string) error {
	var styles struct {
		NumFmts []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Xfs []struct {
			NumFmt int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
		Fonts []struct {
			Strike *struct {
				Val string `xml:"val,attr"`
			} `xml:"strike"`
		} `xml:"fonts>font"`
	}
	if err := w.decode(part, &styles); err != nil {
		return err
	}
	custom := map[int]numberFormat{}
	for _, f := range styles.NumFmts {
		custom[f.ID] = parseFormat(f.Code)
	}
	for _, xf := range styles.Xfs {
		format, ok := custom[xf.NumFmt]
		if !ok {
			format = builtinFormat(xf.NumFmt)
		}
		w.formats = append(w.formats, format)
		w.hiding = w.hiding || format.hidden != 0
		if xf.Font >= 0 && xf.Font < len(styles.Fonts) && styles.Fonts[xf.Font].Strike != nil && strikes(styles.Fonts[xf.Font].Strike.Val) {
			if w.struck == nil {
				w.struck = map[int]bool{}
			}
			w.struck[len(w.formats)-1] = true
		}
	}
	return nil
}
