package field

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	same := [][]string{
		{"E-Mail", "e_mail", "E\u00a0MAIL", " email ", "Ｅ－Ｍａｉｌ", "e‑mail", "Email*", "E Mail:"},
		{"Straße", "STRASSE", "strasse"},
		{"Prénom", "PRENOM", "Pre\u0301nom"},
		{"メール", "ﾒｰﾙ"},
		{"फ़ोन", "फ\u093cोन"},
	}
	for _, words := range same {
		for _, word := range words {
			if got, want := Fold(word), Fold(words[0]); got != want {
				t.Errorf("Fold(%q) = %q, want %q as of %q", word, got, want, words[0])
			}
		}
	}
	if Fold("ガ") == Fold("カ") {
		t.Error("the voicing of kana is no accent: ガ and カ fold to one")
	}
}

func TestRecognise(t *testing.T) {
	tests := map[string]ID{
		"email": Email, "E-Mail-Adresse": Email, "courriel": Email, "Correo electrónico": Email, "メールアドレス": Email, "邮箱": Email, "ईमेल": Email,
		"accountId": AccountID, "Account ID": AccountID, "User ID": ZUID, "zuid": ZUID,
		"Vorname": FirstName, "Given Name": FirstName, "voornaam": FirstName, "Cognome": LastName, "Apellidos": LastName, "Sobrenome": LastName, "姓": LastName,
		"Full name": DisplayName, "Name": DisplayName, "氏名": DisplayName, "Geschlecht": Gender, "Sexe": Gender, "性别": Gender,
		"Land": Country, "Pays": Country, "País": Country, "国": Country, "देश": Country,
		"Phone": PhoneNumber, "phoneNumer": PhoneNumber, "Telefon": PhoneNumber, "Téléphone": PhoneNumber, "電話番号": PhoneNumber,
		"Mobile": MobileNumber, "Cell phone": MobileNumber, "Handy": MobileNumber, "Cellulare": MobileNumber, "手机": MobileNumber,
		"Straße": StreetAddr, "Rue": StreetAddr, "住所": StreetAddr, "Ort": City, "Ville": City, "Woonplaats": City, "城市": City,
		"ZIP Code": PostalCode, "PLZ": PostalCode, "CAP": PostalCode, "CEP": PostalCode, "郵便番号": PostalCode, "पिन कोड": PostalCode,
		"State/Province": State, "Bundesland": State, "Provincia": State, "都道府県": State,
		"New Email": NewEmail, "Change email to": NewEmail, "Neue E-Mail": NewEmail,
	}
	for header, want := range tests {
		if got, ok := Recognise(header); !ok || got.ID != want {
			t.Errorf("Recognise(%q) = %v, %t, want %v", header, got.ID, ok, want)
		}
	}
}

// No word may stand for two fields: the second would never be found.
func TestAliasesAreUnique(t *testing.T) {
	first := map[string]ID{}
	for _, e := range All() {
		for _, alias := range append(e.Aliases, Alias{Words: e.Name}) {
			for word := range strings.SplitSeq(alias.Words, ",") {
				folded := Fold(word)
				if before, taken := first[folded]; taken && before != e.ID {
					t.Errorf("%q is an alias of %v and of %v", strings.TrimSpace(word), before, e.ID)
				}
				first[folded] = e.ID
			}
		}
	}
	for word := range headers().ordinary {
		if id, taken := first[word]; taken {
			t.Errorf("%q is said to be no field, and is an alias of %v", word, id)
		}
	}
}

func TestEveryFieldSpeaksTenLanguages(t *testing.T) {
	for _, e := range All() {
		known := map[string]bool{}
		for _, alias := range e.Aliases {
			known[alias.Language] = alias.Words != ""
		}
		for _, language := range []string{"en", "de", "fr", "es", "pt", "it", "nl", "ja", "zh", "hi"} {
			if !known[language] {
				t.Errorf("%v has no alias in %q", e.ID, language)
			}
		}
	}
}

func TestNear(t *testing.T) {
	near := map[string]ID{
		"Emial": Email, "Ctiy": City, "Zudi": ZUID, "Mobil Nmber": MobileNumber, "Cuntry": Country, "Gendr": Gender, "Surnmae": LastName, "Frist Name": FirstName,
		"Еmail": Email, "Рhone": PhoneNumber, "Τelefon": PhoneNumber, "Zip Coed": PostalCode,
	}
	for header, want := range near {
		if got, _, ok := Near(header); !ok || got.ID != want {
			t.Errorf("Near(%q) = %v, %t, want %v", header, got.ID, ok, want)
		}
	}
	for _, header := range []string{"email", "Department", "Username", "Manager", "Phone 2", "Title", "Notes", "Start date", "Employee ID",
		"Kostenstelle", "Position", "Team", "", "Fax", "Nickname", "Date", "部署"} {
		if got, why, ok := Near(header); ok {
			t.Errorf("Near(%q) = %v (%s), want none", header, got.ID, why)
		}
	}
}

func TestBeside(t *testing.T) {
	match := func(header string) Match { m, _ := Recognise(header); return m }
	tests := []struct {
		header string
		beside []string
		want   ID
	}{
		{"Name", nil, DisplayName},
		{"Name", []string{"Vorname"}, LastName},
		{"Name", []string{"Vorname", "Nachname"}, DisplayName},
		{"Name", []string{"First Name"}, DisplayName},
		{"Nom", []string{"Prénom"}, LastName},
		{"Nombre", []string{"Apellidos"}, FirstName},
		{"Nome", []string{"Cognome"}, FirstName},
		{"Naam", []string{"Voornaam"}, LastName},
	}
	for _, tt := range tests {
		others := []Match{match(tt.header)}
		for _, header := range tt.beside {
			others = append(others, match(header))
		}
		if got, _ := match(tt.header).Beside(tt.header, others); got != tt.want {
			t.Errorf("%q beside %q is %v, want %v", tt.header, tt.beside, got, tt.want)
		}
	}
}

func TestKnownTakesOurColumns(t *testing.T) {
	for text, want := range map[string]bool{"_row": true, "_origin": true, "_http_status": true, "_private": false, "Email": true, "Total": false} {
		if Known(text) != want {
			t.Errorf("Known(%q) = %t", text, !want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"E-Mail", "Straße", "İ", "ﬁ", "फ़ोन", "\xff\xfe", "ǆ", "ａ", "가", "ϔ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := Fold(text)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", text, folded, again)
		}
		Recognise(text)
		Near(text)
	})
}
