package cli

import (
	"time"

	"github.com/spf13/pflag"

	"zohobulk/importer"
)

// rateFlags say how fast and with whose rights the service is called.
type rateFlags struct {
	rate    string
	workers int
	auth    string
	maxWait time.Duration
}

func (r *rateFlags) add(f *pflag.FlagSet) {
	r.addRate(f)
	f.IntVar(&r.workers, "workers", 0, "calls under way at once (default 4, growing to 16 where Zoho is slow)")
	f.StringVar(&r.auth, "auth", "", "whose rights to use: admin or user (default admin)")
	f.DurationVar(&r.maxWait, "max-wait", time.Hour, "stop the run rather than wait longer for Zoho")
}

// addRate adds the one flag that every command takes that calls the service.
func (r *rateFlags) addRate(f *pflag.FlagSet) {
	f.StringVar(&r.rate, "rate", "", "calls at most: 25/m, 5/s or unlimited (default 25/m, on the sandbox unlimited)")
}

func (r *rateFlags) check() error {
	switch {
	case r.workers < 0:
		return usagef("--workers %d: want a positive number", r.workers)
	case r.maxWait < 0:
		return usagef("--max-wait %s: a wait can't be negative", r.maxWait)
	case r.auth != "" && r.auth != string(importer.AuthAdmin) && r.auth != string(importer.AuthUser):
		return usagef("--auth %q: want admin or user", r.auth)
	}
	return nil
}

// longestWait is --max-wait as the client takes it, to which 0 stands for its own default.
func (r *rateFlags) longestWait() time.Duration { return max(r.maxWait, 1) }

// planFlags say what a plan may change.
type planFlags struct {
	lookup           string
	maxChanges       string
	allowEmailChange bool
	allowAdmins      bool
	allowClearing    bool
	respell          bool
}

func (p *planFlags) add(f *pflag.FlagSet) {
	f.StringVar(&p.lookup, "lookup", "auto", "how accounts are read before they are changed: auto, always (one by one) or never")
	f.StringVar(&p.maxChanges, "max-changes", "", "refuse to change more rows than this: N, or N% of the sheet's rows")
	f.BoolVar(&p.allowEmailChange, "allow-email-change", false, "change e-mail addresses")
	f.BoolVar(&p.allowAdmins, "allow-admins", false, "change administrators and your own account")
	f.BoolVar(&p.allowClearing, "allow-clearing", false, "empty values, where a cell says so")
	f.BoolVar(&p.respell, "respell", false, "also send phones and postcodes that are only written differently")
}

// sendFlags say how a run is sent.
type sendFlags struct {
	yes           bool
	skipInvalid   bool
	first         int
	maxErrors     string
	maxDuration   time.Duration
	verify        bool
	noBOM         bool
	open          bool
	notifyCommand string
	metricsFile   string
}

func (s *sendFlags) add(f *pflag.FlagSet) {
	f.BoolVarP(&s.yes, "yes", "y", false, "send without asking")
	f.BoolVar(&s.skipInvalid, "skip-invalid", false, "send the valid rows although others are invalid")
	f.IntVar(&s.first, "first", 0, "a pilot: send only the first N rows; resume sends the rest")
	f.StringVar(&s.maxErrors, "max-errors", "", "stop when more rows than this failed: N, or N% of what was sent (default 5%, at least 10)")
	f.DurationVar(&s.maxDuration, "max-duration", 0, "stop when sending has taken so long, like 2h")
	f.BoolVar(&s.verify, "verify", false, "30 seconds after the run, read changed users again to check")
	f.BoolVar(&s.noBOM, "no-bom", false, "write CSVs without a byte-order mark")
	f.BoolVar(&s.open, "open", false, "open the report when the run has ended")
	f.StringVar(&s.notifyCommand, "notify-command", "", "run this when the run ends, with its summary on standard input")
	f.StringVar(&s.metricsFile, "metrics-file", "", "write the run's counts to this file when it ends, also after a failure, as Prometheus reads them")
}

// options joins the flags into the importer's options.
func (p *planFlags) options(o *importer.Options) (err error) {
	o.Lookup = importer.Lookup(p.lookup)
	switch o.Lookup {
	case importer.LookupAuto, importer.LookupAlways, importer.LookupNever:
	default:
		return usagef("--lookup %q: want auto, always or never", p.lookup)
	}
	o.AllowEmailChange, o.AllowAdmins, o.AllowClearing = p.allowEmailChange, p.allowAdmins, p.allowClearing
	o.Respell = p.respell
	if p.maxChanges != "" {
		if o.MaxChanges, err = importer.ParseLimit(p.maxChanges); err != nil {
			return usagef("--max-changes %v", err)
		}
	}
	return nil
}

func (s *sendFlags) options(o *importer.Options) (err error) {
	o.SkipInvalid, o.First, o.MaxDuration = s.skipInvalid, s.first, s.maxDuration
	o.MaxErrors = importer.DefaultMaxErrors
	if s.maxErrors != "" {
		if o.MaxErrors, err = importer.ParseLimit(s.maxErrors); err != nil {
			return usagef("--max-errors %v", err)
		}
	}
	if s.first < 0 || s.maxDuration < 0 {
		return usagef("--first and --max-duration can't be negative")
	}
	return nil
}
