package problem

import "errors"

// Remedy is something that settles a refusal, as a value: a command words it as a flag or a command line, the page as a control.
type Remedy struct {
	Way  Way
	Args []string // what the way needs, as its comment says
}

// Way is a kind of remedy.
type Way string

// The ways to settle a refusal.
const (
	ChooseWorksheet Way = "choose-worksheet" // Args: the worksheets' names
	ChooseEncoding  Way = "choose-encoding"  // Args: an encoding, and cells of the sheet as it reads them
	GivePassword    Way = "give-password"
	ChooseReports   Way = "choose-reports" // another folder for runs
	ListRuns        Way = "list-runs"
	ResumeRun       Way = "resume-run"  // Args: the run
	StartAgain      Way = "start-again" // no run was kept, and nothing was sent
	ReadDirectory   Way = "read-directory"
	ChooseProfile   Way = "choose-profile" // the connection of another organisation
	SendPlan        Way = "send-plan"      // Args: the run
	ShowRun         Way = "show-run"       // Args: the run
	ContinueRun     Way = "continue-run"   // Args: the run
	SkipInvalid     Way = "skip-invalid"   // send the other rows
	RaiseMaxChanges Way = "raise-max-changes"
	AllowAdmins     Way = "allow-admins"

	AllowEmailChange   Way = "allow-email-change"
	AllowClearing      Way = "allow-clearing"
	ChooseOrganisation Way = "choose-organisation"
	SendUnread         Way = "send-unread" // without reading the accounts first
	LeaveOut           Way = "leave-out"   // Args: fields; continue the run without them

	MapColumn       Way = "map-column"        // Args: the column's letter, its header or else its letter, and the field, "" to set it aside
	ChooseHeaderRow Way = "choose-header-row" // name the row with the headers
	ChooseFields    Way = "choose-fields"     // choose other fields to set
	SaveMapping     Way = "save-mapping"      // write a mapping file

	LookUp     Way = "look-up"      // read the accounts before they are changed
	RunAsAdmin Way = "run-as-admin" // by the rights of an administrator
)

// With adds ways to settle a refusal to its hint.
func (r *Refusal) With(remedies ...Remedy) *Refusal {
	r.Remedies = append(r.Remedies, remedies...)
	return r
}

// StartOver is for an error whose run was removed: what would be settled by resuming it is settled by starting again.
func StartOver(err error) error {
	var refused *Refusal
	if !errors.As(err, &refused) {
		return err
	}
	for i, remedy := range refused.Remedies {
		if remedy.Way == ResumeRun {
			refused.Remedies[i] = Remedy{Way: StartAgain}
		}
	}
	return err
}
