package cli

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/pflag"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/zoho/connect"
)

// flagsFromProfile sets from the profile's defaults what neither the command line nor the environment says. The rate is not among
// them: the connection takes it from the profile itself. A profile that can't be read is the command's concern, if it needs one.
func (a *app) flagsFromProfile(flags *pflag.FlagSet) error {
	folders, err := connect.SystemFolders()
	if err != nil {
		return nil
	}
	p, err := folders.Profiles().Load(a.global.profile)
	if err != nil {
		return nil
	}
	for _, d := range []struct {
		flag, text string
		check      func(string) error
	}{{"mapping", p.Mapping, wholePath}, {"reports", p.Reports, wholePath}, {"phones", p.Phones, phoneForm}} {
		f := flags.Lookup(d.flag)
		if f == nil || f.Changed || d.text == "" {
			continue
		}
		if err := errors.Join(d.check(d.text), flags.Set(d.flag, d.text)); err != nil {
			return problem.Refuse("profile", "correct it in "+folders.Profiles().File(p.Name), "profile %q: %s: %w", p.Name, d.flag, err)
		}
	}
	return nil
}

// wholePath refuses a path that means another place in each folder.
func wholePath(path string) error {
	if filepath.IsAbs(path) {
		return nil
	}
	return fmt.Errorf("%q: want a whole path, from the root on", path)
}

func phoneForm(text string) error {
	_, err := field.ParsePhoneForm(text)
	return err
}
