package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// killer stands before table and pool and kills the command at a request: before it, or when its work is
// done and the reply is not sent.
type killer struct {
	mu       sync.Mutex
	requests int
	at       int
	kill     func()
	proxies  map[string]string // by what they stand before
}

func (k *killer) before(t *testing.T, to string) string {
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = nil
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil { // of a process that died while it asked
			return
		}
		r.Body, r.Host = io.NopCloser(bytes.NewReader(body)), target.Host
		k.mu.Lock()
		k.requests++
		now := k.requests == k.at
		k.mu.Unlock()
		if now && rand.IntN(2) == 0 {
			k.kill()
			return
		}
		reply := httptest.NewRecorder()
		proxy.ServeHTTP(reply, r.WithContext(t.Context())) // also for a process that is gone by now
		if now {
			k.kill()
		}
		text := reply.Body.Bytes()
		for from, to := range k.proxies { // the URL of an upload
			text = bytes.ReplaceAll(text, []byte(from), []byte(to))
		}
		for name, values := range reply.Header() {
			if name != "Content-Length" && name != "X-Amz-Crc32" {
				out.Header()[name] = values
			}
		}
		out.WriteHeader(reply.Code)
		_, _ = out.Write(text)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A real process is killed again and again, at any request. In the end everybody is where load brings
// people: each file was imported by one job, and nobody twice.
func TestR106_ALoadThatIsKilledAtAnyCallConverges(t *testing.T) {
	killed := 0
	for range form.Often(t, 1, 1, 60) {
		t.Run("", func(t *testing.T) { killed += killedLoad(t) })
	}
	if t.Logf("killed %d times", killed); killed == 0 {
		t.Error("nothing was killed")
	}
}

func killedLoad(t *testing.T) (killed int) {
	r := newRig(t)
	all := oldPeople(60)
	all[5]["full"] = string(bytes.Repeat([]byte("x"), 3000)) // more than the pool takes of a name
	file := r.exported("users.jsonl", all)
	k := r.killable()
	for {
		cmd := exec.Command(os.Args[0], "load", file, "--columns", says, "--outputs", filepath.Join(r.folder, "outputs.json"), "--book", filepath.Join(r.folder, "book"), "--logs-role", role)
		cmd.Env = append(os.Environ(), asCommand+"=1")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		next := 3 + killed // the calls about a job, one after the other
		if killed > 6 {
			next = 1 + rand.IntN(60)
		}
		k.mu.Lock()
		k.kill, k.at = func() { _ = cmd.Process.Kill() }, k.requests+next
		k.mu.Unlock()
		err := cmd.Wait()
		if r.said += out.String(); err == nil {
			break
		}
		if cmd.ProcessState.Exited() {
			t.Fatal(out.String()) // by itself
		}
		killed++
	}
	r.silent(all)
	r.converged(all)
	return killed
}

// killable puts a killer before table and pool.
func (r *rig) killable() *killer {
	r.Helper()
	k := &killer{proxies: map[string]string{}}
	said, err := (&target{stage: "local", outputs: filepath.Join(r.folder, "outputs.json")}).said()
	if err != nil {
		r.Fatal(err)
	}
	poolProxy := k.before(r.T, said["LocalCognitoUrl"])
	k.proxies[said["LocalCognitoUrl"]] = poolProxy
	r.outputs(k.before(r.T, said["LocalDynamoDBUrl"]), poolProxy, said["LocalLambdaUrl"])
	return k
}

// converged looks where everybody is.
func (r *rig) converged(all []oldPerson) {
	r.Helper()
	jobs, err := r.app.ListUserImportJobs(r.Context(), &cognito.ListUserImportJobsInput{UserPoolId: aws.String(pool), MaxResults: aws.Int32(60)})
	if err != nil {
		r.Fatal(err)
	}
	brought, skipped, failed := int64(0), int64(0), int64(0)
	for _, j := range jobs.UserImportJobs {
		brought, skipped, failed = brought+j.ImportedUsers, skipped+j.SkippedUsers, failed+j.FailedUsers
	}
	if len(jobs.UserImportJobs) != 2 || brought != 35 || skipped != 0 || failed != 1 {
		r.Errorf("%d jobs imported %d, skipped %d, failed at %d", len(jobs.UserImportJobs), brought, skipped, failed)
	}
	for n := range all {
		row, waits := r.row(n), n%5 > 2 || n == 5
		if row.LoadedAt.IsZero() || (row.Hash == "" && len(row.Attributes) == 0) == waits || row.ProvedAt.IsZero() != waits {
			r.Errorf("person %d: %+v", n, row)
		}
	}
}
