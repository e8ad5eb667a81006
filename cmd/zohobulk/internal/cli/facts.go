package cli

import (
	"reflect"
	"slices"

	"zohobulk/importer"
	"zohobulk/zoho/profile"
)

// facts are what the profile knows of the service: what runs have seen, and before it what a probe has tried.
func (c *connection) facts() importer.Facts {
	f := importer.Facts{DirectorySize: c.profile.Users}
	if p := c.profile.Proven; p != nil {
		takeLearnt(&f, p.Learnt)
		f.Proven, f.Emptied = p.Fields, p.Emptied
	}
	if p := c.profile.Probe; p != nil {
		takeLearnt(&f, p.Learnt)
		f.Probed = true
	}
	return f
}

// takeLearnt takes over the answers that are known.
func takeLearnt(f *importer.Facts, l profile.Learnt) {
	l = l.Complete()
	take := func(fact *string, answer string) {
		if answer != string(profile.Unknown) {
			*fact = answer
		}
	}
	take(&f.PhoneKey, l.PhoneKey)
	take(&f.OmittedFields, string(l.OmittedFields))
	take(&f.OmittedAddress, string(l.OmittedAddress))
	take(&f.Empty, string(l.Empty))
	switch l.Names {
	case profile.Yes:
		f.Names = "yes"
	case profile.No:
		f.Names = "no"
	}
	if l.PageSize > 0 {
		f.PageSize = l.PageSize
	}
}

// remember keeps in the profile what is known now of an organisation's directory and of the service, unless it is another
// organisation's than the profile's. The profile is read anew, since other commands keep things in it, too.
func (c *connection) remember(zoid string, f importer.Facts) error {
	if !c.saved || c.sandbox != nil || c.profile.ZOID != "" && c.profile.ZOID != zoid {
		return nil
	}
	p, err := c.folders.Profiles().Load(c.profile.Name)
	if err != nil {
		return err
	}
	before := p
	p.Users, p.Proven = f.DirectorySize, provenBy(p.Proven, f)
	if p.Users == before.Users && reflect.DeepEqual(p.Proven, before.Proven) {
		return nil
	}
	c.profile = p
	return c.folders.Profiles().Save(p)
}

// provenBy adds the facts that runs learn to what a profile has of them; nil if there are none.
func provenBy(known *profile.Proven, f importer.Facts) *profile.Proven {
	p := profile.Proven{Learnt: profile.Nothing()}
	if known != nil {
		p.Learnt, p.Fields, p.Emptied = known.Complete(), slices.Clone(known.Fields), slices.Clone(known.Emptied)
	}
	p.PhoneKey = first(f.PhoneKey, p.PhoneKey)
	p.OmittedFields = profile.Answer(first(f.OmittedFields, string(p.OmittedFields)))
	p.OmittedAddress = profile.Answer(first(f.OmittedAddress, string(p.OmittedAddress)))
	switch f.Names {
	case "yes":
		p.Names = profile.Yes
	case "no":
		p.Names = profile.No
	}
	p.Fields, p.Emptied = union(p.Fields, f.Proven), union(p.Emptied, f.Emptied)
	if !p.Known() && len(p.Fields) == 0 {
		return nil
	}
	return &p
}

// union adds to a list what it doesn't hold yet.
func union(list, more []string) []string {
	for _, name := range more {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
