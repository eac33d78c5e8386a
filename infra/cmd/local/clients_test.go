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
	"path/filepath"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// theirs is a client that others wrote, with the program that lives a user's life with it.
type theirs struct {
	name string
	// installed matches a folder if the client is there; argv runs the program.
	installed string
	argv      []string
	email     string
	secret    bool
}

// The client libraries of many apps, unchanged, against the whole stack. Their app client
// has no flows of its own: SRP is the default. They refresh in the way that rotation
// excludes, so the stack's web client is not for them.
func TestR52_ClientsThatOthersWroteSignInUnchanged(t *testing.T) {
	t.Parallel()
	opts := local(t)
	python, err := filepath.Abs("../../../dist/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	js, py := []string{"testdata/identity-js", "node", "journey.cjs"}, []string{"testdata/pycognito", python, "journey.py"}
	// The folder of the library: an interpreter may be older than the list of its packages.
	modules, packages := js[0]+"/node_modules/amazon-cognito-identity-js", "../../../dist/venv/lib/python*/site-packages/pycognito"
	cloud, j := running(t, opts)
	for _, c := range []theirs{
		{"amazon-cognito-identity-js", modules, js, "js@example.com", false},
		{"pycognito", packages, py, "py@example.com", false},
		{"pycognito with a secret", packages, py, "secret@example.com", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if found, err := filepath.Glob(c.installed); err != nil || len(found) == 0 {
				t.Skipf("%s is not installed, make test installs it where the network is there", c.name)
			}
			told, err := c.live(t.Context(), cloud, j)
			if err != nil {
				t.Fatalf("%v\n%s", err, strings.Join(told, "\n"))
			}
			for _, want := range []string{"step signed in by SRP", "step signed out and was refused"} {
				if !slices.Contains(told, want) {
					t.Errorf("it lacks %q: %q", want, told)
				}
			}
			user, err := j.Cognito.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &j.PoolID, Username: &c.email})
			if err != nil {
				t.Fatal(err)
			}
			// The username is equal to sub in a pool whose usernames are addresses.
			if profile, err := j.Row(t.Context(), *user.Username, "PROFILE"); err != nil || profile["email"] != c.email {
				t.Errorf("PROFILE is %v, %v", profile, err)
			}
		})
	}
}

// live runs the program with an app client of its own, which has AWS's defaults, tells it
// the code that it asks for, and returns its lines.
func (c theirs) live(ctx context.Context, cloud *localcloud.Cloud, j *journey.Journey) (told []string, err error) {
	made, err := j.Cognito.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: &j.PoolID, ClientName: &c.name, GenerateSecret: c.secret})
	if err != nil {
		return nil, err
	}
	to := map[string]*string{"endpoint": new(cloud.Endpoints().CognitoIDP), "pool": &j.PoolID, "email": &c.email, "client": made.UserPoolClient.ClientId, "secret": made.UserPoolClient.ClientSecret}
	args, err := json.Marshal(to)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, c.argv[1], c.argv[2], string(args))
	// A developer's profile and proxy are not for it.
	cmd.Dir, cmd.Env = c.argv[0], append(project.Quiet(os.Environ()), append(cloud.Env(), "NO_PROXY=localhost")...)
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
			code, _ := cloud.Pool.Code(c.email)
			_, err = io.WriteString(in, code+"\n")
		}
	}
	if failed := cmd.Wait(); failed != nil {
		err = errors.Join(err, fmt.Errorf("%w: %s", failed, complaint.String()))
	}
	return told, err
}
