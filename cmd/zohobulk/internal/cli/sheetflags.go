package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
)

// sheetFlags say how a sheet is read and checked.
type sheetFlags struct {
	worksheet    string
	headerRow    int
	delimiter    string
	encoding     string
	columns      []string
	mapping      string
	saveMapping  string
	strict       bool
	clearWord    string
	blankClears  bool
	fields       []string
	where        []string
	phones       string
	passwordFile string
}

func (s *sheetFlags) add(f *pflag.FlagSet) {
	f.StringVar(&s.worksheet, "sheet", "", "worksheet, by name or place")
	f.IntVar(&s.headerRow, "header-row", 0, "number of the row that names the columns (default: found)")
	f.StringVar(&s.delimiter, "delimiter", "", `what separates a CSV's columns: , ; | or tab (default: found)`)
	f.StringVar(&s.encoding, "encoding", "", "a CSV's encoding, like windows-1252 (default: UTF-8, or as its byte-order mark says)")
	f.StringArrayVar(&s.columns, "map", nil, `"Column=field" feeds a field from a column, "Column=" sets the column aside; Column is a header, or a letter such as D if no header reads so (repeatable)`)
	f.StringVar(&s.mapping, "mapping", "", "file with such lines")
	f.StringVar(&s.saveMapping, "save-mapping", "", "file to write the mapping to that was used")
	f.BoolVar(&s.strict, "strict", false, "treat warnings as errors")
	f.StringVar(&s.clearWord, "clear-word", check.DefaultClearWord, "what a cell says to empty a value")
	f.BoolVar(&s.blankClears, "blank-clears", false, "a blank cell empties its value, too")
	f.StringSliceVar(&s.fields, "fields", nil, "set only these fields, whatever else the sheet holds")
	f.StringArrayVar(&s.where, "where", nil, `take only the rows for which this is true: "Department=Sales", "Department!=Sales", or "Department~^Sa" for a regular expression; the column is a header or a letter (repeatable: all must be true)`)
	f.StringVar(&s.phones, "phones", "keep", "how phone numbers are written: keep, e164 or national")
	f.StringVar(&s.passwordFile, "password-file", "", "file with the password of an encrypted workbook")
}

// sheetOptions are the flags as the reader of sheets takes them.
func (s *sheetFlags) sheetOptions(name string) (importer.SheetOptions, error) {
	var delimiter rune
	if s.delimiter != "" {
		parsed, err := importer.ParseDelimiter(s.delimiter)
		if err != nil {
			return importer.SheetOptions{}, usagef("--delimiter: %v", err)
		}
		delimiter = parsed
	}
	if s.headerRow < 0 {
		return importer.SheetOptions{}, usagef("--header-row %d: rows are numbered from 1", s.headerRow)
	}
	password, err := s.password()
	return importer.SheetOptions{
		Name: name, Worksheet: s.worksheet, HeaderRow: s.headerRow, Delimiter: delimiter, Encoding: s.encoding,
		Password: password,
	}, err
}

// password is the content of the password file, less one newline at its end.
func (s *sheetFlags) password() (string, error) {
	if s.passwordFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(s.passwordFile)
	if err != nil {
		return "", problem.Refuse("password-file", "", "--password-file: %v", err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}

// checkOptions are the flags as pass one takes them.
func (s *sheetFlags) checkOptions() (check.Options, error) {
	phones, err := field.ParsePhoneForm(s.phones)
	if err != nil {
		return check.Options{}, usagef("--phones: %v", err)
	}
	for _, name := range s.fields {
		if id, ok := field.ByName(name); !ok || !field.Set.Has(id) {
			return check.Options{}, usagef("--fields %s: no field that can be set has that name", name)
		}
	}
	for _, text := range s.where {
		if _, err := check.ParseCondition(text); err != nil {
			return check.Options{}, usagef("--where: %v", hintedError(err))
		}
	}
	typed, err := s.typedColumns()
	if err != nil {
		return check.Options{}, err
	}
	var saved map[string]string
	if s.mapping != "" {
		saved, err = check.ReadMapping(s.mapping)
	}
	return check.Options{
		Map: typed, Saved: saved, Strict: s.strict, BlankClears: s.blankClears, ClearWord: s.clearWord,
		Fields: s.fields, Phones: phones, Where: s.where,
	}, err
}

// typedColumns are the --map flags.
func (s *sheetFlags) typedColumns() (map[string]string, error) {
	columns := map[string]string{}
	for _, text := range s.columns {
		name, target, ok := cutLast(text)
		if !ok {
			return nil, usagef(`--map %q: want "Column=field"`, text)
		}
		if _, known := field.ByName(target); target != "" && !known {
			return nil, usagef("--map %q: %s is no field (%s)", text, target, fieldNames())
		}
		columns[name] = target
	}
	return columns, nil
}

// cutLast splits at the last equals sign, since a header can hold one and a field's name can't.
func cutLast(text string) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, '=')
	if i < 0 {
		return "", "", false
	}
	return text[:i], strings.TrimSpace(text[i+1:]), true
}

func fieldNames() string {
	var names []string
	for id := range field.ID(field.Count) {
		names = append(names, id.String())
	}
	return fmt.Sprintf("fields: %s", strings.Join(names, ", "))
}

// hintedError is a refusal's message with its hint, for an error of the command line.
func hintedError(err error) error {
	var refused *problem.Refusal
	if errors.As(err, &refused) && refused.Hint != "" {
		return fmt.Errorf("%s: %s", refused.Message, refused.Hint)
	}
	return err
}
