package zohotest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The sample requests of the service's documentation.
const (
	personalSample = `{"firstName":"Rebecca","lastName":"Anderson","displayName":"Rebecca Anderson","gender":"FEMALE","country":"us",
		"address":{"streetAddr":"91, Thomas Street","city":"New York","postalCode":"10001","state":"New York"},
		"phoneNumber":"9000000001","mobileNumber":"9000000002","mode":"updatePersonalInfo","zuid":100001234}`
	addressSample = `{"zuid":"100001234","mode":"displaynameemailupdate","emailAddress":"rebecca@zylker.com","displayName":"Rebecca Anderson"}`
	ownSample     = `{"mode":"displaynameemailupdate","emailAddress":"rebecca@zylker.com","displayName":"Rebecca Anderson"}`
)

func TestSamplesAreTaken(t *testing.T) {
	c := begin(t, Options{})
	before := rebecca(t, c.s)
	c.put(personalSample).is(t, 200, okBody)
	c.put(addressSample).is(t, 200, okBody)
	own := begin(t, Options{Caller: RebeccaEmail})
	own.do("PUT", "/api/accounts/"+RebeccaAccountID, ownSample).is(t, 200, okBody)
	if diff := cmp.Diff(before, rebecca(t, c.s)); diff != "" {
		t.Errorf("the sample says what is there already: %s", diff)
	}
	if n := c.s.Counts(); n.Applied != 2 || n.Changed != 0 {
		t.Errorf("counts %+v", n)
	}
}

func TestPersonalChanges(t *testing.T) {
	c := begin(t, Options{})
	want := rebecca(t, c.s)
	c.put(personalBody(`,"firstName":"Zoë","lastName":"王","displayName":"Zoë 王","gender":"NON_BINARY","country":"gb",
		"phoneNumber":"+44 20 7946 0001","mobileNumber":"","address":{"city":"London","state":""}`)).is(t, 200, okBody)
	want.FirstName, want.LastName, want.DisplayName, want.Gender, want.Country = "Zoë", "王", "Zoë 王", "NON_BINARY", "gb"
	want.Phone, want.Mobile, want.Address.City, want.Address.State = "+44 20 7946 0001", "", "London", ""
	if diff := cmp.Diff(want, rebecca(t, c.s)); diff != "" {
		t.Error(diff)
	}
	calls := c.s.Log()
	got := calls[len(calls)-1]
	if diff := cmp.Diff([]string{"displayName", "firstName", "lastName", "gender", "country", "phoneNumber", "mobileNumber", "city", "state"}, got.Changed); diff != "" {
		t.Error(diff)
	}
	if got.AccountID != RebeccaAccountID || got.ZUID != RebeccaZUID || !got.Applied || got.Op != OpUpdate {
		t.Errorf("log: %+v", got)
	}
}

// refusalCase is a call that must be refused, and change nobody.
type refusalCase struct {
	name   string
	quirks Quirks
	call   func(*caller) reply
	status int
	words  string // code and text, in the order of the answer
}

func (x refusalCase) run(t *testing.T) {
	t.Helper()
	c := with(t, x.quirks)
	before, err := c.s.Users()
	if err != nil {
		t.Fatal(err)
	}
	r := x.call(c)
	d, _ := tree(t, r.Body).(map[string]any)["data"].(map[string]any)
	var words []string
	for _, k := range []string{"errorCode", "error", "moreInfo"} {
		if w, ok := d[k].(string); ok {
			words = append(words, w)
		}
	}
	if got := strings.Join(words, ": "); r.Status != x.status || got != x.words {
		t.Errorf("%d %q, want %d %q", r.Status, got, x.status, x.words)
	}
	after, _ := c.s.Users()
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("refused, and yet: %s", diff)
	}
	if n := c.s.Counts(); n.Applied != 0 {
		t.Errorf("the log says it was applied: %+v", n)
	}
}

func refusedBody(name, body string, status int, words string) refusalCase {
	return refusalCase{name, Quirks{}, func(c *caller) reply { return c.put(body) }, status, words}
}

func TestRefusedUpdates(t *testing.T) {
	const (
		extra = "EXTRA_KEY_FOUND_IN_JSON"
		body  = "PATTERN_NOT_MATCHED: zoho-inputstream Input does not match the given pattern"
		wrong = "Account id 2560636000000008002 is invalid"
	)
	path := func(name, path, body string, status int, words string) refusalCase {
		return refusalCase{name, Quirks{}, func(c *caller) reply { return c.do("PUT", path, body) }, status, words}
	}
	for _, x := range []refusalCase{
		{"bearer", Quirks{}, func(c *caller) reply {
			return c.do("PUT", rebeccaPath, personalSample, "Authorization: Bearer "+c.token)
		}, 401, "INVALID_OAUTHTOKEN"},
		{"scheme in lower case", Quirks{}, func(c *caller) reply {
			return c.do("PUT", rebeccaPath, personalSample, "Authorization: zoho-oauthtoken "+c.token)
		}, 401, "INVALID_OAUTHTOKEN"},
		{"form", Quirks{}, func(c *caller) reply {
			return c.do("PUT", rebeccaPath, personalSample, "Content-Type: application/x-www-form-urlencoded")
		}, 400, body},
		{"no content type", Quirks{}, func(c *caller) reply { return c.do("PUT", rebeccaPath, personalSample, "Content-Type:") }, 400, body},
		{"query", Quirks{}, func(c *caller) reply { return c.do("PUT", rebeccaPath+"?mode=x", personalSample) }, 400, "EXTRA_PARAM_FOUND: mode Extra paramters given"},
		refusedBody("no JSON", `mode=updatePersonalInfo`, 400, body),
		refusedBody("no object", `[1]`, 400, body),
		refusedBody("cut", `{"mode":"updatePersonalInfo"`, 400, body),
		refusedBody("two objects", personalSample+`{}`, 400, body),
		refusedBody("empty", ``, 400, body),
		refusedBody("key twice", personalBody(`,"zuid":100001234`), 400, "MORE_THAN_MAX_OCCURANCE"),

		refusedBody("no mode", `{"zuid":100001234}`, 400, "INVALID_MODE"),
		refusedBody("unknown mode", `{"zuid":100001234,"mode":"updateDisplayName"}`, 400, "INVALID_MODE"),
		refusedBody("mode in other case", `{"zuid":100001234,"mode":"displayNameEmailAddressUpdate"}`, 400, "INVALID_MODE"),
		refusedBody("no zuid", `{"mode":"updatePersonalInfo","displayName":"R"}`, 400, "zuid is null"),
		refusedBody("no zuid, other mode", `{"mode":"displaynameemailupdate","displayName":"R","emailAddress":"r@zylker.com"}`, 400, "zuid is null"),
		refusedBody("zuid null", `{"mode":"updatePersonalInfo","zuid":null}`, 400, "zuid is null"),
		refusedBody("zuid as a float", `{"mode":"updatePersonalInfo","zuid":1.00001234e8}`, 400, "DATATYPE_NOT_MATCHED: zuid Invalid data type"),
		refusedBody("zuid no digits", `{"mode":"updatePersonalInfo","zuid":"rebecca"}`, 400, "DATATYPE_NOT_MATCHED: zuid Invalid data type"),
		refusedBody("zuid of another", `{"mode":"updatePersonalInfo","zuid":100002386,"displayName":"R"}`, 404, wrong),
		path("account of another", listPath+"/2560636000000038002", personalSample, 404, "Account id 2560636000000038002 is invalid"),
		path("zuid for account", listPath+"/100001234", personalSample, 404, "Account id 100001234 is invalid"),
		path("unknown account", listPath+"/2560636000000009999", personalSample, 404, "Account id 2560636000000009999 is invalid"),
		path("another organisation", "/api/organization/12345678/accounts/"+RebeccaAccountID, personalSample, 403, "OPERATION_NOT_PERMITTED: Invalid access"),

		refusedBody("unknown key", personalBody(`,"department":"HR"`), 404, extra),
		refusedBody("other case of a key", personalBody(`,"displayname":"R"`), 404, extra),
		refusedBody("other phone key", personalBody(`,"phoneNumer":"1"`), 404, extra),
		refusedBody("both phone keys", personalBody(`,"phoneNumber":"1","phoneNumer":"1"`), 404, extra),
		refusedBody("key of the other mode", personalBody(`,"emailAddress":"r@zylker.com"`), 404, extra),
		refusedBody("key of the other mode", addressBody(`,"displayName":"R","emailAddress":"r@zylker.com","gender":"FEMALE"`), 404, extra),
		refusedBody("key inside address", personalBody(`,"address":{"city":"Rome","country":"it"}`), 404, extra),
		{"names", Quirks{Names: Refused}, func(c *caller) reply { return c.put(personalBody(`,"firstName":"R"`)) }, 404, extra},
		{"sample's phone key", Quirks{PhoneKey: PhoneNumer}, func(c *caller) reply { return c.put(personalSample) }, 404, extra},

		refusedBody("gender", personalBody(`,"gender":"female"`), 400, "PATTERN_NOT_MATCHED: gender Input does not match the given pattern"),
		refusedBody("upper-case country", personalBody(`,"country":"US"`), 400, "PATTERN_NOT_MATCHED: country Input does not match the given pattern"),
		refusedBody("country that is none", personalBody(`,"country":"uk"`), 400, "PATTERN_NOT_MATCHED: country Input does not match the given pattern"),
		refusedBody("country by name", personalBody(`,"country":"United States"`), 400, "PATTERN_NOT_MATCHED: country Input does not match the given pattern"),
		refusedBody("phone as a number", personalBody(`,"mobileNumber":9000000002`), 400, "DATATYPE_NOT_MATCHED: mobileNumber Invalid data type"),
		refusedBody("null", personalBody(`,"displayName":null`), 400, "DATATYPE_NOT_MATCHED: displayName Invalid data type"),
		refusedBody("address as text", personalBody(`,"address":"91, Thomas Street"`), 400, "DATATYPE_NOT_MATCHED: address Invalid data type"),
		refusedBody("city as a list", personalBody(`,"address":{"city":["Rome"]}`), 400, "DATATYPE_NOT_MATCHED: city Invalid data type"),
		refusedBody("line break", personalBody(`,"displayName":"R\nA"`), 400, "PATTERN_NOT_MATCHED: displayName Input does not match the given pattern"),
		refusedBody("too long", personalBody(fmt.Sprintf(`,"lastName":"%s"`, strings.Repeat("ä", 251))), 400, "MORE_THAN_MAX_LENGTH: lastName"),
		refusedBody("no display name", personalBody(`,"displayName":""`), 400, "EMPTY_VALUE_NOT_ALLOWED: displayName"),
		{"empty", Quirks{Empty: Refused}, func(c *caller) reply { return c.put(personalBody(`,"mobileNumber":""`)) }, 400, "EMPTY_VALUE_NOT_ALLOWED: mobileNumber"},
		{"strict phones", Quirks{StrictPhones: true}, func(c *caller) reply { return c.put(personalBody(`,"mobileNumber":"call me"`)) }, 400,
			"PATTERN_NOT_MATCHED: mobileNumber Input does not match the given pattern"},
		{"long phone", Quirks{StrictPhones: true}, func(c *caller) reply { return c.put(personalBody(`,"mobileNumber":"0123456789 0123456789"`)) }, 400,
			"PATTERN_NOT_MATCHED: mobileNumber Input does not match the given pattern"},
		{"omitted fields", Quirks{Omitted: Refused}, func(c *caller) reply { return c.put(personalBody(`,"displayName":"R"`)) }, 400, "LESS_THAN_MIN_OCCURANCE"},
		{"omitted members", Quirks{OmittedAddress: Refused}, func(c *caller) reply { return c.put(personalBody(`,"address":{"city":"Rome"}`)) }, 400, "LESS_THAN_MIN_OCCURANCE"},

		refusedBody("no display name", addressBody(`,"emailAddress":"r@zylker.com"`), 400, "displayName is null"),
		refusedBody("no address", addressBody(`,"displayName":"R"`), 400, "emailAddress is null"),
		refusedBody("taken by another", addressBody(`,"displayName":"R","emailAddress":"SObrien@example.com"`), 400, "EMAIL_ALREADY_EXISTS: Email address already exists"),
		refusedBody("no address at all", addressBody(`,"displayName":"R","emailAddress":"rebecca"`), 400, "PATTERN_NOT_MATCHED: emailAddress Input does not match the given pattern"),
		refusedBody("two addresses", addressBody(`,"displayName":"R","emailAddress":"a@zylker.com,b@zylker.com"`), 400, "PATTERN_NOT_MATCHED: emailAddress Input does not match the given pattern"),
		refusedBody("long local part", addressBody(`,"displayName":"R","emailAddress":"`+strings.Repeat("r", 65)+`@zylker.com"`), 400, "MORE_THAN_MAX_LENGTH: emailAddress"),
		{"address nobody added", Quirks{NewAddress: Refused}, func(c *caller) reply {
			return c.put(addressBody(`,"displayName":"R","emailAddress":"new@zylker.com"`))
		}, 400, "Email address new@zylker.com is invalid"},
	} {
		t.Run(x.name, x.run)
	}
}

func TestRefusedOwnUpdates(t *testing.T) {
	const path = "/api/accounts/2560636000000018002"
	own := func(name, path, body string, status int, words string) refusalCase {
		return refusalCase{name, Quirks{}, func(c *caller) reply { return c.do("PUT", path, body) }, status, words}
	}
	for _, x := range []refusalCase{
		own("somebody else's", "/api/accounts/"+RebeccaAccountID, ownSample, 404, "Account id 2560636000000008002 is invalid"),
		own("zuid", path, addressSample, 404, "EXTRA_KEY_FOUND_IN_JSON"),
		own("personal details", path, `{"mode":"updatePersonalInfo","displayName":"P"}`, 400, "INVALID_MODE"),
		own("taken", path, ownSample, 400, "EMAIL_ALREADY_EXISTS: Email address already exists"),
	} {
		t.Run(x.name, x.run)
	}
}

func TestRoles(t *testing.T) {
	for _, x := range []struct {
		rule Rule
		want string
		code int
	}{
		{"", `{"data":{"errorCode":"OPERATION_NOT_PERMITTED","moreInfo":"Invalid access"},"status":{"code":403,"description":"Forbidden"}}`, 403},
		{"401", `{"data":{"moreInfo":"Invalid access"},"status":{"code":401,"description":"Invalid Access"}}`, 401},
	} {
		c := begin(t, Options{Caller: "manoj@example.org", Quirks: Quirks{RoleRefusal: x.rule}})
		c.put(personalSample).is(t, x.code, x.want)
		c.get(listPath).is(t, x.code, x.want)
		c.do("PUT", "/api/accounts/2560636000000378002",
			`{"mode":"displaynameemailupdate","displayName":"Manoj K","emailAddress":"manoj@example.org"}`).is(t, 200, okBody)
	}
	begin(t, Options{Caller: "owner@zylker.com"}).put(personalSample).is(t, 200, okBody)
}

// TestQuirksOfUpdates holds the account against what an update made of it.
func TestQuirksOfUpdates(t *testing.T) {
	for _, x := range []struct {
		quirk, body string
		change      func(*User)
	}{
		{"phone-key=phoneNumer", personalBody(`,"phoneNumer":"1"`), func(u *User) { u.Phone = "1" }},
		{"phone-key=both", personalBody(`,"phoneNumer":"1"`), func(u *User) { u.Phone = "1" }},
		{"phone-key=both", personalBody(`,"phoneNumber":"1"`), func(u *User) { u.Phone = "1" }},
		{"other-phone-key=ignored", personalBody(`,"phoneNumer":"1","mobileNumber":"2"`), func(u *User) { u.Mobile = "2" }},
		{"names=ignored", personalBody(`,"firstName":"A","lastName":"B","displayName":"C"`), func(u *User) { u.DisplayName = "C" }},
		{"unknown-key=ignored", personalBody(`,"x":{"y":[1]},"address":{"z":"1","city":"C"}`), func(u *User) { u.Address.City = "C" }},
		{"upper-country=accepted", personalBody(`,"country":"FR"`), func(u *User) { u.Country = "fr" }},
		{"omitted=kept", personalBody(`,"displayName":"D"`), func(u *User) { u.DisplayName = "D" }},
		{"omitted=cleared", personalBody(`,"displayName":"D","country":"us"`), func(u *User) {
			u.DisplayName, u.FirstName, u.LastName, u.Gender, u.Phone, u.Mobile, u.Address = "D", "", "", "NOT_SPECIFIED", "", "", Address{}
		}},
		{"omitted-address=kept", personalBody(`,"address":{"city":"C"}`), func(u *User) { u.Address.City = "C" }},
		{"omitted-address=cleared", personalBody(`,"address":{"city":"C"}`), func(u *User) { u.Address = Address{City: "C"} }},
		{"omitted-address=cleared", personalBody(`,"displayName":"D"`), func(u *User) { u.DisplayName = "D" }},
		{"empty=cleared", personalBody(`,"phoneNumber":"","firstName":"","address":{"postalCode":""}`), func(u *User) {
			u.Phone, u.FirstName, u.Address.PostalCode = "", "", ""
		}},
		{"old-address=cleared", addressBody(`,"displayName":"D","emailAddress":"becky@zylker.com"`), func(u *User) {
			u.DisplayName, u.Email, u.Mailbox = "D", "becky@zylker.com", "becky@zylker.com"
		}},
		{"old-address=kept", addressBody(`,"displayName":"Rebecca Anderson","emailAddress":"becky@zylker.com"`), func(u *User) {
			u.Email, u.Mailbox, u.Aliases = "becky@zylker.com", "becky@zylker.com", []string{"rebecca@zylker.com"}
		}},
		{"old-address=kept", addressBody(`,"displayName":"D","emailAddress":"REBECCA@zylker.com"`), func(u *User) { u.DisplayName = "D" }},
		{"strict-phones=true", personalBody(`,"mobileNumber":"+44 (20) 7946-0001"`), func(u *User) { u.Mobile = "+44 (20) 7946-0001" }},
	} {
		t.Run(x.quirk, func(t *testing.T) {
			var k Quirks
			if err := k.Set(x.quirk); err != nil {
				t.Fatal(err)
			}
			c := with(t, k)
			want := rebecca(t, c.s)
			x.change(&want)
			c.put(x.body).is(t, 200, okBody)
			got, _ := c.s.User("100001234")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddressMovesOn(t *testing.T) {
	c := begin(t, Options{})
	c.put(addressBody(`,"displayName":"R","emailAddress":"becky@zylker.com"`)).is(t, 200, okBody)
	if r := c.get(listPath + "/rebecca@zylker.com"); r.Status != 404 {
		t.Errorf("the old address still finds somebody: %s", r.Body)
	}
	c.get(listPath + "/Becky@zylker.com").data(t)
	// What one frees, another may take.
	r := c.do("PUT", listPath+"/2560636000000038002", `{"zuid":100002386,"mode":"displaynameemailupdate","displayName":"S","emailAddress":"rebecca@zylker.com"}`)
	r.is(t, 200, okBody)
	if u, _ := c.s.User("rebecca@zylker.com"); u.ZUID != 100002386 {
		t.Errorf("rebecca@ is %d", u.ZUID)
	}
	// One's own alias becomes the address, and is no alias any more.
	r = c.do("PUT", listPath+"/2560636000000038002", `{"zuid":100002386,"mode":"displaynameemailupdate","displayName":"S","emailAddress":"sobrien@example.com"}`)
	r.is(t, 200, okBody)
	if u, _ := c.s.User("100002386"); u.Email != "sobrien@example.com" || len(u.Aliases) != 0 {
		t.Errorf("after the alias moved up: %+v", u)
	}
}
