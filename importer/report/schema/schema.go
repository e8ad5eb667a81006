// Package schema holds the JSON Schemas of the documents that the program prints with --json and writes as
// summary.json, and checks a document against one of them. Only tests import it.
package schema

import (
	"bytes"
	"embed"
	"io/fs"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed *.schema.json
var files embed.FS

const ending = ".schema.json"

// Names are the documents that have a schema, sorted: codes, error, export, …
func Names() []string {
	paths, _ := fs.Glob(files, "*"+ending) // the pattern is right
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimSuffix(path, ending)
	}
	slices.Sort(names)
	return names
}

// Check checks a document against the schema of that name. The error names each place that does not follow it.
func Check(name string, document []byte) error {
	data, err := files.ReadFile(name + ending)
	if err != nil {
		return err
	}
	rules, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, rules); err != nil {
		return err
	}
	schema, err := c.Compile(name)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}
