package cli

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

func newProfilesCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "profiles",
		Short: "list the connections",
		Long: `profiles lists the connections that login has made, each with its organisation, and where its login is kept. It calls nobody.
Another connection is made by login --profile NAME, and used by --profile NAME.

A profile is a file that may be edited. It can hold defaults for its organisation: rate, mapping (a mapping file), phones and
reports (a folder). A flag goes before the environment, and that before the profile.

--json prints {schema, profiles: [{profile, file, dc, accounts_url, mail_url, auth, user, role, zoid, organisation, secrets:
environment|secret_command|keyring|file|"", rate, mapping, phones, reports}]}.`,
		Example: `  zohobulk profiles
  zohobulk login --profile zylker-eu --dc eu
  zohobulk plan staff.xlsx --profile zylker-eu`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.profiles() },
	}
}

type profilesDocument struct {
	Schema   int            `json:"schema"`
	Profiles []shownProfile `json:"profiles"`
}

type shownProfile struct {
	Profile      string        `json:"profile"`
	File         string        `json:"file"`
	DC           string        `json:"dc"`
	Accounts     string        `json:"accounts_url"`
	Mail         string        `json:"mail_url"`
	Auth         zoho.Rights   `json:"auth"`
	User         string        `json:"user"`
	Role         string        `json:"role"`
	ZOID         string        `json:"zoid"`
	Organisation string        `json:"organisation"`
	Secrets      connect.Place `json:"secrets"`
	Rate         string        `json:"rate"`
	Mapping      string        `json:"mapping"`
	Phones       string        `json:"phones"`
	Reports      string        `json:"reports"`
}

func (a *app) profiles() error {
	c, err := a.ownConnector()
	if err != nil {
		return err
	}
	all, err := c.List()
	d := profilesDocument{Schema: schemaVersion, Profiles: []shownProfile{}}
	for _, p := range all {
		place, _ := c.Where(p)
		d.Profiles = append(d.Profiles, shownProfile{
			Profile: p.Name, File: c.Folders.Profiles().File(p.Name), DC: p.DC, Accounts: p.AccountsURL, Mail: p.MailURL,
			Auth: cmp.Or(p.Auth, zoho.AdminRights), User: p.User, Role: p.Role, ZOID: p.ZOID, Organisation: p.Organisation,
			Secrets: place, Rate: p.Rate, Mapping: p.Mapping, Phones: p.Phones, Reports: p.Reports,
		})
	}
	if a.global.json {
		return errors.Join(err, a.printJSON(d))
	}
	a.showProfiles(d.Profiles)
	return err
}

// showProfiles shows the connections as a table.
func (a *app) showProfiles(all []shownProfile) {
	if len(all) == 0 {
		a.notice("There is no connection yet.\nnext: zohobulk login")
		return
	}
	t := term.Table{Columns: []term.Column{{Title: "profile"}, {Title: "organisation", Least: 20}, {Title: "user", Least: 16},
		{Title: "rights", Least: 5}, {Title: "data centre", Least: 4}, {Title: "login", Least: 7}, {Title: "rate", Least: 5}}}
	for _, p := range all {
		t.Rows = append(t.Rows, []string{p.Profile, cmp.Or(zoho.OrganisationName(p.Organisation, zoho.ID(p.ZOID)), "not known"), p.User,
			string(p.Auth), cmp.Or(p.DC, p.Mail, zoho.DataCentres[0].Name), cmp.Or(string(p.Secrets), "none"), p.Rate})
	}
	t.Write(term.New(a.Out, term.Options{NoColor: a.global.noColor, Env: a.Env}))
	if !a.global.quiet {
		a.notice("next: zohobulk status --profile NAME tries one; login and logout take --profile too")
	}
}
