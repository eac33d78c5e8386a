package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// verdict is the answer to a question.
type verdict string

// The possible answers.
const (
	confirmed  verdict = "confirmed"
	refuted    verdict = "refuted"
	unanswered verdict = "cannot be answered here"
)

// question is a point that AWS's documentation leaves open, with the suite's assumption.
// One of three is set: details, which the function answers to a refresh, with judge for
// the result; ask, which does something else; or because, the reason why a stack of this
// suite cannot answer it.
type question struct {
	topic, assumption string
	details           string
	judge             func(id, access map[string]any, err error) (verdict, string)
	ask               func(context.Context, *subject) (verdict, string)
	because           string
}

// questions returns all of them.
func questions() []question {
	return append(groupQuestions(), []question{
		{topic: "repetition", assumption: "a function that did not answer is called again, with the same bytes", ask: repetition},
		{
			topic: "forbidden claim", assumption: "a reserved claim is left out, and the rest of the answer counts",
			details: `{"accessTokenGeneration":{"claimsToAddOrOverride":{"iss":"https://nobody.example","probe":"1"}}}`, judge: forbiddenClaim,
		},
		{
			topic: "wrong type", assumption: "an answer of the wrong type fails the call with InvalidLambdaResponseException",
			details: `{"accessTokenGeneration":{"claimsToSuppress":"email","claimsToAddOrOverride":{"probe":"1"}}}`, judge: wrongType,
		},
		{
			topic: "audience", assumption: "an access token takes aud if it is the app client's id (footnote 4)",
			details: `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"` + clientID + `","probe":"1"}}}`, judge: audience(true),
		},
		{
			topic: "audience of another", assumption: "any other aud is left out, and the rest of the answer counts",
			details: `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"https://nobody.example","probe":"1"}}}`, judge: audience(false),
		},
		{
			topic: "a failed condition", assumption: "a role that may only update reads a whole row with ReturnValuesOnConditionCheckFailure, which no condition key limits", ask: failedCondition,
		},
		{
			// The last one that is asked: no refresh of the subject succeeds after it.
			topic: "sessions of a disabled user", assumption: "AdminUserGlobalSignOut takes a user whom AdminDisableUser has disabled, in this order of directory.Suspend", ask: suspended,
		},
		{
			topic: "user migration", assumption: "a migrating sign-in calls neither pre sign-up nor post confirmation",
			because: "the suite has no user migration trigger, and adding one is an update of the pool that resets what it does not name",
		},
		{
			topic: "confirmation by a one-time password", assumption: "post confirmation is not called",
			because: "the stage has no passwordless sign-in; with one, a user must read the mail",
		},
		{
			topic: "first sign-in of a linked federated user", assumption: "post authentication may be missed; the next sign-in heals the row",
			because: "it needs an identity provider",
		},
		{topic: "pre authentication in custom authentication", assumption: "it is not called without SRP", because: "the suite has neither trigger"},
		{topic: "empty text in a custom message", assumption: "it is not the same as null", because: "the suite has no custom message trigger"},
		{
			topic: "authorization code grant", assumption: "pre token generation is called once, at the token endpoint",
			because: "it needs a user at the sign-in page: sign in at the stage's domain and look at the time of the log line",
		},
	}...)
}

// groupQuestions ask which answers take a user's groups away.
func groupQuestions() []question {
	return []question{
		{
			topic: "groups left out", assumption: "without groupOverrideDetails the groups stay in both tokens",
			details: `{` + ours + `}`, judge: groups("[members]"),
		},
		{
			topic: "groups null", assumption: "groupOverrideDetails null removes the groups, as documented for an empty object",
			details: `{` + ours + `,"groupOverrideDetails":null}`, judge: groups("<nil>"),
		},
		{
			topic: "groups empty", assumption: "an empty groupOverrideDetails removes the groups",
			details: `{` + ours + `,"groupOverrideDetails":{}}`, judge: groups("<nil>"),
		},
		{
			topic: "groups suppressed", assumption: "cognito:groups in claimsToSuppress of both tokens removes the groups (the table of claims)",
			details: `{` + noGroups + `}`, judge: groups("<nil>"),
		},
		{
			topic: "groups suppressed and empty", assumption: "both forms may stand together, as the suite sends them",
			details: `{` + noGroups + `,"groupOverrideDetails":{}}`, judge: groups("<nil>"),
		},
		{
			topic: "groups suppressed, with IAM roles", assumption: "cognito:groups in claimsToSuppress takes cognito:roles and cognito:preferred_role along (footnote 3)",
			details: `{` + noGroups + `,"groupOverrideDetails":{"groupsToOverride":["other"],` + iamRoles + `}}`, judge: groupsAndRoles("<nil> <nil> <nil>"),
		},
		{
			topic: "groups in an empty list", assumption: "an empty groupsToOverride removes the groups and keeps the IAM roles beside it; AWS does not document this, and the suite does not send it",
			details: `{` + ours + `,"groupOverrideDetails":{"groupsToOverride":[],` + iamRoles + `}}`, judge: groupsAndRoles("<nil> [" + role + "] " + role),
		},
	}
}

// ask puts every question.
func ask(ctx context.Context, p *place) ([]answered, error) {
	who, err := newSubject(ctx, p)
	var all []answered
	for _, q := range questions() {
		a := answered{Topic: q.topic, Assumption: q.assumption, Verdict: unanswered, Because: q.because}
		switch {
		case q.because != "":
		case err != nil:
			a.Because = "no user could be signed in to ask it: " + err.Error()
		case q.ask != nil:
			a.Verdict, a.Because = q.ask(ctx, who)
		default:
			a.Verdict, a.Because = q.judge(who.tokensWith(ctx, q.details))
		}
		a.Because = newRedactor(p.target).redact(a.Because)
		all = append(all, a)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return reached(ctx, p, all)
}

// reached withdraws a verdict if the function was not told what to answer: then the
// result says nothing.
func reached(ctx context.Context, p *place, all []answered) ([]answered, error) {
	records, err := p.records(ctx)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	_, headers := events(records)
	for _, h := range headers {
		told[h.Request.ClientMetadata["verifyResponse"]] = true
	}
	for i, q := range questions() {
		if q.details != "" && !told[p.response(q.details)] {
			all[i].Verdict, all[i].Because = unanswered, "clientMetadata, which tells the function what to answer, did not reach it"
		}
	}
	return all, nil
}

// forbiddenClaim sets iss, which no trigger may ("Pre token generation Lambda trigger"),
// and a claim of ours.
func forbiddenClaim(_, access map[string]any, err error) (verdict, string) {
	switch {
	case err != nil:
		return refused(err)
	case access["iss"] == "https://nobody.example":
		return refuted, "the token says the iss that the function set"
	case access["probe"] != "1":
		return refuted, "the token has neither the iss nor the other claim"
	}
	return confirmed, "the token says its own iss, and the other claim"
}

// wrongType sends a string in place of a list.
func wrongType(_, access map[string]any, err error) (verdict, string) {
	if err == nil {
		return refuted, fmt.Sprintf("tokens came all the same; the other claim says %v", access["probe"])
	}
	if codeOf(err) != "InvalidLambdaResponseException" {
		return refused(err)
	}
	return confirmed, "InvalidLambdaResponseException"
}

// repetition lets the function take 6 s, while Cognito waits for 5. The stack's time-out
// is 4 s, so the function first gets a longer one.
func repetition(ctx context.Context, who *subject) (verdict, string) {
	if who.place.patient == nil {
		return unanswered, "the functions run with the time-out of the template here, which is less than Cognito's"
	}
	if err := who.place.patient(ctx); err != nil {
		return unanswered, err.Error()
	}
	address, began := slowPrefix+who.id+"@example.com", time.Now()
	_, err := who.signUp(ctx, address, map[string]string{"verifyDelay": "6s"})
	took := time.Since(began).Round(100 * time.Millisecond)
	all, failed := who.place.records(ctx)
	if failed != nil {
		return unanswered, failed.Error()
	}
	var documents, times []string
	came, headers := events(all)
	for i, h := range headers {
		if h.Request.UserAttributes["email"] == address && h.Request.ClientMetadata["verifyDelay"] != "" {
			documents, times = append(documents, came[i].Document), append(times, came[i].At.Format("05.000"))
		}
	}
	different := len(slices.Compact(slices.Sorted(slices.Values(documents))))
	because := fmt.Sprintf("%d calls (seconds %s) with %d different documents, in %s; the client saw %s", len(documents), strings.Join(times, ", "), different, took, codeOf(err))
	switch {
	case len(documents) == 0:
		return unanswered, "clientMetadata, which tells the function to take its time, did not reach it"
	case len(documents) > 1 && different == 1:
		return confirmed, because
	}
	return refuted, because
}

// refused tells a refusal of the function's answer, which is an answer, from a failed
// call.
func refused(err error) (verdict, string) {
	if code := codeOf(err); strings.Contains(code, "Lambda") {
		return refuted, "the call was refused: " + code
	}
	return unanswered, err.Error()
}

// codeOf returns AWS's name of an error.
func codeOf(err error) string {
	if api := (smithy.APIError)(nil); errors.As(err, &api) {
		return api.ErrorCode()
	}
	if err != nil {
		return "an error that is not AWS's"
	}
	return "no error"
}
