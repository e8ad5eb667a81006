package web

import (
	"context"
	"net/http"
	"os"
	"path/filepath"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// startBody is what the start shows.
type startBody struct {
	Continue []runLine // the runs that are not done, the newest first
	Waiting  *waitingSheet
	Ask      *question // what the waiting sheet needs
}

// question is what must be known to open a sheet.
type question struct {
	Password bool
	Name     string   // of the control: worksheet or encoding
	Choices  []choice // of worksheet or encoding
}

type choice struct {
	Value    string
	Examples []string // cells of the sheet as they read so
}

// getStart shows the first screen.
func (s *Server) getStart(w http.ResponseWriter, r *http.Request) error {
	return s.showStart(w, r, http.StatusOK, nil, nil)
}

func (s *Server) showStart(w http.ResponseWriter, r *http.Request, status int, waiting *waitingSheet, alert *said) error {
	b := startBody{Waiting: waiting}
	if waiting != nil && alert != nil {
		b.Ask = questionOf(alert)
	}
	runs, err := s.runs(r.Context())
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.Error == "" && run.State != string(importer.Finished) {
			b.Continue = append(b.Continue, s.line(run))
		}
	}
	return s.show(w, status, frame{Screen: "start", Nav: "start", Title: text.Of("start.title"), Alert: alert, Body: b})
}

// questionOf is what a refusal to open a sheet asks for.
func questionOf(what *said) *question {
	q := &question{}
	for _, remedy := range what.Ways {
		switch {
		case remedy.Way == problem.GivePassword:
			q.Password = true
		case remedy.Way == problem.ChooseWorksheet:
			q.Name = "worksheet"
			for _, name := range remedy.Args {
				q.Choices = append(q.Choices, choice{Value: name})
			}
		case remedy.Way == problem.ChooseEncoding && len(remedy.Args) > 0:
			q.Name = "encoding"
			q.Choices = append(q.Choices, choice{remedy.Args[0], remedy.Args[1:]})
		}
	}
	if !q.Password && q.Name == "" {
		return nil
	}
	return q
}

// postSheets takes a sheet in: one that is uploaded, or one that waits for an answer.
func (s *Server) postSheets(w http.ResponseWriter, r *http.Request) error {
	sheet, err := s.arrived(w, r)
	if err != nil {
		return s.showStart(w, r, http.StatusUnprocessableEntity, nil, s.say(err))
	}
	run, err := s.takeIn(r.Context(), sheet)
	if err != nil {
		alert := s.say(err)
		if questionOf(alert) == nil {
			s.waiting.remove(sheet)
			return s.showStart(w, r, http.StatusUnprocessableEntity, nil, alert)
		}
		s.waiting.add(sheet)
		return s.showStart(w, r, http.StatusUnprocessableEntity, sheet, alert)
	}
	s.waiting.remove(sheet)
	return s.see(w, r, "sheets/"+run+"/columns")
}

// takeIn makes a run of a sheet. One sheet is read at a time: each takes memory.
func (s *Server) takeIn(ctx context.Context, sheet *waitingSheet) (run string, err error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	src := importer.Source{Path: sheet.Path, Name: sheet.Name, Sheet: sheet.Options, Check: s.options.Check}
	if sheet.temp {
		file, err := os.Open(sheet.Path)
		if err != nil {
			return "", err
		}
		defer file.Close()
		src.Path, src.Input = "", file
	}
	received, err := s.desk.receive(ctx, src)
	if err != nil {
		return "", err
	}
	return received.name, nil
}

// OpenSheet takes a sheet of this machine in and gives the screen that shows it. A sheet that needs an answer is asked about on the
// start, which is also the screen where none is named.
func (s *Server) OpenSheet(ctx context.Context, path string) (screen string, err error) {
	if path == "" {
		return "", nil
	}
	sheet := newWaiting(path, filepath.Base(path), false, s.options.Sheet)
	run, err := s.takeIn(ctx, sheet)
	if err != nil {
		if sheet.err = err; questionOf(s.say(err)) != nil {
			s.waiting.add(sheet)
			return "sheets/" + sheet.ID, nil
		}
		return "", err
	}
	return "sheets/" + run + "/columns", nil
}

// getWaiting asks what a sheet needs that was named when the program was started.
func (s *Server) getWaiting(w http.ResponseWriter, r *http.Request) error {
	sheet, err := s.waiting.find(r.PathValue("sheet"))
	if err != nil {
		return s.showStart(w, r, http.StatusNotFound, nil, s.say(err))
	}
	return s.showStart(w, r, http.StatusOK, sheet, s.say(sheet.err))
}
