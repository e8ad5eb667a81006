package connect

import (
	"errors"
	"fmt"
)

// Setting names a value of a Choice, for whoever words it as a flag or a control.
type Setting string

// The settings that can be wrong.
const (
	SettingDC          Setting = "dc"
	SettingAccountsURL Setting = "accounts-url"
	SettingMailURL     Setting = "mail-url"
	SettingRate        Setting = "rate"
	SettingRights      Setting = "auth"
)

// SettingError is a value of a Choice or a profile that can't be used.
type SettingError struct {
	Setting Setting
	Value   string
	Want    string // what it may be, "" if Err says it
	Profile string // the profile that it comes from, "" if it was chosen
	Err     error  // the cause, which begins with the setting; nil if Want says it
}

// Error is like `dc "mars": want us, eu or in`, after the profile's name where the value comes from there.
func (e *SettingError) Error() string {
	text := fmt.Sprintf("%s %q: want %s", e.Setting, e.Value, e.Want)
	if e.Err != nil {
		text = e.Err.Error()
	}
	if e.Profile != "" {
		return fmt.Sprintf("profile %q: %s", e.Profile, text)
	}
	return text
}

func (e *SettingError) Unwrap() error { return e.Err }

// The codes of this package's refusals, beside those of zoho.Caller.
const (
	CodeNoProfile         = "no-such-profile"
	CodeNoKeyring         = "no-keyring"         // the login was to be kept in the keyring and nowhere else
	CodeNotOurs           = "not-ours"           // the login was not saved by this program, so it can't delete it
	CodeNotExported       = "not-exported"       // there is no saved login to print
	CodeOwnAccount        = "own-account"        // a probe of the caller
	CodeAdmin             = "admin"              // a probe of an administrator
	CodeOtherOrganisation = "other-organisation" // a probe that was killed must be put back in another organisation first
)

func isNone(err error) bool { return errors.Is(err, ErrNone) }
