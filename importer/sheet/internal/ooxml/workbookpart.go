package ooxml

import (
	"bytes"
	"fmt"
)

// filterName is the defined name that spreadsheet programs keep beside a worksheet's filter.
const filterName = "_xlnm._FilterDatabase"

// summarySheet is where the summary goes.
type summarySheet struct {
	name  string
	part  string
	known bool // an earlier marking made it
}

// placeSummary finds the sheet of an earlier marking, or a name that is free.
func (b *book) placeSummary(name string) (summarySheet, error) {
	if i := b.sheetIndex(b.summary); i >= 0 {
		part, err := b.sheetPart(i)
		return summarySheet{name: b.Sheets[i].Name, part: part, known: true}, err
	}
	free := name
	for n := 2; b.sheetIndex(free) >= 0; n++ {
		free = fmt.Sprintf("%s (%d)", name, n)
	}
	return summarySheet{name: free, part: b.free("xl/worksheets/sheet%d.xml")}, nil
}

// writeWorkbook lists the summary's sheet, and says where it and the worksheet's filter are.
func (a *marker) writeWorkbook() error {
	data, err := a.book.read(a.book.mainPart.name)
	if err != nil {
		return err
	}
	e := &workbookEditor{marker: a, names: a.names()}
	if !a.summary.known {
		a.book.types.part(a.summary.part, typeWorksheet)
		e.entry = a.sheetTag(a.book.rels.add(a.book.relType(relWorksheet), "/"+a.summary.part))
	}
	if err := eachToken(data, e.token); err != nil {
		return err
	}
	return a.writeBytes(a.book.mainPart.name, e.out.Bytes())
}

// sheetTag lists the summary's sheet; the prefix of its tag is put in by the editor.
func (a *marker) sheetTag(rel string) string {
	id := 0
	for _, s := range a.book.Sheets {
		id = max(id, s.Sheet)
	}
	return fmt.Sprintf(`sheet xmlns:r="%s" name="%s" sheetId="%d" r:id="%s"/>`, a.book.relSpace(), escape(a.summary.name), id+1, rel)
}

// names are the defined names to write, each as the rest of its tag after the prefix, with its text.
func (a *marker) names() []definedName {
	var list []definedName
	if a.filter != (Area{}) {
		list = append(list, definedName{filterName, a.index, a.filter.absolute(a.book.Sheets[a.index].Name)})
	}
	if !a.summary.known {
		list = append(list, definedName{summaryName, -1, Area{0, 1, 0, 1}.absolute(a.summary.name)})
	}
	return list
}

type definedName struct {
	name  string
	sheet int // the sheet it belongs to, -1 for the workbook
	text  string
}

// workbookEditor adds to the workbook part as it goes by.
type workbookEditor struct {
	*marker
	out   bytes.Buffer
	entry string // of the summary among the sheets, "" for none
	names []definedName

	prefix  string
	depth   int
	sheets  bool // the list of sheets is complete
	skip    bool // inside a name that is replaced
	written bool // the names are
}

func (e *workbookEditor) token(t token) {
	switch {
	case t.is("workbook"):
		e.prefix = t.prefix()
	case e.depth == 1 && t.kind == open && t.is("definedNames"):
		e.written = true
		e.out.Write(t.raw)
		e.writeNames()
		e.depth++
		return
	case t.is("definedNames") && t.kind == alone:
		e.newNames()
		return
	case t.is("definedName") && e.ours(t):
		e.skip = t.kind == open
		return
	case t.ends("definedName") && e.skip:
		e.skip = false
		return
	case t.ends("sheets"):
		e.sheets = true
		if e.entry != "" {
			e.out.WriteString("<" + e.prefix + e.entry)
		}
	case e.sheets && !e.written && e.depth == 1 && t.kind != text && !t.is("functionGroups") && !t.is("externalReferences"):
		e.newNames() // the first that must follow them, or the end
	}
	if e.skip {
		return
	}
	e.out.Write(t.raw)
	switch t.kind {
	case open:
		e.depth++
	case shut:
		e.depth--
	}
}

// newNames writes the list of defined names where there was none.
func (e *workbookEditor) newNames() {
	e.written = true
	if len(e.names) == 0 {
		return
	}
	e.out.WriteString("<" + e.prefix + "definedNames>")
	e.writeNames()
	e.out.WriteString("</" + e.prefix + "definedNames>")
}

func (e *workbookEditor) writeNames() {
	for _, n := range e.names {
		local := ""
		if n.sheet >= 0 {
			local = fmt.Sprintf(` localSheetId="%d"`, n.sheet)
		}
		fmt.Fprintf(&e.out, `<%[1]sdefinedName name="%[2]s"%[3]s hidden="1">%[4]s</%[1]sdefinedName>`, e.prefix, n.name, local, escape(n.text))
	}
}

// ours reports whether a defined name is one of those that are replaced.
func (e *workbookEditor) ours(t token) bool {
	for _, n := range e.names {
		if string(t.attr("name")) == n.name && t.number("localSheetId", -1) == n.sheet {
			return true
		}
	}
	return false
}
