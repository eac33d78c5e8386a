package lambdahost

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

type httpReply struct {
	status int
	header http.Header
	body   string
}

func post(t *testing.T, host *Host, path, event string, headers map[string]string) httpReply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, host.URL()+path, strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return httpReply{resp.StatusCode, resp.Header, string(body)}
}

func path(name string) string {
	return "/2015-03-31/functions/" + url.PathEscape(name) + "/invocations"
}

func TestInvokeAPI(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{Aliases: []string{"live"}}, Options{})
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:worker"
	for _, c := range []struct {
		name, path, event string
		headers           map[string]string
		status            int
		errorType         string
		functionError     string
		body              string
	}{
		{"name", path("worker"), `{"do":"echo"}`, nil, 200, "", "", `{"do":"echo"}`},
		{"alias", path("worker:live"), `{}`, nil, 200, "", "", `{}`},
		{"qualifier", path("worker") + "?Qualifier=live", `{}`, nil, 200, "", "", `{}`},
		{"escaped ARN", strings.ReplaceAll(path(arn), ":", "%3A"), `{}`, nil, 200, "", "", `{}`},
		{"bare ARN", "/2015-03-31/functions/" + arn + "/invocations", `{}`, nil, 200, "", "", `{}`},
		{"function error", path("worker"), `{"do":"error","message":"no"}`, nil, 200, "", "Unhandled", `{"errorMessage":"no","errorType":"errorString"}`},
		{"unknown function", path("stranger"), `{}`, nil, 404, "ResourceNotFoundException", "", `{"Message":"Function not found: stranger","Type":"User"}`},
		{"unknown qualifier", path("worker") + "?Qualifier=blue", `{}`, nil, 404, "ResourceNotFoundException", "", `{"Message":"Function not found: ` + arn + `:blue","Type":"User"}`},
		{"not JSON", path("worker"), `{`, nil, 400, "InvalidRequestContentException", "", ""},
		{"over 6 MB", path("worker"), strings.Repeat("1", 8<<20), nil, 413, "RequestTooLargeException", "", ""},
		{"dry run", path("worker"), `{}`, map[string]string{"X-Amz-Invocation-Type": "DryRun"}, 204, "", "", ""},
		{"asynchronous", path("worker"), `{}`, map[string]string{"X-Amz-Invocation-Type": "Event"}, 202, "", "", ""},
		{"another API", "/2015-03-31/functions/worker", `{}`, nil, 404, "UnknownOperationException", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := post(t, host, c.path, c.event, c.headers)
			if got.status != c.status || got.header.Get("X-Amzn-Errortype") != c.errorType || got.header.Get("X-Amz-Function-Error") != c.functionError {
				t.Errorf("got %d %v", got.status, got.header)
			}
			if c.body != "" && got.body != c.body {
				t.Errorf("body %s", got.body)
			}
			if got.header.Get("X-Amzn-Requestid") == "" {
				t.Error("no request id")
			}
		})
	}
}

func TestLogTailCarriesTheLines(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{}, Options{})
	got := post(t, host, path("worker"), `{"do":"print","message":"hello"}`, map[string]string{"X-Amz-Log-Type": "Tail"})
	log, err := base64.StdEncoding.DecodeString(got.header.Get("X-Amz-Log-Result"))
	if err != nil || string(log) != "hello\nhello on stderr" {
		t.Errorf("got %q, %v", log, err)
	}
}
