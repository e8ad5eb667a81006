package zohotest

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Rule is a word that settles a question. Which words a field of Quirks takes stands in its tag, the default first.
type Rule string

// What the service may do with a thing.
const (
	Accepted Rule = "accepted"
	Refused  Rule = "refused"
	Ignored  Rule = "ignored" // answered with success, and nothing happens
	Kept     Rule = "kept"
	Cleared  Rule = "cleared"
	Capped   Rule = "capped"
)

// Spellings of the phone key.
const (
	PhoneNumber Rule = "phoneNumber" // documented sample
	PhoneNumer  Rule = "phoneNumer"  // documented table, and what reads give
	BothKeys    Rule = "both"
)

// Quirks settles what nobody has published, or what sources contradict each other in. The zero value of a field is the
// default in its tag: the likeliest answer or else the strictest one, and assumed.
type Quirks struct {
	// What an update takes.
	PhoneKey       Rule `is:"phoneNumber phoneNumer both"`
	OtherPhoneKey  Rule `is:"refused ignored"`          // the other spelling
	Names          Rule `is:"accepted refused ignored"` // firstName and lastName, which only the sample shows
	Omitted        Rule `is:"kept cleared refused"`     // fields left out of an update
	OmittedAddress Rule `is:"kept cleared refused"`     // members left out of an address
	Empty          Rule `is:"cleared refused ignored"`  // "" as a value
	UpperCountry   Rule `is:"refused accepted"`         // country "US"
	UnknownKey     Rule `is:"refused ignored"`          // a key nobody has heard of
	StrictPhones   bool // phones are 5 to 20 of digits, blanks and +-(); otherwise any text does
	MaxLength      int  `is:"250"` // characters of a value

	// What displaynameemailupdate does.
	NewAddress Rule `is:"accepted refused"` // an address the user does not have yet
	OldAddress Rule `is:"cleared kept"`     // the address before: free for others, or an alias

	// What reads give.
	AnswerPhoneKey Rule          `is:"phoneNumer phoneNumber"`
	IDs            Rule          `is:"mixed strings numbers"` // mixed: zuid a number, accountId a string
	AllStrings     bool          // every value is a string, as in the oldest sample
	Roles          Rule          `is:"role roleName iamUserRole isCustomAdmin none"` // key of the role
	ListObject     bool          // a page of one user is an object, not an array
	PageCap        int           `is:"200"`            // most users a page
	OverCap        Rule          `is:"capped refused"` // a larger limit
	RepeatPage     bool          // page one again for every start
	ListDelay      time.Duration // for each user of a page; observed: 10 s for 50
	ReadLag        time.Duration // reads give the old values for so long after a change
	StaleReads     int           // and so many reads of that user do
	Organisation   Rule          `is:"refused accepted"` // details for who has no partner scope

	// What refusals look like.
	ScopeRefusal Rule `is:"array envelope"` // 401 or 404
	RoleRefusal  Rule `is:"403 401"`        // OPERATION_NOT_PERMITTED, or Invalid access without a code
	Missing      Rule `is:"404 400 500"`    // an unknown user or account
	Inside200    bool // refusals of a well-scoped call come inside HTTP 200

	// What Accounts does.
	ExpiresIn     Rule          `is:"seconds both milliseconds"` // both: expires_in in ms beside expires_in_sec
	TokenErrors   int           `is:"200"`                       // HTTP status of refused token calls
	TokenThrottle Rule          `is:"old new"`                   // text
	ThrottleCode  int           `is:"400"`                       // HTTP status of a throttled token call
	TokenLife     time.Duration `is:"1h"`                        // documented
	TokensEach    int           `is:"10"`                        // in a window, for each refresh token; documented; -1 is no limit
	TokenWindow   time.Duration `is:"10m"`                       // documented
	KnockProlongs bool          // a token call refused for its number makes the window begin again
	LiveTokens    int           `is:"15"`                  // of each refresh token, then the oldest is dropped; 10, 15 and 30 are documented
	ScopeEcho     Rule          `is:"asked virtualoffice"` // scopes in the answer; virtualoffice: other names, blanks between
	Consent       Rule          `is:"accepted refused"`    // the person in the browser
	Location      string        `is:"us"`                  // data centre the redirect names
	AccountsHost  string        // accounts-server the redirect names; "" is the server itself
	Device        Rule          `is:"milliseconds seconds"` // units of interval and expires_in
	DevicePoll    time.Duration `is:"30s"`                  // least time between two polls; documented
	DeviceLife    time.Duration `is:"5m"`                   // documented
	DeviceDC      string        // not "": polls are answered other_dc with this user_location
	Revoke        Rule          `is:"both first second"` // addresses that exist: token/revoke, revoke/token
}

// complete fills in the defaults, and refuses words that a field does not take.
func (k *Quirks) complete() error {
	v := reflect.ValueOf(k).Elem()
	for i := range v.NumField() {
		f, is := v.Field(i), strings.Fields(v.Type().Field(i).Tag.Get("is"))
		if f.IsZero() && len(is) > 0 {
			if err := setField(f, is[0]); err != nil {
				return err
			}
		}
		if f.Type() == reflect.TypeFor[Rule]() && !slices.Contains(is, f.String()) {
			return fmt.Errorf("quirk %s: %q is none of %s", kebab(v.Type().Field(i).Name), f.String(), strings.Join(is, ", "))
		}
	}
	return nil
}

// Set sets a quirk from text like "omitted-address=cleared" or "read-lag=3s".
func (k *Quirks) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || value == "" {
		return fmt.Errorf("quirk %q: want a name, = and a value", text)
	}
	v := reflect.ValueOf(k).Elem()
	for i := range v.NumField() {
		if kebab(v.Type().Field(i).Name) != name {
			continue
		}
		if err := setField(v.Field(i), value); err != nil {
			return fmt.Errorf("quirk %s: %w", name, err)
		}
		check := *k
		return check.complete()
	}
	return fmt.Errorf("no quirk %q", name)
}

// QuirkNames lists what Set takes, each with its values where they are words.
func QuirkNames() []string {
	var names []string
	for f := range reflect.TypeFor[Quirks]().Fields() {
		name := kebab(f.Name) + "="
		switch f.Type {
		case reflect.TypeFor[Rule]():
			name += strings.ReplaceAll(f.Tag.Get("is"), " ", "|")
		case reflect.TypeFor[bool]():
			name += "true"
		case reflect.TypeFor[int]():
			name += "N"
		case reflect.TypeFor[time.Duration]():
			name += "TIME"
		default:
			name += "TEXT"
		}
		names = append(names, name)
	}
	return names
}

func setField(f reflect.Value, text string) error {
	switch f.Interface().(type) {
	case bool:
		b, err := strconv.ParseBool(text)
		f.SetBool(b)
		return err
	case int:
		n, err := strconv.Atoi(text)
		f.SetInt(int64(n))
		return err
	case time.Duration:
		d, err := time.ParseDuration(text)
		f.SetInt(int64(d))
		return err
	}
	f.SetString(text)
	return nil
}

// kebab turns OmittedAddress into omitted-address, and keeps a run of capitals or digits together.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(rune(name[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// SetQuirks changes how the service is from the next call on.
func (s *Server) SetQuirks(k Quirks) error {
	if err := k.complete(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Quirks = k
	return nil
}

// SetLimit changes the limit from the next call on; nil ends it.
func (s *Server) SetLimit(l *Limit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Limit = l
	s.state.limit = limitState{}
}
