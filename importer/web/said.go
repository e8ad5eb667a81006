package web

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
)

// said is an error as a screen shows it.
type said struct {
	Code    string
	Message string
	Hint    string
	Ways    []problem.Remedy // what settles it, for the screen's controls
	Login   bool             // connecting again does
	Busy    bool             // another process is in the way, and may end
}

// coded is an error with a word for machines and advice for people, as those of the login and the service are.
type coded interface {
	Reason() (code, message, hint string)
}

// say words an error for the page. What settles it is a control of the screen; where the screen has none, a sentence.
func (s *Server) say(err error) *said {
	what := &said{Code: "failed", Message: sentence(once(err.Error())), Login: s.needsLogin(err), Busy: importer.Busy(err)}
	var refused *problem.Refusal
	var reason coded
	var crash *problem.Crash
	switch {
	case errors.As(err, &refused):
		what.Code, what.Message, what.Hint, what.Ways = refused.Code, sentence(refused.Message), sentence(refused.Hint), refused.Remedies
		for _, remedy := range refused.Remedies {
			if words := text.Of("way." + string(remedy.Way)); words != "" && what.Hint == "" {
				what.Hint = words
			}
		}
	case errors.As(err, &crash):
		s.log("%s", crash.Report())
		what.Code = "crash"
	case errors.As(err, &reason):
		what.Code, what.Message, what.Hint = reason.Reason()
		what.Message, what.Hint = sentence(what.Message), sentence(what.Hint)
	case errors.Is(err, context.Canceled):
		what.Code, what.Message = "interrupted", text.Of("error.interrupted")
	}
	s.settle(what, err)
	return what
}

// settle says what only the page knows: who is in the way, and that nobody is connected.
func (s *Server) settle(what *said, err error) {
	if holder, ok := importer.HolderOf(err); ok && what.Busy {
		what.Message, what.Hint = text.Of("busy", s.placeWords(), holder.String()), text.Of("busy.hint")
	}
	if what.Login && what.Hint == "" {
		if _, connected := s.site(); !connected {
			what.Hint = text.Of("connection.needed")
		}
	}
}

// sentence gives a message a capital and a full stop, unless it begins with a name.
func sentence(message string) string {
	if message == "" {
		return ""
	}
	first, rest, _ := strings.Cut(message, " ")
	if !strings.ContainsAny(strings.TrimSuffix(first, ":"), "./@_:0123456789") && first == strings.ToLower(first) {
		first = strings.ToUpper(first[:1]) + first[1:]
	}
	message = strings.TrimSpace(first + " " + rest)
	if !strings.ContainsAny(message[len(message)-1:], ".?!:") {
		message += "."
	}
	return message
}

// once leaves out the lines of a joined error that were said before.
func once(message string) string {
	var lines []string
	for line := range strings.Lines(message) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}
