package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// temp is a throw-away user who holds a value in every field.
var temp = zohotest.User{
	ZUID: 200001, AccountID: "2560636000000200001", Email: "temp@zylker.com", DisplayName: "Temp User", FirstName: "Temp", LastName: "User",
	Gender: "FEMALE", Country: "us", Phone: "9000000001", Mobile: "9000000009",
	Address: zohotest.Address{Street: "1, Sample Street", City: "New York", PostalCode: "10001", State: "New York"},
}

var admin = zohotest.User{ZUID: 200002, AccountID: "2560636000000200002", Email: "priya@zylker.com", DisplayName: "Priya", Role: zohotest.Admin}

// staticTokens gives one token for ever.
type staticTokens string

func (s staticTokens) Token(context.Context) (string, error) { return string(s), nil }
func (s staticTokens) Renew(context.Context, string) (string, error) {
	return "", errors.New("no more tokens")
}

func client(t *testing.T, s *zohotest.Server, wrap func(http.RoundTripper) http.RoundTripper) *zoho.Client {
	t.Helper()
	transport := zohotest.Transport(s)
	if wrap != nil {
		transport = wrap(transport)
	}
	c, err := zoho.New(zoho.Options{MailURL: zohotest.URL, HTTP: transport, Tokens: staticTokens(s.AccessToken()),
		Limiter: zoho.NewLimiter(zoho.Unlimited)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const zoid = "1234567890"

func newProbe(t *testing.T, c *zoho.Client, email string) *Probe {
	t.Helper()
	a, err := c.Account(t.Context(), zoid, email)
	if err != nil {
		t.Fatal(err)
	}
	return &Probe{Service: c, ZOID: zoid, User: a}
}

// usual is what a probe learns of a stand-in without quirks.
func usual(change func(*zoho.Capabilities)) zoho.Capabilities {
	l := zoho.Capabilities{PhoneKey: zoho.PhoneNumber, Names: zoho.Yes, OmittedFields: zoho.Kept, OmittedAddress: zoho.Kept,
		Empty: zoho.Cleared, UpperCountry: zoho.Refused}
	if change != nil {
		change(&l)
	}
	return l
}

func TestProbe(t *testing.T) {
	for _, test := range []struct {
		name   string
		quirks zohotest.Quirks
		user   func(*zohotest.User)
		want   func(*zoho.Capabilities)
		why    string // a key that needs a word
	}{
		{name: "as documented", why: "page_size"},
		{name: "other phone key", quirks: zohotest.Quirks{PhoneKey: zohotest.PhoneNumer},
			want: func(l *zoho.Capabilities) { l.PhoneKey = zoho.PhoneNumer }},
		{name: "wrong phone key ignored", quirks: zohotest.Quirks{PhoneKey: zohotest.PhoneNumer, OtherPhoneKey: zohotest.Ignored},
			want: func(l *zoho.Capabilities) { l.PhoneKey = zoho.PhoneNumer }, why: "phone_key"},
		{name: "names refused", quirks: zohotest.Quirks{Names: zohotest.Refused}, want: func(l *zoho.Capabilities) { l.Names = zoho.No }},
		{name: "names ignored", quirks: zohotest.Quirks{Names: zohotest.Ignored}, want: func(l *zoho.Capabilities) { l.Names = zoho.No }, why: "names"},
		{name: "omitted cleared", quirks: zohotest.Quirks{Omitted: zohotest.Cleared},
			want: func(l *zoho.Capabilities) { l.OmittedFields = zoho.Cleared }},
		{name: "omitted cleared, address too, other phone key", quirks: zohotest.Quirks{Omitted: zohotest.Cleared, OmittedAddress: zohotest.Cleared, PhoneKey: zohotest.PhoneNumer},
			want: func(l *zoho.Capabilities) {
				l.OmittedFields, l.OmittedAddress, l.PhoneKey = zoho.Cleared, zoho.Cleared, zoho.PhoneNumer
			}},
		{name: "omitted cleared, nothing but the address to put back by", quirks: zohotest.Quirks{Omitted: zohotest.Cleared},
			user: func(u *zohotest.User) { u.Phone, u.FirstName, u.LastName = "", "", "" },
			want: func(l *zoho.Capabilities) {
				l.OmittedFields, l.PhoneKey, l.Names = zoho.Cleared, "unknown", "unknown"
			}},
		{name: "omitted refused", quirks: zohotest.Quirks{Omitted: zohotest.Refused, PhoneKey: zohotest.PhoneNumer},
			want: func(l *zoho.Capabilities) { l.OmittedFields, l.PhoneKey = zoho.Refused, zoho.PhoneNumer }},
		{name: "address cleared", quirks: zohotest.Quirks{OmittedAddress: zohotest.Cleared},
			want: func(l *zoho.Capabilities) { l.OmittedAddress = zoho.Cleared }},
		{name: "address refused", quirks: zohotest.Quirks{OmittedAddress: zohotest.Refused},
			want: func(l *zoho.Capabilities) { l.OmittedAddress = zoho.Refused }},
		{name: "empty refused", quirks: zohotest.Quirks{Empty: zohotest.Refused}, want: func(l *zoho.Capabilities) { l.Empty = zoho.Refused }},
		{name: "capitals accepted", quirks: zohotest.Quirks{UpperCountry: zohotest.Accepted},
			want: func(l *zoho.Capabilities) { l.UpperCountry = zoho.Accepted }},
		{name: "slow to read", quirks: zohotest.Quirks{ReadLag: 5 * time.Second}, want: func(l *zoho.Capabilities) { l.ReadBackSeconds = 6 }},
		{name: "stale reads", quirks: zohotest.Quirks{StaleReads: 2}, want: func(l *zoho.Capabilities) { l.ReadBackSeconds = 6 }},
		{name: "never to be read", quirks: zohotest.Quirks{ReadLag: time.Hour}, want: func(l *zoho.Capabilities) { *l = zoho.NoCapabilities() }, why: "read_back_s"},
		{name: "page capped", quirks: zohotest.Quirks{PageCap: 7}, want: func(l *zoho.Capabilities) { l.PageSize = 7 }},
		{name: "large pages refused", quirks: zohotest.Quirks{PageCap: 60, OverCap: zohotest.Refused}, why: "page_size"},
		{name: "page one for ever", quirks: zohotest.Quirks{RepeatPage: true}, why: "page_size"},
		{name: "strict phones, failures in 200", quirks: zohotest.Quirks{StrictPhones: true, Inside200: true}},
		{name: "user with a name alone", user: func(u *zohotest.User) {
			*u = zohotest.User{ZUID: u.ZUID, AccountID: u.AccountID, Email: u.Email, DisplayName: "T"}
		},
			want: func(l *zoho.Capabilities) { *l = zoho.NoCapabilities() }, why: "omitted_fields"},
		{name: "user with nothing", user: func(u *zohotest.User) { *u = zohotest.User{ZUID: u.ZUID, AccountID: u.AccountID, Email: u.Email} },
			want: func(l *zoho.Capabilities) { *l = zoho.NoCapabilities() }, why: "omitted_fields"},
		{name: "user with a mobile number and half an address",
			user: func(u *zohotest.User) {
				*u = zohotest.User{ZUID: u.ZUID, AccountID: u.AccountID, Email: u.Email, Mobile: "9000000009", Address: zohotest.Address{City: "Rome"}}
			},
			want: func(l *zoho.Capabilities) {
				l.PhoneKey, l.Names, l.OmittedAddress, l.UpperCountry = "unknown", "unknown", zoho.Unknown, zoho.Unknown
			}, why: "omitted_address"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				user := temp
				if test.user != nil {
					test.user(&user)
				}
				s := zohotest.New(zohotest.Options{Users: append([]zohotest.User{admin, user}, others()...), Quirks: test.quirks})
				before, _ := s.User(user.Email)
				p := newProbe(t, client(t, s, nil), user.Email)
				told := 0
				p.Tell = func(Call) { told++ }
				got, err := p.Run(t.Context())
				if err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(usual(test.want), got.Capabilities); diff != "" {
					t.Errorf("learnt (-want +got):\n%s", diff)
				}
				after, _ := s.User(user.Email)
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("the user is not as before:\n%s", diff)
				}
				if test.why != "" && got.Why[test.why] == "" {
					t.Errorf("no word about %s: %v", test.why, got.Why)
				}
				// One call made the user known before, and the log of the stand-in knows them all.
				if n := len(s.Log()) - 1; n != len(got.Calls) || n != told {
					t.Errorf("%d calls in the account, %d told, and the service had %d", len(got.Calls), told, n)
				}
				onlyHeld(t, s.Log(), user)
			})
		})
	}
}

// others are more users, so that the list has pages.
func others() []zohotest.User {
	var all []zohotest.User
	for i := range 18 {
		all = append(all, zohotest.User{ZUID: int64(300000 + i), AccountID: "25606360000003000" + strconv.Itoa(10+i), Email: fmt.Sprintf("u%d@zylker.com", i), DisplayName: "U"})
	}
	return all
}

// onlyHeld fails the test if a field that held no value was ever sent.
func onlyHeld(t *testing.T, log []zohotest.Call, u zohotest.User) {
	t.Helper()
	empty := map[string]bool{"firstName": u.FirstName == "", "lastName": u.LastName == "", "displayName": u.DisplayName == "", "phoneNum": u.Phone == "",
		"mobileNumber": u.Mobile == "", "country": u.Country == "", "gender": u.Gender == "", "streetAddr": u.Address.Street == "",
		"city": u.Address.City == "", "postalCode": u.Address.PostalCode == "", "state": u.Address.State == ""}
	for _, c := range log {
		for key, none := range empty {
			if c.Method == http.MethodPut && none && strings.Contains(string(c.Body), `"`+key) {
				t.Errorf("%s was sent, and held no value: %s", key, c.Body)
			}
		}
	}
}

func TestPutBackAfterAnyEnd(t *testing.T) {
	// The probe is broken off, or the service fails, at each of its calls in turn.
	for _, quirks := range []zohotest.Quirks{{}, {Omitted: zohotest.Cleared, PhoneKey: zohotest.PhoneNumer}} {
		for end := 1; end < 25; end++ {
			for _, how := range []string{"Ctrl-C before", "Ctrl-C after", "forbidden", "cut"} {
				synctest.Test(t, func(t *testing.T) {
					s := zohotest.New(zohotest.Options{Users: []zohotest.User{admin, temp}, Quirks: quirks})
					before, _ := s.User(temp.Email)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					breaker := &breaker{at: end, how: how, cancel: cancel}
					p := newProbe(t, client(t, s, func(next http.RoundTripper) http.RoundTripper {
						breaker.next = next
						return breaker
					}), temp.Email)
					breaker.on = true
					_, err := p.Run(ctx)
					// The thirteen first calls are questions; a Ctrl-C while all is put back anyway changes nothing.
					if breaker.hit && how != "cut" && end <= 13 && err == nil {
						t.Errorf("%s at call %d: no error", how, end)
					}
					time.Sleep(2 * time.Second) // until what was on its way has come in
					after, _ := s.User(temp.Email)
					if diff := cmp.Diff(before, after); diff != "" {
						t.Errorf("%s at call %d: %v\nthe user is not as before:\n%s", how, end, err, diff)
					}
				})
			}
		}
	}
}

// breaker is a transport that breaks the probe off at one of its calls.
type breaker struct {
	next   http.RoundTripper
	on     bool
	calls  int
	at     int
	how    string
	hit    bool
	cancel func()
}

func (b *breaker) RoundTrip(r *http.Request) (*http.Response, error) {
	if !b.on {
		return b.next.RoundTrip(r)
	}
	if b.calls++; b.calls != b.at {
		return b.next.RoundTrip(r)
	}
	b.hit = true
	switch b.how {
	case "Ctrl-C before":
		b.cancel()
		// What is cut off here is carried out after all, and later than a hurried put-back.
		in := r.Clone(context.WithoutCancel(r.Context()))
		if r.Context().Err() != nil {
			go func() {
				time.Sleep(time.Second)
				if response, err := b.next.RoundTrip(in); err == nil {
					response.Body.Close()
				}
			}()
			return nil, r.Context().Err()
		}
	case "Ctrl-C after":
		defer b.cancel()
	case "forbidden":
		return answer(r, 403, `{"data":{"errorCode":"OPERATION_NOT_PERMITTED"},"status":{"code":403,"description":"x"}}`), nil
	case "cut":
		response, err := b.next.RoundTrip(r)
		if err == nil {
			response.Body.Close()
		}
		return nil, errors.New("connection reset")
	}
	return b.next.RoundTrip(r)
}

func answer(r *http.Request, status int, body string) *http.Response {
	response := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r, ProtoMajor: 1, ProtoMinor: 1}
	response.Body = http.NoBody
	if body != "" {
		response.Body = readCloser{strings.NewReader(body)}
	}
	return response
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func TestNamesThatCannotBePutBackAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := zohotest.New(zohotest.Options{Users: []zohotest.User{admin, temp}, Quirks: zohotest.Quirks{Omitted: zohotest.Cleared, Names: zohotest.Refused}})
		got, err := newProbe(t, client(t, s, nil), temp.Email).Run(t.Context())
		var not *NotPutBack
		if !errors.As(err, &not) {
			t.Fatalf("got %v, want NotPutBack", err)
		}
		if diff := cmp.Diff([]string{"firstName", "lastName"}, got.Left); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
	})
}

func TestAnother(t *testing.T) {
	for _, test := range []struct {
		n        name
		in, want string
	}{
		{mobileNumber, "9000000009", "9000000000"}, {phoneNumber, "+1 (212) 555-0142", "+1 (212) 555-0143"}, {phoneNumber, "x12 ext", "x13 ext"},
		{phoneNumber, "none", "nonex"}, {postalCode, "SW1A 1AA", "SW1A 2AA"}, {city, "Rome", "Rome x"},
	} {
		if got := another(test.n, test.in); got != test.want {
			t.Errorf("another %s than %q: %q, want %q", test.n, test.in, got, test.want)
		}
	}
}
