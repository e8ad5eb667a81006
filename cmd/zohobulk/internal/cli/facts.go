package cli

import (
	"slices"

	"zohobulk/importer"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// factsOf are what a profile knows of the service: what runs have seen, and before it what a probe has tried.
func factsOf(p connect.Profile) importer.Facts {
	f := importer.Facts{DirectorySize: p.Users}
	if proven := p.Proven; proven != nil {
		takeLearnt(&f, proven.Capabilities)
		f.Proven, f.Emptied = proven.Fields, proven.Emptied
	}
	if probe := p.Probe; probe != nil {
		takeLearnt(&f, probe.Capabilities)
		f.Probed = true
	}
	return f
}

// takeLearnt takes over the answers that are known.
func takeLearnt(f *importer.Facts, c zoho.Capabilities) {
	c = c.Complete()
	take := func(fact *string, answer string) {
		if answer != string(zoho.Unknown) {
			*fact = answer
		}
	}
	take(&f.PhoneKey, c.PhoneKey)
	take(&f.OmittedFields, string(c.OmittedFields))
	take(&f.OmittedAddress, string(c.OmittedAddress))
	take(&f.Empty, string(c.Empty))
	switch c.Names {
	case zoho.Yes:
		f.Names = "yes"
	case zoho.No:
		f.Names = "no"
	}
	if c.PageSize > 0 {
		f.PageSize = c.PageSize
	}
}

// remember keeps in the profile what is known now of an organisation's directory and of the service.
func remember(c *connect.Connection, zoid zoho.ID, f importer.Facts) error {
	return c.Remember(zoid, func(p *connect.Profile) { p.Users, p.Proven = f.DirectorySize, provenBy(p.Proven, f) })
}

// provenBy adds the facts that runs learn to what a profile has of them; nil if there are none.
func provenBy(known *connect.Proven, f importer.Facts) *connect.Proven {
	p := connect.Proven{Capabilities: zoho.NoCapabilities()}
	if known != nil {
		p.Capabilities, p.Fields, p.Emptied = known.Complete(), slices.Clone(known.Fields), slices.Clone(known.Emptied)
	}
	p.PhoneKey = first(f.PhoneKey, p.PhoneKey)
	p.OmittedFields = zoho.Answer(first(f.OmittedFields, string(p.OmittedFields)))
	p.OmittedAddress = zoho.Answer(first(f.OmittedAddress, string(p.OmittedAddress)))
	switch f.Names {
	case "yes":
		p.Names = zoho.Yes
	case "no":
		p.Names = zoho.No
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
