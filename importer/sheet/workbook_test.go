package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zohobulk/importer/sheet/internal/ooxml"
)

// xlsx is a workbook that a test puts together from XML.
type xlsx struct {
	sheets  map[string]string // the content of <worksheet> by the worksheet's name; "Sheet1" is the usual one
	order   []string          // names in the workbook's order, if there are several
	states  map[string]string
	strings string // the content of <sst>, "" for none
	styles  string // the content of <styleSheet>, "" for none
	props   string // attributes of workbookPr
	strict  bool
	stored  bool                          // the parts aren't compressed, which takes most of the time
	change  func(parts map[string]string) // a last hand on the parts
}

const (
	relSpace  = "http://schemas.openxmlformats.org/package/2006/relationships"
	typeSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// table is a workbook with one worksheet of these rows.
func tableOf(rows string) xlsx {
	return xlsx{sheets: map[string]string{"Sheet1": "<sheetData>" + rows + "</sheetData>"}}
}

// parts are the workbook's parts by name.
func (x xlsx) parts() map[string]string {
	space, types := ooxml.MainSpace, typeSpace
	if x.strict {
		space, types = ooxml.StrictSpace, "http://purl.oclc.org/ooxml/officeDocument/relationships"
	}
	if x.order == nil {
		x.order = []string{"Sheet1"}
	}
	head := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	parts := map[string]string{
		"[Content_Types].xml": head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels": head + `<Relationships xmlns="` + relSpace + `"><Relationship Id="rId1" Type="` + types + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	}
	var sheets, rels strings.Builder
	for i, name := range x.order {
		state := ""
		if s := x.states[name]; s != "" {
			state = ` state="` + s + `"`
		}
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"%s/>`, name, i+1, i+1, state)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, types, i+1)
		parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = head + `<worksheet xmlns="` + space + `">` + x.sheets[name] + `</worksheet>`
	}
	if x.strings != "" {
		rels.WriteString(`<Relationship Id="rId90" Type="` + types + `/sharedStrings" Target="sharedStrings.xml"/>`)
		parts["xl/sharedStrings.xml"] = head + `<sst xmlns="` + space + `">` + x.strings + `</sst>`
	}
	if x.styles != "" {
		rels.WriteString(`<Relationship Id="rId91" Type="` + types + `/styles" Target="styles.xml"/>`)
		parts["xl/styles.xml"] = head + `<styleSheet xmlns="` + space + `">` + x.styles + `</styleSheet>`
	}
	parts["xl/workbook.xml"] = head + `<workbook xmlns="` + space + `" xmlns:r="` + types + `"><workbookPr ` + x.props + `/><sheets>` + sheets.String() + `</sheets></workbook>`
	parts["xl/_rels/workbook.xml.rels"] = head + `<Relationships xmlns="` + relSpace + `">` + rels.String() + `</Relationships>`
	if x.change != nil {
		x.change(parts)
	}
	return parts
}

// bytes is the workbook as a file.
func (x xlsx) bytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range x.parts() {
		method := zip.Deflate
		if x.stored {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// save writes the workbook to a temporary file.
func (x xlsx) save(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.xlsx")
	if err := os.WriteFile(path, x.bytes(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
