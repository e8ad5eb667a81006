package web

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// policy is the page's Content-Security-Policy: nothing from elsewhere, no script or style within the page, and markup from a script
// only through the one policy of fragment.js.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types fragment"

// formBytes is how large a form may be. A paste of some thousand cells is the largest.
const formBytes = 4 << 20

// formTimeout is how long a form may take to arrive; an upload may pause so long.
const formTimeout = 30 * time.Second

// guard lets through what this page's own documents ask for, and nothing else.
func (s *Server) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden) }))
	inner := crossOrigin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		switch {
		case r.Host != s.host: // DNS rebinding: a foreign name that leads here
			refuse(w, http.StatusMisdirectedRequest)
			return
		case strings.HasPrefix(r.Header.Get("Sec-Purpose"), "prefetch"): // would use up a key, or read what nobody looks at
			refuse(w, http.StatusServiceUnavailable)
			return
		case fromElsewhere(r):
			refuse(w, http.StatusForbidden)
			return
		}
		if r.Body != nil && r.Body != http.NoBody && !isUpload(r) {
			r.Body = http.MaxBytesReader(w, r.Body, formBytes)
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(formTimeout)) // a recorder in a test has none
		}
		inner.ServeHTTP(w, r)
	})
}

// setHeaders sets what every answer carries.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// fromElsewhere reports whether a page of another origin asks. The two doors that a person comes through from elsewhere hold no data.
func fromElsewhere(r *http.Request) bool {
	if r.URL.Path == "/open" || r.URL.Path == "/" {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// refuse answers without any data.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status)+"\n") // whoever went away needs no answer
}

// inside lets in who belongs to the session, and counts as a sign of life.
func (s *Server) inside(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.session.named(r.PathValue("id")):
			refuse(w, http.StatusNotFound)
		case !s.session.knows(r):
			s.door(w, http.StatusForbidden, "door.cookie")
		default:
			s.signs.see(s.options.Now())
			next.ServeHTTP(w, r)
		}
	})
}
