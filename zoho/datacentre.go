package zoho

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// DataCentre is one of Zoho's separate installations. An account lives in one of them, and a token of one is refused
// by the others.
type DataCentre struct {
	Name       string // as --dc takes it
	Place      string // for people
	Accounts   string // where tokens come from
	Mail       string // where the Mail API answers
	Unverified bool   // nobody has published a live call to both hosts
}

// DataCentres are the known ones. They are pairs of hosts rather than a suffix, since Canada's is zohocloud.ca:
// mail.zoho.ca exists and answers an unrelated page.
var DataCentres = []DataCentre{
	{Name: "us", Place: "United States", Accounts: "https://accounts.zoho.com", Mail: "https://mail.zoho.com"},
	{Name: "eu", Place: "Europe", Accounts: "https://accounts.zoho.eu", Mail: "https://mail.zoho.eu"},
	{Name: "in", Place: "India", Accounts: "https://accounts.zoho.in", Mail: "https://mail.zoho.in"},
	{Name: "au", Place: "Australia", Accounts: "https://accounts.zoho.com.au", Mail: "https://mail.zoho.com.au"},
	{Name: "jp", Place: "Japan", Accounts: "https://accounts.zoho.jp", Mail: "https://mail.zoho.jp"},
	{Name: "ca", Place: "Canada", Accounts: "https://accounts.zohocloud.ca", Mail: "https://mail.zohocloud.ca"},
	{Name: "cn", Place: "China", Accounts: "https://accounts.zoho.com.cn", Mail: "https://mail.zoho.com.cn"},
	{Name: "sa", Place: "Saudi Arabia", Accounts: "https://accounts.zoho.sa", Mail: "https://mail.zoho.sa"},
	{Name: "uk", Place: "United Kingdom", Accounts: "https://accounts.zoho.uk", Mail: "https://mail.zoho.uk", Unverified: true},
	{Name: "ae", Place: "United Arab Emirates", Accounts: "https://accounts.zoho.ae", Mail: "https://mail.zoho.ae", Unverified: true},
}

// FindDataCentre is the data centre of that name, whatever the case.
func FindDataCentre(name string) (DataCentre, bool) {
	for _, dc := range DataCentres {
		if strings.EqualFold(dc.Name, strings.TrimSpace(name)) {
			return dc, true
		}
	}
	return DataCentre{}, false
}

// DataCentreOf is the data centre that a Mail or accounts URL belongs to.
func DataCentreOf(raw string) (DataCentre, bool) {
	u, err := url.Parse(raw)
	if err != nil {
		return DataCentre{}, false
	}
	for _, dc := range DataCentres {
		if "https://"+strings.ToLower(u.Host) == dc.Mail || "https://"+strings.ToLower(u.Host) == dc.Accounts {
			return dc, u.Scheme == "https"
		}
	}
	return DataCentre{}, false
}

// CheckBaseURL reads the address of a service: https to anywhere, http to this machine only, so that no token travels
// in the clear. A trailing slash or /api is dropped.
func CheckBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil || u.Hostname() == "":
		return nil, fmt.Errorf("address %q: want something like https://mail.zoho.com", shorten(hideUser(raw), 80))
	case u.User != nil:
		return nil, fmt.Errorf("address of %s: leave out the user name and password", u.Host)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("address of %s: leave out everything from the ? or # on", u.Host)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("address http://%s: plain http is for this machine only; use https", u.Host)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("address with %q: want https", shorten(u.Scheme, 20))
	}
	path := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/api")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}, nil
}

// loopback tells a host that cannot be anywhere but on this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// hideUser cuts what might be a password out of an address that cannot be read.
func hideUser(raw string) string {
	if at := strings.LastIndex(raw, "@"); at >= 0 {
		return "…" + raw[at:]
	}
	return raw
}
