package importer

import (
	"zohobulk/importer/field"
	"zohobulk/importer/journal"
	"zohobulk/zoho"
)

// value is what a row's request says of a field: the change, or what it must carry along; nil if nothing.
func value(row journal.Row, id field.ID) *string {
	if c := changeOf(row.Plan, id); c != nil {
		return &c.After
	}
	if text, ok := row.Context[id.String()]; ok {
		return &text
	}
	return nil
}

// personalInfo is the request of a row's personal details, less the fields to leave out.
func personalInfo(row journal.Row, leave field.Mask) zoho.PersonalInfo {
	get := func(id field.ID) *string {
		if leave.Has(id) {
			return nil
		}
		return value(row, id)
	}
	p := zoho.PersonalInfo{
		AccountID: zoho.ID(row.AccountID), ZUID: zoho.ID(row.ZUID),
		FirstName: get(field.FirstName), LastName: get(field.LastName), DisplayName: get(field.DisplayName),
		Gender: get(field.Gender), Country: get(field.Country),
		PhoneNumber: get(field.PhoneNumber), MobileNumber: get(field.MobileNumber),
	}
	address := zoho.AddressUpdate{
		StreetAddr: get(field.StreetAddr), City: get(field.City),
		PostalCode: get(field.PostalCode), State: get(field.State),
	}
	if address != (zoho.AddressUpdate{}) {
		p.Address = &address
	}
	return p
}

// displayNameEmail is the request of a row's new address, or of a display name by user authentication.
func displayNameEmail(row journal.Row) zoho.DisplayNameEmail {
	text := func(id field.ID) string {
		if v := value(row, id); v != nil {
			return *v
		}
		return ""
	}
	return zoho.DisplayNameEmail{
		AccountID: zoho.ID(row.AccountID), ZUID: zoho.ID(row.ZUID),
		DisplayName: text(field.DisplayName), EmailAddress: text(field.NewEmail),
	}
}

// carries is the set of fields that a personal request sends.
func carries(row journal.Row, leave field.Mask) (m field.Mask) {
	for id := range field.ID(field.Count) {
		if field.Personal.Has(id) && !leave.Has(id) && value(row, id) != nil {
			m |= field.Of(id)
		}
	}
	return m
}
