package gateway

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Route is an AWS::ApiGatewayV2::Route.
type Route struct {
	// Key is "GET /orders/{id}", "ANY /{proxy+}" or $default.
	Key string
	// Authorizer is nil if everybody may call.
	Authorizer *Authorizer
	// Scopes are those of which a token needs one; none lets every token in.
	Scopes      []string
	Integration Integration

	method string   // ANY for each
	parts  []string // segments of the path; nil for $default
}

// anyMethod is the method of a route that takes each.
const anyMethod = "ANY"

// fallback is the key of the route for what no other takes.
const fallback = "$default"

var keyForm = regexp.MustCompile(`^(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/[^?#]*)$`)

// NewRoute returns the route with this key.
func NewRoute(key string) (Route, error) {
	if key == fallback {
		return Route{Key: key, method: anyMethod}, nil
	}
	form := keyForm.FindStringSubmatch(key)
	if form == nil {
		return Route{}, fmt.Errorf("%q is not a key of an HTTP API: want a method and a path, or $default", key)
	}
	route := Route{Key: key, method: form[1], parts: strings.Split(form[2][1:], "/")}
	for i, part := range route.parts {
		if kindOf(part) == greedy && i < len(route.parts)-1 {
			return Route{}, fmt.Errorf("%q: a greedy variable is the path's last part", key)
		}
	}
	return route, nil
}

// source is the end of the source's ARN when a function is invoked for the route.
func (r *Route) source() string {
	method, path, found := strings.Cut(r.Key, " ")
	if !found {
		return r.Key
	}
	return method + path
}

// The kinds of a path's part, the most specific first.
const (
	literal = iota
	variable
	greedy
)

func kindOf(part string) int {
	switch {
	case !strings.HasPrefix(part, "{") || !strings.HasSuffix(part, "}"):
		return literal
	case strings.HasSuffix(part, "+}"):
		return greedy
	}
	return variable
}

// find returns the most specific route for a request and the variables of its path; nil if
// there is none (guide, "Routing API requests": a full match, a greedy one, $default). That a
// path counts before a method is a choice.
func (a *API) find(method string, path []string) (found *Route, variables map[string]string) {
	for i := range a.Routes {
		route := &a.Routes[i]
		if got, ok := route.match(method, path); ok && (found == nil || route.before(found)) {
			found, variables = route, got
		}
	}
	return found, variables
}

// match matches the decoded segments of a path. A variable is never empty.
func (r *Route) match(method string, path []string) (map[string]string, bool) {
	if r.parts == nil {
		return nil, true
	}
	if r.method != anyMethod && r.method != method {
		return nil, false
	}
	variables := map[string]string{}
	for i, part := range r.parts {
		kind, name := kindOf(part), strings.Trim(part, "{+}")
		if i >= len(path) {
			return nil, false
		}
		switch kind {
		case greedy:
			variables[name] = strings.Join(path[i:], "/")
			return variables, variables[name] != ""
		case variable:
			variables[name] = path[i]
			if path[i] == "" {
				return nil, false
			}
		case literal:
			if path[i] != part {
				return nil, false
			}
		}
	}
	return variables, len(path) == len(r.parts)
}

// before reports whether the route is more specific than another that matches as well.
func (r *Route) before(other *Route) bool {
	if r.parts == nil || other.parts == nil {
		return other.parts == nil
	}
	order := slices.CompareFunc(r.parts, other.parts, func(a, b string) int { return cmp.Compare(kindOf(a), kindOf(b)) })
	return order < 0 || order == 0 && other.method == anyMethod
}

// segments returns the decoded parts of an escaped path. An encoded slash does not divide it.
// A dot segment, encoded or not, is refused: a service behind the API might resolve it.
func segments(escaped string) ([]string, bool) {
	rest, ok := strings.CutPrefix(escaped, "/")
	if !ok {
		return nil, false
	}
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		var err error
		if parts[i], err = url.PathUnescape(part); err != nil {
			return nil, false
		}
		for piece := range strings.FieldsFuncSeq(parts[i], func(r rune) bool { return r == '/' || r == '\\' }) {
			if piece == "." || piece == ".." {
				return nil, false
			}
		}
	}
	return parts, true
}
