package sheet

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet/internal/ooxml"
)

// Excel's limits, as its documentation names them.
const (
	maxRows    = ooxml.MaxRows
	maxChoices = 255 // length of a drop-down's choices where they stand in the rule itself
)

// Column is a column of a workbook that is written.
type Column struct {
	Header  string
	Width   float64  // in characters; 0 is Excel's own
	Note    string   // on the header
	Choices []string // a drop-down for the cells below
}

// Entry is a cell that is written. Every cell is text, in a column formatted as text: Excel leaves such cells alone.
type Entry struct {
	Text string
	Fill string // the colour behind it as RRGGBB, "" for none
	Note string // a note on it
}

// XLSXOptions say what a workbook is made of.
type XLSXOptions struct {
	Worksheet string // "" is Sheet1
	Columns   []Column
	Folder    string // for the temporary file of a long worksheet; "" is the system's for temporary files
}

// XLSXWriter writes one worksheet row by row, without holding it in memory.
type XLSXWriter struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	sheet  string
	row    int
	ours   bool           // there is a _row column: the reader will take an apostrophe away
	text   int            // the style of all cells
	fills  map[string]int // styles by colour
}

// CreateXLSX begins a workbook with a header. Close it in any case.
func CreateXLSX(o XLSXOptions) (*XLSXWriter, error) {
	if o.Worksheet == "" {
		o.Worksheet = "Sheet1"
	}
	w := &XLSXWriter{file: excelize.NewFile(excelize.Options{TmpDir: o.Folder}), sheet: o.Worksheet, fills: map[string]int{}}
	if err := w.begin(o); err != nil {
		w.Close()
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return w, nil
}

func (w *XLSXWriter) begin(o XLSXOptions) error {
	if err := w.file.SetSheetName("Sheet1", w.sheet); err != nil {
		return err
	}
	var err error
	if w.text, err = w.style(""); err != nil {
		return err
	}
	if err := w.choices(o.Columns); err != nil {
		return err
	}
	if w.stream, err = w.file.NewStreamWriter(w.sheet); err != nil {
		return err
	}
	if err := w.columns(o.Columns); err != nil {
		return err
	}
	return w.header(o.Columns)
}

// style is that of a text cell with a colour behind it.
func (w *XLSXWriter) style(fill string) (int, error) {
	const asText = 49 // the built-in number format "@"
	style := &excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top"}}
	if fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
	}
	return w.file.NewStyle(style)
}

// choices puts a drop-down below each header that has choices. Long lists stand in a hidden worksheet of their own.
func (w *XLSXWriter) choices(columns []Column) error {
	for i, c := range columns {
		if len(c.Choices) == 0 {
			continue
		}
		letter := problem.Column(i)
		rule := excelize.NewDataValidation(true)
		rule.Sqref = fmt.Sprintf("%s2:%s%d", letter, letter, maxRows)
		rule.SetError(excelize.DataValidationErrorStyleWarning, c.Header, "Please choose from the list.")
		if inRule := strings.Join(c.Choices, ","); len(inRule) <= maxChoices && !strings.Contains(strings.Join(c.Choices, ""), ",") {
			if err := rule.SetDropList(c.Choices); err != nil {
				return err
			}
		} else if err := w.list(rule, letter, c.Choices); err != nil {
			return err
		}
		if err := w.file.AddDataValidation(w.sheet, rule); err != nil {
			return err
		}
	}
	return nil
}

// list writes choices into the hidden worksheet, in the column of the same letter.
func (w *XLSXWriter) list(rule *excelize.DataValidation, letter string, choices []string) error {
	const lists = "Lists"
	if i, _ := w.file.GetSheetIndex(lists); i < 0 {
		if _, err := w.file.NewSheet(lists); err != nil {
			return err
		}
		if err := w.file.SetSheetVisible(lists, false); err != nil {
			return err
		}
	}
	if err := w.file.SetSheetCol(lists, letter+"1", &choices); err != nil {
		return err
	}
	rule.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", lists, letter, letter, len(choices)))
	return nil
}

func (w *XLSXWriter) columns(columns []Column) error {
	for i, c := range columns {
		if err := w.stream.SetColStyle(i+1, i+1, w.text); err != nil {
			return err
		}
		if c.Width > 0 {
			if err := w.stream.SetColWidth(i+1, i+1, c.Width); err != nil {
				return err
			}
		}
	}
	return w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (w *XLSXWriter) header(columns []Column) error {
	style, err := w.file.NewStyle(&excelize.Style{
		NumFmt: 49,
		Font:   &excelize.Font{Bold: true},
		Fill:   excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6F0"}},
	})
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		w.ours = w.ours || marksOurs(c.Header)
		cells[i] = excelize.Cell{StyleID: style, Value: cellValue(c.Header)}
		if err := w.note(i, 1, c.Note); err != nil {
			return err
		}
	}
	w.row = 1
	return w.stream.SetRow("A1", cells)
}

// Write writes the next row.
func (w *XLSXWriter) Write(entries ...Entry) error {
	if w.row == maxRows {
		return problem.Refuse("too-large", "write a CSV", "a worksheet holds %d rows and no more", maxRows)
	}
	w.row++
	cells := make([]any, len(entries))
	for i, e := range entries {
		if w.ours {
			e.Text = neutral(e.Text)
		}
		if n := units(e.Text); n > ooxml.MaxCellText {
			return problem.Refuse("too-large", "write a CSV", "cell %s%d: %d characters, but a worksheet's cell holds %d", problem.Column(i), w.row, n, ooxml.MaxCellText)
		}
		style, err := w.fill(e.Fill)
		if err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
		if err := w.note(i, w.row, e.Note); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
		if e.Text != "" || e.Fill != "" {
			cells[i] = excelize.Cell{StyleID: style, Value: cellValue(e.Text)}
		}
	}
	if err := w.stream.SetRow(fmt.Sprintf("A%d", w.row), cells); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func (w *XLSXWriter) fill(colour string) (int, error) {
	if colour == "" {
		return w.text, nil
	}
	if style, ok := w.fills[colour]; ok {
		return style, nil
	}
	style, err := w.style(colour)
	w.fills[colour] = style
	return style, err
}

func (w *XLSXWriter) note(column, row int, text string) error {
	if text == "" {
		return nil
	}
	// About as many lines as the note takes at the width of a note; the numbers are pixels, tried in LibreOffice.
	lines := uint(utf8.RuneCountInString(text)/40 + strings.Count(text, "\n") + 2)
	return w.file.AddComment(w.sheet, excelize.Comment{
		Cell: fmt.Sprintf("%s%d", problem.Column(column), row), Author: "zohobulk", Text: pictured(text), Width: 280, Height: 18 * lines,
	})
}

// WriteTo ends the worksheet and writes the workbook. Nothing can be written to it any more.
func (w *XLSXWriter) WriteTo(out io.Writer) (int64, error) {
	if err := w.stream.Flush(); err != nil {
		return 0, fmt.Errorf("write workbook: %w", err)
	}
	n, err := w.file.WriteTo(out)
	if err != nil {
		return n, fmt.Errorf("write workbook: %w", err)
	}
	return n, nil
}

// Close drops the temporary file.
func (w *XLSXWriter) Close() error { return w.file.Close() }

// cellValue is a text as the stream writer takes it. A text like _x000D_ is the escape of a character in this format, and
// the writer's own escape for the escape loses some: as two runs of rich text, cut behind the underscore, it is none.
func cellValue(text string) any {
	text = pictured(text)
	var runs []excelize.RichTextRun
	start := 0
	for i := 0; i+7 <= len(text); i++ {
		if ooxml.Escapes(text[i:]) {
			runs = append(runs, excelize.RichTextRun{Text: text[start : i+1]})
			start = i + 1
		}
	}
	if runs == nil {
		return text
	}
	return append(runs, excelize.RichTextRun{Text: text[start:]})
}

// pictured replaces the control characters that XML can't hold with their pictures (␀, ␁, …).
func pictured(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\t' && r != '\n' && r != '\r':
			return 0x2400 + r
		case r == 0xfffe || r == 0xffff:
			return utf8.RuneError
		}
		return r
	}, text)
}

// units is a text's length as Excel counts it.
func units(text string) int {
	if len(text) <= ooxml.MaxCellText {
		return 0
	}
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}
