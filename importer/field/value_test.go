package field

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"

	"zohobulk/importer/problem"
)

// checked is what a check made of a text: the value, or "" with the first error's code; and all codes but notes'.
type checked struct {
	Value string
	Codes string
}

func checkText(c *Checker, id ID, text string) checked {
	value, found := c.Check(id, text)
	var codes []string
	for _, f := range found {
		if f.Severity == problem.Error {
			value = ""
		}
		codes = append(codes, f.Code)
	}
	return checked{value, strings.Join(codes, " ")}
}

func TestValues(t *testing.T) {
	tests := []struct {
		id      ID
		country string
		text    string
		want    checked
	}{
		{Email, "", " Rebecca@Zylker.COM ", checked{"Rebecca@zylker.com", ""}},
		{Email, "", "o'brien+hr@sub.example.org", checked{"o'brien+hr@sub.example.org", ""}},
		{Email, "", "\u202aanna@example.com\u202c", checked{"anna@example.com", ""}},
		{Email, "", "anna@münchen.example", checked{"anna@xn--mnchen-3ya.example", CodeEmailIDN}},
		{Email, "", "anna@gmial.com", checked{"anna@gmial.com", CodeEmailDomain}},
		{Email, "", "anna@mail.com", checked{"anna@mail.com", ""}},
		{Email, "", "anna@yahoo.co.id", checked{"anna@yahoo.co.id", ""}},
		{Email, "", "anna@cloud.com", checked{"anna@cloud.com", ""}},
		{Email, "", "anna@gmail.co", checked{"anna@gmail.co", CodeEmailDomain}},
		{Email, "", "Anna <anna@example.com>", checked{"", CodeBadEmail}},
		{Email, "", "anna@example", checked{"", CodeBadEmail}},
		{Email, "", "anna schmidt@example.com", checked{"", CodeBadEmail}},
		{Email, "", "anna..schmidt@example.com", checked{"", CodeBadEmail}},
		{Email, "", ".anna@example.com", checked{"", CodeBadEmail}},
		{Email, "", "anna@-example.com", checked{"", CodeBadEmail}},
		{Email, "", "anna@example.123", checked{"", CodeBadEmail}},
		{Email, "", "anna@example.com; bob@example.com", checked{"", CodeTwoValues}},
		{Email, "", "\"anna b\"@example.com", checked{"", CodeBadEmail}},
		{Email, "", "аnna@example.com", checked{"аnna@example.com", CodeEmailUnusual}},
		{Email, "", "'anna@example.com", checked{"", CodeApostrophe}},
		{Email, "", "#N/A", checked{"", CodeErrorValue}},

		{LastName, "", ".", checked{".", CodeStandIn}},
		{LastName, "", "=A2&B2", checked{"=A2&B2", CodeFormulaText}},
		{LastName, "", "Null", checked{"Null", ""}},
		{LastName, "", "Na", checked{"Na", ""}},
		{DisplayName, "", "N/A", checked{"N/A", CodeStandIn}},
		{City, "", "none", checked{"none", CodeStandIn}},
		{City, "", "Nancy", checked{"Nancy", ""}},
		{StreetAddr, "", "---", checked{"---", CodeStandIn}},
		{PostalCode, "de", "-", checked{"-", CodeStandIn}},
		{State, "es", "NA", checked{"NA", ""}},
		{Country, "", "Germany (DE)", checked{"de", CodeCountryRead}},
		{Country, "", "de-DE", checked{"de", CodeCountryRead}},
		{Country, "", "DE - Austria", checked{"", CodeUnknownCountry}},
		{Country, "", "Congo", checked{"", CodeUnknownCountry}},
		{Country, "", "D", checked{"", CodeUnknownCountry}},
		{PostalCode, "za", "1", checked{"", CodePostcodeShort}},
		{PostalCode, "ke", "100", checked{"", CodePostcodeShort}},
		{PostalCode, "ar", "C1002", checked{"C1002", ""}},
		{PhoneNumber, "in", "98765 43210", checked{"98765 43210", ""}},
		{PhoneNumber, "vn", "912345678", checked{"912345678", ""}},
		{PhoneNumber, "us", "1-212-555-0123", checked{"1-212-555-0123", ""}},
		{PhoneNumber, "de", "3012345678", checked{"3012345678", CodePhoneZero}},
		{PhoneNumber, "de", "4930123456", checked{"4930123456", CodePhoneZero}},
		{PhoneNumber, "us", "212-555-0123;ext=5", checked{"212-555-0123;ext=5", ""}},

		{AccountID, "", "2560636000000008002", checked{"2560636000000008002", ""}},
		{ZUID, "", "11111111", checked{"11111111", ""}},
		{AccountID, "", "2.56064E+18", checked{"", CodeIDDamaged}},
		{AccountID, "", "2,56064E+18", checked{"", CodeIDDamaged}},
		{AccountID, "", "2,560,636,000,000,008,002", checked{"", CodeIDDamaged}},
		{AccountID, "", "2.560.636.000.000.008.002", checked{"", CodeIDDamaged}},
		{AccountID, "", "2 560 636 000 000 008 002", checked{"", CodeIDDamaged}},
		{ZUID, "", "100001234.0", checked{"", CodeIDDamaged}},
		{ZUID, "", "'100001234", checked{"", CodeApostrophe}},
		{ZUID, "", "0100001234", checked{"", CodeBadID}},
		{AccountID, "", "92233720368547758070", checked{"", CodeBadID}},
		{AccountID, "", "9223372036854775807", checked{"9223372036854775807", ""}},
		{ZUID, "", "anna@example.com", checked{"", CodeBadID}},

		{Gender, "", "F", checked{"FEMALE", CodeGenderRead}},
		{Gender, "", "weiblich", checked{"FEMALE", CodeGenderRead}},
		{Gender, "", "Non-Binary", checked{"NON_BINARY", CodeGenderRead}},
		{Gender, "", "NOT_SPECIFIED", checked{"NOT_SPECIFIED", ""}},
		{Gender, "", "男性", checked{"MALE", CodeGenderRead}},
		{Gender, "", "other", checked{"", CodeUnknownGender}},

		{Country, "", "us", checked{"us", ""}},
		{Country, "", "US", checked{"us", ""}},
		{Country, "", "USA", checked{"us", CodeCountryRead}},
		{Country, "", "United States", checked{"us", CodeCountryRead}},
		{Country, "", "Deutschland", checked{"de", CodeCountryRead}},
		{Country, "", "UK", checked{"gb", CodeCountryRead}},
		{Country, "", "Holland", checked{"nl", CodeCountryRead}},
		{Country, "", "Türkiye", checked{"tr", CodeCountryRead}},
		{Country, "", "日本", checked{"jp", CodeCountryRead}},
		{Country, "", "भारत", checked{"in", CodeCountryRead}},
		{Country, "", "Côte d'Ivoire", checked{"ci", CodeCountryRead}},
		{Country, "", "Bosnia and Herzegovina", checked{"ba", CodeCountryRead}},
		{Country, "", "NA", checked{"na", CodeCountryOdd}},
		{Country, "", "N/A", checked{"", CodeUnknownCountry}},
		{Country, "", "None", checked{"", CodeUnknownCountry}},
		{Country, "", "XX", checked{"", CodeUnknownCountry}},
		{Country, "", "SU", checked{"", CodeUnknownCountry}},
		{Country, "", "Congo", checked{"", CodeUnknownCountry}},

		{PostalCode, "de", "01067", checked{"01067", ""}},
		{PostalCode, "de", "1067", checked{"", CodePostcodeShort}},
		{PostalCode, "de", "D-01067", checked{"D-01067", ""}},
		{PostalCode, "us", "2134", checked{"", CodePostcodeShort}},
		{PostalCode, "us", "501", checked{"", CodePostcodeShort}},
		{PostalCode, "us", "10001-1234", checked{"10001-1234", ""}},
		{PostalCode, "at", "101", checked{"101", CodePostcodeOdd}},
		{PostalCode, "gb", "SW1A 1AA", checked{"SW1A 1AA", ""}},
		{PostalCode, "gb", "sw1a1aa", checked{"sw1a1aa", ""}},
		{PostalCode, "gb", "12345", checked{"12345", CodePostcodeOdd}},
		{PostalCode, "pl", "1001", checked{"", CodePostcodeShort}},
		{PostalCode, "hk", "anything", checked{"anything", ""}},
		{PostalCode, "", "1067", checked{"1067", ""}},
		{PostalCode, "us", "'02134", checked{"", CodeApostrophe}},

		{PhoneNumber, "de", "030 12345678", checked{"030 12345678", ""}},
		{PhoneNumber, "", "+49 30 12345678", checked{"+49 30 12345678", ""}},
		{PhoneNumber, "", "030 12345678", checked{"030 12345678", CodePhoneUnchecked}},
		{PhoneNumber, Unreadable, "030 12345678", checked{"030 12345678", ""}},
		{PhoneNumber, "de", "30 12345678", checked{"30 12345678", CodePhoneZero}},
		{PhoneNumber, "us", "9000000001", checked{"9000000001", CodePhoneInvalid}},
		{PhoneNumber, "de", "+4930CALLNOW", checked{"", CodeBadPhone}},
		{PhoneNumber, "de", "O30 12345678", checked{"", CodeBadPhone}},
		{PhoneNumber, "de", "030 1234567 / 0171 1234567", checked{"", CodeTwoValues}},
		{PhoneNumber, "de", "030/1234567", checked{"030/1234567", ""}},
		{PhoneNumber, "de", "01.03.2024", checked{"", CodeDate}},
		{PhoneNumber, "de", "2024-03-01", checked{"", CodeDate}},
		{PhoneNumber, "de", "+49 30 12345678 ext. 5", checked{"+49 30 12345678 ext. 5", ""}},
		{PhoneNumber, "", "\u200e+49 30 12345678\u200e", checked{"+49 30 12345678", ""}},
		{PhoneNumber, "eg", "٠٢ ٢٧٣٦ ١٦٠٠", checked{"02 2736 1600", CodePhoneRead}},
		{PhoneNumber, "de", "'030 12345678", checked{"", CodeApostrophe}},
		{PhoneNumber, "de", "none", checked{"", CodeBadPhone}},
		{PhoneNumber, "de", "4.93012E+11", checked{"", CodeNumber}},

		{City, "", "New  York", checked{"New York", ""}},
		{City, "", "'s-Hertogenbosch", checked{"'s-Hertogenbosch", ""}},
		{City, "", "anna@example.com", checked{"", CodeElsewhere}},
		{City, "", "+49 30 1234567", checked{"", CodeElsewhere}},
		{StreetAddr, "", "91, Thomas Street", checked{"91, Thomas Street", ""}},
		{StreetAddr, "", "Main St 5,\nApt 3", checked{"Main St 5, Apt 3", CodeLineBreak}},
		{StreetAddr, "", "#12 Rue", checked{"#12 Rue", ""}},
		{State, "", "Georgia", checked{"Georgia", ""}},
	}
	for _, tt := range tests {
		c := NewChecker(KeepPhones)
		c.Country(tt.country)
		if diff := cmp.Diff(tt.want, checkText(c, tt.id, tt.text)); diff != "" {
			t.Errorf("%v %q in %q (-want +got):\n%s", tt.id, tt.text, tt.country, diff)
		}
	}
}

// Any real name passes as it is, whatever systems usually think of it.
func TestRealNames(t *testing.T) {
	names := []string{
		"O'Brien", "O’Brien", "Nguyễn", "王", "王小明", "Çelik", "X", "Æ", "Ng", "JP", "de la Cruz", "van 't Hooft", "D'Angelo-Smith", "Jr.", "J.R.R.", "Null", "None",
		"Test", "True", "Nan", "محمد", "שרה כהן", "Ольга", "Γιώργος", "श्रीदेवी", "ஜெயலலிதா", "สมชาย", "Björk Guðmundsdóttir", "Łukasz", "İpek", "Jean-Luc",
		"Mary Ann", "McDonald", "Ibn al-Haytham", "ﷺ", "Jo", "Nurul 'Ain", "Åsa", "Ștefan", "김철수", "やまだ", "Beyoncé", "1st Lt. Smith", "علی\u200cرضا",
	}
	c := NewChecker(KeepPhones)
	for _, id := range []ID{FirstName, LastName, DisplayName} {
		for _, name := range names {
			if got := checkText(c, id, name); got != (checked{name, ""}) {
				t.Errorf("%v %q: %+v", id, name, got)
			}
		}
	}
}

func TestOddNames(t *testing.T) {
	tests := map[string]checked{
		"ANNA":          {"ANNA", CodeAllCapitals},
		"ÇELİK":         {"ÇELİK", CodeAllCapitals},
		"Аnna":          {"Аnna", CodeLookAlike}, // the first letter is Cyrillic
		"Anna\x00":      {"", CodeControl},
		"An\x07na":      {"", CodeControl},
		"M\xfcller":     {"", CodeInvalidText},
		"M\ufffdller":   {"", CodeInvalidText},
		"Jose\u0301":    {"José", ""},
		"\u202eshalom":  {"shalom", ""},
		"Anna\u00a0B":   {"Anna B", ""},
		"#REF!":         {"", CodeErrorValue},
		"#NOME?":        {"", CodeErrorValue},
		"########":      {"", CodeErrorValue},
		"4915112345678": {"", CodeElsewhere},

		strings.Repeat("a", maxText+1): {"", CodeTooLong},
	}
	c := NewChecker(KeepPhones)
	for name, want := range tests {
		if got := checkText(c, FirstName, name); got != want {
			t.Errorf("%.20q: %+v, want %+v", name, got, want)
		}
	}
}

// The library's own example number of each country is valid in a row of that country, in each form it can be written in.
func TestPhonesByCountry(t *testing.T) {
	tested := 0
	for _, code := range CountryCodes() {
		example := phonenumbers.GetExampleNumberForType(strings.ToUpper(code), phonenumbers.MOBILE)
		if example == nil {
			continue // no telephone network of its own
		}
		tested++
		for _, form := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL, phonenumbers.NATIONAL} {
			if code == "ar" && form == phonenumbers.NATIONAL {
				continue // the library does not read its own national form of Argentina's mobile numbers
			}
			text := phonenumbers.Format(example, form)
			keep := NewChecker(KeepPhones)
			keep.Country(code)
			if got := checkText(keep, MobileNumber, text); got != (checked{text, ""}) {
				t.Errorf("%s %q: %+v", code, text, got)
			}
			e164 := NewChecker(E164Phones)
			e164.Country(code)
			if got, want := checkText(e164, MobileNumber, text).Value, phonenumbers.Format(example, phonenumbers.E164); got != want {
				t.Errorf("%s %q as e164: %q, want %q", code, text, got, want)
			}
		}
	}
	if tested < 200 {
		t.Errorf("%d countries have an example, want the world's", tested)
	}
}

func TestPhoneForms(t *testing.T) {
	national := NewChecker(NationalPhones)
	national.Country("de")
	for text, want := range map[string]string{
		"+493012345678":         "030 12345678",
		"+12125550123":          "+12125550123", // another country's keeps its code
		"+493012345678 ext. 12": "+493012345678 ext. 12",
	} {
		if got := checkText(national, PhoneNumber, text).Value; got != want {
			t.Errorf("%q as national number: %q, want %q", text, got, want)
		}
	}
	if _, err := ParsePhoneForm("E.164"); err == nil {
		t.Error("E.164 is taken for a phone form")
	}
}

func TestHints(t *testing.T) {
	tests := []struct {
		id         ID
		text, hint string
	}{
		{Country, "Untied States", "did you mean United States (us)?"},
		{Country, "Germny", "did you mean Germany (de)?"},
		{Email, "Anna <anna@example.com>", "did you mean anna@example.com?"},
		{Email, "anna@example.com.", "did you mean anna@example.com?"},
		{Email, "anna@gmial.com", "did you mean anna@gmail.com?"},
		{Country, "GER", "did you mean Germany (de)?"},
		{Country, "n/a", leaveBlank},
		{PhoneNumber, "keine", leaveBlank},
		{PhoneNumber, "Tel. 030 123456", "did you mean 030 123456?"},
		{PhoneNumber, "O30 123456", "did you mean 030 123456?"},
		{PhoneNumber, "030 123456 (work)", "did you mean 030 123456?"},
		{PhoneNumber, "491701234567", "did you mean +49 170 1234567?"},
		{Gender, "n/a", "use Male, Female, Non-binary or Not specified, or clear the cell"},
		{PostalCode, "1067", "did you mean 01067? Format the column as Text first, then type it"},
	}
	c := NewChecker(KeepPhones)
	c.Country("de")
	for _, tt := range tests {
		_, found := c.Check(tt.id, tt.text)
		if len(found) != 1 || found[0].Hint != tt.hint {
			t.Errorf("%v %q: %+v, want the hint %q", tt.id, tt.text, found, tt.hint)
		}
	}
}

func TestEveryCountryIsFoundByItsNames(t *testing.T) {
	x := countries()
	if len(x.order) != 249 {
		t.Errorf("%d countries, ISO 3166-1 has 249", len(x.order))
	}
	for line := range strings.Lines(strings.TrimSpace(countryTable)) {
		codes, names, _ := strings.Cut(strings.TrimSpace(line), "|")
		code, _, _ := strings.Cut(codes, " ")
		for name := range strings.SplitSeq(names, "|") {
			if got, _, ok := x.find(name); !ok || got != code {
				t.Errorf("%q is %q, want %q", name, got, code)
			}
		}
	}
}

func TestCodesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Codes {
		if seen[c.Code] || c.About == "" || strings.Trim(c.Code, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("%+v: twice, without a word about it, or no kebab-case", c)
		}
		seen[c.Code] = true
	}
}
