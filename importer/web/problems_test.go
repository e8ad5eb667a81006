package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zohobulk/importer/web"
)

// state is how a sheet stands, as scripts are told.
type state struct {
	Version int64
	Cells   int
	Rows    map[string]string
	Counts  struct{ Rows, Ready, Errors, Warnings, Skipped int }
	Said    string
	Undo    int
	Redo    int
	Since   int
	Whole   bool `json:"checking"`
	Kinds   string
	Present string // in a conflict
}

// sheet is a page on which a sheet was checked.
type sheet struct {
	*rig
	path string // of its screens below the session
}

// checked serves a page with a sheet that was checked.
func checked(t testing.TB, path string) *sheet {
	t.Helper()
	s := &sheet{rig: serve(t, web.Options{})}
	screen, err := s.server.OpenSheet(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	s.path = strings.TrimSuffix(screen, "columns")
	if got := s.do(s.request("POST", screen, url.Values{"go": {"1"}})); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("columns: %s\n%s", got.Status, got.body)
	}
	for !strings.Contains(s.get("problems").body, `data-testid="plan"`) {
		time.Sleep(10 * time.Millisecond) // the sheet is read in another goroutine, over real files
	}
	return s
}

func (s *sheet) get(name string) answer { return s.do(s.request("GET", s.path+name, nil)) }

func (s *sheet) post(name string, form url.Values) answer {
	return s.do(s.request("POST", s.path+name, form))
}

// tell sends an edit as scripts do.
func (s *sheet) tell(body string) (status int, now state) {
	s.t.Helper()
	request := s.request("POST", s.path+"edits", nil)
	request.Body, request.ContentLength = http.NoBody, 0
	request, err := http.NewRequest("POST", request.URL.String(), strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.AddCookie(s.cookie)
	request.Header.Set("Content-Type", "application/json")
	got := s.do(request)
	if err := json.Unmarshal([]byte(got.body), &now); err != nil {
		s.t.Fatalf("%s: %v", got.body, err)
	}
	return got.StatusCode, now
}

func (s *sheet) state() (now state) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.get("state").body), &now); err != nil {
		s.t.Fatal(err)
	}
	return now
}

const mistakes = "../../samples/staff-mistakes.csv"

// want is text that a page must hold.
func want(t testing.TB, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("the page lacks %s:\n%.200s", text, body)
		}
	}
}

func TestProblemsShowTheSheet(t *testing.T) {
	s := checked(t, mistakes)
	page := s.get("problems").body
	want(t, page, `data-rows="49" data-ready="31" data-errors="18" data-warnings="3" data-skipped="0"`, `aria-rowcount="19"`)
	for kind, n := range map[string]string{"unknown-country-F": "2", "postcode-short-K": "2", "bad-email-A": "2", "duplicate-user-N": "2", "error-value-H": "1"} {
		want(t, page, `data-testid="kind-`+kind+`" data-n="`+n+`"`)
	}
	want(t, page, `data-testid="cell-K12" dir="auto" class="bad" aria-invalid="true" aria-describedby="why-K12">1097<span id="why-K12" hidden>`, "Did you mean 01097?</span>")
	want(t, s.get("problems?show=all").body, `aria-rowcount="50"`, `data-testid="row-2"`)
	want(t, s.get("problems?kind=error.postcode-short.K").body, `aria-rowcount="3"`, `data-testid="row-12"`, `data-testid="row-49"`, `aria-pressed="true"`)
	want(t, s.get("problems?show=all&find=Berlin").body, `aria-rowcount="2"`, `data-testid="row-10"`)
}

func TestRowsOfTheTable(t *testing.T) {
	s := checked(t, mistakes)
	got := s.get("rows?show=all&from=10&n=5")
	if total := got.Header.Get("X-Total"); total != "49" || strings.Count(got.body, "<tr") != 5 {
		t.Errorf("%s rows in all; these came:\n%s", total, got.body)
	}
	want(t, got.body, `data-testid="row-12" data-row="12" aria-rowindex="12"`)
	again := s.request("GET", s.path+"rows?show=all&from=10&n=5", nil)
	again.Header.Set("If-None-Match", got.Header.Get("ETag"))
	if status := s.do(again).StatusCode; status != http.StatusNotModified {
		t.Errorf("the same rows again: %d", status)
	}
	want(t, s.get("index?show=errors&row=12").body, `{"found":true,"row":12,"column":"","before":3,"shown":true}`)
	want(t, s.get("index?show=errors&row=13").body, `"shown":false`)
	want(t, s.get("index?show=errors&row=12&column=K&to=next").body, `"row":14,"column":"H"`)
	if got := s.get("index?row=999"); got.StatusCode != http.StatusNotFound {
		t.Errorf("row 999: %s", got.Status)
	}
}

func TestEditsOfScripts(t *testing.T) {
	s := checked(t, mistakes)
	status, now := s.tell(`{"edits":[{"cell":"K12","before":"1097","use":true}]}`)
	if status != http.StatusOK || now.Counts.Errors != 17 || now.Undo != 1 || !now.Whole || !strings.Contains(now.Rows["12"], ">01097</td>") {
		t.Fatalf("%d %+v", status, now)
	}
	if want := "K12 is now 01097. 17 rows with errors."; now.Said != want {
		t.Errorf("said %q, want %q", now.Said, want)
	}
	if status, now := s.tell(`{"edits":[{"cell":"F47","before":"United States","text":"USA"}]}`); status != http.StatusConflict || now.Present != "Untied States" {
		t.Errorf("another text before: %d %+v", status, now)
	}
	if _, now = s.tell(`{"undo":true}`); now.Counts.Errors != 18 || now.Redo != 1 {
		t.Errorf("undone: %+v", now)
	}
	if _, now = s.tell(`{"redo":true}`); now.Counts.Errors != 17 || now.Redo != 0 {
		t.Errorf("done again: %+v", now)
	}
	if _, now = s.tell(`{"leave-out":47}`); now.Counts.Errors != 16 || now.Counts.Skipped != 1 {
		t.Errorf("skipped: %+v", now)
	}
	for now = s.state(); now.Whole; now = s.state() {
		time.Sleep(10 * time.Millisecond) // the whole sheet is looked at in real time
	}
	if strings.Contains(now.Kinds, "kind-unknown-country-F\" data-n=\"2") {
		t.Errorf("the skipped row still counts: %s", now.Kinds)
	}
}

// TestSecondOfTwoRowsAboutOnePerson mends one row of a pair, which only the look at the whole sheet can tell of the other.
func TestSecondOfTwoRowsAboutOnePerson(t *testing.T) {
	s := checked(t, mistakes)
	_, now := s.tell(`{"edits":[{"cell":"A50","before":"Lucia.Fernandez@Example.com","text":"lucia.f@example.com"}]}`)
	for now.Whole {
		time.Sleep(10 * time.Millisecond) // the whole sheet is looked at in real time
		now = s.state()
	}
	if now.Counts.Errors != 16 || strings.Contains(now.Kinds, "kind-duplicate-user-A") {
		t.Errorf("%+v", now)
	}
}

func TestManyCellsAtOnce(t *testing.T) {
	s := checked(t, mistakes)
	if status, now := s.tell(`{"use-all":{"kind":"error.postcode-short.K","count":3}}`); status == http.StatusOK {
		t.Errorf("another number than was promised: %+v", now)
	}
	_, now := s.tell(`{"use-all":{"kind":"error.postcode-short.K","count":2}}`)
	if now.Cells != 2 || now.Counts.Errors != 16 || now.Undo != 1 {
		t.Errorf("%+v", now)
	}
	want(t, s.do(part(s.request("GET", s.path+"replace?column=O&find=Sales&with=Field+sales&whole=1", nil))).body, `{"n":49}`)
	if _, now = s.tell(`{"replace":{"column":"O","find":"Sales","with":"Field sales","whole":true,"count":49}}`); now.Cells != 49 {
		t.Errorf("%+v", now)
	}
	if _, now = s.tell(`{"undo":true}`); now.Cells != 49 || now.Undo != 1 {
		t.Errorf("undone: %+v", now)
	}
}

// part asks as scripts do.
func part(request *http.Request) *http.Request {
	request.Header.Set("Accept", "text/x-fragment")
	return request
}

// TestListWithoutScripts corrects a sheet by the forms of the list alone.
func TestListWithoutScripts(t *testing.T) {
	s := checked(t, mistakes)
	page := s.get("problems?view=list").body
	want(t, page, `name="cell.K12" value="1097"`, `name="before.K12" value="1097"`, `name="use" value="K12"`, `name="use-all" value="error.postcode-short.K/2"`)
	back := "show=errors&view=list"
	got := s.post("edits", url.Values{"back": {back}, "row": {"12"}, "use": {"K12"}, "before.K12": {"1097"}})
	if to := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || !strings.HasSuffix(to, "problems?show=errors&view=list#row-12") {
		t.Fatalf("%s to %s\n%s", got.Status, to, got.body)
	}
	want(t, s.get("problems?view=list").body, `data-errors="17"`, "K12 is now 01097. 17 rows with errors.")
	s.post("edits", url.Values{"back": {back}, "row": {"47"}, "cell.F47": {"United States"}, "before.F47": {"Untied States"}, "cell.A47": {"x"}, "before.A47": {"x"}})
	want(t, s.get("problems?view=list").body, `data-errors="16"`)
	got = s.post("edits", url.Values{"back": {back}, "cell.F47": {"Germany"}, "before.F47": {"Untied States"}})
	if got.StatusCode != http.StatusConflict {
		t.Errorf("a cell that was changed meanwhile: %s", got.Status)
	}
	want(t, got.body, "F47 was changed to United States in another tab.", `data-testid="mine"`)
	s.post("edits", url.Values{"back": {back}, "undo": {"1"}})
	want(t, s.get("problems?view=list").body, `data-errors="17"`)
	s.post("edits", url.Values{"back": {back}, "leave-out": {"28"}})
	want(t, s.get("problems?view=list").body, `data-errors="16"`, `data-skipped="1"`)
	want(t, s.get("replace?column=O&find=Sales&with=S&whole=1").body, "Replace 48 cells", `name="count" value="48"`)
	if got := s.get("goto?row=47"); !strings.HasSuffix(got.Header.Get("Location"), "#row-47") {
		t.Errorf("row 47 is at %s", got.Header.Get("Location"))
	}
	want(t, s.get("cells/F48").body, `data-testid="about"`, "No such country.", `data-testid="leave-out"`)
}

func TestDownloadsOfACorrectedSheet(t *testing.T) {
	s := checked(t, mistakes)
	s.tell(`{"edits":[{"cell":"K12","before":"1097","text":"01097"}]}`)
	before, err := os.ReadFile(mistakes)
	if err != nil {
		t.Fatal(err)
	}
	got := s.get("corrected.csv")
	if got.body != strings.Replace(string(before), "Dresden,1097", "Dresden,01097", 1) {
		t.Errorf("the corrected CSV:\n%s", got.body)
	}
	if name := got.Header.Get("Content-Disposition"); name != "attachment; filename=staff-mistakes-corrected.csv" {
		t.Error(name)
	}
	for _, name := range []string{"corrected.xlsx", "marked.xlsx"} {
		if got := s.get(name); got.StatusCode != http.StatusOK || !strings.HasPrefix(got.body, "PK") {
			t.Errorf("%s: %s", name, got.Status)
		}
	}
	if got := s.get("input.csv"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is none of these: %s", got.Status)
	}
	kept, err := filepath.Glob(filepath.Join(s.dir, "*", "input.csv"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	if after, err := os.ReadFile(kept[0]); err != nil || string(after) != string(before) {
		t.Error("the copy of the sheet was changed")
	}
}

// TestCellsAreShownAsTheyAre has names that markup or a formula could be made of.
func TestCellsAreShownAsTheyAre(t *testing.T) {
	odd := []string{"<b>Bold</b>", "=1+1", "أحمد", "נועה", "Zoë 🙂", `"quoted"`, strings.Repeat("long ", 100), "{{.}}", "a'b"}
	lines := []string{"Email,First name"}
	for i, name := range odd {
		lines = append(lines, string(rune('a'+i))+`@example.com,"`+strings.ReplaceAll(name, `"`, `""`)+`"`)
	}
	path := filepath.Join(t.TempDir(), "odd.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := checked(t, path)
	for _, address := range []string{"problems?show=all", "problems?show=all&view=list", "rows?show=all", "cells/B2"} {
		page := s.get(address).body
		if strings.Contains(page, "<b>") {
			t.Errorf("%s has markup of a cell", address)
		}
		want(t, page, "&lt;b&gt;Bold&lt;/b&gt;")
	}
	if !regexp.MustCompile(`data-testid="cell-B8"[^>]* data-cut>`).MatchString(s.get("rows?show=all").body) {
		t.Error("a long text is not cut")
	}
}
