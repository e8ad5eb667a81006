package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// listBody is a page of the rows as forms.
type listBody struct {
	Run         string
	Query       template.URL // of this page
	Rows        []listRow
	First, Last int
	Found       int
	Prev, Next  template.URL // query of the page before and after, "" for none
	Conflict    *conflict
}

// listRow is a row as a form.
type listRow struct {
	Number  int
	Person  string
	LeftOut bool
	Edited  bool
	Said    []cellProblem // of the row as a whole
	Wrong   []listCell
	Other   []listCell
}

// listCell is a cell as a form shows it.
type listCell struct {
	Address, Header, Text string
	Long, Edited, Bad     bool
	Said                  []cellProblem
}

// formQuery is a query that a form brought back; what can't be read is empty.
func formQuery(text string) url.Values {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil
	}
	return values
}

// listOf makes a page of the list.
func listOf(ctx context.Context, run *importer.Run, f filter, found int, rows []importer.Row) (*listBody, error) {
	list := &listBody{Run: run.Meta().Run, Query: f.query(f.From), First: min(f.From+1, found), Last: f.From + len(rows), Found: found}
	alike := alikes{}
	for _, row := range rows {
		line, err := listRowOf(ctx, run, row, alike)
		if err != nil {
			return nil, err
		}
		list.Rows = append(list.Rows, line)
	}
	if f.From > 0 {
		list.Prev = f.query(max(f.From-pageRows, 0))
		if list.Prev == "" {
			list.Prev = "view=" + listView
		}
	}
	if list.Last < found {
		list.Next = f.query(f.From + pageRows)
	}
	return list, nil
}

// alikes keeps the ways out of problems that are alike, which cost a look at the whole sheet.
type alikes map[string]int

func listRowOf(ctx context.Context, run *importer.Run, row importer.Row, known alikes) (line listRow, err error) {
	line = listRow{Number: row.Number, Person: personOf(run, row), LeftOut: row.LeftOut, Edited: len(row.Edited) > 0}
	for i, column := range run.Meta().Columns {
		cell := listCell{Address: address(column.Column, row.Number), Header: column.Header, Edited: slices.Contains(row.Edited, column.Column)}
		if i < len(row.Cells) {
			cell.Text = row.Cells[i]
		}
		cell.Long = isLong(cell.Text)
		if cell.Said, err = listProblems(ctx, run, row, column.Column, known); err != nil {
			return line, err
		}
		for _, said := range cell.Said {
			cell.Bad = cell.Bad || said.Mark == "bad"
		}
		if len(cell.Said) > 0 && !row.LeftOut {
			line.Wrong = append(line.Wrong, cell)
		} else {
			line.Other = append(line.Other, cell)
		}
	}
	line.Said, err = listProblems(ctx, run, row, "", known)
	return line, err
}

// listProblems are the errors and warnings of a cell, or with no letter of the row as a whole.
func listProblems(ctx context.Context, run *importer.Run, row importer.Row, letter string, known alikes) (list []cellProblem, err error) {
	for _, p := range row.Problems {
		if p.Column != letter || p.Severity == problem.Note {
			continue
		}
		said := plainProblem(p)
		if said.Proposal != "" {
			n, ok := known[said.Kind]
			if !ok {
				if n, err = run.CountProposals(ctx, importer.Alike{Kind: *kindOf(said.Kind)}); err != nil {
					return nil, err
				}
				known[said.Kind] = n
			}
			if n > 1 {
				said.Alike = n
			}
		}
		list = append(list, said)
	}
	return list, nil
}

// getGoto goes to the page of the list on which a row stands.
func (s *Server) getGoto(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	f := filter{List: true}
	number, err := rowNumber(r.URL.Query().Get("row"))
	if err == nil {
		var at importer.Position
		at, err = work.run.Position(r.Context(), f.rows(0), number)
		f.From = at.Before / pageRows * pageRows
	}
	if err != nil {
		r.URL.RawQuery = string(f.query(0))
		return s.showProblems(w, r, work, s.say(err))
	}
	return s.see(w, r, "sheets/"+work.name+"/problems?"+string(f.query(f.From))+"#row-"+strconv.Itoa(number))
}
