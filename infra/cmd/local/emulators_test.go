package main

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// emulator is this project's pool or another one that plays Cognito.
type emulator struct {
	ctx      context.Context
	endpoint string
	api      *idp.Client
}

// here is this project's pool; no function runs beside it.
func here(t *testing.T) string {
	t.Helper()
	nobody := userpool.InvokerFunc(func(context.Context, string, []byte) ([]byte, error) {
		return nil, &userpool.ServiceError{Code: "ResourceNotFoundException", Message: "Function not found"}
	})
	pool, err := userpool.Start(userpool.Config{ID: "us-east-1_AbCdEf123"}, nobody, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool.URL()
}

// others are the emulators that the list compares this project's pool with.
func others() []otherEmulator {
	return []otherEmulator{
		{"cognito-local", program{packages: peerFolder + "/node_modules/cognito-local", from: "make test"}, func(t *testing.T) string {
			return startPeer(t, "http://127.0.0.1:1", map[string]string{})
		}},
		{"MiniStack", python("", "ministack"), startMiniStack},
		{"moto", pythonFull("", "moto"), startMoto},
	}
}

type otherEmulator struct {
	name string
	program
	serve func(*testing.T) string
}

func startMiniStack(t *testing.T) string {
	t.Helper()
	at, err := filepath.Abs(venv + "/bin/ministack")
	if err != nil {
		t.Fatal(err)
	}
	server, err := ministack.Start(t.Context(), at, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	return server.URL
}

func startMoto(t *testing.T) string {
	t.Helper()
	at, err := filepath.Abs(venvFull + "/bin/moto_server")
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	cmd := exec.Command(at, "-H", "127.0.0.1", "-p", strconv.Itoa(port))
	cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir()}
	return served(t, cmd, port)
}

// served starts a server and waits until it listens.
func served(t *testing.T, cmd *exec.Cmd, port int) string {
	t.Helper()
	child, err := process.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop(syscall.SIGTERM, time.Second) })
	address := "127.0.0.1:" + strconv.Itoa(port)
	for range 600 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return "http://" + address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not listen", filepath.Base(cmd.Path))
	return ""
}

const (
	ada          = "ada@example.com" // cognito-local takes nothing else for a name
	goodPassword = "Correct-horse-7"
	badPassword  = "Wrong-horse-7"
)

// visit is a new pool of an emulator with one app client.
type visit struct {
	*emulator
	pool, client string
}

// stop ends a try early, with what the client saw of the call before.
type stop string

func (e *emulator) must(err error) {
	if err != nil {
		panic(stop(seen(nil, err)))
	}
}

// pool makes a pool and a client of their own; nil asks for nothing.
func (e *emulator) pool(pool *idp.CreateUserPoolInput, client *idp.CreateUserPoolClientInput) visit {
	if pool == nil {
		pool = &idp.CreateUserPoolInput{}
	}
	if client == nil {
		client = &idp.CreateUserPoolClientInput{}
	}
	pool.PoolName = new("example")
	made, err := e.api.CreateUserPool(e.ctx, pool)
	e.must(err)
	client.UserPoolId, client.ClientName = made.UserPool.Id, new("app")
	if client.ExplicitAuthFlows == nil {
		client.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	}
	app, err := e.api.CreateUserPoolClient(e.ctx, client)
	e.must(err)
	return visit{e, *made.UserPool.Id, *app.UserPoolClient.ClientId}
}

// usual is a pool in which ada has a password and an address.
func (e *emulator) usual() visit {
	v := e.pool(nil, nil)
	v.add(ada)
	return v
}

func (v visit) add(name string) {
	_, err := v.api.AdminCreateUser(v.ctx, &idp.AdminCreateUserInput{
		UserPoolId: &v.pool, Username: &name, TemporaryPassword: new(goodPassword), MessageAction: "SUPPRESS",
		DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"},
		UserAttributes:         []types.AttributeType{{Name: new("email"), Value: &name}, {Name: new("email_verified"), Value: new("true")}},
	})
	v.must(err)
	_, err = v.api.AdminSetUserPassword(v.ctx, &idp.AdminSetUserPasswordInput{UserPoolId: &v.pool, Username: &name, Password: new(goodPassword), Permanent: true})
	v.must(err)
}

func (v visit) signIn(name, password string) (*idp.InitiateAuthOutput, error) {
	return v.api.InitiateAuth(v.ctx, &idp.InitiateAuthInput{
		ClientId: &v.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
	})
}

// tokens signs ada in.
func (v visit) tokens() types.AuthenticationResultType {
	out, err := v.signIn(ada, goodPassword)
	v.must(err)
	if out.AuthenticationResult == nil {
		panic(stop(seen(out, nil)))
	}
	return *out.AuthenticationResult
}

// seen is what a client sees of an answer.
func seen(out any, err error) string {
	var api smithy.APIError
	var status interface{ HTTPStatusCode() int }
	switch {
	case errors.As(err, &api):
		return api.ErrorCode()
	case err != nil && errors.As(err, &status):
		return "HTTP " + strconv.Itoa(status.HTTPStatusCode())
	case err != nil:
		return err.Error()
	}
	switch out := out.(type) {
	case *idp.InitiateAuthOutput:
		return ended(out.ChallengeName, out.AuthenticationResult)
	case *idp.RespondToAuthChallengeOutput:
		return ended(out.ChallengeName, out.AuthenticationResult)
	}
	return "accepted"
}

func ended(challenge types.ChallengeNameType, result *types.AuthenticationResultType) string {
	if result != nil {
		return "tokens"
	}
	return "the challenge " + string(challenge)
}
