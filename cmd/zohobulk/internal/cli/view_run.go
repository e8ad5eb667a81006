package cli

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/field"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// writeRun shows a run on the screen.
func (a *app) writeRun(s *term.Screen, d importer.RunDetails, failed []importer.FailedRow) {
	l := d.Run
	s.Linef("%s", s.Paint(term.Bold, fmt.Sprintf("%s: %s", l.Run, l.State)))
	s.Para("  "+term.Safe(origin(d)), 4)
	if there := destination(d); there != "" {
		s.Para("  "+term.Safe(there), 4)
	}
	s.Para("  "+list(spoken("began ", clock(l.StartedAt)), spoken("took ", took(l.Summary)), pace(l.RatePerMinute)), 4)
	s.Para("  "+list(counted(l.Rows, "row"), some(l.Updated, "updated"), some(l.Unchanged, "unchanged"),
		some(l.Failed, "failed"), some(l.Invalid, "invalid"), some(l.NotSent, "not sent")), 4)
	s.Para("  "+list(counted(l.Requests, "call"), some(l.Reads, "of them to read"), some(l.Retries, "repeated"),
		some(l.Throttled, "throttled")), 4)
	s.Para("  "+sized(l.Bytes)+" in "+term.Safe(l.Dir), 4)
	s.Para("  report: "+term.Safe(l.Report), 4)
	writeFailures(s, l, failed)
	what, next := a.nextOf(l)
	a.notice(what + next)
}

// origin says what a run was made of.
func origin(d importer.RunDetails) string {
	if d.Run.Of != "" {
		return d.Run.Command + " of run " + d.Run.Of
	}
	edits := ""
	if d.Run.Edits > 0 {
		edits = counted(d.Run.Edits, "edit")
	}
	return d.Run.Command + " of " + list(d.Run.File, spoken("worksheet ", d.Sheet.Worksheet), spoken("in ", d.Sheet.Encoding), edits)
}

// destination says where a run went.
func destination(d importer.RunDetails) string {
	if d.DC == sandboxCentre {
		return "SANDBOX: a rehearsal, nothing was sent to Zoho"
	}
	return list(spoken("organisation ", zoho.OrganisationName(d.Run.Organisation, zoho.ID(d.ZOID))), spoken("data centre ", d.DC), spoken("by ", d.Run.User), spoken("profile ", d.Run.Profile))
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
func writeFailures(s *term.Screen, l importer.RunInfo, failed []importer.FailedRow) {
	bad := l.Failed + l.Invalid
	if bad == 0 {
		return
	}
	t := term.Table{Columns: []term.Column{{Title: "row", Right: true, Least: 3}, {Title: "status"}, {Title: "column"}, {Title: "code"}, {Title: "reason"}}}
	for _, r := range failed {
		if r.Status == string(importer.Sending) {
			r.Message += ": zohobulk resume looks"
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(r.Row), r.Status, field.LabelOf(r.Field), r.Code, r.Message})
	}
	s.Linef("")
	t.Write(s)
	if more := bad - len(t.Rows); more > 0 {
		s.Linef("and %s: %s", counted(more, "more row"), term.Safe(filepath.Join(l.Dir, importer.FailedFile)))
	}
}

// nextOf is the command that a person is likely to want after looking at a run, and what it is for.
func (a *app) nextOf(l importer.RunInfo) (what, command string) {
	place := a.sameReports()
	if l.DC == sandboxCentre {
		place += " --sandbox"
	}
	if l.Profile != "" && l.Profile != connect.DefaultProfile {
		place += " --profile " + l.Profile
	}
	switch state := importer.State(l.State); {
	case state.Resumable():
		return "next: ", "zohobulk resume " + l.Run + place
	case state == importer.Waiting:
		return "next: ", "zohobulk apply --run " + l.Run + place
	case l.Failed+l.Invalid > 0:
		return "all that is known of a row: ", "zohobulk runs show " + l.Run + " --row N" + a.sameReports()
	case l.Updated > 0 && l.Command != commandUndo:
		return "to undo this run: ", "zohobulk undo " + l.Run + place
	}
	return "next: ", "zohobulk runs" + a.sameReports()
}

// sandboxCentre is the data centre of a run against the stand-in.
const sandboxCentre = "sandbox"

// writeRow shows a row's history on the screen.
func writeRow(s *term.Screen, h *importer.RowHistory) {
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
		s.Para("  "+term.Safe(p.Severity.String()+" "+p.Cell+": "+reasonOf(p)), 4)
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
	writeCalls(s, h.History)
}

func writeCalls(s *term.Screen, history []importer.CallRecord) {
	if len(history) == 0 {
		s.Linef("no call was made for it")
		return
	}
	calls := term.Table{Columns: []term.Column{
		{Title: "call made (UTC)", Least: 23}, {Title: "what"}, {Title: "try", Right: true, Least: 3},
		{Title: "waited", Right: true}, {Title: "took", Right: true}, {Title: "answer"},
	}}
	for _, c := range history {
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
