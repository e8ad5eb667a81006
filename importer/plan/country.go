package plan

import (
	"fmt"
	"maps"
	"strings"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// rechecked is an update whose phones and postcode were read once more, by the country of its account.
type rechecked struct {
	want     map[string]string
	findings map[field.ID][]field.Finding
	present  func(field.ID) string
	strict   bool // warnings are errors
}

// recheck reads phones and postcode by the account's country, where the row names none: the check of the sheet could not.
func (p *planner) recheck(row journal.Row, want map[string]string, a *zoho.Account) (rechecked, error) {
	seen := rechecked{want: want, present: func(id field.ID) string { return Present(a, id) }, strict: p.Checks.Strict}
	if want[field.Country.String()] != "" || a.Country == "" {
		return seen, nil
	}
	p.checker.Country(strings.ToLower(a.Country))
	for id := range field.Spelled.All() {
		text := want[id.String()]
		if text == "" || text == Present(a, id) {
			continue
		}
		value, found := p.checker.Check(id, text)
		damaged, err := p.numberCell(row, id, text)
		if err != nil {
			return seen, err
		}
		if damaged != nil {
			found = append(found, *damaged)
		}
		seen.take(id, value, found)
	}
	return seen, nil
}

// take keeps what a check made of a value.
func (s *rechecked) take(id field.ID, value string, found []field.Finding) {
	if len(found) > 0 {
		if s.findings == nil {
			s.findings = map[field.ID][]field.Finding{}
		}
		s.findings[id] = append([]field.Finding(nil), found...)
	}
	if value != "" && value != s.want[id.String()] {
		s.want = maps.Clone(s.want)
		s.want[id.String()] = value
	}
}

// numberCell says what a phone has lost that stood in a number cell, which the check of the sheet has warned of.
func (p *planner) numberCell(row journal.Row, id field.ID, text string) (*field.Finding, error) {
	if !field.Phones.Has(id) || p.Meta().Format == "csv" {
		return nil, nil
	}
	for said, err := range p.Journal.Problems(row.Seq) {
		if err != nil {
			return nil, err
		}
		if said.Field == id.String() && said.Code == field.CodeNumberCell {
			return p.checker.NumberCell(text), nil
		}
	}
	return nil, nil
}

// wrong is why the row can't be sent: of what would change, something is damaged.
func (s rechecked) wrong(plan journal.Plan) *bar {
	for id := range field.Spelled.All() {
		value, now := s.want[id.String()], s.present(id)
		if field.LostInFront(id, now, value) {
			return barred(id, field.CodeNumber, "%q is %q without its %s; did you mean %s?", value, now, lostInFront(now), now)
		}
		if ChangeOf(plan, id) == nil {
			continue
		}
		for _, f := range s.findings[id] {
			if f.Severity == problem.Error || f.Severity == problem.Warning && s.strict {
				return barred(id, f.Code, "%s", problem.Problem{Message: f.Message, Hint: f.Hint}.Reason())
			}
		}
	}
	return nil
}

// lostInFront names what stands in front of a value.
func lostInFront(value string) string {
	if strings.HasPrefix(strings.TrimLeft(value, " ("), "+") {
		return "plus"
	}
	return "leading zero"
}

// warn keeps what looks odd about the phones and the postcode that would change.
func (p *planner) warn(row journal.Row, s rechecked, plan journal.Plan) error {
	for id := range field.Spelled.All() {
		if ChangeOf(plan, id) == nil {
			continue
		}
		for _, f := range s.findings[id] {
			said := p.problem(row, journal.Outcome{Field: id.String(), Code: f.Code, Message: f.Message})
			said.Severity, said.Hint, said.Proposal = f.Severity, f.Hint, f.Proposal
			if err := p.Journal.AddProblem(row.Seq, said); err != nil {
				return err
			}
		}
	}
	return nil
}

// respelledNote says how many users stay as they are since only the spelling of a phone or postcode differs.
func respelledNote(n int) []problem.Problem {
	if n == 0 {
		return nil
	}
	message := "1 row differs only in how a phone number or postcode is written: nothing is sent for it"
	if n > 1 {
		message = fmt.Sprintf("%d rows differ only in how a phone number or postcode is written: nothing is sent for them", n)
	}
	return []problem.Problem{{Severity: problem.Note, Code: run.CodeRespelled, Message: message}}
}
