package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

func TestR93_AFunctionGetsTheWholeEventOfPayloadFormat2(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	api := apiOf(route(t, "POST /my/{x}", nil))
	at := time.Date(2020, 3, 12, 19, 3, 58, 390e6, time.UTC)
	g := with(api, f, nil, func(o *Options) { o.Now = func() time.Time { return at } })
	header := http.Header{
		"Cookie": {"a=1; b=2", "c=3"}, "X-Two": {"one", "two"}, "User-Agent": {"agent"}, "Content-Type": {"application/json; charset=utf-8"}, "X-Forwarded-For": {"9.9.9.9"},
	}
	ask(g, "POST", "/my/p%61th?p=1&p=2&q=a%20b&r=", header, `{"a":"ä"}`)
	event := f.last(t)
	context := event["requestContext"].(object)
	if id, _ := context["requestId"].(string); len(id) != 16 {
		t.Errorf("request id %q", id)
	}
	delete(context, "requestId")
	var want object
	_ = json.Unmarshal([]byte(`{"version":"2.0","routeKey":"POST /my/{x}","rawPath":"/my/path","rawQueryString":"p=1&p=2&q=a%20b&r=","cookies":["a=1","b=2","c=3"],
		"headers":{"host":"localhost:4816","x-two":"one,two","user-agent":"agent","content-type":"application/json; charset=utf-8","x-forwarded-for":"9.9.9.9, 127.0.0.1","x-forwarded-port":"4816","x-forwarded-proto":"http"},
		"queryStringParameters":{"p":"1,2","q":"a b","r":""},"pathParameters":{"x":"path"},"body":"{\"a\":\"ä\"}","isBase64Encoded":false,
		"requestContext":{"accountId":"000000000000","apiId":"abcdefghij","domainName":"localhost:4816","domainPrefix":"localhost","stage":"$default","routeKey":"POST /my/{x}",
		"time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1584039838390,"http":{"method":"POST","path":"/my/path","protocol":"HTTP/1.1","sourceIp":"127.0.0.1","userAgent":"agent"}}}`), &want)
	if !reflect.DeepEqual(event, want) {
		t.Errorf("got  %v\nwant %v", event, want)
	}
}

func TestR93_ABodyIsATextOrBase64(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	g := with(apiOf(route(t, "POST /", nil)), f, nil)
	for _, c := range []struct {
		kind, body string
		text       bool
	}{
		{"", "plain", true},
		{"text/html", "<p>", true},
		{"application/vnd.api+json", "{}", true},
		{"application/xml", "<x/>", true},
		{"application/x-www-form-urlencoded", "a=b", false},
		{"image/png", "\x89PNG", false},
		{"text/plain", "\xff\xfe", false},
		{"no type at all;;", "x", false},
	} {
		ask(g, "POST", "/", http.Header{"Content-Type": {c.kind}}, c.body)
		event := f.last(t)
		want := c.body
		if !c.text {
			want = base64.StdEncoding.EncodeToString([]byte(c.body))
		}
		if event["isBase64Encoded"] != !c.text || event["body"] != want {
			t.Errorf("%s: %v %v", c.kind, event["isBase64Encoded"], event["body"])
		}
	}
}

func TestR93_AFunctionsAnswerIsReadAsAWSReadsIt(t *testing.T) {
	const wrong = `500 application/json {"message":"Internal Server Error"}`
	for reply, want := range map[string]string{
		`"Hello from Lambda!"`:             `200 application/json Hello from Lambda!`,
		`{ "message": "Hello" }`:           `200 application/json { "message": "Hello" }`,
		`{"body":"x","headers":{"a":"b"}}`: `200 application/json {"body":"x","headers":{"a":"b"}}`,
		`null`:                             `200 application/json null`,
		`[1,2]`:                            `200 application/json [1,2]`,
		`{"statusCode":201}`:               `201 text/plain; charset=utf-8 `,
		`{"statusCode":"202","body":"x"}`:  `202 text/plain; charset=utf-8 x`,
		`{"statusCode":200,"body":"aGk=","isBase64Encoded":true,"headers":{"CONTENT-type":"image/png"}}`: `200 image/png hi`,
		`{"statusCode":200,"body":"%%","isBase64Encoded":true}`:                                          wrong,
		`{"statusCode":200,"body":{"a":1}}`:                                                              wrong,
		`{"statusCode":200,"headers":{"a":["b"]}}`:                                                       wrong,
		`{"statusCode":"abc"}`:                                                                           wrong,
		`{"statusCode":101}`:                                                                             wrong,
		`{"statusCode":99}`:                                                                              wrong,
		`{"statusCode":599}`:                                                                             `599 text/plain; charset=utf-8 `,
		`{"statusCode":600}`:                                                                             wrong,
		`{"statusCode":199}`:                                                                             wrong,
		`{"statusCode":1000}`:                                                                            wrong,
		`{"statusCode":200.5}`:                                                                           wrong,
		`{"statusCode":null}`:                                                                            wrong,
		`not json`:                                                                                       wrong,
		``:                                                                                               wrong,
	} {
		g := with(apiOf(route(t, "GET /", nil)), &functions{reply: reply}, nil)
		w := ask(g, "GET", "/", nil, "")
		if got := fmt.Sprint(w.Code, " ", w.Header().Get("Content-Type"), " ", w.Body); got != want {
			t.Errorf("%s:\n got %s\nwant %s", reply, got, want)
		}
	}
	g := with(apiOf(route(t, "GET /", nil)), &functions{
		reply: `{"statusCode":204,"cookies":["a=1; Secure","b=2"],"headers":{"X-N":5,"x-b":true,"Connection":"X-Hop","X-Hop":"1","Transfer-Encoding":"chunked","content-length":"99"},"body":"ignored"}`,
	}, nil)
	w := ask(g, "GET", "/", nil, "")
	if h := w.Header(); w.Code != 204 || !reflect.DeepEqual(h["Set-Cookie"], []string{"a=1; Secure", "b=2"}) || h.Get("X-N") != "5" || h.Get("X-B") != "true" ||
		h.Get("X-Hop")+h.Get("Connection")+h.Get("Transfer-Encoding")+h.Get("Content-Length") != "" || w.Body.Len() > 0 {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestR93_AFunctionThatFailsIsAnAnswerOfTheGateway(t *testing.T) {
	for name, c := range map[string]struct {
		f    *functions
		want string
	}{
		"an error":   {&functions{reply: `{"statusCode":200}`, err: &lambdahost.FunctionError{Type: "Boom", Message: "secret"}}, `500 {"message":"Internal Server Error"}`},
		"throttled":  {&functions{err: &lambdahost.ServiceError{Code: "TooManyRequestsException", Status: 429}}, `500 {"message":"Internal Server Error"}`},
		"over 6 MB":  {&functions{err: &lambdahost.ServiceError{Code: "RequestEntityTooLargeException", Status: 413}}, `413 {"message":"Request Entity Too Large"}`},
		"too slow":   {&functions{reply: "hang"}, `503 {"message":"Service Unavailable"}`},
		"unforeseen": {&functions{err: errors.New("secret")}, `500 {"message":"Internal Server Error"}`},
	} {
		r := route(t, "GET /", nil)
		r.Integration.Timeout = time.Millisecond
		w := ask(with(apiOf(r), c.f, nil), "GET", "/", nil, "")
		if got := fmt.Sprint(w.Code, " ", w.Body); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestR93_HeadersAndBodiesAreBounded(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	g := with(apiOf(route(t, "POST /", nil)), f, nil)
	line := len("POST") + len("/") + len("HTTP/1.1") + len("localhost:4816")
	for _, c := range []struct {
		header, body, want int
		said               string
	}{
		{maxHeaders - line, 0, 200, ""},
		{maxHeaders - line + 1, 0, 431, `{"message":"Request Header Fields Too Large"}`},
		{0, maxPayload, 200, ""},
		{0, maxPayload + 1, 413, `{"message":"Request Entity Too Large"}`},
	} {
		w := ask(g, "POST", "/", http.Header{"X": {strings.Repeat("x", c.header/2), strings.Repeat("x", c.header-c.header/2)}}, strings.Repeat("x", c.body))
		if w.Code != c.want || w.Body.String() != c.said {
			t.Errorf("%d, %d: %d %s", c.header, c.body, w.Code, w.Body)
		}
	}
}

// A request without these has no such members.
func TestR93_WhatARequestLacksIsNotInTheEvent(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	g := with(apiOf(route(t, "GET /", nil)), f, nil)
	ask(g, "GET", "/", http.Header{"Cookie": {"one=1"}}, "")
	event := f.last(t)
	for _, name := range []string{"body", "queryStringParameters", "pathParameters"} {
		if value, there := event[name]; there {
			t.Errorf("%s is %v", name, value)
		}
	}
	if _, there := event["requestContext"].(object)["authorizer"]; there || event["isBase64Encoded"] != false || fmt.Sprint(event["cookies"]) != "[one=1]" ||
		event["headers"].(object)["x-forwarded-for"] != "127.0.0.1" {
		t.Errorf("%v", event)
	}
	ask(g, "GET", "/", nil, "")
	if _, there := f.last(t)["cookies"]; there {
		t.Error("cookies of nobody")
	}
}
