package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// The limits of a sweep on this machine, with the rate limit lifted.
const (
	mostMemory     = 64 << 10 // KB, with what is mapped from the program's file
	mostGrowth     = 8 << 10
	memoryInterval = 10 * time.Millisecond
	project        = "../../.."
)

// The test runs the command itself with a local pool and dynalite: once to fill the table
// and once to compare. Its log says how fast that was.
func TestALargePoolIsSweptInLittleMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process takes is read from /proc")
	}
	t.Parallel()
	people := form.Often(t, 800, 800, 100_000)
	c := crowd{T: t, program: built(t), pool: imported(t, people), table: directorytest.Start(t, project+"/infra")}
	filling, took := c.sweep()
	if filling.Drift[sweep.Missing] != people || filling.Written != people || filling.Asked != 0 {
		t.Errorf("filling the table: %+v", filling)
	}
	created := float64(people) / took.Seconds()
	comparing, took := c.sweep()
	if comparing.Total() != 0 || comparing.Written != 0 || comparing.Listed != people || comparing.Rows != people {
		t.Errorf("comparing: %+v", comparing)
	}
	compared := float64(people) / took.Seconds()
	t.Logf("%d users: %.0f rows/s created, %.0f users/s compared", people, created, compared)
}

// crowd is a pool of many users with a table.
type crowd struct {
	*testing.T
	program, pool, table string
}

func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "ops")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// imported returns the URL of a pool whose users were imported yesterday.
func imported(t *testing.T, number int) string {
	t.Helper()
	pool, err := userpool.Start(userpool.Config{
		ID: poolName, ARN: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + poolName, AccountID: "111122223333", UsernameAttributes: []string{"email"},
	}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	imported := make([]userpool.ImportedUser, number)
	for i := range imported {
		imported[i] = userpool.ImportedUser{Created: time.Now().AddDate(0, 0, -1), Status: "CONFIRMED", Attributes: map[string]string{
			"email": fmt.Sprintf("user%d@example.com", i), "email_verified": "true", "name": fmt.Sprintf("User %d", i), "locale": "en",
		}}
	}
	if _, err := pool.Import(imported...); err != nil {
		t.Fatal(err)
	}
	return pool.URL()
}

// sweep runs the command and watches its memory.
func (c crowd) sweep() (report sweep.Report, took time.Duration) {
	c.Helper()
	cmd, out, stderr := c.command("--rate", "1000000")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		c.Fatal(err)
	}
	watched, ended := make(chan []sample, 1), make(chan struct{})
	go func() { watched <- watch(cmd.Process.Pid, ended) }()
	err := cmd.Wait()
	took = time.Since(began)
	close(ended)
	if err != nil {
		c.Fatalf("%v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		c.Fatal(err)
	}
	c.memory(<-watched)
	return report, took
}

// command is the command with its environment for this pool.
func (c crowd) command(args ...string) (cmd *exec.Cmd, out, stderr *bytes.Buffer) {
	out, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	cmd = exec.Command(c.program, append([]string{"reconcile", "--stage", "dev", "--table", directorytest.Table, "--pool", poolName, "--json"}, args...)...)
	cmd.Env = append(os.Environ(), "AWS_REGION="+directorytest.Region, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_ENDPOINT_URL_DYNAMODB="+c.table, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER="+c.pool)
	cmd.Dir = project
	cmd.Stdout, cmd.Stderr = out, stderr
	return cmd, out, stderr
}

// The test stops the command itself in the middle of a pool of a hundred pages, and lets
// another one continue. The estimate makes many leaves of the pool.
func TestR34_CtrlCAndAKillLeaveABook(t *testing.T) {
	form.Often(t, 0, 1, 1)
	t.Parallel()
	pool, pages := counted(t, imported(t, 1200))
	program := built(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		c := crowd{T: t, program: program, pool: pool, table: directorytest.Start(t, project+"/infra")}
		before := pages.Load()
		stopped, _, stderr := c.command("--rate", "10", "--accept-estimate")
		if err := stopped.Start(); err != nil {
			t.Fatal(err)
		}
		wait(t, func() bool { return pages.Load() >= before+40 })
		_ = stopped.Process.Signal(signal)
		if err := stopped.Wait(); err == nil {
			t.Fatalf("%v stopped nothing", signal)
		}
		if signal == syscall.SIGINT && !strings.Contains(stderr.String(), "the next sweep continues") {
			t.Errorf("the command says %q", stderr)
		}
		c.goesOn(signal == syscall.SIGKILL)
	}
}

// goesOn continues; after a kill the other's lease lasts a while.
func (c crowd) goesOn(killed bool) {
	c.Helper()
	if killed {
		c.lapse()
	}
	goOn, out, stderr := c.command("--rate", "1000", "--accept-estimate")
	if err := goOn.Run(); err != nil {
		c.Fatalf("%v\n%s", err, stderr)
	}
	var report sweep.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil || !report.Complete || report.Listed != 1200 || report.Rows != 1200 || !strings.Contains(stderr.String(), "is continued") {
		c.Errorf("%v, %s%s", err, out, stderr)
	}
}

// The command is killed a hundred times at any moment, while it adds the index's column to an
// older row, lists, and asks for the user of that row, who is gone. It makes one pass; the
// next one finds nothing to do.
func TestR87_ACommandThatIsKilledAHundredTimesMakesOnePass(t *testing.T) {
	kills := form.Often(t, 0, 0, 100)
	t.Parallel()
	pool, _ := counted(t, imported(t, 1200))
	c := crowd{T: t, program: built(t), pool: pool, table: directorytest.Start(t, project+"/infra")}
	c.older()
	for range kills {
		killed, _, _ := c.command("--rate", "3", "--accept-estimate")
		if err := killed.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(4 * time.Second))))
		_ = killed.Process.Kill()
		if err := killed.Wait(); err == nil {
			t.Fatal("the command ended before it was killed: make the pool larger")
		}
		c.lapse()
	}
	c.makesPass(1, func(r sweep.Report) bool { return r.Listed == 1200 && r.Drift[sweep.Deleted] == 1 })
	c.makesPass(2, func(r sweep.Report) bool { return r.Listed == 1200 && r.Rows == 1200 && r.Total()+r.Written == 0 })
}

// makesPass sweeps and expects that to end the pass with a number.
func (c crowd) makesPass(number int64, as func(sweep.Report) bool) {
	c.Helper()
	cmd, out, stderr := c.command("--rate", "1000", "--accept-estimate")
	if err := cmd.Run(); err != nil {
		c.Fatalf("%v\n%s", err, stderr)
	}
	var report sweep.Report
	broken := json.Unmarshal(out.Bytes(), &report)
	last, _, err := live.NewBook(directorytest.Client(c.table), directorytest.Table, poolName, false).Pass(c.Context())
	if broken != nil || err != nil || !report.Complete || last.Open() || last.Number != number || !as(report) {
		c.Errorf("%v, %v, pass %d says %s%s", broken, err, last.Number, out, stderr)
	}
}

// older writes the row of a user who is gone, as a release without the index did.
func (c crowd) older() {
	c.Helper()
	key := users.Key{PoolID: poolName, Sub: nobody}
	_, err := directorytest.Store(c.T, c.table).Upsert(c.Context(), users.Snapshot{
		Key: key, At: time.Now().AddDate(0, 0, -1), Source: "PostConfirmation_ConfirmSignUp", Profile: users.Profile{Username: "gone"},
	})
	if err != nil {
		c.Fatal(err)
	}
	if _, err = directorytest.Client(c.table).UpdateItem(c.Context(), &dynamodb.UpdateItemInput{
		TableName: new(directorytest.Table), Key: dynamo.ItemKey(table.Keys{PK: table.User(key.PoolID, key.Sub), SK: table.ProfileRow}),
		UpdateExpression: new("REMOVE #shard"), ExpressionAttributeNames: map[string]string{"#shard": table.ShardKey},
	}); err != nil {
		c.Fatal(err)
	}
}

// lapse ends the lease of a sweep that was killed.
func (c crowd) lapse() {
	c.Helper()
	_, err := directorytest.Client(c.table).UpdateItem(c.Context(), &dynamodb.UpdateItemInput{
		TableName: new(directorytest.Table), Key: dynamo.ItemKey(table.SweepKey(poolName)), UpdateExpression: new("SET #until = :zero"),
		ExpressionAttributeNames:  map[string]string{"#until": "until"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":zero": &types.AttributeValueMemberN{Value: "0"}},
	})
	if err != nil {
		c.Fatal(err)
	}
}

// counted puts a proxy before a pool that counts the pages that it is asked for, and says
// that the pool is larger than it is.
func counted(t *testing.T, pool string) (string, *atomic.Int64) {
	t.Helper()
	to, err := url.Parse(pool)
	if err != nil {
		t.Fatal(err)
	}
	var pages atomic.Int64
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			if strings.HasSuffix(r.In.Header.Get("X-Amz-Target"), ".ListUsers") {
				pages.Add(1)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			body = bytes.Replace(body, []byte(`"EstimatedNumberOfUsers":1200`), []byte(`"EstimatedNumberOfUsers":99999`), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return err
		},
	})
	t.Cleanup(proxy.Close)
	return proxy.URL, &pages
}

func wait(t *testing.T, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !until(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never came")
		}
	}
}

// memory checks a sweep's memory: little, and at its end hardly more than in its middle.
func (c crowd) memory(samples []sample) {
	c.Helper()
	if len(samples) < 4 {
		c.Fatalf("%d samples of the memory", len(samples))
	}
	middle, end := most(samples[len(samples)/4:len(samples)/2]), most(samples[len(samples)/2:])
	c.Logf("memory: %d MB of its own in the middle, %d MB at the end, %d MB with the program", middle.own>>10, end.own>>10, most(samples).all>>10)
	if most(samples).all > mostMemory || end.own > middle.own+mostGrowth {
		c.Errorf("a sweep takes %d KB, of which its own are %d in its middle and %d at its end; %d are allowed, and %d to grow by",
			most(samples).all, middle.own, end.own, mostMemory, mostGrowth)
	}
}

// sample is what a process holds at a moment, in KB: in all, and without what is mapped
// from its program's file.
type sample struct{ all, own int }

func most(samples []sample) (most sample) {
	for _, each := range samples {
		most.all, most.own = max(most.all, each.all), max(most.own, each.own)
	}
	return most
}

// watch samples a process until it ends.
func watch(pid int, ended <-chan struct{}) (samples []sample) {
	for {
		select {
		case <-ended:
			return samples
		case <-time.After(memoryInterval):
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		var now sample
		for line := range strings.Lines(string(status)) {
			switch fields := strings.Fields(line); {
			case len(fields) < 2:
			case fields[0] == "VmRSS:":
				now.all, _ = strconv.Atoi(fields[1])
			case fields[0] == "RssAnon:":
				now.own, _ = strconv.Atoi(fields[1])
			}
		}
		samples = append(samples, now)
	}
}
