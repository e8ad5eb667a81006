package web

import (
	"net/http"

	"zohobulk/importer/web/text"
)

// door is a page without data, for whoever is not inside.
type door struct {
	Assets, Title, Message string
	Next                   string // where the browser goes from here, "" for nowhere
}

func (s *Server) door(w http.ResponseWriter, status int, message string) {
	s.showDoor(w, status, door{Title: text.Of("door.title"), Message: text.Of(message)})
}

func (s *Server) showDoor(w http.ResponseWriter, status int, d door) {
	d.Assets = assetRoot
	if err := s.write(w, status, "door", "door", d); err != nil {
		s.log("the door: %v", err)
	}
}

// getRoot is what stands at the bare address.
func (s *Server) getRoot(w http.ResponseWriter, _ *http.Request) {
	s.door(w, http.StatusOK, "door.root")
}

// getOpen trades a key for the cookie. A browser that comes from a file of this machine is shown a page that takes it on: on a way that
// began elsewhere it would not send the cookie.
func (s *Server) getOpen(w http.ResponseWriter, r *http.Request) {
	screen, ok := s.keys.use(r.URL.Query().Get("key"))
	if !ok {
		s.door(w, http.StatusNotFound, "door.used")
		return
	}
	s.signs.see(s.options.Now())
	http.SetCookie(w, s.session.cookie())
	next := s.session.root() + screen
	if site := r.Header.Get("Sec-Fetch-Site"); site == "" || site == "none" {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.showDoor(w, http.StatusOK, door{Title: text.Of("door.title"), Message: text.Of("door.opening"), Next: next})
}

// getHealth says that the program is there. A hidden tab asks it once a minute.
func (s *Server) getHealth(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		s.signs.see(s.options.Now())
	}
	w.WriteHeader(http.StatusNoContent)
}

// postQuit ends the program. What is being sent is stopped in order.
func (s *Server) postQuit(w http.ResponseWriter, _ *http.Request) error {
	s.showDoor(w, http.StatusOK, door{Title: text.Of("quit.title"), Message: text.Of("quit.done")})
	s.Quit()
	return nil
}
