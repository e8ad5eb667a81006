package zohotest

import (
	_ "embed"
	"encoding/csv"
	"strconv"
	"strings"
)

// Made-up people at domains set aside for examples. Telephone numbers are from ranges that regulators set aside for
// fiction (North America 555-01xx, Ofcom, ACMA, Bundesnetzagentur, Arcep, PTS), or missing where a country has none, but for
// Rebecca's, which are those of the service's documentation.
//
//go:embed people.csv
var peopleCSV string

// People gives the default directory: some fifty people of many countries, Rebecca Anderson of the service's sample
// requests first.
func People() []User {
	rows, err := csv.NewReader(strings.NewReader(peopleCSV)).ReadAll()
	if err != nil {
		panic("zohotest: people.csv: " + err.Error())
	}
	users := make([]User, 0, len(rows)-1)
	for _, r := range rows[1:] {
		users = append(users, person(rows[0], r))
	}
	return users
}

func person(header, row []string) User {
	cells := map[string]string{}
	for i, h := range header {
		cells[h] = row[i]
	}
	zuid, err := strconv.ParseInt(cells["zuid"], 10, 64)
	if err != nil {
		panic("zohotest: people.csv: " + err.Error())
	}
	return User{
		ZUID: zuid, AccountID: cells["accountId"], Email: cells["email"], Mailbox: cells["email"], Aliases: strings.Fields(cells["aliases"]),
		DisplayName: cells["displayName"], FirstName: cells["firstName"], LastName: cells["lastName"], Gender: cells["gender"],
		Country: cells["country"], Phone: cells["phone"], Mobile: cells["mobile"],
		Address: Address{cells["street"], cells["city"], cells["postalCode"], cells["state"]},
		Role:    cells["role"], Language: cells["language"], TimeZone: cells["timeZone"],
	}
}
