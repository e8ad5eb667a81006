package field

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// Phones are the fields that hold a phone number.
var Phones = Of(PhoneNumber, MobileNumber)

// Spelled are the fields whose values can be written in several ways that mean the same: the blanks and signs of a phone
// number, or its country code for the zero in front; the blanks, hyphens and case of a postcode.
var Spelled = Phones | Of(PostalCode)

// SamePhone reports whether two texts are one phone number, whether or not a country has given it out. Each country is the
// two-letter one that its number is read by, "" if it is unknown. A number without a country is read by that of the other.
func SamePhone(a, countryA, b, countryB string) bool {
	a, _ = plainDigits(trim(a))
	b, _ = plainDigits(trim(b))
	if dialled(a) == dialled(b) {
		return true
	}
	x, y := parsePhone(a, countryA), parsePhone(b, countryB)
	switch {
	case x == nil && y != nil:
		x = parsePhone(a, phonenumbers.GetRegionCodeForCountryCode(int(y.GetCountryCode())))
	case y == nil && x != nil:
		y = parsePhone(b, phonenumbers.GetRegionCodeForCountryCode(int(x.GetCountryCode())))
	}
	return x != nil && y != nil && sameNumber(x, y)
}

// parsePhone reads a number by a country, nil if it can't be read.
func parsePhone(text, country string) *phonenumbers.PhoneNumber {
	if text == "" {
		return nil
	}
	if wrongPhone(text) != nil {
		return nil
	}
	number, err := phonenumbers.Parse(text, strings.ToUpper(country))
	if err != nil {
		return nil
	}
	return number
}

func sameNumber(a, b *phonenumbers.PhoneNumber) bool {
	return a.GetCountryCode() == b.GetCountryCode() && a.GetNationalNumber() == b.GetNationalNumber() &&
		a.GetExtension() == b.GetExtension() && phonenumbers.GetNationalSignificantNumber(a) == phonenumbers.GetNationalSignificantNumber(b)
}

// dialled is a phone number without the signs that only group its digits.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ()-./", r) {
			return -1
		}
		return r
	}, phone)
}

// SamePostcode reports whether two postcodes differ in blanks, hyphens and case at most.
func SamePostcode(a, b string) bool { return squeezed(a) == squeezed(b) }

// squeezed is a postcode's letters and digits, in capitals.
func squeezed(postcode string) string {
	return norm.NFC.String(strings.ToUpper(strings.Map(func(r rune) rune {
		if blank(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, stripInvisible(postcode))))
}

// LostInFront reports whether a new phone number or postcode is the present one short of its leading zeros or its plus: what
// a number cell of a spreadsheet makes of it.
func LostInFront(id ID, present, value string) bool {
	switch {
	case value == "":
		return false
	case Phones.Has(id):
		before, _ := plainDigits(trim(present))
		after, _ := plainDigits(trim(value))
		return lostPhone(dialled(before), dialled(after))
	case id == PostalCode:
		lost, ok := strings.CutSuffix(squeezed(present), squeezed(value))
		return ok && lost != "" && strings.Trim(lost, "0") == ""
	}
	return false
}

// lostPhone leaves out numbers of North America, whose country code people dial without a plus: nothing is lost there.
func lostPhone(before, after string) bool {
	lost, ok := strings.CutSuffix(before, after)
	if !ok || lost == "" || strings.Trim(lost, "+0") != "" || after == "" || after[0] < '0' || after[0] > '9' {
		return false
	}
	return lost != "+" || parsePhone(before, "").GetCountryCode() != dialledCode
}
