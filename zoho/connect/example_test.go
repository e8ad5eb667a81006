package connect_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"zohobulk/zoho"
	"zohobulk/zoho/auth"
	"zohobulk/zoho/connect"
	"zohobulk/zoho/zohotest"
)

// A page logs in step by step: it shows the guide, takes client and code from a form, and shows the form again with the reason if Zoho
// refuses the code.
func Example() {
	ctx := context.Background()
	service := zohotest.New(zohotest.Options{}) // a stand-in for Zoho
	folder, err := os.MkdirTemp("", "connect-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	c := &connect.Connector{
		Folders:   connect.Folders{Config: folder, Cache: folder},
		HTTP:      zohotest.Transport(service),
		Env:       func(string) string { return "" },
		UserAgent: "example/1.0",
		Redactor:  &auth.Redactor{},
	}
	choice := connect.Choice{AccountsURL: zohotest.URL, MailURL: zohotest.URL, Rate: "unlimited"}

	login, err := c.Login(choice, connect.LoginOptions{Store: auth.File})
	if err != nil {
		panic(err)
	}
	fmt.Println("ask for", login.Guide(connect.ByCode).Scopes)

	form := connect.Client{ID: zohotest.ClientID, Secret: zohotest.ClientSecret}
	_, err = login.Code(ctx, form, "1000.mistyped")
	var refused *auth.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code+":", refused.Message)
	}
	code, err := service.GrantCode()
	if err != nil {
		panic(err)
	}
	done, err := login.Code(ctx, form, auth.Secret(code))
	if err != nil {
		panic(err)
	}
	fmt.Println("logged in as", done.Caller.Account.PrimaryEmail, "in", zoho.OrganisationName(done.Caller.Organisation, done.Caller.ZOID))

	status, err := c.Status(ctx, connect.Choice{Rate: "unlimited"})
	if err != nil {
		panic(err)
	}
	fmt.Println("connected:", status.Connected, "at", status.Rate)
	// Output:
	// ask for [ZohoMail.organization.accounts.READ ZohoMail.organization.accounts.UPDATE ZohoMail.accounts.READ]
	// invalid-code: Zoho rejected the code: it is used up, too old or not complete
	// logged in as priya.raman@zylker.com in 1234567890
	// connected: true at unlimited
}
