package web

import (
	"context"
	"errors"
	"net/http"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// sheetFrame puts a screen into the steps of a sheet's work.
func (s *Server) sheetFrame(w *work, current string, f frame) frame {
	f.Screen, f.Run, f.File = current, w.name, w.run.Meta().File
	f.Steps = stepsOf(w.name, current, w.run.State(), w.run.Checked(), w.run.Previewed())
	if f.Alert == nil && w.doing() == nothing {
		if err := w.ended(); err != nil && !errors.Is(err, context.Canceled) {
			f.Alert = s.say(err)
		}
	}
	return f
}

// stepsOf are the steps of a sheet's work, of which those can be gone to that hold something.
func stepsOf(run, current string, state importer.State, checked, previewed bool) []step {
	begun := state == importer.Running || state == importer.Stopped || state == importer.Finished
	path := "sheets/" + run + "/"
	steps := []struct {
		name, address string
		open          bool
	}{
		{"sheet", "", true},
		{"columns", path + "columns", !begun},
		{"problems", path + "problems", !begun && checked},
		{"preview", path + "plan", !begun && previewed},
		{"send", path + "send", state == importer.Running || state == importer.Stopped},
		{"result", "runs/" + run, state == importer.Finished},
	}
	all := make([]step, len(steps))
	for i, st := range steps {
		all[i] = step{Name: text.Of("step." + st.name), Address: st.address, Open: st.open || st.name == current, Current: st.name == current}
	}
	return all
}

// elsewhere sends the browser to the screen on which a run can be seen that this screen can't show, since it has gone further.
func (s *Server) elsewhere(w http.ResponseWriter, r *http.Request, err error) error {
	var refused *problem.Refusal
	if errors.As(err, &refused) && refused.Code == "wrong-state" {
		return s.see(w, r, "runs/"+r.PathValue("run"))
	}
	return err
}

// details are what is known of a run, also of one that another process has open.
func (s *Server) details(ctx context.Context, name string) (importer.RunDetails, error) {
	w := s.options.Workspace
	view, err := w.Look(ctx, name)
	if err != nil {
		return importer.RunDetails{}, err
	}
	d, err := view.Details()
	return d, errors.Join(err, view.Close())
}
