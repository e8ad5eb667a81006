package zohotest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
)

// field is one member of a JSON object in the order it came. Its value is a string, json.Number, bool, nil, []field for an
// object, or list{} for an array, whose content no call of this stand-in takes.
type field struct {
	key   string
	value any
}

type list struct{}

func newReader(b []byte) io.Reader { return bytes.NewReader(b) }

var errTwice = errors.New("key comes twice")

// readObject reads a body as one JSON object. encoding/json would take the last of two equal keys, any case of a key, and
// text behind the object; this does not.
func readObject(body []byte) ([]field, error) {
	d := json.NewDecoder(newReader(body))
	d.UseNumber()
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if t != json.Delim('{') {
		return nil, errors.New("no object")
	}
	all, err := readFields(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the object")
	}
	return all, nil
}

func readFields(d *json.Decoder) ([]field, error) {
	all := []field{}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := readValue(d)
		if err != nil {
			return nil, err
		}
		if _, twice := get(all, k.(string)); twice {
			return nil, errTwice
		}
		all = append(all, field{k.(string), v})
	}
	_, err := d.Token() // the closing brace
	return all, err
}

func readValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return readFields(d)
	case json.Delim('['):
		for d.More() {
			if _, err := readValue(d); err != nil {
				return nil, err
			}
		}
		_, err := d.Token()
		return list{}, err
	}
	return t, nil
}

func get(all []field, key string) (any, bool) {
	for _, f := range all {
		if f.key == key {
			return f.value, true
		}
	}
	return nil, false
}

// object reads the body of an update.
func (q *request) object() ([]field, *answer) {
	kind, _, _ := mime.ParseMediaType(q.header.Get("Content-Type"))
	if kind != "application/json" {
		return nil, badPattern("zoho-inputstream") // a form would be read as parameters (assumed)
	}
	all, err := readObject(q.body)
	switch {
	case errors.Is(err, errTwice):
		return nil, refuse(400, refusal{Code: "MORE_THAN_MAX_OCCURANCE"}) // sic
	case err != nil:
		return nil, badPattern("zoho-inputstream")
	}
	return all, nil
}
