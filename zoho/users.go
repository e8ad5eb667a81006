package zoho

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// OwnAccounts are the accounts of the caller, whose ZOID is the organisation and whose Role says what the caller may
// do there. An account outside an organisation has a ZOID that is not Valid.
//
// GET /api/accounts, https://zoho.com/mail/help/api/account-api.html
func (c *Client) OwnAccounts(ctx context.Context) ([]Account, error) {
	var own []Account
	err := c.do(ctx, call{op: "read own account", method: http.MethodGet, path: "/api/accounts", right: ownRight,
		into: func(r *reader) { own = r.accounts() }})
	if err != nil {
		return nil, err
	}
	return own, nil
}

// Organisation is what the service tells of an organisation. It is documented for partners; an administrator's token
// may be refused.
//
// GET /api/organization/{zoid}, https://www.zoho.com/mail/help/api/get-org-details.html
func (c *Client) Organisation(ctx context.Context, zoid ID) (Organisation, error) {
	if err := checkIDs("organisation", zoid); err != nil {
		return Organisation{}, err
	}
	var o Organisation
	err := c.do(ctx, call{op: "read organisation " + string(zoid), method: http.MethodGet,
		path: "/api/organization/" + string(zoid), right: readRight, into: func(r *reader) { o = r.organisation() }})
	if err != nil {
		return Organisation{}, err
	}
	return o, nil
}

// Accounts is a page of the organisation's users, from start (counted from 0). The service need not honour limit, tells
// no total, and may send a page twice: the end is reached when a page brings nobody new.
//
// GET /api/organization/{zoid}/accounts, https://www.zoho.com/mail/help/api/get-org-users-details.html
func (c *Client) Accounts(ctx context.Context, zoid ID, start, limit int) ([]Account, error) {
	if err := checkIDs("organisation", zoid); err != nil {
		return nil, err
	}
	query := url.Values{"start": {strconv.Itoa(start)}, "limit": {strconv.Itoa(limit)}}
	var page []Account
	err := c.do(ctx, call{op: fmt.Sprintf("list users from %d", start), method: http.MethodGet, long: true,
		path: "/api/organization/" + string(zoid) + "/accounts?" + query.Encode(), right: readRight,
		into: func(r *reader) { page = r.accounts() }})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// Account is one user, by zuid or by any address. The error is of Kind NotFound if there is nobody.
//
// GET /api/organization/{zoid}/accounts/{zuid or emailAddress},
// https://www.zoho.com/mail/help/api/get-single-user.html
func (c *Client) Account(ctx context.Context, zoid ID, who string) (Account, error) {
	if err := checkIDs("organisation", zoid); err != nil {
		return Account{}, err
	}
	var found []Account
	ask := call{op: "read user " + shorten(who, 100), method: http.MethodGet, right: readRight, one: true,
		path: "/api/organization/" + string(zoid) + "/accounts/" + escape(who),
		into: func(r *reader) { found = r.accounts() }}
	if !ID(who).Valid() && !strings.Contains(who, "@") {
		return Account{}, &Error{Op: ask.op, Method: ask.method, Kind: NotFound, Message: "want a zuid or an address"}
	}
	if err := c.do(ctx, ask); err != nil {
		return Account{}, err
	}
	return ask.pick(found, who)
}

// pick is the user that was asked for: the only one, or the one among several who is called so. A service that
// answers about somebody else is not believed.
func (c call) pick(all []Account, who string) (Account, error) {
	for i := range all {
		if all[i].isCalled(who) {
			return all[i], nil
		}
	}
	switch {
	case len(all) == 0:
		return Account{}, &Error{Op: c.op, Method: c.method, Status: http.StatusOK, Kind: NotFound, Message: "nobody"}
	case len(all) == 1 && !ID(who).Valid():
		return all[0], nil // an address that is not listed, such as one of an alias domain
	}
	return Account{}, &Error{Op: c.op, Method: c.method, Status: http.StatusOK, Kind: Row,
		Message: "the service answered about somebody else"}
}

// isCalled tells whether who is one of the account's names.
func (a *Account) isCalled(who string) bool {
	if string(a.ZUID) == who {
		return true
	}
	for _, address := range a.Addresses() {
		if strings.EqualFold(address, who) {
			return true
		}
	}
	return false
}

// escape makes who a path element. A plus is legal there, but servers have been known to read it as a blank.
func escape(who string) string { return strings.ReplaceAll(url.PathEscape(who), "+", "%2B") }

// checkIDs refuses identifiers that would make another path.
func checkIDs(what string, ids ...ID) error {
	for _, id := range ids {
		if !id.Valid() {
			return &Error{Op: what, Kind: Row, Message: fmt.Sprintf("id %q: want 1 to 19 digits", shorten(string(id), 40))}
		}
	}
	return nil
}
