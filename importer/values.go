package importer

import (
	"time"

	"zohobulk/importer/journal"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// Column is a column of a run's sheet that feeds a field.
type Column struct {
	Column string `json:"column"` // by letter: "B"
	Header string `json:"header"`
	Field  string `json:"field"` // the field's name; "" for a column that is ignored
}

func columnsOf(kept []journal.Column) []Column {
	columns := make([]Column, len(kept))
	for i, c := range kept {
		columns[i] = Column(c)
	}
	return columns
}

// Change is one field that changes.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func changesOf(kept []journal.Change) []Change {
	changes := make([]Change, len(kept))
	for i, c := range kept {
		changes[i] = Change(c)
	}
	return changes
}

// EndedRow is a row whose outcome is on disk.
type EndedRow struct {
	Number  int // of the row, as Excel shows it
	Email   string
	Status  string
	Field   string // that is to blame for a failure, "" if none is
	Code    string
	Message string
	Changes []Change
}

// Observer is told how a run goes, from several goroutines at once.
type Observer interface {
	Read(rows int)           // rows of the sheet checked so far
	Listed(accounts int)     // accounts of the directory read so far
	Ended(row EndedRow)      // a row's outcome is on disk
	Attempted()              // a call was made
	Lagging(until time.Time) // users don't show the last changes yet: they are read again then
}

// Connection is what a run has of the world around it. A run that asks nobody needs none of it.
type Connection struct {
	Service  Service
	Limiter  *zoho.Limiter
	Rate     zoho.Rate        // what the limiter was made for
	Observer Observer         // nil for none
	Clock    func() time.Time // nil is time.Now
}

// core is the connection as the run itself takes it.
func (c Connection) core() run.Connection {
	core := run.Connection{Service: c.Service, Limiter: c.Limiter, Rate: c.Rate, Clock: c.Clock}
	if c.Observer != nil {
		core.Observer = observing{c.Observer}
	}
	return core
}

// observing tells an Observer of the front desk what a run tells its own.
type observing struct{ Observer }

// Ended tells of a row.
func (o observing) Ended(row journal.Row) {
	o.Observer.Ended(EndedRow{
		Number: row.Number, Email: row.Email, Status: string(row.Status), Field: row.Field, Code: row.Code, Message: row.Message,
		Changes: changesOf(row.Changes),
	})
}

// Attempted tells of a call.
func (o observing) Attempted(journal.Attempt) { o.Observer.Attempted() }

// Reconnect gives the run another connection: that of a run that was stopped lets nothing through any more.
func (r *Run) Reconnect(c Connection) { r.Run.Reconnect(c.core()) }
