package importer

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
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

func (p *planner) emailRail(_ map[string]string, plan journal.Plan, _ *zoho.Account) *bar {
	if c := changeOf(plan, field.NewEmail); c != nil && !p.Options.AllowEmailChange {
		return barred(field.NewEmail, codeEmailChange, "would change the address to %s; type --allow-email-change to allow that", c.After)
	}
	return nil
}

// nameRail sees that a new address comes with the display name that the service wants beside it.
func (p *planner) nameRail(want map[string]string, plan journal.Plan, a *zoho.Account) *bar {
	name := want[field.DisplayName.String()]
	if a != nil && name == "" {
		name = a.DisplayName
	}
	if changeOf(plan, field.NewEmail) != nil && name == "" {
		return barred(field.DisplayName, codeNoName, "a new address needs a display name; give one in the row")
	}
	return nil
}

// clearRail keeps values from being emptied. An undo empties only what its run has filled, so that nobody's own value goes.
func (p *planner) clearRail(_ map[string]string, plan journal.Plan, _ *zoho.Account) *bar {
	if p.meta.Of != "" {
		return nil
	}
	for _, c := range plan.Changes {
		if id, _ := field.ByName(c.Field); c.After == "" && !p.Options.AllowClearing {
			return barred(id, codeClearing, "would empty %s (now %q); type --allow-clearing to allow that", c.Field, problem.Shorten(c.Before, 40))
		}
	}
	return nil
}

// adminRail keeps administrators and the caller's own account as they are. An account whose role the service doesn't
// tell counts as a member as long as roles are known of others; Known says so for the whole run.
func (p *planner) adminRail(_ map[string]string, plan journal.Plan, a *zoho.Account) *bar {
	if a == nil || p.Options.AllowAdmins || p.Options.Auth == AuthUser {
		return nil
	}
	if a.ZUID == p.Caller.ZUID {
		return barred(field.Email, codeAdmin, "%s is your own account; type --allow-admins to change it", a.PrimaryEmail)
	}
	admin, known := a.Admin()
	p.rolesKnown = p.rolesKnown || known
	if !known {
		p.sum.untold++
	}
	if known && admin {
		return barred(field.Email, codeAdmin, "%s is an administrator (%s); type --allow-admins to change one", a.PrimaryEmail, a.Role)
	}
	return nil
}

// changeOf is the change of one field in a plan, nil if it stays.
func changeOf(plan journal.Plan, id field.ID) *journal.Change {
	for i := range plan.Changes {
		if plan.Changes[i].Field == id.String() {
			return &plan.Changes[i]
		}
	}
	return nil
}
