package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

const identityJS = "testdata/identity-js"

// The client library of older Amplify and of many apps, unchanged, lives a user's life
// against the whole stack. Its app client has no flows of its own: SRP is the default. It
// refreshes in the way that rotation excludes, so the stack's web client is not for it.
func TestR52_AmazonCognitoIdentityJSSignsInUnchanged(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(identityJS + "/node_modules/amazon-cognito-identity-js"); err != nil {
		t.Skip("amazon-cognito-identity-js is not installed, make test installs it where the network is there; no unmodified JavaScript client signs in")
	}
	cloud, j := running(t, local(t))
	told, err := livesInNode(t.Context(), cloud, j, defaultClient(t, j))
	if err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(told, "\n"))
	}
	if want := "step signed out and was refused"; len(told) == 0 || told[len(told)-1] != want {
		t.Errorf("the journey ends with %q, want %q", told, want)
	}
	if !slices.Contains(told, "step signed in by SRP") {
		t.Errorf("no sign-in by SRP: %q", told)
	}
	if profile, err := j.Row(t.Context(), subOf(t, j), "PROFILE"); err != nil || profile["email"] != jsUser {
		t.Errorf("PROFILE is %v, %v", profile, err)
	}
}

const jsUser = "js@example.com"

// defaultClient makes an app client with AWS's defaults.
func defaultClient(t *testing.T, j *journey.Journey) string {
	t.Helper()
	out, err := j.Cognito.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: &j.PoolID, ClientName: new("js")})
	if err != nil {
		t.Fatal(err)
	}
	return *out.UserPoolClient.ClientId
}

func subOf(t *testing.T, j *journey.Journey) string {
	t.Helper()
	out, err := j.Cognito.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &j.PoolID, Username: new(jsUser)})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Username // equal to sub in a pool whose usernames are addresses
}

// livesInNode runs journey.cjs, tells it the code that it asks for, and returns its lines.
func livesInNode(ctx context.Context, cloud *localcloud.Cloud, j *journey.Journey, client string) (told []string, err error) {
	args, err := json.Marshal(map[string]string{"endpoint": cloud.Endpoints().CognitoIDP, "pool": j.PoolID, "client": client, "email": jsUser})
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", "journey.cjs", string(args))
	cmd.Dir = identityJS
	var complaint strings.Builder
	cmd.Stderr = &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		told = append(told, lines.Text())
		if lines.Text() == "code?" {
			code, _ := cloud.Pool.Code(jsUser)
			_, err = io.WriteString(in, code+"\n")
		}
	}
	if failed := cmd.Wait(); failed != nil {
		err = errors.Join(err, fmt.Errorf("%w: %s", failed, complaint.String()))
	}
	return told, err
}
