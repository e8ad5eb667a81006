package journal

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestListsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.String()).Draw(t, "list")
		text := encodeList(list)
		var standard []string
		if err := json.Unmarshal([]byte(text), &standard); err != nil {
			t.Fatalf("%s is no JSON: %v", text, err)
		}
		got, err := decodeList(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(list) {
			t.Fatalf("%q came back as %q", list, got)
		}
		for i := range list {
			if got[i] != list[i] || utf8.ValidString(list[i]) && standard[i] != list[i] {
				t.Fatalf("%q came back as %q, and as %q by encoding/json", list[i], got[i], standard[i])
			}
		}
	})
}

func TestMapsAndChangesComeBack(t *testing.T) {
	m := map[string]string{"city": "Łódź", "mobileNumber": "", "a\"b": "\n"}
	diff(t, "map", m, must(decodeMap(encodeMap(m))))
	diff(t, "map as text", `["a\"b","\u000a","city","Łódź","mobileNumber",""]`, encodeMap(m))
	changes := []Change{{"city", "", "x"}, {"state", "y", ""}}
	diff(t, "changes", changes, must(decodeChanges(encodeChanges(changes))))
	for _, none := range []string{encodeMap(nil), encodeChanges(nil), encodeList(nil)} {
		diff(t, "nothing", "[]", none)
	}
}

func TestBytesThatAreNoTextAreKept(t *testing.T) {
	const cell = "caf\xe9 \xff"
	diff(t, "cell", []string{cell}, must(decodeList(encodeList([]string{cell}))))
}

func TestDamagedListsAreErrors(t *testing.T) {
	for _, text := range []string{
		``, `[`, `x`, `["a"`, `["a",]`, `["a"]x`, `["a" "b"]`, `[1]`, `["\q"]`, `["\u00"]`, `["\u00zz"]`, `["\`, `["a\`, `[,]`,
	} {
		if list, err := decodeList(text); err == nil {
			t.Errorf("%s was read as %q", text, list)
		}
	}
	if _, err := decodeMap(`["a"]`); err == nil {
		t.Error("a key without a value was read")
	}
	if _, err := decodeChanges(`["a","b"]`); err == nil {
		t.Error("a change without an after was read")
	}
}

func FuzzDecodeList(f *testing.F) {
	for _, seed := range []string{`[]`, `["a","b\"\\c","\u0009"]`, `["`, `["a"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := decodeList(text)
		if err != nil {
			return
		}
		again, err := decodeList(encodeList(list))
		if err != nil || len(again) != len(list) {
			t.Fatalf("%q was read as %q and then as %q: %v", text, list, again, err)
		}
		for i := range list {
			if list[i] != again[i] {
				t.Fatalf("%q was read as %q and then as %q", text, list, again)
			}
		}
	})
}

func BenchmarkCells(b *testing.B) {
	cells := sampleRow(1).Cells
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			must(decodeList(encodeList(cells)))
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			var list []string
			if err := json.Unmarshal(must(json.Marshal(cells)), &list); err != nil {
				b.Fatal(err)
			}
		}
	})
}
