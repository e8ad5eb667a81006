package field_test

import (
	"slices"
	"strings"
	"testing"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// said is what a check says of a value: its findings but notes, each as its code, with the proposal behind an arrow.
func said(c *field.Checker, id field.ID, text string) (value, found string) {
	value, findings := c.Check(id, text)
	var list []string
	for _, f := range findings {
		if f.Severity == problem.Note {
			continue
		}
		one := f.Severity.String() + " " + f.Code
		if f.Proposal != "" {
			one += " → " + f.Proposal
			if !strings.Contains(f.Hint, f.Proposal) {
				one += " (unsaid)"
			}
		}
		list = append(list, one)
	}
	return value, strings.Join(list, ", ")
}

// judged is a value of a field and what a check must make of it.
type judged struct {
	id      field.ID
	country string
	text    string
	value   string // "" where an error is expected, "=" for the text as it is
	found   string
}

func judge(t *testing.T, list []judged) {
	t.Helper()
	c := field.NewChecker(field.KeepPhones)
	for _, test := range list {
		c.Country(test.country)
		want := test.value
		if want == "=" {
			want = test.text
		}
		value, found := said(c, test.id, test.text)
		if strings.Contains(found, "error") {
			value = ""
		}
		if value != want || found != test.found {
			t.Errorf("%s %q: %q, %s; want %q, %s", test.id, test.text, value, found, want, test.found)
		}
	}
}

// TestStandIns warns of what databases and scripts write for nothing, and stays quiet about people who are called so.
func TestStandIns(t *testing.T) {
	const nothing = "warning stand-in"
	var list []judged
	for _, text := range []string{`\N`, "[object Object]", "undefined", "NaN", "NaT", "<null>", "<NA>", "(blank)", "<nil>", "%!s(<nil>)", "System.DBNull", "&nbsp;", "<br>"} {
		for _, id := range []field.ID{field.LastName, field.DisplayName, field.City, field.StreetAddr, field.State} {
			list = append(list, judged{id, "", text, "=", nothing})
		}
	}
	for _, text := range []string{"None", "nil", "nan", "null", "NULL"} {
		list = append(list, judged{field.City, "", text, "=", nothing})
	}
	for _, name := range []string{"Null", "True", "NA", "Na", "An", "Nan", "None", "Nil", "Nat", "Nguyen Thi An", "Al-Ankh"} {
		list = append(list, judged{field.LastName, "", name, "=", ""}, judged{field.DisplayName, "", name, "=", ""})
	}
	list = append(list, judged{field.City, "", "Nan", "=", ""}, // a city of Thailand
		judged{field.City, "", "#N/D", "", "error error-value"})
	judge(t, list)
}

// TestEscapedText warns of text that a program has escaped, and proposes what was escaped.
func TestEscapedText(t *testing.T) {
	const escaped = "warning escaped-text → "
	judge(t, []judged{
		{field.LastName, "", "O&#039;Brien", "=", escaped + "O'Brien"},
		{field.LastName, "", "O&amp;#039;Brien", "=", escaped + "O'Brien"},
		{field.LastName, "", "O&#x27;Brien", "=", escaped + "O'Brien"},
		{field.FirstName, "", "Andr&eacute;", "=", escaped + "André"},
		{field.DisplayName, "", `Andr\u00e9`, "=", escaped + "André"},
		{field.DisplayName, "", `Andr\xe9`, "=", escaped + "André"},
		{field.DisplayName, "", "Andr=E9", "=", escaped + "André"},
		{field.DisplayName, "", "Andr=C3=A9", "=", escaped + "André"},
		{field.DisplayName, "", "=?UTF-8?Q?Andr=C3=A9?=", "=", escaped + "André"},
		{field.DisplayName, "", "Andr%C3%A9", "=", escaped + "André"},
		{field.City, "", "New%20York", "=", escaped + "New York"},
		{field.City, "", `O\'Fallon`, "=", escaped + "O'Fallon"},
		{field.City, "", `New York\n`, "=", escaped + "New York"},
		{field.City, "", "Koeln_x000D_", "=", escaped + "Koeln"},
		{field.StreetAddr, "", "91 Thomas Street<br/>Floor 2", "=", escaped + "91 Thomas Street Floor 2"},
		{field.StreetAddr, "", "Smith &amp; Sons", "=", escaped + "Smith & Sons"},
		{field.StreetAddr, "", "Smith & Sons", "=", ""},
		{field.StreetAddr, "", "AT&T; Building", "=", ""},
		{field.StreetAddr, "", "100% Road", "=", ""},
		{field.StreetAddr, "", "Unit 5%ab", "=", ""},
		{field.StreetAddr, "", `C:\North Wing`, "=", ""},
		{field.DisplayName, "", "Anna <3 Berg", "=", ""},
		{field.DisplayName, "", "Anna_Berg", "=", ""},
		{field.DisplayName, "", "A=B", "=", ""},
		{field.Email, "", "O&#039;Brien@example.com", "", "error bad-email → o'brien@example.com"},
	})
}

// TestDatesWhereTextWas warns of a place that is nothing but a date, as spreadsheets of many languages write one.
func TestDatesWhereTextWas(t *testing.T) {
	var list []judged
	for _, text := range []string{
		"3-Apr", "03. Apr", "1-mag", "2001/2/3", "04/05/2024", "03-avr", "03-avr.", "3.4.24", "03-abr", "03.апр", "3-Mrz", "Apr-24", "avr.-24", "Apr 24",
		"3 Apr 2024", "12-Sept-2024", "3-Ağu", "2024-04-03", "2024-04-03 00:00:00", "4月3日", "2024年4月3日", "4월 3일", "3.kwi", "5-paź",
	} {
		for _, id := range []field.ID{field.StreetAddr, field.City, field.State} {
			list = append(list, judged{id, "", text, "=", "warning date-damaged"})
		}
	}
	for _, street := range []string{
		"3-4", "4/5", "12", "Calle 2 de Mayo 12", "25 de Mayo", "Rue du 8 Mai 1945", "May Street 4", "41-Apr", "3-Apt", "Apr", "April", "12-A", "3-Abc", "99/99/24", "17 June Street",
	} {
		list = append(list, judged{field.StreetAddr, "", street, "=", ""})
	}
	list = append(list,
		judged{field.LastName, "", "3-Apr", "=", "warning date-damaged"},
		judged{field.LastName, "", "April", "=", ""},
		judged{field.FirstName, "", "Mai", "=", ""},
		judged{field.PostalCode, "", "3-Apr", "", "error date-damaged"},
		judged{field.PostalCode, "gb", "W1A 1AA", "=", ""})
	judge(t, list)
}

// TestLettersNobodySees takes invisible characters out, and leaves those that a script or an emoji needs.
func TestLettersNobodySees(t *testing.T) {
	invisible := []rune{0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x2060, 0x2063, 0x206a, 0x2800, 0x3164,
		0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0x1bca0, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0xe01ef}
	var list []judged
	for _, r := range invisible {
		s := string(r)
		list = append(list,
			judged{field.FirstName, "", s + "An" + s + "na" + s, "Anna", ""},
			judged{field.Email, "", s + "b" + s + "en@exa" + s + "mple.com" + s, "ben@example.com", ""},
			judged{field.MobileNumber, "de", "+49 171 3920" + s + "077", "+49 171 3920077", ""},
			judged{field.ZUID, "", "1000" + s + "01234", "100001234", ""},
			judged{field.Country, "", "D" + s + "E", "de", ""},
			judged{field.City, "", s, "", ""}, judged{field.City, "", " " + s + s + " ", "", ""})
	}
	list = append(list,
		judged{field.FirstName, "", "علی\u200cرضا", "=", ""},    // Persian: the letters on both sides stay apart
		judged{field.DisplayName, "", "क्\u200dष", "=", ""},     // Hindi: the half letter is shown
		judged{field.DisplayName, "", "Anna ☺\ufe0f", "=", ""},  // an emoji in colour
		judged{field.DisplayName, "", "👩\u200d💻 Anna", "=", ""}, // of two one
		judged{field.DisplayName, "", "Anna 1\ufe0f\u20e3", "=", ""},
		judged{field.DisplayName, "", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f Anna", "=", ""},
		judged{field.LastName, "", "辻\U000e0100", "=", ""}, // one of two forms of a name's character
		judged{field.LastName, "", "Anna\ufe0f Berg\ufe0f", "Anna Berg", ""})
	judge(t, list)
}

// TestNamesKeepTheirLetters composes letters and accents, and puts no other character in a name.
func TestNamesKeepTheirLetters(t *testing.T) {
	judge(t, []judged{
		{field.DisplayName, "", "\ufa19保", "=", ""}, {field.City, "", "\ufa1b岡", "=", ""}, {field.LastName, "", "\U0002f800", "=", ""},
		{field.LastName, "", "Mu\u0308ller", "Müller", ""}, {field.LastName, "", "Nguye\u0302\u0303n", "Nguyễn", ""},
		{field.LastName, "", "\u1112\u1161\u11ab", "한", ""}, {field.LastName, "", "が", "が", ""}, {field.LastName, "", "か\u3099", "が", ""},
		{field.LastName, "", "\u212bstr\u00f6m", "=", ""},
	})
}

// TestLineBreaks makes a blank of a line break, and a comma where two lines of a street meet.
func TestLineBreaks(t *testing.T) {
	judge(t, []judged{
		{field.City, "", "Frankfurt\nam Main", "Frankfurt am Main", ""}, {field.State, "", "North Rhine-\r\n Westphalia", "North Rhine- Westphalia", ""},
		{field.FirstName, "", "Anna\tMaria", "Anna Maria", ""}, {field.DisplayName, "", "Anna\n\nBerg\n", "Anna Berg", ""},
		{field.PostalCode, "gb", "W1A\n1AA", "W1A 1AA", ""}, {field.StreetAddr, "", "91 Thomas Street,\nFloor 2", "91 Thomas Street, Floor 2", ""},
	})
}

// TestSignsInAddresses refuses signs that no address has, at the ends of both parts and inside the domain.
func TestSignsInAddresses(t *testing.T) {
	const bad = "error bad-email → "
	var list []judged
	for _, sign := range []string{"“", "”", "„", "‘", "’", "‚", "«", "»", "‹", "›", "″", "′", "´", "`", "＂", "®", "™", "✓", "…", "•", "–"} {
		list = append(list,
			judged{field.NewEmail, "", sign + "a.new@example.com", "", bad + "a.new@example.com"},
			judged{field.Email, "", "a.new@example.com" + sign, "", bad + "a.new@example.com"},
			judged{field.Email, "", "a.new" + sign + "@example.com", "", bad + "a.new@example.com"})
	}
	list = append(list,
		judged{field.Email, "", "anna@foo–bar.example.com", "", bad + "anna@foo-bar.example.com"},
		judged{field.Email, "", "anna@xn--example-vn0e.com", "", "error bad-email"}, // example™ in ASCII
		judged{field.Email, "", "o’brien@example.com", "=", "warning email-unusual → o'brien@example.com"},
		judged{field.Email, "", "jörg@example.com", "=", "warning email-unusual"},
		judged{field.Email, "", "anna@bücher.example", "anna@xn--bcher-kva.example", ""},
		judged{field.Email, "", "Anna <a@example.com>", "", bad + "a@example.com"},
		judged{field.Email, "", "mailto:a@example.com", "", bad + "a@example.com"},
		judged{field.Email, "", "a@example.com.", "", bad + "a@example.com"},
		judged{field.Email, "", "a@example.com;", "", bad + "a@example.com"},
		judged{field.Email, "", "'a@example.com'", "", "error leading-apostrophe → a@example.com"},
		judged{field.Email, "", "ann+tag@example.com", "=", ""})
	judge(t, list)
}

// TestMixedScriptsInDomains names the letters of another script in one label of a domain.
func TestMixedScriptsInDomains(t *testing.T) {
	c := field.NewChecker(field.KeepPhones)
	for text, letters := range map[string]string{
		"anna@ex\u0430mple.com": "Cyrillic \u0430", "anna@xn--exmple-4nf.com": "Cyrillic \u0430", "anna@ex\u03bfmple.com": "Greek \u03bf",
		"anna@почта.example": "", "anna@例え.example": "", "anna@tokyo東京.example": "", "anna@bücher.example": "", "anna@почтa.example": "Latin a",
	} {
		for _, id := range []field.ID{field.Email, field.NewEmail} {
			_, findings := c.Check(id, text)
			got := ""
			for _, f := range findings {
				if f.Code == field.CodeLookAlike && f.Severity == problem.Warning {
					_, got, _ = strings.Cut(f.Message, ": ")
				}
			}
			if got != letters {
				t.Errorf("%s %q names %q, want %q: %+v", id, text, got, letters, findings)
			}
		}
	}
}

// TestCodeAndTrunkZero warns of a country's code with the zero behind it, and refuses what is longer than any number.
func TestCodeAndTrunkZero(t *testing.T) {
	const trunk = "warning phone-code-and-zero → "
	judge(t, []judged{
		{field.MobileNumber, "de", "+49 0171 3920077", "=", trunk + "+49 171 3920077"},
		{field.MobileNumber, "", "+49 0171 3920077", "=", trunk + "+49 171 3920077"},
		{field.MobileNumber, "de", "0049 0171 3920077", "=", trunk + "+49 171 3920077"},
		{field.MobileNumber, "gb", "+44 07700 900123", "=", trunk + "+44 7700 900123"}, // for fiction
		{field.MobileNumber, "gb", "+44 07400 123456", "=", trunk + "+44 7400 123456"},
		{field.MobileNumber, "gb", "+44 (0)7400 123456", "=", ""},
		{field.MobileNumber, "gb", "+44 ( 0 ) 7400 123456", "=", ""},
		{field.MobileNumber, "gb", "+44 (07400) 123456", "=", trunk + "+44 7400 123456"},
		{field.PhoneNumber, "it", "+39 06 6982 1234", "=", ""},
		{field.PhoneNumber, "us", "+1 212 555 0123", "=", ""},
		{field.PhoneNumber, "hu", "+36 06 1 234 5678", "=", trunk + "+36 1 234 5678"},
		{field.PhoneNumber, "ru", "+7 8 495 123 45 67", "=", trunk + "+7 495 123-45-67"},
		{field.PhoneNumber, "de", "+49 171 3920077 12345", "", "error bad-phone"},
		{field.PhoneNumber, "", "1234567890123456", "", "error bad-phone"},
		{field.PhoneNumber, "", "123456789012345", "=", ""},
		{field.PhoneNumber, "", "00 123456789012345", "=", ""},
		{field.PhoneNumber, "gb", "+44 (0)20 7946 0018 ext 12345", "=", ""},
	})
}

// TestADecimalThatWasAnInteger is what programs make of numbers that are none.
func TestADecimalThatWasAnInteger(t *testing.T) {
	for _, test := range []struct {
		id         field.ID
		text, want string // the proposal, "" if the text is not damaged so
	}{
		{field.PhoneNumber, "2125550123.0", "2125550123"},
		{field.MobileNumber, "4917139200770.00", "4917139200770"},
		{field.PhoneNumber, "2,125,550,123", "2125550123"},
		{field.PhoneNumber, "0171.392.123", ""},
		{field.PhoneNumber, "212.555.0100", ""},
		{field.PostalCode, "10001.0", "10001"},
		{field.PostalCode, "10,115", "10115"},
		{field.PostalCode, "10115", ""},
		{field.PostalCode, "EC1A 1BB", ""},
		{field.ZUID, "100001234.0", "100001234"},
		{field.ZUID, "100,001,234", ""}, // a code of its own
		{field.City, "10.0", ""},
	} {
		c := field.NewChecker(field.KeepPhones)
		c.Country("us")
		value, found := c.Check(test.id, test.text)
		proposal := ""
		for _, f := range found {
			if f.Code == field.CodeNumber || f.Code == field.CodeIDDamaged {
				proposal = f.Proposal
			}
		}
		if proposal != test.want || test.want != "" && (value != "" || !slices.ContainsFunc(found, func(f field.Finding) bool { return f.Severity == problem.Error })) {
			t.Errorf("%v %q: proposed %q and read %q with %+v, want %q", test.id, test.text, proposal, value, found, test.want)
		}
	}
}
