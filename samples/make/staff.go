package main

import (
	"strings"

	"zohobulk/zoho/zohotest"
)

// Headers as people write them.
var header = []string{"Email", "First name", "Last name", "Display name", "Gender", "Country", "Phone", "Mobile", "Street", "City", "Postcode", "State"}

// lands are the countries as people write them, where they do not write the code.
var lands = map[string]string{
	"us": "United States", "gb": "United Kingdom", "de": "Germany", "fr": "France", "ie": "Ireland", "tr": "Türkiye", "vn": "Vietnam",
	"kr": "South Korea", "cz": "Czechia", "nl": "Netherlands", "za": "South Africa", "nz": "New Zealand", "mx": "Mexico", "il": "Israel",
	"eg": "Egypt", "ae": "United Arab Emirates", "br": "Brazil", "ch": "Switzerland", "jp": "Japan", "in": "India",
}

var genders = map[string]string{"FEMALE": "Female", "MALE": "Male", "NON_BINARY": "Non-binary", "NOT_SPECIFIED": "Not specified"}

// quarter is what has changed since the directory was last updated.
var quarter = []struct{ email, header, value string }{
	{"rebecca@zylker.com", "Phone", "+1 212-555-0123"},
	{"rebecca@zylker.com", "Mobile", "+1 917-555-0147"},
	{"siobhan.obrien@example.com", "Street", "3 Grand Parade"},
	{"siobhan.obrien@example.com", "City", "Cork"},
	{"siobhan.obrien@example.com", "Postcode", "T12 R2WX"},
	{"zeynep.celik@example.com", "Last name", "Çelik Aydın"},
	{"zeynep.celik@example.com", "Display name", "Zeynep Çelik Aydın"},
	{"juergen.gross@example.com", "Phone", "030 23125 188"},
	{"kerstin.vogel@example.com", "Street", "Königstraße 15"},
	{"kerstin.vogel@example.com", "Postcode", "01097"},
	{"francois.lefevre@example.com", "Phone", "01 99 00 71 05"},
	{"marie-helene.roy@example.com", "Mobile", "+1 438-555-0154"},
	{"lucia.fernandez@example.com", "Street", "Gran Vía 28, 5º dcha."},
	{"ana.souza@example.com", "City", "Campinas"},
	{"ana.souza@example.com", "Street", "Rua Barão de Jaguara, 901"},
	{"ana.souza@example.com", "Postcode", "13015-001"},
	{"asa.bjork@example.com", "Mobile", "070-174 06 58"},
	{"takeshi.sato@example.com", "Display name", "佐藤 健 (Takeshi)"},
	{"jiwoo.kim@example.com", "Street", "강남대로 373"},
	{"wanjiku.kamau@example.com", "Street", "Kenyatta Avenue 21"},
	{"ruby.walker@example.com", "Phone", "(02) 5550 0187"},
	{"oliver.smythe@example.com", "Street", "22 Canal Walk"},
	{"oliver.smythe@example.com", "City", "Manchester"},
	{"oliver.smythe@example.com", "Postcode", "M1 7HL"},
	{"oliver.smythe@example.com", "Phone", "0161 496 0142"},
	{"maria.lopez@example.com", "Last name", "López-Greene"},
	{"maria.lopez@example.com", "Display name", "María José López-Greene"},
	{"sam.taylor@example.com", "Gender", "Not specified"},
}

// directory is the default directory of the sandbox as a sheet, without the administrators.
func directory() *table {
	t := &table{header: header}
	for _, u := range zohotest.People() {
		if u.Role != zohotest.Member {
			continue
		}
		land := lands[u.Country]
		if land == "" {
			land = strings.ToUpper(u.Country)
		}
		t.rows = append(t.rows, []string{u.Email, u.FirstName, u.LastName, u.DisplayName, genders[u.Gender], land, u.Phone, u.Mobile,
			u.Address.Street, u.Address.City, u.Address.PostalCode, u.Address.State})
	}
	return t
}

// staff is the quarterly update.
func staff() *table {
	t := directory()
	for _, c := range quarter {
		t.set(c.email, c.header, c.value)
	}
	return t
}

// ids is an update that needs no look-up: both ids in each row, whole addresses.
func ids() *table {
	known := map[string]zohotest.User{}
	for _, u := range zohotest.People() {
		known[u.Email] = u
	}
	s, t := staff(), &table{header: []string{"Account ID", "ZUID", "Phone", "Street", "City", "Postcode", "State"}}
	s.set("francois.lefevre@example.com", "Phone", "+33 1 99 00 71 05") // without a country, a number needs its code
	s.set("ruby.walker@example.com", "Phone", "+61 2 5550 0187")
	for _, email := range []string{"rebecca@zylker.com", "kerstin.vogel@example.com", "ana.souza@example.com", "francois.lefevre@example.com",
		"marie-helene.roy@example.com", "lucia.fernandez@example.com", "jiwoo.kim@example.com", "ruby.walker@example.com"} {
		u, r := known[email], s.row(email)
		row := []string{u.AccountID, zuid(u)}
		for _, h := range t.header[2:] {
			row = append(row, r[s.column(h)])
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// addresses changes e-mail addresses: after a marriage, a chain in which one person takes what another gives up, and a
// change of the domain.
func addresses() *table {
	return &table{
		header: []string{"Email", "New email", "Display name"},
		rows: [][]string{
			{"maria.lopez@example.com", "maria.greene@example.com", "María José López-Greene"},
			{"sam.taylor@example.com", "samuel.taylor@example.com", "Sam Taylor"},
			{"oliver.smythe@example.com", "sam.taylor@example.com", "Oliver Sam Taylor-Smythe"},
			{"suharti@example.org", "suharti@example.com", "Suharti"},
			{"chinedu.okafor@example.org", "chinedu.okafor@example.com", ""},
		},
	}
}

// german is the part of the update that a German office exports, which Windows-1252 can hold.
func german() *table {
	t := staff()
	t.keep(func(r []string) bool {
		switch lower(r[5]) {
		case "germany", "france", "netherlands", "dk", "se", "es":
			return true
		}
		return false
	})
	words := map[string]string{"Germany": "Deutschland", "France": "Frankreich", "Netherlands": "Niederlande", "DK": "Dänemark", "SE": "Schweden",
		"ES": "Spanien", "Female": "weiblich", "Male": "männlich"}
	for _, r := range t.rows {
		for i := range r {
			if w := words[r[i]]; w != "" {
				r[i] = w
			}
		}
	}
	t.header = []string{"E-Mail", "Vorname", "Nachname", "Anzeigename", "Geschlecht", "Land", "Telefon", "Handy", "Straße", "Ort", "PLZ", "Bundesland"}
	return t
}
