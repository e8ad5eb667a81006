package web

import (
	"net/http"
	"strings"
)

// redacting takes secrets out of the documents that a handler writes: whatever a message or a cell holds, no token reaches the
// browser. Each Write is looked at by itself, so a document or an event is one Write.
func (s *Server) redacting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&redactor{w, s.options.Redact}, r)
	})
}

type redactor struct {
	http.ResponseWriter
	redact func(string) string
}

func (r *redactor) Write(p []byte) (int, error) {
	if !isDocument(r.Header()) {
		return r.ResponseWriter.Write(p)
	}
	if _, err := r.ResponseWriter.Write([]byte(r.redact(string(p)))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// isDocument reports whether an answer is one of the page's own. Files have their length announced, and were redacted when they were
// written.
func isDocument(h http.Header) bool {
	return h.Get("Content-Length") == "" && strings.HasPrefix(h.Get("Content-Type"), "text/")
}

// Unwrap lets a ResponseController reach the connection.
func (r *redactor) Unwrap() http.ResponseWriter { return r.ResponseWriter }
