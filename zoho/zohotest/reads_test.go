package zohotest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOwnAccounts(t *testing.T) {
	c := begin(t, Options{})
	all := c.get("/api/accounts").data(t).([]any)
	me := all[0].(map[string]any)
	got := []any{len(all), me["primaryEmailAddress"], me["role"], me["policyId"].(map[string]any)["zoid"]}
	if diff := cmp.Diff([]any{1, CallerEmail, "admin", float64(ZOID)}, got); diff != "" {
		t.Error(diff)
	}
	one := c.get("/api/accounts/" + me["accountId"].(string)).data(t)
	if diff := cmp.Diff(all[0], one); diff != "" {
		t.Error(diff)
	}
	c.get("/api/accounts/"+RebeccaAccountID).is(t, 404,
		`{"data":{"moreInfo":"Account id 2560636000000008002 is invalid"},"status":{"code":404,"description":"Invalid Input"}}`)
}

func TestOneUserAsPrinted(t *testing.T) {
	want := `{"status":{"code":200,"description":"success"},"data":{
		"zuid":100001234,"accountId":"2560636000000008002","URI":"https://mail.zoho.com/api/accounts/2560636000000008002","type":"ZOHO_ACCOUNT","role":"member",
		"accountName":"rebecca@zylker.com","primaryEmailAddress":"rebecca@zylker.com","mailboxAddress":"rebecca@zylker.com","incomingUserName":"rebecca@zylker.com",
		"emailAddress":[{"mailId":"rebecca@zylker.com","isPrimary":true,"isAlias":false,"isConfirmed":true}],
		"displayName":"Rebecca Anderson","accountDisplayName":"Rebecca Anderson","firstName":"Rebecca","lastName":"Anderson","gender":"FEMALE","country":"us",
		"phoneNumer":"9000000001","mobileNumber":"9000000002",
		"address":{"country":"us","streetAddr":"91, Thomas Street","city":"New York","postalCode":"10001","state":"New York"},
		"language":"en","timeZone":"America/New_York","mailboxStatus":"enabled","enabled":true,"status":false,"tfaEnabled":false,"isDefaultAccount":true,
		"imapAccessEnabled":true,"incomingBlocked":false,"outgoingBlocked":false,"planStorage":5368709120,"usedStorage":0,
		"policyId":{"zoid":1234567890,"1234567890000237795691":"Business Policy"},
		"sendMailDetails":[{"sendMailId":"2560636000000008002","displayName":"Rebecca Anderson","fromAddress":"rebecca@zylker.com","validated":true,"status":true}]}}`
	c := begin(t, Options{})
	for _, who := range []string{"100001234", "rebecca@zylker.com", "Rebecca@ZYLKER.com", "rebecca%40zylker.com"} {
		c.get(listPath+"/"+who).is(t, 200, want)
	}
}

func TestOneUserByAlias(t *testing.T) {
	c := begin(t, Options{Users: append(People(), User{ZUID: 7, AccountID: "1000000000000008002", Email: "o'brien+hr/eu@example.com"})})
	for who, zuid := range map[string]float64{"sobrien@example.com": 100002386, "o%27brien+hr%2Feu@example.com": 7, "o'brien%2Bhr%2Feu@example.com": 7} {
		if got := c.get(listPath + "/" + who).data(t).(map[string]any)["zuid"]; got != zuid {
			t.Errorf("%s: zuid %v, want %v", who, got, zuid)
		}
	}
}

func TestAddressesAsPrinted(t *testing.T) {
	users := append(People(), User{ZUID: 7, AccountID: "1000000000000008002", Email: "api@example.com", Mailbox: "box@example.com", Aliases: []string{"hello@example.com"}})
	users = append(users, User{ZUID: 8, AccountID: "1000000000000018002", Email: "eight@example.com"})
	c := begin(t, Options{Users: users})
	u := c.get(listPath + "/7").data(t).(map[string]any)
	want := tree(t, `[{"mailId":"api@example.com","isPrimary":true,"isAlias":false,"isConfirmed":true},
		{"mailId":"box@example.com","isPrimary":false,"isAlias":false,"isConfirmed":true},
		{"mailId":"hello@example.com","isPrimary":false,"isAlias":true,"isConfirmed":true}]`)
	if diff := cmp.Diff(want, u["emailAddress"]); diff != "" || u["mailboxAddress"] != "box@example.com" {
		t.Error(diff, u["mailboxAddress"])
	}
	if got := c.get(listPath + "/8").data(t).(map[string]any)["mailboxAddress"]; got != "eight@example.com" {
		t.Errorf("without a mailbox of another name: %v", got)
	}
}

func TestMissing(t *testing.T) {
	for _, x := range []struct {
		rule   Rule
		status int
		text   string
	}{{"", 404, "Invalid Input"}, {"400", 400, "Invalid Input"}, {"500", 500, "Internal Server Error"}} {
		c := with(t, Quirks{Missing: x.rule})
		for _, who := range []string{"nobody@example.com", "42", RebeccaAccountID} { // an account id is no zuid
			c.get(listPath+"/"+who).is(t, x.status, fmt.Sprintf(`{"data":{"moreInfo":"Account id %s is invalid"},"status":{"code":%d,"description":"%s"}}`, who, x.status, x.text))
		}
	}
}

func TestAddressesWithoutARule(t *testing.T) {
	c := begin(t, Options{})
	for _, x := range []string{
		"GET /api/users", "GET " + listPath + "/rebecca", "GET /api/organization/zylker/accounts", "GET /api/accounts/rebecca@zylker.com",
		"PUT " + listPath + "/rebecca@zylker.com", "PUT " + listPath, "DELETE " + rebeccaPath, "PUT " + listPath + "/12345678901234567890",
	} {
		method, path, _ := strings.Cut(x, " ")
		t.Run(x, func(t *testing.T) {
			c.do(method, path, "{}").is(t, 404, `{"data":{"errorCode":"URL_RULE_NOT_CONFIGURED"},"status":{"code":404,"description":"Invalid Input"}}`)
		})
	}
}

// pageOf reads the zuids of a page.
func pageOf(t *testing.T, c *caller, query string) []int64 {
	t.Helper()
	var ids []int64
	for _, u := range c.get(listPath + query).data(t).([]any) {
		ids = append(ids, int64(u.(map[string]any)["zuid"].(float64)))
	}
	return ids
}

func TestList(t *testing.T) {
	c := begin(t, Options{Users: Generate(450)})
	for _, x := range []struct {
		query       string
		first, size int
	}{
		{"", 0, 10}, {"?start=1&limit=1", 1, 1}, {"?start=440", 440, 10}, {"?start=445&limit=50", 445, 5},
		{"?limit=200", 0, 200}, {"?limit=1000", 0, 200}, {"?start=450&limit=10", 450, 0},
	} {
		ids := pageOf(t, c, x.query)
		if len(ids) != x.size || x.size > 0 && x.first > 0 && ids[0] != int64(200000000+x.first) {
			t.Errorf("%q gave %d users from %v", x.query, len(ids), ids[:min(1, len(ids))])
		}
	}
}

func TestListRefusals(t *testing.T) {
	for _, x := range []struct{ query, code, more string }{
		{"?start=0&limit=10&sort=name", "EXTRA_PARAM_FOUND", "sort Extra paramters given"},
		{"?limit=10&limit=20", "MORE_THAN_MAX_OCCURANCE", "limit"},
		{"?start=a", "DATATYPE_NOT_MATCHED", "start Invalid data type"},
		{"?start=-1", "PATTERN_NOT_MATCHED", "start Input does not match the given pattern"},
		{"?limit=0", "PATTERN_NOT_MATCHED", "limit Input does not match the given pattern"},
		{"?limit=51", "PATTERN_NOT_MATCHED", "limit Input does not match the given pattern"},
	} {
		with(t, Quirks{PageCap: 50, OverCap: Refused}).get(listPath+x.query).is(t, 400,
			fmt.Sprintf(`{"data":{"errorCode":%q,"moreInfo":%q},"status":{"code":400,"description":"Invalid Input"}}`, x.code, x.more))
	}
	with(t, Quirks{}).get("/api/accounts?start=0").is(t, 400,
		`{"data":{"errorCode":"EXTRA_PARAM_FOUND","moreInfo":"start Extra paramters given"},"status":{"code":400,"description":"Invalid Input"}}`)
	with(t, Quirks{}).get(listPath+"/100001234?zuid=1").is(t, 400,
		`{"data":{"errorCode":"EXTRA_PARAM_FOUND","moreInfo":"zuid Extra paramters given"},"status":{"code":400,"description":"Invalid Input"}}`)
}

func TestListQuirks(t *testing.T) {
	c := with(t, Quirks{RepeatPage: true})
	if diff := cmp.Diff(pageOf(t, c, "?limit=5"), pageOf(t, c, "?start=5&limit=5")); diff != "" {
		t.Errorf("page one must come again: %s", diff)
	}
	one := with(t, Quirks{ListObject: true}).get(listPath + "?start=0&limit=1").data(t)
	if o, ok := one.(map[string]any); !ok || o["zuid"] != float64(RebeccaZUID) {
		t.Errorf("one user must be an object, is %T", one)
	}
	if got := len(pageOf(t, with(t, Quirks{PageCap: 3}), "?limit=50")); got != 3 {
		t.Errorf("a page of %d, want 3", got)
	}
}

func TestSlowList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		pageOf(t, with(t, Quirks{ListDelay: 200 * time.Millisecond}), "?limit=20")
		if took := time.Since(begun); took != 4*time.Second {
			t.Errorf("20 users took %v, want 4s", took)
		}
	})
}

func TestFormsOfUsers(t *testing.T) {
	for _, x := range []struct {
		quirk, key string
		want       any
	}{
		{"ids=strings", "zuid", "100001234"},
		{"ids=numbers", "accountId", float64(2560636000000008002)},
		{"all-strings=true", "zuid", "100001234"},
		{"all-strings=true", "enabled", "true"},
		{"roles=none", "role", nil},
		{"roles=roleName", "roleName", "member"},
		{"roles=iamUserRole", "iamUserRole", "member"},
		{"roles=isCustomAdmin", "isCustomAdmin", false},
		{"answer-phone-key=phoneNumber", "phoneNumber", "9000000001"},
		{"answer-phone-key=phoneNumber", "phoneNumer", nil},
	} {
		var k Quirks
		if err := k.Set(x.quirk); err != nil {
			t.Fatal(err)
		}
		user := with(t, k).get(listPath + "/100001234").data(t).(map[string]any)
		if diff := cmp.Diff(x.want, user[x.key]); diff != "" {
			t.Errorf("%s: %s", x.quirk, diff)
		}
	}
}

func TestOrganisation(t *testing.T) {
	for _, path := range []string{"/api/organization", "/api/organization/1234567890"} {
		if r := begin(t, Options{}).get(path); r.Status != 401 || !strings.Contains(r.Body, "INVALID_OAUTHSCOPE") {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
		for _, o := range []Options{{Quirks: Quirks{Organisation: Accepted}}, {Scopes: []string{ScopePartnerRead}}} {
			d := begin(t, o).get(path).data(t).(map[string]any)
			if d["orgName"] != "Zylker" || d["zoid"] != float64(ZOID) {
				t.Errorf("%s: %v", path, d)
			}
		}
	}
}

func TestUsersOutsideAnOrganisation(t *testing.T) {
	c := begin(t, Options{Users: []User{{ZUID: 1, AccountID: "4845214000000008002", Email: "api@example.com", Outside: true}}})
	me := c.get("/api/accounts").data(t).([]any)[0].(map[string]any)
	if got := me["policyId"].(map[string]any)["zoid"]; got != float64(-1) {
		t.Errorf("zoid %v, want -1", got)
	}
	if got := fmt.Sprint(me["address"]); got != "map[]" {
		t.Errorf("an empty address is %s, want {}", got)
	}
}
