package main

import (
	"slices"
	"strconv"

	"zohobulk/zoho/zohotest"
)

func zuid(u zohotest.User) string { return strconv.FormatInt(u.ZUID, 10) }

// mistakes is the update as it comes back from twenty managers: with ids that a spreadsheet program has damaged, lost
// zeros, words where numbers belong, people twice.
func mistakes() *table {
	t := withIDs()
	for _, m := range []struct{ email, header, value string }{
		{"siobhan.obrien@example.com", "Account ID", "2.56064E+18"},
		{"juergen.gross@example.com", "Account ID", "2560636000000100000"}, // the last digits are lost
		{"asa.bjork@example.com", "ZUID", "100004125"},                     // somebody else's
		{"kerstin.vogel@example.com", "Postcode", "1097"},
		{"sam.taylor@example.com", "Postcode", "2108"},
		{"anna.vonderlippe@example.com", "Mobile", "#N/A"},
		{"marie-helene.roy@example.com", "Mobile", "1.43856E+10"},
		{"daniel.chen@example.com", "Phone", "ask reception"},
		{"ruby.walker@example.com", "Mobile", "0491 570 156 / 0491 570 157"},
		{"oliver.smythe@example.com", "Mobile", "2026-07-09"},
		{"maria.lopez@example.com", "Country", "Untied States"},
		{"xiomara.cruz@example.org", "Country", "Ciudad de México"}, // swapped with the city
		{"xiomara.cruz@example.org", "City", "Mexico"},
		{"tendai.moyo@example.com", "Gender", "?"},
		{"francois.lefevre@example.com", "First name", "FranÃ§ois"},
		{"francois.lefevre@example.com", "Display name", "FranÃ§ois LefÃ¨vre"},
		{"carys.llewellyn@example.com", "Display name", "TBC"},
		{"hemi.tamatea@example.com", "City", "\u00a0Auckland "}, // stray blanks do no harm
	} {
		t.set(m.email, m.header, m.value)
	}
	again := slices.Clone(t.row("lucia.fernandez@example.com"))
	again[0] = "Lucia.Fernandez@Example.com"
	again[t.column("Street")] = "Calle de Alcalá 50"
	t.rows = append(t.rows, again)
	for from, to := range map[string]string{
		"lukasz.wojcik@example.com":    "lukasz.wojcik@example,com",
		"jiri.dvorak@example.com":      "jiri.dvorak.example.com",
		"sanne.vandenberg@example.com": "sanne.vandenburg@example.com", // nobody has it; only the service can tell
		"erzsebet.szabo@example.com":   "",
	} {
		r := t.row(from)
		r[0] = to
		if to == "" {
			r[t.column("Account ID")], r[t.column("ZUID")] = "", ""
		}
	}
	t.add("Department", func([]string) string { return "Sales" }) // no field of the service
	return t
}

// withIDs is the update with the two ids behind it, empty where the manager did not have them.
func withIDs() *table {
	t := staff()
	has := []string{"rebecca@zylker.com", "siobhan.obrien@example.com", "juergen.gross@example.com", "asa.bjork@example.com", "bjorn.odegaard@example.com"}
	byEmail := map[string]zohotest.User{}
	for _, u := range zohotest.People() {
		if slices.Contains(has, u.Email) {
			byEmail[u.Email] = u
		}
	}
	t.add("Account ID", func(r []string) string { return byEmail[r[0]].AccountID })
	t.add("ZUID", func(r []string) string {
		if u, ok := byEmail[r[0]]; ok {
			return zuid(u)
		}
		return ""
	})
	return t
}
