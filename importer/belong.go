package importer

import (
	"fmt"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// codeOtherOrganisation is the code of a run whose users are mostly not in the organisation.
const codeOtherOrganisation = "wrong-organisation"

// leastStrangers is how many rows must name nobody before more than half of the sheet doing so is taken for another
// organisation's sheet (guessed). Fewer are typing errors or people who have left as likely, and each is named on the
// screen anyway. More than half, since people who left since last quarter are never the most of a sheet, and two
// organisations share no address: in the wrong one all rows but a few ids by chance name nobody.
const leastStrangers = 5

// belongs refuses a plan most of whose rows name nobody here, also where the valid rows alone would be sent: a partner who
// looks after several organisations has taken the wrong one.
func (p *planner) belongs() error {
	held := p.sum.Change + p.sum.Unchanged + p.sum.NotFound + p.sum.Refused
	if p.Options.Auth == AuthUser || p.sum.NotFound < leastStrangers || 2*p.sum.NotFound <= held {
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
	return problem.Refuse(codeOtherOrganisation,
		"look whether --profile and --zoid lead to the organisation that the sheet is about; if they do, take the rows of users who left out of it",
		"%s in organisation %s, so this sheet seems to be about another one; nothing was sent", counts, where)
}

// unreadable says what to do where the directory may not be read.
func unreadable(err error) error {
	if !zoho.IsKind(err, zoho.Scope) {
		return err
	}
	return &problem.Refusal{
		Code: zoho.Scope.String(), Exit: 4, Err: err,
		Message: "this login may not read the users of the organisation: it lacks the permission " + zoho.Scopes[0],
		Hint:    "log in again and agree to everything that is asked for; or send a sheet with accountId and zuid in every row unread, with --lookup never",
	}
}
