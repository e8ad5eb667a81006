package zohotest

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// object is a user as the service prints it: what is not there is left out, never null.
type object struct {
	ZUID             any            `json:"zuid"`
	AccountID        any            `json:"accountId"`
	URI              string         `json:"URI"`
	Type             string         `json:"type"`
	Role             string         `json:"role,omitempty"`
	RoleName         string         `json:"roleName,omitempty"`
	IAMUserRole      string         `json:"iamUserRole,omitempty"`
	IsCustomAdmin    *bool          `json:"isCustomAdmin,omitempty"`
	AccountName      string         `json:"accountName"`
	PrimaryEmail     string         `json:"primaryEmailAddress"`
	Mailbox          string         `json:"mailboxAddress"`
	IncomingUserName string         `json:"incomingUserName"`
	Emails           []mailID       `json:"emailAddress"`
	DisplayName      string         `json:"displayName,omitempty"`
	AccountDisplay   string         `json:"accountDisplayName,omitempty"`
	FirstName        string         `json:"firstName,omitempty"`
	LastName         string         `json:"lastName,omitempty"`
	Gender           string         `json:"gender,omitempty"`
	Country          string         `json:"country,omitempty"`
	Phone            string         `json:"phoneNumer,omitempty"` // sic
	PhoneOther       string         `json:"phoneNumber,omitempty"`
	Mobile           string         `json:"mobileNumber,omitempty"`
	Address          postal         `json:"address"`
	Language         string         `json:"language,omitempty"`
	TimeZone         string         `json:"timeZone,omitempty"`
	MailboxStatus    string         `json:"mailboxStatus"`
	Enabled          bool           `json:"enabled"`
	Status           bool           `json:"status"` // false occurs on working accounts
	TFAEnabled       bool           `json:"tfaEnabled"`
	IsDefault        bool           `json:"isDefaultAccount"`
	IMAP             bool           `json:"imapAccessEnabled"`
	IncomingBlocked  bool           `json:"incomingBlocked"`
	OutgoingBlocked  bool           `json:"outgoingBlocked"`
	PlanStorage      int64          `json:"planStorage"`
	UsedStorage      int64          `json:"usedStorage"`
	PolicyID         map[string]any `json:"policyId"`
	SendMail         []sendMail     `json:"sendMailDetails"`
}

type mailID struct {
	MailID      string `json:"mailId"`
	IsPrimary   bool   `json:"isPrimary"`
	IsAlias     bool   `json:"isAlias"`
	IsConfirmed bool   `json:"isConfirmed"`
}

type postal struct {
	Country string `json:"country,omitempty"`
	Address
}

type sendMail struct {
	SendMailID  string `json:"sendMailId"`
	DisplayName string `json:"displayName"`
	FromAddress string `json:"fromAddress"`
	Validated   bool   `json:"validated"`
	Status      bool   `json:"status"`
}

// render gives a user as the quirks have it.
func (s *Server) render(u *User) any {
	o := object{
		ZUID: u.ZUID, AccountID: u.AccountID, Type: "ZOHO_ACCOUNT",
		URI:         "https://mail.zoho.com/api/accounts/" + u.AccountID,
		AccountName: u.Email, PrimaryEmail: u.Email, Mailbox: u.Mailbox, IncomingUserName: u.Mailbox, Emails: u.mailIDs(),
		DisplayName: u.DisplayName, AccountDisplay: u.DisplayName, FirstName: u.FirstName, LastName: u.LastName,
		Gender: u.Gender, Country: u.Country, Phone: u.Phone, Mobile: u.Mobile, Address: u.postal(),
		Language: u.Language, TimeZone: u.TimeZone, MailboxStatus: "enabled", Enabled: !u.Disabled, IsDefault: true,
		IMAP: true, PlanStorage: 5 << 30, PolicyID: s.policy(u),
		SendMail: []sendMail{{u.AccountID, u.DisplayName, u.Email, true, true}},
	}
	if u.Disabled {
		o.MailboxStatus = "disabled"
	}
	s.twist(&o, u)
	if s.o.Quirks.AllStrings {
		return stringify(o)
	}
	return o
}

// twist applies the quirks of reads.
func (s *Server) twist(o *object, u *User) {
	switch s.o.Quirks.Roles {
	case "none":
	case "roleName":
		o.RoleName = u.Role
	case "iamUserRole":
		o.IAMUserRole = u.Role
	case "isCustomAdmin":
		admin := u.Role != Member
		o.IsCustomAdmin = &admin
	default:
		o.Role = u.Role
	}
	if s.o.Quirks.AnswerPhoneKey == PhoneNumber {
		o.Phone, o.PhoneOther = "", u.Phone
	}
	switch s.o.Quirks.IDs {
	case "strings":
		o.ZUID = strconv.FormatInt(u.ZUID, 10)
	case "numbers":
		o.AccountID = json.Number(u.AccountID)
	}
}

func (s *Server) policy(u *User) map[string]any {
	zoid := s.state.org.ZOID
	if u.Outside {
		return map[string]any{"zoid": -1}
	}
	return map[string]any{"zoid": zoid, strconv.FormatInt(zoid, 10) + "000237795691": "Business Policy"}
}

func (u *User) mailIDs() []mailID {
	all := []mailID{}
	for _, a := range u.Addresses() {
		all = append(all, mailID{MailID: a, IsPrimary: a == u.Email, IsAlias: a != u.Email && a != u.Mailbox, IsConfirmed: true})
	}
	return all
}

// postal gives the address, which repeats the country unless it is empty.
func (u *User) postal() postal {
	if u.Address == (Address{}) {
		return postal{}
	}
	return postal{u.Country, u.Address}
}

// stringify turns every value into a string, as the oldest sample of the documentation has them.
func stringify(v any) any {
	var tree any
	d := json.NewDecoder(newReader(marshal(v)))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		panic("zohotest: " + err.Error())
	}
	return strung(tree)
}

func strung(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = strung(v[k])
		}
		return v
	case []any:
		for i := range v {
			v[i] = strung(v[i])
		}
		return v
	}
	return fmt.Sprint(v)
}
