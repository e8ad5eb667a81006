package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// echo is a service that repeats in some of its refusals all that it was sent, as a server in debug mode does.
type echo struct {
	next  http.Handler
	calls atomic.Int64
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	said := fmt.Sprintf("%s %s %s", r.URL, r.Header.Get("Authorization"), strings.NewReplacer(`"`, "", `\`, "").Replace(string(body)))
	switch {
	case r.Method == http.MethodPut && e.calls.Add(1)%2 == 0:
		w.WriteHeader(http.StatusBadRequest)
		_, bare, _ := strings.Cut(r.Header.Get("Authorization"), "1000.") // and what it never was sent
		said = zohotest.ClientSecret + " " + zohotest.RefreshToken + " " + bare + " " + said
		fmt.Fprintf(w, `{"status":{"code":400,"description":"Invalid Input"},"data":{"errorCode":"PATTERN_NOT_MATCHED","moreInfo":%q}}`, said)
	case strings.HasPrefix(r.URL.Path, "/oauth/v2/token") && e.calls.Load() < 0:
		fmt.Fprintf(w, `{"error":"general_error","error_description":%q}`, said)
	default:
		e.next.ServeHTTP(w, r)
	}
}

// TestNoSecretInARun sends sheets at the program's loudest to a service that repeats secrets, and searches every byte that was
// written: what was said, the journals, the reports and the copies of the sheets.
func TestNoSecretInARun(t *testing.T) {
	d := newDesk(t, zohotest.Options{})
	service := &echo{next: d.service}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	d.url = server.URL
	reports := filepath.Join(d.home, "reports")
	var all []string
	run := func(code int, args ...string) said {
		t.Helper()
		s := d.run("", append(args, "--reports", reports, "-v")...)
		all = append(all, s.out, s.err)
		return s.must(t, code)
	}
	all = append(all, d.login("-v", "--secrets", "file").must(t, exitDone).err)
	staff := filepath.Join("..", "..", "..", "..", "samples", "staff.xlsx")
	run(exitDone, "plan", staff)
	run(exitDone, "plan", staff, "--json", "--no-bom")
	sent := run(exitRows, "apply", staff, "--yes", "--max-errors", "100%")
	if !strings.Contains(sent.err, "400 PATTERN_NOT_MATCHED") {
		t.Errorf("nothing was repeated:\n%s", sent.err)
	}
	name := regexp.MustCompile(`zohobulk undo (\S+)`).FindStringSubmatch(sent.err)
	if name == nil {
		t.Fatalf("no run is named:\n%s", sent.err)
	}
	run(exitRows, "undo", name[1], "--yes", "--json")
	run(exitDone, "runs", "report", name[1], "--marked")
	run(exitDone, "runs", "show", name[1], "--json", "--row", "2")
	failed := filepath.Join(reports, name[1], "failed.csv")
	run(exitDone, "validate", failed, "--json", "--rows", "--marked", filepath.Join(d.home, "marked.xlsx"))

	d.forgetTokens()
	service.calls.Store(-1 << 40) // now the accounts server repeats what it gets, in the middle of things
	run(exitNotAllowed, "apply", failed, "--yes")
	run(exitNotAllowed, "apply", failed, "--yes", "--json")
	run(exitNotAllowed, "status")

	for name, text := range d.files() {
		if folder := filepath.Base(filepath.Dir(name)); folder != "secrets" && folder != "tokens" {
			all = append(all, name, text)
		}
	}
	looksLikeOne := regexp.MustCompile(`1000\.[0-9a-fA-F]{6,}\.[0-9a-fA-F]{6,}`)
	for i, text := range all {
		for _, secret := range []string{zohotest.ClientSecret[:16], zohotest.RefreshToken[5:16], looksLikeOne.FindString(text)} { // not even the half
			if at := strings.Index(text, secret); secret != "" && at >= 0 {
				t.Errorf("text %d holds a secret after %q", i, text[max(0, at-80):at])
			}
		}
	}
	for _, mask := range []string{"[token]", auth.Secret("x").String()} { // the mail service's, and the accounts server's
		if !strings.Contains(strings.Join(all, ""), mask) {
			t.Errorf("no %s shows: the service repeated none", mask)
		}
	}
}

// TestStderrStaysATerminal sees that what redacts standard error still leads to the file behind it.
func TestStderrStaysATerminal(t *testing.T) {
	var r auth.Redactor
	if got := r.Writer(os.Stderr).(interface{ Fd() uintptr }).Fd(); got != os.Stderr.Fd() {
		t.Errorf("file %d, want that of standard error", got)
	}
}
