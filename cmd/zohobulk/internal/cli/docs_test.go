package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// repository is the top of the repository, from this package.
var repository = filepath.Join("..", "..", "..", "..")

// guides are the pages that people read, with their text by path from the top.
func guides(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "samples/*.md", "reports/README.md"} {
		paths, err := filepath.Glob(filepath.Join(repository, filepath.FromSlash(pattern)))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%v: no page like %s", err, pattern)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(repository, path)
			if err != nil {
				t.Fatal(err)
			}
			pages[filepath.ToSlash(name)] = string(text)
		}
	}
	return pages
}

// blocks are the lines of a page's blocks of code. A line that ends in a backslash goes on in the next.
func blocks(text string) (lines []string) {
	fence := false
	before := ""
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		line := s.Text()
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fence = !fence
			continue
		}
		if !fence && !strings.HasPrefix(line, "    ") {
			continue
		}
		line = before + strings.TrimSpace(line)
		if cut, more := strings.CutSuffix(line, `\`); more {
			before = cut
			continue
		}
		lines, before = append(lines, line), ""
	}
	return lines
}

// shown is a command that a page shows.
type shown struct {
	args []string
	code int  // the exit code that it ends with
	any  bool // the line goes on whatever the exit code is
}

var (
	programPlace = regexp.MustCompile(`(?:^|[\s/"])zohobulk\s+(.+)$`)
	argsPlace    = regexp.MustCompile(`^args: (\[.*\])$`)
	codePlace    = regexp.MustCompile(`# exit code (\d)`)
)

// commandIn is the command in a line of code, if there is one. names are the program's commands: "zohobulk" before anything else is not the
// program.
func commandIn(line string, names []string) (c shown, ok bool) {
	if found := argsPlace.FindStringSubmatch(line); found != nil {
		return c, json.Unmarshal([]byte(found[1]), &c.args) == nil
	}
	found := programPlace.FindStringSubmatch(line)
	if found == nil {
		return c, false
	}
	var rest string
	c.args, rest = words(found[1])
	c.any = strings.HasPrefix(rest, "||")
	if code := codePlace.FindStringSubmatch(line); code != nil {
		c.code, _ = strconv.Atoi(code[1])
	}
	return c, len(c.args) > 0 && (slices.Contains(names, c.args[0]) || strings.HasPrefix(c.args[0], "--"))
}

// words splits a command as a shell does, up to what ends it: a pipe, a redirection, the next command or a remark.
func words(text string) (list []string, rest string) {
	var word strings.Builder
	begun := false
	quote := rune(0)
	end := func() {
		if begun {
			list = append(list, word.String())
		}
		word.Reset()
		begun = false
	}
	escaped := false
	for i, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, begun = r, true
		case r == ' ':
			end()
		case strings.ContainsRune("|&;>", r) || r == '#' && !begun:
			end()
			return list, text[i:]
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	end()
	return list, ""
}

// reader is somebody who types what a page shows, in a folder with a sheet and the samples, and with a connection that leads to a stand-in.
type reader struct {
	*desk
	folder string
}

// One who reads how to connect has no login yet; the others have that of a job.
func newReader(t *testing.T, page string) reader {
	t.Helper()
	d := newDesk(t, zohotest.Options{})
	d.env = map[string]string{"ZOHOBULK_ACCOUNTS_URL": d.url, "ZOHOBULK_MAIL_URL": d.url, "ZOHOBULK_RATE": "unlimited"}
	if page != "docs/connect.md" {
		maps.Copy(d.env, map[string]string{
			auth.EnvClientID: zohotest.ClientID, auth.EnvClientSecret: zohotest.ClientSecret, auth.EnvRefreshToken: zohotest.RefreshToken,
		})
	}
	r := reader{d, t.TempDir()}
	if err := os.CopyFS(filepath.Join(r.folder, "samples"), os.DirFS(filepath.Join(repository, "samples"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"staff.csv", "staff.xlsx"} {
		text, err := os.ReadFile(filepath.Join(repository, "samples", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(r.folder, "metrics"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.fakePrograms("mail", "curl")
	t.Chdir(r.folder)
	return r
}

// fakePrograms puts programs before the system's that only keep what they read, so that nothing leaves the machine.
func (r reader) fakePrograms(names ...string) {
	r.t.Helper()
	bin := r.t.TempDir()
	for _, name := range names {
		script := "#!/bin/sh\ncat >'" + filepath.Join(r.folder, name+".got") + "'\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700); err != nil {
			r.t.Fatal(err)
		}
	}
	r.t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// asking are the commands that ask before they do something.
var asking = []string{"apply", "resume", "undo", "probe", "prune"}

// types runs a command as it is shown. Every question is answered with yes, and no limit on calls keeps the test waiting.
func (r reader) types(c shown) said {
	r.t.Helper()
	args := slices.Clone(c.args)
	for i, arg := range args {
		if strings.HasPrefix(arg, "reports/RUN") {
			args[i] = strings.Replace(arg, "reports/RUN", r.newest(), 1)
		}
		if i > 0 && args[i-1] == "--rate" {
			args[i] = "unlimited"
		}
	}
	plain := func(flag string) bool { return slices.Contains(args, flag) }
	in := ""
	ctx := r.t.Context()
	switch {
	case args[0] == "login":
		code, err := r.service.GrantCode()
		if err != nil {
			r.t.Fatal(err)
		}
		in = strings.Join([]string{zohotest.ClientID, zohotest.ClientSecret, code}, "\n")
	case args[0] == "sandbox" && !plain("reset"), args[0] == "ui": // they serve until they are stopped
		ended, end := context.WithCancel(ctx)
		end()
		ctx = ended
		args = append(args, "--addr", "127.0.0.1:0")
		if args[0] == "ui" {
			args = append(args, "--no-browser")
		}
	case slices.ContainsFunc(asking, plain) && !plain("--yes") && !plain("--dry-run") && !plain("-n"):
		args = append(args, "--yes")
	}
	if plain("--print-env") {
		args = append(args, "--yes")
	}
	env := r.env
	defer func() { r.env = env }()
	if plain("--sandbox") { // which takes no addresses
		r.env = map[string]string{}
	}
	return r.runUntil(ctx, in, args...)
}

// newest is the folder of the newest run. If there is none, it makes one.
func (r reader) newest() string {
	r.t.Helper()
	for range 2 {
		if runs, _ := filepath.Glob("reports/2*"); len(runs) > 0 {
			return runs[len(runs)-1]
		}
		r.run("", "apply", "staff.csv", "--yes").must(r.t, exitDone)
	}
	r.t.Fatal("no run was made")
	return ""
}

// commandNames are the program's commands.
func commandNames() (names []string) {
	for _, cmd := range newRoot(&app{}).Commands() {
		names = append(names, cmd.Name())
	}
	return names
}

// TestShownCommands runs every command that a block of code of a page shows, in the page's order.
func TestShownCommands(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pages show commands for the shell of other systems")
	}
	names, all := commandNames(), 0
	for page, text := range guides(t) {
		if page == "docs/reference.md" { // its examples are the help's, about runs and connections that nobody has
			continue
		}
		t.Run(page, func(t *testing.T) {
			r := newReader(t, page)
			for _, line := range blocks(text) {
				c, ok := commandIn(line, names)
				if !ok {
					continue
				}
				all++
				s := r.types(c)
				if s.code != c.code && (!c.any || s.code == exitUsage) {
					t.Errorf("%s: exit code %d, want %d\n%s\n%s", line, s.code, c.code, s.out, s.err)
				}
			}
			if page == "docs/schedule.md" {
				r.checkNotifications()
			}
		})
	}
	if all < 40 {
		t.Errorf("only %d commands were found", all)
	}
}

// checkNotifications sees that what the page sends to a mail and to Slack is what it says.
func (r reader) checkNotifications() {
	r.t.Helper()
	if text, err := os.ReadFile("mail.got"); err != nil || !json.Valid(text) {
		r.t.Errorf("%v: the mail is %q", err, text)
	}
	if _, err := exec.LookPath("jq"); err != nil {
		r.t.Skip("no jq on this machine")
	}
	var message struct{ Text string }
	if text, err := os.ReadFile("curl.got"); err != nil || json.Unmarshal(text, &message) != nil || !strings.Contains(message.Text, "0 to correct, finished") {
		r.t.Errorf("%v: Slack would get %q", err, text)
	}
}

var (
	inlineCode = regexp.MustCompile("`([^`\n]+)`")
	flagName   = regexp.MustCompile(`^--([a-z][a-z-]+)`)
	kebabCode  = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)
	link       = regexp.MustCompile(`\]\(([^)#:\s]+)(#[^)\s]*)?\)`)
)

// TestNamedCommandsAndFlags sees that commands and flags in the text of the pages are the program's.
func TestNamedCommandsAndFlags(t *testing.T) {
	root := newRoot(&app{})
	names := commandNames()
	everyFlag := map[string]bool{"version": true, "help": true}
	eachCommand(root, func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) { everyFlag[f.Name] = true })
		cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) { everyFlag[f.Name] = true })
	})
	for page, text := range guides(t) {
		for _, found := range inlineCode.FindAllStringSubmatch(text, -1) {
			if f := flagName.FindStringSubmatch(found[1]); f != nil && !strings.HasPrefix(f[1], "allow-…") && !everyFlag[f[1]] && f[1] != "allow-" {
				t.Errorf("%s: there is no flag --%s", page, f[1])
			}
			checkCommand(t, root, page, found[1], names)
		}
	}
	eachCommand(root, func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			checkCommand(t, root, "help of "+cmd.Name(), strings.TrimSpace(line), names)
		}
	})
}

// checkCommand sees that a command which is shown exists, with its flags.
func checkCommand(t *testing.T, root *cobra.Command, where, line string, names []string) {
	t.Helper()
	c, ok := commandIn(line, names)
	if !ok || strings.HasPrefix(c.args[0], "--") {
		return
	}
	cmd, rest, err := root.Find(c.args)
	if err != nil {
		t.Errorf("%s: %s: %v", where, line, err)
		return
	}
	for _, arg := range rest {
		if f := flagName.FindStringSubmatch(arg); f != nil && cmd.Flags().Lookup(f[1]) == nil && cmd.InheritedFlags().Lookup(f[1]) == nil {
			t.Errorf("%s: %s: the command has no flag --%s", where, line, f[1])
		}
	}
}

// eachCommand visits a command and all below it.
func eachCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, below := range cmd.Commands() {
		eachCommand(below, visit)
	}
}

// TestLinksOfPages sees that what the pages link to is there.
func TestLinksOfPages(t *testing.T) {
	pages := guides(t)
	for page, text := range pages {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target := filepath.ToSlash(filepath.Join(filepath.Dir(page), found[1]))
			if _, err := os.Stat(filepath.Join(repository, filepath.FromSlash(target))); err != nil {
				t.Errorf("%s: there is no %s", page, found[1])
			}
			if found[2] != "" && !slices.Contains(anchors(pages[target]), found[2]) {
				t.Errorf("%s: %s has no heading %s", page, found[1], found[2])
			}
		}
	}
}

// anchors are the headings of a page as links name them.
func anchors(text string) (list []string) {
	for _, found := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} -]`).ReplaceAllString(strings.ToLower(found[1]), "")
		list = append(list, "#"+strings.ReplaceAll(name, " ", "-"))
	}
	return list
}

// TestNamedCodes sees that the codes in the tables of the pages are codes of the program.
func TestNamedCodes(t *testing.T) {
	var source strings.Builder
	for _, dir := range []string{"cmd", "importer", "zoho"} {
		err := filepath.WalkDir(filepath.Join(repository, dir), func(path string, e os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			source.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pages, all := guides(t), 0
	for _, page := range []string{"docs/troubleshooting.md", "docs/connect.md", "docs/sheets.md"} {
		for row := range strings.Lines(pages[page]) {
			if !strings.HasPrefix(row, "| `") && page != "docs/sheets.md" {
				continue
			}
			for _, found := range inlineCode.FindAllStringSubmatch(strings.TrimLeft(row, "| "), -1) {
				if kebabCode.MatchString(found[1]) {
					all++
					if !strings.Contains(source.String(), `"`+found[1]+`"`) {
						t.Errorf("%s: the program has no code %s", page, found[1])
					}
				}
			}
		}
	}
	if all < 60 {
		t.Errorf("only %d codes were found", all)
	}
}
