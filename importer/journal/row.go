package journal

import (
	"time"
)

// Status says where a row stands. The last five are the outcomes, of which every row ends in exactly one.
type Status string

// The statuses of a row. Read and Planned rows become not_sent when a run ends before their turn.
const (
	Read      Status = ""          // read and valid, not yet held against the directory
	Planned   Status = "planned"   // has a change to send
	Sending   Status = "sending"   // handed to a worker: sent or not, its answer is not on disk
	Updated   Status = "updated"   // sent and accepted
	Unchanged Status = "unchanged" // the account is up to date already; nothing was sent
	Failed    Status = "failed"    // refused by the service, or no answer came
	Invalid   Status = "invalid"   // found wrong before anything was sent
	NotSent   Status = "not_sent"  // not reached; only reports say it, the journal keeps Read or Planned

	// Half stands for the planned rows that are HalfSent; only a Filter says it.
	Half Status = "half"
)

// KindsUnknown stands for the kinds of a row in a run of before this version, which did not keep them.
const KindsUnknown = "?"

// CodeHalfSent is the code of a row of which a part was carried out and the rest was not sent.
const CodeHalfSent = "half-sent"

// HalfSent reports whether a row that waits to be sent was carried out in part already.
func (o Outcome) HalfSent() bool {
	return o.Status == Planned && (o.StepsDone > 0 || o.Code == CodeHalfSent)
}

// Change is one field before and after.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Row is one data row of the sheet with all that is known of it.
type Row struct {
	Seq    int      // order in the sheet, from 1
	Number int      // as Excel shows it
	Line   int      // physical line in a CSV, 0 in a workbook
	Cells  []string // the row's own columns as they came, in the order of Meta.Columns; edited ones as they are now
	Kinds  string   // the kinds of Cells, a character each; "" if all are text, KindsUnknown in runs of before
	Origin string   // file, worksheet and row a row first came from

	Wanted map[string]string // field name to normalised value, as validated; "" clears

	Plan
	Outcome
}

// Plan is what the directory made of a row.
type Plan struct {
	AccountID string
	ZUID      string
	Email     string            // the account's primary address before the run
	Changes   []Change          // nothing if unchanged
	Context   map[string]string // the account's present values that a request must carry along, by field name (an address's siblings, a display name)
	Steps     []string          // the modes to send, in order
	After     int               // Seq of the row that must be updated first, 0 for none
	Note      string            // what to say of an unchanged row
}

// Outcome is how a row ended, or stands.
type Outcome struct {
	Status     Status
	StepsDone  int    // steps accepted so far
	Step       string // the step that failed
	Field      string // the field that is to blame, where one is
	Code       string // kebab-case, or the service's own code
	Message    string
	HTTPStatus int
	Attempts   int // calls made to change this row
	FinishedAt time.Time
}

// Attempt is one call made for a row (or for none, Seq 0: listing, tokens), as the trace keeps it.
type Attempt struct {
	Seq     int
	Step    string // mode, or the kind of read
	Number  int    // 1 for the first try of a call, more for its retries; 0 counts as 1
	At      time.Time
	Wait    time.Duration // spent waiting before the call: limit, throttle, back-off
	Took    time.Duration
	Status  int    // HTTP status, 0 if no answer came
	Code    string // the service's code or a word of ours
	Message string
	Read    bool // a GET

	Throttled bool // the answer was the service's limit
}
