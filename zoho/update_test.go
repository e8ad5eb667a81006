package zoho

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ptr(s string) *string { return &s }

// The documented sample requests, as curl would send them.
func TestSampleRequests(t *testing.T) {
	rebecca := PersonalInfo{AccountID: "2560636000000008002", ZUID: "100001234", FirstName: ptr("Rebecca"),
		LastName: ptr("Anderson"), DisplayName: ptr("Rebecca Anderson"), Gender: ptr("FEMALE"), Country: ptr("us"),
		PhoneNumber: ptr("9000000001"), MobileNumber: ptr("9000000002"),
		Address: &AddressUpdate{ptr("91, Thomas Street"), ptr("New York"), ptr("10001"), ptr("New York")}}
	address := DisplayNameEmail{AccountID: "2560636000000008002", ZUID: "11111111", DisplayName: "Rebecca Anderson",
		EmailAddress: "rebecca@zylker.com"}
	for _, test := range []struct {
		name, path, body string
		send             func(c *Client) error
	}{
		{"updatePersonalInfo", "/api/organization/1234567890/accounts/2560636000000008002",
			`{"firstName": "Rebecca", "lastName": "Anderson", "displayName": "Rebecca Anderson", "gender": "FEMALE",
			  "country": "us", "address": {"streetAddr": "91, Thomas Street", "city": "New York", "postalCode": "10001",
			  "state": "New York"}, "phoneNumber": "9000000001", "mobileNumber": "9000000002",
			  "mode": "updatePersonalInfo", "zuid": 100001234}`,
			func(c *Client) error { return c.UpdatePersonalInfo(t.Context(), "1234567890", rebecca, Keys{}) }},
		{"displaynameemailupdate by an administrator", "/api/organization/12345678/accounts/2560636000000008002",
			`{"zuid": "11111111", "mode": "displaynameemailupdate", "emailAddress": "rebecca@zylker.com",
			  "displayName": "Rebecca Anderson"}`,
			func(c *Client) error { return c.UpdateDisplayNameEmail(t.Context(), "12345678", address) }},
		{"displaynameemailupdate by the user", "/api/accounts/2560636000000008002",
			`{"mode": "displaynameemailupdate", "emailAddress": "rebecca@zylker.com", "displayName": "Rebecca Anderson"}`,
			func(c *Client) error { return c.UpdateOwnDisplayNameEmail(t.Context(), address) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			service := &script{replies: []reply{{status: 200, body: success}}}
			if err := test.send(newClient(t, service, Options{Tokens: constant("1000.secret"), UserAgent: "zohobulk/1.2.3"})); err != nil {
				t.Fatal(err)
			}
			got := service.calls()
			if len(got) != 1 {
				t.Fatalf("%d requests: want 1", len(got))
			}
			header := http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"},
				"Authorization": {"Zoho-oauthtoken 1000.secret"}, "User-Agent": {"zohobulk/1.2.3"}}
			if diff := cmp.Diff(header, got[0].Header); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			if got[0].Method != "PUT" || got[0].Path != test.path {
				t.Errorf("%s %s: want PUT %s", got[0].Method, got[0].Path, test.path)
			}
			if diff := cmp.Diff(whole(t, test.body), whole(t, got[0].Body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateSendsWhatIsSetOnly(t *testing.T) {
	for _, test := range []struct {
		name, want string
		info       PersonalInfo
		keys       Keys
	}{
		{"nothing but a phone, in the other spelling", `{"mode":"updatePersonalInfo","zuid":9223372036854775807,"phoneNumer":"+49 30 23125000"}`,
			PersonalInfo{ZUID: "9223372036854775807", PhoneNumber: ptr("+49 30 23125000")}, Keys{Phone: PhoneNumer}},
		{"an empty value is one", `{"mode":"updatePersonalInfo","zuid":7,"mobileNumber":""}`,
			PersonalInfo{ZUID: "7", MobileNumber: ptr("")}, Keys{}},
		{"part of an address", `{"mode":"updatePersonalInfo","zuid":7,"address":{"city":"Łódź","state":""}}`,
			PersonalInfo{ZUID: "7", Address: &AddressUpdate{City: ptr("Łódź"), State: ptr("")}}, Keys{Phone: PhoneNumber}},
		{"signs that HTML would escape", `{"mode":"updatePersonalInfo","zuid":7,"displayName":"Ann <R&D> \"Q\""}`,
			PersonalInfo{ZUID: "7", DisplayName: ptr(`Ann <R&D> "Q"`)}, Keys{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			service := &script{replies: []reply{{status: 200, body: success}}}
			test.info.AccountID = "2560636000000008002"
			if err := newClient(t, service, Options{}).UpdatePersonalInfo(t.Context(), "12345678", test.info, test.keys); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(whole(t, test.want), whole(t, service.calls()[0].Body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

// An identifier that is none must never become part of a path.
func TestBadIdentifiersAreNotSent(t *testing.T) {
	service := &script{replies: []reply{{status: 200, body: success}}}
	c := newClient(t, service, Options{})
	for _, id := range []ID{"", "0", "-1", "../1", "2.5E+18", "12345678901234567890", "٣"} {
		if err := c.UpdatePersonalInfo(t.Context(), "1", PersonalInfo{AccountID: id, ZUID: "1"}, Keys{}); !IsKind(err, Row) {
			t.Errorf("account %q: %v, want a refusal of the row", id, err)
		}
		if err := c.UpdateDisplayNameEmail(t.Context(), "1", DisplayNameEmail{AccountID: "1", ZUID: id}); !IsKind(err, Row) {
			t.Errorf("zuid %q: %v, want a refusal of the row", id, err)
		}
		if _, err := c.Accounts(t.Context(), id, 0, 50); !IsKind(err, Row) {
			t.Errorf("zoid %q: %v, want a refusal", id, err)
		}
	}
	if n := len(service.calls()); n != 0 {
		t.Errorf("%d requests went out: want none", n)
	}
}
