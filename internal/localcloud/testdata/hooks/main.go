// Command hooks is an app's own functions for every trigger beside the four, as people write
// them in Go: with the types of aws-lambda-go. A test runs it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(serve) }

// serve answers by the trigger; it echoes what it does not know.
func serve(_ context.Context, event json.RawMessage) (any, error) {
	var header events.CognitoEventUserPoolsHeader
	if err := json.Unmarshal(event, &header); err != nil {
		return nil, err
	}
	handlers := map[string]func(json.RawMessage) (any, error){
		"PreAuthentication": with(preAuthentication), "CustomMessage": with(customMessage), "UserMigration": with(migrate),
		"DefineAuthChallenge": with(define), "CreateAuthChallenge": with(create), "VerifyAuthChallengeResponse": with(verify),
	}
	trigger, _, _ := strings.Cut(header.TriggerSource, "_")
	if handle, ok := handlers[trigger]; ok {
		return handle(event)
	}
	return event, nil
}

func with[E any](handle func(*E) error) func(json.RawMessage) (any, error) {
	return func(event json.RawMessage) (any, error) {
		e := new(E)
		if err := json.Unmarshal(event, e); err != nil {
			return nil, err
		}
		return e, handle(e)
	}
}

func preAuthentication(e *events.CognitoEventUserPoolsPreAuthentication) error {
	if e.Request.ValidationData["door"] == "closed" {
		return errors.New("closed today")
	}
	return nil
}

func customMessage(e *events.CognitoEventUserPoolsCustomMessage) error {
	e.Response.EmailMessage = "For " + e.Request.UserAttributes["email"].(string) + ": " + e.Request.CodeParameter
	return nil
}

func migrate(e *events.CognitoEventUserPoolsMigrateUser) error {
	if e.Password != "old one" {
		return errors.New("Bad password")
	}
	e.UserAttributes = map[string]string{"email": e.UserName, "email_verified": "true"}
	e.FinalUserStatus, e.MessageAction = "CONFIRMED", "SUPPRESS"
	return nil
}

func define(e *events.CognitoEventUserPoolsDefineAuthChallenge) error {
	last := len(e.Request.Session) - 1
	switch {
	case last < 0:
		e.Response.ChallengeName = "CUSTOM_CHALLENGE"
	case e.Request.Session[last].ChallengeName == "CUSTOM_CHALLENGE" && e.Request.Session[last].ChallengeResult:
		e.Response.IssueTokens = true
	default:
		e.Response.FailAuthentication = true
	}
	return nil
}

func create(e *events.CognitoEventUserPoolsCreateAuthChallenge) error {
	e.Response.PublicChallengeParameters = map[string]string{"question": "7+1"}
	e.Response.PrivateChallengeParameters = map[string]string{"answer": "8"}
	return nil
}

func verify(e *events.CognitoEventUserPoolsVerifyAuthChallenge) error {
	e.Response.AnswerCorrect = e.Request.ChallengeAnswer == e.Request.PrivateChallengeParameters["answer"]
	return nil
}
