package report

import (
	"encoding/json"
	"io"
	"math"
	"path/filepath"
	"time"

	"zohobulk/importer/journal"
)

// SummarySchema is the version of the summary's form. It grows when a key changes its meaning or goes away.
const SummarySchema = 1

// Summary is a run in numbers: what summary.json holds, what apply, resume and undo print with --json, and what the
// last lines on the screen and the page's heading say.
type Summary struct {
	Schema       int    `json:"schema"`
	Run          string `json:"run"`
	State        string `json:"state"`
	File         string `json:"file"`
	SHA256       string `json:"sha256"`
	Profile      string `json:"profile"`
	Organisation string `json:"organisation"`
	User         string `json:"user"`
	StartedAt    string `json:"started_at"`  // RFC 3339 in UTC with milliseconds
	FinishedAt   string `json:"finished_at"` // "" while the run goes on

	Rows      int `json:"rows"` // the sum of updated, unchanged, failed, invalid and not_sent
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
	Invalid   int `json:"invalid"`
	NotSent   int `json:"not_sent"`
	LeftOut   int `json:"left_out"`  // rows of the sheet that were not asked for: no other count has them
	HalfSent  int `json:"half_sent"` // those of the failed that were changed in part, and wait for the rest

	Requests  int `json:"requests"`
	Retries   int `json:"retries"`
	Throttled int `json:"throttled"`
	Reads     int `json:"reads"`

	Edits   int `json:"edits"` // corrections that were made before it was sent
	Skipped int `json:"-"`     // invalid rows that were left out by hand

	RatePerMinute float64 `json:"rate_per_minute"`
	Duration      float64 `json:"duration_s"`

	Command    string      `json:"command"` // apply, plan or undo
	Of         string      `json:"of"`      // the run that an undo puts back
	DC         string      `json:"dc"`      // data centre, "sandbox" for the stand-in
	ZOID       string      `json:"zoid"`
	Dir        string      `json:"dir"` // the run's folder, "." in summary.json; the following files are in it
	Report     string      `json:"report"`
	SuccessCSV string      `json:"success_csv"`
	FailedCSV  string      `json:"failed_csv"`
	Next       string      `json:"next"`        // a command; "" in summary.json, which is written before that is known
	FailedRows []FailedRow `json:"failed_rows"` // the first MaxFailedRows; none in a list of runs
}

// MaxFailedRows is how many rows a summary names: a script that wants more reads failed.csv.
const MaxFailedRows = 1000

// FailedRow is a row that is not done, and why.
type FailedRow struct {
	Row     int    `json:"row"` // as Excel shows it
	Status  string `json:"status"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// SummaryOf is the summary of the run in a folder, with the first rows that are not done.
func SummaryOf(dir string, j Source) (Summary, error) {
	s, err := Summarise(j)
	if err != nil {
		return s, err
	}
	s.FailedRows, err = Failures(j, MaxFailedRows)
	return s.In(dir), err
}

// In is the summary of a run in its folder.
func (s Summary) In(dir string) Summary {
	s.Dir = dir
	s.Report, s.SuccessCSV, s.FailedCSV = filepath.Join(dir, PageFile), filepath.Join(dir, SuccessFile), filepath.Join(dir, FailedFile)
	return s
}

// Failures are the first rows that are not done for a reason of their own, in the sheet's order.
func Failures(j Source, limit int) ([]FailedRow, error) {
	failed := []FailedRow{}
	for r, err := range j.Rows(journal.Filter{Statuses: []journal.Status{journal.Failed, journal.Invalid, journal.Sending, journal.Half}}) {
		if err != nil {
			return nil, err
		}
		if len(failed) == limit {
			break
		}
		switch {
		case r.Status == journal.Sending:
			r.Code, r.Message = CodeNoAnswer, "no answer is on record"
		case r.HalfSent():
			r = Settled(r, j.Meta().State)
		}
		failed = append(failed, FailedRow{r.Number, string(r.Status), r.Field, r.Code, r.Message})
	}
	return failed, nil
}

// Summarise counts a run from its journal alone. A row whose answer is not on disk counts as failed, as the reports
// show it: nobody knows whether it was carried out until resume has looked it up.
func Summarise(j Source) (Summary, error) {
	c, err := j.Counts()
	if err != nil {
		return Summary{}, err
	}
	m := j.Meta()
	return Summary{
		Schema:        SummarySchema,
		Run:           m.Run,
		State:         string(m.State),
		File:          m.File,
		SHA256:        m.SHA256,
		Profile:       m.Profile,
		Organisation:  organisation(m),
		User:          m.User,
		StartedAt:     Stamp(m.StartedAt),
		FinishedAt:    Stamp(m.FinishedAt),
		Rows:          c.Rows,
		Updated:       c.Updated,
		Unchanged:     c.Unchanged,
		Failed:        c.Failed + c.Sending + c.HalfSent,
		Invalid:       c.Invalid,
		NotSent:       c.NotSent,
		HalfSent:      c.HalfSent,
		Requests:      c.Requests,
		Retries:       c.Retries,
		Throttled:     c.Throttled,
		Reads:         c.Reads,
		Edits:         c.Edits,
		Skipped:       c.LeftOut,
		RatePerMinute: m.RatePerMinute,
		Duration:      seconds(m.StartedAt, m.FinishedAt),
		Command:       m.Command,
		Of:            m.Of,
		DC:            m.DC,
		ZOID:          m.ZOID,
		LeftOut:       m.Outside,
		FailedRows:    []FailedRow{},
	}, nil
}

// WriteJSON writes the summary as summary.json has it.
func (s Summary) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// organisation is the name people know it by, else its id.
func organisation(m journal.Meta) string {
	if m.Organisation != "" {
		return m.Organisation
	}
	return m.ZOID
}

// Stamp writes a time as every report does: UTC with milliseconds, "" for none.
func Stamp(t time.Time) string {
	if t.IsZero() || t.UnixMilli() == 0 {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// seconds is the time between two moments, rounded to milliseconds; 0 where one isn't known.
func seconds(from, to time.Time) float64 {
	if Stamp(from) == "" || Stamp(to) == "" {
		return 0
	}
	return math.Round(to.Sub(from).Seconds()*1000) / 1000
}
