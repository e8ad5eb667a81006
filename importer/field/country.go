package field

import (
	"strings"
	"sync"

	"zohobulk/importer/problem"
)

//go:generate go run ./internal/countrygen

// moreCountryNames are what people write beside the names of the Unicode CLDR: abbreviations, former names, parts of a
// country that are named in its place.
const moreCountryNames = `
us USA|U.S.|America|United States of America|the United States|the US|US of A|EUA|EEUU|EE. UU.|Amerika|Verenigde Staten van Amerika|Vereinigte Staaten von Amerika
gb UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|United Kingdom of Great Britain and Northern Ireland|United Kingdom of Great Britain|Großbritannien|Grossbritannien|Grande-Bretagne|Gran Bretaña|Grã-Bretanha|Gran Bretagna|Groot-Brittannië|Engeland|Angleterre|Inglaterra|Inghilterra
nl Holland|The Netherlands|Hollande|Nederlande
cz Czech Republic|Tschechische Republik|République tchèque|República Checa|Repubblica Ceca|Česká republika|Czech
ch Swiss|Confoederatio Helvetica
de Federal Republic of Germany|BRD|Bundesrepublik Deutschland
mk North Macedonia|Nordmazedonien|Macédoine du Nord|Macedonia del Norte|Macedônia do Norte|Macedonia del Nord|Noord-Macedonië|Северна Македонија
tr Turkiye|Republic of Türkiye
kr 한국|Korea|Republic of Korea|Korea, Republic of|Korea (South)|Korea South
kp Korea, Democratic People's Republic of|DPRK|Korea (North)
ru Russian Federation
ae UAE|U.A.E.|Emirates|VAE
ci Ivory Coast|Elfenbeinküste|Cote d'Ivoire
mm Burma|Birma|Birmanie
sz Swaziland|Eswatini|Swasiland
cv Cape Verde|Kap Verde|Cabo Verde
tl East Timor|Osttimor|Timor-Leste
va Holy See|Vatican
hk Hong Kong|Hongkong|香港
mo Macau|Macao|澳門|澳门
tw Taiwan, Province of China|Republic of China|Chinese Taipei|臺灣|台灣|台湾
ps Palestine|State of Palestine|Palästina|Palestina
bo Bolivia, Plurinational State of
ve Venezuela, Bolivarian Republic of
sa KSA|Saudi|Kingdom of Saudi Arabia
ir Iran, Islamic Republic of|Islamic Republic of Iran
sy Syrian Arab Republic
la Lao PDR|Lao People's Democratic Republic
vn Viet Nam
md Moldova, Republic of|Republic of Moldova
tz Tanzania, United Republic of
bn Brunei Darussalam
fk Falkland Islands (Malvinas)
fm Micronesia, Federated States of
cd DR Congo|DRC|Democratic Republic of the Congo|Congo (Kinshasa)|Congo, Democratic Republic of the
cg Republic of the Congo|Congo (Brazzaville)
by Belorussia|Byelorussia|Weißrussland
cn PRC|People's Republic of China|PR China|P.R. China|Mainland China|中國|中华人民共和国
ie Republic of Ireland|Irish Republic
ba Bosnia|Bosnia-Herzegovina
gr Hellas|Hellenic Republic
es Spain (España)
za Republic of South Africa|RSA
sk Slovak Republic
si Republic of Slovenia
rs Republic of Serbia
hr Republic of Croatia
at Republik Österreich
ph The Philippines|Republic of the Philippines
gm The Gambia
bs The Bahamas
in Bharat|भारत गणराज्य
jp Nippon|Nihon|日本国
lk Ceylon
th Siam
tt Trinidad|Tobago
kn St Kitts and Nevis|Saint Kitts
lc St Lucia
vc St Vincent and the Grenadines
st Sao Tome and Principe
re Reunion
cw Curacao
ax Aland`

// shownAs overrules the English name that the table opens a country's line with, where the table's release of the CLDR
// is older than the country's present name, or longer than anybody says.
var shownAs = map[string]string{
	"mk": "North Macedonia", "sz": "Eswatini", "tr": "Türkiye", "hk": "Hong Kong", "mo": "Macao", "mm": "Myanmar",
	"cv": "Cabo Verde", "cg": "Congo (Brazzaville)", "cd": "Congo (Kinshasa)",
}

// countryIndex finds countries by code and name.
type countryIndex struct {
	codes   map[string]string // two and three letters, lower case, to the two
	names   map[string]string // folded name to code
	english map[string]string // code to the name it is shown by
	order   []string          // codes by English name's place in the table
	shapes  shapes
	pairs   [26 * 26]bool    // the two-letter codes in small letters
	near    func() nearIndex // built when the first misspelt name is met
}

// countries is built at first use: a few thousand small strings, some milliseconds.
var countries = sync.OnceValue(func() *countryIndex {
	x := &countryIndex{codes: map[string]string{}, names: map[string]string{}, english: map[string]string{}}
	for line := range strings.Lines(strings.TrimSpace(countryTable)) {
		codes, names, _ := strings.Cut(strings.TrimSpace(line), "|")
		two, three, _ := strings.Cut(codes, " ")
		x.codes[two], x.codes[three] = two, two
		x.order = append(x.order, two)
		x.pairs[pairOf(two)] = true
		x.addNames(two, names)
	}
	for line := range strings.Lines(strings.TrimSpace(moreCountryNames)) {
		two, names, _ := strings.Cut(strings.TrimSpace(line), " ")
		x.addNames(two, names)
	}
	for code, name := range shownAs {
		x.english[code] = name
	}
	for name := range x.names {
		x.shapes.add(name)
	}
	x.near = sync.OnceValue(func() nearIndex { return newNearIndex(x.names) })
	return x
})

// pairOf numbers two small letters, -1 for anything else.
func pairOf(text string) int {
	if len(text) != 2 || text[0] < 'a' || text[0] > 'z' || text[1] < 'a' || text[1] > 'z' {
		return -1
	}
	return int(text[0]-'a')*26 + int(text[1]-'a')
}

func (x *countryIndex) addNames(code, names string) {
	for name := range strings.SplitSeq(names, "|") {
		if x.english[code] == "" {
			x.english[code] = name
		}
		x.names[Fold(name)] = code
		x.names[Fold(strings.ReplaceAll(name, "&", "and"))] = code
		if saint, ok := strings.CutPrefix(name, "St. "); ok {
			x.names[Fold("Saint "+saint)] = code
		}
	}
}

// find returns the code of a country's code or name. Codes are taken as they stand, never with their punctuation folded
// away: "N/A" is not Namibia.
func (x *countryIndex) find(text string) (code string, byName, ok bool) {
	if len(text) <= 3 {
		if code, ok = x.codes[strings.ToLower(text)]; ok {
			return code, false, true
		}
	}
	if code, ok = x.names[Fold(text)]; !ok {
		code, ok = x.findTwice(text)
	}
	return code, true, ok
}

// findTwice finds a country that is written twice: "Germany (DE)", "DE - Germany", "de-DE".
func (x *countryIndex) findTwice(text string) (string, bool) {
	at := strings.IndexAny(text, "(-/,|")
	if at < 1 {
		return "", false
	}
	first, _, ok := x.find(trim(text[:at]))
	if !ok {
		return "", false
	}
	second, _, ok := x.find(trim(strings.TrimRight(text[at+1:], ")")))
	return first, ok && first == second
}

// CountryName is the English name of a two-letter code, "" for none.
func CountryName(code string) string { return countries().english[code] }

// CountryCodes lists the two-letter codes, as drop-downs offer them.
func CountryCodes() []string { return countries().order }

func (c *Checker) countryIndex() *countryIndex {
	if c.index == nil {
		c.index = countries()
	}
	return c.index
}

// checkCountry makes a two-letter code of a code or a name.
func checkCountry(c *Checker, text string) string {
	if pair := pairOf(text); pair >= 0 && c.countryIndex().pairs[pair] && text != "na" {
		return text
	}
	v := c.countries.get(text, c.readCountry)
	c.addAll(v.found)
	return v.text
}

func (c *Checker) readCountry(text string) verdict {
	x := countries()
	code, byName, ok := x.find(text)
	switch {
	case !ok:
		return verdict{found: []Finding{unknownCountry(x, text)}}
	case code == "na" && len(text) == 2:
		return verdict{text: code, found: []Finding{{Severity: problem.Warning, Code: CodeCountryOdd, Message: "read as Namibia, whose code it is", Hint: "leave the cell blank if it means not available"}}}
	case byName || len(text) == 3:
		return verdict{text: code, found: []Finding{{Severity: problem.Note, Code: CodeCountryRead, Message: "read as " + code + " (" + x.english[code] + ")"}}}
	}
	return verdict{text: code}
}

func unknownCountry(x *countryIndex, text string) Finding {
	f := Finding{Severity: problem.Error, Code: CodeUnknownCountry, Message: "no such country", Hint: "write its two-letter code, such as us or de, or its name"}
	switch folded := Fold(text); {
	case strings.EqualFold(text, "xk") || folded == "kosovo":
		f.Message, f.Hint = "not a country of ISO 3166-1, and Zoho takes no other", "leave the cell blank, or ask Zoho which code it keeps for Kosovo"
	case looksLikeEmail(text):
		f.Message, f.Hint = "an e-mail address, not a country", "check that the header stands over the right columns"
	case looksLikePhone(text):
		f.Message, f.Hint = "a phone number, not a country", "check that the header stands over the right columns"
	case Nothing(text):
		f.Hint = leaveBlank
	case folded == "congo":
		f.Message, f.Hint = "the name of two countries", "did you mean "+x.named("cd")+" or "+x.named("cg")+"?"
	default:
		code, ok := "", false
		if len(text) <= 3 {
			code, ok = plateCodes[strings.ToUpper(text)]
		} else {
			code, ok = x.near().find(folded)
		}
		if ok {
			f.Hint, f.Proposal = "did you mean "+x.named(code)+"?", x.english[code]
		}
	}
	return f
}

// named is like "Germany (de)".
func (x *countryIndex) named(code string) string { return x.english[code] + " (" + code + ")" }

// plateCodes are the letters of number plates and of sports, where they are not ISO 3166's: lists kept by hand are full of
// them. One letter says too little to be taken for a country, so they are only asked after.
var plateCodes = map[string]string{
	"D": "de", "A": "at", "F": "fr", "I": "it", "E": "es", "B": "be", "L": "lu", "S": "se", "N": "no", "P": "pt", "H": "hu", "J": "jp",
	"EL": "gr", "SLO": "si", "CRO": "hr", "GER": "de", "SUI": "ch", "NED": "nl", "HOL": "nl", "DEN": "dk", "POR": "pt", "GRE": "gr",
	"BUL": "bg", "LAT": "lv", "ROC": "tw", "TPE": "tw", "INA": "id", "MAS": "my", "PHI": "ph", "VIE": "vn", "URU": "uy", "ENG": "gb",
	"SCO": "gb", "WAL": "gb", "EIR": "ie",
}
