package gateway

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net"
	"slices"
	"strings"
	"unicode/utf8"
)

type object = map[string]any

// event is the request in payload format 2.0 (guide, "Create AWS Lambda proxy integrations
// for HTTP APIs in API Gateway").
func (g *Gateway) event(q *request) object {
	path := "/" + strings.Join(q.path, "/")
	ip, _, _ := net.SplitHostPort(q.RemoteAddr)
	headers, cookies := headersOf(q, ip)
	context := object{
		"accountId": g.api.AccountID, "apiId": g.api.ID, "stage": fallback, "routeKey": q.route.Key, "requestId": q.id,
		"domainName": q.Host, "domainPrefix": prefixOf(q.Host),
		"time": q.at.UTC().Format("02/Jan/2006:15:04:05 -0700"), "timeEpoch": q.at.UnixMilli(),
		"http": object{"method": q.Method, "path": path, "protocol": q.Proto, "sourceIp": ip, "userAgent": q.UserAgent()},
	}
	if q.claims != nil {
		context["authorizer"] = object{"jwt": object{"claims": shown(q.claims), "scopes": q.scopes()}}
	}
	event := object{
		"version": "2.0", "routeKey": q.route.Key, "rawPath": path, "rawQueryString": q.URL.RawQuery,
		"headers": headers, "requestContext": context, "isBase64Encoded": false,
	}
	query := map[string]string{}
	for name, values := range q.URL.Query() {
		query[name] = strings.Join(values, ",")
	}
	for name, members := range map[string]map[string]string{"queryStringParameters": query, "pathParameters": q.variables} {
		if len(members) > 0 {
			event[name] = members
		}
	}
	if len(cookies) > 0 {
		event["cookies"] = cookies
	}
	if len(q.body) > 0 {
		text := isText(q.Header.Get("Content-Type"), q.body)
		event["body"], event["isBase64Encoded"] = string(q.body), !text
		if !text {
			event["body"] = base64.StdEncoding.EncodeToString(q.body)
		}
	}
	return event
}

// headersOf returns the headers as API Gateway passes them, with those that it adds itself,
// and the cookies.
func headersOf(q *request, ip string) (headers map[string]string, cookies []string) {
	headers = map[string]string{"host": q.Host}
	for name, values := range q.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	for _, line := range q.Header.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			cookies = append(cookies, strings.TrimSpace(cookie))
		}
	}
	delete(headers, "cookie")
	_, port, _ := net.SplitHostPort(q.Host)
	headers["x-forwarded-for"] = strings.TrimPrefix(headers["x-forwarded-for"]+", "+ip, ", ")
	headers["x-forwarded-port"], headers["x-forwarded-proto"] = port, "http"
	return headers, cookies
}

// prefixOf returns the first label of a host.
func prefixOf(host string) string {
	prefix, _, _ := strings.Cut(host, ".")
	prefix, _, _ = strings.Cut(prefix, ":")
	return prefix
}

// shown returns claims as texts: a list is [a b], a number its digits
// (awsdocs/amazon-api-gateway-developer-guide#158, floci-io/floci#2011).
func shown(claims object) map[string]string {
	texts := map[string]string{}
	for name, value := range claims {
		texts[name] = fmt.Sprint(value)
	}
	return texts
}

// scopes are the token's; nil for a route that asks for none
// (awsdocs/amazon-api-gateway-developer-guide#113).
func (q *request) scopes() []string {
	if len(q.route.Scopes) == 0 {
		return nil
	}
	return scopesOf(q.claims)
}

// isText reports whether a body is passed as it is. AWS has no list for HTTP APIs; these types
// are those that its users see as texts, and a form is not among them.
func isText(contentType string, body []byte) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if contentType == "" {
		kind, err = "text/plain", nil
	}
	return err == nil && utf8.Valid(body) && (strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml") ||
		slices.Contains([]string{"application/json", "application/javascript", "application/xml"}, kind))
}
