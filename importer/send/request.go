package send

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/importer/plan"
	"zohobulk/zoho"
)

// personalInfo is the request of a row's personal details, less the fields to leave out.
func personalInfo(row journal.Row, leave field.Mask) zoho.PersonalInfo {
	p := zoho.PersonalInfo{AccountID: zoho.ID(row.AccountID), ZUID: zoho.ID(row.ZUID)}
	texts := plan.Said(row.Plan)
	for id := range (field.Personal &^ leave).All() {
		if texts[id] != nil {
			id.Entry().Write(&p, texts[id])
		}
	}
	return p
}

// displayNameEmail is the request of a row's new address, or of a display name by user authentication.
func displayNameEmail(row journal.Row) zoho.DisplayNameEmail {
	texts := plan.Said(row.Plan)
	text := func(id field.ID) string {
		if texts[id] == nil {
			return ""
		}
		return *texts[id]
	}
	return zoho.DisplayNameEmail{
		AccountID: zoho.ID(row.AccountID), ZUID: zoho.ID(row.ZUID),
		DisplayName: text(field.DisplayName), EmailAddress: text(field.NewEmail),
	}
}
