package zoho

import (
	"context"
	"fmt"
)

// Rights says whose rights a login has or a command uses.
type Rights string

// The two documented kinds of authentication.
const (
	AdminRights Rights = "admin" // an administrator's, over anybody in the organisation
	UserRights  Rights = "user"  // a person's, over the own account only
)

// The permissions that a token needs.
const (
	ScopeReadAll   = "ZohoMail.organization.accounts.READ"
	ScopeUpdateAll = "ZohoMail.organization.accounts.UPDATE"
	ScopeReadOwn   = "ZohoMail.accounts.READ"
	ScopeUpdateOwn = "ZohoMail.accounts.UPDATE"
)

// Scopes are the permissions that a token with these rights needs, in the order in which they are asked for.
func (r Rights) Scopes() []string {
	if r == UserRights {
		return []string{ScopeReadOwn, ScopeUpdateOwn}
	}
	return []string{ScopeReadAll, ScopeUpdateAll, ScopeReadOwn}
}

// Caller is whose login it is.
type Caller struct {
	Account      Account
	ZOID         ID     // the organisation, "" if it is in none
	Organisation string // its name, "" if the service does not tell
}

// The codes of a caller's Refusal.
const (
	CodeNoAccount      = "no-account"      // the login has no mail account
	CodeNoOrganisation = "no-organisation" // an administrator is needed, and the login is in no organisation
	CodeNoAdmin        = "no-admin"        // an administrator is needed, and this is none
)

// Caller reads whose login it is. A zoid that is not "" goes before what the account says of its organisation.
func (c *Client) Caller(ctx context.Context, zoid ID) (Caller, error) {
	accounts, err := c.OwnAccounts(ctx)
	if err != nil {
		return Caller{}, err
	}
	return CallerOf(accounts, zoid)
}

// CallerOf is whose login it is by the own accounts that the service listed. A zoid that is not "" goes before theirs.
func CallerOf(accounts []Account, zoid ID) (Caller, error) {
	if len(accounts) == 0 {
		return Caller{}, &Refusal{Code: CodeNoAccount, Message: "this login has no mail account", Hint: "log in as somebody who uses Zoho Mail"}
	}
	caller := Caller{Account: accounts[0], ZOID: zoid}
	if caller.ZOID == "" {
		caller.ZOID = accounts[0].ZOID
	}
	if !caller.ZOID.Valid() { // the service writes -1 for none
		caller.ZOID = ""
	}
	return caller, nil
}

// May refuses a login that can't do what the rights stand for. A role that the service does not tell is no reason to refuse.
func (c Caller) May(rights Rights) error {
	if rights == UserRights {
		return nil
	}
	admin, known := c.Account.Admin()
	switch {
	case c.ZOID == "":
		return &Refusal{Code: CodeNoOrganisation, Message: c.Account.PrimaryEmail + " belongs to no organisation",
			Hint: "log in as an administrator of the organisation", Remedies: []Remedy{{Way: NameOrganisation}}}
	case known && !admin:
		return &Refusal{Code: CodeNoAdmin,
			Message: fmt.Sprintf("%s is no administrator of organisation %s (role %s)", c.Account.PrimaryEmail, c.ZOID, c.Account.Role),
			Hint:    "log in as an administrator", Remedies: []Remedy{{Way: OwnAccountOnly}}}
	}
	return nil
}

// OrganisationName names an organisation for a person, like "Zylker Inc (1234567890)": both, or what is known of the two.
func OrganisationName(name string, zoid ID) string {
	switch {
	case name == "" || name == string(zoid):
		return string(zoid)
	case zoid == "":
		return name
	}
	return fmt.Sprintf("%s (%s)", name, zoid)
}
