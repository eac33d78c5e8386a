package gateway

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The routes and requests of the guide, "Routing API requests", and what it does not say.
func TestR93_TheMostSpecificRouteAnswers(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	var routes []Route
	for _, key := range []string{"$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1", "ANY /pets/dog/1", "ANY /", "GET /orders/{id}/lines/{line}"} {
		routes = append(routes, route(t, key, nil))
	}
	g := with(apiOf(slices.Clone(routes)...), f, nil)
	for target, want := range map[string]string{
		"GET /pets/dog/1":             "GET /pets/dog/1 map[]",
		"POST /pets/dog/1":            "ANY /pets/dog/1 map[]",
		"GET /pets/dog/2":             "GET /pets/dog/{id} map[id:2]",
		"GET /pets/cat/1":             "GET /pets/{proxy+} map[proxy:cat/1]",
		"POST /test/5":                "ANY /{proxy+} map[proxy:test/5]",
		"GET /":                       "ANY / map[]",
		"GET /pets/dog/":              "GET /pets/{proxy+} map[proxy:dog/]",
		"GET //pets":                  "ANY /{proxy+} map[proxy:/pets]",
		"GET /orders/a%2Fb/lines/%20": "GET /orders/{id}/lines/{line} map[id:a/b line: ]",
		"GET /pet%73/dog/%31":         "GET /pets/dog/1 map[]",
		"OPTIONS /pets":               "ANY /{proxy+} map[proxy:pets]",
	} {
		f.events = nil
		method, path, _ := strings.Cut(target, " ")
		ask(g, method, path, nil, "")
		event := f.last(t)
		variables, _ := event["pathParameters"].(object)
		if got := fmt.Sprint(event["routeKey"], " ", variables); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	slices.Reverse(routes)
	other := apiOf(routes...)
	for _, path := range [][]string{{"pets", "dog", "1"}, {"pets", "x"}, {""}, {"a", "b"}} {
		one, _ := g.api.find("GET", path)
		if two, _ := other.find("GET", path); one.Key != two.Key {
			t.Errorf("%v: the order of the routes decides: %s, %s", path, one.Key, two.Key)
		}
	}
}

func TestR93_WhatNoRouteTakesIsNotFound(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	g := with(apiOf(route(t, "GET /whoami", nil)), f, nil)
	for target, want := range map[string]int{
		"POST /whoami": 404, "HEAD /whoami": 404, "GET /": 404, "GET //whoami": 404, "GET /whoami/": 404, "GET /whoami//": 404, "GET /Whoami": 404,
		"GET /x/../whoami": 400, "GET /%2e%2e/whoami": 400, "GET /.%2e/whoami": 400, "GET /./whoami": 400, "GET /x%2f..%2fwhoami": 400,
		"GET /x%5c..%5cwhoami": 400, "GET /%2fwhoami": 404, "GET /whoami%00": 404, "GET /whoami%3Fx": 404, "GET /whoami;x=1": 404,
		"OPTIONS /whoami": 404, "OPTIONS *": 400, "get /whoami": 404, "GET /whoami?x=/../..": 200, "GET /..whoami": 404,
	} {
		method, path, _ := strings.Cut(target, " ")
		w := ask(g, method, path, nil, "")
		body := map[int]string{404: `{"message":"Not Found"}`, 400: `{"message":"Bad Request"}`}[want]
		if w.Code != want || w.Body.String() != body {
			t.Errorf("%s: %d %s, want %d", target, w.Code, w.Body, want)
		}
	}
	if len(f.events) != 1 {
		t.Errorf("the function was called %d times", len(f.events))
	}
}

func TestR93_AKeyThatIsNoneIsSaid(t *testing.T) {
	for _, key := range []string{"", "GET", "GET whoami", "get /x", "$connect", "TRACE /x", "GET /{a+}/b", "GET /x?y"} {
		if _, err := NewRoute(key); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", key)) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// The source names the route, so a permission for one route is for it alone.
func TestR93_WithoutThePermissionOfTheRouteTheFunctionIsNotCalled(t *testing.T) {
	for key, want := range map[string]string{"GET /whoami": "GET/whoami", "ANY /{proxy+}": "ANY/{proxy+}", "$default": "$default"} {
		f := &functions{denied: true}
		g := with(apiOf(route(t, key, nil)), f, nil)
		w := ask(g, "GET", "/whoami", nil, "")
		if w.Code != 500 || w.Body.String() != `{"message":"Internal Server Error"}` || len(f.events) > 0 {
			t.Errorf("%s: %d %s", key, w.Code, w.Body)
		}
		if c := f.caller; c.SourceARN != g.api.ARN+"/$default/"+want || c.Principal != "apigateway.amazonaws.com" || c.SourceAccount != "000000000000" {
			t.Errorf("%s: %+v", key, c)
		}
	}
}

func TestR93_MoreRequestsThanTheStageAllowsAreRefusedBeforeTheTokenIsRead(t *testing.T) {
	f := &functions{reply: `{"statusCode":200}`}
	api := apiOf(route(t, "GET /", nil))
	api.Rate, api.Burst = 1, 2
	g := with(api, f, nil)
	counts := map[int]int{}
	for range 5 {
		w := ask(g, "GET", "/", nil, "")
		counts[w.Code]++
		if w.Code == 429 && w.Body.String() != `{"message":"Too Many Requests"}` {
			t.Error(w.Body)
		}
		ask(g, "GET", "/elsewhere", nil, "") // costs nothing
	}
	if !maps.Equal(counts, map[int]int{200: 2, 429: 3}) {
		t.Errorf("%v", counts)
	}
}
