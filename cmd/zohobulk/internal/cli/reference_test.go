package cli

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"zohobulk/importer/field"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// go generate ./cmd/zohobulk/internal/cli writes the reference again.
//
//go:generate go test -run ^TestReference$ -update .
var update = flag.Bool("update", false, "write docs/reference.md again")

// TestReference sees that docs/reference.md says what the program does.
func TestReference(t *testing.T) {
	path := filepath.Join(repository, "docs", "reference.md")
	text := reference(t)
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	found, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(found) != text {
		t.Errorf("docs/reference.md is stale at %s\nwrite it again: go generate ./cmd/zohobulk/internal/cli", firstDifference(string(found), text))
	}
}

// firstDifference is the first line in which two texts differ.
func firstDifference(a, b string) string {
	was, is := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range is {
		if i >= len(was) || was[i] != is[i] {
			return fmt.Sprintf("line %d: %s", i+1, is[i])
		}
	}
	return "its end"
}

// page is the reference as it grows.
type page struct {
	strings.Builder
	t *testing.T
}

func (p *page) linef(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// row is one row of a table.
func (p *page) row(cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(strings.Join(strings.Fields(c), " "), "|", `\|`)
	}
	p.linef("| %s |", strings.Join(cells, " | "))
}

// table begins a table.
func (p *page) table(titles ...string) {
	p.linef("")
	p.row(titles...)
	p.row(slices.Repeat([]string{"---"}, len(titles))...)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// reference is the whole page, from the program.
func reference(t *testing.T) string {
	p := &page{t: t}
	p.linef(`# Reference

<!-- Written by go generate ./cmd/zohobulk/internal/cli; a test fails when it is stale. Change the program, not this page. -->

[Commands](#commands) · [Flags of every command](#flags-of-every-command) · [Exit codes](#exit-codes) · [Environment](#environment) ·
[The profile](#the-profile) · [Fields](#fields) · [Columns of the reports](#columns-of-the-reports) · [JSON documents](#json-documents) ·
[Codes](#codes) · [Messages](#messages)`)
	root := newRoot(&app{})
	root.InitDefaultCompletionCmd()
	p.commands(root)
	p.exitCodes()
	p.environment()
	p.profile()
	p.fields()
	p.columns()
	p.documents()
	p.codes()
	p.messages()
	return p.String()
}

// commands are all that the help shows, each with its own flags.
func (p *page) commands(root *cobra.Command) {
	p.linef("\n## Commands")
	eachCommand(root, func(cmd *cobra.Command) {
		if cmd == root || cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" || cmd.HasParent() && cmd.Parent().Name() == "completion" {
			return
		}
		p.linef("\n### %s\n\n```text\n%s\n```\n", strings.TrimPrefix(cmd.CommandPath(), "zohobulk "), cmd.UseLine())
		p.linef("%s.\n\n```text\n%s\n```", strings.ToUpper(cmd.Short[:1])+cmd.Short[1:], strings.TrimSpace(strings.Replace(cmd.Long, exitHelp, "", 1)))
		if cmd.Example != "" {
			p.linef("\n```sh\n%s\n```", unindented(cmd.Example))
		}
		p.flags(cmd.NonInheritedFlags())
	})
	p.linef("\n## Flags of every command")
	p.flags(root.PersistentFlags())
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

// flags is a table of flags with their variables.
func (p *page) flags(flags *pflag.FlagSet) {
	var rows [][]string
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		byDefault := f.DefValue
		if slices.Contains([]string{"false", "0", "[]", "0s"}, byDefault) {
			byDefault = ""
		}
		rows = append(rows, []string{code(name), variable(f), code(byDefault), usage})
	})
	if len(rows) == 0 {
		return
	}
	p.table("flag", "variable", "default", "does")
	for _, cells := range rows {
		p.row(cells...)
	}
}

// variable is the environment variable of a flag.
func variable(f *pflag.Flag) string {
	if rails[f.Name] || f.Name == "version" {
		return "none"
	}
	return code(envName(f.Name))
}

func (p *page) exitCodes() {
	p.linef("\n## Exit codes\n\nIf several apply, the first in this order counts: 2, 4, 1, 5, 3, 0.")
	p.table("code", "means")
	for line := range strings.Lines(exitHelp) {
		if number, means, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			p.row(number, means)
		}
	}
}

// environment lists the variables that are no flag's.
func (p *page) environment() {
	p.linef("\n## Environment\n\nEach flag has a variable: its name in capitals, with `_` for `-` and `ZOHOBULK_` in front. A flag that is typed wins over its variable, and that over the profile. These "+
		"flags have none, since they take down a safety limit: %s.\n\nBeside them:", codes(slices.Sorted(maps.Keys(rails)), "--"))
	p.table("variable", "holds")
	for _, v := range [][2]string{
		{auth.EnvClientID, "client id of a login; the three go before what `login` has kept"},
		{auth.EnvClientSecret, "its client secret"},
		{auth.EnvRefreshToken, "its refresh token"},
		{"NO_COLOR", "anything: no colours"},
		{"HTTPS_PROXY", "a proxy; `NO_PROXY` names hosts that are reached without it"},
		{"XDG_CONFIG_HOME", "the folder of profiles, on Linux"},
		{"XDG_CACHE_HOME", "the folder of access tokens, locks and the count of calls, on Linux"},
		{"GOGC", "Go's own setting for memory, instead of the program's"},
	} {
		p.row(code(v[0]), v[1])
	}
}

func codes(names []string, before string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = code(before + name)
	}
	return strings.Join(list, ", ")
}

// fields are what a sheet can say.
func (p *page) fields() {
	p.linef("\n## Fields\n\nWhat a column can feed. Case, accents, blanks, hyphens and underscores in headers do not matter.")
	p.table("field", "means", "example", "says", "can be emptied")
	for id := range field.ID(field.Count) {
		e := id.Entry()
		p.row(code(e.Name), e.About, code(e.Example), yes(e.Mode == "", "who", "what to set"), yes(e.Clearable, "yes", "no"))
	}
	p.linef("\n### Headers")
	for id := range field.ID(field.Count) {
		e := id.Entry()
		p.linef("\n%s:", code(e.Name))
		p.table("language", "headers")
		for _, a := range e.Aliases {
			p.row(a.Language, a.Words)
		}
	}
}

func yes(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

// columnMeanings say what the columns of the reports hold.
var columnMeanings = map[string]string{
	"_row":         "number of the row, as Excel shows it",
	"_status":      "how it ended: updated, unchanged, failed, invalid or not_sent",
	"_account_id":  "account id of the user",
	"_zuid":        "the user's id",
	"_changed":     "names of the fields that changed, joined by blanks",
	"_attempts":    "calls that were made for the row",
	"_finished_at": "when it ended, in UTC",
	"_origin":      "file, worksheet and row that the row first came from; kept through any number of rounds",
	"_edited":      "cells that were edited on the page",
	"_step":        "the call that failed: the service's name for it",
	"_field":       "the field that is wrong",
	"_code":        "why, as a word: see [Codes](#codes), or the service's own code",
	"_message":     "why, as a sentence",
	"_http_status": "HTTP status of the last answer",
	"_reason":      "everything that was said of the row",
}

// columns are those of the two tables of a real run.
func (p *page) columns() {
	p.linef("\n## Columns of the reports\n\nBoth tables hold the row's own columns first, as they came. A column whose header begins with `_` is ignored when a report is read again.")
	o := newOffice(p.t)
	o.run("apply", sample("staff.csv"), "--yes").must(p.t, exitDone)
	for _, file := range []string{"success.csv", "failed.csv"} {
		p.linef("\n%s:", code(file))
		p.table("column", "holds")
		for _, name := range o.header(filepath.Join(o.last(), file)) {
			if !strings.HasPrefix(name, "_") {
				continue
			}
			if columnMeanings[name] == "" {
				p.t.Errorf("the reference does not say what the column %s holds: add it to columnMeanings", name)
			}
			p.row(code(name), columnMeanings[name])
		}
	}
}

// header is the first record of a CSV.
func (o office) header(path string) []string {
	o.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	record, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).Read()
	if err != nil {
		o.t.Fatal(err)
	}
	return record
}

// schemaFolder holds the schemas of the documents.
var schemaFolder = filepath.Join(repository, "importer", "report", "schema")

// node is a part of a JSON Schema.
type node struct {
	Title       string
	Description string
	Type        any // a word or several
	Const       any
	Enum        []any
	Properties  json.RawMessage
	Items       *node
	Additional  json.RawMessage `json:"additionalProperties"`
}

func (p *page) documents() {
	p.linef("\n## JSON documents\n\nWith `--json` a command prints one document on standard output, and nothing else there. Every key is always present. The schemas stand in `importer/report/schema`.")
	paths, err := filepath.Glob(filepath.Join(schemaFolder, "*.schema.json"))
	if err != nil || len(paths) == 0 {
		p.t.Fatalf("%v: there is no schema", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		var schema node
		if err == nil {
			err = json.Unmarshal(text, &schema)
		}
		if err != nil {
			p.t.Fatalf("%s: %v", path, err)
		}
		p.linef("\n### %s", schema.Title)
		p.table("key", "type", "holds")
		p.keys("", schema)
	}
}

// keys are the rows for the members of an object, in the schema's order.
func (p *page) keys(prefix string, n node) {
	for _, name := range keysInOrder(p.t, n.Properties) {
		var members map[string]node
		if err := json.Unmarshal(n.Properties, &members); err != nil {
			p.t.Fatal(err)
		}
		p.key(prefix+name, members[name])
	}
	var rest node
	if json.Unmarshal(n.Additional, &rest) == nil && (rest.Type != nil || rest.Properties != nil) {
		p.key(prefix+"NAME", rest)
	}
}

func (p *page) key(name string, n node) {
	if n.Items != nil {
		name += "[]"
		n.Items.Description = strings.Join(slices.DeleteFunc([]string{n.Description, n.Items.Description}, func(s string) bool { return s == "" }), "; ")
		n = *n.Items
	}
	p.row(code(name), typeText(n), n.Description)
	p.keys(name+".", n)
}

func typeText(n node) string {
	switch {
	case n.Const != nil:
		return code(fmt.Sprint(n.Const))
	case n.Enum != nil:
		var values []string
		for _, v := range n.Enum {
			values = append(values, fmt.Sprintf("%#v", v))
		}
		return codes(values, "")
	}
	if several, ok := n.Type.([]any); ok {
		var words []string
		for _, w := range several {
			words = append(words, fmt.Sprint(w))
		}
		return strings.Join(words, " or ")
	}
	if n.Type == nil {
		return "any"
	}
	return fmt.Sprint(n.Type)
}

// keysInOrder are the keys of a JSON object as they stand in it.
func keysInOrder(t *testing.T, object json.RawMessage) (names []string) {
	t.Helper()
	if len(object) == 0 {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(object)))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		name, err := d.Token()
		var skipped json.RawMessage
		if err == nil {
			err = d.Decode(&skipped)
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
	}
	return names
}

// codes are those of the command codes.
func (p *page) codes() {
	p.linef("\n## Codes\n\nWhat a problem, a failed row or a refusal can have as its code.")
	p.table("code", "severity", "means")
	s := newDesk(p.t, zohotest.Options{}).run("", "codes", "--json").must(p.t, exitDone)
	var document codesDocument
	if err := json.Unmarshal([]byte(s.out), &document); err != nil {
		p.t.Fatal(err)
	}
	for _, c := range document.Codes {
		p.row(code(c.Code), c.Severity.String(), c.About)
	}
}

// refused are commands that end with an error, for what they say.
var refused = [][]string{
	{"apply", "samples/none.csv", "--yes"},
	{"apply", "samples/staff.csv"},
	{"apply", "samples/staff.csv", "--yes", "--max-changes", "5"},
	{"apply", "samples/staff.csv", "--yes", "--profile", "nobody"},
	{"apply", "samples/staff.csv", "--yes", "--rate", "soon"},
	{"resume", "--yes"},
	{"undo", "latest", "--yes"},
	{"validate", "samples/README.md"},
	{"validate", "samples/staff-semicolon.csv"},
	{"validate", "samples/staff.csv", "--map", "Fax=phoneNumber"},
	{"validate", "samples/staff.csv", "--map", "State=phoneNumber"},
	{"validate", "samples/staff.xlsx", "--sheet", "Sheet9"},
}

// messages are what the program says on some bad days, by code.
func (p *page) messages() {
	p.linef("\n## Messages\n\nExamples of what is said, to search in when you know the words and not the code: about commands that could not begin, and about the cells of the samples.")
	p.table("code", "the program says")
	samples := filepath.ToSlash(filepath.Join(repository, "samples")) + "/"
	said := map[string]string{}
	say := func(code, message, hint string) {
		if _, ok := said[code]; !ok && code != "" {
			said[code] = strings.ReplaceAll(strings.TrimPrefix(message, ": ")+yes(hint == "", "", ". "+hint), samples, "samples/")
		}
	}
	for _, args := range refused {
		o := newOffice(p.t)
		args = slices.Clone(args)
		for i := range args {
			args[i] = strings.Replace(args[i], "samples/", samples, 1)
		}
		var document errorDocument
		s := o.run(append(args, "--json")...)
		if err := json.Unmarshal([]byte(s.out), &document); err != nil || document.Error.Code == "" && s.code == exitDone {
			p.t.Errorf("%v: %v, want an error:\n%s\n%s", args, err, s.out, s.err)
			continue
		}
		e := document.Error
		say(e.Code, strings.ReplaceAll(e.Message, o.home, "FOLDER"), strings.ReplaceAll(e.Hint, o.home, "FOLDER"))
	}
	for _, file := range []string{"staff-mistakes.csv", "staff-mistakes.xlsx", "staff.csv", "new-addresses.csv"} {
		var document struct {
			Problems []struct{ Header, Value, Code, Message, Hint string }
		}
		s := newDesk(p.t, zohotest.Options{}).run("", "validate", sample(file), "--json")
		if err := json.Unmarshal([]byte(s.out), &document); err != nil {
			p.t.Fatal(err)
		}
		for _, found := range document.Problems {
			say(found.Code, found.Header+yes(found.Value == "", "", fmt.Sprintf(" %q", found.Value))+": "+found.Message, found.Hint)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(said)) {
		p.row(code(c), said[c])
	}
}

// profile lists the keys of a profile's file, with what its source says of them.
func (p *page) profile() {
	p.linef("\n## The profile\n\nA connection is a file NAME.toml in the folder `zohobulk/profiles` of your configuration folder (`~/.config`, `~/Library/Application Support` or `%%AppData%%`). " +
		"The program writes it; these keys can be set by hand.")
	p.table("key", "holds")
	of := reflect.TypeFor[connect.Profile]()
	about := fieldComments(p.t, of)
	for i := range of.NumField() {
		f := of.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if key == "" || key == "-" {
			continue
		}
		if about[f.Name] == "" {
			p.t.Errorf("the profile's field %s has no comment", f.Name)
		}
		p.row(code(key), about[f.Name])
	}
}

// fieldComments are the comments at the end of the lines of a struct's fields.
func fieldComments(t *testing.T, of reflect.Type) map[string]string {
	t.Helper()
	dir := filepath.Join(repository, filepath.FromSlash(strings.TrimPrefix(of.PkgPath(), "zohobulk/")))
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v: no source in %s", err, dir)
	}
	comments := map[string]string{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != of.Name() {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					for _, name := range f.Names {
						comments[name.Name] = strings.TrimSpace(f.Comment.Text() + " " + f.Doc.Text())
					}
				}
			}
			return false
		})
	}
	return comments
}
