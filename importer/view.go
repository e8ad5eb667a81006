package importer

import (
	"context"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
)

// View reads a run without holding it: another process may be sending it meanwhile. Close it after use.
type View struct {
	dir     string
	journal *journal.Journal
}

// Look opens a run to be read.
func (w *Workspace) Look(_ context.Context, run string) (*View, error) {
	dir, err := w.Folder(run)
	if err != nil {
		return nil, err
	}
	j, err := journal.OpenReader(dir)
	if err != nil {
		return nil, err
	}
	return &View{dir, j}, nil
}

// Close lets go of the run.
func (v *View) Close() error { return v.journal.Close() }

// Files names the reports that the run's folder holds.
func (v *View) Files() []string { return reportsIn(v.dir) }

// RunDetails is what is known of a run as a whole.
type RunDetails struct {
	Schema  int               `json:"schema"`
	Run     RunInfo           `json:"run"`
	Sheet   SheetDetails      `json:"sheet"`
	DC      string            `json:"dc"` // data centre; "sandbox" for the stand-in
	ZOID    string            `json:"zoid"`
	Auth    string            `json:"auth"`
	Version string            `json:"version"` // of the program that began it
	Learnt  map[string]string `json:"learnt"`  // of the service
	Row     *RowHistory       `json:"row"`     // of the row that was asked for, if one was
}

// SheetDetails says how a run's sheet was read.
type SheetDetails struct {
	Path      string   `json:"path"`
	Format    string   `json:"format"`
	Worksheet string   `json:"worksheet"`
	Encoding  string   `json:"encoding"`
	Delimiter string   `json:"delimiter"`
	HeaderRow int      `json:"header_row"`
	Columns   []Column `json:"columns"`
}

// Details are what is known of the run as a whole.
func (v *View) Details() (RunDetails, error) {
	m := v.journal.Meta()
	counts, err := v.journal.Counts()
	if err != nil {
		return RunDetails{}, err
	}
	info, err := runInfo(journal.Info{Run: m.Run, Dir: v.dir, Bytes: journal.Weigh(v.dir), Meta: m, Counts: counts})
	return RunDetails{
		Schema: SchemaVersion, Run: info, DC: m.DC, ZOID: m.ZOID, Auth: m.Auth, Version: m.Version, Learnt: v.journal.Learnt(),
		Sheet: SheetDetails{m.Path, m.Format, m.Worksheet, m.Encoding, m.Delimiter, m.HeaderRow, columnsOf(m.Columns)},
	}, err
}

// FailedRow is a row that is not done, and why.
type FailedRow = report.FailedRow

// Failures are the first rows that are not done for a reason of their own, in the sheet's order.
func (v *View) Failures(limit int) ([]FailedRow, error) { return report.Failures(v.journal, limit) }

// Summary is the run in numbers, with the first rows that are not done.
func (v *View) Summary() (Summary, error) { return report.SummaryOf(v.dir, v.journal) }

// RowHistory is all that is known of a row.
type RowHistory struct {
	Row        int               `json:"row"`  // as Excel shows it
	Line       int               `json:"line"` // physical line in a CSV, else 0
	Status     string            `json:"status"`
	Origin     string            `json:"origin"`
	AccountID  string            `json:"account_id"`
	ZUID       string            `json:"zuid"`
	Email      string            `json:"email"`
	Cells      map[string]string `json:"cells"` // by header
	Changes    []Change          `json:"changes"`
	Steps      []string          `json:"steps"`
	StepsDone  int               `json:"steps_done"`
	Step       string            `json:"step"`
	Field      string            `json:"field"`
	Code       string            `json:"code"`
	Message    string            `json:"message"`
	Note       string            `json:"note"`
	HTTPStatus int               `json:"http_status"`
	Attempts   int               `json:"attempts"`
	FinishedAt string            `json:"finished_at"`
	Problems   []problem.Problem `json:"problems"`
	History    []CallRecord      `json:"history"`
}

// CallRecord is one call that was made for a row.
type CallRecord struct {
	At        string  `json:"at"`
	Call      string  `json:"call"`
	Try       int     `json:"try"`
	Wait      float64 `json:"wait_s"`
	Took      float64 `json:"took_s"`
	Status    int     `json:"status"` // 0 if no answer came
	Code      string  `json:"code"`
	Message   string  `json:"message"`
	Read      bool    `json:"read"` // it changed nothing
	Throttled bool    `json:"throttled"`
}

// Row is all that is known of the row with a number, as Excel shows it.
func (v *View) Row(number int) (*RowHistory, error) {
	r, err := v.journal.RowNumbered(number)
	if err != nil {
		return nil, err
	}
	if state := v.journal.Meta().State; state != journal.Running && r.HalfSent() {
		r = report.Settled(r, state)
	}
	h := &RowHistory{
		Row: r.Number, Line: r.Line, Status: statusWord(r.Status), Origin: r.Origin, AccountID: r.AccountID, ZUID: r.ZUID, Email: r.Email,
		Cells: map[string]string{}, Changes: changesOf(r.Changes), Steps: append([]string{}, r.Steps...),
		StepsDone: r.StepsDone, Step: r.Step, Field: r.Field, Code: r.Code, Message: r.Message, Note: r.Note,
		HTTPStatus: r.HTTPStatus, Attempts: r.Attempts, FinishedAt: report.Stamp(r.FinishedAt),
		Problems: []problem.Problem{}, History: []CallRecord{},
	}
	for i, c := range v.journal.Meta().Columns {
		if i < len(r.Cells) {
			h.Cells[c.Header] = r.Cells[i]
		}
	}
	for p, err := range v.journal.Problems(r.Seq) {
		if err != nil {
			return nil, err
		}
		h.Problems = append(h.Problems, p.Problem)
	}
	for c, err := range v.journal.Attempts(r.Seq) {
		if err != nil {
			return nil, err
		}
		h.History = append(h.History, callRecord(c))
	}
	return h, nil
}

func callRecord(c journal.Attempt) CallRecord {
	return CallRecord{
		At: report.Stamp(c.At), Call: c.Step, Try: c.Number, Wait: c.Wait.Seconds(), Took: c.Took.Seconds(),
		Status: c.Status, Code: c.Code, Message: c.Message, Read: c.Read, Throttled: c.Throttled,
	}
}

// statusWord is a status as reports have it, but for a row in flight or planned, which has not ended.
func statusWord(s journal.Status) string {
	if s == journal.Read {
		return string(journal.NotSent)
	}
	return string(s)
}

// HeldBy names the process that has a run open now, like "process 4711"; "" if none has.
func (w *Workspace) HeldBy(run string) (string, error) {
	dir, err := w.Folder(run)
	if err != nil {
		return "", err
	}
	return journal.HeldBy(dir)
}
