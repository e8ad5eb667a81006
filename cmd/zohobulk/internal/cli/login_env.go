package cli

import (
	"context"
	"fmt"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// mayPrintSecrets refuses to print secrets where nobody can be asked, or where they would land unseen.
func (a *app) mayPrintSecrets(yes bool) error {
	switch {
	case yes:
		return nil
	case !a.InTerminal:
		return usagef("--print-env prints secrets, and there is no terminal to ask on; add --yes to print them without a question")
	case !a.OutTerminal:
		return usagef("--print-env prints secrets, and standard output is a file or a pipe; add --yes to write them there")
	}
	return nil
}

// printEnv prints the variables that stand for the saved login. It is the one place that prints secrets.
func (a *app) printEnv(ctx context.Context, c *connect.Connector, choice connect.Choice, f loginFlags) error {
	s, err := c.Find(choice)
	if err != nil {
		return err
	}
	if !f.yes {
		ok, err := a.ask(ctx, "", "This prints the client secret and the refresh token of "+loginName(s.Profile)+
			". Whoever has them can do all that this login can.")
		if err != nil {
			return err
		}
		if !ok {
			return &problem.Refusal{Code: "declined", Message: "nothing was printed", Exit: exitStopped}
		}
	}
	variables, err := c.Export(ctx, choice)
	if err != nil {
		return err
	}
	variables = append(variables, places(s)...)
	if a.global.json {
		d := envDocument{Schema: schemaVersion, Profile: s.Profile.Name, Env: map[string]string{}}
		for _, v := range variables {
			d.Env[v.Name] = v.Value
		}
		return a.printJSON(d)
	}
	for _, v := range variables {
		fmt.Fprintf(a.Out, "%s=%s\n", v.Name, v.Value)
	}
	a.notice("Keep them where only the job can read them. " + withProfile("zohobulk logout", s.Profile.Name) + " makes them worthless.")
	return nil
}

type envDocument struct {
	Schema  int               `json:"schema"`
	Profile string            `json:"profile"`
	Env     map[string]string `json:"env"`
}

// places are the variables that lead a job to the same place with the same rights, where they are not the default ones.
func places(s *connect.Site) (all []connect.Variable) {
	dc, known := zoho.FindDataCentre(s.DC)
	switch own := known && s.Accounts == dc.Accounts && s.Mail == dc.Mail; {
	case !own:
		all = append(all, connect.Variable{Name: envName("accounts-url"), Value: s.Accounts}, connect.Variable{Name: envName("mail-url"), Value: s.Mail})
	case dc != zoho.DataCentres[0]:
		all = append(all, connect.Variable{Name: envName("dc"), Value: dc.Name})
	}
	if s.Rights == zoho.UserRights {
		all = append(all, connect.Variable{Name: envName("auth"), Value: string(s.Rights)})
	}
	return all
}

// loginName names a saved login for a person.
func loginName(p connect.Profile) string {
	text := p.User
	if organisation := p.OrganisationName(); organisation != "" {
		text += " in " + organisation
	}
	return fmt.Sprintf("%s (profile %s)", text, p.Name)
}
