package cli

import (
	"fmt"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/zoho"
)

// remedyWords words each way to settle a refusal as a flag or a command line. A clause follows what stands before it, after
// its own conjunction.
var remedyWords = map[problem.Way]func(args []string) (conjunction, clause string){
	problem.ChooseWorksheet: or("choose one with --sheet NAME"),
	problem.GivePassword:    or("write the password into a file and name that with --password-file"),
	problem.ChooseReports:   or("choose another folder with --reports"),
	problem.ListRuns:        or("zohobulk runs shows them"),
	problem.ReadDirectory:   or("read what Zoho holds now with zohobulk export"),
	problem.StartAgain:      func([]string) (string, string) { return ", then ", "start again: nothing was sent" },
	problem.ChooseProfile:   or("name its profile with --profile"),
	problem.SkipInvalid:     or("send the others with --skip-invalid"),
	problem.RaiseMaxChanges: then("raise --max-changes if it is right"),
	problem.AllowAdmins:     then("add --allow-admins to send all the same"),

	problem.AllowEmailChange:   then("add --allow-email-change to allow that"),
	problem.AllowClearing:      then("add --allow-clearing to allow that"),
	problem.ChooseOrganisation: or("choose the organisation with --profile or --zoid"),
	problem.SendUnread:         or("send a sheet with accountId and zuid in every row unread, with --lookup never"),
	problem.LeaveOut: func(fields []string) (string, string) {
		return "; ", "zohobulk resume" + withoutFlag(fields) + " sends everything else"
	},
	problem.SendPlan:    on("zohobulk apply --run %s sends it"),
	problem.ShowRun:     on("zohobulk runs show %[1]s shows it; zohobulk resume %[1]s --failed tries its failed rows again"),
	problem.ContinueRun: on("zohobulk resume %s continues it"),
	problem.ResumeRun: func(args []string) (string, string) {
		return ", then ", "zohobulk resume " + args[0] + " with the same --profile, --sandbox and --reports"
	},
	problem.ChooseHeaderRow: or("say which row it is with --header-row"),
	problem.ChooseFields:    or("choose others with --fields"),
	problem.LookUp:          or("leave out --lookup never"),
	problem.RunAsAdmin:      or("run as administrator with --auth admin"),
	problem.SaveMapping:     or("write one with zohobulk validate SHEET --save-mapping FILE"),
	problem.MapColumn:       or(""), // mapFlags words all of them
	problem.ChooseEncoding: func(args []string) (string, string) {
		if len(args) == 0 {
			return ", or ", "name its encoding with --encoding"
		}
		return "", fmt.Sprintf("\n  --encoding %-12s  %s", args[0], strings.Join(args[1:], " | "))
	},
}

// connectionWords words each way out of a connection that does not work.
var connectionWords = map[zoho.Way]func(args []string) (conjunction, clause string){
	zoho.LogIn: func(args []string) (string, string) {
		if len(args) == 0 {
			return ", or ", "run zohobulk login"
		}
		return ", or ", "run " + withProfile("zohobulk login", args[0])
	},
	zoho.LogInAgain: or("run zohobulk login again"),
	zoho.LogOut:     after("; ", "if somebody may have seen it, run zohobulk logout and log in again"),
	zoho.SetVariables: func(args []string) (string, string) {
		last := len(args) - 1
		return ", or ", "set " + strings.Join(args[:last], ", ") + " and " + args[last]
	},
	zoho.Rehearse:         after("; ", "--sandbox needs no login"),
	zoho.CheckDataCentre:  after("; ", "check --dc and --accounts-url"),
	zoho.UseOwnPlace:      or("leave out --dc and --accounts-url"),
	zoho.LogInElsewhere:   or("log in there under another --profile"),
	zoho.KeepInFile:       or("log in with zohobulk login --secrets file"),
	zoho.AllowFile:        or("leave out --secrets keyring to keep it in a file"),
	zoho.UsePort:          func(args []string) (string, string) { return " and ", "add --port " + args[0] },
	zoho.ShowScopes:       after(", ", "as zohobulk login shows them"),
	zoho.ShowSecretForms:  after("; ", "zohobulk login --help shows the forms it may print"),
	zoho.ExportLogin:      or("make a new one with zohobulk login --print-env"),
	zoho.NameOrganisation: or("name it with --zoid"),
	zoho.OwnAccountOnly:   or("use --auth user for the own account only"),
	zoho.ListProfiles:     after("; ", "zohobulk profiles lists them"),
	zoho.ChooseConnection: after(", ", "with the --profile of that organisation"),
}

// wordsOf words a remedy, whoever proposes it.
func wordsOf(r problem.Remedy) (conjunction, clause string) {
	if words := remedyWords[r.Way]; words != nil {
		return words(r.Args)
	}
	return connectionWords[zoho.Way(r.Way)](r.Args)
}

// after is a way whose clause follows in another manner than ", or ".
func after(conjunction, clause string) func([]string) (string, string) {
	return func([]string) (string, string) { return conjunction, clause }
}

// or is a way that is worded the same for any arguments.
func or(clause string) func([]string) (string, string) {
	return func([]string) (string, string) { return ", or ", clause }
}

// then is or for a way that stands in a sentence of its own.
func then(clause string) func([]string) (string, string) {
	return func([]string) (string, string) { return "; ", clause }
}

// allowFlags are the flags that take down the rails of single rows.
var allowFlags = map[problem.Way]string{
	problem.AllowEmailChange: " --allow-email-change", problem.AllowClearing: " --allow-clearing", problem.AllowAdmins: " --allow-admins",
}

// allowing are the flags that allow what remedies ask for.
func allowing(remedies []problem.Remedy) (flags string) {
	for _, remedy := range remedies {
		flags += allowFlags[remedy.Way]
	}
	return flags
}

// withoutFlag is the flag that leaves fields out.
func withoutFlag(fields []string) string { return " --without " + strings.Join(fields, ",") }

// stopFlags are the flags that made a run stop, by the code of why it did.
var stopFlags = map[string]string{"max-duration": "--max-duration", "max-errors": "--max-errors", "first": "--first"}

// on is a way with a run: the clause names it.
func on(clause string) func([]string) (string, string) {
	return func(args []string) (string, string) { return ", or ", fmt.Sprintf(clause, args[0]) }
}

// hintOf is a refusal's hint with its remedies in words.
func hintOf(r *problem.Refusal) string {
	hint := r.Hint
	if len(r.Remedies) > 0 && r.Remedies[0].Way == problem.ChooseEncoding && len(r.Remedies[0].Args) > 0 {
		hint = "take the line that reads right, or name another encoding:"
	}
	return withRemedies(hint, r.Remedies)
}

// reasonOf is what is wrong and what to do about it, in words.
func reasonOf(p problem.Problem) string {
	p.Hint = problemHint(p)
	return p.Reason()
}

// problemHint is a problem's hint with its remedies in words.
func problemHint(p problem.Problem) string { return withRemedies(p.Hint, p.Remedies) }

func withRemedies(hint string, remedies []problem.Remedy) string {
	maps := mapFlags(remedies)
	for _, remedy := range remedies {
		conjunction, clause := wordsOf(remedy)
		if remedy.Way == problem.MapColumn {
			if clause, maps = maps, ""; clause == "" {
				continue // the first of them named all
			}
		}
		if hint == "" {
			conjunction = ""
		}
		hint += conjunction + clause
	}
	return hint
}

// mapFlags are the flags that settle columns, in one piece that can be copied, with what else a column can be behind it.
func mapFlags(remedies []problem.Remedy) string {
	var flags, others []string
	seen, feeds := map[string]bool{}, false
	for _, r := range remedies {
		if r.Way != problem.MapColumn {
			continue
		}
		flag := fmt.Sprintf("--map %q", r.Args[1]+"="+r.Args[2])
		if feeds = feeds || r.Args[2] != ""; seen[r.Args[0]] {
			others = append(others, flag)
		} else {
			flags = append(flags, flag)
		}
		seen[r.Args[0]] = true
	}
	if flags == nil {
		return ""
	}
	text := "say " + strings.Join(append([]string{strings.Join(flags, " ")}, others...), ", or ")
	if feeds {
		text += "; with nothing behind the = the column is set aside"
	}
	return text
}
