package zoho

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// user is a user in the present shape, with the members that nobody reads as well.
const user = `{"zuid":%d,"accountId":"4845214%012d","role":"member","primaryEmailAddress":"u%[1]d@example.com",
"mailboxAddress":"u%[1]d@mail.example.com","incomingUserName":"u%[1]d","emailAddress":[{"mailId":"u%[1]d@example.com",
"isPrimary":true,"isAlias":false,"isConfirmed":true},{"mailId":"a%[1]d@example.com","isPrimary":false,"isAlias":true,
"isConfirmed":true}],"displayName":"Zo\u00eb Okonkwo-\"O'Neil\"","firstName":"Zoë","lastName":"Okonkwo","country":"ke",
"language":"en","timeZone":"Africa/Nairobi","gender":"NOT_SPECIFIED","phoneNumer":"+254 20 0000001",
"mobileNumber":"0700000002","address":{"country":"ke","streetAddr":"1 Moi Avenue","city":"Nairobi","state":"",
"postalCode":"00100"},"mailboxStatus":"enabled","enabled":true,"status":false,"userExpiry":-1,"lastLogin":1700000000000,
"extraStorage":{},"policyId":{"zoid":804335360,"1082700000237795691":"Business Policy"},"sendMailDetails":[{"sendMailId":
"4845214000000008004","displayName":"Zoë","validated":true,"serverPort":465}],"mailForward":[],"URI":"https://example.com/1"}`

func TestDecodeAccounts(t *testing.T) {
	plain := Account{ZUID: "924194079", AccountID: "4845214000000008002"}
	with := func(change func(*Account)) []Account {
		a := plain
		change(&a)
		return []Account{a}
	}
	const ids = `"zuid":924194079,"accountId":"4845214000000008002"`
	for _, test := range []struct {
		name, data string
		want       []Account
	}{
		{"no data", ``, nil},
		{"null", `null`, nil},
		{"an empty list", `[]`, nil},
		{"an empty object", `{}`, nil},
		{"an object", `{` + ids + `}`, []Account{plain}},
		{"a list", `[{` + ids + `},{"zuid":"9007199254740993","accountId":2560636000000008003}]`,
			[]Account{plain, {ZUID: "9007199254740993", AccountID: "2560636000000008003"}}},
		{"members of odd types", `[{` + ids + `,"displayName":null,"gender":{},"country":["us"],"firstName":7,"lastName":true,` +
			`"address":"Nairobi","emailAddress":{"mailId":"z@example.com","isPrimary":"true"},"policyId":[]}]`,
			with(func(a *Account) {
				a.FirstName, a.LastName, a.PrimaryEmail = "7", "true", "z@example.com"
				a.Emails = []Email{{Address: "z@example.com", Primary: true}}
			})},
		{"elements that are no users", `[null,3,"x",{` + ids + `},[]]`, []Account{plain}},
		{"an identifier that lost its digits", `[{"zuid":9.2E8,"accountId":"4845214000000008002"}]`,
			[]Account{{AccountID: "4845214000000008002"}}},
		{"the older shape", `{"zuid":"924194079","accountId":"4845214000000008002","emailAddress":["z@example.com"],` +
			`"address":{"country":"in","phone":"044 0000","mobile":"98400","city":"Chennai"},"isCustomAdmin":"false"}`,
			with(func(a *Account) {
				a.Country, a.PhoneNumber, a.MobileNumber, a.Address.City = "in", "044 0000", "98400", "Chennai"
				a.Emails = []Email{{Address: "z@example.com"}}
			})},
		{"the phone as in the sample", `{` + ids + `,"phoneNumber":"1","phoneNumer":""}`,
			with(func(a *Account) { a.PhoneNumber, a.PhoneKey = "1", "phoneNumber" })},
		{"the phone as in the list", `{` + ids + `,"phoneNumer":"2"}`,
			with(func(a *Account) { a.PhoneNumber, a.PhoneKey = "2", "phoneNumer" })},
		{"a role by another name", `{` + ids + `,"roleName":"Super Admin"}`, with(func(a *Account) { a.Role = RoleSuperAdmin })},
		{"a role of the sign-in service", `{` + ids + `,"iamUserRole":"admin"}`, with(func(a *Account) { a.Role = RoleAdmin })},
		{"a role nobody knows", `{` + ids + `,"role":"moderator"}`, with(func(*Account) {})},
		{"a member with an administrator's rights", `{` + ids + `,"role":"member","isCustomAdmin":true}`,
			with(func(a *Account) { a.Role = RoleAdmin })},
		{"outside an organisation", `{` + ids + `,"policyId":{"zoid":-1}}`, with(func(a *Account) { a.ZOID = "-1" })},
		{"everything", fmt.Sprintf(user, 924194079, 8002), []Account{{ZUID: "924194079", AccountID: "4845214000000008002",
			ZOID: "804335360", DisplayName: `Zoë Okonkwo-"O'Neil"`, FirstName: "Zoë", LastName: "Okonkwo",
			Gender: "NOT_SPECIFIED", Country: "ke", PhoneNumber: "+254 20 0000001", PhoneKey: "phoneNumer",
			MobileNumber: "0700000002", Address: Address{StreetAddr: "1 Moi Avenue", City: "Nairobi", PostalCode: "00100"},
			PrimaryEmail: "u924194079@example.com", MailboxAddress: "u924194079@mail.example.com", Role: RoleMember,
			MailboxStatus: "enabled", Emails: []Email{{"u924194079@example.com", true, false, true},
				{"a924194079@example.com", false, true, true}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, (&reader{data: []byte(test.data)}).accounts()); diff != "" {
				t.Errorf("accounts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddressesAreEachThereOnce(t *testing.T) {
	a := Account{PrimaryEmail: "Rebecca@zylker.com", MailboxAddress: "r@zohomail.com",
		Emails: []Email{{Address: "rebecca@ZYLKER.com"}, {Address: "becky@zylker.com"}}}
	want := []string{"Rebecca@zylker.com", "r@zohomail.com", "becky@zylker.com"}
	if diff := cmp.Diff(want, a.Addresses()); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestDecodeOrganisation(t *testing.T) {
	const data = `{"zoid":1234567890123456789,"orgName":"Zylker","usersCount":"41","primaryDomainName":"zylker.com",
		"superAdmin":"rebecca@zylker.com","domains":[{"domainName":"zylker.com"}]}`
	want := Organisation{ZOID: "1234567890123456789", Name: "Zylker", PrimaryDomain: "zylker.com",
		SuperAdmin: "rebecca@zylker.com", Users: 41}
	for _, text := range []string{data, "[" + data + "]"} {
		if diff := cmp.Diff(want, (&reader{data: []byte(text)}).organisation()); diff != "" {
			t.Errorf("organisation (-want +got):\n%s", diff)
		}
	}
}

func TestID(t *testing.T) {
	for text, want := range map[string]ID{`2560636000000008002`: "2560636000000008002", `"2560636000000008002"`: "2560636000000008002",
		`null`: "", `""`: "", `-1`: "-1"} {
		var id ID
		if err := json.Unmarshal([]byte(text), &id); err != nil || id != want {
			t.Errorf("%s: %q, %v: want %q", text, id, err, want)
		}
	}
	for _, text := range []string{`2.5e18`, `1.5`, `true`, `{}`, `"12a"`} {
		var id ID
		if err := json.Unmarshal([]byte(text), &id); err == nil {
			t.Errorf("%s: read as %q, want an error", text, id)
		}
	}
}

// Whatever encoding/json takes, the reader takes, with the same texts; what is cut, neither does.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{fmt.Sprintf(user, 7, 8), `[1,"a\"b\\",{"x":[null,true,-1.5e3]}]`, ` {} `, `"\ud83d\ude00"`, `{"a":1,}`,
		`[[[]]]`, "\"\xff\"", `{"a" :"b"}x`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) >= maxDepth {
			t.Skip()
		}
		r := &reader{data: data}
		got := take(r)
		if !json.Valid(data) {
			return
		}
		if !r.whole() {
			t.Fatalf("%q: valid, but not read", data)
		}
		var want any
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(texts(want), got); diff != "" && !strings.Contains(string(data), `\`) {
			t.Fatalf("%q (-want +got):\n%s", data, diff)
		}
		cut := bytes.TrimSpace(data)
		if c := cut[0]; c == '{' || c == '[' || c == '"' {
			if r := (&reader{data: cut[:len(cut)-1]}); true {
				if r.skip(); r.whole() {
					t.Fatalf("%q: cut short, but whole", cut)
				}
			}
		}
	})
}

// take reads any value into lists of texts: members as key and value one after the other, where the last of a name wins.
func take(r *reader) any {
	switch r.peek() {
	case '{':
		object := map[string]any{}
		r.object(func(key []byte) { object[string([]rune(string(key)))] = take(r) })
		return object
	case '[':
		list := []any{}
		r.array(func() { list = append(list, take(r)) })
		return list
	}
	return r.text()
}

// texts is what take should make of a value that encoding/json has read.
func texts(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, value := range v {
			object[key] = texts(value)
		}
		return object
	case []any:
		list := []any{}
		for _, value := range v {
			list = append(list, texts(value))
		}
		return list
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

// BenchmarkDecodeAccounts reads a page of 200 users; encoding/json into a bare struct is the yardstick.
func BenchmarkDecodeAccounts(b *testing.B) {
	var users []string
	for i := range 200 {
		users = append(users, fmt.Sprintf(user, 1000+i, 8002+i))
	}
	page := []byte(`{"status":{"code":200,"description":"success"},"data":[` + strings.Join(users, ",") + `]}`)
	perUser := func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/user")
	}
	b.Run("reader", func(b *testing.B) {
		for b.Loop() {
			var all []Account
			if readSaid(nil, page, func(r *reader) { all = r.accounts() }); len(all) != 200 {
				b.Fatal("users are missing")
			}
		}
		perUser(b)
	})
	b.Run("encoding-json", func(b *testing.B) {
		for b.Loop() {
			var answer struct {
				Data []struct {
					ZUID, AccountID                                                        any
					DisplayName, FirstName, LastName, Gender, Country, PrimaryEmailAddress string
					PhoneNumer, MobileNumber, MailboxAddress, Role                         string
					Address                                                                map[string]string
					EmailAddress                                                           []struct{ MailID string }
				}
			}
			if err := json.Unmarshal(page, &answer); err != nil || len(answer.Data) != 200 {
				b.Fatal(err)
			}
		}
		perUser(b)
	})
}
