package web

import (
	"net/http"
	"strings"
)

// routes are the page's addresses. All data stands below the session; a GET changes nothing.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.getRoot)
	mux.HandleFunc("GET /open", s.getOpen)
	mux.HandleFunc("GET /health", s.getHealth)
	mux.HandleFunc("POST /key", s.postKey)
	mux.HandleFunc("GET /asset/{hash}/{name}", getAsset)
	for pattern, do := range map[string]action{
		"GET {$}":                       s.getStart,
		"GET template.xlsx":             s.getTemplate,
		"POST sheets":                   s.postSheets,
		"GET sheets/{sheet}":            s.getWaiting,
		"GET sheets/{run}/columns":      s.getColumns,
		"POST sheets/{run}/columns":     s.postColumns,
		"GET sheets/{run}/problems":     s.getProblems,
		"GET sheets/{run}/plan":         s.getPlan,
		"POST sheets/{run}/plan":        s.postPlan,
		"GET sheets/{run}/send":         s.getSend,
		"POST sheets/{run}/send":        s.postSend,
		"POST sheets/{run}/stop":        s.postStop,
		"POST sheets/{run}/resume":      s.postResume,
		"GET runs/{run}":                s.getRun,
		"POST runs/{run}/take-back":     s.postTakeBack,
		"POST runs/{run}/correct":       s.postCorrect,
		"GET runs/{run}/files/{name}":   s.getFile,
		"GET history":                   s.getHistory,
		"GET connection":                s.getConnection,
		"POST connection":               s.postConnection,
		"GET events":                    s.getEvents,
		"POST quit":                     s.postQuit,
		"GET sheets/{run}/state":        s.getState,
		"GET sheets/{run}/rows":         s.getRows,
		"GET sheets/{run}/index":        s.getIndex,
		"GET sheets/{run}/cells/{cell}": s.getCell,
		"POST sheets/{run}/edits":       s.postEdits,
		"GET sheets/{run}/goto":         s.getGoto,
		"GET sheets/{run}/replace":      s.getReplace,
		"GET sheets/{run}/{name}":       s.getSheetFile,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" /w/{id}/"+path, s.handle(do))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound) })
	return mux
}
