package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer/journal"
	"zohobulk/importer/report"
)

func newRunsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "list the runs; show one, write its reports anew, delete old ones",
		Long: `runs lists the runs below --reports, the oldest first.

--json prints {schema, runs: [RUN]}, each RUN as its summary.json with {command, of, dir, bytes, error}: of is the run
that an undo takes back, error why its journal can't be read; then state is "unreadable", or "empty" where a run was
killed before it had one.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.listRuns() },
	}
	for _, sub := range []*cobra.Command{newRunsShow(a), newRunsReport(a), newRunsPrune(a)} {
		sub.Long += exitHelp
		cmd.AddCommand(sub)
	}
	return cmd
}

// runLine is a run in a list of runs.
type runLine struct {
	report.Summary
	Command string `json:"command"`
	Of      string `json:"of"`
	Dir     string `json:"dir"`
	Bytes   int64  `json:"bytes"`
	Error   string `json:"error"`
}

// infoSource is what a list knows of a run, as a source of its summary; it has no rows to give.
type infoSource struct {
	report.Source
	info journal.Info
}

func (s infoSource) Meta() journal.Meta              { return s.info.Meta }
func (s infoSource) Counts() (journal.Counts, error) { return s.info.Counts, nil }

func (a *app) lineOf(info journal.Info) (runLine, error) {
	summary, err := report.Summarise(infoSource{info: info})
	summary.Run = info.Run
	line := runLine{Summary: summary, Command: info.Meta.Command, Of: info.Meta.Of, Dir: info.Dir, Bytes: info.Bytes}
	if info.Err != nil {
		r := a.refusal(info.Err)
		line.Error, line.State = r.Message, "unreadable"
		if r.Code == "no-such-run" {
			line.Error, line.State = "it ended before its journal was begun, and nothing was sent", "empty"
		}
	}
	return line, err
}

func (a *app) linesOf(infos []journal.Info) ([]runLine, error) {
	lines := make([]runLine, 0, len(infos))
	for _, info := range infos {
		line, err := a.lineOf(info)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (a *app) listRuns() error {
	infos, err := journal.List(a.global.reports)
	if err != nil {
		return err
	}
	lines, err := a.linesOf(infos)
	if err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(struct {
			Schema int       `json:"schema"`
			Runs   []runLine `json:"runs"`
		}{schemaVersion, lines})
	}
	if len(lines) == 0 {
		a.notice("no runs in " + a.global.reports)
		a.notice("next: zohobulk plan SHEET")
		return nil
	}
	a.writeRuns(a.outScreen(), lines)
	a.notice("next: zohobulk runs show " + lines[len(lines)-1].Run + a.sameReports())
	return nil
}

// writeRuns shows runs as a table: when they began is their name.
func (a *app) writeRuns(s *term.Screen, lines []runLine) {
	t := term.Table{Columns: []term.Column{
		{Title: "run (began, UTC)", Least: 24}, {Title: "command"}, {Title: "file"}, {Title: "organisation"}, {Title: "state"},
		{Title: "rows", Right: true, Least: 5}, {Title: "updated", Right: true, Least: 5},
		{Title: "unchanged", Right: true, Least: 5}, {Title: "failed", Right: true, Least: 5},
		{Title: "invalid", Right: true, Least: 5}, {Title: "not sent", Right: true, Least: 5}, {Title: "took", Right: true},
	}}
	for _, l := range lines {
		row := []string{
			l.Run, l.Command, cmp.Or(l.File, l.Of), l.Organisation, l.State, thousands(l.Rows), thousands(l.Updated),
			thousands(l.Unchanged), thousands(l.Failed), thousands(l.Invalid), thousands(l.NotSent), took(l.Summary),
		}
		if l.Error != "" {
			row = []string{l.Run, "", "", "", l.State}
		}
		t.Rows = append(t.Rows, row)
		t.Styles = append(t.Styles, styleOf(l))
	}
	t.Write(s)
	for _, l := range lines {
		if l.Error != "" {
			a.notice(term.Safe(l.Run + ": " + l.Error))
		}
	}
}

// styleOf lets runs stand out that want something to be done.
func styleOf(l runLine) term.Style {
	switch {
	case l.Error != "" || l.Failed > 0:
		return term.Red
	case journal.State(l.State) != journal.Finished:
		return term.Yellow
	}
	return term.Plain
}

// took is how long a run took, "" while nobody can know.
func took(s report.Summary) string {
	if s.FinishedAt == "" {
		return ""
	}
	return brief(time.Duration(s.Duration * float64(time.Second)))
}

// sameReports are the flags that the next command needs to find the same runs.
func (a *app) sameReports() string {
	if a.global.reports == "reports" {
		return ""
	}
	return " --reports " + a.global.reports
}

// stamp is a moment as every document has it: UTC with milliseconds, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// clock is a stamp as the screen shows it.
func clock(stamp string) string {
	return strings.TrimSuffix(strings.Replace(stamp, "T", " ", 1), "Z")
}

// sized is a number of bytes as people say it.
func sized(bytes int64) string {
	const unit = 1000
	n := float64(bytes)
	for _, name := range []string{"bytes", "kB", "MB"} {
		if n < unit {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0") + " " + name
		}
		n /= unit
	}
	return fmt.Sprintf("%.1f GB", n)
}
