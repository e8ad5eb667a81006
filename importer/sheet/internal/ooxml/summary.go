package ooxml

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
)

// writeSummary writes the summary's sheet.
func (a *marker) writeSummary() error {
	bold := a.styles.bold()
	lines := a.o.Lines
	if a.notes.left > 0 && a.o.TooMany != "" {
		lines = append(slices.Clone(lines), SummaryLine{}, SummaryLine{Cells: []any{a.o.TooMany}})
	}
	return a.stream(a.summary.part, func(w *bufio.Writer) error {
		fmt.Fprintf(w, `%s<worksheet xmlns="%s"><cols><col min="1" max="1" width="34" customWidth="1"/>`+
			`<col min="2" max="2" width="44" customWidth="1"/><col min="3" max="3" width="90" customWidth="1"/></cols><sheetData>`,
			xmlHead, a.book.mainSpace())
		for i, line := range lines {
			fmt.Fprintf(w, `<row r="%d">`, i+1)
			style := ""
			if line.Heading {
				style = fmt.Sprintf(` s="%d"`, bold)
			}
			for column, cell := range line.Cells {
				w.WriteString(summaryCell(cellName(column, i+1), style, cell))
			}
			w.WriteString(`</row>`)
		}
		_, err := w.WriteString(`</sheetData></worksheet>`)
		return err
	})
}

func summaryCell(ref, style string, value any) string {
	switch v := value.(type) {
	case int:
		return fmt.Sprintf(`<c r="%s"%s><v>%d</v></c>`, ref, style, v)
	case string:
		if strings.TrimSpace(v) == "" {
			return ""
		}
		return fmt.Sprintf(`<c r="%s"%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, style, escape(v))
	}
	return ""
}
