package lambdahost

import (
	"net/http"
	"net/url"
	"strings"
)

// concurrencyPath precedes a function's name in GetFunctionConcurrency
// (docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html).
const concurrencyPath = "/2019-09-30/functions/"

// serveConcurrency answers GetFunctionConcurrency, and reports false for another path. An answer
// without a member is that of a function without a reserve, as the Lambda API shows it.
func (a invokeAPI) serveConcurrency(w http.ResponseWriter, r *http.Request) bool {
	rest, of := strings.CutPrefix(r.URL.EscapedPath(), concurrencyPath)
	escaped, asked := strings.CutSuffix(rest, "/concurrency")
	if !of || !asked || r.Method != http.MethodGet {
		return false
	}
	name, _ := url.PathUnescape(escaped)
	fn, _, err := a.host.find(name, "")
	if err != nil {
		refuse(w, err)
		return true
	}
	shown := map[string]any{}
	if fn.ReservedConcurrency > 0 {
		shown["ReservedConcurrentExecutions"] = fn.ReservedConcurrency
	}
	writeJSON(w, shown)
	return true
}
