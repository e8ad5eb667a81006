package importer

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// sampleRequest is a request as the service's documentation prints it.
type sampleRequest struct {
	Method, Path string
	Header       map[string]string
	Body         any
}

// recorder answers every PUT with success and keeps what it was sent.
type recorder struct{ puts []sampleRequest }

func (r *recorder) RoundTrip(q *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	put := sampleRequest{Method: q.Method, Path: q.URL.Path, Header: map[string]string{}}
	for _, name := range []string{"Accept", "Content-Type", "Authorization"} {
		put.Header[name] = q.Header.Get(name)
	}
	if err := json.Unmarshal(text, &put.Body); err != nil {
		return nil, err
	}
	r.puts = append(r.puts, put)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: q,
		Body: io.NopCloser(strings.NewReader(`{"status":{"code":200,"description":"success"}}`)),
	}, nil
}

// TestDocumentedSamples holds the requests that rows turn into against the three samples of the documentation, whole.
func TestDocumentedSamples(t *testing.T) {
	const headers = "Zoho-oauthtoken"
	tests := []struct {
		name, csv string
		zoid      zoho.ID
		options   Options
		path      string
		body      string
	}{
		{
			name: "updatePersonalInfo",
			csv: "accountId,zuid,firstName,lastName,displayName,gender,country,streetAddr,city,postalCode,state,phoneNumber,mobileNumber\n" +
				`2560636000000008002,100001234,Rebecca,Anderson,Rebecca Anderson,FEMALE,us,"91, Thomas Street",New York,10001,New York,9000000001,9000000002` + "\n",
			zoid: "1234567890",
			path: "/api/organization/1234567890/accounts/2560636000000008002",
			body: `{"firstName":"Rebecca","lastName":"Anderson","displayName":"Rebecca Anderson","gender":"FEMALE","country":"us",
				"address":{"streetAddr":"91, Thomas Street","city":"New York","postalCode":"10001","state":"New York"},
				"phoneNumber":"9000000001","mobileNumber":"9000000002","mode":"updatePersonalInfo","zuid":100001234}`,
		},
		{
			name:    "displaynameemailupdate by an administrator",
			csv:     "accountId,zuid,displayName,newEmail\n2560636000000008002,11111111,Rebecca Anderson,rebecca@zylker.com\n",
			zoid:    "12345678",
			options: Options{AllowEmailChange: true},
			path:    "/api/organization/12345678/accounts/2560636000000008002",
			body:    `{"zuid":"11111111","mode":"displaynameemailupdate","emailAddress":"rebecca@zylker.com","displayName":"Rebecca Anderson"}`,
		},
		{
			name:    "displaynameemailupdate by the user",
			csv:     "accountId,zuid,displayName,newEmail\n2560636000000008002,11111111,Rebecca Anderson,rebecca@zylker.com\n",
			options: Options{AllowEmailChange: true, Auth: AuthUser},
			path:    "/api/accounts/2560636000000008002",
			body:    `{"mode":"displaynameemailupdate","emailAddress":"rebecca@zylker.com","displayName":"Rebecca Anderson"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, zohotest.Options{})
			sent := &recorder{}
			g.http, g.zoid = sent, test.zoid
			test.options.Lookup = LookupNever
			r := g.read(test.csv, test.options)
			if _, err := r.Plan(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := r.send(t.Context(), t.Context()); err != nil {
				t.Fatal(err)
			}
			want := sampleRequest{Method: http.MethodPut, Path: test.path, Header: map[string]string{
				"Accept": "application/json", "Content-Type": "application/json", "Authorization": headers + " " + g.token(),
			}}
			if err := json.Unmarshal([]byte(test.body), &want.Body); err != nil {
				t.Fatal(err)
			}
			for i := range sent.puts { // each client has a token of its own; the scheme is what is documented
				scheme, _, _ := strings.Cut(sent.puts[i].Header["Authorization"], " ")
				sent.puts[i].Header["Authorization"] = scheme
			}
			want.Header["Authorization"] = headers
			if diff := cmp.Diff([]sampleRequest{want}, sent.puts); diff != "" {
				t.Errorf("the request is not the documented one (-want +got):\n%s", diff)
			}
		})
	}
}
