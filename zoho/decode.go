package zoho

import (
	"cmp"
	"strconv"
	"strings"
)

// accounts consumes the data of an answer: an array of users, one user, or none. Documents and observations disagree
// about which of them a listing sends.
func (r *reader) accounts() []Account {
	var all []Account
	add := func() {
		if a := r.account(); a.ZUID != "" || a.AccountID != "" {
			all = append(all, a)
		}
	}
	if r.peek() == '[' {
		r.array(add)
	} else {
		add()
	}
	return all
}

// account consumes a user.
func (r *reader) account() Account {
	var d accountDecoder
	d.reader = r
	r.object(d.member)
	return d.finish()
}

// accountDecoder gathers what several members say about one thing, so that their order does not matter.
type accountDecoder struct {
	*reader
	a                       Account
	role, roleName, iamRole string
	customAdmin             bool
	inAddress               struct{ country, phone, mobile string }
	phoneNumer, phoneNumber string
}

func (d *accountDecoder) member(key []byte) {
	a := &d.a
	switch string(key) {
	case "zuid":
		a.ZUID = d.id()
	case "accountId":
		a.AccountID = d.id()
	case "displayName":
		a.DisplayName = d.text()
	case "firstName":
		a.FirstName = d.text()
	case "lastName":
		a.LastName = d.text()
	case "gender":
		a.Gender = d.text()
	case "country":
		a.Country = d.text()
	case PhoneNumer:
		d.phoneNumer = d.text()
	case PhoneNumber:
		d.phoneNumber = d.text()
	case "mobileNumber":
		a.MobileNumber = d.text()
	case "address":
		d.object(d.address)
	case "primaryEmailAddress":
		a.PrimaryEmail = d.text()
	case "mailboxAddress":
		a.MailboxAddress = d.text()
	case "emailAddress":
		a.Emails = d.emails()
	case "mailboxStatus":
		a.MailboxStatus = d.text()
	case "policyId":
		d.object(d.policy)
	default:
		d.standing(key)
	}
}

// standing reads the members that tell of a role. Some answers lack role.
func (d *accountDecoder) standing(key []byte) {
	switch string(key) {
	case "role":
		d.role = d.text()
	case "roleName":
		d.roleName = d.text()
	case "iamUserRole":
		d.iamRole = d.text()
	case "isCustomAdmin":
		d.customAdmin = d.yes()
	default:
		d.skip()
	}
}

// address reads a member of the address. Older answers have the country and the phones in there.
func (d *accountDecoder) address(key []byte) {
	switch string(key) {
	case "streetAddr":
		d.a.Address.StreetAddr = d.text()
	case "city":
		d.a.Address.City = d.text()
	case "postalCode":
		d.a.Address.PostalCode = d.text()
	case "state":
		d.a.Address.State = d.text()
	case "country":
		d.inAddress.country = d.text()
	case "phone":
		d.inAddress.phone = d.text()
	case "mobile":
		d.inAddress.mobile = d.text()
	default:
		d.skip()
	}
}

// policy reads the organisation out of policyId, which beside it has names under keys that are ids.
func (d *accountDecoder) policy(key []byte) {
	if string(key) == "zoid" {
		d.a.ZOID = d.id()
	} else {
		d.skip()
	}
}

// emails consumes the addresses: a list of objects, or of strings, or one of either.
func (d *accountDecoder) emails() []Email {
	var all []Email
	add := func() {
		if e := d.email(); e.Address != "" {
			all = append(all, e)
		}
	}
	if d.peek() == '[' {
		d.array(add)
	} else {
		add()
	}
	return all
}

func (d *accountDecoder) email() (e Email) {
	if d.peek() != '{' {
		return Email{Address: d.text()}
	}
	d.object(func(key []byte) {
		switch string(key) {
		case "mailId":
			e.Address = d.text()
		case "isPrimary":
			e.Primary = d.yes()
		case "isAlias":
			e.Alias = d.yes()
		case "isConfirmed":
			e.Confirmed = d.yes()
		default:
			d.skip()
		}
	})
	return e
}

// finish settles what several members had a say in.
func (d *accountDecoder) finish() Account {
	a := d.a
	a.Country = cmp.Or(a.Country, d.inAddress.country)
	a.MobileNumber = cmp.Or(a.MobileNumber, d.inAddress.mobile)
	switch {
	case d.phoneNumer != "":
		a.PhoneNumber, a.PhoneKey = d.phoneNumer, PhoneNumer
	case d.phoneNumber != "":
		a.PhoneNumber, a.PhoneKey = d.phoneNumber, PhoneNumber
	default:
		a.PhoneNumber = d.inAddress.phone
	}
	a.Role = d.standsAs()
	if a.PrimaryEmail == "" {
		a.PrimaryEmail = primary(a.Emails)
	}
	a.compact()
	return a
}

// standsAs settles the role: the first member that tells one, but never less than a custom administrator.
func (d *accountDecoder) standsAs() string {
	role := cmp.Or(roleOf(d.role), cmp.Or(roleOf(d.roleName), roleOf(d.iamRole)))
	if d.customAdmin && role != RoleSuperAdmin {
		return RoleAdmin
	}
	return role
}

// roleOf reads a role in any spelling: "super_admin", "Super Admin", "SuperAdministrator". A word that is not known
// is no role, so that nobody is taken for an ordinary member by mistake.
func roleOf(text string) string {
	word := strings.ToLower(text)
	switch {
	case strings.Contains(word, "admin") && strings.Contains(word, "super"):
		return RoleSuperAdmin
	case strings.Contains(word, "admin"):
		return RoleAdmin
	case word == "member" || word == "user":
		return RoleMember
	}
	return ""
}

// primary is the address that the list marks as such.
func primary(emails []Email) string {
	for _, e := range emails {
		if e.Primary {
			return e.Address
		}
	}
	return ""
}

// organisation consumes the data of an answer about one.
func (r *reader) organisation() (o Organisation) {
	member := func(key []byte) {
		switch string(key) {
		case "zoid":
			o.ZOID = r.id()
		case "orgName":
			o.Name = r.text()
		case "primaryDomainName":
			o.PrimaryDomain = r.text()
		case "superAdmin":
			o.SuperAdmin = r.text()
		case "usersCount":
			o.Users, _ = strconv.Atoi(r.text())
		default:
			r.skip()
		}
	}
	if r.peek() == '[' {
		r.array(func() { r.object(member) })
	} else {
		r.object(member)
	}
	return o
}
