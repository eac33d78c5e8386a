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
	r := newRig(t)
	kills := form.Often(t, 2, 12, 300)
	all := oldPeople(60)
	all[5]["full"] = string(bytes.Repeat([]byte("x"), 3000)) // more than the pool takes of a name
	file := r.exported("users.jsonl", all)
	k := &killer{proxies: map[string]string{}}
	said, err := (&target{stage: "local", outputs: filepath.Join(r.folder, "outputs.json")}).said()
	if err != nil {
		t.Fatal(err)
	}
	poolProxy := k.before(t, said["LocalCognitoUrl"])
	k.proxies[said["LocalCognitoUrl"]] = poolProxy
	r.outputs(k.before(t, said["LocalDynamoDBUrl"]), poolProxy, said["LocalLambdaUrl"])
	killed := 0
	for whole := 150; ; {
		cmd := exec.Command(os.Args[0], "load", file, "--columns", says, "--outputs", filepath.Join(r.folder, "outputs.json"), "--book", filepath.Join(r.folder, "book"), "--logs-role", role)
		cmd.Env = append(os.Environ(), asCommand+"=1")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		k.mu.Lock()
		k.kill, k.at = func() { _ = cmd.Process.Kill() }, 0
		if killed < kills {
			k.at = k.requests + 1 + rand.IntN(whole)
		}
		k.mu.Unlock()
		err := cmd.Wait()
		if r.said += out.String(); err == nil && killed >= kills {
			break
		}
		if err == nil { // it was done before the request: the next one finds nothing to do, and is shorter
			killed, whole = killed+1, max(10, whole/2)
		} else if killed++; killed > kills {
			t.Fatal(out.String())
		}
	}
	r.silent(all)
	jobs, err := r.app.ListUserImportJobs(t.Context(), &cognito.ListUserImportJobsInput{UserPoolId: aws.String(pool), MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	brought, skipped, failed := int64(0), int64(0), int64(0)
	for _, j := range jobs.UserImportJobs {
		brought, skipped, failed = brought+j.ImportedUsers, skipped+j.SkippedUsers, failed+j.FailedUsers
	}
	if len(jobs.UserImportJobs) != 2 || brought != 35 || skipped != 0 || failed != 1 {
		t.Errorf("%d jobs imported %d, skipped %d, failed at %d", len(jobs.UserImportJobs), brought, skipped, failed)
	}
	for n := range all {
		row, waits := r.row(n), n%5 > 2 || n == 5
		if row.LoadedAt.IsZero() || (row.Hash == "" && len(row.Attributes) == 0) == waits || row.ProvedAt.IsZero() != waits {
			t.Errorf("person %d: %+v", n, row)
		}
	}
}
