package cli

import (
	"fmt"
	"slices"
	"strings"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// How much of a plan is shown unless all of it is asked for: what fits on a screen.
const (
	shownChanges  = 10
	shownProblems = 20
	shownValue    = 40 // runes of a value
)

// showPlan shows what a plan came to: counts first, then fields, then people, then what it costs.
func (op *operation) showPlan(p importer.Planned) error {
	s := op.screen
	if op.rehearsal() {
		s.Linef("%s", s.Paint(term.Yellow, sandboxBanner))
	}
	s.Linef("%s %s", s.Paint(term.Bold, "plan:"), op.planCounts(p))
	if line := fieldCounts(p.Fields, op.title); line != "" {
		s.Linef("  %s", line)
	}
	switch {
	case p.Cleared > 0 && op.command == commandUndo:
		s.Linef("  %s empty again", counted(p.Cleared, "value becomes", "values become"))
	case p.Cleared > 0:
		s.Linef("  %s emptied", counted(p.Cleared, "value is", "values are"))
	}
	for _, doubt := range p.Doubts {
		s.Para("  "+s.Paint(term.Yellow, "look again: ")+term.Safe(reasonOf(doubt)), 4)
	}
	for _, note := range p.Notes {
		s.Para("  "+term.Safe(reasonOf(note))+noteFlags[note.Code], 4)
	}
	if err := op.showBarred(p); err != nil {
		return err
	}
	if err := op.showWarnings(p); err != nil {
		return err
	}
	if op.global.quiet {
		return nil
	}
	if err := op.showChanges(p.Change); err != nil {
		return err
	}
	for _, open := range p.Unchecked {
		s.Para("  "+term.Safe(reasonOf(open)), 4)
	}
	s.Linef("  %s", cost(p, op.conn.Rate))
	return nil
}

// noteFlags word what one can do about a note of a plan.
var noteFlags = map[string]string{"same-in-another-spelling": " (--respell sends them)"}

// sandboxBanner stands where a rehearsal could be taken for the real thing.
const sandboxBanner = "SANDBOX: a rehearsal, nothing is sent to Zoho"

// rehearsal reports whether this run goes to the stand-in for Zoho.
func (op *operation) rehearsal() bool { return op.conn.Sandbox }

// title is what the sheet calls a field, else what people call it; with -v its name in Zoho's requests.
func (op *operation) title(name string) string {
	if op.global.verbose {
		return name
	}
	for _, c := range op.run.Journal.Meta().Columns {
		if c.Field == name && strings.TrimSpace(c.Header) != "" {
			return term.Safe(problem.Shorten(c.Header, shownValue))
		}
	}
	return field.LabelOf(name)
}

// showWarnings shows what looks odd about the cells that change, once all is known of them.
func (op *operation) showWarnings(p importer.Planned) error {
	if op.global.verbose || op.command == commandUndo {
		return nil
	}
	groups := check.NewGrouping()
	others, err := op.run.ChangeWarnings(groups)
	if err != nil {
		return err
	}
	shown := findings{screen: op.screen, groups: groups.Groups(), all: op.full}
	m := op.run.Journal.Meta()
	shown.info = importer.SheetInfo{Name: m.File, Worksheet: m.Worksheet, Format: m.Format}
	shown.severity(problem.Warning, "warnings", term.Yellow)
	if others > 0 && !op.global.quiet {
		op.screen.Linef("  %s of cells that do not change, not shown (-v shows them)", counted(others, "warning"))
	}
	return nil
}

// planCounts is the plan in numbers, with the rows that were not asked for.
func (op *operation) planCounts(p importer.Planned) string {
	return list(planCountsText(p), some(op.run.Journal.Meta().Outside, "left out by --where"))
}

// planCountsText is a plan in numbers.
func planCountsText(p importer.Planned) string {
	change := "no changes"
	if p.Change > 0 {
		change = counted(p.Change, "user changes", "users change")
	}
	return list(change, some(p.Unchanged, "unchanged"), some(p.Invalid, "invalid"), some(p.NotFound, "not found"),
		someCounted(p.Refused, "row blocked by a safety rule", "rows blocked by safety rules"))
}

// cost is what the plan takes to send.
func cost(p importer.Planned, rate zoho.Rate) string {
	calls := counted(p.Calls, "call")
	if p.Forecast == 0 {
		return calls
	}
	return fmt.Sprintf("%s, %s at %s", calls, forecast(p.Forecast), rateText(rate))
}

// rateText is a rate in words: "25 a minute".
func rateText(r zoho.Rate) string {
	number, period, ok := strings.Cut(r.String(), "/")
	words := map[string]string{"s": "second", "m": "minute", "h": "hour"}
	if !ok || words[period] == "" {
		return r.String()
	}
	return number + " a " + words[period]
}

// fieldCounts says how often each field changes, the most frequent first.
func fieldCounts(fields map[string]int, title func(string) string) string {
	var names []string
	for id := range field.ID(field.Count) {
		if fields[id.String()] > 0 {
			names = append(names, id.String())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return fields[b] - fields[a] })
	for i, name := range names {
		names[i] = title(name) + " " + thousands(fields[name])
	}
	return strings.Join(names, ", ")
}

// showBarred lists the rows that planning found wrong, the first of them.
func (op *operation) showBarred(p importer.Planned) error {
	if p.NotFound+p.Refused == 0 {
		return nil
	}
	shown, all := 0, p.NotFound+p.Refused
	for row, err := range op.run.BarredRows() {
		if err != nil {
			return err
		}
		if shown == shownProblems && !op.full {
			op.screen.Linef("  … and %s; failed.csv has them all", counted(all-shown, "other row", "other rows"))
			return nil
		}
		shown++
		op.screen.Para(fmt.Sprintf("  row %d: %s", row.Row, term.Safe(withRemedies(row.Message, row.Remedies))), 4)
	}
	return nil
}

// showChanges shows before and after for each user, the first of them unless all are asked for.
func (op *operation) showChanges(all int) error {
	shown := 0
	for user, err := range op.run.PlannedUsers() {
		if err != nil {
			return err
		}
		if shown == shownChanges && !op.full {
			op.screen.Linef("  … and %s", counted(all-shown, "other user", "other users"))
			return nil
		}
		shown++
		op.screen.Linef("  row %d  %s", user.Row, op.screen.Cell(first(user.Email, "zuid "+user.ZUID), 0))
		for _, c := range user.Fields {
			op.screen.Para(fmt.Sprintf("    %s: %s → %s", op.title(c.Field), shownAs(c.Before, op.run.Options.Lookup), shownAs(c.After, "")), 6)
		}
		if user.Note != "" {
			op.screen.Para("    "+term.Safe(user.Note), 6)
		}
	}
	return nil
}

// shownAs is a value between quotes, or that there is none.
func shownAs(text string, lookup importer.Lookup) string {
	switch {
	case lookup == importer.LookupNever:
		return "(not read)"
	case text == "":
		return "(empty)"
	}
	return `"` + problem.Shorten(text, shownValue) + `"`
}

// question names what is about to happen, to whom and for how long.
func (op *operation) question(p importer.Planned) string {
	about := op.run.About()
	text := fmt.Sprintf("Change %s in %s as %s", counted(p.Change, "user"),
		term.Safe(organisationText(about.Organisation, about.ZOID, about.Profile)), term.Safe(about.User))
	if op.rehearsal() {
		text = sandboxBanner + ". " + text
	}
	if place := op.conn.UnknownHost(); place != "" {
		text += " at " + place + ", which is no known data centre"
	}
	if p.Forecast > 0 {
		text += ", " + forecast(p.Forecast)
	}
	return text + "?"
}
