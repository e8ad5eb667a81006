package zohotest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func newPut(body, authorization string) (*http.Request, error) {
	r, err := http.NewRequest("PUT", URL+rebeccaPath, strings.NewReader(body))
	if err == nil {
		r.Header = http.Header{"Authorization": {authorization}, "Content-Type": {"application/json"}}
	}
	return r, err
}

// fiction are the ranges that regulators set aside, by country.
var fiction = map[string]*regexp.Regexp{
	"us": regexp.MustCompile(`^(\+1 \d{3}-555-01\d\d|900000000[12])$`), // and Rebecca's
	"ca": regexp.MustCompile(`^\+1 \d{3}-555-01\d\d$`),
	"gb": regexp.MustCompile(`^(020 7946 0\d{3}|029 2018 0\d{3}|07700 900\d{3})$`),
	"de": regexp.MustCompile(`^(030 23125 \d{3}|040 66969 \d{3}|0171 39200\d\d)$`),
	"fr": regexp.MustCompile(`^(01 99 00 \d\d \d\d|06 39 98 \d\d \d\d)$`),
	"se": regexp.MustCompile(`^(08-465 004 \d\d|070-174 06 \d\d)$`),
	"au": regexp.MustCompile(`^(\(02\) 5550 \d{4}|0491 570 156)$`),
}

func TestPeople(t *testing.T) {
	people := People()
	if len(people) < 40 || people[0].Email != RebeccaEmail || people[0].ZUID != RebeccaZUID || people[0].AccountID != RebeccaAccountID {
		t.Errorf("%d people, first %+v", len(people), people[0])
	}
	lands, scripts := map[string]bool{}, 0
	for _, u := range people {
		lands[u.Country] = true
		if utf8.RuneCountInString(u.DisplayName) < len(u.DisplayName) {
			scripts++
		}
		_, domain, _ := strings.Cut(u.Email, "@")
		if !slices.Contains(Zylker().Domains, domain) {
			t.Errorf("%s: not a domain for examples", u.Email)
		}
		if len(u.AccountID) != 19 || !strings.HasSuffix(u.AccountID, "8002") || !slices.Contains(countries, u.Country) {
			t.Errorf("%s: account %s, country %s", u.Email, u.AccountID, u.Country)
		}
		for _, phone := range []string{u.Phone, u.Mobile} {
			if p := fiction[u.Country]; phone != "" && (p == nil || !p.MatchString(phone)) {
				t.Errorf("%s: %s may be somebody's number", u.Email, phone)
			}
		}
	}
	if len(lands) < 30 || scripts < 20 {
		t.Errorf("%d countries, %d names beyond ASCII", len(lands), scripts)
	}
	New(Options{}) // ids and addresses are each one's own
}

func TestGenerate(t *testing.T) {
	users := Generate(5000)
	c := begin(t, Options{Users: users})
	if u, ok := c.s.User("user004999@example.com"); !ok || u.ZUID != 200004999 || len(u.AccountID) != 19 {
		t.Errorf("%+v", u)
	}
	if me := c.get("/api/accounts").data(t).([]any)[0].(map[string]any); me["primaryEmailAddress"] != CallerEmail {
		t.Errorf("the caller is %v", me["primaryEmailAddress"])
	}
	if diff := cmp.Diff(users, Generate(5000)); diff != "" {
		t.Error(diff)
	}
}

func TestQuirkTexts(t *testing.T) {
	for _, text := range []string{"", "names", "names=maybe", "page-cap=x", "read-lag=3", "no-such=1", "Names=refused", "inside200=perhaps"} {
		var k Quirks
		if err := k.Set(text); err == nil {
			t.Errorf("%q was taken: %+v", text, k)
		}
	}
	var k Quirks
	for _, text := range []string{"names=refused", "page-cap=7", "read-lag=3s", "inside200=true", "location=eu", "ids=strings"} {
		if err := k.Set(text); err != nil {
			t.Error(err)
		}
	}
	want := Quirks{Names: Refused, PageCap: 7, ReadLag: 3e9, Inside200: true, Location: "eu", IDs: "strings"}
	if diff := cmp.Diff(want, k); diff != "" {
		t.Error(diff)
	}
	names := QuirkNames()
	for _, want := range []string{"phone-key=phoneNumber|phoneNumer|both", "ids=mixed|strings|numbers", "device-dc=TEXT", "strict-phones=true", "page-cap=N"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not among %v", want, names)
		}
	}
}

func TestOptionsThatContradict(t *testing.T) {
	rebecca := People()[0]
	for name, o := range map[string]Options{
		"unknown caller": {Caller: "nobody@example.com"},
		"nobody":         {Users: []User{}},
		"twins":          {Users: []User{rebecca, rebecca}},
		"one address":    {Users: []User{rebecca, {ZUID: 2, AccountID: "2", Email: "other@zylker.com", Aliases: []string{"REBECCA@zylker.com"}}}},
		"quirk":          {Quirks: Quirks{Names: Kept}},
	} {
		if _, err := newServer(o); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func FuzzUpdate(f *testing.F) {
	for _, body := range []string{personalSample, addressSample, `{"mode":"updatePersonalInfo","zuid":100001234,"address":{"city":[{"a":[]}]}}`, `[[`, `{"a":{}`} {
		f.Add([]byte(body))
	}
	s := New(Options{LogSize: 10})
	token := "Zoho-oauthtoken " + s.AccessToken()
	f.Fuzz(func(t *testing.T, body []byte) {
		r, _ := newPut(string(body), token)
		got := send(r, Transport(s))
		if got.Err != nil || got.Status == 0 || got.Status >= 500 {
			t.Errorf("%+v", got)
		}
		tree(t, got.Body)
	})
}
