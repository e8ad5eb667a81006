// Package schema holds the JSON Schemas of the documents that the program prints with --json and writes as
// summary.json, and holds a document against one of them.
package schema

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
)

//go:embed *.schema.json
var files embed.FS

// Names are the documents that have a schema, sorted: codes, error, export, …
func Names() []string {
	paths, _ := fs.Glob(files, "*.schema.json") // the pattern is right
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimSuffix(path, ".schema.json")
	}
	slices.Sort(names)
	return names
}

// Check holds a document against the schema of that name, and says where it departs. It knows the words that our
// schemas use, and refuses a schema with others, so that no rule is passed over.
func Check(name string, document []byte) error {
	data, err := files.ReadFile(name + ".schema.json")
	if err != nil {
		return err
	}
	var s, doc any
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("schema %s: %w", name, err)
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return err
	}
	return errors.Join(check(s.(map[string]any), doc, name)...)
}

// words are those that a schema may use; the first few say nothing about a document.
var words = []string{"$schema", "$id", "title", "description", "type", "const", "enum", "pattern", "minimum", "properties", "required", "additionalProperties", "items"}

func check(s map[string]any, doc any, at string) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(at+": "+format, args...)) }
	for word := range s {
		if !slices.Contains(words, word) {
			wrong("the schema has an unknown word %q", word)
		}
	}
	if want, ok := s["type"]; ok && !isOf(doc, want) {
		wrong("%v is no %v", doc, want)
		return errs
	}
	if want, ok := s["const"]; ok && !reflect.DeepEqual(doc, want) {
		wrong("%v is not %v", doc, want)
	}
	if list, ok := s["enum"].([]any); ok && !slices.Contains(list, doc) {
		wrong("%v is none of %v", doc, list)
	}
	if pattern, ok := s["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(doc.(string)) {
		wrong("%q doesn't match %s", doc, pattern)
	}
	if least, ok := s["minimum"].(float64); ok && doc.(float64) < least {
		wrong("%v is less than %v", doc, least)
	}
	switch v := doc.(type) {
	case map[string]any:
		errs = append(errs, checkObject(s, v, at)...)
	case []any:
		items, _ := s["items"].(map[string]any)
		for i, item := range v {
			errs = append(errs, check(items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return errs
}

func checkObject(s map[string]any, doc map[string]any, at string) (errs []error) {
	required, _ := s["required"].([]any)
	for _, key := range required {
		if _, ok := doc[key.(string)]; !ok {
			errs = append(errs, fmt.Errorf("%s: no %s", at, key))
		}
	}
	properties, _ := s["properties"].(map[string]any)
	keys := make([]string, 0, len(doc))
	for key := range doc {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		rule, ok := properties[key].(map[string]any)
		if !ok {
			rule, ok = s["additionalProperties"].(map[string]any)
		}
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s is not in the schema", at, key))
			continue
		}
		errs = append(errs, check(rule, doc[key], at+"."+key)...)
	}
	return errs
}

// isOf tells whether a value is of a type, or of one of several.
func isOf(doc, want any) bool {
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return kindOf(doc, one) == one })
	}
	return kindOf(doc, want) == want
}

// kindOf is the type of a value as schemas name it. A whole number is a number too.
func kindOf(doc, want any) string {
	switch v := doc.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) && want == "integer" {
			return "integer"
		}
		return "number"
	}
	return "null"
}
