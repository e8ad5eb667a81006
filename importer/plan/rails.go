package plan

import (
	"fmt"

	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/run"
	"zohobulk/zoho"
)

// railed is how a planned row stands once the safety rails have seen it. The rails concern rows that change something.
func (p *planner) railed(want map[string]string, plan journal.Plan, a *zoho.Account) journal.Outcome {
	if len(plan.Changes) == 0 {
		return journal.Outcome{Status: journal.Unchanged, Message: plan.Note, FinishedAt: p.Now()}
	}
	rails := []func(map[string]string, journal.Plan, *zoho.Account) *bar{p.emailRail, p.nameRail, p.clearRail, p.adminRail}
	for _, rail := range rails {
		if b := rail(want, plan, a); b != nil {
			return b.outcome()
		}
	}
	return journal.Outcome{Status: journal.Planned}
}

// RemedyOf is what takes down the rail that has barred a row, by the code of the row; nil for any other code.
func RemedyOf(code string) []problem.Remedy {
	switch code {
	case run.CodeEmailChange:
		return []problem.Remedy{{Way: problem.AllowEmailChange}}
	case run.CodeClearing:
		return []problem.Remedy{{Way: problem.AllowClearing}}
	case run.CodeAdmin:
		return []problem.Remedy{{Way: problem.AllowAdmins}}
	}
	return nil
}

func (p *planner) emailRail(_ map[string]string, plan journal.Plan, _ *zoho.Account) *bar {
	if c := ChangeOf(plan, field.NewEmail); c != nil && !p.Options.AllowEmailChange {
		return barred(field.NewEmail, run.CodeEmailChange, "would change the address to %s, and addresses may not be changed", c.After)
	}
	return nil
}

// nameRail sees that a new address comes with the display name that the service wants beside it.
func (p *planner) nameRail(want map[string]string, plan journal.Plan, a *zoho.Account) *bar {
	name := want[field.DisplayName.String()]
	if a != nil && name == "" {
		name = a.DisplayName
	}
	if ChangeOf(plan, field.NewEmail) != nil && name == "" {
		return barred(field.DisplayName, run.CodeNoName, "a new address needs a display name; give one in the row")
	}
	return nil
}

// clearRail keeps values from being emptied. An undo empties only what its run has filled, so that nobody's own value goes.
func (p *planner) clearRail(_ map[string]string, plan journal.Plan, _ *zoho.Account) *bar {
	if p.Meta().Of != "" {
		return nil
	}
	for _, c := range plan.Changes {
		if id, _ := field.ByName(c.Field); c.After == "" && !p.Options.AllowClearing {
			return barred(id, run.CodeClearing, "would empty %s (now %q), and nothing may be emptied", c.Field, problem.Shorten(c.Before, 40))
		}
	}
	return nil
}

// adminRail keeps administrators and the caller's own account as they are. An account whose role the service doesn't
// tell counts as a member as long as roles are known of others; Known says so for the whole run.
func (p *planner) adminRail(_ map[string]string, plan journal.Plan, a *zoho.Account) *bar {
	if a == nil || p.Options.AllowAdmins || p.Options.Auth == run.AuthUser {
		return nil
	}
	if a.ZUID == p.Caller.ZUID {
		return barred(field.Email, run.CodeAdmin, "%s is your own account, which may not be changed", a.PrimaryEmail)
	}
	admin, known := a.Admin()
	p.SawRole(known)
	if !known {
		p.sum.untold++
	}
	if known && admin {
		return barred(field.Email, run.CodeAdmin, "%s is an administrator (%s), whom nobody may change", a.PrimaryEmail, a.Role)
	}
	return nil
}

// leastStrangers is how many rows must name nobody before more than half of the sheet doing so is taken for another
// organisation's sheet (guessed). Fewer are typing errors or people who have left as likely, and each is named on the
// screen anyway. More than half, since people who left since last quarter are never the most of a sheet, and two
// organisations share no address: in the wrong one all rows but a few ids by chance name nobody.
const leastStrangers = 5

// belongs refuses a plan most of whose rows name nobody here, also where the valid rows alone would be sent: a partner who
// looks after several organisations has taken the wrong one.
func (p *planner) belongs() error {
	held := p.sum.Change + p.sum.Unchanged + p.sum.NotFound + p.sum.Refused
	if p.Options.Auth == run.AuthUser || p.sum.NotFound < leastStrangers || 2*p.sum.NotFound <= held {
		return nil
	}
	return p.otherOrganisation(fmt.Sprintf("%d of %d rows name nobody", p.sum.NotFound, held))
}

// otherOrganisation says that a sheet is most likely about another organisation.
func (p *planner) otherOrganisation(counts string) error {
	m := p.Journal.Meta()
	where := string(p.ZOID)
	if m.Organisation != "" && m.Organisation != where {
		where = m.Organisation + " (" + where + ")"
	}
	return problem.Refuse(run.CodeOtherOrganisation,
		"if this is the organisation that the sheet is about, take the rows of users who left out of it",
		"%s in organisation %s, so this sheet seems to be about another one; nothing was sent", counts, where).
		With(problem.Remedy{Way: problem.ChooseOrganisation})
}
