package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// editRequest is what a person wants done to the sheet: one of these.
type editRequest struct {
	Edits    []cellEdit      `json:"edits,omitempty"`
	Replace  *replaceRequest `json:"replace,omitempty"`
	UseAll   *useAllRequest  `json:"use-all,omitempty"`
	LeaveOut int             `json:"leave-out,omitempty"` // a row
	Undo     bool            `json:"undo,omitempty"`
	Redo     bool            `json:"redo,omitempty"`
}

// cellEdit types a cell again.
type cellEdit struct {
	Cell   string `json:"cell"`
	Before string `json:"before"` // what the page showed
	Text   string `json:"text"`
	Use    bool   `json:"use,omitempty"` // what is proposed, instead of Text
}

type replaceRequest struct {
	Column string `json:"column"`
	Find   string `json:"find"`
	With   string `json:"with"`
	Whole  bool   `json:"whole"`
	Count  int    `json:"count"` // what the button promised
}

type useAllRequest struct {
	Kind  string `json:"kind"`
	Value string `json:"value,omitempty"` // only of cells that hold this
	Count int    `json:"count"`           // what the button promised
}

// countMoved is why a change of many cells is refused: it would change another number of them than the button said.
type countMoved struct{ now int }

func (c *countMoved) Error() string { return text.Count("edit.moved", c.now) }

// editAnswer is what came of it.
type editAnswer struct {
	Version int64             `json:"version"`
	Cells   int               `json:"cells"`
	Rows    map[string]string `json:"rows,omitempty"` // the first rows as they are now, by number
	Counts  counts            `json:"counts"`
	Words   string            `json:"words"` // how the sheet stands
	Said    string            `json:"said"`  // what was done
	Undo    int               `json:"undo"`
	Redo    int               `json:"redo"`
	Row     int               `json:"row,omitempty"` // the first row that was changed
	Since   int               `json:"since"`         // the next edit
	Whole   bool              `json:"checking"`      // the whole sheet is still to be looked at
	Kinds   string            `json:"kinds,omitempty"`
}

// conflict is a cell that was corrected elsewhere meanwhile.
type conflict struct {
	Cell    string `json:"cell"`
	Present string `json:"present"`
	Mine    string `json:"mine"`
	Said    string `json:"said"`
}

// postEdits corrects the sheet: one cell or many, a row that is skipped, what is taken back. It answers when that is on disk.
func (s *Server) postEdits(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return s.postEditForm(w, r, work)
	}
	var asked editRequest
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return s.answerFault(w, problem.Refuse("bad-request", "", "%s", text.Of("edit.unread")))
	}
	done, err := work.edit(r.Context(), asked)
	if err != nil {
		return s.answerEditFault(w, asked, err)
	}
	answer, err := s.editAnswer(r.Context(), work, asked, done)
	if err != nil {
		return err
	}
	return s.answer(w, http.StatusOK, answer)
}

// edit carries a request out.
func (w *work) edit(ctx context.Context, asked editRequest) (done importer.Corrected, err error) {
	if w.doing() != nothing {
		return done, errBusy
	}
	run := w.run
	switch {
	case asked.Undo:
		done, err = run.UndoEdit(ctx)
	case asked.Redo:
		done, err = run.RedoEdit(ctx)
	case asked.LeaveOut > 0:
		done, err = run.Correct(ctx, importer.Correction{Row: asked.LeaveOut, LeaveOut: true})
	case asked.Replace != nil:
		done, err = w.replace(ctx, *asked.Replace)
	case asked.UseAll != nil:
		done, err = w.useAll(ctx, *asked.UseAll)
	default:
		var corrections []importer.Correction
		if corrections, err = w.corrections(ctx, asked.Edits); err == nil && len(corrections) > 0 {
			done, err = run.Correct(ctx, corrections...)
		}
	}
	if err == nil && done.Cells > 0 {
		w.forget()
		w.wholeSoon()
	}
	return done, err
}

func (w *work) replace(ctx context.Context, asked replaceRequest) (importer.Corrected, error) {
	what := importer.Replacement{Column: asked.Column, Find: asked.Find, With: asked.With, Whole: asked.Whole}
	if n, err := w.run.CountReplaced(ctx, what); err != nil || n != asked.Count {
		return importer.Corrected{}, cmpErr(err, n)
	}
	return w.run.Replace(ctx, what)
}

func (w *work) useAll(ctx context.Context, asked useAllRequest) (importer.Corrected, error) {
	kind := kindOf(asked.Kind)
	if kind == nil {
		return importer.Corrected{}, &countMoved{0}
	}
	what := importer.Alike{Kind: *kind, Value: asked.Value}
	if n, err := w.run.CountProposals(ctx, what); err != nil || n != asked.Count {
		return importer.Corrected{}, cmpErr(err, n)
	}
	return w.run.UseProposals(ctx, what)
}

func cmpErr(err error, n int) error {
	if err != nil {
		return err
	}
	return &countMoved{n}
}

// corrections are edits as the run takes them. What the page showed of a cell counts as what it holds where only line breaks differ,
// which HTML has one kind of.
func (w *work) corrections(ctx context.Context, edits []cellEdit) ([]importer.Correction, error) {
	var list []importer.Correction
	var numbers []int
	for _, e := range edits {
		letter, number, err := cellAddress(e.Cell)
		if err != nil {
			return nil, err
		}
		list, numbers = append(list, importer.Correction{Row: number, Column: letter, Before: e.Before, Text: lines(e.Text)}), append(numbers, number)
	}
	slices.Sort(numbers)
	rows, err := w.run.RowsNumbered(ctx, slices.Compact(numbers)...)
	if err != nil {
		return nil, err
	}
	byNumber := make(map[int]importer.Row, len(rows))
	for _, row := range rows {
		byNumber[row.Number] = row
	}
	heads := columnHeads(w.run, nil)
	for i := range list {
		c, row := &list[i], byNumber[list[i].Row]
		place := slices.IndexFunc(heads, func(h columnHead) bool { return h.Letter == c.Column })
		present := ""
		if place >= 0 && place < len(row.Cells) {
			present = row.Cells[place]
		}
		if lines(c.Before) == lines(present) {
			c.Before = present
		}
		if c.Text == lines(present) {
			c.Text = present
		}
		if edits[i].Use {
			c.Text = proposalOf(row, c.Column, present)
		}
	}
	return list, nil
}

// proposalOf is what is proposed for a cell, else what it holds.
func proposalOf(row importer.Row, letter, present string) string {
	for _, p := range row.Problems {
		if p.Column == letter && p.Proposal != "" {
			return p.Proposal
		}
	}
	return present
}

// lines is a text with the line breaks and the blank of a browser.
func lines(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(text)
}

// isLong reports whether a text needs more than one line to be typed.
func isLong(text string) bool { return strings.ContainsAny(text, "\r\n") }

func (s *Server) editAnswer(ctx context.Context, work *work, asked editRequest, done importer.Corrected) (a editAnswer, err error) {
	if a, err = work.state(ctx); err != nil {
		return a, err
	}
	a.Version, a.Cells, a.Said, a.Rows = done.Revision, done.Cells, saidOfEdit(asked, done, a.Counts.Errors), map[string]string{}
	for _, row := range sheetRows(work.run, done.Rows, 0) {
		var b strings.Builder
		if err := screens["problems"].ExecuteTemplate(&b, "rows", []sheetRow{row}); err != nil {
			return a, err
		}
		a.Rows[strconv.Itoa(row.Number)] = b.String()
	}
	if len(done.Rows) > 0 {
		a.Row = done.Rows[0].Number
	}
	return a, nil
}

// state is how the sheet stands.
func (w *work) state(ctx context.Context) (a editAnswer, err error) {
	a.Version = w.run.Revision()
	c, err := w.run.Counts(ctx)
	if err != nil {
		return a, err
	}
	a.Counts, a.Words, a.Undo, a.Redo, a.Whole = *countsOf(c), countWords(c), c.Undo, c.Redo, w.wholeDue()
	if w.doing() != checking {
		a.Since, err = w.run.NextEdit(ctx)
	}
	return a, err
}

// getState answers how the sheet stands, with the list of problem types.
func (s *Server) getState(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	answer, err := work.state(r.Context())
	if err != nil {
		return err
	}
	b := problemsBody{Filter: filterOf(r.URL.Query())}
	if err := b.takeKinds(r.Context(), work.run); err != nil {
		return err
	}
	var kinds strings.Builder
	if err := screens["problems"].ExecuteTemplate(&kinds, "kinds", b); err != nil {
		return err
	}
	answer.Kinds = kinds.String()
	return s.answer(w, http.StatusOK, answer)
}

func countsOf(c importer.Counts) *counts {
	return &counts{c.Rows, c.Ready, c.Errors, c.Warnings, c.LeftOut}
}

// saidOfEdit says what was done, and how many errors are left.
func saidOfEdit(asked editRequest, done importer.Corrected, errors int) string {
	left := " " + text.Count("edit.left", errors)
	switch {
	case done.Cells == 0 && asked.Undo:
		return text.Of("edit.noundo")
	case done.Cells == 0 && asked.Redo:
		return text.Of("edit.noredo")
	case done.Cells == 0:
		return text.Of("edit.same")
	case asked.Undo:
		return text.Count("edit.undone", done.Cells) + left
	case asked.Redo:
		return text.Count("edit.redone", done.Cells) + left
	case asked.LeaveOut > 0:
		return text.Of("edit.skipped", strconv.Itoa(asked.LeaveOut)) + left
	case len(asked.Edits) == 1 && done.Cells == 1:
		e := asked.Edits[0]
		return text.Of("edit.now", e.Cell, problem.Shorten(shownText(e, done), 60)) + left
	}
	return text.Count("edit.many", done.Cells) + left
}

// shownText is what a cell holds after an edit.
func shownText(e cellEdit, done importer.Corrected) string {
	letter, _, err := cellAddress(e.Cell)
	index, ok := problem.ColumnIndex(letter)
	if err != nil || !ok || len(done.Rows) == 0 || index >= len(done.Rows[0].Cells) || !e.Use {
		if e.Text == "" {
			return text.Of("edit.empty")
		}
		return e.Text
	}
	return done.Rows[0].Cells[index]
}

func (s *Server) answerEditFault(w http.ResponseWriter, asked editRequest, err error) error {
	if c := conflictOf(asked, err); c != nil {
		return s.answer(w, http.StatusConflict, c)
	}
	return s.answerFault(w, err)
}

// conflictOf is the cell that was corrected elsewhere, nil if err is something else.
func conflictOf(asked editRequest, err error) *conflict {
	var changed *importer.CellChanged
	if !errors.As(err, &changed) {
		return nil
	}
	c := &conflict{Cell: changed.Cell, Present: changed.Present}
	for _, e := range asked.Edits {
		if e.Cell == changed.Cell {
			c.Mine = e.Text
		}
	}
	now := c.Present
	if now == "" {
		now = text.Of("edit.empty")
	}
	c.Said = text.Of("edit.conflict", c.Cell, problem.Shorten(now, 60))
	return c
}

// getReplace counts what a replacement would change: in a dialog's number, or on a screen of its own.
func (s *Server) getReplace(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	v := r.URL.Query()
	what := importer.Replacement{Column: v.Get("column"), Find: v.Get("find"), With: v.Get("with"), Whole: v.Get("whole") != "" || !v.Has("column")}
	b := replaceBody{Run: work.name, Columns: columnHeads(work.run, nil), What: what, Counted: v.Has("column")}
	if b.Counted {
		if b.Count, err = work.run.CountReplaced(r.Context(), what); err != nil && wantsPart(r) {
			return s.answerFault(w, err)
		}
	}
	if wantsPart(r) {
		return s.answer(w, http.StatusOK, map[string]int{"n": b.Count})
	}
	f := frame{Title: text.Of("replace.title"), Body: b}
	if err != nil {
		f.Alert = s.say(err)
	}
	f = s.sheetFrame(work, "problems", f)
	f.Screen = "replace"
	return s.show(w, http.StatusOK, f)
}

// replaceBody is what the screen of a replacement shows.
type replaceBody struct {
	Run     string
	Columns []columnHead
	What    importer.Replacement
	Counted bool
	Count   int
}
