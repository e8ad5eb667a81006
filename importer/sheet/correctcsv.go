package sheet

import (
	"bufio"
	"cmp"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/transform"

	"zohobulk/importer/sheet/internal/window"
)

// fits reports whether a text can be written in an encoding.
func (c codec) fits(text string) bool {
	if c.encoder == nil {
		return true
	}
	_, _, err := transform.String(c.encoder(), text)
	return err == nil
}

// writer writes UTF-8 in the encoding, with a byte-order mark if the file had one. Close it to hand over the rest.
func (c codec) writer(w io.Writer) io.WriteCloser {
	if c.encoder == nil {
		return nopCloser{w}
	}
	return transform.NewWriter(w, c.encoder())
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// csv writes a CSV as a CSV.
func (c *correction) csv(w io.Writer) error {
	t := c.sheet.table.(*csvTable)
	target := t.codec
	recoded, err := Recoded(c.sheet, c.edits)
	if err != nil {
		return err
	}
	if recoded {
		target = unicodeCodec(utf8Name)
		target.skip = int64(len("\ufeff"))
	}
	encoded := target.writer(w)
	out := bufio.NewWriterSize(encoded, window.Size)
	if target.skip > 0 {
		out.WriteString("\ufeff")
	}
	if err := c.records(t, out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return encoded.Close()
}

// records copies the records, with the texts of edited cells. A buffered writer keeps its first error until it is flushed.
func (c *correction) records(t *csvTable, out *bufio.Writer) error {
	edits, stop := c.queue()
	defer stop()
	err := t.readRaw(func(number int, record string) error {
		texts, err := edits.of(number)
		if err != nil {
			return err
		}
		if len(texts) > 0 {
			record = corrected(record, t.delim, texts)
		}
		if _, err := out.WriteString(record); err != nil {
			return err
		}
		return c.ctx.Err()
	})
	if err != nil {
		return err
	}
	return edits.end()
}

// corrected is a record, with the end of its line, in which some cells have other texts.
func corrected(record string, delim byte, texts map[int]string) string {
	var b strings.Builder
	rest, mark := strings.CutPrefix(record, "\ufeff")
	if mark {
		b.WriteString("\ufeff")
	}
	last := slices.Max(slices.Collect(maps.Keys(texts)))
	for column := 0; ; column++ {
		n := fieldLength(rest, delim)
		if text, ok := texts[column]; ok {
			b.WriteString(field(text, delim, strings.HasPrefix(rest, `"`)))
		} else {
			b.WriteString(rest[:n])
		}
		if rest = rest[n:]; rest != "" && rest[0] == delim {
			b.WriteByte(delim)
			rest = rest[1:]
			continue
		}
		if column >= last {
			break
		}
		b.WriteByte(delim) // the record is shorter than the header
	}
	b.WriteString(rest)
	return b.String()
}

// fieldLength is the length of the field that a sound record begins with, as it stands.
func fieldLength(record string, delim byte) int {
	quoted := false
	for i := range len(record) {
		switch c := record[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == delim, c == '\r', c == '\n':
			return i
		}
	}
	return len(record)
}

// field is an edited text as a CSV holds it: in quotes where it needs them, or the one before had some.
func field(text string, delim byte, quoted bool) string {
	text = neutral(text)
	if !quoted && !strings.ContainsAny(text, "\"\r\n"+string(rune(delim))) && strings.TrimSpace(text) == text {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

// newCSV writes a worksheet as a CSV. Rows keep their numbers.
func (c *correction) newCSV(w io.Writer) error {
	out := CreateCSV(w, CSVOptions{})
	if err := c.eachRow(func(cells []string) error { return out.Write(cells...) }); err != nil {
		return err
	}
	return out.Flush()
}

// newWorkbook writes a CSV as a workbook. Rows keep their numbers.
func (c *correction) newWorkbook(w io.Writer) (err error) {
	var x *XLSXWriter
	defer func() {
		if x != nil {
			x.Close()
		}
	}()
	err = c.eachRow(func(cells []string) error {
		if x == nil { // the first row; its cells stand out as the header does
			x, err = CreateXLSX(XLSXOptions{Columns: c.columns(cells), Folder: c.options.Folder})
			if x != nil {
				x.ours = false // texts are as the sheet holds them, with their apostrophes
			}
			return err
		}
		entries := make([]Entry, len(cells))
		for i, text := range cells {
			entries[i].Text = text
		}
		return x.Write(entries...)
	})
	if err != nil {
		return err
	}
	_, err = x.WriteTo(w)
	return err
}

// columns are those of a new workbook. An address fits into a column's width, which was chosen by eye.
func (c *correction) columns(first []string) []Column {
	columns := make([]Column, max(len(first), len(c.sheet.header)))
	for i := range columns {
		columns[i].Width = 22
		if i < len(first) {
			columns[i].Header = first[i]
		}
	}
	return columns
}

// eachRow gives the rows of the sheet from the first on, blank ones too, with the texts of edited cells.
func (c *correction) eachRow(take func(cells []string) error) error {
	edits, stop := c.queue()
	defer stop()
	written := 0
	put := func(row Row) error {
		for ; written < row.Number-1; written++ {
			if err := take(nil); err != nil {
				return err
			}
		}
		written++
		cells, err := c.texts(row, edits)
		if err != nil {
			return err
		}
		return take(cells)
	}
	var failed error
	collect := &collector{batch: new(batch)}
	collect.send = func(b *batch) *batch {
		for _, row := range b.rows {
			if failed = put(row); failed != nil {
				return nil
			}
		}
		if failed = c.ctx.Err(); failed != nil {
			return nil
		}
		b.reset()
		return b
	}
	err := c.sheet.table.read(collect)
	if failed == nil && err == nil {
		collect.flush()
	}
	if failed != nil || err != nil {
		return cmp.Or(failed, err)
	}
	return edits.end()
}

// texts are the texts of a row. Where the sheet is one of our reports, a worksheet's text may have an apostrophe that the
// writer of CSVs puts there again.
func (c *correction) texts(row Row, edits *editQueue) ([]string, error) {
	edited, err := edits.of(row.Number)
	if err != nil {
		return nil, err
	}
	cells := make([]string, len(row.Cells))
	for i, cell := range row.Cells {
		cells[i] = cell.Text
		if c.sheet.shape.ours && c.options.Format == formatCSV {
			cells[i] = bare(cell.Text)
		}
	}
	for column, text := range edited {
		if c.sheet.shape.ours && c.options.Format == formatXLSX {
			text = neutral(text)
		}
		for len(cells) <= column {
			cells = append(cells, "")
		}
		cells[column] = text
	}
	return cells, nil
}
