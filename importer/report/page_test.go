package report

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"zohobulk/importer/journal"
)

func TestPageNeedsNothingFromOutside(t *testing.T) {
	page := written(t, t.TempDir(), mixed(), Options{})[PageFile]
	for _, pattern := range []string{`(?i)<(link|img|iframe|object|embed|base|form[^>]*action)\b`, `(?i)\bsrc\s*=`, `(?i)url\(`, `@import`, `(?i)https?://`} {
		if found := regexp.MustCompile(pattern).Find(page); found != nil {
			t.Errorf("the page has %q", found)
		}
	}
	if bytes.Contains(page, []byte("<script>alert(1)")) || bytes.Contains(page, []byte("</script><b>")) {
		t.Error("a cell's text is markup of the page")
	}
}

// heldRun has more rows that wait for their turn than rows to correct.
func heldRun() *run {
	r := &run{meta: journal.Meta{Run: "r", Command: "plan", File: "staff.csv", State: journal.Held, DC: "sandbox", StartedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	for i := range 5 {
		row := journal.Row{Seq: i + 1, Number: i + 2}
		row.Status = journal.Planned
		if i < 2 {
			row.Status, row.Code, row.Message = journal.Invalid, "bad-email", "not an email address"
		}
		r.rows = append(r.rows, row)
	}
	return r
}

// TestPageBeginsWithWhatMustBeDone reads the page of a rehearsal that was held back from its top.
func TestPageBeginsWithWhatMustBeDone(t *testing.T) {
	page := string(written(t, t.TempDir(), heldRun(), Options{})[PageFile])
	at := 0
	for _, want := range []string{
		"SANDBOX: nothing was sent to Zoho", `>held</span> started <time`, "Nothing was sent: 2 rows need correction",
		`<code>bad-email</code>`, `<code>not-sent</code>`, "Row by row", "Changes by field", "What was asked",
	} {
		i := strings.Index(page[at:], want)
		if i < 0 {
			t.Fatalf("no %q after the %d bytes before it", want, at)
		}
		at += i
	}
}

func TestVerdict(t *testing.T) {
	for want, s := range map[string]Summary{
		"":                       {State: "finished", Rows: 2, Updated: 2},
		"1 row needs correction": {State: "finished", Invalid: 1},
		"3 rows need attention":  {State: "finished", Invalid: 1, Failed: 2},
		"Nothing was sent":       {State: "planned", NotSent: 4},
		"Nothing was sent: 1 row needs correction":     {State: "held", NotSent: 4, Invalid: 1},
		"1 row was not sent":                           {State: "stopped", NotSent: 1},
		"20 rows were not sent: 2 rows need attention": {State: "stopped", NotSent: 20, Failed: 2},
	} {
		if got := verdict(s); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
	if page := written(t, t.TempDir(), mixed(), Options{})[PageFile]; bytes.Contains(page, []byte("SANDBOX")) {
		t.Error("a run against the service is called a rehearsal")
	}
}

func TestPageLeavesRowsOutWhenThereAreTooMany(t *testing.T) {
	status := map[journal.Status]int{journal.Failed: 5, journal.Invalid: 10, journal.Updated: 100, journal.Unchanged: 50, journal.NotSent: 20}
	want := map[journal.Status]int{journal.Failed: 5, journal.Invalid: 10, journal.Updated: 25, journal.Unchanged: 0, journal.NotSent: 0}
	if diff := cmp.Diff(want, quotas(status, 40)); diff != "" {
		t.Errorf("rows on the page (-want +got):\n%s", diff)
	}
}

// chromium starts a headless browser for a test and its subtests.
func chromium(t *testing.T) context.Context {
	t.Helper()
	var path string
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
			chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"))...) // it asks for nothing outside this machine
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	act(t, ctx, chromedp.Navigate("about:blank"))
	return ctx
}

// tab opens report.html of a run in a window of a width, light or dark.
func tab(t *testing.T, browser context.Context, j Source, width int64, scheme string) context.Context {
	t.Helper()
	dir := t.TempDir()
	written(t, dir, j, Options{})
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	act(t, ctx, chromedp.EmulateViewport(width, 900))
	act(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
	act(t, ctx, chromedp.Navigate("file://"+filepath.ToSlash(filepath.Join(dir, PageFile))))
	return ctx
}

func act[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func script[T any](t *testing.T, ctx context.Context, text string) T {
	t.Helper()
	return act(t, ctx, chromedp.Evaluate[T](text, chromedp.EvalAwaitPromise))
}

// searched sets the filter's inputs and gives the rows that are shown then, by number. It waits for the page's own word.
const searched = `(async (set) => {
	for (const id of ["q", "status", "field", "code"]) document.getElementById(id).value = set[id] || "";
	document.getElementById("body").replaceChildren();
	document.getElementById("filter").dispatchEvent(new Event("input", {bubbles: true}));
	for (let i = 0; i < 300 && !document.getElementById("body").dataset.seen; i++) {
		await new Promise((go) => setTimeout(go, 10));
		if (document.querySelector("#body tr") || i > 40) break;
	}
	return [...document.querySelectorAll("#body tr td:first-child")].map((td) => td.textContent).join(" ");
})`

func TestPageInABrowser(t *testing.T) {
	browser := chromium(t)
	t.Run("finds rows", func(t *testing.T) { findsRows(t, tab(t, browser, mixed(), 1100, "light")) })
	t.Run("turns its pages", func(t *testing.T) { turnsPages(t, tab(t, browser, large(250), 1100, "dark")) })
	for _, scheme := range []string{"light", "dark"} {
		t.Run("fits a narrow window, "+scheme, func(t *testing.T) { fits(t, tab(t, browser, mixed(), 360, scheme)) })
	}
}

func findsRows(t *testing.T, ctx context.Context) {
	for _, test := range []struct{ name, set, want string }{
		{"nothing", `{}`, "2 3 4 5 6 7 8"},
		{"a name without its accents", `{q: "zoe z"}`, "4"},
		{"a name in another script", `{q: "愛子"}`, "3"},
		{"an old value", `{q: "jurgen updated"}`, ""},
		{"an outcome", `{status: "not_sent"}`, "7 8"},
		{"a field", `{field: "country"}`, "4 5 7"},
		{"a reason", `{code: "USER_NOT_FOUND"}`, "5"},
		{"a field and an outcome", `{field: "country", status: "failed"}`, "5"},
	} {
		if got := script[string](t, ctx, searched+"("+test.set+")"); got != test.want {
			t.Errorf("rows for %s: %q, want %q", test.name, got, test.want)
		}
	}
	script[bool](t, ctx, `document.querySelector('button.pick[data-code="no-answer"]').click() || true`)
	if got := script[string](t, ctx, `[...document.querySelectorAll("#body tr td:first-child")].map((td) => td.textContent).join(" ")`); got != "6" {
		t.Errorf("rows behind a reason's button: %q, want 6", got)
	}
	if got := script[string](t, ctx, `document.querySelector("#body").textContent`); !strings.Contains(got, "no-answer") {
		t.Errorf("the row says %q, want its reason", got)
	}
}

func fits(t *testing.T, ctx context.Context) {
	if wide := script[float64](t, ctx, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("the page is %v wide in a window of 360", wide)
	}
	if poor := script[string](t, ctx, contrasts); poor != "" {
		t.Errorf("too little contrast: %s", poor)
	}
}

// contrasts names each text whose contrast with what is behind it is below 4.5 to 1, which WCAG 2 asks for at level AA.
const contrasts = `(() => {
	const lum = ([r, g, b]) => {
		const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
		return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
	};
	const rgb = (s) => s.match(/[\d.]+/g).map(Number);
	const behind = (e) => {
		for (; e; e = e.parentElement) {
			const c = rgb(getComputedStyle(e).backgroundColor);
			if (c.length < 4 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	const poor = new Set();
	for (const e of document.querySelectorAll("body *")) {
		if (e.closest("svg, script, .skip, .hidden, :disabled, option, noscript") || !e.offsetParent) continue;
		if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
		const a = lum(rgb(getComputedStyle(e).color)), b = lum(behind(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) poor.add(e.tagName + "." + e.className + " " + ratio.toFixed(2));
	}
	return [...poor].join(", ");
})()`

func turnsPages(t *testing.T, ctx context.Context) {
	const first = `document.querySelector("#body td").textContent + " " + document.getElementById("where").textContent`
	if got := script[string](t, ctx, first); got != "2 page 1 of 3" {
		t.Errorf("at first: %q", got)
	}
	if got := script[string](t, ctx, `document.getElementById("last").click(), `+first); got != "202 page 3 of 3" {
		t.Errorf("on the last page: %q", got)
	}
}

// TestPageShots leaves pictures of the page to look at in the folder that ZOHOBULK_SHOTS names.
func TestPageShots(t *testing.T) {
	dir := os.Getenv("ZOHOBULK_SHOTS")
	if dir == "" {
		t.Skip("ZOHOBULK_SHOTS names no folder for pictures of the page")
	}
	browser := chromium(t)
	for _, shot := range []struct {
		name, scheme string
		width        int64
	}{{"wide-light", "light", 1200}, {"wide-dark", "dark", 1200}, {"narrow-light", "light", 380}, {"narrow-dark", "dark", 380}} {
		for name, j := range map[string]Source{"mixed": mixed(), "large": large(3000)} {
			ctx := tab(t, browser, j, shot.width, shot.scheme)
			if err := os.WriteFile(filepath.Join(dir, name+"-"+shot.name+".png"), act(t, ctx, chromedp.FullScreenshot(100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
