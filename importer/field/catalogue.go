package field

// Entry declares one field: what it is called, where it goes and how it may be used. The mapping, the template, the
// help, the local page and the documentation are made from it.
type Entry struct {
	ID        ID
	Name      string          // as in headers, messages and machine output
	Key       string          // its JSON key; a member of the address is "address.city"; "" where the row only says who
	Mode      string          // the service's name of the request that carries it, "" where the row only says who
	Clearable bool            // may be emptied
	Guarded   bool            // needs text format in a spreadsheet, or the program that edits it damages it
	Choices   func() []string // what a drop-down offers, in order; nil for no drop-down
	About     string          // one sentence for templates and help
	Example   string          // a value as people would write it
	Aliases   []Alias         // what else its column is called, by language

	check func(*Checker, string) string // normalises a text that is not blank, and reports to the checker
}

// The service's names of its two requests.
const (
	ModePersonal = "updatePersonalInfo"
	ModeAddress  = "displaynameemailupdate"
)

// catalogue holds the fields in the order of their IDs. A field is added here, and in the list of IDs.
var catalogue = [Count]Entry{
	Email: {
		ID: Email, Name: "email", Key: "",
		About: "the user's present e-mail address: any that the account has", Example: "rebecca@zylker.com",
		Aliases: emailAliases, check: checkEmail,
	},
	AccountID: {
		ID: AccountID, Name: "accountId", Key: "", Guarded: true,
		About: "the account's id of up to 19 digits, beside zuid", Example: "2560636000000008002",
		Aliases: accountIDAliases, check: checkID,
	},
	ZUID: {
		ID: ZUID, Name: "zuid", Key: "", Guarded: true,
		About: "the user's id, alone or beside email or accountId", Example: "100001234",
		Aliases: zuidAliases, check: checkID,
	},
	FirstName: {
		ID: FirstName, Name: "firstName", Key: "firstName", Mode: ModePersonal, Clearable: true,
		About: "first name", Example: "Rebecca",
		Aliases: firstNameAliases, check: checkName,
	},
	LastName: {
		ID: LastName, Name: "lastName", Key: "lastName", Mode: ModePersonal, Clearable: true,
		About: "last name", Example: "Anderson",
		Aliases: lastNameAliases, check: checkName,
	},
	DisplayName: {
		ID: DisplayName, Name: "displayName", Key: "displayName", Mode: ModePersonal,
		About: "the name that others see", Example: "Rebecca Anderson",
		Aliases: displayNameAliases, check: checkDisplayName,
	},
	Gender: {
		ID: Gender, Name: "gender", Key: "gender", Mode: ModePersonal, Choices: func() []string { return Genders },
		About: "MALE, FEMALE, NON_BINARY or NOT_SPECIFIED, or a word for one of them", Example: "FEMALE",
		Aliases: genderAliases, check: checkGender,
	},
	Country: {
		ID: Country, Name: "country", Key: "country", Mode: ModePersonal, Choices: CountryCodes,
		About: "two-letter code or name of the country", Example: "us",
		Aliases: countryAliases, check: checkCountry,
	},
	PhoneNumber: {
		ID: PhoneNumber, Name: "phoneNumber", Key: "phoneNumber", Mode: ModePersonal, Clearable: true, Guarded: true,
		About: "telephone, best with a plus and the country's code", Example: "+1 212 555 0123",
		Aliases: phoneAliases, check: checkPhone,
	},
	MobileNumber: {
		ID: MobileNumber, Name: "mobileNumber", Key: "mobileNumber", Mode: ModePersonal, Clearable: true, Guarded: true,
		About: "mobile telephone, best with a plus and the country's code", Example: "+1 212 555 0147",
		Aliases: mobileAliases, check: checkPhone,
	},
	StreetAddr: {
		ID: StreetAddr, Name: "streetAddr", Key: "address.streetAddr", Mode: ModePersonal, Clearable: true,
		About: "street and house number", Example: "91, Thomas Street",
		Aliases: streetAliases, check: checkStreet,
	},
	City: {
		ID: City, Name: "city", Key: "address.city", Mode: ModePersonal, Clearable: true,
		About: "city", Example: "New York",
		Aliases: cityAliases, check: checkPlace,
	},
	PostalCode: {
		ID: PostalCode, Name: "postalCode", Key: "address.postalCode", Mode: ModePersonal, Clearable: true, Guarded: true,
		About: "postcode, with its leading zeros", Example: "10001",
		Aliases: postalCodeAliases, check: checkPostcode,
	},
	State: {
		ID: State, Name: "state", Key: "address.state", Mode: ModePersonal, Clearable: true,
		About: "state, province or region", Example: "New York",
		Aliases: stateAliases, check: checkPlace,
	},
	NewEmail: {
		ID: NewEmail, Name: "newEmail", Key: "emailAddress", Mode: ModeAddress,
		About: "the address to change to", Example: "r.anderson@zylker.com",
		Aliases: newEmailAliases, check: checkEmail,
	},
}

// All lists the catalogue in its order.
func All() []Entry { return catalogue[:] }

// Entry returns what the catalogue says of the field.
func (id ID) Entry() *Entry { return &catalogue[id] }

// String is the field's name, as in headers, messages and machine output.
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
