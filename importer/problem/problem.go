// Package problem holds what can be said about a sheet: a problem of one cell, row or column, and the refusal of a
// whole file. Every reader, check and report speaks in these two, so that one sentence reaches the screen, the JSON,
// the journal and the failure file unchanged.
//
// It imports nothing of this program. Start reading at Problem and Refusal; remedy.go lists what can be done about them.
package problem

import (
	"fmt"
	"strings"
)

// Severity says what a problem does to its row.
type Severity uint8

// Notes and warnings let a row pass, an error bars it. With --strict a warning counts as an error.
const (
	Note Severity = iota
	Warning
	Error
)

var severities = [...]string{Note: "note", Warning: "warning", Error: "error"}

func (s Severity) String() string { return severities[s] }

// MarshalText writes the severity as the word that the machine output documents.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the words that MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, word := range severities {
		if word == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("severity %q: want error, warning or note", text)
}

// Scope says what shows a problem, and so what can make it go away.
type Scope uint8

// The scopes of problems.
const (
	OfRow     Scope = iota // its row alone: the row is judged again when one of its cells is edited
	OfSheet                // the sheet as a whole: other rows, a whole column, the mapping
	OfReading              // how the file was read: what is said of a cell goes when the cell is typed again
)

// Problem is one thing to say about a cell, a row (no Cell) or the sheet (no Row).
type Problem struct {
	Severity Severity `json:"severity"`
	Row      int      `json:"row"`     // as Excel shows it, 0 if about the whole sheet
	Line     int      `json:"line"`    // physical line in a CSV, else 0
	Cell     string   `json:"cell"`    // "D14", in a CSV too; "" if about the row
	Column   string   `json:"column"`  // "D"
	Header   string   `json:"header"`  // the text of the column's header
	Field    string   `json:"field"`   // the field's name
	Value    string   `json:"value"`   // as read, shortened by whoever shows it
	Code     string   `json:"code"`    // a word in kebab-case from the documented list
	Message  string   `json:"message"` // what is wrong, lower case, no full stop
	Hint     string   `json:"hint"`    // what to do, "" if the message says it
	Proposal string   `json:"-"`       // what the cell should probably hold, "" if nobody can tell; the hint says it in words
	Remedies []Remedy `json:"-"`       // what else to do about it, as values
	Scope    Scope    `json:"-"`
}

// Reason is the message with its hint, as the failure file and the screen show it.
func (p Problem) Reason() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + " (" + p.Hint + ")"
}

// Refusal is why a whole file, command or run is refused. It ends in exit code 1 unless its Exit says otherwise.
type Refusal struct {
	Code    string // kebab-case, as in the machine output
	Message string // what is wrong, naming the file, cell or value
	Hint    string // what to do about it
	Exit    int    // exit code; 0 stands for 1
	Err     error  // the cause, "" in Message already

	Remedies []Remedy // what else settles it
}

func (r *Refusal) Error() string { return r.Message }

func (r *Refusal) Unwrap() error { return r.Err }

// Refuse makes a refusal with a formatted message.
func Refuse(code, hint, format string, args ...any) *Refusal {
	err := fmt.Errorf(format, args...)
	return &Refusal{Code: code, Message: err.Error(), Hint: hint, Err: err}
}

// Column names the column with the given index from 0, as Excel does: A, B, …, Z, AA.
func Column(index int) string {
	var b []byte
	for index++; index > 0; index = (index - 1) / 26 {
		b = append([]byte{byte('A' + (index-1)%26)}, b...)
	}
	return string(b)
}

// ColumnIndex is the place of a column, from 0, by its letters as a spreadsheet names it. OK reports whether they name one.
func ColumnIndex(letters string) (index int, ok bool) {
	for _, r := range letters {
		if r < 'A' || r > 'Z' || index > 1<<14 { // a worksheet has that many columns
			return 0, false
		}
		index = index*26 + int(r-'A') + 1
	}
	return index - 1, letters != ""
}

// Shorten makes a cell's text fit to be shown: at most max runes, control and bidirectional marks escaped, so that no
// cell can move the cursor, colour the terminal or turn the line around.
func Shorten(text string, max int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > max {
			b.WriteRune('…')
			break
		}
		if unsafe(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unsafe tells control characters (C0, DEL, C1), bidirectional marks and line separators.
func unsafe(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x61c || r >= 0x200b && r <= 0x200f ||
		r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0xfffd
}
