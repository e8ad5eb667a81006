package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// ready is true once the table hears the keys.
const ready = `"ready" in document.getElementById("grid").dataset`

// axValue is a value in the tree of accessibility.
type axValue struct{ Value any }

// axNode is what a screen reader is told of an element.
type axNode struct {
	Role, Name, Description axValue
	Properties              []struct {
		Name  string
		Value axValue
	}
}

// property is one of its properties, as text.
func (n axNode) property(name string) string {
	for _, p := range n.Properties {
		if p.Name == name {
			return fmt.Sprint(p.Value.Value)
		}
	}
	return ""
}

// inTree finds what has a role and a name in the tree that a screen reader is given.
func (b *tab) inTree(role, name string) (found []axNode) {
	b.t.Helper()
	text := act(b.t, b.ctx, func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		got, err := cdp.Call(ctx, target, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return nil, err
		}
		return json.Marshal(got.Nodes)
	})
	var nodes []axNode
	if err := json.Unmarshal(text, &nodes); err != nil {
		b.t.Fatal(err)
	}
	for _, n := range nodes {
		if fmt.Sprint(n.Role.Value) == role && strings.TrimSpace(fmt.Sprint(n.Name.Value)) == name {
			found = append(found, n)
		}
	}
	return found
}

func TestGridMendsMistakes(t *testing.T) {
	s := checked(t, mistakes)
	b := s.open("problems", 1280, 900)
	b.see(`document.getElementById("grid").getAttribute("aria-rowcount") === "19"`)
	b.see(ready)
	b.click("cell-K12")
	b.see(testID("use") + `.textContent === "Use 01097"`)
	b.shot("grid-light")
	b.scheme("dark")
	b.shot("grid-dark")
	b.click("use")
	b.errors(17)
	b.see(testID("status") + `.textContent === "K12 is now 01097. 17 rows with errors."`)
	b.click("cell-H11")
	b.keys(kb.F2)
	b.see(testID("editor") + `.getAttribute("aria-label") === "H11 Mobile"`)
	b.keys("+49 171 3920077" + kb.Enter)
	b.errors(16)
	b.click("undo")
	b.errors(17)
	b.click("plan")
	b.see(testID("alert") + `.textContent.includes("17 rows have errors")`)
	b.see(`location.pathname.endsWith("/plan")`)
	b.shot("blocked")
}

func TestGridByTheKeyboard(t *testing.T) {
	s := checked(t, mistakes)
	b := s.open("problems", 1280, 900)
	b.see(ready)
	script[bool](t, b.ctx, `(document.getElementById("grid").focus(), true)`)
	b.see(`document.activeElement.id === "A3"`)
	for _, step := range []struct{ key, cell string }{
		{kb.ArrowDown, "A10"}, {kb.ArrowRight, "B10"}, {kb.End, "O10"}, {kb.Home, "A10"}, {kb.ArrowUp, "A3"},
	} {
		b.keys(step.key)
		b.see(fmt.Sprintf("document.activeElement.id === %q", step.cell))
	}
	b.keys(kb.PageDown)
	b.see(`document.activeElement.id.startsWith("A") && document.activeElement.id !== "A3"`)
	b.click("cell-A3")
	b.keys(kb.F8)
	b.see(`document.activeElement.id === "M3"`)
	b.keys(kb.F8)
	b.see(`document.activeElement.id === "N10"`)
	b.keys("12" + kb.Escape)
	b.see(`document.activeElement.id === "N10" && document.activeElement.textContent.startsWith("100004125")`)
	b.keys(kb.Delete)
	b.see(testID("status") + `.textContent.startsWith("N10 is now empty.")`)
	b.errors(16) // the other row with that ZUID is right again, once the whole sheet was looked at
	b.keys("9" + kb.Tab)
	b.see(`document.activeElement.id === "O10"`)
	b.see(testID("cell-N10") + `.textContent.startsWith("9")`)
}

// TestPasteFromASpreadsheet pastes what Excel and LibreOffice put on the clipboard: a last line break, and quotes around a line break.
func TestPasteFromASpreadsheet(t *testing.T) {
	s := checked(t, mistakes)
	b := s.open("problems?show=all", 1280, 900)
	b.see(ready)
	b.click("cell-I2")
	script[bool](t, b.ctx, `(() => { const data = new DataTransfer(); data.setData("text/plain", "1 First Street\tBoston\r\n\"2 \"\"Second\"\" Street\"\tParis\r\n");
		return document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true })), true })()`)
	b.see(`document.getElementById("paste-dialog").open`)
	if title := script[string](t, b.ctx, `document.querySelector("#paste-dialog h2").textContent`); title != "Paste 2 x 2 cells over I2:J3?" {
		t.Error(title)
	}
	b.click("paste-go")
	b.see(testID("cell-J3") + `.textContent === "Paris"`)
	b.see(testID("cell-I3") + `.textContent === '2 "Second" Street'`)
	b.see(testID("cell-I4") + `.textContent.startsWith("28")`)
	b.keys(kb.F8)
	script[bool](t, b.ctx, `(document.getElementById("grid").dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true })), true)`)
	b.see(testID("cell-J3") + `.textContent === "Cork"`)
}

func TestReplaceInColumn(t *testing.T) {
	s := checked(t, mistakes)
	b := s.open("problems?show=all", 1280, 900)
	b.see(ready)
	b.click("cell-O2")
	b.click("replace")
	b.see(`document.querySelector("#replace-dialog [name=find]").value === "Sales" && document.querySelector("#replace-dialog [name=column]").value === "O"`)
	b.see(testID("replace-go") + `.textContent === "Replace 49 cells"`)
	script[bool](t, b.ctx, `(() => { const box = document.querySelector("#replace-dialog [name=with]"); box.value = "Field sales"; return box.dispatchEvent(new Event("input", { bubbles: true })) })()`)
	b.see(testID("replace-go") + `.disabled`)
	b.see(`!` + testID("replace-go") + `.disabled`)
	b.shot("replace")
	b.click("replace-go")
	b.see(testID("status") + `.textContent.startsWith("49 cells changed.")`)
	b.see(testID("cell-O2") + `.textContent === "Field sales"`)
}

// TestTwoTabs corrects one cell in two tabs.
func TestTwoTabs(t *testing.T) {
	s := checked(t, mistakes)
	b := s.open("problems?show=all", 1280, 900)
	b.see(ready)
	b.click("cell-J2")
	b.keys(kb.F2)
	b.see(testID("editor"))
	s.tell(`{"edits":[{"cell":"J2","before":"New York","text":"Albany"}]}`)
	b.keys("Buffalo" + kb.Enter)
	b.see(`document.getElementById("conflict-dialog").open && document.querySelector("#conflict-dialog h2").textContent === "J2 was changed to Albany in another tab."`)
	b.click("mine")
	b.see(testID("cell-J2") + `.textContent === "Buffalo"`)
	s.tell(`{"edits":[{"cell":"J3","before":"Cork","text":"Dublin"}]}`)
	b.see(testID("cell-J3") + `.textContent === "Dublin"`)
}

// TestReloadKeepsTheEdits reloads the screen, and starts the program again over the same folder.
func TestReloadKeepsTheEdits(t *testing.T) {
	s := checked(t, mistakes)
	for _, edit := range []string{
		`{"edits":[{"cell":"K12","before":"1097","text":"01097"}]}`, `{"edits":[{"cell":"F47","before":"Untied States","text":"United States"}]}`,
		`{"edits":[{"cell":"K49","before":"2108","text":"02108"}]}`,
	} {
		if status, now := s.tell(edit); status != 200 {
			t.Fatalf("%+v", now)
		}
	}
	b := s.open("problems?show=edited", 1280, 900)
	b.see(ready)
	b.errors(15)
	b.see(testID("cell-K12") + `.classList.contains("edited")`)
	act(t, b.ctx, chromedp.Reload())
	b.see(ready)
	b.errors(15)
	b.click("undo")
	b.errors(16)
}

// TestGridForScreenReaders reads the tree that a screen reader is given.
func TestGridForScreenReaders(t *testing.T) {
	s := checked(t, mistakes)
	b := s.open("problems", 1280, 900)
	b.see(ready)
	for _, c := range []struct{ role, name string }{
		{"grid", "Sheet"}, {"columnheader", "F Country"}, {"rowheader", "47"}, {"region", "Cell details"}, {"list", "Problem types"},
		{"combobox", "Show"}, {"searchbox", "Find"}, {"textbox", "Go to row"}, {"button", "Country: no such country, 2 rows"},
		{"button", "Undo edit"}, {"button", "Keyboard shortcuts"}, {"link", "Corrected sheet (XLSX)"},
	} {
		if n := len(b.inTree(c.role, c.name)); n == 0 {
			t.Errorf("no %s named %q", c.role, c.name)
		}
	}
	found := b.inTree("gridcell", "Untied States")
	if len(found) != 1 || found[0].property("invalid") != "true" || !strings.Contains(fmt.Sprint(found[0].Description.Value), "Did you mean United States?") {
		t.Errorf("the cell F47 is told as %v", found)
	}
}

// TestNarrowScreen looks that nothing but the table scrolls sideways at 320 pixels.
func TestNarrowScreen(t *testing.T) {
	s := checked(t, mistakes)
	for _, screen := range []string{"problems", "problems?view=list", "cells/F47", "replace"} {
		b := s.open(screen, 320, 700)
		b.see(`document.readyState === "complete"`)
		if wide := script[int](t, b.ctx, `document.documentElement.scrollWidth`); wide > 320 {
			t.Errorf("%s is %d pixels wide: %s", screen, wide, script[string](t, b.ctx, `[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 321 && !e.closest(".viewport")).slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join("\n")`))
		}
		b.shot("narrow-" + strings.NewReplacer("?", "-", "/", "-").Replace(screen))
	}
}
