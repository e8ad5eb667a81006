package zoho

import (
	"slices"
	"strings"
)

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

// compact puts all texts of an account into one piece of memory: a directory of 200,000 users has three million of them, and each
// alone takes half as much again.
func (a *Account) compact() {
	texts := []*string{
		(*string)(&a.ZUID), (*string)(&a.AccountID), (*string)(&a.ZOID), &a.DisplayName, &a.FirstName, &a.LastName, &a.Gender, &a.Country,
		&a.PhoneNumber, &a.MobileNumber, &a.Address.StreetAddr, &a.Address.City, &a.Address.PostalCode, &a.Address.State,
		&a.PrimaryEmail, &a.MailboxAddress, &a.MailboxStatus,
	}
	for i := range a.Emails {
		texts = append(texts, &a.Emails[i].Address)
	}
	var all strings.Builder
	places := map[string]int{}
	for _, text := range texts {
		if _, known := places[*text]; !known { // an address is there up to three times
			places[*text] = all.Len()
			all.WriteString(*text)
		}
	}
	whole := strings.Clone(all.String())
	for _, text := range texts {
		at := places[*text]
		*text = whole[at : at+len(*text)]
	}
	a.Emails = slices.Clip(a.Emails)
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
