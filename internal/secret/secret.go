// Package secret fetches the secrets of a function that moves people: once, when Lambda starts
// it. The stack says in a variable where each is in AWS Secrets Manager, and holds none itself:
// who may read a function's settings sees no secret, and a function that cannot fetch one does
// not start. What it has fetched it keeps until Lambda ends it, which after a change of the
// secret takes hours; a deployment ends it at once.
//
// The request is made by package awsraw: one operation is not worth another client of the SDK in
// the binary.
package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
)

// The variables that say where a secret is: its ARN, the member of its JSON object and the id of
// its version, with Separator between them. The last two may be empty.
const (
	Pepper         = "PEPPER_SECRET"
	FirebaseSigner = "FIREBASE_SIGNER_SECRET"
	OldApp         = "OLD_APP_SECRET"
)

// Separator is in no ARN, no member's name that a stage may write, and no id of a version.
const Separator = "#"

// patience bounds the requests for one secret: an init phase has 10 seconds, and its second
// try, during the first event, the event's time.
const patience = 2 * time.Second

// Fetch returns the secret of a variable, and "" if the variable is empty. The error says what
// cannot be read and never what was read.
func Fetch(ctx context.Context, getenv func(string) string, variable string) (string, error) {
	place := strings.Split(getenv(variable), Separator)
	if place[0] == "" {
		return "", nil
	}
	if len(place) != 3 {
		return "", fmt.Errorf("%s does not say where a secret is: the stack writes it", variable)
	}
	whole, err := whole(ctx, place[0], place[2])
	if err != nil {
		return "", fmt.Errorf("fetching the secret of %s: %w", variable, err)
	}
	value, err := member(whole, place[1])
	if err != nil {
		return "", fmt.Errorf("reading the secret of %s: %w", variable, err)
	}
	return value, nil
}

// whole asks for a secret's text. One that failed for a reason of the moment is asked for again.
func whole(ctx context.Context, arn, version string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := awsraw.FromEnvironment()
	client.HTTP = &http.Client{
		Timeout:       patience / 2,
		Transport:     &http.Transport{DisableKeepAlives: true}, // no proxy, and no connection that lies idle
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	input := map[string]string{"SecretId": arn}
	if version != "" {
		input["VersionId"] = version
	}
	ask := func() (json.RawMessage, error) {
		answer, _, err := client.Call(ctx, "secretsmanager", "secretsmanager.GetSecretValue", input)
		return answer, err
	}
	answer, err := ask()
	if _, refused := errors.AsType[*awsraw.Error](err); err != nil && !refused || awsraw.Throttled(err) {
		answer, err = ask()
	}
	if err != nil {
		return "", err
	}
	var got struct{ SecretString string }
	if json.Unmarshal(answer, &got) != nil || got.SecretString == "" {
		return "", errors.New("it has no text: store it as SecretString")
	}
	return got.SecretString, nil
}

// member returns a member of the secret's object, or the whole text. An error of encoding/json
// would repeat parts of it.
func member(whole, name string) (string, error) {
	if name == "" {
		return whole, nil
	}
	var members map[string]json.RawMessage
	var value string
	if json.Unmarshal([]byte(whole), &members) != nil || json.Unmarshal(members[name], &value) != nil || value == "" {
		return "", fmt.Errorf("it is no JSON object with a text %q", name)
	}
	return value, nil
}
