package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"zohobulk/importer/web"
)

// upload sends a sheet as a form does.
func (r *rig) upload(name string, sheet io.Reader) answer {
	r.t.Helper()
	body, to := io.Pipe()
	form := multipart.NewWriter(to)
	go func() {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, sheet)
		}
		if err == nil {
			err = form.Close()
		}
		to.CloseWithError(err)
	}()
	request, err := http.NewRequest("POST", r.root+"sheets", body)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.AddCookie(r.cookie)
	return r.do(request)
}

func TestUploadsAtOnce(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := serve(t, web.Options{})
	sheet, err := os.ReadFile("../../samples/staff.csv")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := r.upload("staff.csv", bytes.NewReader(sheet)); got.StatusCode != http.StatusSeeOther {
				t.Errorf("an upload: %s", got.Status)
			}
		})
	}
	all.Wait()
	if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) > 0 {
		t.Errorf("uploads have left %v (%v)", left, err)
	}
}

func TestWhatIsNoSheetIsRefused(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := serve(t, web.Options{})
	for name, body := range map[string]string{"empty.csv": "", "picture.png": "\x89PNG\r\n\x1a\n", "cut.xlsx": "PK\x03\x04cut"} {
		got := r.upload(name, strings.NewReader(body))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, name) || !strings.Contains(got.body, `data-testid="file"`) {
			t.Errorf("%s: %s\n%s", name, got.Status, got.body)
		}
	}
	if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) > 0 {
		t.Errorf("uploads have left %v (%v)", left, err)
	}
	if runs, err := filepath.Glob(filepath.Join(r.dir, "*")); err != nil || len(runs) > 0 {
		t.Errorf("refused sheets have left %v (%v)", runs, err)
	}
}

// TestFilesOfARun asks for files that are none of the reports.
func TestFilesOfARun(t *testing.T) {
	r := serve(t, web.Options{})
	if err := os.WriteFile(filepath.Join(r.dir, "success.csv"), []byte("outside"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(r.dir, "20260102-030405.000-abcd")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(run, "failed.csv")); err != nil {
		t.Skip("no links here")
	}
	for _, path := range []string{
		"runs/20260102-030405.000-abcd/files/run.db", "runs/20260102-030405.000-abcd/files/failed.csv",
		"runs/..%2f/files/success.csv", "runs/%2e%2e/files/success.csv", "runs/20260102-030405.000-abcd/files/..%2f..%2fsuccess.csv",
		"runs/20260102-030405.000-abcd/files/%2fetc%2fhostname", "runs/%2f/files/success.csv", "runs/./files/success.csv",
	} {
		if got := r.do(r.request("GET", path, nil)); got.StatusCode == http.StatusOK || strings.Contains(got.body, "outside") {
			t.Errorf("%s: %s %s", path, got.Status, got.body)
		}
	}
}

// TestStreams opens more streams than there may be: the oldest end.
func TestStreams(t *testing.T) {
	r := serve(t, web.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan int, 20)
	for i := range 20 {
		answer, err := http.DefaultClient.Do(r.request("GET", "events?run=none", nil).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer answer.Body.Close()
			_, _ = io.Copy(io.Discard, answer.Body) // until it is ended
			ended <- i
		}()
	}
	for range 12 {
		select {
		case i := <-ended:
			if i >= 12 {
				t.Errorf("stream %d has ended, and it is one of the newest eight", i)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("more than eight streams are open")
		}
	}
	select {
	case i := <-ended:
		t.Errorf("stream %d has ended, too", i)
	case <-time.After(300 * time.Millisecond): // each looks for its end four times a second
	}
}

// TestUnsureEncoding asks how a sheet reads right, and takes the answer.
func TestUnsureEncoding(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := serve(t, web.Options{})
	sheet, err := os.ReadFile("../../samples/staff-semicolon.csv")
	if err != nil {
		t.Fatal(err)
	}
	got := r.upload("staff-semicolon.csv", bytes.NewReader(sheet))
	id := regexp.MustCompile(`name="sheet" value="([^"]+)"`).FindStringSubmatch(got.body)
	if id == nil || !strings.Contains(got.body, `value="windows-1252"`) || !strings.Contains(got.body, "ß") {
		t.Fatalf("%s\n%s", got.Status, got.body)
	}
	got = r.post("sheets", url.Values{"sheet": {id[1]}, "encoding": {"windows-1252"}})
	if got.StatusCode != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "/columns") {
		t.Errorf("%s\n%s", got.Status, got.body)
	}
	if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) > 0 {
		t.Errorf("the upload has left %v (%v)", left, err)
	}
}
