package web

import (
	"net/http"

	"zohobulk/importer"
	"zohobulk/importer/web/text"
)

// sendBody is what the sending shows.
type sendBody struct {
	Run     string
	Busy    bool // it is being sent, here or elsewhere
	Here    bool // by this process, so that it can be stopped
	Now     snapshot
	Lines   []logLine // the newest first
	Outcome importer.Summary
	Resume  bool   // the rest can be sent
	Again   string // the plan's fingerprint, if sending it can be tried again
	Undo    int    // people that were changed, whom an undo would put back
	Failed  int
}

// getSend shows a run while it is sent, and where it stopped.
func (s *Server) getSend(w http.ResponseWriter, r *http.Request) error {
	return s.showSend(w, r, r.PathValue("run"), http.StatusOK, nil)
}

func (s *Server) showSend(w http.ResponseWriter, r *http.Request, name string, status int, alert *said) error {
	d, err := s.details(r.Context(), name)
	if err != nil {
		return err
	}
	b := sendBody{Run: name, Outcome: d.Run.Summary, Failed: d.Run.Failed + d.Run.Invalid}
	f := frame{Screen: "send", Run: name, File: d.Run.File, Alert: alert}
	work := s.desk.last(name)
	if work != nil {
		b.Now, _ = work.snapshot(r, 0)
		b.Lines, b.Now.Lines = reversed(b.Now.Lines), nil
		b.Here = work.doing() == sending
		if err := work.ended(); err != nil && alert == nil && !b.Here {
			f.Alert = s.say(err)
		}
	}
	state := importer.State(d.Run.State)
	if b.Busy = b.Here || state == importer.Running && s.heldElsewhere(name); b.Busy && !b.Here {
		b.Now, _ = s.watched(r, name)
	}
	switch {
	case b.Busy:
		f.Refresh = true
		f.Title = b.Now.Title
	case state == importer.Finished:
		return s.see(w, r, "runs/"+name)
	case state == importer.Stopped || state == importer.Running:
		b.Resume, b.Undo = true, d.Run.Updated+d.Run.HalfSent
		f.Title = text.Count("send.stopped", d.Run.Updated, d.Run.Updated+d.Run.Failed+d.Run.NotSent)
	case d.Run.Of != "":
		b.Resume, f.Title = true, text.Of("send.waiting")
	case work != nil && work.run.Previewed():
		p, err := work.plan()
		if err != nil {
			return err
		}
		b.Again, f.Title = p.Fingerprint, text.Of("send.waiting")
	default:
		return s.see(w, r, "runs/"+name)
	}
	f.Body = b
	f.Steps = stepsOf(name, "send", state, true, state == importer.Waiting)
	return s.show(w, status, f)
}

// sendingTitle is the heading while so many people are changed; 0 while nobody knows.
func (s *Server) sendingTitle(people int) string {
	if people == 0 {
		return text.Of("send.preparing")
	}
	return text.Count("send.title", people, s.placeWords())
}

// placeWords is the place within a sentence.
func (s *Server) placeWords() string {
	if s.options.Rehearsal {
		return text.Of("preview.rehearsal")
	}
	return s.place()
}

// heldElsewhere reports whether another process has a run open.
func (s *Server) heldElsewhere(name string) bool {
	if s.desk.lying(name) != nil {
		return false
	}
	w := s.options.Workspace
	holder, err := w.HeldBy(name)
	return err == nil && holder != ""
}

func reversed(lines []logLine) []logLine {
	back := make([]logLine, len(lines))
	for i, l := range lines {
		back[len(lines)-1-i] = l
	}
	return back
}

// postStop stops what goes on with a run, in order.
func (s *Server) postStop(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("run")
	if work := s.desk.lying(name); work != nil {
		was := work.doing()
		work.stop()
		work.wait()
		switch was {
		case checking:
			return s.see(w, r, "sheets/"+name+"/columns")
		case planning:
			return s.see(w, r, "sheets/"+name+"/problems")
		}
	}
	return s.see(w, r, "sheets/"+name+"/send")
}

// postResume sends the rest of a run that was stopped.
func (s *Server) postResume(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.stopped(r.PathValue("run"))
	if err != nil {
		return s.elsewhere(w, r, err)
	}
	if work.run.State() == importer.Planning {
		err = work.takeBack(true)
	} else {
		err = work.resume()
	}
	if err != nil {
		return s.showSend(w, r, work.name, http.StatusConflict, s.say(err))
	}
	return s.see(w, r, "sheets/"+work.name+"/send")
}

// postTakeBack undoes a run.
func (s *Server) postTakeBack(w http.ResponseWriter, r *http.Request) error {
	work, err := s.desk.undo(r.PathValue("run"))
	if err != nil {
		return err
	}
	if err := work.takeBack(false); err != nil {
		return err
	}
	return s.see(w, r, "sheets/"+work.name+"/send")
}
