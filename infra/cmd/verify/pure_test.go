package main

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

var live = journey.Target{
	PoolID: "eu-west-1_aB3dE5fG7", WebClientID: "6webclient0of0an0account0", MachineClientID: "7machine0client0of0account",
	AdaEmail: "success+ada-verify-1@simulator.amazonses.com", GraceEmail: "me+grace@corp.org", DeniedEmail: "mallory@mail.blocked.example",
}

const liveEvent = `{"version":"3","region":"eu-west-1","userPoolId":"eu-west-1_aB3dE5fG7","userName":"9b2f-not-an-id","callerContext":{"clientId":"6webclient0of0an0account0"},
"request":{"userAttributes":{"sub":"11111111-2222-4333-8444-555555555555","email":"success+ada-verify-1@simulator.amazonses.com","again":"11111111-2222-4333-8444-555555555555"},
"more":["someone@private.org","arn:aws:cognito-idp:eu-west-1:998877665544:userpool","AAAAAAAA-2222-4333-8444-555555555555"],"n":12345678901234}}`

func TestNothingPersonalIsKeptOfAnEvent(t *testing.T) {
	r := newRedactor(live)
	got := r.redact(liveEvent)
	for _, personal := range []string{live.PoolID, live.WebClientID, live.AdaEmail, "11111111-2222", "AAAAAAAA", "someone@", "998877665544"} {
		if strings.Contains(got, personal) {
			t.Errorf("%s is in %s", personal, got)
		}
	}
	if strings.Count(got, "f3d4c5b6-0001-4a5b-8c9d-a00000000001") != 2 || !strings.Contains(got, "9b2f-not-an-id") || !strings.Contains(got, "12345678901234") {
		t.Errorf("equal values have not one stand-in, or too much is gone: %s", got)
	}
	before, _ := shapeOf([]byte(liveEvent))
	after, err := shapeOf([]byte(got))
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("the shape became %v, %v", after, err)
	}
	if err := r.check(got); err != nil {
		t.Error(err)
	}
	for _, left := range []string{live.PoolID, live.MachineClientID, "11111111-2222-4333-8444-555555555555"} {
		if r.check(got+left) == nil {
			t.Errorf("%s would be kept", left)
		}
	}
}

func TestShapesSayWhatIsNewAndWhatIsGone(t *testing.T) {
	read := func(text string) shape {
		s, err := shapeOf([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	own := []shape{read(`{"a":1,"b":{"c":"x"},"l":["x"]}`), read(`{"a":null,"b":{"c":"y","d":true},"l":["x"]}`)}
	for text, want := range map[string][2]string{
		`{"a":2,"b":{"c":"z"},"l":["x"]}`:                       {"[]", "[]"},
		`{"a":"2","b":{"c":"z"},"l":["x"]}`:                     {"[/a string]", "[]"},
		`{"a":2,"b":{"d":false},"l":[]}`:                        {"[]", "[/b/c string /l[*] string]"},
		`{"a":2,"b":{"c":"z","e":{}},"l":["x"]}`:                {"[/b/e{} object]", "[]"},
		`{"a":2,"b":{"c":"z"},"l":["x"],"clientMetadata":null}`: {"[/clientMetadata null]", "[]"},
	} {
		unknown, missing := read(text).against(own)
		if got := [2]string{fmt.Sprint(unknown), fmt.Sprint(missing)}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if s := read(`{"request":{"clientMetadata":{"roles":"owner"}}}`); s["/request/clientMetadata/roles"] != "" || s["/request/clientMetadata{}"] == "" {
		t.Errorf("what a caller sends is part of the shape: %v", s)
	}
}

func TestEveryQuestionIsAskedOneWay(t *testing.T) {
	for _, q := range questions() {
		ways := 0
		for _, is := range []bool{q.judge != nil && q.details != "", q.ask != nil, q.because != ""} {
			if is {
				ways++
			}
		}
		if ways != 1 || q.topic == "" || q.assumption == "" {
			t.Errorf("%+v", q)
		}
	}
}

// What a role that may only update gets of a row, by the function's line.
func TestR49_WhatAFailedConditionReturnsIsJudgedByItsColumns(t *testing.T) {
	for line, want := range map[string]verdict{
		`{"columns":["authzTenant","pk","sk"]}`: confirmed,
		`{"columns":["pk","sk"]}`:               refuted,
		`{"columns":null}`:                      refuted,
		`{"error":"AccessDeniedException"}`:     refuted,
		`{"error":"ThrottlingException"}`:       unanswered,
		`not JSON`:                              unanswered,
	} {
		if got, because := learned([]record{{Recorded: "event"}, {Recorded: "learned", Document: line}}); got != want || because == "" {
			t.Errorf("%s: %s, %s", line, got, because)
		}
	}
	if got, because := learned([]record{{Recorded: "event", Document: `{"columns":["authzTenant"]}`}}); got != unanswered || because == "" {
		t.Errorf("nothing was learned: %s, %s", got, because)
	}
}

func TestTheClientsIDIsPutIntoAnAnswer(t *testing.T) {
	p := place{target: live}
	if got := p.response(`{"aud":"` + clientID + `"}`); got != `{"claimsAndScopeOverrideDetails":{"aud":"`+live.WebClientID+`"}}` {
		t.Error(got)
	}
}

func TestVerdicts(t *testing.T) {
	type claims = map[string]any
	lambda := fmt.Errorf("refreshing: %w", &smithy.GenericAPIError{Code: "InvalidLambdaResponseException"})
	broken := errors.New("no route to host")
	members := claims{"cognito:groups": []any{"members"}, "probe": "1"}
	for name, c := range map[string]struct {
		got  func() (verdict, string)
		want verdict
	}{
		"iss left out":       {func() (verdict, string) { return forbiddenClaim(nil, claims{"iss": "pool", "probe": "1"}, nil) }, confirmed},
		"iss taken":          {func() (verdict, string) { return forbiddenClaim(nil, claims{"iss": "https://nobody.example"}, nil) }, refuted},
		"all left out":       {func() (verdict, string) { return forbiddenClaim(nil, claims{"iss": "pool"}, nil) }, refuted},
		"answer refused":     {func() (verdict, string) { return forbiddenClaim(nil, nil, lambda) }, refuted},
		"no answer":          {func() (verdict, string) { return forbiddenClaim(nil, nil, broken) }, unanswered},
		"type refused":       {func() (verdict, string) { return wrongType(nil, nil, lambda) }, confirmed},
		"type taken":         {func() (verdict, string) { return wrongType(nil, claims{"probe": "1"}, nil) }, refuted},
		"type: no answer":    {func() (verdict, string) { return wrongType(nil, nil, broken) }, unanswered},
		"groups stay":        {func() (verdict, string) { return groups("[members]")(members, members, nil) }, confirmed},
		"groups go":          {func() (verdict, string) { return groups("<nil>")(claims{}, claims{"probe": "1"}, nil) }, confirmed},
		"groups go nowhere":  {func() (verdict, string) { return groups("<nil>")(members, members, nil) }, refuted},
		"groups in one":      {func() (verdict, string) { return groups("<nil>")(members, claims{"probe": "1"}, nil) }, refuted},
		"groups: no answer":  {func() (verdict, string) { return groups("<nil>")(nil, nil, broken) }, unanswered},
		"groups: not ours":   {func() (verdict, string) { return groups("<nil>")(claims{}, claims{}, nil) }, refuted},
		"groups: is refused": {func() (verdict, string) { return groups("<nil>")(nil, nil, lambda) }, refuted},
	} {
		if got, because := c.got(); got != c.want || because == "" {
			t.Errorf("%s: %s, %s", name, got, because)
		}
	}
}

func TestR49_VerdictsOnIAMRolesAndOnTheAudience(t *testing.T) {
	type claims = map[string]any
	none, mine, foreign := groupsAndRoles("<nil> <nil> <nil>"), audience(true), audience(false)
	for name, c := range map[string]struct {
		judge      func(id, access map[string]any, err error) (verdict, string)
		id, access claims
		err        error
		want       verdict
	}{
		"roles go too":     {none, claims{}, claims{"probe": "1"}, nil, confirmed},
		"roles stay":       {none, claims{"cognito:roles": []any{"r"}}, claims{"probe": "1"}, nil, refuted},
		"roles: not ours":  {none, claims{}, claims{}, nil, refuted},
		"roles: no answer": {none, nil, nil, errors.New("no route to host"), unanswered},
		"aud taken":        {mine, nil, claims{"aud": "c", "client_id": "c", "probe": "1"}, nil, confirmed},
		"aud left out":     {mine, nil, claims{"client_id": "c", "probe": "1"}, nil, refuted},
		"aud is another":   {mine, nil, claims{"aud": "x", "client_id": "c", "probe": "1"}, nil, refuted},
		"aud: no answer":   {mine, nil, nil, errors.New("no route to host"), unanswered},
		"another left out": {foreign, nil, claims{"client_id": "c", "probe": "1"}, nil, confirmed},
		"another taken":    {foreign, nil, claims{"aud": "x", "client_id": "c", "probe": "1"}, nil, refuted},
		"another: lost":    {foreign, nil, claims{"client_id": "c"}, nil, refuted},
		"another: refused": {foreign, nil, nil, &smithy.GenericAPIError{Code: "InvalidLambdaResponseException"}, refuted},
	} {
		if got, because := c.judge(c.id, c.access, c.err); got != c.want || because == "" {
			t.Errorf("%s: %s, %s", name, got, because)
		}
	}
}
