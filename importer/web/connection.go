package web

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/web/text"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// connectionBody is what the connection shows. It holds no secret.
type connectionBody struct {
	Rehearsal bool
	Connected bool
	Words     string
	Guide     connect.Guide
	Centres   []fieldOption
	Back      string // the screen to go back to, "" for none
}

// getConnection shows where what is sent goes, and how to connect.
func (s *Server) getConnection(w http.ResponseWriter, r *http.Request) error {
	return s.showConnection(w, r, http.StatusOK, nil, "")
}

func (s *Server) showConnection(w http.ResponseWriter, r *http.Request, status int, alert *said, done string) error {
	b := connectionBody{Rehearsal: s.options.Rehearsal || s.options.Connector == nil, Back: backOf(r)}
	if !b.Rehearsal {
		if err := s.takeConnection(&b); err != nil {
			alert = s.say(err)
		}
	}
	return s.show(w, status, frame{Screen: "connection", Nav: "connection", Title: text.Of("connection.title"), Status: done, Alert: alert, Body: b})
}

func (s *Server) takeConnection(b *connectionBody) error {
	login, err := s.options.Connector.Login(s.options.Choice, connect.LoginOptions{Way: connect.ByCode})
	if err != nil {
		return err
	}
	b.Guide = login.Guide(connect.ByCode)
	present := zoho.DataCentres[0].Name
	site, connected := s.site()
	if b.Connected = connected; connected {
		place := zoho.OrganisationName(site.Profile.Organisation, site.ZOID)
		b.Words = text.Of("connection.words", place, site.Profile.User, site.Rate.String())
		present = site.DC
	}
	for _, dc := range zoho.DataCentres {
		b.Centres = append(b.Centres, fieldOption{dc.Name, dc.Place, dc.Name == present})
	}
	return nil
}

// site is where the page's connection leads. OK reports whether there is a login for it.
func (s *Server) site() (site *connect.Site, ok bool) {
	if s.options.Connector == nil {
		return nil, false
	}
	site, err := s.options.Connector.Find(s.options.Choice)
	if err != nil {
		return nil, false
	}
	place, _ := s.options.Connector.Where(site.Profile)
	return site, place != connect.Nowhere
}

// postConnection connects by a code from the console, or takes the connection away.
func (s *Server) postConnection(w http.ResponseWriter, r *http.Request) error {
	if s.options.Connector == nil || s.options.Rehearsal {
		return s.see(w, r, "connection")
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	if r.PostForm.Has("disconnect") {
		if _, err := s.options.Connector.Logout(r.Context(), s.options.Choice); err != nil {
			return s.showConnection(w, r, http.StatusUnprocessableEntity, s.say(err), "")
		}
		return s.see(w, r, "connection")
	}
	if err := s.connect(r); err != nil {
		return s.showConnection(w, r, http.StatusUnprocessableEntity, s.say(err), "")
	}
	if back := backOf(r); back != "" {
		return s.see(w, r, back)
	}
	return s.see(w, r, "connection")
}

// connect logs in with what a form holds. None of its secrets is ever sent back.
func (s *Server) connect(r *http.Request) error {
	typed := func(name string) connect.Secret { return connect.Secret(strings.TrimSpace(r.PostForm.Get(name))) }
	choice := s.options.Choice
	choice.DC = r.PostForm.Get("dc")
	login, err := s.options.Connector.Login(choice, connect.LoginOptions{Way: connect.ByCode})
	if err != nil {
		return err
	}
	client := login.Known()
	if id, secret := typed("client-id"), typed("client-secret"); id != "" || secret != "" {
		client = connect.Client{ID: id, Secret: secret}
	}
	code := typed("code")
	if client.ID == "" || client.Secret == "" || code == "" {
		return problem.Refuse("incomplete", "", "%s", text.Of("connection.incomplete"))
	}
	_, err = login.Code(r.Context(), client, code)
	return err
}

// backs are the screens that a person may come from to connect.
var backs = regexp.MustCompile(`^(sheets|runs)/[0-9a-zA-Z.-]+(/(problems|plan|send))?$`)

// backOf is the screen to go back to once there is a connection.
func backOf(r *http.Request) string {
	if back := r.FormValue("back"); backs.MatchString(back) {
		return back
	}
	return ""
}

// needsLogin reports whether an error is settled by connecting again.
func (s *Server) needsLogin(err error) bool {
	if s.options.Connector == nil || s.options.Rehearsal {
		return false
	}
	var login *connect.LoginError
	var service *zoho.Error
	var refused *problem.Refusal
	switch {
	case errors.As(err, &login):
		return true
	case errors.As(err, &service):
		return service.Kind == zoho.Auth || service.Kind == zoho.Scope
	case errors.As(err, &refused):
		return refused.Code == "no-account" || refused.Code == "no-admin"
	}
	return false
}
