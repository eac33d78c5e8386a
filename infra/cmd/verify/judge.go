package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// clientID stands in a question's details for the web client's id, which is known only
// when the stage is deployed.
const clientID = "{the web client's id}"

// response returns the event's whole response around the details.
func (p *place) response(details string) string {
	return `{"claimsAndScopeOverrideDetails":` + strings.ReplaceAll(details, clientID, p.target.WebClientID) + `}`
}

// These parts stand in several details: ours is a permitted claim (if it is in the token,
// the answer counted), noGroups suppresses the groups of both tokens beside it.
const (
	ours     = `"accessTokenGeneration":{"claimsToAddOrOverride":{"probe":"1"}}`
	noGroups = `"idTokenGeneration":{"claimsToSuppress":["cognito:groups"]},` +
		`"accessTokenGeneration":{"claimsToAddOrOverride":{"probe":"1"},"claimsToSuppress":["cognito:groups"]}`
)

const role = "arn:aws:iam::123456789012:role/verify"

// iamRoles are the two members of groupOverrideDetails for one role.
const iamRoles = `"iamRolesToOverride":["` + role + `"],"preferredRole":"` + role + `"`

// judging confirms that tokens came, that the other claim counted, and that of says what is
// wanted of them.
func judging(what, want string, of func(id, access map[string]any) string) func(id, access map[string]any, err error) (verdict, string) {
	return func(id, access map[string]any, err error) (verdict, string) {
		if err != nil {
			return refused(err)
		}
		got := of(id, access)
		because := fmt.Sprintf("%s: %s; the other claim says %v", what, got, access["probe"])
		if got == want && access["probe"] == "1" {
			return confirmed, because
		}
		return refuted, because
	}
}

// groups judges cognito:groups of both tokens.
func groups(want string) func(id, access map[string]any, err error) (verdict, string) {
	return judging("cognito:groups of the ID and the access token", want+", "+want, func(id, access map[string]any) string {
		return fmt.Sprintf("%v, %v", id["cognito:groups"], access["cognito:groups"])
	})
}

// groupsAndRoles judges cognito:groups, cognito:roles and cognito:preferred_role of the ID
// token, which are wanted as "groups roles preferred".
func groupsAndRoles(want string) func(id, access map[string]any, err error) (verdict, string) {
	return judging("groups, roles and preferred role of the ID token", want, func(id, _ map[string]any) string {
		return fmt.Sprint(id["cognito:groups"], " ", id["cognito:roles"], " ", id["cognito:preferred_role"])
	})
}

// audience judges aud of an access token: ours says that it is the client's.
func audience(ours bool) func(id, access map[string]any, err error) (verdict, string) {
	want := "none"
	if ours {
		want = "the client's"
	}
	return judging("aud of the access token", want, func(_, access map[string]any) string {
		switch access["aud"] {
		case nil:
			return "none"
		case access["client_id"]:
			return "the client's"
		}
		return fmt.Sprint(access["aud"])
	})
}

// failedCondition lets post confirmation try to read a row of AUTHZ by an update.
func failedCondition(ctx context.Context, who *subject) (verdict, string) {
	if err := who.rowFor(ctx, rowPrefix+who.id+"@example.com"); err != nil {
		return unanswered, err.Error()
	}
	records, err := who.place.records(ctx)
	if err != nil {
		return unanswered, err.Error()
	}
	return learned(records)
}

// suspended does to the subject what a suspension does in Cognito.
func suspended(ctx context.Context, who *subject) (verdict, string) {
	api, pool, name := who.place.target.Cognito, &who.place.target.PoolID, new(subjectPrefix+who.id+"@example.com")
	if _, err := api.AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: pool, Username: name}); err != nil {
		return unanswered, err.Error()
	}
	_, err := api.AdminUserGlobalSignOut(ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: pool, Username: name})
	switch code := codeOf(err); code {
	case "NotAuthorizedException", "InvalidParameterException":
		return refuted, "AdminUserGlobalSignOut was refused: " + code
	case "no error":
		return confirmed, "AdminUserGlobalSignOut was accepted"
	}
	return unanswered, err.Error()
}

// learned judges what the update returned: confirmed if a column came that the function's
// grant does not name.
func learned(records []record) (verdict, string) {
	at := slices.IndexFunc(records, func(r record) bool { return r.Recorded == "learned" })
	if at < 0 {
		return unanswered, "clientMetadata, which tells the function which row to ask for, did not reach it"
	}
	var came struct {
		Columns []string
		Error   string
	}
	if err := json.Unmarshal([]byte(records[at].Document), &came); err != nil {
		return unanswered, err.Error()
	}
	switch {
	case slices.Contains(came.Columns, secret):
		return confirmed, "the columns " + strings.Join(came.Columns, ", ") + " came"
	case came.Error == "" || strings.Contains(came.Error, "AccessDenied"):
		return refuted, fmt.Sprintf("the columns %v came, error %q", came.Columns, came.Error)
	}
	return unanswered, came.Error
}
