package connect

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"time"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
)

// DefaultProfile is the name of the profile that is used when none is named.
const DefaultProfile = "default"

// Profile is what is known of one connection. It is kept in a file that may be edited, and holds no secret.
type Profile struct {
	Name string `toml:"-"`

	DC           string      `toml:"dc,omitempty"`             // data centre, "" where both addresses are given
	AccountsURL  string      `toml:"accounts_url,omitempty"`   // instead of the data centre's
	MailURL      string      `toml:"mail_url,omitempty"`       // instead of the data centre's
	ZOID         string      `toml:"zoid,omitempty"`           // organisation id
	Organisation string      `toml:"organisation,omitempty"`   // its name, if it could be read
	User         string      `toml:"user,omitempty"`           // who logged in
	Role         string      `toml:"role,omitempty"`           // the role they had then
	Auth         zoho.Rights `toml:"auth,omitempty"`           // whose rights are used: admin or user; "" is admin
	Secrets      auth.Place  `toml:"secrets,omitempty"`        // where the login is kept: keyring, file or "" (environment, secret_command)
	Command      Command     `toml:"secret_command,omitempty"` // prints the secrets; goes before the keyring and the file
	Scopes       string      `toml:"scopes,omitempty"`         // as asked for at the login
	Users        int         `toml:"directory_size,omitzero"`  // users the directory had when last listed

	// Defaults: a flag that is typed goes before the environment, and that before these.

	Rate    string `toml:"rate,omitempty"`    // calls at most, like "25/m"
	Mapping string `toml:"mapping,omitempty"` // whole path of a mapping file
	Phones  string `toml:"phones,omitempty"`  // how phones are sent: keep, e164 or national
	Reports string `toml:"reports,omitempty"` // whole path of the folder in which runs are kept

	Probe  *Probe  `toml:"probe"`  // nil if no probe ever ran
	Proven *Proven `toml:"proven"` // nil if no run has learnt anything
}

// Probe is what a probe learnt, when, and on whom.
type Probe struct {
	zoho.Capabilities
	User string    `toml:"user"` // the spare user's address
	At   time.Time `toml:"at"`
}

// Proven is what runs have seen the service do, which spares the next run to look.
type Proven struct {
	zoho.Capabilities
	Fields  []string `toml:"fields"`            // fields that were seen to change as they should
	Emptied []string `toml:"emptied,omitempty"` // fields that were seen to be emptied
}

// Probed is what a probe learnt, every answer spelt out.
func (p Profile) Probed() zoho.Capabilities {
	if p.Probe == nil {
		return zoho.NoCapabilities()
	}
	return p.Probe.Complete()
}

// Knowledge is what is known of the service and the organisation: what runs have seen, and before it what a probe has tried.
func (p Profile) Knowledge() zoho.Knowledge {
	k := zoho.Knowledge{DirectorySize: p.Users}
	if p.Proven != nil {
		k.Capabilities, k.Proven, k.Emptied = p.Proven.Capabilities, p.Proven.Fields, p.Proven.Emptied
	}
	if p.Probe != nil {
		k.Capabilities, k.Probed = p.Probe.Or(k.Capabilities), true
	}
	return k
}

// proven adds what a run knows to what runs before it have proven; nil if there is nothing.
func (p Profile) proven(k zoho.Knowledge) *Proven {
	var all Proven
	if p.Proven != nil {
		all = *p.Proven
	}
	learnt := zoho.Capabilities{PhoneKey: k.PhoneKey, Names: k.Names, OmittedFields: k.OmittedFields, OmittedAddress: k.OmittedAddress}
	all.Capabilities = learnt.Or(all.Capabilities).Complete()
	all.Fields, all.Emptied = union(all.Fields, k.Proven), union(all.Emptied, k.Emptied)
	if !all.Known() && len(all.Fields) == 0 {
		return nil
	}
	return &all
}

// union is a list with what it doesn't hold yet of another.
func union(list, more []string) []string {
	list = slices.Clone(list)
	for _, name := range more {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// OrganisationName names the profile's organisation for a person, like "Zylker Inc (1234567890)", "" if none is known.
func (p Profile) OrganisationName() string {
	return zoho.OrganisationName(p.Organisation, zoho.ID(p.ZOID))
}

// saved says where the profile's secrets are kept.
func (p Profile) saved() auth.Saved {
	return auth.Saved{Profile: p.Name, Place: p.Secrets, Command: p.Command}
}

// Command is a program with its arguments.
type Command []string

// UnmarshalTOML reads a list of texts, or one text, which is a line for the system's shell.
func (c *Command) UnmarshalTOML(value any) error {
	switch v := value.(type) {
	case string:
		*c = shell(v)
		return nil
	case []any:
		*c = make(Command, 0, len(v))
		for _, item := range v {
			arg, ok := item.(string)
			if !ok {
				return errCommand
			}
			*c = append(*c, arg)
		}
		return nil
	}
	return errCommand
}

var errCommand = errors.New("secret_command: want a line for the shell, or a list of texts")

func shell(line string) Command {
	switch {
	case strings.TrimSpace(line) == "":
		return nil
	case runtime.GOOS == "windows":
		return Command{"cmd", "/C", line}
	}
	return Command{"/bin/sh", "-c", line}
}
