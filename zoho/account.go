package zoho

import "strings"

// Account is a user as the service reports it. What the service leaves out is "".
type Account struct {
	ZUID, AccountID, ZOID            ID
	DisplayName, FirstName, LastName string
	Gender, Country                  string
	PhoneNumber, MobileNumber        string
	PhoneKey                         string // the key the phone came under: phoneNumer or phoneNumber, "" if none
	Address                          Address
	PrimaryEmail, MailboxAddress     string
	Emails                           []Email
	Role                             string // RoleMember, RoleAdmin, RoleSuperAdmin, "" if not told
	MailboxStatus                    string // enabled, disabled
}

// Address is where a user works.
type Address struct{ StreetAddr, City, PostalCode, State string }

// Email is one of a user's addresses.
type Email struct {
	Address                   string
	Primary, Alias, Confirmed bool
}

// The roles of a user in the organisation.
const (
	RoleMember     = "member"
	RoleAdmin      = "admin"
	RoleSuperAdmin = "super_admin"
)

// Addresses are all addresses under which a user may be known, each once whatever its case: aliases, the primary and
// the mailbox address, which can differ.
func (a *Account) Addresses() []string {
	all := make([]string, 0, len(a.Emails)+2)
	add := func(address string) {
		for _, known := range all {
			if strings.EqualFold(known, address) {
				return
			}
		}
		if address != "" {
			all = append(all, address)
		}
	}
	add(a.PrimaryEmail)
	add(a.MailboxAddress)
	for _, e := range a.Emails {
		add(e.Address)
	}
	return all
}

// Admin tells an administrator of any sort, and whether the service said anything about it.
func (a *Account) Admin() (admin, known bool) {
	return a.Role == RoleAdmin || a.Role == RoleSuperAdmin, a.Role != ""
}

// Organisation is a customer of the service.
type Organisation struct {
	ZOID          ID
	Name          string
	PrimaryDomain string
	SuperAdmin    string // address of the super administrator
	Users         int    // 0 if not told
}
