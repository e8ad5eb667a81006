package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// resultBody is how a run ended.
type resultBody struct {
	Run     string
	Outcome importer.Summary
	Parts   []outcomePart
	Files   []fileLink
	Failed  int    // rows that can be corrected
	Undo    int    // people whom an undo would put back
	Undone  string // the run that has put them back
	Of      string // the run that this one put back
	Failing []importer.FailedRow
	Missing []*said
}

// outcomePart is an outcome's share of the bar.
type outcomePart struct {
	Words, Mark string
	Count       int
}

type fileLink struct{ Name, TestID, Words string }

// failingRows is how many rows that failed are named on the screen.
const failingRows = 20

// getRun shows a run on the screen that fits how far it has come.
func (s *Server) getRun(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("run")
	d, err := s.details(r.Context(), name)
	if err != nil {
		return err
	}
	if work := s.desk.lying(name); work != nil && work.doing() == sending {
		return s.see(w, r, "sheets/"+name+"/send")
	}
	switch state := importer.State(d.Run.State); {
	case state == importer.Finished:
		return s.showResult(w, r, d)
	case state == importer.Running, state == importer.Stopped, d.Run.Of != "":
		return s.see(w, r, "sheets/"+name+"/send")
	case state == importer.Waiting:
		return s.see(w, r, "sheets/"+name+"/plan")
	}
	return s.see(w, r, "sheets/"+name+"/problems")
}

func (s *Server) showResult(w http.ResponseWriter, r *http.Request, d importer.RunDetails) error {
	run := d.Run
	b := resultBody{Run: run.Run, Outcome: run.Summary, Failed: run.Failed + run.Invalid, Of: run.Of}
	for _, part := range []outcomePart{
		{"updated", "good", run.Updated}, {"unchanged", "", run.Unchanged}, {"failed", "bad", run.Failed},
		{"invalid", "warn", run.Invalid}, {"notsent", "", run.NotSent},
	} {
		if part.Count > 0 {
			part.Words = text.Count("outcome."+part.Words, part.Count)
			b.Parts = append(b.Parts, part)
		}
	}
	if err := s.takeFiles(r, &b); err != nil {
		return err
	}
	if err := s.takeUndo(r, &b, run); err != nil {
		return err
	}
	if work := s.desk.last(run.Run); work != nil {
		for _, missing := range work.missing {
			b.Missing = append(b.Missing, s.say(missing))
		}
	}
	title := text.Count("result.title", run.Updated)
	if run.Unchanged > 0 {
		title += text.Count("result.unchanged", run.Unchanged)
	}
	f := frame{Screen: "result", Run: run.Run, File: run.File, Title: title, Body: b}
	f.Steps = stepsOf(run.Run, "result", importer.Finished, true, false)
	return s.show(w, http.StatusOK, f)
}

// takeFiles lists the reports that are there, and the first rows that failed.
func (s *Server) takeFiles(r *http.Request, b *resultBody) error {
	space := s.options.Workspace
	view, err := space.Look(r.Context(), b.Run)
	if err != nil {
		return err
	}
	for _, name := range view.Files() {
		if link, ok := reportLinks[name]; ok {
			b.Files = append(b.Files, fileLink{name, link, text.Of("file." + link)})
		}
	}
	b.Failing, err = view.Failures(failingRows)
	return errors.Join(err, view.Close())
}

// reportLinks are the reports that can be read on the page, with what tests call their links.
var reportLinks = map[string]string{
	importer.PageFile: "report", importer.SuccessFile: "success", importer.FailedFile: "failed", importer.MarkedFile: "marked-run",
}

// takeUndo finds out whether the run can be undone, or was.
func (s *Server) takeUndo(r *http.Request, b *resultBody, run importer.RunInfo) error {
	runs, err := s.runs(r.Context())
	if err != nil {
		return err
	}
	for _, other := range runs {
		if other.Of == run.Run && other.Updated > 0 {
			b.Undone = other.Run
		}
	}
	if b.Undone == "" {
		b.Undo = run.Updated
	}
	return nil
}

// reportPolicy lets the report's own script run in an origin of its own, from which it reaches nothing of the page.
const reportPolicy = "sandbox allow-scripts allow-downloads"

// getFile serves a report of a run.
func (s *Server) getFile(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if _, known := reportLinks[name]; !known {
		return problem.Refuse("no-such-file", "", "there is no report %q", problem.Shorten(name, 60))
	}
	run := r.PathValue("run")
	if filepath.Base(run) != run {
		return problem.Refuse("no-such-run", "", "there is no such run")
	}
	root, err := os.OpenRoot(s.options.Workspace.Reports)
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := root.Open(filepath.Join(run, name))
	if errors.Is(err, fs.ErrNotExist) {
		return problem.Refuse("no-such-file", "", "the report %s is not there", name)
	} else if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return problem.Refuse("no-such-file", "", "the report %s is no file", name)
	}
	if name == importer.PageFile {
		w.Header().Set("Content-Security-Policy", reportPolicy)
	} else {
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	}
	http.ServeContent(w, r, name, info.ModTime(), file)
	return nil
}

// postCorrect takes the rows that failed in as a sheet of their own.
func (s *Server) postCorrect(w http.ResponseWriter, r *http.Request) error {
	d, err := s.details(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	sheet := &waitingSheet{Path: filepath.Join(d.Run.Dir, importer.FailedFile), Name: importer.FailedFile, Options: importer.SheetOptions{}}
	run, err := s.takeIn(r.Context(), sheet)
	if err != nil {
		return err
	}
	return s.see(w, r, "sheets/"+run+"/columns")
}

// getTemplate serves an empty sheet to fill.
func (s *Server) getTemplate(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="people.xlsx"`)
	return importer.TemplateXLSX(w)
}
