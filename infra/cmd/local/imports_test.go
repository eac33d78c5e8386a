package main

import (
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// importer is boto3 as it imports users, beside pycognito, which signs in by SRP.
type importer struct{ boto3, srp *foreign }

func startImporter(t *testing.T) importer {
	t.Helper()
	const poolID = "eu-central-1_AbCdEf123"
	pool, _ := barePool(t, userpool.Config{
		ID: poolID, AutoVerifiedAttributes: []string{"email"}, PasswordPolicy: userpool.PasswordPolicy{MinimumLength: 20},
		Clients: []userpool.Client{{ID: "app", ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}},
	}, userpool.Options{})
	var started []*foreign
	for _, p := range []program{python("imports.py", "boto3"), python("srp.py", "pycognito")} {
		if why := p.lacks(); why != "" {
			t.Skipf("%s; the R108 tests of internal/localcloud/userpool import by HTTP without it", why)
		}
		f, err := p.start(t, []string{"AWS_DEFAULT_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local"}, map[string]string{
			"endpoint": pool.URL(), "pool": poolID, "client": "app", "secret": "",
		})
		if err != nil {
			t.Fatal(err)
		}
		started = append(started, f)
	}
	return importer{started[0], started[1]}
}

// must makes a call with pairs of name and value; it is not refused.
func (i importer) must(t *testing.T, call string, pairs ...string) map[string]string {
	t.Helper()
	told, err := i.boto3.do(call, given(pairs))
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	return told
}

func given(pairs []string) map[string]string {
	given := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		given[pairs[i]] = pairs[i+1]
	}
	return given
}

// runs imports a file and returns the job at its end.
func (i importer) runs(t *testing.T, algorithm, file string) map[string]string {
	t.Helper()
	job := i.must(t, "create", "algorithm", algorithm)
	i.must(t, "upload", "url", job["PreSignedUrl"], "file", file)
	i.must(t, "start", "job", job["JobId"])
	for job["Status"] = "Pending"; job["Status"] == "Pending" || job["Status"] == "InProgress"; time.Sleep(10 * time.Millisecond) {
		job = i.must(t, "describe", "job", job["JobId"])
	}
	return job
}

func counted(job map[string]string) string {
	return strings.Join([]string{job["Status"], job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"], job["CompletionMessage"]}, " ")
}

// signsIn expects tokens where the refusal is "".
func signsIn(t *testing.T, f *foreign, name, password, refusal string) {
	t.Helper()
	told, err := f.do("signIn", map[string]string{"name": name, "email": name, "password": password})
	switch {
	case refusal == "" && (err != nil || claims(told["access"])["username"] != name):
		t.Errorf("%s: %v, %v", name, told, err)
	case refusal != "" && (err == nil || !strings.HasPrefix(err.Error(), refusal)):
		t.Errorf("%s: %v, want %s", name, err, refusal)
	}
}

// The password is shorter than the policy allows, which does not count. Bcrypt's hash is one of
// crypt_blowfish's wrapper.c, of the password U*U.
func TestR108_Boto3ImportsPeopleWhoSignInWithTheirOldPasswords(t *testing.T) {
	t.Parallel()
	i := startImporter(t)
	const wrong = "NotAuthorizedException: Incorrect username or password."
	for n, algorithm := range []string{"BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"} {
		stored := "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
		if n > 0 {
			stored = strings.ReplaceAll(i.must(t, "hash", "algorithm", algorithm, "password", "U*U")["hash"], ",", `\,`)
		}
		one, two := algorithm+"1", algorithm+"2"
		job := i.runs(t, algorithm, strings.Join([]string{
			"cognito:username,email,email_verified,password_hash",
			one + ",a@example.com,TRUE," + stored, two + ",b@example.com,TRUE,", "bad,c@example.com,TRUE,x" + stored, one + ",a@example.com,TRUE," + stored,
		}, "\n"))
		if got := counted(job); got != "Succeeded 2 1 1 Import Job Completed Successfully." || job["PasswordHashingAlgorithm"] != algorithm {
			t.Errorf("%s: %v", algorithm, job)
		}
		for name, want := range map[string]string{one: "CONFIRMED", two: "RESET_REQUIRED"} {
			if got := i.must(t, "status", "name", name)["status"]; got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		signsIn(t, i.boto3, two, "U*U", "PasswordResetRequiredException: ")
		signsIn(t, i.boto3, "bad", "U*U", "UserNotFoundException: ")
		signsIn(t, i.srp, one, "U*U", wrong)
		signsIn(t, i.boto3, one, "u*u", wrong)
		signsIn(t, i.srp, one, "U*U", wrong)
		signsIn(t, i.boto3, one, "U*U", "")
		signsIn(t, i.srp, one, "U*U", "")
		signsIn(t, i.boto3, one, "U*U", "")
	}
	long, second := i.must(t, "create"), i.must(t, "create")
	i.must(t, "upload", "url", long["PreSignedUrl"], "file", i.must(t, "columns")["columns"]+"\nx", "times", "100000")
	i.must(t, "upload", "url", second["PreSignedUrl"], "file", i.must(t, "columns")["columns"]+"\nx")
	i.must(t, "start", "job", long["JobId"])
	if _, err := i.boto3.do("start", map[string]string{"job": second["JobId"]}); err == nil || !strings.HasPrefix(err.Error(), "PreconditionNotMetException: ") {
		t.Errorf("a second job: %v", err)
	}
	i.must(t, "stop", "job", long["JobId"])
	if got := i.must(t, "newest")["JobId"]; got != second["JobId"] && got != long["JobId"] {
		t.Errorf("the newest job is %s", got)
	}
}
