package auth

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// Login is a client that is about to be connected, by SelfClient, Browser or Device.
type Login struct {
	Endpoint Endpoint
	ID       Secret
	Secret   Secret
	Scopes   []string
	// Centres are the accounts servers that an answer may name, by data centre. No other server is ever sent a code.
	Centres map[string]string
	Notice  func(string) // told what a person should know; nil is nobody
}

// Grant is what a login brought.
type Grant struct {
	Credentials Credentials // Accounts is the server that gave them, which the answer may have named
	Token       Token
	Scope       string // as the service spells it, which may differ from what was asked for
}

// SelfClient exchanges the code that the API console made for a self client. The code is sent once.
func (l Login) SelfClient(ctx context.Context, code Secret) (Grant, error) {
	return l.exchange(ctx, l.Endpoint, l.Endpoint.config(l.ID, l.Secret), code)
}

// exchange sends a code, once.
func (l Login) exchange(ctx context.Context, e Endpoint, config *oauth2.Config, code Secret, options ...oauth2.AuthCodeOption) (Grant, error) {
	t, err := config.Exchange(e.context(ctx), code.Reveal(), options...)
	return l.granted(e, t, err, code)
}

// granted is the login that an exchange brought. It must have a refresh token, or it would end in an hour.
func (l Login) granted(e Endpoint, t *oauth2.Token, err error, code Secret) (Grant, error) {
	if err != nil {
		return Grant{}, judge(e.Host(), err, true, l.Secret, code)
	}
	if t.RefreshToken == "" {
		return Grant{}, &Error{Code: CodeNoRefresh, Message: "Zoho gave an access token but no refresh token, so the login would end in an hour",
			Hint: "Zoho gives one only when you consent again: under Sessions, Connected apps at " + e.at("/home") +
				" remove this client, then log in again"}
	}
	scope, _ := t.Extra("scope").(string)
	return Grant{
		Credentials: Credentials{ClientID: l.ID, ClientSecret: l.Secret, RefreshToken: Secret(t.RefreshToken), Accounts: e.URL},
		Token:       tokenOf(t), Scope: scope,
	}, nil
}

// elsewhere is the endpoint that an answer names by data centre or address, if it is one of the known ones.
func (l Login) elsewhere(named string) (Endpoint, bool) {
	named = strings.TrimRight(strings.TrimSpace(named), "/")
	if address, known := l.Centres[strings.ToLower(named)]; known {
		return l.Endpoint.moved(address), true
	}
	for _, name := range slices.Sorted(maps.Keys(l.Centres)) {
		if sameServer(l.Centres[name], named) {
			return l.Endpoint.moved(l.Centres[name]), true
		}
	}
	return l.Endpoint, sameServer(l.Endpoint.URL, named)
}

func sameServer(a, b string) bool {
	one, err1 := url.Parse(a)
	two, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && one.Scheme == two.Scheme && strings.EqualFold(one.Host, two.Host) && two.User == nil &&
		strings.Trim(one.Path, "/") == strings.Trim(two.Path, "/")
}

func (l Login) say(text string) {
	if l.Notice != nil {
		l.Notice(text)
	}
}
