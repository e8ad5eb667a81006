package cli

import (
	"fmt"
	"slices"
	"strings"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
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
	s.Linef("%s %s", s.Paint(term.Bold, "plan:"), planCountsText(p))
	if line := fieldCounts(p.Fields); line != "" {
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
	if op.global.quiet {
		return nil
	}
	if err := op.showChanges(p.Change); err != nil {
		return err
	}
	for _, open := range p.Unchecked {
		s.Para("  not checked: "+term.Safe(reasonOf(open)), 4)
	}
	s.Linef("  %s", cost(p, op.conn.Rate))
	return nil
}

// noteFlags word what one can do about a note of a plan.
var noteFlags = map[string]string{"same-in-another-spelling": " (--respell sends them)"}

// planCountsText is a plan in numbers.
func planCountsText(p importer.Planned) string {
	return list(counted(p.Change, "user changes", "users change"), some(p.Unchanged, "unchanged"),
		some(p.Invalid, "invalid"), some(p.NotFound, "not found"), some(p.Refused, "refused"))
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
func fieldCounts(fields map[string]int) string {
	var names []string
	for id := range field.ID(field.Count) {
		if fields[id.String()] > 0 {
			names = append(names, id.String())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return fields[b] - fields[a] })
	for i, name := range names {
		names[i] = name + " " + thousands(fields[name])
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
			op.screen.Para(fmt.Sprintf("    %s: %s → %s", c.Field, shownAs(c.Before, op.run.Options.Lookup), shownAs(c.After, "")), 6)
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
	if place := op.conn.UnknownHost(); place != "" {
		text += " at " + place + ", which is no known data centre"
	}
	if p.Forecast > 0 {
		text += ", " + forecast(p.Forecast)
	}
	return text + "?"
}
