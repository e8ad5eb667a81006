package web

import (
	"net/http"
	"strconv"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// postEditForm does what a form asks for, and goes back to where it stood.
func (s *Server) postEditForm(w http.ResponseWriter, r *http.Request, work *work) error {
	if err := r.ParseForm(); err != nil {
		return problem.Refuse("bad-request", "", "%s", text.Of("edit.unread"))
	}
	asked, err := editOfForm(r)
	if err != nil {
		return s.showProblems(w, r, work, s.say(err))
	}
	back := filterOf(formQuery(r.PostForm.Get("back")))
	back.List = true
	done, err := work.edit(r.Context(), asked)
	if c := conflictOf(asked, err); c != nil {
		return s.showConflict(w, r, work, back, c)
	}
	if err != nil {
		r.URL.RawQuery = string(back.query(back.From))
		return s.showProblems(w, r, work, s.say(err))
	}
	counts, err := work.run.Counts(r.Context())
	if err != nil {
		return err
	}
	work.leaveNote(saidOfEdit(asked, done, counts.Errors))
	target := "sheets/" + work.name + "/problems?" + string(back.query(back.From))
	if row := r.PostForm.Get("row"); row != "" {
		target += "#row-" + row
	}
	return s.see(w, r, target)
}

// editOfForm reads what a form asks for, by the button that was pressed.
func editOfForm(r *http.Request) (asked editRequest, err error) {
	form := r.PostForm
	switch {
	case form.Has("undo"):
		asked.Undo = true
	case form.Has("redo"):
		asked.Redo = true
	case form.Has("leave-out"):
		asked.LeaveOut, err = rowNumber(form.Get("leave-out"))
	case form.Has("use"):
		cell := form.Get("use")
		asked.Edits = []cellEdit{{Cell: cell, Before: form.Get("before." + cell), Use: true}}
	case form.Has("use-all"):
		asked.UseAll = useAllOf(form.Get("use-all"))
	case form.Has("replace"):
		count, _ := strconv.Atoi(form.Get("count")) // what is no number changes nothing
		asked.Replace = &replaceRequest{form.Get("column"), lines(form.Get("find")), lines(form.Get("with")), form.Get("whole") != "", count}
	default:
		for name, values := range form {
			if cell, ok := strings.CutPrefix(name, "cell."); ok && lines(values[0]) != lines(form.Get("before."+cell)) {
				asked.Edits = append(asked.Edits, cellEdit{Cell: cell, Before: form.Get("before." + cell), Text: values[0]})
			}
		}
	}
	return asked, err
}

// useAllOf reads "error.postcode-short.K/2500", which may go on with "/" and the value.
func useAllOf(text string) *useAllRequest {
	kind, rest, _ := strings.Cut(text, "/")
	number, value, _ := strings.Cut(rest, "/")
	count, _ := strconv.Atoi(number) // what is no number changes nothing
	return &useAllRequest{Kind: kind, Value: value, Count: count}
}

// showConflict shows the list with the question whose text is to stand in a cell.
func (s *Server) showConflict(w http.ResponseWriter, r *http.Request, work *work, back filter, c *conflict) error {
	b, err := s.problemsBody(r.Context(), work, back)
	if err != nil {
		return err
	}
	b.List.Conflict = c
	f := frame{Title: text.Of("problems.title"), Body: b, Alert: &said{Code: "cell-changed", Message: c.Said}}
	return s.show(w, http.StatusConflict, s.sheetFrame(work, "problems", f))
}
