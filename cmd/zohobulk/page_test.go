package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// chromium starts a headless browser for a test and its subtests. It reaches this machine and nothing else.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: the page is not tested in a browser")
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(),
		append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.ExecPath(path),
			chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
			chromedp.Flag("host-resolver-rules", "MAP evil.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	run(t, ctx, chromedp.Navigate("about:blank"))
	return ctx
}

func run[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// page is the local page of a process, in a tab of a browser.
type page struct {
	*testing.T
	ctx     context.Context
	home    string
	reports string
	flags   []string
	process *exec.Cmd
	address string // the last one that was printed
}

// newPage starts the program with a home of its own and opens its page.
func newPage(t *testing.T, browser context.Context, flags ...string) *page {
	t.Helper()
	p := &page{T: t, home: t.TempDir(), flags: flags}
	p.reports = filepath.Join(p.home, "reports")
	p.start()
	p.open(browser)
	return p
}

// start starts the program and takes down the address that it prints.
func (p *page) start() {
	p.Helper()
	program, err := built()
	if err != nil {
		p.Fatal(err)
	}
	p.process = p.command(program, append([]string{"ui", "--no-browser", "--sandbox", "--reports", p.reports}, p.flags...)...)
	out, err := p.process.StdoutPipe()
	if err != nil {
		p.Fatal(err)
	}
	p.process.Stderr = os.Stderr
	if err := p.process.Start(); err != nil {
		p.Fatal(err)
	}
	process := p.process
	p.Cleanup(func() {
		_ = process.Process.Signal(syscall.SIGTERM) // it may be gone already
		_ = process.Wait()
	})
	if p.address, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		p.Fatalf("it printed no address: %v", err)
	}
	p.address = strings.TrimSpace(p.address)
}

// command is a process of the program's home.
func (p *page) command(program string, args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "HOME="+p.home, "XDG_CONFIG_HOME="+filepath.Join(p.home, "config"), "XDG_CACHE_HOME="+filepath.Join(p.home, "cache"),
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(p.home, "none"))
	return c
}

// open opens the address in a tab.
func (p *page) open(browser context.Context) {
	p.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	p.Cleanup(cancel)
	p.ctx, cancel = context.WithTimeout(ctx, 4*time.Minute)
	p.Cleanup(cancel)
	run(p.T, p.ctx, chromedp.EmulateViewport(1200, 900))
	run(p.T, p.ctx, chromedp.Navigate(p.address))
}

// script runs a script on the page.
func script[T any](p *page, text string) T {
	p.Helper()
	return run(p.T, p.ctx, chromedp.Evaluate[T](text, chromedp.EvalAwaitPromise))
}

// patience is how long a screen may take to come. The machine may be busy with other tests.
const patience = 20 * time.Second

// until waits until a script on the page gives true. The page may go to another screen meanwhile.
func (p *page) until(what, text string) {
	p.Helper()
	p.untilWithin(patience, what, text)
}

func (p *page) untilWithin(most time.Duration, what, text string) {
	p.Helper()
	for end := time.Now().Add(most); ; {
		is, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("!!("+text+")"))
		switch {
		case err == nil && is:
			return
		case time.Now().After(end):
			shown, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
			p.Fatalf("%s did not come (%v); the screen is %s", what, err, shown)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func byID(id string) string { return `document.querySelector('[data-testid="` + id + `"]')` }

// see waits for an element.
func (p *page) see(id string) {
	p.Helper()
	p.until(id, byID(id))
}

// title waits for a heading that begins so.
func (p *page) title(begins string) {
	p.Helper()
	p.until("the heading "+begins, byID("title")+`?.textContent.startsWith(`+strconv.Quote(begins)+`)`)
}

// rests reports whether a screen has come to rest with an element on it that can be used: all is loaded, and the element stands where it
// stood two frames before.
const rests = `(async (e) => {
	if (!e || e.disabled || document.readyState !== "complete") return false;
	const place = () => { const r = e.getBoundingClientRect(); return r.x + " " + r.y; };
	const before = place();
	for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
	return e.isConnected && place() === before;
})`

// click clicks on an element as a mouse does, once the screen has come to rest. The screen may be loaded again between the look and the
// click: then nothing was clicked, and it is tried again.
func (p *page) click(id string) {
	p.Helper()
	click := chromedp.Click(chromedp.CSS(`[data-testid="` + id + `"]`))
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		still, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](rests+`(`+byID(id)+`)`, chromedp.EvalAwaitPromise))
		if err == nil && still {
			if _, err = chromedp.Run(p.ctx, click); err == nil {
				return
			}
			if !strings.Contains(err.Error(), "Could not find node") {
				p.Fatalf("%s: %v", id, err)
			}
		}
		if time.Now().After(end) {
			p.Fatalf("%s can't be clicked (%v)", id, err)
		}
	}
}

// data gives the numbers that an element carries, nil while the screen has no such element.
func (p *page) data(id string) map[string]string {
	data, err := chromedp.Run(p.ctx, chromedp.Evaluate[map[string]string](`({...`+byID(id)+`?.dataset})`))
	if err != nil { // the page went to another screen meanwhile
		return nil
	}
	return data
}

// has waits until an element carries the numbers that are wanted.
func (p *page) has(id string, want map[string]string) {
	p.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		got := p.data(id)
		wrong := ""
		for name, value := range want {
			if got[name] != value {
				wrong += fmt.Sprintf("%s is %q, want %q; ", name, got[name], value)
			}
		}
		if wrong == "" {
			return
		}
		if time.Now().After(end) {
			p.Errorf("%s: %s(%v)", id, wrong, got)
			return
		}
	}
}

// upload chooses a sheet on the start.
func (p *page) upload(path string) {
	p.Helper()
	p.title("Update people")
	run(p.T, p.ctx, chromedp.SetUploadFiles(chromedp.CSS(`[data-testid="file"]`), []string{path}))
}

// axe is the source of axe-core, "" where it is not installed.
var axe = sync.OnceValue(func() string {
	source, err := os.ReadFile(filepath.Join(os.Getenv("ZOHOBULK_TEST_NPM"), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return ""
	}
	return string(source)
})

// findings asks axe-core what is wrong with the screen for people who can't see it well, or use no mouse.
const findings = `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations
	.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | ")).join("\n"))`

// look holds the screen in light, dark and narrow windows to what it must be for everybody, and keeps a picture of each in the folder
// that ZOHOBULK_TEST_PICTURES names.
func (p *page) look(name string) {
	p.Helper()
	folder := os.Getenv("ZOHOBULK_TEST_PICTURES")
	for _, look := range []struct {
		name, scheme  string
		width, height int64
	}{{"light", "light", 1200, 800}, {"dark", "dark", 1200, 800}, {"narrow", "light", 320, 700}} {
		run(p.T, p.ctx, chromedp.EmulateViewport(look.width, look.height))
		p.scheme(look.scheme)
		if wide := script[int](p, `document.documentElement.scrollWidth`); wide > int(look.width) {
			p.Errorf("%s is %d wide in a window of %d", name, wide, look.width)
		}
		if axe() != "" {
			script[bool](p, axe()+"; true")
			if found := script[string](p, findings); found != "" {
				p.Errorf("%s, %s: %s", name, look.name, found)
			}
		}
		if folder == "" {
			continue
		}
		png := run(p.T, p.ctx, chromedp.FullScreenshot(100))
		if err := os.WriteFile(filepath.Join(folder, name+"-"+look.name+".png"), png, 0o600); err != nil {
			p.Fatal(err)
		}
	}
	run(p.T, p.ctx, chromedp.EmulateViewport(1200, 900))
	p.scheme("light")
}

func (p *page) scheme(scheme string) {
	p.Helper()
	run(p.T, p.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}

func samplePath(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "samples", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPage drives the page in a real browser.
func TestPage(t *testing.T) {
	browser := chromium(t)
	t.Run("axe-core", func(t *testing.T) {
		if axe() == "" {
			t.Skip("no axe-core in the folder that ZOHOBULK_TEST_NPM names: accessibility is not tested")
		}
	})
	t.Run("main path", func(t *testing.T) { mainPath(t, browser) })
	t.Run("mistakes", func(t *testing.T) { mistakes(t, browser) })
	t.Run("columns", func(t *testing.T) { columns(t, browser) })
	t.Run("send, stop, go on", func(t *testing.T) { sendStopGoOn(t, browser) })
	t.Run("beside a command", func(t *testing.T) { besideACommand(t, browser) })
	t.Run("gone and back", func(t *testing.T) { gone(t, browser) })
	t.Run("attacks", func(t *testing.T) { pageAttacks(t, browser) })
	t.Run("hostile texts", func(t *testing.T) { hostileTexts(t, browser) })
}

// mainPath goes from a sheet to its reports and back by an undo.
func mainPath(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	p.look("start")
	p.upload(samplePath(t, "staff.csv"))
	p.title("Match columns")
	p.look("columns")
	p.click("check")
	p.title("Problems")
	p.until("the good news", byID("status")+`?.textContent.startsWith("No problems")`)
	p.look("problems-none")
	p.click("plan")
	p.see("plan-counts")
	p.has("plan-counts", map[string]string{"change": "17", "unchanged": "31", "held": "0", "calls": "17"})
	p.look("preview")
	p.until("the button", byID("send")+`.textContent.startsWith("Change 17 people in the rehearsal")`)
	p.click("send")
	p.until("the question", byID("confirm")+`.open`)
	p.until("the focus on no", `document.activeElement === `+byID("confirm-no"))
	p.look("confirm")
	p.click("confirm-yes")
	p.title("Done: 17 people changed")
	p.has("outcome", map[string]string{"updated": "17", "unchanged": "31", "state": "finished"})
	p.look("result")
	address := script[string](p, byID("success")+`.href`)
	text := script[string](p, `fetch(`+strconv.Quote(address)+`).then((a) => a.text())`)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 1+48 {
		t.Errorf("success.csv has %d lines (%v)", len(rows), err)
	}

	p.click("nav-start")
	p.upload(samplePath(t, "staff.csv"))
	p.click("check")
	p.click("plan")
	p.see("plan-counts")
	p.has("plan-counts", map[string]string{"change": "0", "unchanged": "48"})
	p.look("preview-nothing")

	p.click("nav-history")
	p.title("History")
	p.look("history")
	run := strings.Split(address, "/")[6]
	p.click("open-" + run)
	p.click("take-back")
	p.look("undo")
	p.click("take-back-yes")
	p.title("Done: 17 people changed")
	p.has("outcome", map[string]string{"updated": "17", "state": "finished"})
}

// mistakes looks at a sheet with errors.
func mistakes(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	p.upload(samplePath(t, "staff-mistakes.csv"))
	p.click("check")
	p.title("Problems")
	p.see("plan")
	p.has("counts", map[string]string{"rows": "49", "ready": "31", "errors": "18"})
	p.has("kind-unknown-country-F", map[string]string{"n": "2"})
	p.has("kind-bad-email-A", map[string]string{"n": "2"})
	p.look("problems")
	p.click("plan")
	p.until("the reason", byID("alert")+`?.textContent.includes("18 rows have errors")`)
	p.click("kind-unknown-country-F")
	p.until("two rows and the header", byID("grid")+`.getAttribute("aria-rowcount") === "3"`)
	p.look("problems-kind")
	p.click("skip-invalid")
	p.click("plan")
	p.see("plan-counts")
	p.has("plan-counts", map[string]string{"held": "19"})
}

// columns settles a header that is nearly one.
func columns(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	sheet := filepath.Join(t.TempDir(), "staff.csv")
	writeFile(t, sheet, "Emial,City,City\nrebecca@zylker.com,Cork,Bonn\n")
	p.upload(sheet)
	p.title("Match columns")
	p.until("a blocked button", byID("check")+`.disabled && document.getElementById("blocked").textContent.includes("A, C")`)
	p.look("columns-unclear")
	choose := func(letter, field string) {
		script[bool](p, fmt.Sprintf(`(() => { const s = %s; s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, byID("map-"+letter), field))
	}
	choose("A", "email")
	choose("C", "")
	p.click("check")
	p.title("Problems")
	p.see("plan")
	run(t, p.ctx, chromedp.Navigate(script[string](p, `document.querySelector(".steps a[href$=columns]").href`)))
	p.title("Match columns")
	p.until("the choice as it was", byID("map-A")+`.value === "email" && `+byID("map-C")+`.value === ""`)
	p.click("nav-start")
	p.upload(sheet)
	p.title("Match columns")
	p.until("the choice of before", byID("map-A")+`.value === "email" && `+byID("map-C")+`.value === ""`)
}

// sendStopGoOn sends slowly, looks on from a second tab, stops and goes on.
func sendStopGoOn(t *testing.T, browser context.Context) {
	p := newPage(t, browser, "--rate", "40/m") // slow enough that the run outlives the pictures on a busy machine
	p.upload(samplePath(t, "staff.csv"))
	p.click("check")
	p.click("plan")
	p.click("send")
	p.click("confirm-yes")
	p.title("Sending: ")
	p.until("progress", byID("progress")+`?.value > 1`)
	p.until("an entry in the log", byID("log")+`?.children.length > 0`)
	p.look("send")
	script[bool](p, `(location.reload(), true)`)
	p.until("progress after a reload", byID("progress")+`?.value > 1`)
	p.click("stop")
	p.title("Stopped: ")
	p.has("outcome", map[string]string{"state": "stopped"})
	p.look("stopped")
	p.click("go-on")
	p.untilWithin(2*time.Minute, "the end", byID("title")+`?.textContent.startsWith("Done")`)
	p.has("outcome", map[string]string{"updated": "17", "failed": "0", "state": "finished"})
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// gone kills the program, and finds everything again when it is back.
func gone(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	p.upload(samplePath(t, "staff-mistakes.csv"))
	p.click("check")
	p.title("Problems")
	p.see("plan")
	before := script[string](p, `location.pathname`)
	if err := p.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.process.Wait() // it was killed
	p.untilWithin(40*time.Second, "the word that it has ended", byID("gone")+`?.textContent.startsWith("zohobulk has ended")`)
	p.until("controls that do nothing", byID("plan")+`.disabled`)
	p.start()
	p.untilWithin(40*time.Second, "the screen in its old tab", `location.pathname === `+strconv.Quote(before)+` && `+byID("plan")+` && !`+byID("plan")+`.disabled`)
	p.open(browser)
	p.title("Update people")
	p.until("the sheet under Continue", byID("continue")+`?.textContent.includes("staff-mistakes.csv")`)
}

// besideACommand waits for a command that sends to the same organisation, and looks on meanwhile.
func besideACommand(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	p.upload(samplePath(t, "staff.csv"))
	p.click("check")
	p.click("plan")
	p.see("plan-counts")
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	command := p.command(program, "apply", samplePath(t, "staff-ids.csv"), "--sandbox", "--rate", "60/m", "--yes", "--reports", p.reports)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	preview := script[string](p, `location.href`)
	history := script[string](p, byID("nav-history")+`.href`)
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		run(t, p.ctx, chromedp.Navigate(history))
		if script[bool](p, `[...document.querySelectorAll("[data-testid=runs] a")].some((a) => a.textContent.startsWith("Watch"))`) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the command's run is not shown as one to watch")
		}
	}
	run(t, p.ctx, chromedp.Navigate(script[string](p, `[...document.querySelectorAll("[data-testid=runs] a")].find((a) => a.textContent.startsWith("Watch")).href`)))
	p.title("Sending: ")
	p.until("the command's progress", byID("progress")+`?.value > 0`)

	run(t, p.ctx, chromedp.Navigate(preview))
	p.click("send")
	p.click("confirm-yes")
	p.until("who is in the way", byID("alert")+`?.textContent.includes("process `+strconv.Itoa(command.Process.Pid)+`")`)
	p.see("try-again")
	p.look("lock")
	if err := command.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // it was stopped
	p.title("Done: ")  // it was tried again by itself
}
