package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// sandboxAddress is where the stand-in listens unless told otherwise: a fixed port, so that what was exported for it
// holds the next time too (chosen at random from those nobody has registered).
const sandboxAddress = "127.0.0.1:48540"

const sandboxHelp = `sandbox serves a stand-in for Zoho Mail on this machine: a directory of made-up people that answers as the service does,
on good days and, with --fault, on bad ones. Nothing leaves the machine. It prints what the other commands need to reach it, and
ends at Ctrl-C. Its directory is that of --sandbox and outlives it; "zohobulk sandbox reset" puts it back.

Faults are written like cut-after=5% (of the calls), throttle-a=2 (the next two), slow=10%/2s (how long), chaos=20% (all kinds):
  `

// sandboxFlags are those of the sandbox command.
type sandboxFlags struct {
	addr   string
	state  string
	log    string
	reset  bool
	limit  bool
	users  int
	seed   uint64
	faults []string
	quirks []string
}

func newSandboxCommand(a *app) *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "serve a stand-in for the service on this machine, for rehearsals",
		Long:  sandboxHelp + wrapWords(faultWords()) + "\nWhat nobody has published about the service is set by --quirk:\n  " + wrapWords(zohotest.QuirkNames()),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.sandbox(cmd.Context(), f) },
	}
	p := cmd.Flags()
	p.StringVar(&f.addr, "addr", sandboxAddress, "address of this machine to listen on; port 0 takes a free one")
	p.BoolVar(&f.reset, "reset", false, "begin with the directory as it was at first")
	p.BoolVar(&f.limit, "limit", false, "30 calls a minute, then locked for a while, as the service does")
	p.IntVar(&f.users, "users", 0, "begin with so many generated people (implies --reset)")
	p.StringArrayVar(&f.faults, "fault", nil, "a fault (repeatable)")
	p.StringArrayVar(&f.quirks, "quirk", nil, "a quirk (repeatable)")
	p.Uint64Var(&f.seed, "seed", 0, "for faults by share: the same calls meet the same faults")
	cmd.AddCommand(newSandboxResetCommand(a, &f))
	p = cmd.PersistentFlags()
	p.StringVar(&f.state, "state", "", "file that keeps the directory (default: that of --sandbox; - keeps nothing)")
	p.StringVar(&f.log, "log", "", "file to which each call is appended as a line of JSON")
	return cmd
}

func newSandboxResetCommand(a *app, f *sandboxFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: "put the sandbox's directory back to what it was at first",
		Long:  "reset puts the sandbox's directory back to what it was at first, and ends every login to it." + exitHelp,
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.resetSandbox(*f) },
	}
}

// faultWords are the kinds of faults as they are typed.
func faultWords() []string {
	words := []string{"chaos"}
	for _, k := range zohotest.Mischiefs() {
		words = append(words, string(k))
	}
	for _, k := range zohotest.LateMischiefs() {
		words = append(words, string(k)+"-after")
	}
	return words
}

// wrapWords joins words into lines of a help text.
func wrapWords(words []string) string {
	const width = 110
	var b strings.Builder
	column := 0
	for _, w := range words {
		switch {
		case column == 0:
		case column+len(w) > width:
			b.WriteString("\n  ")
			column = 0
		default:
			b.WriteString(" ")
		}
		b.WriteString(w)
		column += len(w) + 1
	}
	return b.String()
}

// options turns the flags into a stand-in's options.
func (f sandboxFlags) options() (zohotest.Options, error) {
	o := zohotest.Options{LogFile: f.log, LogSize: -1, Seed: f.seed, Fresh: f.reset || f.users > 0}
	for _, text := range f.quirks {
		if err := o.Quirks.Set(text); err != nil {
			return o, usagef("--quirk %v", err)
		}
	}
	for _, text := range f.faults {
		faults, err := zohotest.ParseFaults(text)
		if err != nil {
			return o, usagef("--fault: %v", err)
		}
		o.Faults = append(o.Faults, faults...)
	}
	if f.limit {
		o.Limit = &zohotest.Limit{}
	}
	if f.users < 0 {
		return o, usagef("--users %d: want a number of people", f.users)
	}
	if f.users > 0 {
		o.Users = zohotest.Generate(f.users)
	}
	return o, nil
}

// open makes the stand-in.
func (f sandboxFlags) open(o zohotest.Options) (*zohotest.Server, string, error) {
	if f.state == "-" {
		return zohotest.New(o), "", nil
	}
	if f.state == "" {
		folders, err := connect.SystemFolders()
		if err != nil {
			return nil, "", err
		}
		f.state = folders.Sandbox()
	}
	s, err := zohotest.Open(f.state, o)
	return s, f.state, err
}

func (a *app) resetSandbox(f sandboxFlags) error {
	s, state, err := f.open(zohotest.Options{Fresh: true, LogSize: -1})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "Sandbox reset (%s)\n", state)
	folders, err := connect.SystemFolders()
	return errors.Join(s.Close(), err, folders.ForgetSandboxLogin())
}

// sandbox serves until the person ends it.
func (a *app) sandbox(ctx context.Context, f sandboxFlags) error {
	host, _, err := net.SplitHostPort(f.addr)
	if err != nil || !loopback(host) {
		return usagef("--addr %q: want an address of this machine, like %s", f.addr, sandboxAddress)
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	if a.global.verbose {
		var one sync.Mutex // calls come from several connections
		o.OnCall = func(c zohotest.Call) {
			one.Lock()
			defer one.Unlock()
			a.showCall(c)
		}
	}
	server, state, err := f.open(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return errors.Join(fmt.Errorf("%w; another sandbox may be running: end it, or add --addr 127.0.0.1:0", err), server.Close())
	}
	if err := a.showSandbox(server, "http://"+listener.Addr().String(), state, f.log); err != nil {
		return errors.Join(err, listener.Close(), server.Close())
	}
	return errors.Join(serveUntil(ctx, listener, server), server.Close())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// serveUntil serves until ctx ends, and then gives the calls in flight a moment.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, end := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer end()
	if err := server.Shutdown(grace); err != nil {
		return server.Close() // a fault may keep a call waiting for longer than anybody would
	}
	return nil
}

// sandboxDocument is what --json prints once the sandbox listens.
type sandboxDocument struct {
	Schema       int    `json:"schema"`
	MailURL      string `json:"mail_url"`
	AccountsURL  string `json:"accounts_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
	ZOID         string `json:"zoid"`
	Users        int    `json:"users"`
	State        string `json:"state"`
	Log          string `json:"log"`
}

// showSandbox says how to reach the sandbox. Its secrets open nothing else.
func (a *app) showSandbox(s *zohotest.Server, base, state, log string) error {
	users, err := s.Users()
	if err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(sandboxDocument{
			Schema: schemaVersion, MailURL: base, AccountsURL: base, ClientID: zohotest.ClientID, ClientSecret: zohotest.ClientSecret,
			RefreshToken: zohotest.RefreshToken, ZOID: fmt.Sprint(zohotest.ZOID), Users: len(users), State: state, Log: log,
		})
	}
	fmt.Fprintf(a.Err, "a stand-in for the service with %s listens on %s; Ctrl-C ends it\n", counted(len(users), "user"), base)
	if !a.global.quiet {
		fmt.Fprintln(a.Err, "in another terminal, before any command:")
	}
	for _, v := range [][2]string{
		{"ZOHOBULK_MAIL_URL", base}, {"ZOHOBULK_ACCOUNTS_URL", base}, {"ZOHO_CLIENT_ID", zohotest.ClientID},
		{"ZOHO_CLIENT_SECRET", zohotest.ClientSecret}, {"ZOHO_REFRESH_TOKEN", zohotest.RefreshToken},
	} {
		fmt.Fprintf(a.Out, setVariable(), v[0], v[1])
	}
	return nil
}

// setVariable is how this system's usual shell sets an environment variable.
func setVariable() string {
	if runtime.GOOS == "windows" {
		return "$env:%s = '%s'\n"
	}
	return "export %s=%s\n"
}

// showCall is the line of one call with --verbose.
func (a *app) showCall(c zohotest.Call) {
	line := fmt.Sprintf("%s %s %s %d", c.At.Format(time.TimeOnly), c.Method, c.Path, c.Status)
	for _, word := range []string{c.Code, string(c.Fault), strings.Join(c.Changed, ",")} {
		if word != "" {
			line += " " + word
		}
	}
	fmt.Fprintln(a.Err, line)
}
