package field

import "zohobulk/importer/problem"

// The codes of all problems that checks find, for machines.
const (
	CodeNoUser            = "no-user"
	CodeNothingToSet      = "nothing-to-set"
	CodeNothingChosen     = "nothing-chosen"
	CodeAccountAlone      = "account-without-zuid"
	CodeBothIDs           = "ids-needed"
	CodeIDsEqual          = "ids-equal"
	CodeAddressPart       = "address-part"
	CodeUserAuth          = "not-with-user-auth"
	CodeDuplicateUser     = "duplicate-user"
	CodeDuplicateNewEmail = "duplicate-new-email"
	CodeSameAddress       = "same-address"
	CodeNotClearable      = "not-clearable"
	CodeUnmappedColumn    = "unmapped-column"
	CodeReadAs            = "column-read-as"
	CodeHouseNumber       = "house-number-apart"
	CodeHeaderAgain       = "header-again"
	CodeColumnMismatch    = "column-mismatch"
	CodeIdentityMismatch  = "identity-mismatch"
	CodeConstantColumn    = "constant-column"
	CodeAmbiguousGender   = "ambiguous-gender"
	CodeLeftOut           = "left-out"

	CodeErrorValue  = "error-value"
	CodeNoValue     = "formula-without-value"
	CodeOthersName  = "name-of-another"
	CodeDate        = "date-damaged"
	CodeLogical     = "logical-value"
	CodeNumber      = "number-damaged"
	CodeNumberCell  = "number-cell"
	CodeApostrophe  = "leading-apostrophe"
	CodeControl     = "control-character"
	CodeInvalidText = "invalid-text"
	CodeTooLong     = "too-long"
	CodeElsewhere   = "belongs-elsewhere"
	CodeLineBreak   = "line-break"
	CodeStandIn     = "stand-in"
	CodeFormulaText = "formula-text"
	CodeEscaped     = "escaped-text"

	CodeIDDamaged = "id-damaged"
	CodeBadID     = "bad-id"
	CodeRoundedID = "id-rounded"

	CodeBadEmail     = "bad-email"
	CodeEmailDomain  = "email-domain"
	CodeEmailUnusual = "email-unusual"
	CodeEmailIDN     = "email-idn"
	CodeTwoValues    = "two-values"

	CodeUnknownCountry = "unknown-country"
	CodeCountryOdd     = "country-odd"
	CodeCountryRead    = "country-read"
	CodeUnknownGender  = "unknown-gender"
	CodeGenderRead     = "gender-read"

	CodeBadPhone       = "bad-phone"
	CodePhoneDamaged   = "phone-damaged"
	CodePhoneInvalid   = "phone-not-valid"
	CodePhoneUnchecked = "phone-unchecked"
	CodePhoneZero      = "phone-without-zero"
	CodePhoneTrunk     = "phone-code-and-zero"
	CodePhoneRead      = "phone-read"

	CodePostcodeShort = "postcode-short"
	CodePostcodeOdd   = "postcode-odd"

	CodeAllCapitals = "all-capitals"
	CodeLookAlike   = "look-alike-letters"
)

// Code documents one code.
type Code struct {
	Code     string           `json:"code"`
	Severity problem.Severity `json:"severity"` // the gravest it comes with
	About    string           `json:"about"`
}

// Codes lists every code that checks use, in the order of a row's way through them: the documentation is made from it.
var Codes = []Code{
	{CodeNoUser, problem.Error, "the row names no user: no e-mail address, zuid or account id"},
	{CodeNothingToSet, problem.Note, "the row names somebody and sets nothing: the user stays unchanged"},
	{CodeNothingChosen, problem.Note, "the row sets nothing among the chosen fields and is left alone"},
	{CodeAccountAlone, problem.Error, "an account id stands without the zuid that belongs to it, and no e-mail address says who is meant"},
	{CodeBothIDs, problem.Error, "account id and zuid are both needed when accounts are not read first"},
	{CodeIDsEqual, problem.Error, "account id and zuid are the same number: one was copied into the other's column"},
	{CodeAddressPart, problem.Error, "only part of an address is set, and it is not known that the other members survive"},
	{CodeUserAuth, problem.Error, "an own account can change its display name and address only"},
	{CodeDuplicateUser, problem.Error, "two rows are about one user"},
	{CodeDuplicateNewEmail, problem.Error, "two rows want one new address"},
	{CodeSameAddress, problem.Warning, "the new address is the one the row names its user by"},
	{CodeNotClearable, problem.Error, "the field can't be emptied"},
	{CodeUnmappedColumn, problem.Note, "the column feeds no field: kept in the reports, sent nowhere"},
	{CodeHouseNumber, problem.Warning, "house numbers stand in a column of their own, which feeds no field"},
	{CodeHeaderAgain, problem.Error, "the row repeats the header: sheets were joined"},
	{CodeReadAs, problem.Note, "a header that can mean two fields was read by the columns beside it"},
	{CodeColumnMismatch, problem.Error, "the column's values are those of another field: a shifted or wrong header"},
	{CodeIdentityMismatch, problem.Error, "addresses and names of people are matched with each other's rows: a column was sorted alone"},
	{CodeConstantColumn, problem.Warning, "nearly every row has one value in a column that should vary"},
	{CodeLeftOut, problem.Note, "somebody left the row out by hand: it is not sent, and holds nothing back"},
	{CodeAmbiguousGender, problem.Error, "M stands beside H in the column: masculino or mujer"},
	{CodeErrorValue, problem.Error, "the cell holds a spreadsheet's error, like #N/A or #REF!"},
	{CodeNoValue, problem.Error, "the cell holds a formula whose value was never calculated"},
	{CodeOthersName, problem.Warning, "the display name shares no word with the row's own first and last name, and is another user's"},
	{CodeDate, problem.Error, "the cell was turned into a date, or holds one where none belongs"},
	{CodeLogical, problem.Error, "the cell holds TRUE or FALSE where text belongs"},
	{CodeNumber, problem.Error, "a number that a spreadsheet has rounded or rewritten"},
	{CodeNumberCell, problem.Warning, "the cell is stored as a number, which keeps no leading zero and no plus"},
	{CodeApostrophe, problem.Error, "the value begins with the apostrophe that should only mark it as text"},
	{CodeControl, problem.Error, "the value holds control characters"},
	{CodeInvalidText, problem.Error, "the value holds bytes or characters that are no text"},
	{CodeTooLong, problem.Error, "the value is longer than any real one"},
	{CodeElsewhere, problem.Error, "the value is of another field's kind, such as an e-mail address in a city's column"},
	{CodeLineBreak, problem.Note, "line breaks were read as commas or blanks"},
	{CodeFormulaText, problem.Warning, "the text begins like a formula: it would be sent as it is"},
	{CodeEscaped, problem.Warning, "a program has escaped letters of the text, as in O&#039;Brien: it would be sent as it is"},
	{CodeStandIn, problem.Warning, "the cell says that there is no value, like - or n/a: it would be sent as one"},
	{CodeIDDamaged, problem.Error, "a spreadsheet has rounded or rewritten the id"},
	{CodeBadID, problem.Error, "the id is not a plain number of 1 to 19 digits"},
	{CodeRoundedID, problem.Error, "the id ends in the zeros that rounding leaves; an error when several rows do"},
	{CodeBadEmail, problem.Error, "not an e-mail address"},
	{CodeEmailDomain, problem.Warning, "the domain is one letter off a common one"},
	{CodeEmailUnusual, problem.Warning, "an address that is allowed and rarely meant"},
	{CodeEmailIDN, problem.Note, "the domain was written in its ASCII form"},
	{CodeTwoValues, problem.Error, "the cell holds two values"},
	{CodeUnknownCountry, problem.Error, "no country of ISO 3166-1 by code or name"},
	{CodeCountryOdd, problem.Warning, "a country's code that often means something else"},
	{CodeCountryRead, problem.Note, "a country's name was read as its code"},
	{CodeUnknownGender, problem.Error, "none of the service's genders"},
	{CodeGenderRead, problem.Note, "a word was read as one of the service's genders"},
	{CodeBadPhone, problem.Error, "not a phone number"},
	{CodePhoneDamaged, problem.Error, "a phone number that lost its leading zero or plus in a number cell"},
	{CodePhoneInvalid, problem.Warning, "no number that its country has given out"},
	{CodePhoneUnchecked, problem.Note, "a number without a plus in a row without a country can't be checked"},
	{CodePhoneTrunk, problem.Warning, "a number with its country's code and the zero that is dialled within the country: it can't be dialled so"},
	{CodePhoneZero, problem.Warning, "a number without the zero that its country dials first, or with its country's code and no plus"},
	{CodePhoneRead, problem.Note, "a phone number was rewritten, in ASCII digits or in the form asked for"},
	{CodePostcodeShort, problem.Error, "a postcode short of its leading zeros"},
	{CodePostcodeOdd, problem.Warning, "a postcode of another shape than its country's"},
	{CodeAllCapitals, problem.Warning, "a name in capitals only"},
	{CodeLookAlike, problem.Warning, "letters of two scripts inside one word"},
}
