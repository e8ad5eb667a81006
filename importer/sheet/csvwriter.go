package sheet

import (
	"bufio"
	"io"
	"strings"

	"zohobulk/importer/sheet/internal/window"
)

// CSVOptions say how a CSV is written.
type CSVOptions struct {
	NoBOM bool // leave out the byte-order mark, by which Excel knows UTF-8
}

// CSVWriter writes a CSV for people: UTF-8, commas, CR LF, every field quoted, and an apostrophe before what a
// spreadsheet program would take for a formula. The readers take that away again where there is a _row column.
type CSVWriter struct {
	w    *bufio.Writer
	mark bool
}

// CreateCSV begins a CSV. Nothing is written before the first row.
func CreateCSV(w io.Writer, o CSVOptions) *CSVWriter {
	return &CSVWriter{w: bufio.NewWriterSize(w, window.Size), mark: !o.NoBOM}
}

// Write writes one row. An error stays, and Flush gives it again.
func (c *CSVWriter) Write(cells ...string) error {
	if c.mark {
		c.w.WriteString("\ufeff")
		c.mark = false
	}
	for i, cell := range cells {
		if i > 0 {
			c.w.WriteByte(',')
		}
		c.field(legible(neutral(cell)))
	}
	_, err := c.w.WriteString("\r\n")
	return err
}

// legible replaces what no reader of CSVs takes: bytes that are not UTF-8, and NUL, by its picture (␀).
func legible(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\u2400")
}

func (c *CSVWriter) field(text string) {
	c.w.WriteByte('"')
	for {
		before, after, found := strings.Cut(text, `"`)
		c.w.WriteString(before)
		if !found {
			break
		}
		c.w.WriteString(`""`)
		text = after
	}
	c.w.WriteByte('"')
}

// Flush hands over what is still buffered, and tells of the first error.
func (c *CSVWriter) Flush() error { return c.w.Flush() }
