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

// previewBody is what the preview shows.
type previewBody struct {
	Run       string
	Busy      bool // the plan is being made
	Words     string
	Done      int
	Total     int
	Planned   *importer.Planned // nil while there is none
	Seconds   int
	About     string // how long it takes, "" if no time worth a word
	Held      int
	Notes     []noteLine
	Rails     []railLine
	PilotN    int
	Pilot     bool
	Changes   []changeLine
	Filter    filter
	Shows     []showOption
	Found     int
	Prev      template.URL
	Next      template.URL
	First     int
	Last      int
	Ready     string // the button's words
	Typed     bool   // the number of people must be typed
	Confirm   bool   // the question is open
	Blocked   string // why it can't be sent as it is, "" if it can
	Rehearsal bool
}

type noteLine struct{ Mark, Icon, Words string }

// railLine is a consent that the plan needs.
type railLine struct {
	Name, TestID string
	Words        string
	Given        bool
}

// changeLine is one field of one person.
type changeLine struct {
	Row           int
	Person        string
	Field         string
	Before, After string
	First         bool   // of its row
	Held          string // why the row is held back
}

// getPlan shows what will change.
func (s *Server) getPlan(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return s.elsewhere(w, r, err)
	}
	if doing := work.doing(); doing == sending {
		return s.see(w, r, "sheets/"+work.name+"/send")
	} else if doing == nothing && !work.run.Previewed() && work.ended() == nil {
		return s.see(w, r, "sheets/"+work.name+"/problems")
	}
	return s.showPlan(w, r, work, http.StatusOK, false, nil)
}

func (s *Server) showPlan(w http.ResponseWriter, r *http.Request, work *work, status int, confirm bool, alert *said) error {
	b := previewBody{Run: work.name, Busy: work.doing() == planning, Filter: filterOf(r.URL.Query()), Confirm: confirm, PilotN: 5, Rehearsal: s.options.Rehearsal}
	if b.Busy {
		p := work.progress.Snapshot()
		b.Words, _ = progressWords(p, s.options.Now())
		b.Done, b.Total = p.Done, p.Total
	} else if work.run.Previewed() {
		if err := s.takePlan(r.Context(), work, &b); err != nil {
			return err
		}
	}
	f := frame{Title: text.Of("preview.title"), Alert: alert, Body: b, Refresh: b.Busy}
	return s.show(w, status, s.sheetFrame(work, "preview", f))
}

// takePlan takes in the plan that waits.
func (s *Server) takePlan(ctx context.Context, work *work, b *previewBody) error {
	p, err := work.plan()
	if err != nil {
		return err
	}
	b.Planned, b.Held = &p, p.Barred()
	b.Seconds = int(p.Forecast.Seconds() + 0.5)
	if b.Seconds > 0 {
		b.About = roughly(p.Forecast)
	}
	for _, note := range slices.Concat(p.Doubts, p.Unchecked, p.Notes) {
		line := noteLine{Words: sentence(note.Message) + " " + sentence(note.Hint)}
		line.Mark, line.Icon = severityMark(note.Severity)
		b.Notes = append(b.Notes, line)
	}
	if err := b.takeRails(work.run); err != nil {
		return err
	}
	b.Ready = s.changeWords(p, b.About)
	if size := work.run.Known().DirectorySize; size > 0 && 2*p.Change > size && p.Change > 1 {
		b.Typed = true
	}
	if err := work.run.Rails(p); err != nil {
		b.Blocked = s.say(err).Message
	}
	return b.takeChanges(ctx, work.run)
}

// changeWords is the button that sends.
func (s *Server) changeWords(p importer.Planned, about string) string {
	place := text.Of("preview.rehearsal")
	if !s.options.Rehearsal {
		place = s.place()
	}
	words := text.Count("preview.change", p.Change, place)
	if about != "" {
		words += text.Of("preview.about", about)
	}
	return words
}

// rails are the consents that a plan may need, by the code of the rows that wait for one.
var rails = []struct {
	code, name string
	option     func(*importer.Options) *bool
}{
	{"email-change-not-allowed", "allow-email", func(o *importer.Options) *bool { return &o.AllowEmailChange }},
	{"admin-not-allowed", "allow-admins", func(o *importer.Options) *bool { return &o.AllowAdmins }},
	{"clearing-not-allowed", "allow-clearing", func(o *importer.Options) *bool { return &o.AllowClearing }},
}

// takeRails lists the consents that the plan met, and those that were given.
func (b *previewBody) takeRails(run *importer.Run) error {
	barred, err := run.Barred()
	if err != nil {
		return err
	}
	for _, rail := range rails {
		given := *rail.option(&run.Options)
		unknown := rail.name == "allow-admins" && run.RolesUnknown() && run.Options.Auth != importer.AuthUser
		if n := barred[rail.code]; n > 0 || given || unknown {
			words := text.Of("rail." + rail.name)
			if n > 0 {
				words += " (" + text.Count("people", n) + ")"
			}
			b.Rails = append(b.Rails, railLine{rail.name, rail.name, words, given})
		}
	}
	return nil
}

// previewShows are the rows that a preview can show.
var previewShows = []importer.Show{importer.ShowChanges, importer.ShowInvalid, importer.ShowUnchanged}

// takeChanges reads the page of changes that the filter means.
func (b *previewBody) takeChanges(ctx context.Context, run *importer.Run) (err error) {
	f := &b.Filter
	if !slices.Contains(previewShows, importer.Show(f.Show)) {
		f.Show = string(importer.ShowChanges)
	}
	for _, show := range previewShows {
		b.Shows = append(b.Shows, showOption{string(show), text.Of("show." + string(show)), f.Show == string(show)})
	}
	q := importer.Query{Show: importer.Show(f.Show), Find: f.Find, From: f.From, Limit: pageRows}
	if b.Found, err = run.CountRows(ctx, q); err != nil {
		return err
	}
	rows, err := run.Rows(ctx, q)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b.Changes = append(b.Changes, changesOf(run, row)...)
	}
	b.First, b.Last = min(f.From+1, b.Found), f.From+len(rows)
	if f.From > 0 {
		b.Prev = f.query(max(f.From-pageRows, 0))
	}
	if b.Last < b.Found {
		b.Next = f.query(f.From + pageRows)
	}
	return nil
}

func changesOf(run *importer.Run, row importer.Row) (lines []changeLine) {
	person := row.Email
	if person == "" {
		person = personOf(run, row)
	}
	for i, c := range row.Changes {
		lines = append(lines, changeLine{Row: row.Number, Person: person, Field: label(c.Field), Before: c.Before, After: c.After, First: i == 0})
	}
	if len(lines) == 0 {
		lines = []changeLine{{Row: row.Number, Person: person, First: true}}
	}
	if row.Message != "" {
		lines[0].Held = sentence(row.Message)
	}
	return lines
}

// postPlan plans the sheet, with the consents that were given.
func (s *Server) postPlan(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	again, retry := r.PostForm.Has("again"), r.PostForm.Has("retry")
	skip := r.PostForm.Has("skip-invalid")
	counts, err := work.run.Counts(r.Context())
	if err != nil {
		return err
	}
	if !again && !retry && counts.Errors > 0 && !skip {
		alert := s.say(problem.Refuse("invalid-rows", "", "%s", text.Count("problems.blocked", counts.Errors)))
		return s.showProblems(w, r, work, alert)
	}
	err = work.run.Choose(func(o *importer.Options) {
		if !again {
			o.SkipInvalid = skip || retry && o.SkipInvalid
			return
		}
		for _, rail := range rails {
			*rail.option(o) = r.PostForm.Has(rail.name)
		}
	})
	if err != nil {
		return err
	}
	if err := work.preview(); err != nil {
		return s.showProblems(w, r, work, s.say(err))
	}
	return s.see(w, r, "sheets/"+work.name+"/plan")
}

// postSend sends the plan that was seen, once the question was answered.
func (s *Server) postSend(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return s.elsewhere(w, r, err)
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	p, err := work.plan()
	if err != nil {
		return err
	}
	if agreed := r.PostForm.Get("plan"); agreed != p.Fingerprint || !work.run.Previewed() {
		return s.showPlan(w, r, work, http.StatusConflict, false, s.say(problem.Refuse("plan-changed", "", "%s", text.Of("preview.moved"))))
	}
	if p.Change == 0 {
		return s.finishEmpty(w, r, work)
	}
	var b previewBody
	if err := s.takePlan(r.Context(), work, &b); err != nil {
		return err
	}
	first := 0
	if r.PostForm.Has("pilot") {
		if first, err = strconv.Atoi(r.PostForm.Get("pilot-n")); err != nil || first < 1 {
			return s.showPlan(w, r, work, http.StatusUnprocessableEntity, false, s.say(problem.Refuse("pilot", "", "%s", text.Of("preview.badpilot"))))
		}
	}
	if b.Typed && first == 0 && r.PostForm.Get("people") != strconv.Itoa(p.Change) || !r.PostForm.Has("confirmed") {
		return s.showPlan(w, r, work, http.StatusOK, true, nil)
	}
	// The rows that planning held back are left out with what was seen on the preview.
	if err := work.run.Choose(func(o *importer.Options) { o.First, o.SkipInvalid = first, o.SkipInvalid || b.Held > 0 }); err != nil {
		return err
	}
	if err := work.send(p.Fingerprint); err != nil {
		return s.showPlan(w, r, work, http.StatusConflict, false, s.say(err))
	}
	return s.see(w, r, "sheets/"+work.name+"/send")
}

// finishEmpty ends a run that has nothing to send.
func (s *Server) finishEmpty(w http.ResponseWriter, r *http.Request, work *work) error {
	err := work.start(sending, func(_, _ context.Context) error { return work.finish(work.run.Nothing()) })
	if err != nil {
		return err
	}
	work.wait()
	return s.see(w, r, "runs/"+work.name)
}
