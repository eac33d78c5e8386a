package lambdahost

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serveAliases answers GetAlias, ListAliases, UpdateAlias and ListVersionsByFunction
// (docs.aws.amazon.com/lambda/latest/api, each a page), and reports false for another path.
// An alias has one version here.
func (a invokeAPI) serveAliases(w http.ResponseWriter, r *http.Request) bool {
	escaped, what, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), functionsPath), "/")
	kind, alias, _ := strings.Cut(what, "/")
	known := slices.Contains([]string{"GET versions", "GET aliases"}, r.Method+" "+kind) || r.Method == http.MethodPut && kind == "aliases" && alias != ""
	if !known || kind == "versions" && alias != "" {
		return false
	}
	name, _ := url.PathUnescape(escaped)
	fn, _, err := a.host.find(name, "")
	if err == nil && alias != "" && !slices.Contains(fn.Aliases, alias) {
		err = &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: "Cannot find alias arn: " + fn.ARN + ":" + alias}
	}
	if err == nil && r.Method == http.MethodPut {
		err = updateAlias(fn, r)
	}
	if err != nil {
		refuse(w, err)
		return true
	}
	var answer any
	switch {
	case kind == "versions":
		answer, err = fn.page(r.URL.Query())
	case alias == "":
		all := []any{}
		for _, alias := range fn.Aliases {
			all = append(all, fn.describeAlias(alias))
		}
		answer = map[string]any{"Aliases": all}
	default:
		answer = fn.describeAlias(alias)
	}
	if err != nil {
		refuse(w, err)
		return true
	}
	writeJSON(w, answer)
	return true
}

func writeJSON(w http.ResponseWriter, answer any) {
	body, _ := json.Marshal(answer) // texts and numbers
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Requestid", newRequestID())
	_, _ = w.Write(body)
}

// updateAlias points all aliases of the function: the stack has one.
func updateAlias(fn *function, r *http.Request) error {
	var in struct {
		FunctionVersion, RevisionID string
		RoutingConfig               struct{ AdditionalVersionWeights map[string]float64 }
	}
	body, err := readPayload(r.Body)
	if err != nil || json.Unmarshal(body, &in) != nil {
		return &ServiceError{Code: "InvalidRequestContentException", Message: "Could not read the request body.", Status: 400}
	}
	if len(in.RoutingConfig.AdditionalVersionWeights) > 0 {
		return &ServiceError{Code: "InvalidParameterValueException", Message: "An alias of the local cloud has one version: it knows no weights.", Status: 400}
	}
	idle, before, err := fn.point(in.FunctionVersion, in.RevisionID)
	if err != nil {
		return err
	}
	fn.end(before, idle)
	return nil
}

func (f *function) describeAlias(name string) map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	number := "$LATEST"
	if f.live != nil {
		number = strconv.Itoa(f.live.number)
	}
	return map[string]any{
		"AliasArn": f.ARN + ":" + name, "Name": name, "FunctionVersion": number, "Description": "", "RevisionId": f.revision,
	}
}

// page returns $LATEST and the versions, the oldest first, at most MaxItems of them.
func (f *function) page(query url.Values) (map[string]any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := []map[string]any{f.describe("$LATEST", "", time.Now())}
	if f.live != nil {
		all[0] = f.describe("$LATEST", "", f.versions[len(f.versions)-1].published)
	}
	for _, v := range f.versions {
		all = append(all, f.describe(strconv.Itoa(v.number), v.description, v.published))
	}
	from := 0
	if marker := query.Get("Marker"); marker != "" {
		if from = slices.IndexFunc(all, func(v map[string]any) bool { return v["Version"] == marker }); from < 0 {
			return nil, &ServiceError{Code: "InvalidParameterValueException", Message: "Invalid marker.", Status: 400}
		}
	}
	most, _ := strconv.Atoi(query.Get("MaxItems"))
	to := min(from+min(max(cmp.Or(most, 50), 1), 50), len(all))
	out := map[string]any{"Versions": all[from:to]}
	if to < len(all) {
		out["NextMarker"] = all[to]["Version"]
	}
	return out, nil
}

// describe returns a FunctionConfiguration with what the local cloud obeys.
func (f *function) describe(number, description string, modified time.Time) map[string]any {
	return map[string]any{
		"FunctionName": f.Name, "FunctionArn": f.ARN + ":" + number, "Version": number, "Description": description,
		"LastModified": modified.UTC().Format("2006-01-02T15:04:05.000-0700"), "Timeout": int(f.Timeout.Seconds()), "MemorySize": f.MemoryMiB,
		"State": "Active", "LastUpdateStatus": "Successful",
	}
}
