package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"zohobulk/zoho/auth"
)

// want ends a script whose command was written wrongly.
func want(ts *testscript.TestScript, ok bool, usage string) {
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

// cmdCode runs the program and checks its exit code: code 3 validate staff.csv.
func cmdCode(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) > 0, "code N ARGUMENTS…")
	wanted, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("zohobulk", args[1:]...)
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if code != wanted {
		ts.Fatalf("exit code %d, want %d", code, wanted)
	}
	if said := ts.ReadFile("stderr"); strings.Contains(said, "goroutine ") || strings.Contains(said, "panic") {
		ts.Fatalf("the program panicked")
	}
}

// document reads one JSON document, and sees that there is nothing else in the file.
func document(ts *testscript.TestScript, file string) *json.Decoder {
	text := ts.ReadFile(file)
	if !json.Valid([]byte(text)) {
		ts.Fatalf("%s is not one JSON document: %q", file, text)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d
}

// at walks to a place in a document: counts.rows, changes.0.fields.1, problems.count (how many).
func at(ts *testscript.TestScript, value any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			inner, ok := v[step]
			if !ok {
				ts.Fatalf("there is no key %s on the way to %s", step, path)
			}
			value = inner
		case []any:
			if step == "count" {
				value = json.Number(strconv.Itoa(len(v)))
				continue
			}
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				ts.Fatalf("there is no element %s of %d on the way to %s", step, len(v), path)
			}
			value = v[i]
		default:
			ts.Fatalf("there is nothing below %v on the way to %s", value, path)
		}
	}
	return value
}

// cmdJSON compares values of a document, each as it is written in JSON: json stdout counts.rows 48 file '"staff.csv"'.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) > 2 && len(args)%2 == 1, "json FILE PATH VALUE…")
	var whole any
	ts.Check(document(ts, args[0]).Decode(&whole))
	for i := 1; i < len(args); i += 2 {
		got, err := json.Marshal(at(ts, whole, args[i]))
		ts.Check(err)
		wanted := args[i+1]
		if !json.Valid([]byte(wanted)) { // a word needs no quotes
			quoted, _ := json.Marshal(wanted)
			wanted = string(quoted)
		}
		if string(got) != wanted {
			ts.Fatalf("%s %s is %s, want %s", args[0], args[i], got, wanted)
		}
	}
}

// cmdKeys sees that an object has these keys in this order, others between them allowed: keys stdout . schema run, or
// keys stdout problems.0 severity row.
func cmdKeys(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) > 2, "keys FILE PATH KEY…")
	keys, err := keysAt(document(ts, args[0]), strings.Split(strings.Trim(args[1], "."), "."))
	if err != nil {
		ts.Fatalf("%s %s: %v", args[0], args[1], err)
	}
	promised := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !slices.Contains(args[2:], key) })
	if diff := cmp.Diff(args[2:], promised); diff != "" {
		ts.Fatalf("keys of %s %s, wanted (-) and found (+):\n%s", args[0], args[1], diff)
	}
}

// keysAt walks to a place in a document that is read, and gives the keys of the object there as they follow each other.
func keysAt(d *json.Decoder, path []string) (keys []string, err error) {
	opening, err := d.Token()
	if err != nil {
		return nil, err
	}
	inside := len(path) == 0 || path[0] == ""
	if opening != json.Delim('{') && (inside || opening != json.Delim('[')) {
		return nil, errors.New("not an object")
	}
	for i := 0; d.More(); i++ {
		name := strconv.Itoa(i)
		if opening == json.Delim('{') {
			token, err := d.Token()
			if err != nil {
				return nil, err
			}
			name = token.(string)
		}
		if !inside && name == path[0] {
			return keysAt(d, path[1:])
		}
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return nil, err
		}
		keys = append(keys, name)
	}
	if !inside {
		return nil, errors.New("nothing of that name")
	}
	return keys, nil
}

// cmdLast checks the last line of a stream against a pattern: last stderr '^next: '.
func cmdLast(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) == 2, "last FILE PATTERN")
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
	if last := lines[len(lines)-1]; !regexp.MustCompile(args[1]).MatchString(last) {
		ts.Fatalf("the last line of %s is %q", args[0], last)
	}
}

// cmdNewest puts the newest run below reports into a variable, and its folder into another: newest RUN DIR.
func cmdNewest(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) == 2, "newest NAME FOLDER")
	runs, err := filepath.Glob(ts.MkAbs("reports/2*"))
	ts.Check(err)
	if len(runs) == 0 {
		ts.Fatalf("there is no run")
	}
	newest := runs[len(runs)-1] // names sort by time
	ts.Setenv(args[0], filepath.Base(newest))
	ts.Setenv(args[1], filepath.ToSlash(filepath.Join("reports", filepath.Base(newest))))
}

// cmdSandbox serves a sandbox on this machine until the script ends, and points the program at it: sandbox --fault 500=1.
func cmdSandbox(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg, "sandbox FLAGS…")
	path, err := exec.LookPath("zohobulk")
	ts.Check(err)
	cmd := exec.Command(path, append([]string{"sandbox", "--addr", "127.0.0.1:0", "--state", "-", "--json"}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	stop := sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	ts.Defer(stop)
	var at struct {
		MailURL      string `json:"mail_url"`
		AccountsURL  string `json:"accounts_url"`
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		RefreshToken string `json:"refresh_token"`
	}
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&at); err != nil {
		stop()
		ts.Fatalf("the sandbox did not start: %v: %s", err, said.String())
	}
	for name, value := range map[string]string{
		"ZOHOBULK_MAIL_URL": at.MailURL, "ZOHOBULK_ACCOUNTS_URL": at.AccountsURL, "ZOHOBULK_RATE": "unlimited",
		auth.EnvClientID: at.ClientID, auth.EnvClientSecret: at.ClientSecret, auth.EnvRefreshToken: at.RefreshToken,
	} {
		ts.Setenv(name, value)
	}
}

// changing matches what differs from one time to the next: times, and names of runs.
var changing = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{8}-\d{6}\.\d{3}-[0-9a-f]{4}|127\.0\.0\.1:\d+`)

// tidied is a file's text, in which what changes, and what can't be seen, has a name.
func tidied(text string) string {
	text = changing.ReplaceAllStringFunc(text, func(found string) string {
		switch {
		case strings.Contains(found, "T"):
			return "TIME"
		case strings.Contains(found, ":"):
			return "PLACE"
		}
		return "RUN"
	})
	return strings.NewReplacer("\ufeff", "<BOM>", "\r", "<CR>", "\t", "<TAB>").Replace(text)
}

// cmdReplace corrects a file by hand: replace failed.csv '"0"' '"+1 212"'. What it replaces must be there.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) == 3, "replace FILE OLD NEW")
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

// cmdSame compares a file, tidied, with a text of the script: same reports/RUN/success.csv want.csv.
func cmdSame(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && len(args) == 2, "same FILE WANTED")
	if diff := cmp.Diff(strings.Split(ts.ReadFile(args[1]), "\n"), strings.Split(tidied(ts.ReadFile(args[0])), "\n")); diff != "" {
		ts.Fatalf("%s, wanted (-) and found (+):\n%s", args[0], diff)
	}
}

// cmdXLSX makes a workbook of a CSV, each cell as text, with a password if one is given: xlsx staff.csv staff.xlsx secret.
func cmdXLSX(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, !neg && (len(args) == 2 || len(args) == 3), "xlsx CSV XLSX [PASSWORD]")
	book := excelize.NewFile()
	defer book.Close()
	records := csv.NewReader(strings.NewReader(ts.ReadFile(args[0])))
	for row := 1; ; row++ {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		for column, text := range cells {
			cell, err := excelize.CoordinatesToCellName(column+1, row)
			ts.Check(err)
			ts.Check(book.SetCellStr("Sheet1", cell, text))
		}
	}
	var options excelize.Options
	if len(args) == 3 {
		options.Password = args[2]
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[1]), options))
}
