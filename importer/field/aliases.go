package field

// Alias is what a field's column is called in one language.
type Alias struct {
	Language string // its two-letter code
	Words    string // joined by commas
}

// The aliases of each field. Case, accents, blanks, hyphens, underscores and other signs don't count. A word that can
// mean two fields stands with the one it means alone; contextual says when the columns beside it make it another.
var (
	emailAliases = []Alias{
		{"en", "e-mail, mail, email address, mail address, mail id, email id, work email, business email, company email, " +
			"office email, corporate email, primary email, primary email address, current email, user email, employee email, " +
			"email primary, login, login email, user, email work, work email address, upn, user principal name, zoho email, business email address, " +
			"company email address, office email address"},
		{"de", "E-Mail-Adresse, Mailadresse, E-Mail geschäftlich, geschäftliche E-Mail, dienstliche E-Mail, Firmen-E-Mail, Benutzer, E-Mail dienstlich, dienstliche E-Mail-Adresse, geschäftliche E-Mail-Adresse"},
		{"fr", "courriel, adresse e-mail, adresse électronique, adresse mail, adresse courriel, e-mail professionnel, " +
			"courriel professionnel, mél, e-mail pro, mail pro, mail professionnel, adresse mail professionnelle, adresse e-mail professionnelle"},
		{"es", "correo, correo electrónico, dirección de correo, dirección de correo electrónico, correo corporativo, " +
			"correo de trabajo, email corporativo, e-mail de empresa, correo de empresa, correo electrónico corporativo, e-mail de trabajo"},
		{"pt", "correio eletrônico, correio electrónico, endereço de e-mail, e-mail profissional, e-mail corporativo, e-mail da empresa"},
		{"it", "posta elettronica, indirizzo e-mail, e-mail aziendale, indirizzo di posta elettronica, e-mail ufficio, e-mail di lavoro, e-mail lavoro"},
		{"nl", "e-mailadres, mailadres, zakelijk e-mailadres, zakelijke e-mail, werk e-mail, e-mail werk, werkmail, e-mail zakelijk"},
		{"ja", "メール, メールアドレス, Eメール, 電子メール, Eメールアドレス, 会社メール, 会社メールアドレス, 勤務先メールアドレス, 社用メールアドレス"},
		{"zh", "邮箱, 电子邮件, 电子邮箱, 邮件地址, 邮箱地址, 电邮, 電子郵件, 郵箱, 工作邮箱, 公司邮箱, 电子邮件地址, 電子郵件地址, 電子信箱, 电子信箱, 企业邮箱"},
		{"hi", "ईमेल, ई-मेल, ईमेल पता, ई-मेल पता, मेल"},
	}
	accountIDAliases = []Alias{
		{"en", "account id, account, zoho account id, mail account id"},
		{"de", "Konto-ID, Konto"},
		{"fr", "id du compte, identifiant du compte, compte"},
		{"es", "id de cuenta, cuenta, identificador de cuenta"},
		{"pt", "id da conta, conta"},
		{"it", "id account, id dell'account"},
		{"nl", "accountnummer"},
		{"ja", "アカウントID, アカウント"},
		{"zh", "账户ID, 帐户ID, 账号ID, 帳戶ID"},
		{"hi", "खाता आईडी, खाता"},
	}
	zuidAliases = []Alias{
		{"en", "user id, zoho user id, zoho id, zoho uid"},
		{"de", "Benutzer-ID, Nutzer-ID"},
		{"fr", "id utilisateur, identifiant utilisateur, ID de l'utilisateur"},
		{"es", "id de usuario, id usuario"},
		{"pt", "id do usuário, id do utilizador"},
		{"it", "id utente"},
		{"nl", "gebruikers-id, gebruiker-id"},
		{"ja", "ユーザーID"},
		{"zh", "用户ID, 使用者ID"},
		{"hi", "उपयोगकर्ता आईडी, यूज़र आईडी"},
	}
	firstNameAliases = []Alias{
		{"en", "given name, first names, given names, forename, forenames, christian name, name first, fname, legal first name, legal given name"},
		{"de", "Vorname, Vornamen, Rufname"},
		{"fr", "prénom, prénoms"},
		{"es", "nombre de pila, nombres, primer nombre"},
		{"pt", "primeiro nome, nome próprio"},
		{"it", "nome di battesimo, primo nome"},
		{"nl", "voornaam, voornamen, roepnaam"},
		{"ja", "名, ファーストネーム"},
		{"zh", "名字"},
		{"hi", "पहला नाम, प्रथम नाम"},
	}
	lastNameAliases = []Alias{
		{"en", "surname, family name, last names, name last, lname, surnames, family names, legal last name, legal surname"},
		{"de", "Nachname, Familienname, Zuname, Nachnamen"},
		{"fr", "nom de famille, patronyme"},
		{"es", "apellido, apellidos, primer apellido"},
		{"pt", "sobrenome, apelido, último nome, apelidos"},
		{"it", "cognome, cognomi"},
		{"nl", "achternaam, familienaam"},
		{"ja", "姓, 苗字, ラストネーム"},
		{"zh", "姓氏"},
		{"hi", "उपनाम, अंतिम नाम, कुलनाम"},
	}
	displayNameAliases = []Alias{
		{"en", "full name, name, employee name, user full name, complete name, staff name, user display name"},
		{"de", "Anzeigename, vollständiger Name, Vor- und Nachname, Mitarbeitername, Mitarbeiter, voller Name"},
		{"fr", "nom complet, nom affiché, nom d'affichage, nom et prénom, prénom et nom, nom"},
		{"es", "nombre completo, nombre para mostrar, nombre visible, nombre y apellidos, nombre y apellido, nombre"},
		{"pt", "nome completo, nome de exibição, nome a apresentar, nome"},
		{"it", "nome visualizzato, nome e cognome, nominativo"},
		{"nl", "volledige naam, weergavenaam, schermnaam, naam"},
		{"ja", "氏名, 表示名, 名前, フルネーム, お名前"},
		{"zh", "姓名, 显示名称, 全名, 顯示名稱, 显示名, 名称"},
		{"hi", "नाम, पूरा नाम, प्रदर्शन नाम"},
	}
	genderAliases = []Alias{
		{"en", "sex, m/f, gender identity"},
		{"de", "Geschlecht, m/w/d, m/w, Geschl."},
		{"fr", "sexe, genre, h/f"},
		{"es", "sexo, género"},
		{"pt", "gênero"},
		{"it", "sesso, genere"},
		{"nl", "geslacht, m/v"},
		{"ja", "性別"},
		{"zh", "性别"},
		{"hi", "लिंग"},
	}
	countryAliases = []Alias{
		{"en", "country code, country/region, country or region, country name, work country, nation, iso country, " +
			"country iso, address country, business country, business country/region, office country"},
		{"de", "Land, Ländercode, Länderkürzel, Laenderkuerzel, Land/Region, Länderkennzeichen, Länderkennung, Länderschlüssel"},
		{"fr", "pays, code pays, pays/région, code du pays"},
		{"es", "país, código de país, código país, país/región"},
		{"pt", "código do país, país/região"},
		{"it", "paese, nazione, codice paese, paese/area geografica"},
		{"nl", "landcode, land/regio"},
		{"ja", "国, 国名, 国コード, 国/地域"},
		{"zh", "国家, 国家/地区, 國家, 国别, 国家代码, 國家/地區"},
		{"hi", "देश, राष्ट्र, देश कोड"},
	}
	phoneAliases = []Alias{
		{"en", "phone, work phone, telephone, phoneNumer, phone no, telephone number, tel, tel no, telephone no, business phone, " +
			"office phone, work phone number, phone work, landline, office number, work number, work telephone, direct phone, " +
			"direct dial, desk phone, phone office, phone business, primary work phone, primary phone, main phone, phone 1, " +
			"business telephone"},
		{"de", "Telefon, Telefonnummer, Telefon-Nr, Tel-Nr, Rufnummer, Telefon geschäftlich, Festnetz, Festnetznummer, Durchwahl, " +
			"Telefon dienstlich, Diensttelefon, Fon, dienstliche Telefonnummer, geschäftliche Telefonnummer, Tel. geschäftlich, Tel. dienstlich"},
		{"fr", "téléphone, numéro de téléphone, tél, téléphone fixe, téléphone professionnel, n° de téléphone, numéro téléphone, " +
			"téléphone bureau, téléphone pro, tél pro, tél fixe, tél bureau, tél professionnel, fixe, numéro de fixe"},
		{"es", "teléfono, número de teléfono, teléfono fijo, teléfono de trabajo, teléfono oficina, nº de teléfono, teléfono del trabajo, teléfono de empresa, teléfono corporativo, fijo"},
		{"pt", "telefone, número de telefone, telefone fixo, telefone comercial, telefone profissional, telefone da empresa, telefone corporativo"},
		{"it", "telefono, numero di telefono, telefono fisso, telefono ufficio, n. di telefono, recapito telefonico, telefono aziendale, tel. ufficio"},
		{"nl", "telefoon, telefoonnummer, vaste telefoon, telefoon werk, zakelijke telefoon, vast nummer, telefoon zakelijk, zakelijk telefoonnummer"},
		{"ja", "電話, 電話番号, 固定電話, 勤務先電話, 勤務先電話番号, 会社電話番号, 会社電話"},
		{"zh", "电话, 电话号码, 固定电话, 办公电话, 座机, 電話, 電話號碼, 联系电话, 公司电话, 办公室电话, 聯絡電話"},
		{"hi", "फ़ोन, फ़ोन नंबर, दूरभाष, टेलीफ़ोन, फोन, फोन नंबर"},
	}
	mobileAliases = []Alias{
		{"en", "mobile, cell, cell phone, mobile phone, mobile no, cell number, mobile phone number, cell phone number, cellular, " +
			"cellular phone, cellular number, mobile telephone, mobile tel, phone mobile, phone cell, smartphone, cell no, " +
			"work mobile, gsm, company mobile, business mobile, handphone, work mobile phone, business mobile phone, company mobile phone, work cell, " +
			"work cell phone, primary mobile, mobile 1, mobile work"},
		{"de", "Handy, Handynummer, Mobil, Mobiltelefon, Mobilnummer, Mobilfunk, Mobilfunknummer, Handy-Nr, Mobil-Nr, " +
			"Telefon mobil, Diensthandy, Natel, Mobil geschäftlich, Handy geschäftlich, Mobil dienstlich, Mobiltelefon geschäftlich, " +
			"Mobiltelefon dienstlich, dienstliche Mobilnummer, Mobilnummer geschäftlich"},
		{"fr", "portable, téléphone portable, téléphone mobile, numéro de portable, numéro de mobile, tél portable, tél mobile, " +
			"n° de portable, cellulaire, portable professionnel, portable pro, mobile professionnel, mobile pro, tél portable pro"},
		{"es", "móvil, teléfono móvil, celular, número de móvil, número de celular, teléfono celular, nº de móvil, móvil de empresa, móvil corporativo, celular corporativo"},
		{"pt", "telemóvel, telefone celular, número de telemóvel, telefone móvel, celular corporativo, telemóvel da empresa, número de celular"},
		{"it", "cellulare, telefono cellulare, numero di cellulare, telefono mobile, numero cellulare, n. cellulare, cellulare aziendale, cell. aziendale"},
		{"nl", "mobiel, mobiele telefoon, mobiel nummer, gsm-nummer, mobiele nummer, mobiel telefoonnummer, 06-nummer, mobiel zakelijk, mobiel werk, zakelijk mobiel"},
		{"ja", "携帯, 携帯電話, 携帯番号, 携帯電話番号, モバイル, スマホ, 社用携帯, 会社携帯"},
		{"zh", "手机, 手机号, 手机号码, 移动电话, 手機, 手機號碼, 行動電話, 行動電話號碼, 移动电话号码"},
		{"hi", "मोबाइल, मोबाइल नंबर, सेल फ़ोन, मोबाइल फ़ोन"},
	}
	streetAliases = []Alias{
		{"en", "street, street address, address, address line, address line 1, address 1, street name, mailing address, " +
			"street and number, work address, office address, postal address, street 1, addr, business street, work street, business address, " +
			"work address line 1, business address line 1, office street, address street, street line 1, work street address"},
		{"de", "Straße, Adresse, Straße und Hausnummer, Straße Nr, Anschrift, Straße + Nr, Straße Hausnummer, Straße und Nr, Straße/Nr, Straße/Hausnummer, Straße/Hausnr, Straße Hausnr"},
		{"fr", "rue, adresse postale, voie, n° et rue, numéro et rue, adresse ligne 1, adresse professionnelle, adresse 1"},
		{"es", "calle, dirección, domicilio, dirección postal, calle y número"},
		{"pt", "rua, endereço, morada, logradouro, rua e número"},
		{"it", "via, indirizzo, indirizzo postale, via e numero civico, via/piazza"},
		{"nl", "straat, adres, straat en huisnummer, straatnaam, straat + huisnummer, adresregel 1, straat en nummer, straat/huisnummer, straat + nr"},
		{"ja", "住所, 番地, 町名番地, 丁目番地, 住所1, 町域番地"},
		{"zh", "地址, 街道, 街道地址, 通讯地址, 详细地址, 住址"},
		{"hi", "पता, सड़क, गली"},
	}
	cityAliases = []Alias{
		{"en", "town, city/town, town/city, locality, city name, work city, office city, business city, suburb, municipality"},
		{"de", "Ort, Stadt, Wohnort, Ortschaft, Gemeinde, Ortsname"},
		{"fr", "ville, commune, localité"},
		{"es", "ciudad, localidad, población, municipio"},
		{"pt", "cidade, localidade, município"},
		{"it", "città, comune, località"},
		{"nl", "plaats, woonplaats, stad, gemeente"},
		{"ja", "市, 市区町村, 都市, 市町村"},
		{"zh", "城市, 所在城市, 縣市"},
		{"hi", "शहर, नगर"},
	}
	postalCodeAliases = []Alias{
		{"en", "zip, zip code, postcode, zip/postal code, postal, zip/postcode, postal code/zip, pin code, postal/zip code, work zip, eircode, work zip code, work postal code, work postcode, business postal code, business zip, " +
			"business zip code, business postcode, office postal code, office zip, office zip code, post code/zip"},
		{"de", "PLZ, Postleitzahl"},
		{"fr", "code postal, CP, NPA"},
		{"es", "código postal, cod postal"},
		{"pt", "CEP"},
		{"it", "CAP, codice postale, codice di avviamento postale"},
		{"nl", "postnummer"},
		{"ja", "郵便番号"},
		{"zh", "邮编, 邮政编码, 郵遞區號, 郵政編碼"},
		{"hi", "पिन कोड, डाक कोड"},
	}
	stateAliases = []Alias{
		{"en", "region, province, state/province, state or province, county, state/region, prefecture, territory, state name, " +
			"state code, province/state, work state, state/county, canton, federal state, business state, business state/province, office state, work state/province"},
		{"de", "Bundesland, Kanton, Provinz"},
		{"fr", "région, département, état"},
		{"es", "provincia, región, comunidad autónoma, estado"},
		{"pt", "UF, distrito, província, região"},
		{"it", "regione, prov"},
		{"nl", "provincie, regio"},
		{"ja", "都道府県, 県, 州"},
		{"zh", "省, 省份, 省/州, 省/市, 州/省"},
		{"hi", "राज्य, प्रदेश, प्रांत"},
	}
	newEmailAliases = []Alias{
		{"en", "new email address, change email to, new e-mail, new mail, email new, future email, target email, " +
			"new primary email, new address email"},
		{"de", "neue E-Mail, neue E-Mail-Adresse, neue Mailadresse, E-Mail neu"},
		{"fr", "nouvel e-mail, nouvelle adresse e-mail, nouveau courriel, nouvelle adresse électronique, nouvelle adresse mail"},
		{"es", "nuevo correo, nuevo correo electrónico, nuevo email, nueva dirección de correo"},
		{"pt", "novo e-mail, novo endereço de e-mail, novo correio eletrônico"},
		{"it", "nuova e-mail, nuovo indirizzo e-mail"},
		{"nl", "nieuw e-mailadres, nieuwe e-mail"},
		{"ja", "新しいメールアドレス, 新メールアドレス, 新メール, 新しいメール"},
		{"zh", "新邮箱, 新电子邮件, 新邮件地址, 新电子邮箱, 新郵箱"},
		{"hi", "नया ईमेल, नया ईमेल पता, नया ई-मेल"},
	}
)

// contextual are words that mean another field when a certain column stands beside them: "Vorname, Name" is first and last
// name, "Name" alone the whole. Languages are those of the header beside; none means any.
var contextual = []struct {
	word      string
	beside    ID
	languages string // of the alias by which the column beside is headed; "" any
	means     ID
}{
	{"name", FirstName, "de nl", LastName},
	{"naam", FirstName, "", LastName},
	{"nom", FirstName, "", LastName},
	{"nombre", LastName, "", FirstName},
	{"nome", LastName, "", FirstName},
	{"नाम", LastName, "hi", FirstName},
}

// ordinary are headers that people's sheets often have and that are no field and no misspelling of one.
const ordinary = `username, user name, department, dept, title, job title, position, role, manager, supervisor, reports to, team, company, organisation,
organization, division, business unit, cost center, cost centre, office, location, site, building, floor, room, desk, employee id,
employee no, employee number, employee, staff id, staff no, staff, personnel number, id, no, nr, number, start date, end date, hire date, join date,
joining date, date, birthday, birth date, date of birth, dob, age, status, state of employment, active, type, category, grade, level, salary, notes,
note, comment, comments, remark, remarks, description, fax, fax number, fax no, pager, extension, ext, salutation, prefix, suffix, nickname,
middle name, middle initial, initials, initial, maiden name, language, time zone, timezone, locale, currency, website, url, alias, aliases, group, groups,
account no, account number, account name, account type, bank account, start, end, stage, cost code, site code, plant code, count, counter,
former name, company phone, company address, regional, direction, users, names, contact, contact number, contact no, password, license, licence, plan, created, modified, updated, last login, domain, marital status, nationality, citizenship, photo, linkedin,
private email, personal email, private mail, personal mail, home email, home address, home street, home city, home state, home zip, home zip code, home postal code, home country,
preferred first name, preferred last name, preferred name, known as, worker, home phone, home mobile, private phone, personal phone, personal mobile, private mobile, other phone, phone 2,
mobile 2, email 2, secondary email, alternate email, alternative email, recovery email, backup email, old email, old e-mail, former email, other email,
address 2, address line 2, address line 3, street 2, apartment, po box, district, continent, country calling code, dial code, area code, area,
Abteilung, Firma, Position, Titel, Anrede, Geburtstag, Geburtsdatum, Eintritt, Eintrittsdatum, Austritt, Vorgesetzter, Kostenstelle, Personalnummer, Personal-Nr,
Standort, Büro, Raum, Raumnummer, SV-Nummer, Kontonummer, Gebäude, Fax, Faxnummer, Bemerkung, Bemerkungen, Notiz, Hausnummer, Ortsteil, Staatsangehörigkeit, Privatadresse, private Adresse, Sprache, Rolle, Gruppe, Stelle, private E-Mail,
service, société, poste, fonction, titre, civilité, date de naissance, manageur, remarque, remarques, bureau, matricule, télécopie, langue, date d'entrée,
departamento, empresa, cargo, puesto, título, fecha, fecha de nacimiento, jefe, notas, observaciones, oficina, idioma, segundo apellido, segundo nombre,
setor, função, data, data de nascimento, gestor, observações, matrícula, escritório, bairro, complemento,
reparto, azienda, ruolo, titolo, data di nascita, responsabile, sede, frazione, ufficio, lingua, note, matricola,
afdeling, bedrijf, functie, titel, geboortedatum, leidinggevende, opmerking, opmerkingen, kantoor, taal, huisnummer, toevoeging, tussenvoegsel, personeelsnummer,
部署, 部門, 役職, 会社, 会社名, 社員番号, 生年月日, 備考, 部门, 职位, 公司, 工号, 员工编号, 备注, 生日, 出生日期, विभाग, पद, कंपनी, टिप्पणी, जन्म तिथि`
