package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// late is a local pool of 500 new users that are listed after a minute of the pool's own
// clock, with a table that has the row of one user more, who is gone.
type late struct {
	*testing.T
	passed atomic.Int64 // of the clock
	table  string
}

const nobody = "11111111-1111-4111-8111-111111111111"

func startLate(t *testing.T) *late {
	t.Helper()
	t.Chdir(project)
	l := &late{T: t, table: directorytest.Start(t, "infra")}
	pool, err := userpool.Start(userpool.Config{
		ID: poolName, ARN: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + poolName, AccountID: "111122223333", UsernameAttributes: []string{"email"},
	}, nil, userpool.Options{ListDelay: time.Minute, Now: func() time.Time { return noon.Add(time.Duration(l.passed.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	people := make([]userpool.ImportedUser, 500)
	for i := range people {
		people[i] = userpool.ImportedUser{Status: "CONFIRMED", Attributes: map[string]string{"email": fmt.Sprintf("user%d@example.com", i)}}
	}
	if _, err := pool.Import(people...); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_REGION": directorytest.Region, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL_DYNAMODB": l.table, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": pool.URL(),
	} {
		t.Setenv(name, value)
	}
	l.seen()
	return l
}

// seen writes the row of the user who is gone.
func (l *late) seen() {
	l.Helper()
	if _, err := directorytest.Store(l.T, l.table).Upsert(l.Context(), users.Snapshot{
		Key: users.Key{PoolID: poolName, Sub: nobody}, At: noon.AddDate(0, 0, -1), Source: "PostConfirmation_ConfirmSignUp", Profile: users.Profile{Username: "gone"},
	}); err != nil {
		l.Fatal(err)
	}
}

func (l *late) sweep(args ...string) (outcome, sweep.Report) {
	l.Helper()
	got := ops(l.T, append([]string{"reconcile", "--stage", "dev", "--table", directorytest.Table, "--pool", poolName, "--rate", "30"}, args...)...)
	var report sweep.Report
	if strings.HasPrefix(got.out, "{") {
		if err := json.Unmarshal([]byte(got.out), &report); err != nil {
			l.Fatal(err)
		}
	}
	return got, report
}

func (l *late) buried() bool {
	l.Helper()
	rows, err := record.Rows(l.Context(), directorytest.Client(l.table), directorytest.Table, users.Key{PoolID: poolName, Sub: nobody})
	if err != nil {
		l.Fatal(err)
	}
	return !rows.Profile.DeletedAt.IsZero()
}

// DescribeUserPool says 500 and ListUsers nothing. The sweep says that it could not see,
// with an exit status of its own, and buries nothing until the list is complete or the
// operator accepts the estimate.
func TestR47_ASweepSaysWhatItCouldNotSee(t *testing.T) {
	l := startLate(t)
	got, _ := l.sweep("--dry-run")
	if got.status != short || !strings.Contains(got.out, "users      0\n  estimate   500\n") || !strings.Contains(got.out, "LIST IS INCOMPLETE") || strings.Contains(got.out, "unlisted") ||
		!strings.Contains(got.err, "the pool listed 0 users and estimates 500") || !strings.Contains(got.err, "--accept-estimate") {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
	got, r := l.sweep("--json")
	if strings.Contains(got.err, "is continued") {
		t.Errorf("who sweeps again, as told, reads %s", got.err)
	}
	if got.status != short || !r.Incomplete || r.Complete || r.Estimate != 500 || r.Asked != 0 || !strings.Contains(got.out, "LIST IS INCOMPLETE") || l.buried() {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
	if got, r = l.sweep("--json", "--fresh"); got.status != short || !r.Incomplete || l.buried() {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
	if got, r = l.sweep("--json", "--accept-estimate"); got.status != done || !r.Complete || r.Drift[sweep.Deleted] != 1 || !l.buried() {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
	l.passed.Store(int64(2 * sweep.Lag)) // now the users are listed and are not asked for
	if got, r = l.sweep("--json"); got.status != done || !r.Complete || r.Incomplete || r.Drift[sweep.Missing] != 500 || r.Written != 500 || r.Estimate != 500 {
		t.Errorf("status %d\n%s%s", got.status, got.out, got.err)
	}
}
