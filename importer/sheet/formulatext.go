package sheet

import (
	"fmt"
	"strings"

	"zohobulk/importer/problem"
)

// Programs write a text into a CSV as a formula, ="01097", so that Excel shows it as it is and takes no zero away.
const (
	formulaBegin = `="`
	formulaEnd   = `"`
)

// formulaText is a text as such a formula.
func formulaText(text string) string {
	return formulaBegin + strings.ReplaceAll(text, `"`, `""`) + formulaEnd
}

// textOfFormula is the text that a formula shows, if it is a text and nothing else.
func textOfFormula(formula string) (text string, ok bool) {
	inside, ok := strings.CutPrefix(formula, formulaBegin)
	if !ok {
		return "", false
	}
	if inside, ok = strings.CutSuffix(inside, formulaEnd); !ok {
		return "", false
	}
	const quote = `""` // within a formula's text
	if strings.Contains(strings.ReplaceAll(inside, quote, ""), `"`) {
		return "", false // several texts, joined
	}
	return strings.ReplaceAll(inside, quote, `"`), true
}

// formulas puts the text in the place of each formula that is only there to keep it from Excel.
func (s *shape) formulas(row *Row) {
	for i, cell := range row.Cells {
		text, ok := textOfFormula(cell.Text)
		if !ok {
			continue
		}
		row.Cells[i].Text = text
		if text == "" {
			row.Cells[i].Kind = Empty
		}
		p := s.problem(row, i, CodeTextFormula)
		p.Severity, p.Value = problem.Note, cell.Text
		p.Message = fmt.Sprintf("read as %q, which is what Excel shows", problem.Shorten(text, 40))
		row.Problems = append(row.Problems, p)
	}
}
