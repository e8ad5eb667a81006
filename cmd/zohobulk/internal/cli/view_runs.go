package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
)

// writeRuns shows runs as a table: when they began is their name.
func (a *app) writeRuns(s *term.Screen, runs []importer.RunInfo) {
	t := term.Table{Columns: []term.Column{
		{Title: "run (began, UTC)", Least: 24}, {Title: "command"}, {Title: "file"}, {Title: "organisation"}, {Title: "state"},
		{Title: "rows", Right: true, Least: 5}, {Title: "updated", Right: true, Least: 5},
		{Title: "unchanged", Right: true, Least: 5}, {Title: "failed", Right: true, Least: 5},
		{Title: "invalid", Right: true, Least: 5}, {Title: "not sent", Right: true, Least: 5}, {Title: "took", Right: true},
	}}
	for _, l := range runs {
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
	for _, l := range runs {
		if l.Error != "" {
			a.notice(term.Safe(l.Run + ": " + l.Error))
		}
	}
}

// styleOf lets runs stand out that want something to be done.
func styleOf(l importer.RunInfo) term.Style {
	switch {
	case l.Error != "" || l.Failed > 0:
		return term.Red
	case importer.State(l.State) != importer.Finished:
		return term.Yellow
	}
	return term.Plain
}

// took is how long a run took, "" while nobody can know.
func took(s importer.Summary) string {
	if s.FinishedAt == "" {
		return ""
	}
	return brief(time.Duration(s.Duration * float64(time.Second)))
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
