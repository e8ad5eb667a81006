package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// sheetRow is a row of the table.
type sheetRow struct {
	Number  int // as Excel shows it
	Index   int // its place among those shown, from 1; the header is the first
	Mark    string
	Why     string // what is said of the row as a whole
	LeftOut bool
	Cells   []sheetCell
}

// sheetCell is a cell of the table.
type sheetCell struct {
	Address string
	Text    string
	Cut     bool // there is more of it
	Mark    string
	Why     string // what is wrong, for a screen reader
	Edited  bool
}

// mostText is how much of a cell the table shows, in bytes: more than a line holds.
const mostText = 300

// sheetRows are rows as the table shows them, the first of which comes after so many others.
func sheetRows(run *importer.Run, rows []importer.Row, from int) []sheetRow {
	list := make([]sheetRow, len(rows))
	columns := run.Meta().Columns
	for i, row := range rows {
		line := sheetRow{Number: row.Number, Index: from + i + 2, LeftOut: row.LeftOut, Cells: make([]sheetCell, len(columns))}
		for c, column := range columns {
			cell := sheetCell{Address: column.Column + strconv.Itoa(row.Number), Edited: slices.Contains(row.Edited, column.Column)}
			if c < len(row.Cells) {
				cell.Text, cell.Cut = cut(row.Cells[c])
			}
			cell.Mark, cell.Why = markOf(row, column.Column)
			line.Cells[c] = cell
		}
		line.Mark, line.Why = markOf(row, "")
		list[i] = line
	}
	return list
}

// cut shortens a text between two characters.
func cut(text string) (short string, is bool) {
	if len(text) <= mostText {
		return text, false
	}
	end := mostText
	for end > 0 && text[end]&0xc0 == 0x80 { // within a character
		end--
	}
	return text[:end], true
}

// markOf is the gravest that is said of a cell, or with no letter of the row as a whole, and all of it in a sentence.
func markOf(row importer.Row, letter string) (mark, why string) {
	if row.LeftOut {
		if letter == "" {
			return "", text.Of("cell.skipped")
		}
		return "", ""
	}
	gravest := problem.Note
	var words []string
	for _, p := range row.Problems {
		if p.Column != letter || p.Severity == problem.Note {
			continue
		}
		gravest = max(gravest, p.Severity)
		words = append(words, reason(p))
	}
	if gravest == problem.Note {
		return "", ""
	}
	mark, _ = severityMark(gravest)
	return mark, strings.Join(words, " ")
}

// reason is what is wrong, and the way out as a question where the program knows one.
func reason(p problem.Problem) string {
	words := sentence(p.Message)
	if p.Proposal != "" {
		return words + " " + text.Of("cell.mean", p.Proposal)
	}
	if p.Hint != "" {
		words += " " + sentence(p.Hint)
	}
	return words
}

// getRows answers with rows of the table.
func (s *Server) getRows(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	ctx, run := r.Context(), work.run
	version := run.Revision()
	f, err := settled(ctx, run, filterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	tag := strconv.Quote(strconv.FormatInt(version, 10))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || n < 1 || n > mostRows {
		n = mostRows
	}
	total, err := run.CountRows(ctx, f.rows(0))
	if err != nil {
		return err
	}
	rows, err := run.Rows(ctx, f.rows(n))
	if err != nil {
		return err
	}
	w.Header().Set("X-Total", strconv.Itoa(total))
	return s.part(w, "problems", "rows", sheetRows(run, rows, f.From))
}

// getIndex answers where a row stands among those shown; with "to" it is that of the next or the previous problem.
func (s *Server) getIndex(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	ctx, values := r.Context(), r.URL.Query()
	f, err := settled(ctx, work.run, filterOf(values))
	if err != nil {
		return err
	}
	number, err := rowNumber(values.Get("row"))
	if err != nil {
		return s.answerFault(w, err)
	}
	place := placeAnswer{Row: number, Column: values.Get("column")}
	if to := values.Get("to"); to != "" {
		p, found, err := work.run.NextProblem(ctx, f.rows(0), number, place.Column, to == "previous")
		if err != nil || !found {
			return s.answerPlace(w, placeAnswer{}, err)
		}
		place.Row, place.Column = p.Row, p.Column
	}
	at, err := work.run.Position(ctx, f.rows(0), place.Row)
	place.Found, place.Shown, place.Before = err == nil, at.Shown, at.Before
	return s.answerPlace(w, place, err)
}

// placeAnswer is where a cell stands among the rows shown.
type placeAnswer struct {
	Found  bool   `json:"found"`
	Row    int    `json:"row"`
	Column string `json:"column"` // "" for the row as a whole
	Before int    `json:"before"` // rows shown before it
	Shown  bool   `json:"shown"`  // it is among the rows shown
}

func (s *Server) answerPlace(w http.ResponseWriter, p placeAnswer, err error) error {
	if err != nil {
		return s.answerFault(w, err)
	}
	return s.answer(w, http.StatusOK, p)
}

// rowNumber reads the number of a row.
func rowNumber(typed string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil || n < 1 {
		return 0, problem.Refuse("no-such-row", text.Of("rows.number"), "%s", fmt.Sprintf(text.Of("rows.none"), problem.Shorten(typed, 20)))
	}
	return n, nil
}

// cellAddress reads an address like F47.
func cellAddress(address string) (letter string, row int, err error) {
	end := strings.IndexAny(address, "0123456789")
	if end > 0 {
		if _, ok := problem.ColumnIndex(address[:end]); ok {
			if row, err := strconv.Atoi(address[end:]); err == nil && row > 0 {
				return address[:end], row, nil
			}
		}
	}
	return "", 0, problem.Refuse("no-such-row", "", "%s", text.Of("cell.none", problem.Shorten(address, 20)))
}
