package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// pageAttacks lets pages of other origins try to reach the page in the browser that has its cookie: one of another port of this machine,
// and one of a name that leads to this machine.
func pageAttacks(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	p.upload(samplePath(t, "staff.csv"))
	p.title("Match columns")
	root := script[string](p, `location.origin + document.body.dataset.root`)
	columns := script[string](p, `location.href`)

	var mu sync.Mutex
	var cookies []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		cookies = append(cookies, r.Header.Get("Cookie"))
		mu.Unlock()
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><title>elsewhere</title><form method="post"></form>`)
	}))
	defer elsewhere.Close()
	at, err := url.Parse(elsewhere.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, origin := range []string{elsewhere.URL, "http://evil.test:" + at.Port()} {
		ctx, cancel := chromedp.NewContext(browser)
		ctx, stop := context.WithTimeout(ctx, time.Minute)
		evil := &page{T: t, ctx: ctx}
		run(t, ctx, chromedp.Navigate(origin))
		for _, attack := range []string{
			`fetch(%q, {credentials: "include"}).then((a) => a.text())`,
			`fetch(%q, {credentials: "include", mode: "no-cors"}).then((a) => a.type + a.status)`,
			`fetch(%q, {credentials: "include", mode: "no-cors", method: "POST", body: "map.A="}).then((a) => a.type)`,
			`Promise.resolve(String(navigator.sendBeacon(%q, "map.A=")))`,
			`new Promise((done) => { const i = new Image(); i.onload = () => done("loaded"); i.onerror = () => done("refused"); i.src = %q })`,
			`new Promise((done) => { const s = document.createElement("script"); s.onload = () => done("loaded"); s.onerror = () => done("refused"); s.src = %q; document.head.append(s) })`,
			`new Promise((done) => { const f = document.createElement("iframe"); f.onload = () => { let text = ""; try { text = f.contentDocument.body.innerText } catch { } done(text) }; f.src = %q; document.body.append(f) })`,
		} {
			got := script[string](evil, fmt.Sprintf(`(`+attack+`).catch((e) => "refused")`, columns))
			if strings.Contains(got, "Match columns") || strings.HasPrefix(got, "loaded") {
				t.Errorf("%s: %s: %q", origin, attack, got)
			}
		}
		script[bool](evil, fmt.Sprintf(`(() => { const f = document.forms[0]; f.action = %q; f.submit(); return true })()`, root+"quit"))
		time.Sleep(300 * time.Millisecond) // a form that did its work would have ended the program by then
		stop()
		cancel()
	}
	for _, cookie := range cookies {
		if strings.Contains(cookie, "zohobulk") {
			t.Errorf("another port was sent %q", cookie)
		}
	}

	// A name that leads to the page's own port: DNS rebinding.
	ctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	rebound := &page{T: t, ctx: ctx}
	run(t, ctx, chromedp.Navigate(strings.Replace(columns, "127.0.0.1", "evil.test", 1)))
	if text := script[string](rebound, `document.body.innerText`); strings.Contains(text, "Match columns") {
		t.Errorf("by another name the page shows %s", text)
	}

	run(t, p.ctx, chromedp.Navigate(columns))
	p.title("Match columns") // it is still there, and as it was
	p.until("the field as it was", byID("map-A")+`.value === "email"`)
}

// hostileTexts shows a sheet whose name, headers and cells are markup and formulas.
func hostileTexts(t *testing.T, browser context.Context) {
	p := newPage(t, browser)
	const payload = `<img src=x onerror=alert(1)>`
	sheet := filepath.Join(t.TempDir(), "<b>staff & co.csv")
	writeFile(t, sheet, "Email,First name,"+payload+"\n"+
		"rebecca@zylker.com,\"<script>alert(1)</script>\","+payload+"\n"+
		"\"\"\"><svg onload=alert(1)>@example.com\",=1+1,{{.}}\n")
	p.upload(sheet)
	p.title("Match columns")
	p.until("the header as it is", `document.querySelector("table").innerText.includes(`+"`"+payload+"`"+`)`)
	p.click("check")
	p.title("Problems")
	p.see("plan")
	p.until("no element of the sheet's", `!document.querySelector("main img, main svg, main script:not([src])")`)
	p.click("skip-invalid")
	p.click("plan")
	p.see("plan-counts")
	p.until("the name as it is", `document.body.innerText.includes("<script>alert(1)</script>")`)
}
