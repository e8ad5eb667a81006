package check

import (
	"regexp"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// Condition is what a row must fulfil to be taken: Department=Sales, Department!=Sales, or Department~^Sa for a regular expression.
type Condition struct {
	Column  string // a header, or a letter
	Not     bool
	Value   string         // compared without regard to case and blanks around it
	Pattern *regexp.Regexp // instead of Value, found anywhere in the cell
}

// ParseCondition reads a condition as people type it.
func ParseCondition(text string) (Condition, error) {
	at := strings.IndexAny(text, "=~")
	if at <= 0 {
		return Condition{}, problem.Refuse("bad-condition", `write it like "Department=Sales", "Department!=Sales" or "Department~^Sa"`, "%q is no condition", text)
	}
	c := Condition{Column: strings.TrimSpace(text[:at]), Value: field.Trim(text[at+1:])}
	if text[at] == '~' {
		pattern, err := regexp.Compile(text[at+1:])
		if err != nil {
			return Condition{}, problem.Refuse("bad-condition", "", "%q: %v", text, err)
		}
		c.Pattern = pattern
		return c, nil
	}
	if column, not := strings.CutSuffix(c.Column, "!"); not {
		c.Column, c.Not = strings.TrimSpace(column), true
	}
	return c, nil
}

// takes reports whether a cell fulfils the condition.
func (c Condition) takes(cell string) bool {
	if c.Pattern != nil {
		return c.Pattern.MatchString(cell)
	}
	return strings.EqualFold(field.Trim(cell), c.Value) != c.Not
}

// Taken is a sheet of which only the rows that fulfil every condition are read. Rows are counted and held against one another as if
// the others were not there; their numbers stay.
type Taken struct {
	Source
	conditions []Condition
	columns    []int
	outside    int
}

// Where takes the rows of a sheet that fulfil every condition. A column is named by its header, or by its letter if no header reads so.
func Where(s Source, conditions []string) (*Taken, error) {
	t := &Taken{Source: s}
	for _, text := range conditions {
		c, err := ParseCondition(text)
		if err != nil {
			return nil, err
		}
		column, err := columnNamed(s.Header(), c.Column)
		if err != nil {
			return nil, err
		}
		t.conditions, t.columns = append(t.conditions, c), append(t.columns, column)
	}
	return t, nil
}

func columnNamed(header []sheet.Cell, name string) (int, error) {
	for i, cell := range header {
		if strings.EqualFold(field.Trim(cell.Text), name) {
			return i, nil
		}
	}
	for i := range header {
		if strings.EqualFold(problem.Column(i), name) {
			return i, nil
		}
	}
	return 0, problem.Refuse("no-such-column", "name it by its header or its letter", "the sheet has no column %q", name)
}

// Outside is how many rows the last reading left out.
func (t *Taken) Outside() int { return t.outside }

// Rows are the rows that fulfil every condition.
func (t *Taken) Rows() sheet.Rows {
	return func(yield func(sheet.Row, error) bool) {
		t.outside = 0
		for row, err := range t.Source.Rows() {
			if err == nil && !t.takes(row.Cells) {
				t.outside++
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

func (t *Taken) takes(cells []sheet.Cell) bool {
	for i, c := range t.conditions {
		text := ""
		if t.columns[i] < len(cells) {
			text = cells[t.columns[i]].Text
		}
		if !c.takes(text) {
			return false
		}
	}
	return true
}
