package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// asCommand makes this test's program the command itself, in a process that can be killed.
const asCommand = "LOCAL_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// localProcess is a running command.
type localProcess struct {
	cmd     *exec.Cmd
	said    *strings.Builder
	outputs map[string]string
	pool    *idp.Client
	table   *dynamodb.Client
}

// serveIn starts make local's program in a folder and returns when it is up.
func serveIn(t *testing.T, dir string, more ...string) *localProcess {
	t.Helper()
	files, self := filepath.Join(dir, "files"), must(os.Executable())
	_ = os.Remove(filepath.Join(files, "outputs.local.json")) // of one that was killed
	p := &localProcess{said: &strings.Builder{}}
	args := append([]string{"serve", "-assembly", assembly, "-infra", "../..", "-port-base", "0", "-watch=false", "-data", filepath.Join(dir, "data"), "-files", files, "-ca", filepath.Join(dir, "ca")}, more...)
	p.cmd = exec.Command(self, args...)
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-ended; ended <- nil })
	for {
		var stacks map[string]map[string]string
		if text, err := os.ReadFile(filepath.Join(files, "outputs.local.json")); err == nil && json.Unmarshal(text, &stacks) == nil {
			p.outputs = stacks[settings.StackName(settings.LocalStage)]
			break
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("it ended: %v\n%s", err, p.said)
		case <-time.After(5 * time.Millisecond):
		}
	}
	cfg := aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), HTTPClient: awshttp.NewBuildableClient()}
	p.pool = idp.NewFromConfig(cfg, func(o *idp.Options) {
		o.BaseEndpoint, o.RetryMaxAttempts = aws.String(p.outputs[settings.LocalCognitoOutput]), 1
	})
	p.table = dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.BaseEndpoint, o.RetryMaxAttempts = aws.String(p.outputs[settings.LocalDynamoDBOutput]), 1
	})
	return p
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (p *localProcess) end(t *testing.T, signal os.Signal) {
	t.Helper()
	_ = p.cmd.Process.Signal(signal)
	for syscall.Kill(p.cmd.Process.Pid, 0) == nil { // until Cleanup's goroutine has reaped it
		time.Sleep(time.Millisecond)
	}
}

// acknowledged is a user and when the answer came.
type acknowledged struct {
	name string
	at   time.Time
}

// busy makes users and rows until the process is gone.
func (p *localProcess) busy(ctx context.Context, round int) (users []acknowledged, row string) {
	for i := 0; ; i++ {
		name := fmt.Sprintf("u%d-%d@example.com", round, i)
		_, err := p.pool.AdminCreateUser(ctx, &idp.AdminCreateUserInput{
			UserPoolId: aws.String(p.outputs["UserPoolId"]), Username: &name, MessageAction: "SUPPRESS",
			UserAttributes: []idptypes.AttributeType{{Name: aws.String("email"), Value: &name}, {Name: aws.String("name"), Value: aws.String("Ada")}},
		})
		if err != nil {
			return users, row
		}
		users = append(users, acknowledged{name, time.Now()})
		_, err = p.table.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(p.outputs["TableName"]), Item: rowOf(name)})
		if err != nil {
			return users, row
		}
		row = name
	}
}

// TestR64_AKilledCloudKeepsWhatItAnswered kills make local's program at random instants. The
// file is whole at each of them, and has every user who was answered before the last write but
// one; in the long form, which a quiet machine runs, every one who was answered 200 ms before.
// Every row that was answered is there.
func TestR64_AKilledCloudKeepsWhatItAnswered(t *testing.T) {
	local(t)
	rounds, dir := form.Often(t, 1, 3, 60), t.TempDir()
	all, row := 0, ""
	for round := range rounds {
		p := serveIn(t, dir)
		if row != "" {
			found, err := p.table.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(p.outputs["TableName"]), Key: rowOf(row)})
			if err != nil || found.Item == nil {
				t.Fatalf("round %d: the row of %s is lost: %v", round, row, err)
			}
		}
		writes := watchWrites(filepath.Join(dir, "data", "pool.json"))
		wait := time.Duration(rand.IntN(700)) * time.Millisecond
		killed := make(chan time.Time, 1)
		time.AfterFunc(wait, func() { killed <- time.Now(); _ = p.cmd.Process.Kill() })
		users, last := p.busy(t.Context(), round)
		at, seen := <-killed, writes()
		p.end(t, os.Kill)
		if last != "" {
			row = last
		}
		kept := keptNames(t, filepath.Join(dir, "data", "pool.json"))
		for _, u := range users {
			due := len(seen) > 1 && u.at.Before(seen[len(seen)-2]) || rounds == 60 && at.Sub(u.at) > 200*time.Millisecond
			if due && !kept[u.name] {
				t.Errorf("round %d: %s was answered %v before the end, and is lost", round, u.name, at.Sub(u.at))
			}
		}
		all += len(users)
	}
	p := serveIn(t, dir)
	p.end(t, syscall.SIGTERM)
	if _, err := os.Stat(filepath.Join(dir, "files", "outputs.local.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the files for other programs are there after the end: %v", err)
	}
	t.Logf("%d users in %d rounds", all, rounds)
}

// watchWrites returns a function that ends the watch and returns, of each write, an instant
// before it was seen.
func watchWrites(path string) func() []time.Time {
	stop, seen := make(chan struct{}), make(chan []time.Time)
	go func() {
		var all []time.Time
		before, _ := os.Stat(path)
		looked := time.Now()
		for {
			now := time.Now()
			if info, err := os.Stat(path); err == nil && !os.SameFile(before, info) {
				before, all = info, append(all, looked)
			}
			looked = now
			select {
			case <-stop:
				seen <- all
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() []time.Time { close(stop); return <-seen }
}

func keptNames(t *testing.T, path string) map[string]bool {
	t.Helper()
	var file struct {
		Pools map[string]struct {
			State struct {
				Users map[string]struct{ Attributes map[string]string }
			}
		}
	}
	if err := json.Unmarshal(must(os.ReadFile(path)), &file); err != nil {
		t.Fatalf("the file is not whole: %v", err)
	}
	names := map[string]bool{}
	for _, pool := range file.Pools {
		for _, u := range pool.State.Users {
			names[u.Attributes["email"]] = true
		}
	}
	return names
}

func rowOf(name string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "TEST#" + name}, "sk": &types.AttributeValueMemberS{Value: "ROW"}}
}
