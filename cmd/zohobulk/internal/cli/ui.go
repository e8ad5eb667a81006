package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/web"
)

// uiFlags are those of ui.
type uiFlags struct {
	addr      string
	noBrowser bool
	stay      bool

	sheet sheetFlags
	rate  rateFlags
	plan  planFlags
	send  sendFlags
}

// uiIdle is how long the page's program waits for a sign of a page before it ends itself.
const uiIdle = 30 * time.Minute

func newUICommand(a *app) *cobra.Command {
	var f uiFlags
	cmd := &cobra.Command{
		Use:   "ui [SHEET]",
		Short: "open a page in the browser that does it all",
		Long: `ui opens a page in the browser on which a sheet is chosen, corrected, previewed and sent, with reports, history and undo. The page is
served by this program on this machine alone, and no other machine can reach it. Flags for the sheet, the plan and the sending set what
the page starts from.

A click on the program, without a terminal, starts ui. The address it prints works once. Enter prints a new one; Ctrl-C, or Quit on the page, ends it. A second start opens the page of the
first. It ends by itself half an hour after the last sign of a page, unless something is being sent.`,
		Example: `  zohobulk ui
  zohobulk ui samples/staff.csv --sandbox`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			sheet := ""
			if len(args) == 1 {
				sheet = args[0]
			}
			return a.ui(cmd.Context(), f, sheet)
		},
	}
	p := cmd.Flags()
	p.StringVar(&f.addr, "addr", "127.0.0.1:0", "address of this machine to listen on; port 0 takes a free one")
	p.BoolVar(&f.noBrowser, "no-browser", false, "print the address and open no browser")
	p.BoolVar(&f.stay, "stay", false, "do not end when no page was seen for half an hour")
	f.sheet.add(p)
	f.rate.add(p)
	f.plan.add(p)
	f.send.add(p)
	return cmd
}

// check refuses flags that the page can't honour.
func (f *uiFlags) check(typed map[string]string) error {
	if err := web.CheckAddress(f.addr); err != nil {
		return usagef("--addr %v", err)
	}
	for _, name := range []string{"yes", "save-mapping", "password-file", "open"} {
		if typed[name] != "" {
			return usagef("--%s: the page does that itself", name)
		}
	}
	for _, name := range []string{"verify", "no-bom", "notify-command", "metrics-file"} {
		if typed[name] != "" {
			return usagef("--%s: the page does not do that; apply and resume do", name)
		}
	}
	return f.rate.check()
}

func (a *app) ui(ctx context.Context, f uiFlags, sheet string) (err error) {
	if err := f.check(a.typed); err != nil {
		return err
	}
	o, err := a.uiOptions(&f)
	if err != nil {
		return err
	}
	if sheet != "" {
		if sheet, err = filepath.Abs(sheet); err != nil {
			return err
		}
	}
	mine, address, err := web.Claim(ctx, a.uiFolder(), sheet)
	if err != nil {
		return err
	}
	if mine == nil {
		return errors.Join(a.printAddress(address), a.openPage(ctx, f, address))
	}
	return a.serveUI(ctx, f, o, mine, sheet)
}

// serveUI is the first start: it serves the page until its end.
func (a *app) serveUI(ctx context.Context, f uiFlags, o web.Options, mine *web.Instance, sheet string) (err error) {
	defer func() { err = errors.Join(err, mine.Close()) }()
	l, err := mine.Listen(f.addr)
	if err != nil {
		return err
	}
	s := web.New(o, l.Addr().String(), mine.Saved())
	screen := ""
	if err := mine.Publish(s, l); err != nil {
		return errors.Join(err, l.Close())
	}
	if sheet != "" {
		if screen, err = s.OpenSheet(ctx, sheet); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	address := s.NewAddress(screen)
	if err := a.printAddress(address); err != nil {
		return errors.Join(err, l.Close())
	}
	go a.addressesOnEnter(s)
	go func() {
		if err := a.openPage(ctx, f, s.NewAddress(screen)); err != nil {
			a.notice(fmt.Sprintf("note: no browser could be opened (%v); open the address yourself", err))
		}
	}()
	return s.Serve(ctx, l)
}

// uiFolder is the folder of the page's own file. Another folder of runs, or another place to send to, is another page.
func (a *app) uiFolder() string {
	reports, err := filepath.Abs(a.global.reports)
	if err != nil {
		reports = a.global.reports
	}
	g := a.global
	sum := sha256.Sum256([]byte(strings.Join([]string{reports, g.profile, g.dc, g.zoid, g.mailURL, g.accountsURL, fmt.Sprint(g.sandbox)}, "\x00")))
	return filepath.Join(a.folders().Cache, "ui", hex.EncodeToString(sum[:8]))
}

// uiDocument is what --json prints.
type uiDocument struct {
	Schema  int    `json:"schema"`
	Address string `json:"address"`
	PID     int    `json:"pid"`
}

func (a *app) printAddress(address string) error {
	if a.global.json {
		return a.printJSON(uiDocument{schemaVersion, address, os.Getpid()})
	}
	_, err := fmt.Fprintln(a.Out, address)
	return err
}

// addressesOnEnter prints a new address for each line on standard input.
func (a *app) addressesOnEnter(s *web.Server) {
	for lines := bufio.NewScanner(a.In); lines.Scan(); {
		if a.printAddress(s.NewAddress("")) != nil {
			return // nobody reads them
		}
	}
}

// openerLife is how long a browser has to read the file that it is opened with.
const openerLife = time.Minute

// openPage opens the browser with a file that leads to the address, and removes the file later.
func (a *app) openPage(ctx context.Context, f uiFlags, address string) error {
	if f.noBrowser {
		return nil
	}
	opener, err := web.WriteOpener(a.global.reports, address)
	if err != nil {
		return err
	}
	if err := openBrowser(opener.Path); err != nil {
		return errors.Join(err, opener.Remove())
	}
	select {
	case <-ctx.Done():
	case <-time.After(openerLife):
	}
	return opener.Remove()
}

// uiOptions are the flags as the page takes them.
func (a *app) uiOptions(f *uiFlags) (o web.Options, err error) {
	var run importer.Options
	if err := errors.Join(f.plan.options(&run), f.send.options(&run)); err != nil {
		return o, err
	}
	reading, err := f.sheet.sheetOptions("")
	if err != nil {
		return o, err
	}
	var checks check.Options
	if checks, err = f.sheet.checkOptions(); err != nil {
		return o, err
	}
	a.uiConnection(&f.rate, &run)
	checks.UserAuth = run.Auth == importer.AuthUser
	checks.BothIDs = run.Lookup == importer.LookupNever
	checks.AddressWhole = checks.BothIDs && run.Known.WholeAddress()
	o = web.Options{
		Connect:   func(ctx context.Context) (*web.Link, error) { return a.uiLink(ctx, &f.rate) },
		Connector: a.connector(), Choice: a.choice(&f.rate),
		Workspace: importer.Workspace{Reports: a.global.reports}, Sheet: reading, Check: checks, Run: run, Version: version(),
		Rehearsal: a.global.sandbox, Redact: a.secrets.Redact, Log: a.Log, Now: a.Now, Idle: uiIdle,
	}
	if f.stay {
		o.Idle = 0
	}
	return o, nil
}
