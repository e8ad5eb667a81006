package zoho

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

// Keys says how members are spelt that the documents spell in two ways.
type Keys struct {
	Phone string // PhoneNumber or PhoneNumer; "" means PhoneNumber, as the documented sample has it
}

// The two spellings of a phone: the sample's, and that of the list of parameters and of what the service returns.
const (
	PhoneNumber = "phoneNumber"
	PhoneNumer  = "phoneNumer"
)

// The modes of an update.
const (
	ModePersonalInfo     = "updatePersonalInfo"     // personal details
	ModeDisplayNameEmail = "displaynameemailupdate" // the address, with the display name
)

// PersonalInfo is what to change of a user. Members that are nil are not sent; what the service does with those is not
// documented. An empty string is sent as such.
type PersonalInfo struct {
	AccountID, ZUID                  ID
	FirstName, LastName, DisplayName *string
	Gender, Country                  *string
	PhoneNumber, MobileNumber        *string
	Address                          *AddressUpdate
}

// AddressUpdate is what to change of a user's address.
type AddressUpdate struct {
	StreetAddr *string `json:"streetAddr,omitempty"`
	City       *string `json:"city,omitempty"`
	PostalCode *string `json:"postalCode,omitempty"`
	State      *string `json:"state,omitempty"`
}

// personalInfoBody is the request as the documented sample has it, in its order.
type personalInfoBody struct {
	FirstName    *string        `json:"firstName,omitempty"`
	LastName     *string        `json:"lastName,omitempty"`
	DisplayName  *string        `json:"displayName,omitempty"`
	Gender       *string        `json:"gender,omitempty"`
	Country      *string        `json:"country,omitempty"`
	Address      *AddressUpdate `json:"address,omitempty"`
	PhoneNumber  *string        `json:"phoneNumber,omitempty"`
	PhoneNumer   *string        `json:"phoneNumer,omitempty"`
	MobileNumber *string        `json:"mobileNumber,omitempty"`
	Mode         string         `json:"mode"`
	ZUID         json.Number    `json:"zuid"`
}

// UpdatePersonalInfo changes a user's personal details. It may be repeated, since it sets absolute values.
//
// PUT /api/organization/{zoid}/accounts/{accountId}, mode updatePersonalInfo,
// https://www.zoho.com/mail/help/api/update-user-personal-info.html
func (c *Client) UpdatePersonalInfo(ctx context.Context, zoid ID, p PersonalInfo, k Keys) error {
	if err := checkIDs("update user "+string(p.AccountID), zoid, p.AccountID, p.ZUID); err != nil {
		return err
	}
	body := personalInfoBody{FirstName: p.FirstName, LastName: p.LastName, DisplayName: p.DisplayName, Gender: p.Gender,
		Country: p.Country, Address: p.Address, MobileNumber: p.MobileNumber, Mode: ModePersonalInfo, ZUID: p.ZUID.Number()}
	if k.Phone == PhoneNumer {
		body.PhoneNumer = p.PhoneNumber
	} else {
		body.PhoneNumber = p.PhoneNumber
	}
	return c.put(ctx, "update user "+string(p.AccountID), userPath(zoid, p.AccountID), updateRight, body)
}

// DisplayNameEmail is a user's new display name and address. The service wants both.
type DisplayNameEmail struct {
	AccountID, ZUID           ID // ZUID is not sent where users change their own
	DisplayName, EmailAddress string
}

// displayNameEmailBody is the request as the documented samples have it: here the zuid is a string.
type displayNameEmailBody struct {
	ZUID         ID     `json:"zuid,omitempty"`
	Mode         string `json:"mode"`
	EmailAddress string `json:"emailAddress"`
	DisplayName  string `json:"displayName"`
}

func (u DisplayNameEmail) body(zuid ID) displayNameEmailBody {
	return displayNameEmailBody{ZUID: zuid, Mode: ModeDisplayNameEmail, EmailAddress: u.EmailAddress, DisplayName: u.DisplayName}
}

// UpdateDisplayNameEmail changes a user's display name and address, as an administrator.
//
// PUT /api/organization/{zoid}/accounts/{accountId}, mode displaynameemailupdate,
// https://zoho.com/mail/help/api/put-update-display-name-and-email-address.html
func (c *Client) UpdateDisplayNameEmail(ctx context.Context, zoid ID, u DisplayNameEmail) error {
	if err := checkIDs("update address of "+string(u.AccountID), zoid, u.AccountID, u.ZUID); err != nil {
		return err
	}
	return c.put(ctx, "update address of "+string(u.AccountID), userPath(zoid, u.AccountID), updateRight, u.body(u.ZUID))
}

// UpdateOwnDisplayNameEmail changes the caller's own display name and address.
//
// PUT /api/accounts/{accountId}, mode displaynameemailupdate,
// https://zoho.com/mail/help/api/put-update-display-name-and-email-address.html
func (c *Client) UpdateOwnDisplayNameEmail(ctx context.Context, u DisplayNameEmail) error {
	if err := checkIDs("update own address", u.AccountID); err != nil {
		return err
	}
	return c.put(ctx, "update own address", "/api/accounts/"+string(u.AccountID), ownUpdateRight, u.body(""))
}

// put sends a change. Success brings no data.
func (c *Client) put(ctx context.Context, op, path string, needs right, body any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // an ampersand arrives as one, whatever reads it there
	if err := encoder.Encode(body); err != nil {
		return err
	}
	return c.do(ctx, call{op: op, method: http.MethodPut, path: path, body: bytes.TrimSpace(b.Bytes()), right: needs})
}

func userPath(zoid, account ID) string {
	return "/api/organization/" + string(zoid) + "/accounts/" + string(account)
}
