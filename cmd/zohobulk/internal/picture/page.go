package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"zohobulk/cmd/zohobulk/internal/cli"
)

// The size of the browser's window, in pixels: wide enough for the sheet, and still to be read in a page of text.
const (
	windowWidth  = 1120
	windowHeight = 720
)

// patience is how long a whole walk through the page may take.
const patience = 2 * time.Minute

// pages draws the local page on its way from a sheet to the end, with Chromium.
func pages(ctx context.Context, folder string) (err error) {
	home, leave, err := newHome()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	sheet, err := filepath.Abs(filepath.Join("samples", "staff.csv"))
	if err != nil {
		return err
	}
	mistakes, err := filepath.Abs(filepath.Join("samples", "staff-mistakes.csv"))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	address, stop, err := serve(ctx, filepath.Join(home, "page"))
	if err != nil {
		return err
	}
	defer stop()
	browser, done := window(ctx)
	defer done()
	steps := slices.Concat(
		[]step{chromedp.EmulateViewport(windowWidth, windowHeight), chromedp.Navigate(address)},
		upload(mistakes), press("check"), []step{seen("plan"), photograph(filepath.Join(folder, "page-problems.png"))},
		press("nav-start"),
		upload(sheet), press("check"), press("plan"), []step{seen("send"), photograph(filepath.Join(folder, "page-preview.png"))},
		press("send"), press("confirm-yes"), []step{seen("outcome"), photograph(filepath.Join(folder, "page-result.png"))},
	)
	for i, s := range steps { // one by one, so that an error says where it was
		if err := chromedp.Do(browser, s); err != nil {
			return fmt.Errorf("step %d on the page: %w", i+1, err)
		}
	}
	return nil
}

// step is something that is done on the page.
type step = chromedp.Action[chromedp.Void]

// serve starts the page in the sandbox and returns the address that opens it.
func serve(ctx context.Context, reports string) (address string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	read, write := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cli.Run(ctx, []string{"ui", "--no-browser", "--sandbox", "--reports", reports}, cli.System{
			Streams: cli.Streams{In: strings.NewReader(""), Out: write, Err: os.Stderr},
			Env:     func(string) string { return "" }, Now: time.Now, Hard: ctx,
		})
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	stop = func() {
		cancel()
		go func() { _, _ = io.Copy(io.Discard, read) }()
		<-ended
	}
	if !lines.Scan() {
		stop()
		return "", nil, errors.New("the page did not start")
	}
	return lines.Text(), stop, nil
}

// window opens a browser.
func window(ctx context.Context) (context.Context, func()) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")) // it asks for nothing outside this machine
	allocator, closeAll := chromedp.NewExecAllocator(ctx, options...)
	browser, closeWindow := chromedp.NewContext(allocator)
	return browser, func() { closeWindow(); closeAll() }
}

// at is the selector of a control by its fixed name.
func at(name string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[data-testid=%q]", name)) }

func seen(name string) step { return chromedp.WaitVisible(at(name)) }

func press(name string) []step { return []step{seen(name), chromedp.Click(at(name))} }

// upload chooses a sheet on the first screen.
func upload(path string) []step {
	return []step{chromedp.WaitReady(at("file")), chromedp.SetUploadFiles(at("file"), []string{path})}
}

// settling is how long fonts, and what the focus moves, get before a picture.
const settling = 300 * time.Millisecond

// photograph saves what the window shows.
func photograph(path string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := chromedp.Sleep(settling)(ctx, t); err != nil {
			return err
		}
		picture, err := chromedp.CaptureScreenshot()(ctx, t)
		if err != nil {
			return err
		}
		return os.WriteFile(path, picture, 0o644)
	})
}
