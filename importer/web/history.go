package web

import (
	"cmp"
	"net/http"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/web/text"
)

// runLine is a run in a list.
type runLine struct {
	Run, File string
	When      string // on this machine's clock
	Stamp     string // the same moment as machines read it
	State     string // in words
	Mark      string // good, warn or bad
	Address   string // the screen that goes on with it
	Watch     bool   // it is being sent now

	Changed, Failed int
}

// getHistory lists the runs, those of the commands too.
func (s *Server) getHistory(w http.ResponseWriter, r *http.Request) error {
	runs, err := s.runs(r.Context())
	if err != nil {
		return err
	}
	lines := make([]runLine, len(runs))
	undone := map[string]bool{}
	for i, run := range runs { // the newest first, so an undo comes before its run
		lines[i] = s.line(run)
		if run.Of != "" && run.Updated > 0 {
			undone[run.Of] = true
		}
		if undone[run.Run] {
			lines[i].State, lines[i].Mark = text.Of("state.undone"), ""
		}
	}
	return s.show(w, http.StatusOK, frame{Screen: "history", Nav: "history", Title: text.Of("history.title"), Body: lines})
}

func (s *Server) line(run importer.RunInfo) runLine {
	began, _ := time.Parse(time.RFC3339, run.StartedAt) // the zero time shows as nothing
	l := runLine{
		Run: run.Run, File: cmp.Or(run.File, run.Run), Stamp: run.StartedAt, When: when(began, s.options.Now()),
		Changed: run.Updated, Failed: run.Failed, Address: "runs/" + run.Run,
	}
	if run.Of != "" {
		l.File = text.Of("history.undo", l.File)
	}
	if run.State == string(importer.Running) {
		if l.Watch = s.busyWith(run.Run); !l.Watch {
			run.State = string(importer.Stopped) // it was killed
		}
	}
	l.State, l.Mark = stateWords(run)
	return l
}

// busyWith reports whether some process sends a run now.
func (s *Server) busyWith(run string) bool {
	if work := s.desk.lying(run); work != nil {
		return work.doing() == sending
	}
	return s.heldElsewhere(run)
}

// stateWords say how far a run has come.
func stateWords(run importer.RunInfo) (words, mark string) {
	switch state := importer.State(run.State); state {
	case importer.Planning:
		if run.Invalid > 0 {
			return text.Count("state.errors", run.Invalid), "warn"
		}
		return text.Of("state.planning"), ""
	case importer.Running:
		return text.Of("state.running", run.Updated+run.Failed, run.Rows-run.Unchanged-run.Invalid), "warn"
	case importer.Stopped:
		return text.Of("state.stopped", run.Updated+run.Failed, run.Rows-run.Unchanged-run.Invalid), "warn"
	case importer.Finished:
		if run.Failed > 0 {
			return text.Of("state.finished"), "warn"
		}
		return text.Of("state.finished"), "good"
	default:
		if run.Error != "" {
			return text.Of("state.unreadable"), "bad"
		}
		return text.Of("state." + string(state)), ""
	}
}

// when is a moment on this machine's clock, short for today and yesterday.
func when(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.In(now.Location()), now.In(now.Location())
	clock := t.Format("15:04")
	switch day := func(t time.Time) string { return t.Format(time.DateOnly) }; day(t) {
	case day(now):
		return text.Of("when.today", clock)
	case day(now.AddDate(0, 0, -1)):
		return text.Of("when.yesterday", clock)
	}
	return t.Format("2 Jan 2006, 15:04")
}
