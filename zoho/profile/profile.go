// Package profile keeps what is known of a connection in a readable file: which data centre and organisation, how to
// log in, how fast to go, and what probe learnt. No secret is ever in it.
package profile

import (
	"errors"
	"runtime"
	"strings"
)

// Default is the name of the profile that is used when none is named.
const Default = "default"

// The places where a login can keep its secrets.
const (
	InKeyring = "keyring"
	InFile    = "file"
)

// Profile is one connection.
type Profile struct {
	Name string `toml:"-"`

	DC           string  `toml:"dc,omitempty"`             // data centre, "" where both addresses are given
	AccountsURL  string  `toml:"accounts_url,omitempty"`   // instead of the data centre's
	MailURL      string  `toml:"mail_url,omitempty"`       // instead of the data centre's
	ZOID         string  `toml:"zoid,omitempty"`           // organisation id
	Organisation string  `toml:"organisation,omitempty"`   // its name, if it could be read
	User         string  `toml:"user,omitempty"`           // who logged in
	Role         string  `toml:"role,omitempty"`           // the role they had then
	Auth         string  `toml:"auth,omitempty"`           // "admin" or "user"; "" is admin
	Rate         string  `toml:"rate,omitempty"`           // like "25/m"; "" is the default
	Secrets      string  `toml:"secrets,omitempty"`        // InKeyring, InFile or "" (environment, secret_command)
	Command      Command `toml:"secret_command,omitempty"` // prints the secrets; goes before the keyring and the file
	Scopes       string  `toml:"scopes,omitempty"`         // as asked for at the login
	Users        int     `toml:"directory_size,omitzero"`  // users the directory had when last listed

	Probe  *Probe  `toml:"probe"`  // nil if probe never ran
	Proven *Proven `toml:"proven"` // nil if no run has learnt anything
}

// Learnt is what probe found out, every answer spelt out.
func (p Profile) Learnt() Learnt {
	if p.Probe == nil {
		return Nothing()
	}
	return p.Probe.Complete()
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
