package field

import "zohobulk/zoho"

// Entry declares one field: what it is called, where it goes and how it may be used. The mapping, the template, the
// help, the local page and the documentation are made from it.
type Entry struct {
	ID        ID
	Name      string          // as in the service's requests and in machine output
	Label     string          // as people call it: in the headers of templates and exports, and where a sheet has no header for it
	Mode      string          // the service's name of the request that carries it, "" where the row only says who
	Part      bool            // is a part of the address, which the service may only take whole
	Clearable bool            // may be emptied
	Choices   func() []string // what a drop-down offers, in order; nil for no drop-down
	About     string          // one sentence for templates and help
	Example   string          // a value as people would write it
	Aliases   []Alias         // what else its column is called, by language

	Read  func(*zoho.Account) string        // what an account says of it
	Write func(*zoho.PersonalInfo, *string) // puts it into an update of personal details, nil where it goes into none

	check func(*Checker, string) string // normalises a text that is not blank, and reports to the checker
}

// The service's names of its two requests.
const (
	ModePersonal = zoho.ModePersonalInfo
	ModeAddress  = zoho.ModeDisplayNameEmail
)

// catalogue holds the fields in the order of their IDs. A field is added by an entry here, its place in the list of IDs and its
// aliases; all that reads, checks, compares, sends and reports fields goes by the entry.
var catalogue = [Count]Entry{
	Email: {
		ID: Email, Name: "email", Label: "Email",
		About: "the user's present e-mail address: any that the account has", Example: "rebecca@zylker.com",
		Aliases: emailAliases, check: checkEmail,
		Read: func(a *zoho.Account) string { return a.PrimaryEmail },
	},
	AccountID: {
		ID: AccountID, Name: "accountId", Label: "Account ID",
		About: "the account's id of up to 19 digits, beside zuid", Example: "2560636000000008002",
		Aliases: accountIDAliases, check: checkID,
		Read: func(a *zoho.Account) string { return string(a.AccountID) },
	},
	ZUID: {
		ID: ZUID, Name: "zuid", Label: "ZUID",
		About: "the user's id, alone or beside email or accountId", Example: "100001234",
		Aliases: zuidAliases, check: checkID,
		Read: func(a *zoho.Account) string { return string(a.ZUID) },
	},
	FirstName: {
		ID: FirstName, Name: "firstName", Label: "First name", Mode: ModePersonal, Clearable: true,
		About: "first name", Example: "Rebecca",
		Aliases: firstNameAliases, check: checkName,
		Read:  func(a *zoho.Account) string { return a.FirstName },
		Write: func(p *zoho.PersonalInfo, text *string) { p.FirstName = text },
	},
	LastName: {
		ID: LastName, Name: "lastName", Label: "Last name", Mode: ModePersonal, Clearable: true,
		About: "last name", Example: "Anderson",
		Aliases: lastNameAliases, check: checkName,
		Read:  func(a *zoho.Account) string { return a.LastName },
		Write: func(p *zoho.PersonalInfo, text *string) { p.LastName = text },
	},
	DisplayName: {
		ID: DisplayName, Name: "displayName", Label: "Display name", Mode: ModePersonal,
		About: "the name that others see", Example: "Rebecca Anderson",
		Aliases: displayNameAliases, check: checkDisplayName,
		Read:  func(a *zoho.Account) string { return a.DisplayName },
		Write: func(p *zoho.PersonalInfo, text *string) { p.DisplayName = text },
	},
	Gender: {
		ID: Gender, Name: "gender", Label: "Gender", Mode: ModePersonal, Choices: func() []string { return Genders },
		About: "MALE, FEMALE, NON_BINARY or NOT_SPECIFIED, or a word for one of them", Example: "FEMALE",
		Aliases: genderAliases, check: checkGender,
		Read:  func(a *zoho.Account) string { return a.Gender },
		Write: func(p *zoho.PersonalInfo, text *string) { p.Gender = text },
	},
	Country: {
		ID: Country, Name: "country", Label: "Country", Mode: ModePersonal, Choices: CountryCodes,
		About: "two-letter code or name of the country", Example: "us",
		Aliases: countryAliases, check: checkCountry,
		Read:  func(a *zoho.Account) string { return a.Country },
		Write: func(p *zoho.PersonalInfo, text *string) { p.Country = text },
	},
	PhoneNumber: {
		ID: PhoneNumber, Name: zoho.PhoneNumber, Label: "Phone", Mode: ModePersonal, Clearable: true,
		About: "telephone, best with a plus and the country's code", Example: "+1 212 555 0123",
		Aliases: phoneAliases, check: checkPhone,
		Read:  func(a *zoho.Account) string { return a.PhoneNumber },
		Write: func(p *zoho.PersonalInfo, text *string) { p.PhoneNumber = text },
	},
	MobileNumber: {
		ID: MobileNumber, Name: "mobileNumber", Label: "Mobile", Mode: ModePersonal, Clearable: true,
		About: "mobile telephone, best with a plus and the country's code", Example: "+1 212 555 0147",
		Aliases: mobileAliases, check: checkPhone,
		Read:  func(a *zoho.Account) string { return a.MobileNumber },
		Write: func(p *zoho.PersonalInfo, text *string) { p.MobileNumber = text },
	},
	StreetAddr: {
		ID: StreetAddr, Name: "streetAddr", Label: "Street", Mode: ModePersonal, Part: true, Clearable: true,
		About: "street and house number", Example: "91, Thomas Street",
		Aliases: streetAliases, check: checkStreet,
		Read:  func(a *zoho.Account) string { return a.Address.StreetAddr },
		Write: func(p *zoho.PersonalInfo, text *string) { address(p).StreetAddr = text },
	},
	City: {
		ID: City, Name: "city", Label: "City", Mode: ModePersonal, Part: true, Clearable: true,
		About: "city", Example: "New York",
		Aliases: cityAliases, check: checkPlace,
		Read:  func(a *zoho.Account) string { return a.Address.City },
		Write: func(p *zoho.PersonalInfo, text *string) { address(p).City = text },
	},
	PostalCode: {
		ID: PostalCode, Name: "postalCode", Label: "Postcode", Mode: ModePersonal, Part: true, Clearable: true,
		About: "postcode, with its leading zeros", Example: "10001",
		Aliases: postalCodeAliases, check: checkPostcode,
		Read:  func(a *zoho.Account) string { return a.Address.PostalCode },
		Write: func(p *zoho.PersonalInfo, text *string) { address(p).PostalCode = text },
	},
	State: {
		ID: State, Name: "state", Label: "State", Mode: ModePersonal, Part: true, Clearable: true,
		About: "state, province or region", Example: "New York",
		Aliases: stateAliases, check: checkPlace,
		Read:  func(a *zoho.Account) string { return a.Address.State },
		Write: func(p *zoho.PersonalInfo, text *string) { address(p).State = text },
	},
	NewEmail: {
		ID: NewEmail, Name: "newEmail", Label: "New email", Mode: ModeAddress,
		About: "the address to change to", Example: "r.anderson@zylker.com",
		Aliases: newEmailAliases, check: checkEmail,
		Read: func(a *zoho.Account) string { return a.PrimaryEmail },
	},
}

// address is the part of an update that holds the address, made where it is first needed.
func address(p *zoho.PersonalInfo) *zoho.AddressUpdate {
	if p.Address == nil {
		p.Address = &zoho.AddressUpdate{}
	}
	return p.Address
}

// these is the set of fields whose entry is of a kind.
func these(kind func(Entry) bool) (m Mask) {
	for _, e := range catalogue {
		if kind(e) {
			m |= Of(e.ID)
		}
	}
	return m
}

// All lists the catalogue in its order.
func All() []Entry { return catalogue[:] }

// Entry returns what the catalogue says of the field.
func (id ID) Entry() *Entry { return &catalogue[id] }

// LabelOf is what people call the field with a name; a name that is no field's is its own label.
func LabelOf(name string) string {
	if id, ok := ByName(name); ok {
		return id.Entry().Label
	}
	return name
}

// String is the field's name, as in the service's requests and in machine output.
func (id ID) String() string { return catalogue[id].Name }

// ByName finds a field by its exact name.
func ByName(name string) (ID, bool) {
	id, ok := named[name]
	return id, ok
}

var named = func() map[string]ID {
	ids := make(map[string]ID, Count)
	for _, e := range catalogue {
		ids[e.Name] = e.ID
	}
	return ids
}()
