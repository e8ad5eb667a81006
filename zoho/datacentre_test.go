package zoho

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestDataCentres(t *testing.T) {
	names := map[string]bool{}
	for _, dc := range DataCentres {
		names[dc.Name] = true
		for _, raw := range []string{dc.Accounts, dc.Mail} {
			if u, err := CheckBaseURL(raw); err != nil || u.String() != raw {
				t.Errorf("%s: %s: %v", dc.Name, raw, err)
			}
			if found, ok := DataCentreOf(raw + "/oauth"); !ok || found != dc {
				t.Errorf("%s belongs to %+v: want %s", raw, found, dc.Name)
			}
		}
		if found, ok := FindDataCentre(" " + strings.ToUpper(dc.Name)); !ok || found != dc {
			t.Errorf("%s: found %+v", dc.Name, found)
		}
		if suffix := strings.TrimPrefix(dc.Mail, "https://mail."); suffix != strings.TrimPrefix(dc.Accounts, "https://accounts.") {
			t.Errorf("%s: %s and %s belong to two data centres", dc.Name, dc.Mail, dc.Accounts)
		}
		if dc.Unverified != (dc.Name == "uk" || dc.Name == "ae") {
			t.Errorf("%s: unverified %v", dc.Name, dc.Unverified)
		}
	}
	if len(names) != 10 || len(DataCentres) != 10 {
		t.Errorf("%d data centres of %d names: want 10", len(DataCentres), len(names))
	}
	if ca, _ := FindDataCentre("ca"); ca.Mail != "https://mail.zohocloud.ca" {
		t.Errorf("Canada: %s", ca.Mail)
	}
	if dc, ok := FindDataCentre("de"); ok {
		t.Errorf("de: %+v, want none", dc)
	}
	for _, raw := range []string{"https://mail.zoho.ca", "http://mail.zoho.com", "https://mail.zoho.com.example.org", "%"} {
		if dc, ok := DataCentreOf(raw); ok {
			t.Errorf("%s belongs to %s: want none", raw, dc.Name)
		}
	}
}

func TestCheckBaseURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://mail.zoho.com":       "https://mail.zoho.com",
		" https://mail.zoho.com/api/": "https://mail.zoho.com",
		"https://proxy.example.com/z": "https://proxy.example.com/z",
		"http://127.0.0.1:8080":       "http://127.0.0.1:8080",
		"http://localhost:8080/":      "http://localhost:8080",
		"http://[::1]:8080":           "http://[::1]:8080",
	} {
		if u, err := CheckBaseURL(raw); err != nil || u.String() != want {
			t.Errorf("%q: %v, %v: want %s", raw, u, err, want)
		}
	}
	for _, raw := range []string{"", "mail.zoho.com", "http://mail.zoho.com", "http://127.0.0.1.example.com", "ftp://mail.zoho.com",
		"https://", "https://:443", "https://me:hunter2@mail.zoho.com", "https://mail.zoho.com?x=1", "https://mail.zoho.com?",
		"https://mail.zoho.com#x", "https://me:hunter2@mail.zoho.com:port", "file:///etc/passwd"} {
		u, err := CheckBaseURL(raw)
		if err == nil {
			t.Errorf("%q: taken as %v, want an error", raw, u)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: error %q holds the password", raw, err)
		}
	}
}

// The client and what stands beside it know nothing of sheets, runs or commands.
func TestImportsGoOneWay(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasPrefix(name, "zohobulk/importer") || strings.HasPrefix(name, "zohobulk/cmd") {
				t.Errorf("%s imports %s", path, name)
			}
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Errorf("looked at %d files: %v", files, err)
	}
}
