package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/probe"
	"zohobulk/zoho/profile"
)

// probeFlags are those of probe.
type probeFlags struct {
	rate rateFlags
	user string
	yes  bool
}

func newProbeCommand(a *app) *cobra.Command {
	var f probeFlags
	cmd := &cobra.Command{
		Use:   "probe --user EMAIL",
		Short: "learn on one throw-away user what the service really does",
		Long: `probe finds out what Zoho's documents leave open, on one user that nobody needs: it changes fields that hold a value,
reads them back and puts everything back, also after Ctrl-C and failures. What it learns is kept in the profile, where
plan and apply use it. It shows every call. A user with a value in every field teaches the most.

--json prints {schema, user, calls, answers: {phone_key: phoneNumber|phoneNumer|unknown, names: true|false|"unknown",
omitted_fields and omitted_address: kept|cleared|refused|unknown, empty: cleared|refused|unknown,
upper_country: accepted|refused|unknown, read_back_s, page_size}, reasons: {answer: why}, account: [{question, method,
what, status, code}]}; calls is their number, 0 for read_back_s is at once or not learnt, for page_size not learnt.`,
		Example: `  zohobulk probe --user throwaway@example.com
  zohobulk probe --user zeynep.celik@example.com --sandbox --yes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.probe(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.user, "user", "", "address of the throw-away user")
	cmd.Flags().BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	f.rate.add(cmd.Flags())
	return cmd
}

type probeDocument struct {
	Schema  int               `json:"schema"`
	User    string            `json:"user"`
	Calls   int               `json:"calls"`
	Answers profile.Learnt    `json:"answers"`
	Reasons map[string]string `json:"reasons"`
	Account []probe.Call      `json:"account"`
	Error   *errorBody        `json:"error,omitempty"`
}

// probing is one probe on its way.
type probing struct {
	*app
	flags probeFlags
	conn  *connection
	who   caller
	user  zoho.Account
	left  leftover
}

func (a *app) probe(ctx context.Context, f probeFlags) error {
	if !strings.Contains(f.user, "@") {
		return usagef("--user %q: name the throw-away user by address", f.user)
	}
	if f.rate.auth == string(importer.AuthUser) {
		return usagef("--auth user: probe changes somebody else, which needs an administrator")
	}
	if err := a.mayAsk(f.yes, ""); err != nil {
		return err
	}
	conn, err := a.connect(ctx, &f.rate, a.traced)
	if err != nil {
		return err
	}
	defer func() { _ = conn.close() }()
	p := &probing{app: a, flags: f, conn: conn}
	p.left.path = filepath.Join(conn.folders.Config, "probe", conn.profile.Name+".json")
	if a.global.sandbox {
		p.left.path = filepath.Join(conn.folders.Config, "probe", "sandbox.json")
	}
	return serviceError(p.run(ctx))
}

func (p *probing) run(ctx context.Context) error {
	if err := p.meet(ctx); err != nil {
		return err
	}
	lock, err := journal.LockOrganisation(p.conn.locks(), string(p.who.zoid), "")
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	if err := p.mend(ctx); err != nil {
		return err
	}
	if !p.flags.yes {
		ok, err := p.ask(ctx, "", fmt.Sprintf("This changes %s in about six ways, reads it after each, and puts everything back: about %d calls, %s at %s.",
			p.user.PrimaryEmail, probe.Calls, forecast(p.conn.forecast(probe.Calls)), p.conn.rate))
		if err != nil {
			return err
		}
		if !ok {
			return problem.Refuse("declined", "", "nothing was changed")
		}
	}
	return p.learn(ctx)
}

// forecast is how long so many calls take at the connection's rate.
func (c *connection) forecast(calls int) time.Duration {
	if perMinute := c.rate.PerMinute(); perMinute > 0 {
		return time.Duration(float64(calls) / perMinute * float64(time.Minute))
	}
	return 0
}

// meet reads the caller and the user, and keeps the probe away from people.
func (p *probing) meet(ctx context.Context) (err error) {
	if p.who, err = askCaller(ctx, p.conn.client, zoho.ID(first(p.global.zoid, p.conn.profile.ZOID))); err != nil {
		return err
	}
	if err := p.who.check(importer.AuthAdmin); err != nil {
		return err
	}
	if p.user, err = p.conn.client.Account(ctx, p.who.zoid, p.flags.user); err != nil {
		return err
	}
	admin, known := p.user.Admin()
	switch {
	case p.user.ZUID == p.who.account.ZUID:
		return problem.Refuse("own-account", "make a user for it that nobody needs", "%s is your own account, and no throw-away user", p.flags.user)
	case admin:
		return problem.Refuse("admin", "make a user for it that nobody needs", "%s is an administrator, and no throw-away user", p.flags.user)
	case !known:
		p.notice(p.flags.user + ": the service does not say whether this is an administrator")
	}
	return nil
}

// mend puts back what a probe that was killed has left behind.
func (p *probing) mend(ctx context.Context) error {
	before, ok, err := p.left.read()
	if err != nil || !ok {
		return err
	}
	if before.ZOID.Valid() && before.ZOID != p.who.zoid {
		return problem.Refuse("other-organisation", "run it with the profile of that organisation first",
			"the last probe was ended before it could put back %s of organisation %s", before.PrimaryEmail, before.ZOID)
	}
	p.notice("the last probe was ended before it could put back " + before.PrimaryEmail + "; doing so now")
	again := &probe.Probe{Service: p.conn.client, ZOID: p.who.zoid, User: before, Tell: p.told, Hard: p.Hard}
	if _, err := again.PutBack(ctx); err != nil {
		return err
	}
	if err := p.left.remove(); err != nil {
		return err
	}
	p.user, err = p.conn.client.Account(ctx, p.who.zoid, p.flags.user)
	return err
}

// learn asks all questions, keeps the answers and shows them.
func (p *probing) learn(ctx context.Context) error {
	if err := p.left.write(p.user); err != nil {
		return err
	}
	job := &probe.Probe{Service: p.conn.client, ZOID: p.who.zoid, User: p.user, Tell: p.told, Hard: p.Hard}
	result, err := job.Run(ctx)
	var not *probe.NotPutBack
	if !errors.As(err, &not) {
		err = errors.Join(err, p.left.remove())
	}
	if result.Learnt.Known() {
		if failed := p.remember(result.Learnt); failed != nil {
			err = errors.Join(err, failed)
		}
	}
	return p.show(result, err)
}

// told says a call as it is made.
func (p *probing) told(c probe.Call) {
	if p.global.quiet {
		return
	}
	p.notice(fmt.Sprintf("  %-16s %-4s %s → %s", c.Question, c.Method, c.What, strings.TrimSpace(strconv.Itoa(c.Status)+" "+c.Code)))
}

// remember keeps the answers in the profile, unless they are those of another service.
func (p *probing) remember(l profile.Learnt) error {
	if p.conn.sandbox != nil {
		p.notice("the sandbox's answers are not kept: they say nothing of the real service")
		return nil
	}
	kept := p.conn.profile
	if p.conn.saved && p.typedPlace() {
		p.notice("the answers are not kept: they are not those of the profile's own service")
		return nil
	}
	if !p.conn.saved {
		kept.DC, kept.AccountsURL, kept.MailURL = p.global.dc, p.global.accountsURL, p.global.mailURL
		kept.ZOID = string(p.who.zoid)
	}
	kept.Probe = &profile.Probe{Learnt: l, User: p.user.PrimaryEmail, At: p.Now().UTC().Truncate(time.Second)}
	if err := p.conn.folders.Profiles().Save(kept); err != nil {
		return err
	}
	p.notice(fmt.Sprintf("kept in profile %q", kept.Name))
	return nil
}

// typedPlace tells that this command goes elsewhere than the profile.
func (p *probing) typedPlace() bool {
	g, own := p.global, p.conn.profile
	return g.dc != "" && g.dc != first(own.DC, "us") || g.mailURL != "" && g.mailURL != own.MailURL
}

// show prints the table or the document. What went wrong is the error.
func (p *probing) show(r probe.Result, err error) error {
	if p.global.json {
		d := probeDocument{schemaVersion, p.user.PrimaryEmail, len(r.Calls), r.Learnt, r.Why, r.Calls, nil}
		if err != nil {
			refused := p.refusal(serviceError(err))
			d.Error = &errorBody{refused.Code, p.secrets.Redact(refused.Message), refused.Hint}
		}
		if failed := p.printJSON(d); failed != nil {
			return failed
		}
	} else {
		p.table(r)
	}
	var not *probe.NotPutBack
	if !errors.As(err, &not) {
		p.notice(p.user.PrimaryEmail + " is as it was before")
	}
	if err != nil {
		return outcome{p.say(serviceError(err))}
	}
	return nil
}

func (p *probing) table(r probe.Result) {
	t := term.Table{Columns: []term.Column{{Title: "question", Least: 20}, {Title: "answer"}, {Title: "note", Least: 20}}, Rows: answerTable(r.Learnt, r.Why)}
	t.Write(term.New(p.Out, term.Options{NoColor: p.global.noColor, Env: p.Env}))
}

// answerTable is what was learnt in words: question, answer, note.
func answerTable(l profile.Learnt, why map[string]string) [][]string {
	truth := map[profile.Truth]string{profile.Yes: "yes", profile.No: "no"}
	page, seconds := "unknown", "at once, or unknown"
	if l.PageSize > 0 {
		page = strconv.Itoa(l.PageSize)
	}
	if l.ReadBackSeconds > 0 {
		seconds = fmt.Sprintf("%.1f s", l.ReadBackSeconds)
	}
	return [][]string{
		{"key of the phone", l.PhoneKey, why["phone_key"]},
		{"first and last name accepted", first(truth[l.Names], "unknown"), why["names"]},
		{"fields left out", string(l.OmittedFields), why["omitted_fields"]},
		{"parts of the address left out", string(l.OmittedAddress), why["omitted_address"]},
		{"an empty value", string(l.Empty), why["empty"]},
		{"country in capitals", string(l.UpperCountry), why["upper_country"]},
		{"until a change can be read", seconds, why["read_back_s"]},
		{"users on a page of the list", page, why["page_size"]},
	}
}
