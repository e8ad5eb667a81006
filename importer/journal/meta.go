package journal

import (
	"encoding/json"
	"time"
)

// State says how far a run has come.
type State string

// The states of a run. Resume takes planning, running and stopped.
const (
	Planning State = "planning" // the sheet is being read, or held against the directory
	Waiting  State = "planned"  // saved to be reviewed and applied later
	Held     State = "held"     // rows are invalid: nothing was sent
	Running  State = "running"  // sending, or killed while it was
	Stopped  State = "stopped"  // ended before its last row
	Finished State = "finished"
)

// Resumable reports whether the run can be gone on with.
func (s State) Resumable() bool { return s == Planning || s == Running || s == Stopped }

// Column is one of the sheet's own columns.
type Column struct {
	Column string `json:"column"` // the letter, as Excel shows it
	Header string `json:"header"` // the header's text
	Field  string `json:"field"`  // the field it feeds, "" if none
}

// Sheet says how far the reading of the sheet has come.
type Sheet string

// What the journal holds of the sheet.
const (
	SheetUnread    Sheet = ""          // a part at most
	SheetRead      Sheet = "read"      // all of it
	SheetCorrected Sheet = "corrected" // all of it, and edits that were made since: it must be read again before it is sent
)

// Meta is what is known of the run as a whole.
type Meta struct {
	Run     string `json:"run"`
	Command string `json:"command"` // apply, plan or undo
	Of      string `json:"of"`      // the run that an undo takes back
	State   State  `json:"state"`

	File      string   `json:"file"` // base name, as the user named it
	Path      string   `json:"path"`
	Format    string   `json:"format"`
	SHA256    string   `json:"sha256"`
	Worksheet string   `json:"worksheet"`
	Encoding  string   `json:"encoding"`
	Delimiter string   `json:"delimiter"`
	HeaderRow int      `json:"header_row"`
	Encrypted bool     `json:"encrypted"`
	Columns   []Column `json:"columns"` // the row's own, none that begins with "_"
	Sheet     Sheet    `json:"sheet,omitempty"`
	Outside   int      `json:"outside,omitempty"` // rows of the sheet that were not asked for, and are in no count

	Profile      string `json:"profile"`
	DC           string `json:"dc"`
	ZOID         string `json:"zoid"`
	Organisation string `json:"organisation"`
	User         string `json:"user"`
	Auth         string `json:"auth"`

	Options       json.RawMessage `json:"options,omitempty"` // the flags the run was started with, in the importer's form
	StartedAt     time.Time       `json:"started_at"`
	FinishedAt    time.Time       `json:"finished_at"`
	RatePerMinute float64         `json:"rate_per_minute"`
	Version       string          `json:"version"` // of the program
}

// settle gives times the form they have on disk: UTC with milliseconds.
func (m *Meta) settle() {
	m.StartedAt = m.StartedAt.UTC().Truncate(time.Millisecond)
	m.FinishedAt = m.FinishedAt.UTC().Truncate(time.Millisecond)
}

// clone is a copy that shares nothing with the original.
func (m Meta) clone() Meta {
	m.Columns = append([]Column(nil), m.Columns...)
	m.Options = append(json.RawMessage(nil), m.Options...)
	return m
}

// Counts says how many rows stand where, and how many calls were made. Rows is the sum of Updated, Unchanged, Failed,
// Invalid, NotSent and Sending.
type Counts struct {
	Rows      int
	Updated   int
	Unchanged int
	Failed    int
	Invalid   int
	NotSent   int // not reached: Read and Planned together, less HalfSent
	Read      int // valid, not yet held against the directory
	Planned   int // has a change to send
	HalfSent  int // those of them that were carried out in part
	Sending   int // no answer on disk; nobody's after the run has ended
	LeftOut   int // invalid rows that were left out by hand: they hold nothing back
	Edits     int // corrections of the sheet that hold

	Requests  int // calls of every kind
	Retries   int // those of them that repeated a call
	Throttled int // those that met the service's limit
	Reads     int // those that changed nothing
}
