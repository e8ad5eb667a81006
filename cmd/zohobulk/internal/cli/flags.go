package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// rails are the flags that take down a safety rail: typed or not there, never taken from the environment.
var rails = map[string]bool{
	"yes": true, "skip-invalid": true, "max-changes": true, "blank-clears": true,
	"allow-email-change": true, "allow-admins": true, "allow-clearing": true,
}

// envName is the environment variable of a flag: --max-errors is ZOHOBULK_MAX_ERRORS.
func envName(flag string) string {
	return "ZOHOBULK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// flagsFromEnv sets each flag that was not typed from its environment variable.
func flagsFromEnv(flags *pflag.FlagSet, env func(string) string) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		text := env(envName(f.Name))
		if text == "" || f.Changed || rails[f.Name] || f.Name == "help" || f.Name == "version" {
			return
		}
		if err := flags.Set(f.Name, text); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", envName(f.Name), badFlag(err)))
		}
	})
	return errors.Join(errs...)
}

// flagTypes say what the flags of a type want.
var flagTypes = map[string]string{
	"bool": "true or false", "duration": "a time like 90s, 10m or 2h", "int": "a whole number", "uint64": "a whole number",
}

// badFlag says what a flag wants instead of the text that it was given.
func badFlag(err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) || flagTypes[bad.GetFlag().Value.Type()] == "" {
		return err
	}
	return fmt.Errorf("--%s %q: want %s", bad.GetFlag().Name, bad.GetValue(), flagTypes[bad.GetFlag().Value.Type()])
}

// globalFlags are those of every command.
type globalFlags struct {
	profile     string
	reports     string
	dc          string
	zoid        string
	mailURL     string
	accountsURL string
	sandbox     bool
	json        bool
	quiet       bool
	verbose     bool
	noColor     bool
}

func (g *globalFlags) add(f *pflag.FlagSet) {
	f.StringVar(&g.profile, "profile", "", "the connection to use (default: the one named default)")
	f.StringVar(&g.reports, "reports", "reports", "folder in which runs are kept")
	f.StringVar(&g.dc, "dc", "", "data centre: us eu in au jp ca cn sa uk ae (default us)")
	f.StringVar(&g.zoid, "zoid", "", "organisation id, if the login belongs to several")
	f.StringVar(&g.mailURL, "mail-url", "", "base URL of Zoho Mail, instead of the data centre's")
	f.StringVar(&g.accountsURL, "accounts-url", "", "base URL of Zoho Accounts, instead of the data centre's")
	f.BoolVar(&g.sandbox, "sandbox", false, "rehearse: a stand-in for Zoho on this machine, nothing is sent")
	f.BoolVar(&g.json, "json", false, "print one JSON document on standard output, and nothing else there")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "less output: problems and results only")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "log each call, with its status and wait; show every note, and Zoho's own field names")
	f.BoolVar(&g.noColor, "no-color", false, "no colours (NO_COLOR is obeyed too)")
}

func (g *globalFlags) check() error {
	if g.sandbox && (g.mailURL != "" || g.accountsURL != "") {
		return errors.New("--sandbox needs no --mail-url and no --accounts-url: it never leaves this machine")
	}
	if g.quiet && g.verbose {
		return errors.New("--quiet and --verbose: choose one")
	}
	return nil
}
