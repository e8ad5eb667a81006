package importer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"zohobulk/importer/check"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// problemList keeps what a check has to print for machines. Nothing is printed before the whole sheet was read: of a file
// that turns out to be damaged one document says so, and nothing else.
type problemList struct {
	own      []check.Column // of the rows' cells
	problems lineSpool
	rows     lineSpool
	wantRows bool
	hint     func(problem.Problem) string // words a hint with its remedies, if set
}

func (l *problemList) close() error { return errors.Join(l.problems.close(), l.rows.close()) }

// rowDocument is one row of row_list. Whether it is valid is known at the sheet's end, and added then.
type rowDocument struct {
	Row    int               `json:"row"`
	Cells  map[string]string `json:"cells"`
	Fields map[string]string `json:"fields"`
}

func (l *problemList) row(r *check.Row) error {
	for i := range r.Problems {
		if err := l.problem(r.Problems[i]); err != nil {
			return err
		}
	}
	if !l.wantRows {
		return nil
	}
	return l.rows.add(rowDocument{Row: r.Number, Cells: l.cells(r), Fields: r.Values.Map()})
}

// listedValue is how many characters of a value a list shows: more than any real one has, and less than a pasted document.
const listedValue = 200

func (l *problemList) problem(p problem.Problem) error {
	if len(p.Value) > listedValue && utf8.RuneCountInString(p.Value) > listedValue {
		p.Value = string([]rune(p.Value)[:listedValue]) + "…"
	}
	if l.hint != nil && len(p.Remedies) > 0 {
		p.Hint = l.hint(p)
	}
	return l.problems.add(&p)
}

// cells are the texts of the columns that feed a field, as they were read.
func (l *problemList) cells(r *check.Row) map[string]string {
	cells := map[string]string{}
	for i, c := range l.own {
		if c.Field != "" {
			cells[c.Field] = r.Cells[i]
		}
	}
	return cells
}

// checkedHead is the document of a check without its lists.
type checkedHead struct {
	Schema    int            `json:"schema"`
	File      string         `json:"file"`
	Worksheet string         `json:"worksheet"`
	Encoding  string         `json:"encoding"`
	Delimiter string         `json:"delimiter"`
	HeaderRow int            `json:"header_row"`
	Mapping   []check.Column `json:"mapping"`
	Rows      int            `json:"rows"`
	Valid     int            `json:"valid"`
	Invalid   int            `json:"invalid"`
	LeftOut   int            `json:"left_out"` // rows outside of what was asked for; rows does not count them
}

// writeJSON writes the document. Its lists are copied from where they were taken down, since they can be as long as the
// sheet.
func (l *problemList) writeJSON(out io.Writer, i sheet.Info, r check.Result, valid seqSet) error {
	head, err := json.MarshalIndent(checkedHead{
		Schema: SchemaVersion, File: i.Name, Worksheet: i.Worksheet, Encoding: i.Encoding, Delimiter: i.Delimiter, HeaderRow: i.HeaderRow,
		Mapping: r.Mapping.Own(), Rows: r.Rows, Valid: r.Valid, Invalid: r.Invalid, LeftOut: r.Outside,
	}, "", "  ")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	w.Write(printable(head[:len(head)-len("\n}")]))
	err = writeArray(w, "problems", &l.problems, func(_ int, line []byte) { w.Write(printable(line)) })
	if l.wantRows {
		err = errors.Join(err, writeArray(w, "row_list", &l.rows, func(n int, line []byte) {
			fmt.Fprintf(w, `{"valid":%t,`, valid.has(n))
			w.Write(printable(line[1:]))
		}))
	}
	w.WriteString("\n}\n")
	return errors.Join(err, w.Flush())
}

// printable is JSON without what would move a terminal's cursor or turn its line around: JSON's own escapes, which are those
// of Shorten, say the same.
func printable(document []byte) []byte {
	if !bytes.ContainsFunc(document, func(r rune) bool { return r >= 0x7f }) {
		return document
	}
	lines := strings.Split(string(document), "\n")
	for i, line := range lines {
		lines[i] = problem.Shorten(line, len(line))
	}
	return []byte(strings.Join(lines, "\n"))
}

// writeArray writes the lines of a spool as an array; n is a line's number from 1.
func writeArray(w *bufio.Writer, name string, lines *lineSpool, write func(n int, line []byte)) error {
	fmt.Fprintf(w, ",\n  %q: [", name)
	n := 0
	err := lines.each(func(line []byte) error {
		if n++; n > 1 {
			w.WriteByte(',')
		}
		w.WriteString("\n    ")
		write(n, line)
		return nil
	})
	if n > 0 {
		w.WriteString("\n  ")
	}
	w.WriteByte(']')
	return err
}

// problemColumns are the columns of the list as a CSV: the keys of the JSON.
var problemColumns = []string{"severity", "row", "line", "cell", "column", "header", "field", "value", "code", "message", "hint"}

// writeCSV writes a line for each problem.
func (l *problemList) writeCSV(out io.Writer) error {
	w := sheet.CreateCSV(out, sheet.CSVOptions{})
	if err := w.Write(problemColumns...); err != nil {
		return err
	}
	err := l.problems.each(func(line []byte) error {
		var p problem.Problem
		if err := json.Unmarshal(line, &p); err != nil {
			return err
		}
		return w.Write(p.Severity.String(), strconv.Itoa(p.Row), strconv.Itoa(p.Line), p.Cell, p.Column, problem.Shorten(p.Header, listedValue), p.Field, problem.Shorten(p.Value, listedValue+1), p.Code, p.Message, p.Hint)
	})
	return errors.Join(err, w.Flush())
}

// seqSet is a set of rows by their place in the sheet, a bit each.
type seqSet []uint64

func (s *seqSet) set(seq int, in bool) {
	for seq/64 >= len(*s) {
		*s = append(*s, 0)
	}
	if in {
		(*s)[seq/64] |= 1 << (seq % 64)
	} else {
		(*s)[seq/64] &^= 1 << (seq % 64)
	}
}

func (s seqSet) has(seq int) bool { return seq/64 < len(s) && s[seq/64]&(1<<(seq%64)) != 0 }
