package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
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
		Short: "test on a spare user how Zoho handles each field",
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
	cmd.Flags().StringVar(&f.user, "user", "", "address of the spare user")
	cmd.Flags().BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	f.rate.add(cmd.Flags())
	return cmd
}

type probeDocument struct {
	Schema  int                 `json:"schema"`
	User    string              `json:"user"`
	Calls   int                 `json:"calls"`
	Answers zoho.Capabilities   `json:"answers"`
	Reasons map[string]string   `json:"reasons"`
	Account []connect.ProbeCall `json:"account"`
	Error   *errorBody          `json:"error,omitempty"`
}

// probing is one probe on its way.
type probing struct {
	*app
	*connect.Probing
	flags probeFlags
	conn  *connect.Connection
}

func (a *app) probe(ctx context.Context, f probeFlags) error {
	if !strings.Contains(f.user, "@") {
		return usagef("--user %q: name the spare user by address", f.user)
	}
	if f.rate.auth == string(zoho.UserRights) {
		return usagef("--auth user: probe changes somebody else, which needs an administrator")
	}
	if err := a.mayAsk(f.yes, ""); err != nil {
		return err
	}
	conn, err := a.connect(ctx, &f.rate, a.traced)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	begun, err := conn.Probe(ctx, f.user, importer.ReserveOrganisation)
	if err != nil {
		return err
	}
	defer func() { _ = begun.Close() }()
	begun.Hard = a.Hard
	p := &probing{app: a, flags: f, conn: conn, Probing: begun}
	begun.Tell = p.told
	return p.run(ctx)
}

func (p *probing) run(ctx context.Context) error {
	if p.RoleUnknown {
		p.notice(p.flags.user + ": Zoho does not say whether this is an administrator")
	}
	if err := p.recover(ctx); err != nil {
		return err
	}
	if !p.flags.yes {
		ok, err := p.ask(ctx, "", fmt.Sprintf("This changes %s in about six ways, reads it after each, and puts everything back: about %d calls, %s at %s.",
			p.User.PrimaryEmail, connect.ProbeCalls, forecast(p.conn.Forecast(connect.ProbeCalls)), p.conn.Rate))
		if err != nil {
			return err
		}
		if !ok {
			return problem.Refuse("declined", "", "nothing was changed")
		}
	}
	result, err := p.Run(ctx)
	kept, failed := p.Keep(result.Capabilities, p.Now())
	p.tellKept(kept, failed)
	return p.show(result, errors.Join(err, failed))
}

// recover puts back what a probe that was killed has left behind.
func (p *probing) recover(ctx context.Context) error {
	before, unfinished, err := p.Unfinished()
	if err != nil || !unfinished {
		return err
	}
	p.notice("the last probe was ended before it could put back " + before.PrimaryEmail + "; doing so now")
	return p.Recover(ctx, before)
}

// told says a call as it is made.
func (p *probing) told(c connect.ProbeCall) {
	if p.global.quiet {
		return
	}
	p.notice(fmt.Sprintf("  %-16s %-4s %s → %s", c.Question, c.Method, c.What, strings.TrimSpace(strconv.Itoa(c.Status)+" "+c.Code)))
}

// tellKept says what became of the answers.
func (p *probing) tellKept(kept connect.Kept, failed error) {
	switch {
	case failed != nil:
	case kept == connect.OfSandbox:
		p.notice("the sandbox's answers are not kept: they say nothing of the real service")
	case kept == connect.OfElsewhere:
		p.notice("the answers are not kept: they are not those of the profile's own service")
	case kept == connect.KeptInProfile:
		p.notice(fmt.Sprintf("kept in profile %q", p.conn.Profile.Name))
	}
}

// show prints the table or the document. What went wrong is the error.
func (p *probing) show(r connect.ProbeResult, err error) error {
	if p.global.json {
		d := probeDocument{schemaVersion, p.User.PrimaryEmail, len(r.Calls), r.Capabilities, r.Why, r.Calls, nil}
		if err != nil {
			refused := p.refusal(err)
			d.Error = &errorBody{refused.Code, p.secrets.Redact(refused.Message), refused.Hint}
		}
		if failed := p.printJSON(d); failed != nil {
			return failed
		}
	} else {
		p.table(r)
	}
	var not *connect.NotPutBack
	if !errors.As(err, &not) {
		p.notice(p.User.PrimaryEmail + " is as it was before")
	}
	if err != nil {
		return outcome{p.say(err)}
	}
	return nil
}

func (p *probing) table(r connect.ProbeResult) {
	t := term.Table{Columns: []term.Column{{Title: "question", Least: 20}, {Title: "answer"}, {Title: "note", Least: 20}}, Rows: answerTable(r.Capabilities, r.Why)}
	t.Write(term.New(p.Out, term.Options{NoColor: p.global.noColor, Env: p.Env}))
}

// answerTable is what was learnt in words: question, answer, note.
func answerTable(c zoho.Capabilities, why map[string]string) [][]string {
	truth := map[zoho.Truth]string{zoho.Yes: "yes", zoho.No: "no"}
	page, seconds := "unknown", "at once, or unknown"
	if c.PageSize > 0 {
		page = strconv.Itoa(c.PageSize)
	}
	if c.ReadBackSeconds > 0 {
		seconds = fmt.Sprintf("%.1f s", c.ReadBackSeconds)
	}
	return [][]string{
		{"key of the phone", string(c.PhoneKey), why["phone_key"]},
		{"first and last name accepted", first(truth[c.Names], "unknown"), why["names"]},
		{"fields left out", string(c.OmittedFields), why["omitted_fields"]},
		{"parts of the address left out", string(c.OmittedAddress), why["omitted_address"]},
		{"an empty value", string(c.Empty), why["empty"]},
		{"country in capitals", string(c.UpperCountry), why["upper_country"]},
		{"until a change can be read", seconds, why["read_back_s"]},
		{"users on a page of the list", page, why["page_size"]},
	}
}
