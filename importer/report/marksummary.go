package report

import (
	"strconv"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// checkSummary is the sheet "Summary" of a sheet that was only checked.
func checkSummary(name string, rows, invalid int, about []problem.Problem, reasons []*group) []sheet.SummaryLine {
	lines := []sheet.SummaryLine{
		heading("What was found in " + name),
		line("rows", rows),
		line("valid", rows-invalid),
		line("invalid", invalid),
	}
	return append(append(lines, aboutLines(about)...), reasonLines(reasons)...)
}

// runSummary is the sheet "Summary" of a run.
func runSummary(s Summary, about []problem.Problem, reasons []*group) []sheet.SummaryLine {
	lines := []sheet.SummaryLine{
		heading("What became of " + s.File),
		line("run", s.Run),
		line("state", s.State),
		line("organisation", s.Organisation),
		line("started", s.StartedAt),
		line("finished", s.FinishedAt),
		line("rows", s.Rows),
		line("updated", s.Updated),
		line("unchanged", s.Unchanged),
		line("failed", s.Failed),
		line("invalid", s.Invalid),
		line("not sent", s.NotSent),
	}
	return append(append(lines, aboutLines(about)...), reasonLines(reasons)...)
}

func heading(cells ...any) sheet.SummaryLine { return sheet.SummaryLine{Heading: true, Cells: cells} }

func line(cells ...any) sheet.SummaryLine { return sheet.SummaryLine{Cells: cells} }

// aboutLines say what was found of the sheet as a whole.
func aboutLines(about []problem.Problem) []sheet.SummaryLine {
	if len(about) == 0 {
		return nil
	}
	lines := []sheet.SummaryLine{line(), heading("The sheet as a whole")}
	for _, p := range about {
		lines = append(lines, line(p.Severity.String(), p.Code, sentence(p)))
	}
	return lines
}

// reasonLines say what is wrong how often, and what to do about it.
func reasonLines(reasons []*group) []sheet.SummaryLine {
	if len(reasons) == 0 {
		return nil
	}
	lines := []sheet.SummaryLine{line(), heading("How often", "Reason", "What to do")}
	for _, g := range reasons {
		what := g.Kind + ": " + g.Code
		if g.Field != "" {
			what += " (" + g.Field + ")"
		}
		lines = append(lines, line(g.Count, what, g.Advice), line("", "rows "+rowNumbers(g), "for example: "+g.Example))
	}
	return lines
}

// rowNumbers names the first rows of a group.
func rowNumbers(g *group) string {
	var list []string
	for _, row := range g.Rows {
		list = append(list, strconv.Itoa(row))
	}
	text := strings.Join(list, ", ")
	if g.Count > len(g.Rows) {
		text += ", …"
	}
	return text
}
