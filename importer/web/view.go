package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"zohobulk/importer/web/text"
	"zohobulk/zoho"
)

//go:embed template
var templateFiles embed.FS

// screens are the templates by the name of their file. Each shares the frame.
var screens = parseScreens()

func parseScreens() map[string]*template.Template {
	frame := template.Must(template.New("frame.html").Funcs(template.FuncMap{
		"t": text.Of, "countwords": countWords, "rowcount": rowCount, "keys": shortcuts, "n": text.Count, "number": text.Number, "dict": dict, "label": label,
		"encodings": encodings, "separators": separators,
	}).ParseFS(templateFiles, "template/frame.html"))
	names, err := fs.Glob(templateFiles, "template/*.html")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	all := map[string]*template.Template{}
	for _, name := range names {
		if base := path.Base(name); base != "frame.html" {
			all[strings.TrimSuffix(base, ".html")] = template.Must(template.Must(frame.Clone()).ParseFS(templateFiles, name))
		}
	}
	return all
}

// dict makes a map of names and values, to hand several values to a template.
func dict(pairs ...any) (map[string]any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// frame is what every screen stands in.
type frame struct {
	Screen string // the template
	Title  string // the heading
	Nav    string // the part of the program: start, history or connection
	Run    string // the sheet's run, "" outside a sheet
	File   string // the sheet's name
	Step   string // the step of the sheet's work
	Status string // said politely
	Alert  *said  // said at once
	Body   any

	Refresh bool // something goes on: a browser without scripts asks again by itself

	// filled in by show
	Root, Assets, Place string
	Connected           bool
	Steps               []step
}

// step is a link of the steps of a sheet's work.
type step struct {
	Name, Address string
	Current       bool
	Open          bool // it can be gone to
}

// show answers with a screen.
func (s *Server) show(w http.ResponseWriter, status int, f frame) error {
	f.Root, f.Assets, f.Place = s.session.root(), assetRoot, s.place()
	_, f.Connected = s.site()
	return s.write(w, status, f.Screen, "frame.html", f)
}

// write makes a document as a whole before the first byte is sent, so that an error is no half page.
func (s *Server) write(w http.ResponseWriter, status int, screen, name string, data any) error {
	var b bytes.Buffer
	if err := screens[screen].ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever went away needs no answer
	return nil
}

// action answers one request of the session. Its error becomes a screen.
type action func(http.ResponseWriter, *http.Request) error

// handle makes an action a handler of the session.
func (s *Server) handle(do action) http.Handler {
	return s.inside(s.redacting(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := do(w, r); err != nil {
			s.showError(w, err)
		}
	})))
}

// showError answers with what went wrong.
func (s *Server) showError(w http.ResponseWriter, err error) {
	what := s.say(err)
	if shown := s.show(w, statusOf(what), frame{Screen: "error", Title: text.Of("error.title"), Alert: what}); shown != nil {
		s.log("the page of an error: %v", shown)
		refuse(w, http.StatusInternalServerError)
	}
}

func statusOf(what *said) int {
	switch what.Code {
	case "no-such-run", "no-such-row", "no-such-file":
		return http.StatusNotFound
	}
	return http.StatusUnprocessableEntity
}

func (s *Server) log(format string, args ...any) {
	if s.options.Log != nil {
		s.options.Log.Print(s.options.Redact(fmt.Sprintf(format, args...)))
	}
}

// see sends the browser to a screen by its path below the session.
func (s *Server) see(w http.ResponseWriter, r *http.Request, screen string) error {
	http.Redirect(w, r, s.session.root()+screen, http.StatusSeeOther)
	return nil
}

// place is where what is sent goes, in a word or two.
func (s *Server) place() string {
	if s.options.Rehearsal {
		return text.Of("place.rehearsal")
	}
	if site, ok := s.site(); ok {
		return zoho.OrganisationName(site.Profile.Organisation, site.ZOID)
	}
	return text.Of("place.none")
}
