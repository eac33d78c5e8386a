package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// deployed returns a folder with the function as deployed.
func deployed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-o", filepath.Join(folder, "bootstrap"), ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(folder, "policy.json"), []byte(`{"mirror":{"attributes":["name"]}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// imported returns the URL of a pool with yesterday's users, and their subs.
func imported(t *testing.T, number int) (url string, subs []string) {
	t.Helper()
	pool, err := userpool.Start(userpool.Config{
		ID: poolID, ARN: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + poolID, AccountID: "111122223333", UsernameAttributes: []string{"email"},
	}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	users := make([]userpool.ImportedUser, number)
	for i := range users {
		users[i] = userpool.ImportedUser{Created: time.Now().AddDate(0, 0, -1), Status: "CONFIRMED", Attributes: map[string]string{
			"email": fmt.Sprintf("user%d@example.com", i), "name": fmt.Sprintf("User %d", i),
		}}
	}
	if subs, err = pool.Import(users...); err != nil {
		t.Fatal(err)
	}
	return pool.URL(), subs
}

// journal keeps what the function's processes print.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// The test runs the real bootstrap.
func TestTheDeployedFunctionSweeps(t *testing.T) {
	form.Often(t, 0, 1, 1)
	const number, pages = 300, 1
	pool, subs := imported(t, number)
	table := directorytest.Start(t, "../..")
	var printed journal
	host, err := lambdahost.Start([]lambdahost.Function{{
		Name: "reconcile", Dir: deployed(t), Timeout: reserve + time.Minute,
		Env: map[string]string{
			"USER_POOL_ID": poolID, "TABLE_NAME": directorytest.Table, "LIST_RATE": "5", "EVERY_HOURS": "24",
			"AWS_ENDPOINT_URL_DYNAMODB": table, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": pool,
		},
	}}, lambdahost.Options{Stderr: &printed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	runs := 0
	for ; runs <= pages && !strings.Contains(printed.text.String(), `"complete":true`); runs++ {
		if _, err := host.Invoke(t.Context(), "reconcile", []byte(`{"detail-type":"Scheduled Event"}`)); err != nil {
			t.Fatalf("%v\n%s", err, printed.text.String())
		}
		if err := host.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(printed.text.String(), `"complete":true`) || strings.Contains(printed.text.String(), "@example.com") {
		t.Errorf("%d runs:\n%s", runs, printed.text.String())
	}
	for _, sub := range []string{subs[0], subs[number-1]} {
		rows, err := record.Rows(t.Context(), directorytest.Client(table), directorytest.Table, users.Key{PoolID: poolID, Sub: sub})
		if err != nil || rows.Profile.CreatedBy != "sweep" || !strings.HasPrefix(rows.Profile.Attributes["name"], "User ") {
			t.Errorf("the row is %+v, error %v", rows.Profile, err)
		}
	}
}
