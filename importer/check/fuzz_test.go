package check

import (
	"context"
	"errors"
	"testing"

	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// FuzzSheet checks two rows of any cells under any header: nothing panics, every row comes out once, every problem is as
// documented, and an invalid row has an error.
func FuzzSheet(f *testing.F) {
	f.Add("email|zuid|phone|country|PLZ", "a@example.com|11|030 12345678|de|1067", uint8(0))
	f.Add("accountId|zuid|gender|newEmail", "2.56E+18|11|H|a@example.com", uint8(0x21))
	f.Add("Vorname|Name|E-Mail|Straße", "Anna|Schmidt|anna.schmidt@example.com|x\ny", uint8(0x42))
	f.Add("_row|_origin|email|city", "1|old.csv row 1|#CLEAR|#CLEAR", uint8(0xff))
	f.Fuzz(func(t *testing.T, header, line string, bits uint8) {
		s := newTable(header, line, line)
		for i := range s.rows {
			for j := range s.rows[i].Cells {
				if kind := sheet.Kind(bits>>(j%4)) % (sheet.Formula + 1); bits&0x80 != 0 && kind != sheet.Empty {
					s.rows[i].Cells[j].Kind = kind
				}
			}
		}
		o := Options{Strict: bits&1 != 0, BlankClears: bits&2 != 0, UserAuth: bits&4 != 0, BothIDs: bits&8 != 0, AddressWhole: bits&16 != 0, Workers: 2}
		r := &recorder{}
		result, err := Sheet(context.Background(), s, o, r)
		var refused *problem.Refusal
		switch {
		case errors.As(err, &refused):
			return
		case err != nil:
			t.Fatal(err)
		}
		if result.Rows != len(s.rows) || len(r.rows) != len(s.rows) {
			t.Fatalf("%d rows of %d", len(r.rows), len(s.rows))
		}
		for _, row := range r.rows {
			if row.Valid == containsError(row.Codes) {
				t.Errorf("row %d: valid %t with %q", row.Number, row.Valid, row.Codes)
			}
		}
		r.documented(t, o)
	})
}

func containsError(codes []string) bool {
	for _, c := range codes {
		if c[:len("error")] == "error" {
			return true
		}
	}
	return false
}

// documented checks that all that was said is in the list of codes, and no graver than it says.
func (r *recorder) documented(t *testing.T, o Options) {
	t.Helper()
	grave := map[string]problem.Severity{}
	for _, c := range field.Codes {
		grave[c.Code] = c.Severity
	}
	for _, p := range r.all {
		worst, listed := grave[p.Code]
		if o.Strict {
			worst = problem.Error
		}
		if !listed || p.Severity > worst {
			t.Errorf("%+v is not as documented", p)
		}
	}
}
