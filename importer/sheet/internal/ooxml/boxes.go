package ooxml

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The boxes of notes are drawn in VML, which spreadsheet programs write and read as text of one shape rather than as
// any XML; so what is there is edited as text too. openpyxl gives the namespaces prefixes of its own (ns0, ns1).

const newDrawing = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">` +
	`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout></xml>`

// boxSpaces are the namespaces of the boxes that are added, which the drawing's root must name.
var boxSpaces = []struct{ prefix, space string }{
	{"xmlns:v", "urn:schemas-microsoft-com:vml"},
	{"xmlns:o", "urn:schemas-microsoft-com:office:office"},
	{"xmlns:x", "urn:schemas-microsoft-com:office:excel"},
}

const boxType = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
	`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`

const boxShape = `<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
	`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>` +
	`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>` +
	`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 10, %d, 31, %d, 4</x:Anchor>` +
	`<x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`

// idsPerBlock is how many shapes a block of 1,024 ids takes: the first id is the block's own.
const idsPerBlock = 1023

var (
	idmapPattern  = regexp.MustCompile(`(<(?:\w+:)?idmap\b[^>]*\bdata=")([^"]*)(")`)
	shapePattern  = regexp.MustCompile(`(?s)<(?:\w+:)?shape\s.*?</(?:\w+:)?shape>`)
	rowPattern    = regexp.MustCompile(`<(?:\w+:)?Row(?:\s[^>]*)?>\s*(\d+)\s*</`)
	columnPattern = regexp.MustCompile(`<(?:\w+:)?Column(?:\s[^>]*)?>\s*(\d+)\s*</`)
)

// readBoxes reads the drawing that is there, if any, without the boxes of notes that go.
func (n *notes) readBoxes(b *book, rels *relationships, part, drawing string) (err error) {
	if n.block, err = b.freeBlock(); err != nil {
		return err
	}
	n.vml = []byte(newDrawing)
	n.vmlPart = b.free("xl/drawings/vmlDrawing%d.vml")
	r := rels.byID(drawing)
	if r == nil {
		return nil
	}
	n.drawing, n.vmlPart = drawing, resolve(part, r.Target)
	if n.vml, err = b.read(n.vmlPart); err != nil {
		return err
	}
	n.vml = shapePattern.ReplaceAllFunc(n.vml, func(shape []byte) []byte {
		if n.removed[boxCell(shape)] {
			return nil
		}
		return shape
	})
	return nil
}

// boxCell is the cell that a note's box belongs to.
func boxCell(shape []byte) string {
	row, column := rowPattern.FindSubmatch(shape), columnPattern.FindSubmatch(shape)
	if row == nil || column == nil {
		return ""
	}
	r, _ := strconv.Atoi(string(row[1]))
	c, _ := strconv.Atoi(string(column[1]))
	return cellName(c, r+1)
}

// freeBlock is the first block of shape ids that no drawing of the workbook uses.
func (b *book) freeBlock() (int, error) {
	most := 0
	for _, f := range b.order {
		if !strings.HasSuffix(PartKey(f.Name), ".vml") {
			continue
		}
		data, err := b.read(f.Name)
		if err != nil {
			return 0, err
		}
		for _, m := range idmapPattern.FindAllSubmatch(data, -1) {
			for block := range bytes.SplitSeq(m[2], []byte(",")) {
				id, _ := strconv.Atoi(string(bytes.TrimSpace(block)))
				most = max(most, id)
			}
		}
	}
	return most + 1, nil
}

// writeBoxes writes the drawing with the boxes of the notes that were added.
func (n *notes) writeBoxes(out *bufio.Writer) error {
	vml := idmapPattern.ReplaceAllFunc(n.vml, func(idmap []byte) []byte {
		m := idmapPattern.FindSubmatch(idmap)
		return concat(m[1], n.blocks(string(m[2])), m[3])
	})
	vml, err := withSpaces(vml)
	if err != nil {
		return err
	}
	end := bytes.LastIndex(vml, []byte("</xml>"))
	out.Write(vml[:end])
	if !bytes.Contains(vml, []byte(`id="_x0000_t202"`)) {
		out.WriteString(boxType)
	}
	for i, box := range n.boxes {
		row, column := int(box.row)-1, int(box.column)
		top := max(row-1, 0)
		fmt.Fprintf(out, boxShape, (n.block+i/idsPerBlock)<<10+1+i%idsPerBlock,
			column+1, top, column+5, top+2+int(box.lines), row, column)
	}
	_, err = out.Write(vml[end:])
	return err
}

// withSpaces is a drawing whose root names the namespaces of the boxes.
func withSpaces(vml []byte) ([]byte, error) {
	start := bytes.Index(vml, []byte("<xml"))
	if start < 0 || !bytes.Contains(vml[start:], []byte("</xml>")) {
		return nil, errors.New("a drawing that is cut off")
	}
	end := start + bytes.IndexByte(vml[start:], '>') + 1
	root := tagToken(vml[start:end])
	for _, s := range boxSpaces {
		if root.attr(s.prefix) == nil {
			root = tagToken(root.with(s.prefix, s.space))
		}
	}
	return concat(vml[:start], string(root.raw), vml[end:]), nil
}

// blocks is the list of blocks that a drawing uses, with those of the boxes that were added.
func (n *notes) blocks(present string) string {
	list := strings.FieldsFunc(present, func(r rune) bool { return r == ',' || r == ' ' })
	for i := 0; i < len(n.boxes); i += idsPerBlock {
		list = append(list, strconv.Itoa(n.block+i/idsPerBlock))
	}
	return strings.Join(list, ",")
}
