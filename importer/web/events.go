package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/web/text"
)

// snapshot is all that a screen shows of a run while it goes. Each connect of a stream begins with one, so nothing is ever replayed.
type snapshot struct {
	Run      string    `json:"run"`
	State    string    `json:"state"`
	Doing    activity  `json:"doing"`
	Title    string    `json:"title,omitempty"` // the heading while it is sent
	Words    string    `json:"words"`           // the progress in a sentence
	Pace     string    `json:"pace"`            // how fast it goes, "" while nobody knows
	Done     int       `json:"done"`
	Total    int       `json:"total"` // 0 if nobody knows
	Failed   int       `json:"failed"`
	Revision int64     `json:"revision"` // of the sheet's rows
	Counts   *counts   `json:"counts,omitempty"`
	Lines    []logLine `json:"lines,omitempty"` // those that the stream has not had yet, the oldest first
}

// counts are the rows of a sheet, for the element that shows them.
type counts struct {
	Rows     int `json:"rows"`
	Ready    int `json:"ready"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Skipped  int `json:"skipped"`
}

// snapshotOf is what is known of a run that lies open.
func (w *work) snapshot(r *http.Request, after int) (s snapshot, last int) {
	s = snapshot{Run: w.name, State: string(w.run.State()), Doing: w.doing(), Revision: w.run.Revision()}
	if c, err := w.run.Counts(r.Context()); err == nil && s.Doing != sending {
		s.Counts = &counts{c.Rows, c.Ready, c.Errors, c.Warnings, c.LeftOut}
	}
	p := w.progress.Snapshot()
	switch s.Doing {
	case checking:
		s.Done = s.Counts.rows()
		s.Words = text.Of("progress.rows", s.Done)
	case planning, sending:
		s.Done, s.Total, s.Failed = p.Done, p.Total, p.Failed
		s.Words, s.Pace = progressWords(p, w.server.options.Now())
		if s.Doing == sending {
			s.Title = w.server.sendingTitle(w.people())
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.lines) - 1; i >= 0; i-- {
		if w.lines[i].N > after {
			s.Lines = append(s.Lines, w.lines[i])
		}
	}
	return s, w.logged
}

func (c *counts) rows() int {
	if c == nil {
		return 0
	}
	return c.Rows
}

// progressWords say how far the reading of the directory or the sending has come, and how fast it goes.
func progressWords(p importer.Snapshot, now time.Time) (words, pace string) {
	if p.Phase == importer.PhaseListing {
		if p.Total > 0 {
			return text.Of("progress.people", p.Done, p.Total), ""
		}
		return text.Of("progress.people.some", p.Done), ""
	}
	words = text.Of("progress.sent", p.Done, p.Total, p.Failed)
	if p.Left > 0 {
		words += text.Of("progress.left", roughly(p.Left))
	}
	if p.Pause.After(now) {
		return words, text.Of("progress.pause", p.Pause.In(now.Location()).Format("15:04:05"))
	}
	if p.Limit > 0 {
		return words, text.Of("progress.pace", int(p.Limit))
	}
	return words, ""
}

// roughly is a time as people say it.
func roughly(d time.Duration) string {
	switch {
	case d < 2*time.Second:
		return text.Of("time.moment")
	case d < 100*time.Second:
		return text.Count("time.seconds", int(d.Round(time.Second).Seconds()))
	case d < 100*time.Minute:
		return text.Count("time.minutes", int(d.Round(time.Minute).Minutes()))
	}
	return text.Count("time.hours", int(d.Round(time.Hour).Hours()))
}

// The pace of a stream: what changes is looked for so often, and a comment keeps the connection alive.
const (
	eventEvery = 250 * time.Millisecond
	watchEvery = time.Second // for a run of another process
	beatEvery  = 15 * time.Second
	mostEvents = 8 // streams of the session; the oldest goes
)

// streams ends the oldest stream when there are too many.
type streams struct {
	mu   sync.Mutex
	open []chan struct{}
}

// add gives a channel that is closed when the stream must end, and what to call when it has.
func (s *streams) add() (ended <-chan struct{}, remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine := make(chan struct{})
	if len(s.open) == mostEvents {
		close(s.open[0])
		s.open = s.open[1:]
	}
	s.open = append(s.open, mine)
	return mine, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, c := range s.open {
			if c == mine {
				s.open = append(s.open[:i], s.open[i+1:]...)
				return
			}
		}
	}
}

// getEvents streams how a run goes.
func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) error {
	name := r.URL.Query().Get("run")
	over, remove := s.streams.add()
	defer remove()
	defer s.signs.stream(s.options.Now)()
	w.Header().Set("Content-Type", "text/event-stream")
	e := eventWriter{w: w, flush: http.NewResponseController(w).Flush}
	e.write("retry: 1000\n\n")
	last := 0
	for e.err == nil {
		every := eventEvery
		if lying := s.desk.lying(name); lying != nil {
			var now snapshot
			now, last = lying.snapshot(r, last)
			e.event("snapshot", now, s.options.Now())
		} else if now, ok := s.watched(r, name); ok {
			every = watchEvery
			e.event("snapshot", now, s.options.Now())
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-over:
			return nil
		case <-s.quit:
			return nil
		case <-time.After(every):
		}
	}
	return nil
}

// watched is what is known of a run that another process may be sending.
func (s *Server) watched(r *http.Request, name string) (snapshot, bool) {
	d, err := s.details(r.Context(), name)
	if err != nil {
		return snapshot{}, false
	}
	now := snapshot{Run: name, State: d.Run.State, Done: d.Run.Updated + d.Run.Failed, Failed: d.Run.Failed}
	now.Total = now.Done + d.Run.NotSent
	now.Words, now.Title = text.Of("progress.sent", now.Done, now.Total, now.Failed), s.sendingTitle(now.Total)
	return now, true
}

// eventWriter writes events that say something new.
type eventWriter struct {
	w     http.ResponseWriter
	flush func() error
	said  string
	beat  time.Time
	err   error
}

func (e *eventWriter) event(name string, data any, now time.Time) {
	body, err := json.Marshal(data)
	switch {
	case err != nil:
		e.err = err
	case string(body) != e.said:
		e.said, e.beat = string(body), now
		e.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, body))
	case now.Sub(e.beat) >= beatEvery:
		e.beat = now
		e.write(": still here\n\n")
	}
}

func (e *eventWriter) write(text string) {
	if e.err == nil {
		_, e.err = e.w.Write([]byte(text))
	}
	if e.err == nil {
		e.err = e.flush()
	}
}
