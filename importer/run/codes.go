package run

// The codes that planning and sending give to rows, problems and refusals.
const (
	CodeUnknownUser       = "unknown-user"
	CodeWithheld          = "user-withheld"
	CodeAmbiguousUser     = "ambiguous-user"
	CodeIDsDisagree       = "identities-disagree"
	CodeNotOwn            = "not-own-account"
	CodeNoName            = "display-name-missing"
	CodeEmailChange       = "email-change-not-allowed"
	CodeClearing          = "clearing-not-allowed"
	CodeAdmin             = "admin-not-allowed"
	CodeAddressTaken      = "address-taken"
	CodeAddressCycle      = "address-cycle"
	CodeNotFreed          = "address-not-freed"        // the row that was to free the new address failed
	CodeRespelled         = "same-in-another-spelling" // unchanged: phones or postcode differ from the account's in spelling alone
	CodeMoved             = "changed-since-plan"       // the account is not what the plan was made from
	CodeChangedSinceRun   = "changed-since-run"        // an undo left alone what somebody has changed since
	CodeNotEmptied        = "cannot-be-emptied"
	CodeNamesRefused      = "names-refused" // the service refuses first and last name
	CodeNoAnswer          = "no-answer"     // nobody knows whether the change was made
	CodeNotSeen           = "not-seen"      // the change was accepted, and the service does not show it
	CodeCanary            = "canary"        // the first account with a field has stopped the run
	CodeRareChange        = "rare-change"
	CodeNotChecked        = "not-checked"
	CodeOtherOrganisation = "wrong-organisation" // the run's users are mostly not in the organisation
)

// CommandUndo is the command of a run that takes another one back.
const CommandUndo = "undo"
