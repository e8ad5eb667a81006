package zohotest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is what goes back, and what the log wants to know of it.
type answer struct {
	status  int
	kind    string            // content type; "" is JSON
	header  map[string]string // beyond the content type
	body    []byte
	code    string   // the service's own code or text, for the log
	applied bool     // an update was carried out
	changed []string // fields whose value it changed
	cut     cut
}

// cut says where a connection breaks.
type cut int

const (
	uncut   cut = iota
	cutHead     // before the first byte of the answer
	cutBody     // in the middle of the answer
)

func cutAnswer() *answer { return &answer{cut: cutHead, code: "cut"} }

func (a *answer) write(w http.ResponseWriter) {
	if a.cut == cutHead {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	if a.kind == "" {
		a.kind = "application/json;charset=UTF-8"
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	for k, v := range a.header {
		h.Set(k, v)
	}
	w.WriteHeader(a.status)
	if a.cut == cutBody {
		w.Write(a.body[:len(a.body)/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	w.Write(a.body)
}

// envelope is the form of nearly every answer of Mail. Refusals print data first, successes status first, as observed.
type envelope struct {
	Data   any    `json:"data,omitempty"`
	Status status `json:"status"`
}

type status struct {
	Code        int    `json:"code"`
	Description string `json:"description,omitempty"`
}

type refusal struct {
	Code  string `json:"errorCode,omitempty"`
	Error string `json:"error,omitempty"`
	More  string `json:"moreInfo,omitempty"`
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("zohotest: " + err.Error()) // only types of this package come here
	}
	return b
}

func jsonAnswer(code int, v any) *answer { return &answer{status: code, body: marshal(v)} }

// success is an answer without data, as updates give it.
func success() *answer {
	return &answer{status: 200, body: []byte(`{"status":{"code":200,"description":"success"}}`)}
}

func dataAnswer(data any) *answer {
	return jsonAnswer(200, struct {
		Status status `json:"status"`
		Data   any    `json:"data"`
	}{status{200, "success"}, data})
}

// descriptions of the statuses, as observed.
var descriptions = map[int]string{400: "Invalid Input", 401: "Invalid Access", 403: "Forbidden", 404: "Invalid Input", 500: "Internal Server Error"}

// refuse gives a refusal in the normal envelope.
func refuse(code int, r refusal) *answer {
	a := jsonAnswer(code, envelope{r, status{code, descriptions[code]}})
	if a.code = r.Code; a.code == "" {
		a.code = r.Error + r.More
	}
	return a
}

func badToken() *answer { return refuse(401, refusal{Code: "INVALID_OAUTHTOKEN"}) }

func noToken() *answer { return refuse(400, refusal{Code: "INVALID_TICKET", More: "Invalid ticket"}) }

func noRule() *answer { return refuse(404, refusal{Code: "URL_RULE_NOT_CONFIGURED"}) }

func badPattern(what string) *answer {
	return refuse(400, refusal{Code: "PATTERN_NOT_MATCHED", More: what + " Input does not match the given pattern"})
}

func badType(what string) *answer {
	return refuse(400, refusal{Code: "DATATYPE_NOT_MATCHED", More: what + " Invalid data type"})
}

func isNull(what string) *answer { return refuse(400, refusal{More: what + " is null"}) }

// htmlPage is what hosts answer that are not the API, or are out of order.
func htmlPage(code int, title string) *answer {
	body := "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n"
	return &answer{status: code, kind: "text/html;charset=UTF-8", body: []byte(body), code: title}
}
