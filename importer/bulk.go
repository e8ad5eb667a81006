package importer

import (
	"context"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
)

// Replacement puts a text in the place of another one, in every row of a column but those that are left out.
type Replacement struct {
	Column string // the letter
	Find   string
	With   string
	Whole  bool // only cells that hold Find and nothing else
}

// CountReplaced says how many cells a replacement would change.
func (r *Run) CountReplaced(ctx context.Context, p Replacement) (n int, err error) {
	err = r.reading(func(j *journal.Journal) error {
		corrections, err := replaced(ctx, j, p)
		n = len(corrections)
		return err
	})
	return n, err
}

// Replace makes a replacement, as one batch of corrections.
func (r *Run) Replace(ctx context.Context, p Replacement) (Corrected, error) {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	corrections, err := replaced(ctx, r.Journal, p)
	if err != nil {
		return Corrected{}, err
	}
	return r.correct(ctx, corrections)
}

func replaced(ctx context.Context, j *journal.Journal, p Replacement) (corrections []Correction, err error) {
	place := -1
	for i, c := range j.Meta().Columns {
		if c.Column == p.Column {
			place = i
		}
	}
	switch {
	case place < 0:
		return nil, problem.Refuse("no-such-column", "", "column %s is none that can be corrected", p.Column)
	case p.Find == "" && !p.Whole:
		return nil, problem.Refuse("nothing-to-find", "say what to look for", "there is no text to be replaced")
	}
	for row, err := range j.Find(ctx, journal.Query{Text: p.Find}) {
		if err != nil {
			return nil, err
		}
		present := ""
		if place < len(row.Cells) {
			present = row.Cells[place]
		}
		text := p.With
		if !p.Whole {
			text = strings.ReplaceAll(present, p.Find, p.With)
		}
		if p.Whole && present != p.Find || text == present || row.Code == field.CodeLeftOut {
			continue
		}
		corrections = append(corrections, Correction{Row: row.Number, Column: p.Column, Before: present, Text: text})
	}
	return corrections, nil
}

// Alike means the cells of which the same is said.
type Alike struct {
	Kind  Kind
	Value string // only of cells that hold this; "" means all of the kind
}

// CountProposals says for how many of some cells a proposal is known.
func (r *Run) CountProposals(ctx context.Context, a Alike) (n int, err error) {
	err = r.reading(func(j *journal.Journal) error {
		corrections, err := proposals(ctx, j, a)
		n = len(corrections)
		return err
	})
	return n, err
}

// UseProposals gives each of some cells what is proposed for it, as one batch of corrections.
func (r *Run) UseProposals(ctx context.Context, a Alike) (Corrected, error) {
	r.desk.editing.Lock()
	defer r.desk.editing.Unlock()
	corrections, err := proposals(ctx, r.Journal, a)
	if err != nil {
		return Corrected{}, err
	}
	return r.correct(ctx, corrections)
}

func proposals(ctx context.Context, j *journal.Journal, a Alike) (corrections []Correction, err error) {
	q := journal.Query{Severity: &a.Kind.Severity, Code: a.Kind.Code, Column: &a.Kind.Column}
	for p, err := range j.FindProblems(ctx, q) {
		if err != nil {
			return nil, err
		}
		if p.Row == 0 || p.Proposal == "" || p.Proposal == p.Value || a.Value != "" && p.Value != a.Value {
			continue
		}
		corrections = append(corrections, Correction{Row: p.Row, Column: p.Column, Before: p.Value, Text: p.Proposal})
	}
	return corrections, nil
}
