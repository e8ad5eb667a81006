package web

import (
	"strings"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/field"
	"zohobulk/importer/web/text"
)

// logLine is a row that has ended, as the log of the sending shows it.
type logLine struct {
	N      int    `json:"n"` // grows with each line
	At     string `json:"at"`
	Row    int    `json:"row"`
	Person string `json:"person"`
	Status string `json:"status"`
	Words  string `json:"words"`
}

// mostLines is how many lines the log shows; the reports have them all.
const mostLines = 50

// gather takes down how rows end, until the events end.
func (w *work) gather(events <-chan importer.Event, until <-chan struct{}) {
	for {
		select {
		case e := <-events:
			if e.Ended != nil {
				w.addLine(lineOf(e, w.server.options.Now()))
			}
		case <-until:
			return
		}
	}
}

func (w *work) addLine(l logLine) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logged++
	l.N = w.logged
	w.lines = append([]logLine{l}, w.lines[:min(len(w.lines), mostLines-1)]...)
}

func lineOf(e importer.Event, now time.Time) logLine {
	row := e.Ended
	l := logLine{At: now.Format("15:04:05"), Row: row.Number, Person: row.Email, Status: string(row.Status)}
	switch l.Status {
	case "updated":
		l.Words = text.Of("log.updated", changed(e))
	case "failed":
		l.Words = text.Of("log.failed", row.Message)
	default:
		l.Words = row.Message
	}
	return l
}

// changed names the fields that were changed, with commas between them.
func changed(e importer.Event) string {
	var names []string
	for _, c := range e.Ended.Changes {
		names = append(names, label(c.Field))
	}
	return strings.Join(names, ", ")
}

// label is a field as the page calls it.
func label(name string) string {
	if words := text.Of("field." + name); words != "" {
		return words
	}
	return name
}

// fieldNames are the fields in the order of the catalogue.
func fieldNames() []string {
	var names []string
	for _, e := range field.All() {
		names = append(names, e.Name)
	}
	return names
}
