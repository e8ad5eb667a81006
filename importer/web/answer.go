package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// wantsPart reports whether a script asks, which wants a part of a screen.
func wantsPart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "text/x-fragment")
}

// part answers a script with a part of a screen.
func (s *Server) part(w http.ResponseWriter, screen, name string, data any) error {
	return s.write(w, http.StatusOK, screen, name, data)
}

// answer answers a script. Like a document it holds no secret.
func (s *Server) answer(w http.ResponseWriter, status int, what any) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(what); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(s.options.Redact(b.String()))) // whoever went away needs no answer
	return nil
}

// fault is what went wrong, for a script.
type fault struct {
	Code string `json:"code"`
	Said string `json:"said"`
}

func (s *Server) answerFault(w http.ResponseWriter, err error) error {
	what := s.say(err)
	return s.answer(w, statusOf(what), fault{what.Code, strings.TrimSpace(what.Message + " " + what.Hint)})
}
