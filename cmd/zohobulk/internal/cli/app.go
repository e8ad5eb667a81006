// Package cli holds the commands: flags, streams, questions and exit codes. It knows no rules about rows or the service.
//
// It imports the front desk (importer), check, field, problem, zoho, zoho/connect and term, and nothing behind them. Start reading at Run;
// each command has a file of its own, and remedies.go words what the packages below only name.
package cli

import (
	"bufio"
	"context"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho/connect"
)

// Streams are what a command reads and writes. A test holds buffers, the program the process's own.
type Streams struct {
	In  io.Reader
	Out io.Writer // data
	Err io.Writer // everything else

	InTerminal  bool // a person can answer a question on In
	OutTerminal bool // a person sees Out, and nobody else
	ErrTerminal bool // Err can show colours and a moving bar
}

// System is what surrounds the program; the zero value of a field stands for the process's own.
type System struct {
	Streams
	Env  func(string) string // the environment
	Now  func() time.Time
	Hard context.Context // ends when a running call must be cut, too: the second Ctrl-C
	Log  *log.Logger     // what libraries log; nil if that is nobody's concern
}

// app is one command line on its way: the shared flags and what the commands share.
type app struct {
	System
	global    globalFlags
	secrets   connect.Redactor  // what nothing that is said may hold
	typed     map[string]string // the flags that were typed, as they were
	lines     *bufio.Reader     // of the answers on standard input, nil before the first question
	concluded *importer.Summary // of the run that the command made or went on with, once it has ended
	ran       bool              // a command's own work has begun: from here an error is no usage error
}

// gcPercent is by how much memory may grow before the garbage collector runs, where GOGC does not say. Beside Go's own 100 it takes a
// third of the memory off a plan of 100,000 rows, and adds a quarter to its processor time (measured): a run waits for Zoho, not for
// the processor.
const gcPercent = 30

// Main runs the program for the process it is in and returns its exit code.
func Main(args []string) int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	outliveReaders()
	soft, hard, stop := interrupts(context.Background(), func() { os.Exit(exitStopped) })
	defer stop()
	return Run(soft, args, System{
		Streams: Streams{
			In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
			InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
			OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
			ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		},
		Env: os.Getenv, Now: time.Now, Hard: hard, Log: log.Default(),
	})
}

// Run runs one command line. ctx ends at the first Ctrl-C.
func Run(ctx context.Context, args []string, s System) int {
	a := &app{System: s}
	a.Err = a.secrets.Writer(unwatched{s.Err})
	a.listenTo(io.Discard)
	root := newRoot(a)
	root.SetArgs(s.withDefault(args))
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := a.reportable(problem.Guard(func() error { return root.ExecuteContext(ctx) }), "")
	if err != nil && !a.ran { // the flags may not have been read as far as --json
		a.global.json = a.global.json || wantsJSON(args, a.Env)
	}
	return a.exit(err)
}

// unwatched is standard error. That nobody reads it any more is no reason to end a run.
type unwatched struct{ io.Writer }

func (u unwatched) Write(p []byte) (int, error) {
	_, _ = u.Writer.Write(p)
	return len(p), nil
}

// Fd returns the file behind it, so that a terminal is still recognised.
func (u unwatched) Fd() uintptr {
	if f, ok := u.Writer.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// listenTo sends to w what libraries log: net/http shows there what a server sent unasked, which may hold tokens.
func (a *app) listenTo(w io.Writer) {
	if a.Log != nil {
		a.Log.SetOutput(w)
	}
}

// wantsJSON reports whether a command line that could not be read asks for --json.
func wantsJSON(args []string, env func(string) string) bool {
	asked, _ := strconv.ParseBool(env(envName("json")))
	for _, arg := range args {
		if arg == "--" {
			break
		}
		if arg == "--json" || arg == "--json=true" {
			asked = true
		}
	}
	return asked
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:               "zohobulk",
		Short:             "change many Zoho Mail users from one spreadsheet",
		Long:              rootHelp,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           version(),
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.begin(cmd) },
	}
	root.SetVersionTemplate(versionText())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(badFlag(err)) })
	a.global.add(root.PersistentFlags())
	for _, newCommand := range commands {
		cmd := newCommand(a)
		cmd.Long += exitHelp
		root.AddCommand(cmd)
	}
	helpOnCommands(root)
	return root
}

// helpOnCommands makes of a word that is no command a wrong command line for help, too, where cobra shows everything instead.
func helpOnCommands(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"})
	help.Short = "show the commands, or the flags of one"
	help.RunE = func(_ *cobra.Command, args []string) error {
		cmd, rest, err := root.Find(args)
		if err != nil || len(rest) > 0 && cmd.HasSubCommands() {
			return usagef("unknown command %q", strings.Join(args, " "))
		}
		return cmd.Help()
	}
}

// begin is run between the reading of flags and a command: the environment and then the
// profile fill in flags that were not typed.
func (a *app) begin(cmd *cobra.Command) error {
	a.typed = typedFlags(cmd.Flags())
	if err := flagsFromEnv(cmd.Flags(), a.Env); err != nil {
		return usage(err)
	}
	if err := a.global.check(); err != nil {
		return usage(err)
	}
	if a.global.verbose {
		a.listenTo(a.Err)
	}
	a.ran = true
	return a.flagsFromProfile(cmd.Flags())
}

const rootHelp = `zohobulk changes many Zoho Mail users from one spreadsheet: it checks the whole sheet before anything is sent,
shows what will change, sends it at a pace the service allows, and leaves a record of every row.`
