package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zohobulk/importer"
	"zohobulk/importer/field"
	"zohobulk/importer/sheet"
)

// runOffline runs a command line that needs no service, in an empty environment.
func runOffline(t *testing.T, in string, args ...string) (code int, out, screen string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(context.Background(), args, System{
		Streams: Streams{In: strings.NewReader(in), Out: &stdout, Err: &stderr},
		Env:     func(string) string { return "" }, Now: time.Now, Hard: context.Background(),
	})
	return code, stdout.String(), stderr.String()
}

func writeSheet(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	soundSheet = "Email,First Name,Country\nanna@example.com,Anna,de\nbob@example.com,Bob,us\n"
	wrongSheet = "Email,First Name,Country,Dept\nanna@example.com,Anna,Untied States,x\n\nbob@example.com,Bob,Untied States,y\ncarl@example.com,\"Carl\n\",UK,z\nANNA@example.com,Dora,us,\n"
)

func TestValidateSound(t *testing.T) {
	path := writeSheet(t, "staff.csv", soundSheet)
	code, out, screen := runOffline(t, "", "validate", path)
	if code != exitDone {
		t.Errorf("exit code %d: %s", code, screen)
	}
	for _, want := range []string{"staff.csv: utf-8, commas, header in row 1\n", "A  Email      → Email\n", "rows: 2 read, 2 valid\n", "only Zoho knows"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	if want := "next: zohobulk plan " + path + "\n"; screen != want {
		t.Errorf("the screen says %q, want %q", screen, want)
	}
}

func TestValidateWrong(t *testing.T) {
	code, out, screen := runOffline(t, "", "validate", writeSheet(t, "staff.csv", wrongSheet))
	if code != exitRows {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"rows: 4 read, 0 valid, 4 invalid\n",
		"staff.csv C2, C4: Country \"Untied States\": no such country (did you mean United States (us)?)\n",
		"rows 2 (Anna) and 6 (Dora) have the same Email",
		"Country: \"UK\" read as gb (United Kingdom)\n",
		"ignored column: D \"Dept\" (copied to the reports)\n",
	} {
		if !strings.Contains(out, strings.Replace(want, "0 valid, 4", "1 valid, 3", 1)) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	if !strings.HasPrefix(screen, "next: correct these cells and run: zohobulk validate ") {
		t.Errorf("the screen says %q", screen)
	}
}

// The document has every key that is promised, and nothing else is on standard output.
func TestValidateJSON(t *testing.T) {
	code, out, _ := runOffline(t, "", "validate", writeSheet(t, "staff.csv", wrongSheet), "--json", "--rows")
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitRows {
		t.Fatalf("exit code %d, %v:\n%s", code, err, out)
	}
	problem := func(severity string, row, line int, cell, column, header, field, value, code, message, hint string) any {
		return map[string]any{"severity": severity, "row": float64(row), "line": float64(line), "cell": cell, "column": column, "header": header,
			"field": field, "value": value, "code": code, "message": message, "hint": hint}
	}
	const noCountry, meant, same = "no such country", "did you mean United States (us)?", "rows 2 (Anna) and 6 (Dora) have the same Email"
	mapping := func(column, header, field string) any {
		return map[string]any{"column": column, "header": header, "field": field}
	}
	row := func(number int, valid bool, cells, fields map[string]any) any {
		return map[string]any{"row": float64(number), "valid": valid, "cells": cells, "fields": fields}
	}
	want := map[string]any{
		"schema": 1.0, "file": "staff.csv", "worksheet": "", "encoding": "utf-8", "delimiter": ",", "header_row": 1.0,
		"mapping": []any{mapping("A", "Email", "email"), mapping("B", "First Name", "firstName"), mapping("C", "Country", "country"), mapping("D", "Dept", "")},
		"rows":    4.0, "valid": 1.0, "invalid": 3.0, "left_out": 0.0,
		"problems": []any{
			problem("note", 0, 0, "", "D", "Dept", "", "", "unmapped-column", "feeds no field: kept in the reports, sent nowhere", ""),
			problem("error", 2, 2, "C2", "C", "Country", "country", "Untied States", "unknown-country", noCountry, meant),
			problem("error", 4, 4, "C4", "C", "Country", "country", "Untied States", "unknown-country", noCountry, meant),
			problem("note", 5, 5, "C5", "C", "Country", "country", "UK", "country-read", "read as gb (United Kingdom)", ""),
			problem("error", 2, 2, "A2", "A", "Email", "email", "ANNA@example.com", "duplicate-user", same, "one is wrong: correct it in that row"),
			problem("error", 6, 7, "A6", "A", "Email", "email", "ANNA@example.com", "duplicate-user", same, "one is wrong: correct it in that row"),
		},
		"row_list": []any{
			row(2, false, map[string]any{"email": "anna@example.com", "firstName": "Anna", "country": "Untied States"}, map[string]any{"email": "anna@example.com", "firstName": "Anna"}),
			row(4, false, map[string]any{"email": "bob@example.com", "firstName": "Bob", "country": "Untied States"}, map[string]any{"email": "bob@example.com", "firstName": "Bob"}),
			row(5, true, map[string]any{"email": "carl@example.com", "firstName": "Carl\n", "country": "UK"}, map[string]any{"email": "carl@example.com", "firstName": "Carl", "country": "gb"}),
			row(6, false, map[string]any{"email": "ANNA@example.com", "firstName": "Dora", "country": "us"}, map[string]any{"email": "ANNA@example.com", "firstName": "Dora", "country": "us"}),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestValidateCSV(t *testing.T) {
	_, out, _ := runOffline(t, "", "validate", writeSheet(t, "staff.csv", wrongSheet), "--format", "csv")
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if err != nil || len(records) != 7 {
		t.Fatalf("%d records, %v:\n%s", len(records), err, out)
	}
	if diff := cmp.Diff(strings.Split("severity,row,line,cell,column,header,field,value,code,message,hint", ","), records[0]); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	want := []string{"error", "2", "2", "C2", "C", "Country", "country", "Untied States", "unknown-country", "no such country", "did you mean United States (us)?"}
	if diff := cmp.Diff(want, records[2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestValidateRefusals(t *testing.T) {
	misspelt := writeSheet(t, "staff.csv", "Emial,City\na@example.com,Bonn\n")
	broken := writeSheet(t, "broken.csv", "Email,City\na@example.com,Bonn\nb@example.com,\"Bonn\n")
	tests := []struct {
		args []string
		exit int
		code string
	}{
		{[]string{misspelt}, exitFailed, "unclear-header"},
		{[]string{broken}, exitFailed, ""}, // after rows were read: still one document
		{[]string{filepath.Join(t.TempDir(), "nobody.csv")}, exitFailed, ""},
		{[]string{misspelt, "--map", "Emial=mail"}, exitUsage, "usage"},
		{[]string{misspelt, "--format", "xml"}, exitUsage, "usage"},
		{[]string{misspelt, "--marked", "marked.csv"}, exitUsage, "usage"},
		{[]string{misspelt, "--marked", misspelt}, exitUsage, "usage"},
	}
	for _, tt := range tests {
		code, out, screen := runOffline(t, "", append([]string{"validate", "--json"}, tt.args...)...)
		var d errorDocument
		if err := json.Unmarshal([]byte(out), &d); err != nil || code != tt.exit || d.Error.Message == "" || tt.code != "" && d.Error.Code != tt.code {
			t.Errorf("%q: exit code %d, %v, %+v", tt.args[1:], code, err, d)
		}
		if !strings.Contains(screen, d.Error.Message) {
			t.Errorf("%q: %q is not on the screen: %q", tt.args[1:], d.Error.Message, screen)
		}
	}
	if code, _, _ := runOffline(t, "", "validate", misspelt, "--rows"); code != exitUsage {
		t.Errorf("--rows without --json: exit code %d", code)
	}
}

func TestValidateStandardInputAndMapping(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "mapping.txt")
	sheetText := "Emial,Town,Boss\na@example.com,Bonn,x\n"
	code, _, screen := runOffline(t, sheetText, "validate", "-", "--map", "Emial=email", "--save-mapping", saved)
	if code != exitDone || !strings.Contains(screen, "zohobulk plan - --map Emial=email") && !strings.Contains(screen, "zohobulk plan - --map 'Emial=email'") {
		t.Errorf("exit code %d: %s", code, screen)
	}
	code, out, screen := runOffline(t, sheetText, "validate", "-", "--mapping", saved, "--strict")
	if code != exitDone || !strings.Contains(out, "standard input: utf-8") {
		t.Errorf("with the saved mapping: exit code %d: %s%s", code, out, screen)
	}
}

func TestValidateKeepsTheSheet(t *testing.T) {
	path := writeSheet(t, "staff.csv", soundSheet)
	if code, _, screen := runOffline(t, "", "validate", path, "--save-mapping", path); code != exitFailed {
		t.Errorf("exit code %d: %s", code, screen)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != soundSheet {
		t.Errorf("the sheet was written over: %q, %v", text, err)
	}
}

func TestValidateMarked(t *testing.T) {
	marked := filepath.Join(t.TempDir(), "marked.xlsx")
	code, _, screen := runOffline(t, "", "validate", writeSheet(t, "staff.csv", wrongSheet), "--marked", marked)
	if code != exitRows {
		t.Fatalf("exit code %d: %s", code, screen)
	}
	f, err := excelize.OpenFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	comments, err := f.GetComments(f.GetSheetName(0))
	if err != nil || len(comments) == 0 {
		t.Errorf("%d notes, %v", len(comments), err)
	}
}

// What shows a cell's text shows no control character of it.
func TestValidateShowsNoControls(t *testing.T) {
	_, out, screen := runOffline(t, "", "validate", writeSheet(t, "staff.csv", "Email,Country,\"B\x1b[31m\"\na@example.com,\"x\x1b[2J\u202ey\",1\n"))
	if strings.ContainsAny(out+screen, "\x1b\u202e") {
		t.Errorf("a cell's control characters reach the screen: %q", out+screen)
	}
}

// A filled template is a sound sheet whose columns are all known.
func TestTemplate(t *testing.T) {
	for _, name := range []string{"template.xlsx", "template.csv"} {
		path := filepath.Join(t.TempDir(), name)
		if code, _, screen := runOffline(t, "", "template", "-o", path); code != exitDone {
			t.Fatalf("%s: exit code %d: %s", name, code, screen)
		}
		if code, _, _ := runOffline(t, "", "template", "-o", path); code != exitFailed {
			t.Errorf("%s: written over: exit code %d", name, code)
		}
		s, err := sheet.Open(path, sheet.Options{Known: field.Known})
		if err != nil {
			t.Fatal(err)
		}
		var headers []string
		for _, cell := range s.Header() {
			headers = append(headers, cell.Text)
		}
		if diff := cmp.Diff(importer.TemplateHeader(), headers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if code, out, _ := runOffline(t, "", "template", "-o", "-"); code != exitDone || !strings.Contains(out, `"Email"`) {
		t.Errorf("to standard output: exit code %d, %q", code, out)
	}
	if code, _, _ := runOffline(t, "", "template", "-o", "template.ods"); code != exitUsage {
		t.Errorf("an ending that is none of ours: exit code %d", code)
	}
}

func TestTemplateHasListsAndNotes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "template.xlsx")
	if code, _, screen := runOffline(t, "", "template", "-o", path); code != exitDone {
		t.Fatal(screen)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rules, err := f.GetDataValidations("Users")
	if err != nil || len(rules) != 2 {
		t.Errorf("%d drop-downs, %v; want gender's and country's", len(rules), err)
	}
	notes, err := f.GetComments("Users")
	if err != nil || len(notes) != field.Count {
		t.Errorf("%d notes, %v; want one for each field", len(notes), err)
	}
}

// A workbook's problems are named by worksheet and cell, and what its cells' kinds have done to values is seen.
func TestValidateWorkbook(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, value := range map[string]any{
		"A1": "Staff list", // a title above the header
		"A2": "Email", "B2": "User ID", "C2": "Phone", "D2": "PLZ", "E2": "Country",
		"A3": "anna@example.com", "B3": 2560636000000008002, "C3": 3012345678, "D3": 1067, "E3": "de",
		"A4": "bob@example.com", "B4": 100001234, "C4": time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), "D4": "01067", "E4": "Germany",
	} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "staff.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	code, out, screen := runOffline(t, "", "validate", path)
	if code != exitRows {
		t.Errorf("exit code %d: %s", code, screen)
	}
	for _, want := range []string{
		"staff.xlsx: worksheet Sheet1, header in row 2\n",
		"staff.xlsx Sheet1!B3: User ID \"2560636000000008002\": Excel has damaged this long number",
		"staff.xlsx Sheet1!C3: Phone \"3012345678\": Excel removed the zero or plus in front (did you mean 030 12345678?",
		"staff.xlsx Sheet1!D3: PLZ \"1067\": Excel removed the zero in front (did you mean 01067?",
		"staff.xlsx Sheet1!C4: Phone \"2024-03-01",
		"Country: \"Germany\" read as de (Germany)",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}

// A list for machines is printed on terminals too: values are shortened in it, and can't move the cursor or turn the line.
func TestValidateListsAreSafe(t *testing.T) {
	long := strings.Repeat("ü", 5000)
	path := writeSheet(t, "staff.csv", "Email,First Name\nanna@example.com,\x1b[31m\u202e\u009bred\nbob@example.com,"+long+"\n")
	for _, flags := range [][]string{{"--json"}, {"--format", "csv"}} {
		_, out, _ := runOffline(t, "", append([]string{"validate", path}, flags...)...)
		if strings.ContainsAny(out, "\x1b\u202e\u009b") || strings.Contains(out, long) || !strings.Contains(out, strings.Repeat("ü", 200)+"…") {
			t.Errorf("%v: unsafe or long:\n%.2000s", flags, out)
		}
	}
	_, out, _ := runOffline(t, "", "validate", path, "--json", "--rows")
	var got struct {
		Problems []struct{ Value string }
		RowList  []struct{ Cells map[string]string } `json:"row_list"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Problems[0].Value != "\x1b[31m\u202e\u009bred" || got.RowList[1].Cells["firstName"] != long {
		t.Errorf("%.300q: the values are not those of the sheet", out)
	}
}

func TestValidateWithoutRows(t *testing.T) {
	code, out, screen := runOffline(t, "", "validate", writeSheet(t, "staff.csv", "email,accountId,zuid,city\n"))
	if code != exitDone || !strings.Contains(out, "whether email, accountId and zuid of a row name one user") || screen != "next: put rows below the header, and validate again\n" {
		t.Errorf("exit code %d, %q:\n%s", code, screen, out)
	}
}
