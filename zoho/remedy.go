package zoho

// Remedy is what a person can do about an error, as a value: a command words it as a flag or a command line, the local page as a
// control.
type Remedy struct {
	Way  Way
	Args []string // what the way needs, as its comment says
}

// Way is a kind of remedy, as a word in kebab-case.
type Way string

// The ways out of a connection that does not work.
const (
	LogIn            Way = "log-in"            // Args: the profile, none for any
	LogInAgain       Way = "log-in-again"      // Args: the profile, none for any
	LogOut           Way = "log-out"           // revoke and forget the login
	SetVariables     Way = "set-variables"     // Args: the environment variables that stand for a login
	Rehearse         Way = "rehearse"          // the stand-in needs no login
	CheckDataCentre  Way = "check-data-centre" // or the addresses that stand for one
	UseOwnPlace      Way = "use-own-place"     // leave the data centre and the addresses to the profile
	LogInElsewhere   Way = "log-in-elsewhere"  // in another data centre, under another profile
	KeepInFile       Way = "keep-in-file"      // keep the login in a file instead of the keyring
	AllowFile        Way = "allow-file"        // do not insist on the keyring
	UsePort          Way = "use-port"          // Args: another port for the browser to come back to
	ShowScopes       Way = "show-scopes"       // see the scopes to ask for
	ShowSecretForms  Way = "show-secret-forms" // see what a secret command may print
	ExportLogin      Way = "export-login"      // make the three variables of a scheduled job
	NameOrganisation Way = "name-organisation" // name the organisation by its id
	OwnAccountOnly   Way = "own-account-only"  // ask for the rights over the own account alone
	ListProfiles     Way = "list-profiles"     // see which profiles there are
	ChooseConnection Way = "choose-connection" // the profile of another organisation
)

// Refusal is why a login can't do what is asked of it. The service has not been asked to change anything.
type Refusal struct {
	Code     string   // kebab-case, for machines
	Message  string   // what is wrong, lower case, no full stop
	Hint     string   // what to do about it, "" if the remedies say it
	Remedies []Remedy // what else settles it
	Err      error    // the cause, whose text is in Message already; may be nil
}

func (r *Refusal) Error() string { return r.Message }

func (r *Refusal) Unwrap() error { return r.Err }

// Reason returns the refusal's word, sentence and advice.
func (r *Refusal) Reason() (code, message, hint string) { return r.Code, r.Message, r.Hint }

// Ways returns what else settles the refusal.
func (r *Refusal) Ways() []Remedy { return r.Remedies }
