package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"

	"github.com/xuri/excelize/v2"

	"zohobulk/zoho/zohotest"
)

// columns are the headers of the sheets, with what each holds.
var columns = []struct {
	header string
	of     func(*zohotest.User) string
}{
	{"Email", func(u *zohotest.User) string { return u.Email }},
	{"ZUID", func(u *zohotest.User) string { return fmt.Sprint(u.ZUID) }},
	{"First name", func(u *zohotest.User) string { return u.FirstName }},
	{"Last name", func(u *zohotest.User) string { return u.LastName }},
	{"Display name", func(u *zohotest.User) string { return u.DisplayName }},
	{"Country", func(u *zohotest.User) string { return u.Country }},
	{"Phone", func(u *zohotest.User) string { return u.Phone }},
	{"Mobile", func(u *zohotest.User) string { return u.Mobile }},
	{"Street", func(u *zohotest.User) string { return u.Address.Street }},
	{"City", func(u *zohotest.User) string { return u.Address.City }},
	{"Postcode", func(u *zohotest.User) string { return u.Address.PostalCode }},
	{"State", func(u *zohotest.User) string { return u.Address.State }},
}

// directory is a made-up directory of n users, each with two phone numbers of their own. The numbers are German ones that are free to
// give out.
func directory(n int) []zohotest.User {
	users := zohotest.Generate(n)
	for i := range users {
		users[i].Country = "de"
		users[i].Phone = fmt.Sprintf("+49 30 %08d", 20_000_000+i)
		users[i].Mobile = fmt.Sprintf("+49 151 %08d", 20_000_000+i)
		users[i].Address = zohotest.Address{Street: fmt.Sprintf("Prager Straße %d", i%300+1), City: "Dresden", PostalCode: "01067"}
	}
	return users
}

// moved is a directory without its first user, after the next n have moved.
func moved(users []zohotest.User, n int) []zohotest.User {
	after := append([]zohotest.User(nil), users...)
	for i := 1; i <= n; i++ {
		after[i].Address.Street = fmt.Sprintf("Königstraße %d", i)
	}
	return after[1:]
}

func writeCSV(path string, users []zohotest.User) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	record := make([]string, len(columns))
	for i, c := range columns {
		record[i] = c.header
	}
	if err := w.Write(record); err != nil {
		return err
	}
	for i := range users {
		for j, c := range columns {
			record[j] = c.of(&users[i])
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func writeXLSX(path string, users []zohotest.User) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = c.header
	}
	if err := w.SetRow("A1", cells); err != nil {
		return err
	}
	for i := range users {
		for j, c := range columns {
			cells[j] = c.of(&users[i])
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+2), cells); err != nil {
			return err
		}
	}
	return errors.Join(w.Flush(), book.SaveAs(path))
}
