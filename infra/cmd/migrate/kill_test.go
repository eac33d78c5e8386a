package main

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/between"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// rerouted passes requests on, and lets replies name the proxies in the place of what is behind them:
// a job's reply has the URL of an upload.
func rerouted(t *testing.T, k *between.Killer, proxies map[string]string) between.Handler {
	return func(out http.ResponseWriter, r *http.Request, _ []byte, pass http.Handler) {
		reply := k.Pass(t, r, pass)
		if reply == nil {
			return
		}
		text := reply.Body.Bytes()
		for from, to := range proxies {
			text = bytes.ReplaceAll(text, []byte(from), []byte(to))
		}
		for name, values := range reply.Header() {
			if name != "Content-Length" && name != "X-Amz-Crc32" {
				out.Header()[name] = values
			}
		}
		out.WriteHeader(reply.Code)
		_, _ = out.Write(text)
	}
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
		k.Aim(next, func() { _ = cmd.Process.Kill() })
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
func (r *rig) killable() *between.Killer {
	r.Helper()
	k, proxies := &between.Killer{}, map[string]string{}
	said, err := (&target{stage: "local", outputs: filepath.Join(r.folder, "outputs.json")}).said()
	if err != nil {
		r.Fatal(err)
	}
	passed := rerouted(r.T, k, proxies)
	poolProxy := between.Proxy(r.T, said["LocalCognitoUrl"], passed)
	proxies[said["LocalCognitoUrl"]] = poolProxy
	r.outputs(between.Proxy(r.T, said["LocalDynamoDBUrl"], passed), poolProxy, said["LocalLambdaUrl"])
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
