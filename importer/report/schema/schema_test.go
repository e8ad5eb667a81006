package schema_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"zohobulk/importer/report/schema"
)

const soundError = `{"schema": 1, "error": {"code": "usage", "message": "unknown flag", "hint": ""}}`

func TestCheck(t *testing.T) {
	if err := schema.Check("error", []byte(soundError)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ document, want string }{
		"missing key":   {`{"schema": 1, "error": {"code": "usage", "message": "unknown flag"}}`, "at '/error': missing property 'hint'"},
		"key too many":  {strings.Replace(soundError, `"schema"`, `"run": "", "schema"`, 1), "additional properties 'run' not allowed"},
		"other version": {strings.Replace(soundError, "1", "2", 1), "at '/schema': value must be 1"},
		"wrong type":    {strings.Replace(soundError, `"usage"`, `7`, 1), "at '/error/code': got number, want string"},
		"more after it": {soundError + "{}", "invalid character"},
	} {
		err := schema.Check("error", []byte(test.document))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// TestSchemasAreClosed finds an object in a schema that would let any key pass.
func TestSchemasAreClosed(t *testing.T) {
	names := schema.Names()
	if len(names) < 5 {
		t.Fatalf("schemas: %v", names)
	}
	for _, name := range names {
		if schema.Check(name, []byte(`{}`)) == nil {
			t.Errorf("%s: an empty document passes", name)
		}
		data, err := os.ReadFile(name + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		var rules any
		if err := json.Unmarshal(data, &rules); err != nil {
			t.Fatal(err)
		}
		closed(t, name, rules)
	}
}

func closed(t *testing.T, at string, rules any) {
	switch v := rules.(type) {
	case []any:
		for _, one := range v {
			closed(t, at, one)
		}
	case map[string]any:
		if _, object := v["properties"].(map[string]any); object && v["additionalProperties"] == nil {
			t.Errorf("%s: an object allows any key", at)
		}
		for key, one := range v {
			closed(t, at+"."+key, one)
		}
	}
}
