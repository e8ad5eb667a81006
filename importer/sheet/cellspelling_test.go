package sheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// insides are what cells hold, with the place of the text.
var insides = []string{"<is><t>%s</t></is></c>", "<v>%s</v></c>", "<v>%s</v></c >", "<v>%s</v>", "<is><t>%s</t></is>", `<is><t xml:space="preserve">%s</t></is></c>`,
	"<is><r><t>%s</t></r></is></c>", "<is><!-- --><t>%s</t></is></c>", "<f>A1</f><v>%s</v></c>", "<v>%s</t></c>", "<is><t>%s"}

// spellings are cells of a second row as programs write them, or nearly so.
func spellings() (cells []string) {
	texts := []string{"", "0", "1", "31", "anna", " a ", "<", "é", "MÃ¼ller", "\ufffd", "\x01", "a&amp;b", "&#65;", "&b;", "&", "_x0041_", "_x", "a\r\nb", "]]>", "]>", "<![CDATA[1]]>"}
	for _, kind := range []string{"", "n", "s", "inlineStr", "str", "b", "e", "d", "zz"} {
		for _, inside := range insides {
			for _, text := range texts {
				cells = append(cells, fmt.Sprintf(`<c r="A2" t="%s">`+inside, kind, text))
			}
		}
	}
	for _, ref := range []string{"", ` r=""`, ` r="A2"`, ` r="C2"`, ` r="D2"`, ` r="XFD2"`, ` r="XFE2"`, ` r="AAAA2"`, ` r="b2"`, ` r='B2'`, ` r="B3"`, ` r="B02"`, ` r="2"`, ` r="B"`, ` r="B2`} {
		for _, style := range []string{"", ` s="0"`, ` s="1"`, ` s="2"`, ` s="99"`, ` s=""`, ` s="&amp;"`, ` s="<"`, ` s=1`, ` s="1" s="2"`, ` cm="1"`} {
			for _, end := range []string{">", " >", "/>"} {
				cells = append(cells, "<c"+ref+style+end+"<v>7</v></c>", "<c"+style+ref+end+"<v>7</v></c>", "<c"+ref+style+end)
			}
		}
	}
	for _, attributes := range []string{` r="B2"s="1"`, ` r="B2" s="1"t="n"`, ` r="B2"/s="1"`, ` r='B2"`, ` r:"B2"`} {
		cells = append(cells, "<c"+attributes+"><v>7</v></c>")
	}
	return cells
}

// TestSpelledCells reads cells as they are spelled, and with a blank that sends each through the tokens: the readings
// must be the same, and so must what is wrong.
func TestSpelledCells(t *testing.T) {
	for _, cell := range spellings() {
		for _, row := range []string{`<row r="2">%s</row>`, `<row/><row>%s<c t="n"><v>8</v></c></row>`, `<row r="2"/>%s`} {
			got, err := cellsOf(fmt.Sprintf(row, cell))
			want, wantErr := cellsOf(fmt.Sprintf(row, strings.Replace(cell, "<c", "<c\n", 1)))
			if diff := cmp.Diff(want, got); diff != "" || complaint(err) != complaint(wantErr) {
				t.Errorf("%s: %v, token by token %v\n%s", cell, err, wantErr, diff)
			}
		}
	}
}

// TestForeignCells has cells of no namespace in a worksheet whose namespace has a prefix: they are none.
func TestForeignCells(t *testing.T) {
	x := tableOf("")
	x.change = func(parts map[string]string) {
		parts["xl/worksheets/sheet1.xml"] = `<x:worksheet xmlns:x="` + mainSpace + `"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><c><v>2</v></c></x:row></x:sheetData></x:worksheet>`
	}
	got, err := texts(x.save(t), Options{HeaderRow: 1})
	if diff := cmp.Diff([][]string{{"1"}}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// complaint is what is wrong, without the tag that is quoted.
func complaint(err error) string {
	text, _, _ := strings.Cut(fmt.Sprint(err), "the tag")
	return text
}

// cellsOf reads rows of three columns.
func cellsOf(rows string) (cells []string, err error) {
	book := &workbook{strings: new(sharedStrings), formats: []numberFormat{{}, {pattern: patternOf("\x01\x01\x01\x01\x01")}, {date: true}}}
	book.strings.add("Bonn")
	book.strings.add("Köln")
	book.strings.seal()
	c := &collector{batch: new(batch)}
	part := `<worksheet xmlns="` + mainSpace + `"><sheetData>` + rows + `</sheetData></worksheet>`
	r := &worksheetReader{worksheet: &worksheet{workbook: book, header: make([]Cell, 3)}, collector: c, x: newXMLScanner(strings.NewReader(part))}
	err = r.run()
	for _, row := range c.rows {
		cells = append(cells, fmt.Sprintf("%+v", row))
	}
	return cells, err
}
