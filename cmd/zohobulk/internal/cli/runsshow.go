package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/zoho/profile"
)

// shownFailures is how many rows runs show names itself before it points to failed.csv.
const shownFailures = 10

func newRunsShow(a *app) *cobra.Command {
	var row int
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "show a run, or one row's whole history",
		Long: `runs show shows a run: what was read, where it went, how its rows ended and the first that failed. With --row N it shows
all that is known of one row: its cells, what was to change, what was said of it, and every call that was made for it.

--json prints {schema, run: RUN, sheet: {path, format, worksheet, encoding, delimiter, header_row, columns: [{column, header,
field}]}, dc, zoid, auth, version, learnt: {name: value}, row: ROW or null}; RUN is as in "runs --json", and ROW {row, line, status, origin,
account_id, zuid, email, cells: {header: text}, changes: [{field, before, after}], steps, steps_done, step, field, code,
message, note, http_status, attempts, finished_at, problems, history: [{at, call, try, wait_s, took_s, status, code,
message, read, throttled}]}; problems are as in "validate --json".`,
		Args: oneRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("row") && row < 1 {
				return usagef("--row %d: rows are numbered from 1, as Excel shows them", row)
			}
			return a.showRun(args[0], row)
		},
	}
	cmd.Flags().IntVar(&row, "row", 0, "the whole history of this row, by its number as Excel shows it")
	return cmd
}

func oneRun(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("which run? zohobulk runs lists them")
	}
	return nil
}

func (a *app) showRun(name string, number int) (err error) {
	dir := a.runDir(name)
	j, err := journal.OpenReader(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	counts, err := j.Counts()
	if err != nil {
		return err
	}
	line, err := a.lineOf(journal.Info{Run: j.Run(), Dir: dir, Meta: j.Meta(), Counts: counts})
	if err != nil {
		return err
	}
	line.Bytes = journal.Weigh(dir)
	var row *rowHistory
	if number > 0 {
		if row, err = historyOf(j, number); err != nil {
			return err
		}
	}
	switch {
	case a.global.json:
		return a.printJSON(documentOf(j, line, row))
	case row != nil:
		row.write(a.outScreen())
		return nil
	}
	return a.writeRun(a.outScreen(), j, line)
}

// writeRun shows a run on the screen.
func (a *app) writeRun(s *term.Screen, j *journal.Journal, l runLine) error {
	m := j.Meta()
	s.Linef("%s", s.Paint(term.Bold, fmt.Sprintf("%s: %s", l.Run, l.State)))
	s.Para("  "+term.Safe(origin(m)), 4)
	if there := destination(m, l); there != "" {
		s.Para("  "+term.Safe(there), 4)
	}
	s.Para("  "+list(spoken("began ", clock(l.StartedAt)), spoken("took ", took(l.Summary)), pace(m.RatePerMinute)), 4)
	s.Para("  "+list(counted(l.Rows, "row"), some(l.Updated, "updated"), some(l.Unchanged, "unchanged"),
		some(l.Failed, "failed"), some(l.Invalid, "invalid"), some(l.NotSent, "not sent")), 4)
	s.Para("  "+list(counted(l.Requests, "call"), some(l.Reads, "of them to read"), some(l.Retries, "repeated"),
		some(l.Throttled, "throttled")), 4)
	s.Para("  "+sized(l.Bytes)+" in "+term.Safe(l.Dir), 4)
	if err := writeFailures(s, j, l); err != nil {
		return err
	}
	a.notice("next: " + a.nextOf(l, m))
	return nil
}

// origin says what a run was made of.
func origin(m journal.Meta) string {
	if m.Of != "" {
		return m.Command + " of run " + m.Of
	}
	return m.Command + " of " + list(m.File, spoken("worksheet ", m.Worksheet), spoken("in ", m.Encoding))
}

// destination says where a run went.
func destination(m journal.Meta, l runLine) string {
	there := spoken("organisation ", l.Organisation)
	if m.ZOID != "" && m.ZOID != l.Organisation {
		there += " (" + m.ZOID + ")"
	}
	return list(there, spoken("data centre ", m.DC), spoken("by ", m.User), spoken("profile ", m.Profile))
}

// pace is the limit that a run kept to.
func pace(perMinute float64) string {
	if perMinute <= 0 {
		return ""
	}
	return "at most " + strconv.FormatFloat(perMinute, 'f', -1, 64) + " calls a minute"
}

// spoken is a value after its words, "" for none.
func spoken(words, value string) string {
	if value == "" {
		return ""
	}
	return words + value
}

// writeFailures names the first rows that are not done for a reason of their own.
func writeFailures(s *term.Screen, j *journal.Journal, l runLine) error {
	bad := l.Failed + l.Invalid
	if bad == 0 {
		return nil
	}
	t := term.Table{Columns: []term.Column{{Title: "row", Right: true, Least: 3}, {Title: "status"}, {Title: "field"}, {Title: "code"}, {Title: "reason"}}}
	for r, err := range j.Rows(journal.Filter{Statuses: []journal.Status{journal.Failed, journal.Invalid, journal.Sending}}) {
		if err != nil {
			return err
		}
		if len(t.Rows) == shownFailures {
			break
		}
		if r.Status == journal.Sending {
			r.Code, r.Message = report.CodeNoAnswer, "no answer is on record: zohobulk resume looks"
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(r.Number), string(r.Status), r.Field, r.Code, r.Message})
	}
	s.Linef("")
	t.Write(s)
	if more := bad - len(t.Rows); more > 0 {
		s.Linef("and %s: %s", counted(more, "more row"), term.Safe(filepath.Join(l.Dir, report.FailedFile)))
	}
	return nil
}

// nextOf is the command that a person is likely to want after looking at a run.
func (a *app) nextOf(l runLine, m journal.Meta) string {
	place := a.sameReports()
	if m.DC == "sandbox" {
		place += " --sandbox"
	}
	if m.Profile != "" && m.Profile != profile.Default {
		place += " --profile " + m.Profile
	}
	switch state := journal.State(l.State); {
	case state.Resumable():
		return "zohobulk resume " + l.Run + place
	case state == journal.Waiting:
		return "zohobulk apply --run " + l.Run + place
	case l.Failed+l.Invalid > 0:
		return "zohobulk runs show " + l.Run + " --row N" + a.sameReports() + " shows all that is known of a row"
	case l.Updated > 0 && l.Command != commandUndo:
		return "zohobulk undo " + l.Run + place + " takes it back"
	}
	return "zohobulk runs" + a.sameReports()
}

// runDocument is what runs show prints with --json.
type runDocument struct {
	Schema  int               `json:"schema"`
	Run     runLine           `json:"run"`
	Sheet   shownSheet        `json:"sheet"`
	DC      string            `json:"dc"`
	ZOID    string            `json:"zoid"`
	Auth    string            `json:"auth"`
	Version string            `json:"version"`
	Learnt  map[string]string `json:"learnt"`
	Row     *rowHistory       `json:"row"`
}

type shownSheet struct {
	Path      string           `json:"path"`
	Format    string           `json:"format"`
	Worksheet string           `json:"worksheet"`
	Encoding  string           `json:"encoding"`
	Delimiter string           `json:"delimiter"`
	HeaderRow int              `json:"header_row"`
	Columns   []journal.Column `json:"columns"`
}

func documentOf(j *journal.Journal, l runLine, row *rowHistory) runDocument {
	m := j.Meta()
	return runDocument{
		Schema: schemaVersion, Run: l, DC: m.DC, ZOID: m.ZOID, Auth: m.Auth, Version: m.Version, Learnt: j.Learnt(), Row: row,
		Sheet: shownSheet{m.Path, m.Format, m.Worksheet, m.Encoding, m.Delimiter, m.HeaderRow, append([]journal.Column{}, m.Columns...)},
	}
}

// rowHistory is all that is known of a row.
type rowHistory struct {
	Row        int               `json:"row"`
	Line       int               `json:"line"`
	Status     string            `json:"status"`
	Origin     string            `json:"origin"`
	AccountID  string            `json:"account_id"`
	ZUID       string            `json:"zuid"`
	Email      string            `json:"email"`
	Cells      map[string]string `json:"cells"`
	Changes    []journal.Change  `json:"changes"`
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
	History    []shownCall       `json:"history"`
}

// shownCall is one call of a row's history.
type shownCall struct {
	At        string  `json:"at"`
	Call      string  `json:"call"`
	Try       int     `json:"try"`
	Wait      float64 `json:"wait_s"`
	Took      float64 `json:"took_s"`
	Status    int     `json:"status"` // 0 if no answer came
	Code      string  `json:"code"`
	Message   string  `json:"message"`
	Read      bool    `json:"read"`
	Throttled bool    `json:"throttled"`
}

func historyOf(j *journal.Journal, number int) (*rowHistory, error) {
	r, err := j.RowNumbered(number)
	if err != nil {
		return nil, err
	}
	h := &rowHistory{
		Row: r.Number, Line: r.Line, Status: statusWord(r.Status), Origin: r.Origin, AccountID: r.AccountID, ZUID: r.ZUID, Email: r.Email,
		Cells: map[string]string{}, Changes: append([]journal.Change{}, r.Changes...), Steps: append([]string{}, r.Steps...),
		StepsDone: r.StepsDone, Step: r.Step, Field: r.Field, Code: r.Code, Message: r.Message, Note: r.Note,
		HTTPStatus: r.HTTPStatus, Attempts: r.Attempts, FinishedAt: stamp(r.FinishedAt),
		Problems: []problem.Problem{}, History: []shownCall{},
	}
	for i, c := range j.Meta().Columns {
		if i < len(r.Cells) {
			h.Cells[c.Header] = r.Cells[i]
		}
	}
	for p, err := range j.Problems(r.Seq) {
		if err != nil {
			return nil, err
		}
		h.Problems = append(h.Problems, p.Problem)
	}
	for c, err := range j.Attempts(r.Seq) {
		if err != nil {
			return nil, err
		}
		h.History = append(h.History, shownCall{
			stamp(c.At), c.Step, c.Number, c.Wait.Seconds(), c.Took.Seconds(), c.Status, c.Code, c.Message, c.Read, c.Throttled,
		})
	}
	return h, nil
}

// statusWord is a status as reports have it, but for a row in flight or planned, which has not ended.
func statusWord(s journal.Status) string {
	if s == journal.Read {
		return string(journal.NotSent)
	}
	return string(s)
}

// write shows a row's history on the screen.
func (h *rowHistory) write(s *term.Screen) {
	s.Linef("%s", s.Paint(term.Bold, fmt.Sprintf("row %d: %s", h.Row, h.Status)))
	for _, line := range []string{
		list(h.Email, spoken("account ", h.AccountID), spoken("zuid ", h.ZUID)),
		spoken("from ", h.Origin),
		h.Note,
		list(spoken("step ", h.Step), spoken("field ", h.Field), h.Code, h.Message, spoken("ended ", clock(h.FinishedAt))),
	} {
		if line != "" {
			s.Para("  "+term.Safe(line), 4)
		}
	}
	for _, p := range h.Problems {
		s.Para("  "+term.Safe(p.Severity.String()+" "+p.Cell+": "+p.Reason()), 4)
	}
	if len(h.Changes) > 0 {
		s.Linef("")
		changes := term.Table{Columns: []term.Column{{Title: "field"}, {Title: "before"}, {Title: "after"}}}
		for _, c := range h.Changes {
			changes.Rows = append(changes.Rows, []string{c.Field, c.Before, c.After})
		}
		changes.Write(s)
	}
	s.Linef("")
	h.writeCalls(s)
}

func (h *rowHistory) writeCalls(s *term.Screen) {
	if len(h.History) == 0 {
		s.Linef("no call was made for it")
		return
	}
	calls := term.Table{Columns: []term.Column{
		{Title: "call made (UTC)", Least: 23}, {Title: "what"}, {Title: "try", Right: true, Least: 3},
		{Title: "waited", Right: true}, {Title: "took", Right: true}, {Title: "answer"},
	}}
	for _, c := range h.History {
		answer := "no answer"
		if c.Status != 0 {
			answer = strconv.Itoa(c.Status)
		}
		if c.Throttled {
			answer += " throttled"
		}
		calls.Rows = append(calls.Rows, []string{
			clock(c.At), c.Call, strconv.Itoa(c.Try), span(c.Wait), span(c.Took), list(answer, c.Code, c.Message),
		})
	}
	calls.Write(s)
}

// span is a short time with milliseconds, a long one as people say it.
func span(seconds float64) string {
	if seconds >= 60 {
		return brief(time.Duration(seconds * float64(time.Second)))
	}
	return fmt.Sprintf("%.3f s", seconds)
}
