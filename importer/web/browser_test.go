package web_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// chromium is the browser of all tests; TestMain ends it.
var chromium struct {
	once sync.Once
	ctx  context.Context
	end  func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.end != nil {
		chromium.end()
	}
	os.Exit(code)
}

// browser is a browser without a window, which asks for nothing outside this machine.
func browser(t testing.TB) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium on this machine: the page is not tested in a browser")
	}
	chromium.once.Do(func() {
		allocator, free := chromedp.NewExecAllocator(context.Background(),
			append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.ExecPath(path),
				chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
				chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"))...)
		ctx, cancel := chromedp.NewContext(allocator)
		chromium.ctx, chromium.end = ctx, func() { cancel(); free() }
		act(t, ctx, chromedp.Navigate("about:blank"))
	})
	return chromium.ctx
}

func act[T any](t testing.TB, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func script[T any](t testing.TB, ctx context.Context, text string) T {
	t.Helper()
	return act(t, ctx, chromedp.Evaluate[T](text, chromedp.EvalAwaitPromise))
}

// tab is a screen of a sheet in a browser.
type tab struct {
	t   testing.TB
	ctx context.Context
}

// open opens a screen in a window of a width and height.
func (s *sheet) open(screen string, width, height int64) *tab {
	s.t.Helper()
	ctx, cancel := chromedp.NewContext(browser(s.t))
	s.t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	s.t.Cleanup(cancel)
	b := &tab{s.t, ctx}
	act(s.t, ctx, chromedp.EmulateViewport(width, height))
	act(s.t, ctx, chromedp.Navigate(s.server.NewAddress(s.path+screen)))
	return b
}

// scheme makes the screen light or dark.
func (b *tab) scheme(name string) {
	act(b.t, b.ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	}))
}

// see waits until a script's expression is true, also of the screen that comes next.
func (b *tab) see(expression string) {
	b.t.Helper()
	b.within(6*time.Second, expression)
}

// within is see with a limit of its own.
func (b *tab) within(limit time.Duration, expression string) {
	b.t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) { // another process has to get there
		seen, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("(() => { try { return !!("+expression+") } catch { return false } })()"))
		if seen && err == nil {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("never seen: %s (%v); %s", expression, err, script[string](b.t, b.ctx, `"errors=" + document.getElementById("counts")?.dataset.errors
				+ " status=" + document.querySelector("[data-testid=status]")?.textContent + " alert=" + document.querySelector("[data-testid=alert]")?.textContent
				+ " focus=" + (document.activeElement?.id || document.activeElement?.outerHTML.slice(0, 200))`))
		}
	}
}

func testID(id string) string { return fmt.Sprintf("document.querySelector('[data-testid=%q]')", id) }

// click clicks what has a test id, once it is there.
func (b *tab) click(id string) {
	b.t.Helper()
	b.see(testID(id))
	act(b.t, b.ctx, chromedp.Click(fmt.Sprintf(`[data-testid=%q]`, id)))
}

// errors waits until so many rows have errors.
func (b *tab) errors(n int) {
	b.t.Helper()
	b.see(fmt.Sprintf(`document.getElementById("counts").dataset.errors === "%d"`, n))
}

// keys types into whatever has the focus.
func (b *tab) keys(text string) {
	b.t.Helper()
	act(b.t, b.ctx, chromedp.KeyEvent(text))
}

// shot keeps a picture where ZOHOBULK_TEST_SHOTS names a folder.
func (b *tab) shot(name string) {
	dir := os.Getenv("ZOHOBULK_TEST_SHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), act(b.t, b.ctx, chromedp.FullScreenshot(100)), 0o600); err != nil {
		b.t.Fatal(err)
	}
}
