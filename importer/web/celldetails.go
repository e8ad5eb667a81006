package web

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// cellBody is what is known of a cell.
type cellBody struct {
	Run, Address   string
	Letter, Header string
	Row            int
	Person         string
	Text           string
	Edited         bool
	LeftOut        bool // the row is
	Said           []cellProblem
	Long           bool // it needs more than one line to be typed
	Back           template.URL
}

// cellProblem is one thing to say about a cell, with the ways out of it.
type cellProblem struct {
	Mark, Icon  string
	Words, Hint string
	Way         string // what else to do, in a sentence
	Proposal    string
	Kind        string // its name, for all that are alike
	Alike       int    // how many of the kind have a proposal, 0 if this one alone has
	Value       string
	Same        int // how many of those hold the same value, 0 if they all do or this one alone
	OfRow       bool
}

// getCell tells all about a cell, with a form that corrects it.
func (s *Server) getCell(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	b, err := detailsOf(r.Context(), work, r.PathValue("cell"))
	switch {
	case err != nil && wantsPart(r):
		return s.answerFault(w, err)
	case err != nil:
		return err
	case wantsPart(r):
		return s.part(w, "cell", "about", b)
	}
	b.Back = filterOf(r.URL.Query()).query(0)
	f := frame{Title: text.Of("cell.title", b.Address), Body: b, Status: work.takeNote()}
	f = s.sheetFrame(work, "problems", f)
	f.Screen = "cell"
	return s.show(w, http.StatusOK, f)
}

func detailsOf(ctx context.Context, work *work, address string) (b cellBody, err error) {
	letter, number, err := cellAddress(address)
	if err != nil {
		return b, err
	}
	rows, err := work.run.RowsNumbered(ctx, number)
	if err != nil {
		return b, err
	}
	row := rows[0]
	b = cellBody{Run: work.name, Address: address, Letter: letter, Row: number, Person: personOf(work.run, row), LeftOut: row.LeftOut, Edited: slices.Contains(row.Edited, letter)}
	place := slices.IndexFunc(columnHeads(work.run, nil), func(c columnHead) bool { return c.Letter == letter })
	if place < 0 {
		return b, problem.Refuse("no-such-row", "", "%s", text.Of("cell.none", address))
	}
	b.Header = work.run.Meta().Columns[place].Header
	if place < len(row.Cells) {
		b.Text = row.Cells[place]
	}
	b.Long = isLong(b.Text)
	for _, p := range row.Problems {
		if p.Column != letter && (p.Column != "" || p.Severity == problem.Note) {
			continue
		}
		said, err := saidOf(ctx, work.run, p)
		if err != nil {
			return b, err
		}
		b.Said = append(b.Said, said)
	}
	return b, nil
}

// saidOf is a problem with its ways out, those of all that are alike too.
func saidOf(ctx context.Context, run *importer.Run, p problem.Problem) (c cellProblem, err error) {
	if c = plainProblem(p); c.Proposal == "" {
		return c, nil
	}
	kind := *kindOf(c.Kind)
	if c.Alike, err = run.CountProposals(ctx, importer.Alike{Kind: kind}); err != nil || c.Alike < 2 {
		c.Alike = 0
		return c, err
	}
	if c.Same, err = run.CountProposals(ctx, importer.Alike{Kind: kind, Value: p.Value}); c.Same < 2 || c.Same == c.Alike {
		c.Same = 0
	}
	return c, err
}

// plainProblem is a problem with the ways out of itself.
func plainProblem(p problem.Problem) cellProblem {
	c := cellProblem{Words: sentence(p.Message), Hint: sentence(p.Hint), Value: p.Value, OfRow: p.Column == ""}
	c.Mark, c.Icon = severityMark(p.Severity)
	for _, remedy := range p.Remedies {
		c.Way = text.Of("way." + string(remedy.Way))
	}
	if p.Proposal != "" && p.Proposal != p.Value {
		c.Proposal, c.Kind = p.Proposal, kindName(importer.Kind{Severity: p.Severity, Code: p.Code, Column: p.Column})
	}
	return c
}

// address of a cell.
func address(letter string, row int) string { return letter + strconv.Itoa(row) }
