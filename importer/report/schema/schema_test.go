package schema

import (
	"strings"
	"testing"
)

const soundError = `{"schema": 1, "error": {"code": "usage", "message": "unknown flag", "hint": ""}}`

func TestCheck(t *testing.T) {
	for _, test := range []struct{ name, schema, document, want string }{
		{"sound", "error", soundError, ""},
		{"missing key", "error", `{"schema": 1, "error": {"code": "usage", "message": "unknown flag"}}`, "error.error: no hint"},
		{"key too many", "error", strings.Replace(soundError, `"schema"`, `"run": "", "schema"`, 1), "error: run is not in the schema"},
		{"other version", "error", strings.Replace(soundError, "1", "2", 1), "error.schema: 2 is not 1"},
		{"wrong type", "error", strings.Replace(soundError, `"usage"`, `7`, 1), "error.error.code: 7 is no string"},
		{"other word", "probe", `{"schema":1,"user":"","calls":0,"answers":{"phone_key":"phone","names":true,"omitted_fields":"kept","omitted_address":"kept","empty":"cleared","upper_country":"accepted","read_back_s":0.5,"page_size":200},"reasons":{},"account":[]}`,
			"probe.answers.phone_key: phone is none of [phoneNumber phoneNumer unknown]"},
		{"part of a number", "plan", `{"schema":1,"run":"","organisation":"","counts":{"rows":1.5,"change":0,"unchanged":0,"invalid":0,"not_found":0,"refused":0},"calls":0,"forecast_s":0.5,"changes":[],"problems":[]}`,
			"plan.counts.rows: 1.5 is no integer"},
		{"id as a number", "plan", `{"schema":1,"run":"","organisation":"","counts":{"rows":0,"change":0,"unchanged":0,"invalid":0,"not_found":0,"refused":0},"calls":0,"forecast_s":0,"changes":[{"row":2,"account_id":2560636000000008002,"zuid":"1","email":"","steps":[],"fields":[]}],"problems":[]}`,
			"plan.changes[0].account_id: 2.560636000000008e+18 is no string"},
	} {
		err := Check(test.schema, []byte(test.document))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestSchemasAreKnown holds a document against each schema, which fails on words that Check doesn't know.
func TestSchemasAreKnown(t *testing.T) {
	names := Names()
	if len(names) < 5 {
		t.Fatalf("schemas: %v", names)
	}
	for _, name := range names {
		err := Check(name, []byte(`{}`))
		if err == nil || strings.Contains(err.Error(), "unknown word") || !strings.Contains(err.Error(), "no schema") {
			t.Errorf("%s: %v, want the missing version named", name, err)
		}
	}
}

func TestOneOfSeveralTypes(t *testing.T) {
	either := []any{"object", "null"}
	for doc, want := range map[any]bool{nil: true, 7.0: false, "": false} {
		if got := isOf(doc, either); got != want {
			t.Errorf("%v is one of %v: %v, want %v", doc, either, got, want)
		}
	}
	if !isOf(map[string]any{}, either) || isOf([]any{}, either) {
		t.Error("an object is one of object and null, and an array is none")
	}
}
