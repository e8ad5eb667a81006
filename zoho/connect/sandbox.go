package connect

import (
	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// sandboxCredentials are those that the stand-in takes.
var sandboxCredentials = auth.Credentials{
	ClientID: zohotest.ClientID, ClientSecret: zohotest.ClientSecret, RefreshToken: zohotest.RefreshToken,
}

// ForgetSandboxLogin drops the access token of the stand-in within this process: a stand-in that begins again knows neither it nor how
// many were asked for.
func (f Folders) ForgetSandboxLogin() error {
	return f.cache().Forget(zohotest.URL, sandboxCredentials)
}

func (f Folders) cache() auth.Cache { return auth.Cache{Folder: f.Tokens()} }
