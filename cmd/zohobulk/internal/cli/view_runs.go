package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/zoho"
)

// writeRuns shows runs, two lines each: when they began is their name.
func (a *app) writeRuns(s *term.Screen, runs []importer.RunInfo) {
	for _, l := range runs {
		if l.Error != "" {
			s.Linef("%s", s.Paint(term.Red, l.Run+"  "+l.State))
			s.Para("  "+term.Safe(l.Error), 4)
			continue
		}
		s.Linef("%s", s.Paint(styleOf(l), term.Safe(list(l.Run+"  "+l.Command+" "+cmp.Or(l.File, l.Of), runState(l)))))
		s.Para("  "+term.Safe(list(counted(l.Rows, "row"), some(l.Updated, "updated"), some(l.Unchanged, "unchanged"), some(l.Failed, "failed"),
			some(l.Invalid, "invalid"), some(l.NotSent, "not sent"), spoken("took ", took(l.Summary)), where(l))), 4)
	}
}

// runState is how far a run has come. A plan that was sent is said to be so.
func runState(l importer.RunInfo) string {
	if l.Command == commandPlan && l.Updated+l.Failed > 0 {
		return "sent, " + l.State
	}
	return l.State
}

// where is where a run went.
func where(l importer.RunInfo) string {
	if l.DC == sandboxCentre {
		return "SANDBOX"
	}
	return spoken("in ", zoho.OrganisationName(l.Organisation, zoho.ID(l.ZOID)))
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
