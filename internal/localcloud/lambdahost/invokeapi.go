package lambdahost

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

const functionsPath = "/2015-03-31/functions/"

// invokeAPI is the callers' side: POST /2015-03-31/functions/NAME/invocations
// (docs.aws.amazon.com/lambda/latest/api/API_Invoke.html), and GET …/NAME/configuration
// (API_GetFunctionConfiguration.html). serveAliases, serveConcurrency and servePolicy know more.
type invokeAPI struct{ host *Host }

// ServeHTTP parses the path by hand: an ARN's colons may be escaped.
func (a invokeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.host.opts.Logs != nil && strings.HasPrefix(r.Header.Get("X-Amz-Target"), "Logs_") {
		a.host.opts.Logs.ServeHTTP(w, r)
		return
	}
	if escaped, asked := strings.CutSuffix(strings.TrimPrefix(r.URL.EscapedPath(), functionsPath), "/configuration"); asked && r.Method == http.MethodGet {
		a.configuration(w, escaped, r.URL.Query().Get("Qualifier"))
		return
	}
	if a.serveAliases(w, r) || a.servePolicy(w, r) || a.serveConcurrency(w, r) {
		return
	}
	escaped, isInvoke := strings.CutSuffix(strings.TrimPrefix(r.URL.EscapedPath(), functionsPath), "/invocations")
	name, err := url.PathUnescape(escaped)
	if r.Method != http.MethodPost || !isInvoke || err != nil {
		refuse(w, &ServiceError{Code: "UnknownOperationException", Message: "The local Lambda endpoint knows Invoke, GetFunctionConfiguration, GetFunctionConcurrency, GetPolicy, RemovePermission, ListVersionsByFunction, GetAlias, ListAliases and UpdateAlias only.", Status: 404})
		return
	}
	event, err := readPayload(r.Body)
	if err != nil {
		refuse(w, &ServiceError{Code: "InvalidRequestContentException", Message: "Could not read the request body.", Status: 400})
		return
	}
	a.invoke(w, r, name, event)
}

func (a invokeAPI) invoke(w http.ResponseWriter, r *http.Request, name string, event []byte) {
	kind := r.Header.Get("X-Amz-Invocation-Type")
	if kind == "DryRun" {
		a.dryRun(w, name, r.URL.Query().Get("Qualifier"))
		return
	}
	c, err := a.host.begin(name, r.URL.Query().Get("Qualifier"), event, timeline.Cause{})
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("X-Amzn-Requestid", c.requestID)
	if kind == "Event" {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	select {
	case got := <-c.answered:
		writeAnswer(w, r, c, got)
	case <-r.Context().Done():
	}
}

// configuration answers with what the local cloud obeys of a function.
func (a invokeAPI) configuration(w http.ResponseWriter, escaped, qualifier string) {
	name, _ := url.PathUnescape(escaped)
	fn, arn, err := a.host.find(name, qualifier)
	if err != nil {
		refuse(w, err)
		return
	}
	version := fn.version()
	fn.mu.Lock()
	shown := fn.describe(version, "", time.Now())
	fn.mu.Unlock()
	delete(shown, "LastModified")
	shown["FunctionArn"], shown["LoggingConfig"] = arn, map[string]string{"LogFormat": "JSON", "LogGroup": fn.LogGroup}
	writeJSON(w, shown)
}

func (a invokeAPI) dryRun(w http.ResponseWriter, name, qualifier string) {
	if _, _, err := a.host.find(name, qualifier); err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("X-Amzn-Requestid", newRequestID())
	w.WriteHeader(http.StatusNoContent)
}

func writeAnswer(w http.ResponseWriter, r *http.Request, c *call, got answer) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("X-Amz-Executed-Version", c.fn.version())
	header.Set("X-Amzn-Trace-Id", c.traceID)
	if r.Header.Get("X-Amz-Log-Type") == "Tail" {
		header.Set("X-Amz-Log-Result", tail(<-c.finished))
	}
	body := got.reply
	if got.fail != nil {
		header.Set("X-Amz-Function-Error", "Unhandled")
		body = got.fail.Payload
	}
	_, _ = w.Write(body)
}

// tail returns the last 4 KB of the log, in Base64.
func tail(in Invocation) string {
	log := strings.Join(in.LogLines, "\n")
	return base64.StdEncoding.EncodeToString([]byte(log[max(0, len(log)-4096):]))
}

func refuse(w http.ResponseWriter, err error) {
	refusal := &ServiceError{Code: "ServiceException", Message: "The local Lambda endpoint failed.", Status: 500}
	errors.As(err, &refusal)
	body, _ := json.Marshal(map[string]string{"Type": "User", "Message": refusal.Message})
	header := w.Header()
	header.Set("Content-Type", "application/json")
	if header.Get("X-Amzn-Requestid") == "" {
		header.Set("X-Amzn-Requestid", newRequestID())
	}
	header.Set("X-Amzn-Errortype", refusal.Code)
	w.WriteHeader(refusal.Status)
	_, _ = w.Write(body)
}
