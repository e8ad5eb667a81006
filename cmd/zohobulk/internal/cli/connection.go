package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"zohobulk/importer"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// connector makes the connections of a command.
func (a *app) connector() *connect.Connector { return a.connectorIn(a.folders()) }

// ownConnector is the connector of a command that keeps or deletes a login, which must not lie below the reports.
func (a *app) ownConnector() (*connect.Connector, error) {
	folders, err := connect.SystemFolders()
	return a.connectorIn(folders), err
}

func (a *app) connectorIn(f connect.Folders) *connect.Connector {
	return &connect.Connector{Folders: f, Env: a.Env, UserAgent: userAgent(), Redactor: &a.secrets, Notice: a.notice}
}

// folders are the program's own places. Where the user's can't be used, as in a container, they lie below the reports.
func (a *app) folders() connect.Folders {
	instead := filepath.Join(a.global.reports, ".zohobulk")
	f, alone := connect.FoldersWithin(instead)
	if alone != nil {
		a.notice(fmt.Sprintf("note: the cache folder can't be used (%v). Locks, the count of calls and access tokens are kept in %s, "+
			"and not shared with runs that keep their reports elsewhere. Set XDG_CACHE_HOME or HOME to a folder that can be written.", alone, f.Cache))
	}
	return f
}

// connect makes the connection that the flags choose. It finds the secrets, and calls nobody.
func (a *app) connect(ctx context.Context, r *rateFlags, trace func(zoho.Attempt)) (*connect.Connection, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	choice := a.choice(r)
	choice.Trace = trace
	return a.connector().Connect(ctx, choice)
}

// choice is what the flags choose.
func (a *app) choice(r *rateFlags) connect.Choice {
	g := a.global
	return connect.Choice{
		Profile: g.profile, DC: g.dc, AccountsURL: g.accountsURL, MailURL: g.mailURL, ZOID: g.zoid, Sandbox: g.sandbox,
		Rights: zoho.Rights(r.auth), Rate: r.rate, Workers: r.workers, MaxWait: r.longestWait(), Trace: a.traced,
	}
}

// userAgent is what the program calls itself to Zoho.
func userAgent() string { return "zohobulk/" + version() }

// notice says something that a person should know, once.
func (a *app) notice(text string) { fmt.Fprintf(a.Err, "%s\n", text) }

// traced says each call, where that was asked for.
func (a *app) traced(t zoho.Attempt) {
	if a.global.verbose {
		a.notice(attemptText(t))
	}
}

// first is the first text that says anything.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// withProfile adds the profile to a command line, where it is not the default one.
func withProfile(command, profile string) string {
	if profile == "" || profile == connect.DefaultProfile {
		return command
	}
	return command + " --profile " + shellWord(profile)
}

// callerText is whose login it is, in words.
func callerText(c zoho.Caller) string {
	place := "in no organisation"
	if name := zoho.OrganisationName(c.Organisation, c.ZOID); name != "" {
		place = "organisation " + name
	}
	return fmt.Sprintf("%s (%s), %s", c.Account.PrimaryEmail, first(c.Account.Role, "role not told"), place)
}

// organisationText names the organisation of a run, with the profile that leads there where it is not the default one.
func organisationText(name, zoid, profile string) string {
	text := "organisation " + zoho.OrganisationName(name, zoho.ID(zoid))
	if profile != "" && profile != connect.DefaultProfile {
		text += ", profile " + profile + ","
	}
	return text
}

// settingError is a wrong value as an error of the command line, unless it stands in the profile.
func settingError(err error) error {
	var e *connect.SettingError
	if errors.As(err, &e) && e.Profile == "" {
		return usage(fmt.Errorf("--%w", e))
	}
	return err
}

// rightsOf are the rights of a connection as a run takes them.
func rightsOf(c *connect.Connection) importer.Auth { return importer.Auth(c.Rights) }
