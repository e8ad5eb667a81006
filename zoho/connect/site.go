package connect

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// Site is where a choice leads: the profile with the two hosts. Nothing has been called yet, and no secret was asked for.
type Site struct {
	Profile  Profile
	Saved    bool        // the profile exists on disk, so that what is learnt can be kept in it
	DC       string      // the data centre's name, "sandbox", or "" where only the addresses are known
	Accounts string      // base URL of the accounts server
	Mail     string      // base URL of the mail service
	ZOID     zoho.ID     // the organisation, "" where only the login can tell
	Rights   zoho.Rights // whose rights are used
	Rate     zoho.Rate   // calls at most
	Sandbox  bool        // it is the stand-in within this process

	choice      Choice
	network     http.RoundTripper // nil is the connector's
	credentials auth.Credentials
}

// Find finds out where a choice leads, and asks nobody: a secret_command may want a fingerprint.
func (c *Connector) Find(choice Choice) (*Site, error) {
	p, saved, err := c.load(choice)
	if err != nil {
		return nil, err
	}
	return siteOf(choice, p, saved)
}

// FindNew is Find for a login, which makes the profile if it does not exist.
func (c *Connector) findNew(choice Choice) (*Site, error) {
	p, err := c.Folders.Profiles().Load(choice.Profile)
	if err != nil && !isNone(err) {
		return nil, err
	}
	return siteOf(choice, p, err == nil)
}

func siteOf(choice Choice, p Profile, saved bool) (*Site, error) {
	s := &Site{Profile: p, Saved: saved, ZOID: zoho.ID(cmp.Or(choice.ZOID, p.ZOID)), Sandbox: choice.Sandbox, choice: choice,
		Rights: cmp.Or(choice.Rights, p.Auth, zoho.AdminRights)}
	if s.Rights != zoho.AdminRights && s.Rights != zoho.UserRights {
		return nil, &SettingError{Setting: SettingRights, Value: string(s.Rights), Want: "admin or user", Profile: origin(choice.Rights == "", p)}
	}
	if err := s.pace(); err != nil {
		return nil, err
	}
	return s, s.place()
}

// origin is the profile that a setting comes from, "" if it was chosen.
func origin(fromProfile bool, p Profile) string {
	if fromProfile {
		return p.Name
	}
	return ""
}

// pace settles how fast the site may be called.
func (s *Site) pace() (err error) {
	text := cmp.Or(s.choice.Rate, s.Profile.Rate)
	switch {
	case s.Sandbox && s.choice.Rate == "":
		s.Rate = zoho.Unlimited
	case text == "":
		s.Rate = zoho.DefaultRate
	default:
		if s.Rate, err = zoho.ParseRate(text); err != nil {
			return &SettingError{Setting: SettingRate, Value: text, Profile: origin(s.choice.Rate == "", s.Profile), Err: err}
		}
	}
	return nil
}

// place settles the two hosts.
func (s *Site) place() error {
	if s.Sandbox {
		s.DC, s.Accounts, s.Mail = "sandbox", zohotest.URL, zohotest.URL
		return nil
	}
	chosen, own := s.choice, s.Profile
	s.DC = cmp.Or(chosen.DC, own.DC)
	s.Accounts, s.Mail = cmp.Or(chosen.AccountsURL, own.AccountsURL), cmp.Or(chosen.MailURL, own.MailURL)
	if s.Accounts == "" || s.Mail == "" || chosen.DC != "" {
		if chosen.DC != "" { // a chosen data centre goes before the profile's addresses
			own.AccountsURL, own.MailURL = "", ""
		}
		s.DC = cmp.Or(s.DC, zoho.DataCentres[0].Name)
		dc, ok := zoho.FindDataCentre(s.DC)
		if !ok {
			return &SettingError{Setting: SettingDC, Value: s.DC, Want: dataCentreNames(), Profile: origin(chosen.DC == "", s.Profile)}
		}
		s.Accounts = cmp.Or(chosen.AccountsURL, own.AccountsURL, dc.Accounts)
		s.Mail = cmp.Or(chosen.MailURL, own.MailURL, dc.Mail)
	}
	for _, host := range []struct {
		setting Setting
		address string
		chosen  bool
	}{{SettingAccountsURL, s.Accounts, chosen.AccountsURL != ""}, {SettingMailURL, s.Mail, chosen.MailURL != ""}} {
		if _, err := zoho.CheckBaseURL(host.address); err != nil {
			return &SettingError{Setting: host.setting, Value: host.address, Profile: origin(!host.chosen, s.Profile),
				Err: fmt.Errorf("%s: %w", host.setting, err)}
		}
	}
	return nil
}

// dataCentreNames lists the data centres, like "us, eu or in".
func dataCentreNames() string {
	var names []string
	for _, dc := range zoho.DataCentres {
		names = append(names, dc.Name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// UnknownHost is the address of the mail service if it belongs to no known data centre, else "".
func (s *Site) UnknownHost() string {
	if s.Sandbox {
		return ""
	}
	if _, ok := zoho.DataCentreOf(s.Mail); ok {
		return ""
	}
	return s.Mail
}

// Elsewhere reports whether the choice leads to another service than the saved profile does.
func (s *Site) Elsewhere() bool {
	chosen, own := s.choice, s.Profile
	return s.Saved && (chosen.DC != "" && chosen.DC != cmp.Or(own.DC, zoho.DataCentres[0].Name) || chosen.MailURL != "" && chosen.MailURL != own.MailURL)
}

// addresses are what a profile has to remember of a site: a data centre's name, or addresses where they are not its own.
func (s *Site) addresses() (dc, accounts, mail string) {
	known, ok := zoho.FindDataCentre(s.DC)
	if ok && s.Accounts == known.Accounts && s.Mail == known.Mail {
		return known.Name, "", ""
	}
	return "", s.Accounts, s.Mail
}

// follow goes over to the data centre that the service named as the account's own.
func (s *Site) follow(accounts string) (moved string) {
	if accounts == s.Accounts {
		return ""
	}
	s.Accounts = accounts
	dc, ok := zoho.DataCentreOf(accounts)
	if !ok {
		return ""
	}
	s.DC, s.Mail = dc.Name, dc.Mail
	return fmt.Sprintf("the account lives in the data centre %s (%s); the profile remembers it", dc.Name, dc.Place)
}
