package web_test

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"zohobulk/importer/web"
)

// largeRows is how many rows the large sheet has; 5.7 in a hundred of them are wrong.
const largeRows = 100_000

// writeLarge writes a sheet with eight columns.
func writeLarge(b testing.TB) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "large.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "Email,First name,Last name,Country,Phone,Street,City,Postcode")
	for i := range largeRows {
		country, postcode, email := "Germany", fmt.Sprintf("%05d", 1067+i%9000), fmt.Sprintf("person%d@example.com", i)
		switch {
		case i%40 == 7:
			country = "Germanny"
		case i%40 == 9:
			postcode = fmt.Sprint(1000 + i%900)
		case i%140 == 11:
			email = fmt.Sprintf("person%d.example.com", i)
		}
		fmt.Fprintf(w, "%s,Kerstin,Vogel,%s,030 23125 %03d,Königstraße %d,Dresden,%s\n", email, country, i%900+100, i%200, postcode)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkLargeSheet measures the table in a browser, on a sheet of 100,000 rows. All times are in milliseconds; p95 is the time that
// 95 in 100 stay under.
//
//	go test ./importer/web -run '^$' -bench LargeSheet -benchtime 1x
func BenchmarkLargeSheet(b *testing.B) {
	path := writeLarge(b)
	for b.Loop() {
		s := &sheet{rig: serve(b, web.Options{})}
		screen, err := s.server.OpenSheet(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		s.path = strings.TrimSuffix(screen, "columns")
		tab := s.open("columns", 1280, 900)
		began := time.Now()
		s.do(s.request("POST", screen, url.Values{"go": {"1"}}))
		act(b, tab.ctx, chromedp.Navigate(s.root+s.path+"problems"))
		tab.see(`document.querySelector("[data-testid^=kind-]")`)
		b.ReportMetric(since(began), "kinds-ms")
		tab.within(time.Minute, `document.getElementById("counts").dataset.rows === "100000" && "ready" in document.getElementById("grid").dataset`)
		b.ReportMetric(since(began), "whole-ms")
		measureGrid(b, tab)
	}
}

func since(began time.Time) float64 { return float64(time.Since(began).Microseconds()) / 1000 }

// measureGrid measures scrolling, jumps and edits.
func measureGrid(b *testing.B, tab *tab) {
	script[bool](b, tab.ctx, `(document.querySelector("[data-testid=show]").value = "all", document.querySelector("[data-testid=show]").dispatchEvent(new Event("change")), true)`)
	tab.see(`document.getElementById("grid").getAttribute("aria-rowcount") === "100001" && document.querySelector("[data-testid=row-3]")`)
	tab.report("frame", script[[]float64](b, tab.ctx, `(async () => {
		const box = document.getElementById("viewport"), gaps = [];
		let last = performance.now();
		for (let i = 0; i < 400; i++) {
			box.scrollTop += 5 * 32;
			const now = await new Promise(requestAnimationFrame);
			gaps.push(now - last);
			last = now;
		}
		return gaps;
	})()`))
	b.ReportMetric(script[float64](b, tab.ctx, `document.querySelectorAll("*").length + [...document.querySelectorAll("*")].reduce((n, e) => n + [...e.childNodes].filter((c) => c.nodeType === 3).length, 0)`), "nodes")
	tab.report("goto", script[[]float64](b, tab.ctx, `(async () => {
		const times = [], box = document.querySelector("[data-testid=goto]"), form = document.getElementById("goto-form");
		for (let i = 0; i < 60; i++) {
			const row = 2 + (i * 7919) % 100000, began = performance.now();
			box.value = row;
			form.requestSubmit();
			while (document.activeElement?.closest("tr")?.dataset.row !== String(row)) await new Promise((go) => setTimeout(go, 2));
			times.push(performance.now() - began);
		}
		return times;
	})()`))
	tab.report("edit", script[[]float64](b, tab.ctx, `(async () => {
		const times = [], root = document.body.dataset.root, path = document.getElementById("grid").dataset.path;
		for (let i = 0; i < 200; i++) {
			const row = 2 + (i * 311) % 100000, began = performance.now();
			const answer = await fetch(path + "edits", { method: "POST", headers: { "Content-Type": "application/json" },
				body: JSON.stringify({ edits: [{ cell: "G" + row, before: "Dresden", text: "Dresden " + i }] }) });
			await answer.json();
			if (answer.ok) times.push(performance.now() - began);
		}
		return times;
	})()`))
	began := time.Now()
	tab.within(time.Minute, `document.getElementById("whole").hidden`)
	b.ReportMetric(since(began), "whole-again-ms")
	tab.click("kind-unknown-country-D")
	tab.see(`document.getElementById("grid").getAttribute("aria-rowcount") === "2501"`)
	tab.click("cell-D9")
	tab.see(testID("use-all") + `.textContent.includes("2,500")`)
	began = time.Now()
	tab.click("use-all")
	tab.see(`!` + testID("kind-unknown-country-D"))
	b.ReportMetric(since(began), "use-all-ms")
	tab.click("undo")
	tab.see(testID("kind-unknown-country-D"))
}

// report gives the 95th and the worst in a hundred of some times.
func (b *tab) report(name string, times []float64) {
	b.t.Helper()
	if len(times) == 0 {
		b.t.Fatalf("%s: nothing was measured", name)
	}
	slices.Sort(times)
	bench := b.t.(*testing.B)
	bench.ReportMetric(times[len(times)*95/100], name+"-p95-ms")
	bench.ReportMetric(times[len(times)-1], name+"-worst-ms")
}
