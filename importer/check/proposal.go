package check

import (
	"slices"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// ColumnState says whether a column is used.
type ColumnState string

// The states of a column.
const (
	Used    ColumnState = "used"     // feeds a field
	NotUsed ColumnState = "not-used" // feeds none: kept in the reports, sent nowhere
	Unclear ColumnState = "unclear"  // must be settled before the sheet can be checked
)

// Why is the reason for a column's state.
type Why string

// The reasons of the states of columns.
const (
	WhyChosen        Why = "chosen"         // somebody chose it, the options say
	WhyRecognised    Why = "recognised"     // by its header
	WhyDirectory     Why = "directory-name" // by its header, as Active Directory calls the field
	WhyBeside        Why = "beside"         // by its header and the columns beside it; Candidates holds what else it can be
	WhyReports       Why = "reports"        // it belongs to our reports
	WhyNoField       Why = "no-field"       // no field has such a header
	WhyNoHeader      Why = "no-header"      // its header is empty
	WhyNearly        Why = "nearly"         // its header is nearly that of a field
	WhyErrorHeader   Why = "error-header"   // its header is an Excel error
	WhyFormulaHeader Why = "formula-header" // its header is a formula that was never calculated
	WhyWholeOrLast   Why = "whole-or-last"  // a name that can be the whole one or the last
	WhySameField     Why = "same-field"     // another column feeds its field
)

// ProposedColumn is a column with what it is taken for. Its letter tells it from others of the same header.
type ProposedColumn struct {
	Column
	State      ColumnState
	Why        Why
	Candidates []field.ID // what it can be, the likeliest first, where there is a doubt
	Same       string     // the letter of the column that feeds its field, "" if none does
	Samples    []string   // its first different values, as read
}

// Doubt is something about the columns that must be settled before the sheet can be checked.
type Doubt struct {
	Code     string   // kebab-case
	Columns  []string // the letters of the columns that it is about, none for the sheet
	Message  string
	Hint     string
	Remedies []problem.Remedy
}

// Proposal is a mapping as far as it is known.
type Proposal struct {
	Columns []ProposedColumn
	Doubts  []Doubt           // all of them; with any, the sheet can't be checked
	Notes   []problem.Problem // what to say of the columns that are settled
}

// The samples of a proposal: enough to tell what a column holds, from rows that are read in no time.
const (
	sampleValues = 3
	sampleRows   = 200
)

// Propose finds the field of each column as far as it can, with samples of its values. What the options say wrongly, such as a field
// that there is none of, is an error.
func Propose(s Source, o Options) (Proposal, error) {
	m := newMapper(s.Header(), o)
	if err := m.propose(); err != nil {
		return Proposal{}, err
	}
	n := 0
	for row, err := range s.Rows() {
		if err != nil {
			return Proposal{}, err
		}
		for i := range min(len(row.Cells), len(m.columns)) {
			m.columns[i].sample(row.Cells[i].Text)
		}
		if n++; n == sampleRows {
			break
		}
	}
	return Proposal{m.columns, m.doubts, m.notes}, nil
}

func (c *ProposedColumn) sample(text string) {
	if text == "" || len(c.Samples) == sampleValues || slices.Contains(c.Samples, text) {
		return
	}
	c.Samples = append(c.Samples, strings.Clone(text))
}

// refusal tells all doubts at once, nil if there is none. Its code is the first one's.
func refusal(doubts []Doubt) error {
	if len(doubts) == 0 {
		return nil
	}
	var messages, hints []string
	r := &problem.Refusal{Code: doubts[0].Code}
	for _, d := range doubts {
		messages = append(messages, d.Message)
		if d.Hint != "" && !slices.Contains(hints, d.Hint) {
			hints = append(hints, d.Hint)
		}
		r.With(d.Remedies...)
	}
	r.Message, r.Hint = strings.Join(messages, "; "), strings.Join(hints, "; ")
	return r
}
