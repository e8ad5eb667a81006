package sheet_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// A workbook that is encrypted by another cipher than AES is not taken for one with another password.
func TestAnotherCipherIsNoWrongPassword(t *testing.T) {
	book := excelize.NewFile()
	if err := book.SetSheetRow("Sheet1", "A1", &[]string{"Email", "City"}); err != nil {
		t.Fatal(err)
	}
	plain, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	data, err := excelize.Encrypt(plain.Bytes(), &excelize.Options{Password: "sesame"})
	if err != nil {
		t.Fatal(err)
	}
	const aes, des = "\x0e\x66\x00\x00", "\x01\x66\x00\x00"
	if bytes.Count(data, []byte(aes)) != 1 {
		t.Fatal("no cipher was found")
	}
	for code, content := range map[string][]byte{"": data, "unsupported-encryption": bytes.Replace(data, []byte(aes), []byte(des), 1)} {
		path := filepath.Join(t.TempDir(), "staff.xlsx")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := sheet.Open(path, sheet.Options{Name: "staff.xlsx", Password: "sesame"})
		got := ""
		var refusal *problem.Refusal
		if errors.As(err, &refusal) {
			got = refusal.Code
		}
		if got != code {
			t.Errorf("got %v, want the code %q", err, code)
		}
		if err == nil {
			s.Close()
		}
	}
}
