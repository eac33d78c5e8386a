package userpool

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"
)

// newImport is a request for a job.
func newImport(algorithm string) map[string]any {
	in := inPool("JobName", "move", "CloudWatchLogsRoleArn", "arn:aws:iam::111122223333:role/logs")
	if algorithm != "" {
		in["PasswordHashingAlgorithm"] = algorithm
	}
	return in
}

// job returns the members of the job in an answer.
func job(out map[string]any) map[string]any { return out["UserImportJob"].(map[string]any) }

func (r *rig) ofJob(j map[string]any) map[string]any { return inPool("JobId", j["JobId"]) }

// puts sends a job's file and returns the status and the code of a refusal.
func (r *rig) puts(t *testing.T, url string, file io.Reader, header string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, file)
	if err != nil {
		t.Fatal(err)
	}
	if header != "" {
		request.Header.Set("X-Amz-Server-Side-Encryption", header)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	form := map[string]string{"": "", "application/xml": "<Error><Code>", awsJSON: "{"}
	begin, known := form[response.Header.Get("Content-Type")]
	if !known || !strings.Contains(string(body), begin) || (begin == "") != (len(body) == 0) || strings.Contains(string(body), "<Message></Message>") {
		t.Errorf("%d %s: %s", response.StatusCode, response.Header, body)
	}
	_, code, _ := strings.Cut(string(body), "<Code>")
	code, _, _ = strings.Cut(code, "</Code>")
	return response.StatusCode, code
}

const encrypted = "aws:kms"

// uploaded makes a job with a file.
func (r *rig) uploaded(t *testing.T, algorithm, file string) map[string]any {
	t.Helper()
	made := job(r.must(t, "CreateUserImportJob", newImport(algorithm)))
	if status, code := r.puts(t, made["PreSignedUrl"].(string), strings.NewReader(file), encrypted); status != http.StatusOK {
		t.Fatalf("uploading: %d %s", status, code)
	}
	return made
}

// ran waits for the end of a job.
func (r *rig) ran(t *testing.T, j map[string]any) map[string]any {
	t.Helper()
	for range 1000 {
		now := job(r.must(t, "DescribeUserImportJob", r.ofJob(j)))
		if now["CompletionDate"] != nil {
			return now
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the job does not end")
	return nil
}

// importFile runs a job to its end.
func (r *rig) importFile(t *testing.T, algorithm, file string) map[string]any {
	t.Helper()
	j := r.uploaded(t, algorithm, file)
	r.must(t, "StartUserImportJob", r.ofJob(j))
	return r.ran(t, j)
}

// logged returns the log of a job, one line a row.
func (r *rig) logged(t *testing.T, j map[string]any) (text string) {
	t.Helper()
	lines, known := r.ImportLog("/aws/cognito/userpools/" + poolUnderTest + "/" + fmt.Sprint(r.cfg().Settings["Name"]))
	if !known {
		t.Fatal("there is no log group of the pool")
	}
	for _, l := range lines {
		if l.Stream == fmt.Sprint(j["JobId"], "/move") {
			text += l.Text + "\n"
		}
	}
	return text
}

func counts(j map[string]any) string {
	return fmt.Sprint(j["Status"], " ", j["ImportedUsers"], " ", j["SkippedUsers"], " ", j["FailedUsers"], " ", j["CompletionMessage"])
}

const tooManyFailed = "Too many users have failed or been skipped during the import."

// rowsToJudge are a file, and rowsJudged is what the log says of it.
var rowsToJudge = []string{
	"cognito:username,name,email,email_verified,phone_number,phone_number_verified,birthdate,updated_at,custom:plan,cognito:mfa_enabled,password_hash",
	`bea,Bea\, the second,bea@example.com,TRUE,,,02/01/1985,1471453471,gold,,`,
	"Ada,Ada,ada@example.com,true,,,,,,false,",
	"eve,Eve,eve@example.com,,,,,,,,",
	"fay,,fay@example.com,true,,,,,,,",
	"gus gus,Gus,gus@example.com,true,,,,,,,",
	",Nobody,nobody@example.com,true,,,,,,,",
	"hal,Hal,,true,,,,,,,",
	"ida,Ida,ida@example.com,true,,,1985-02-01,,,,",
	"jim,Jim,jim@example.com,yes,,,,,,,",
	"kim,Kim,kim.example.com,true,,,,,,,",
	"leo,Leo,leo@example.com,true,,,,,,true,",
	"mia,Mia,mia@example.com,true,,,,,,perhaps,",
	"ned,Ned,ned@example.com,true,,TRUE,,,,,",
	"ora,Ora,ora@example.com,true,,,,yesterday,,,",
	"pia,Pia",
	"quy,Quy,quy@example.com,true,,,,,,,$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
	"rex,Rex,rex@example.com,TRUE,+4917012345,TRUE,,,,FALSE,",
}

const rowsJudged = `[SUCCEEDED] Line Number 2 - The import succeeded.
[SKIPPED] Line Number 3 - The user already exists.
[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).
[FAILED] Line Number 5 - Attributes did not conform to the schema: name: The attribute is required
[FAILED] Line Number 6 - 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+
[FAILED] Line Number 7 - 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+
[FAILED] Line Number 8 - The User Record sets email_verified to true without email.
[FAILED] Line Number 9 - The birthdate is not mm/dd/yyyy.
[FAILED] Line Number 10 - Attributes did not conform to the schema: email_verified: value is neither true nor false.
[FAILED] Line Number 11 - Invalid email address format.
[FAILED] Line Number 12 - cognito:mfa_enabled is not what the user pool requires.
[FAILED] Line Number 13 - cognito:mfa_enabled is neither true nor false.
[FAILED] Line Number 14 - The User Record sets phone_number_verified to true without phone_number.
[FAILED] Line Number 15 - Attributes did not conform to the schema: updated_at: value is not a number.
[FAILED] Line Number 16 - The row has 2 values, the header 11 columns.
[FAILED] Line Number 17 - The job has no password hashing algorithm.
[SUCCEEDED] Line Number 18 - The import succeeded.
`

// The sentences are the guide's where it has one. A row that fails takes no other one with it.
func TestR108_EachRowIsJudgedAlone(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.RequiredAttributes = nil, []string{"name"}
		c.CustomAttributes = map[string]bool{"custom:plan": true}
	})
	r.imports(t, ImportedUser{Username: "ada", Attributes: map[string]string{"email": "ada@example.com"}})
	done := r.importFile(t, "", strings.Join(rowsToJudge, "\n"))
	if got := r.logged(t, done); got != rowsJudged {
		t.Errorf("the log is\n%s", got)
	}
	if got := counts(done); got != "Failed 2 1 14 "+tooManyFailed {
		t.Error(got)
	}
	u, _ := r.store.find("bea")
	if u.status != resetRequired || !u.enabled || u.attributes["name"] != "Bea, the second" || u.attributes["birthdate"] != "1985-02-01" ||
		u.attributes["email_verified"] != "true" || u.attributes["custom:plan"] != "gold" || len(u.attributes) != 6 {
		t.Errorf("the user is %+v", u)
	}
	if _, err := r.signInWith(t, "bea", "any"); err == nil || !strings.Contains(err.Error(), "PasswordResetRequiredException") {
		t.Errorf("a sign-in: %v", err)
	}
	if r.store.count() != 3 {
		t.Errorf("%d users", r.store.count())
	}
	if fired := r.fns.sources(t); len(fired) != 0 {
		t.Errorf("an import fired %v", fired)
	}
}

// "true" needs MFA in the pool, "false" a pool that does not require it (guide, "Formatting the CSV
// file").
func TestR108_ASecondFactorIsWhatThePoolRequires(t *testing.T) {
	for mode, want := range map[string]string{"ON": "refused, , SMS_MFA, ", "OPTIONAL": ", , SMS_MFA, ", "OFF": ", , refused, refused"} {
		r := startRig(t, func(c *Config, _ *Options) {
			c.UsernameAttributes, c.MfaConfiguration, c.EnabledMfas = nil, mode, []string{"SMS_MFA"}
		})
		r.importFile(t, "", `cognito:username,email,email_verified,phone_number,cognito:mfa_enabled
a,a@example.com,true,+491701,FALSE
b,b@example.com,true,+491701,
c,c@example.com,true,+491701,TRUE
d,d@example.com,true,,TRUE
`)
		var got []string
		for _, name := range []string{"a", "b", "c", "d"} {
			u, known := r.store.find(name)
			if got = append(got, strings.Join(u.mfa, " ")); !known {
				got[len(got)-1] = "refused"
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", mode, got, want)
		}
	}
}

// Who can sign in by a code is CONFIRMED (guide, "Requiring imported users to reset their
// passwords"), but for who lacks a hash in a job with hashes.
func TestR108_WithoutAPasswordTheStatusFollowsTheOtherFactors(t *testing.T) {
	for _, c := range []struct{ factor, algorithm, want string }{
		{"EMAIL_OTP", "", confirmed}, {"SMS_OTP", "", resetRequired}, {"WEB_AUTHN", "", resetRequired}, {"EMAIL_OTP", "BCRYPT", resetRequired},
	} {
		r := startRig(t, func(c2 *Config, _ *Options) {
			c2.UsernameAttributes, c2.FirstFactors, c2.Passkeys.RelyingPartyID = nil, []string{"PASSWORD", c.factor}, "localhost"
		})
		r.importFile(t, c.algorithm, header+"ada,ada@example.com,true,\n")
		if u, _ := r.store.find("ada"); u.status != c.want {
			t.Errorf("%+v: %s", c, u.status)
		}
	}
}

func TestR108_ATakenAliasFailsAndStaysWhereItIs(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	r.imports(t, ImportedUser{Username: "ada", Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}})
	done := r.importFile(t, "", header+"bea,ada@example.com,true,\n")
	if got := r.logged(t, done); got != "[FAILED] Line Number 2 - An account with the email already exists.\n" {
		t.Error(got)
	}
	if u, _ := r.store.find("ada@example.com"); u.username != "ada" {
		t.Errorf("the alias is %s's", u.username)
	}
}

// signInWith signs in with a password.
func (r *rig) signInWith(t *testing.T, name, password string) (map[string]any, error) {
	t.Helper()
	return r.raw(t, "InitiateAuth", map[string]any{
		"ClientId": webClient, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": name, "PASSWORD": password},
	})
}

const header = "cognito:username,email,email_verified,password_hash\n"

// A pool whose usernames are addresses makes the username; the same file again skips.
func TestR108_AnAddressNamesTheUserAndASecondImportSkipsIt(t *testing.T) {
	r := startRig(t, nil)
	file := header + "ada@example.com,ada@example.com,TRUE,\nbea@example.com,,TRUE,\nbea,bea@example.com,TRUE,\n"
	if got := counts(r.importFile(t, "", file)); got != "Succeeded 2 0 1 Import Job Completed Successfully." {
		t.Error(got)
	}
	if u, _ := r.store.find("ada@example.com"); u.username != u.sub || u.sub == "" {
		t.Errorf("the username is %q, sub %q", u.username, u.sub)
	}
	if got := counts(r.importFile(t, "", file)); got != "Failed 0 2 1 "+tooManyFailed {
		t.Error(got)
	}
}

func TestR108_AJobHasTheStatesOfAWS(t *testing.T) {
	r := startRig(t, nil)
	made := job(r.must(t, "CreateUserImportJob", newImport("BCRYPT")))
	if made["Status"] != "Created" || made["PasswordHashingAlgorithm"] != "BCRYPT" || made["JobName"] != "move" || made["ImportedUsers"] != 0.0 ||
		made["StartDate"] != nil || made["CompletionDate"] != nil || made["CompletionMessage"] != nil || made["UserPoolId"] != poolUnderTest || !strings.HasPrefix(made["JobId"].(string), "import-") {
		t.Errorf("the new job is %v", made)
	}
	_, err := r.raw(t, "StartUserImportJob", r.ofJob(made))
	wantRefusal(t, err, "PreconditionNotMetException", "No csv file was uploaded for "+made["JobId"].(string))
	_, err = r.raw(t, "StopUserImportJob", r.ofJob(made))
	wantCode(t, err, "PreconditionNotMetException")
	for _, operation := range []string{"DescribeUserImportJob", "StartUserImportJob", "StopUserImportJob"} {
		_, err = r.raw(t, operation, inPool("JobId", "import-x"))
		wantRefusal(t, err, "ResourceNotFoundException", "Import job import-x does not exist.")
		_, err = r.raw(t, operation, inPool("JobId", "x"))
		wantCode(t, err, "InvalidParameterException")
	}
	r.clock.pass(time.Second)
	done := r.importFile(t, "BCRYPT", "cognito:username,email,email_verified\nada@example.com,,true\n")
	if got := counts(done); got != "Failed 0 0 0 The header lacks the column password_hash." {
		t.Error(got)
	}
	_, err = r.raw(t, "StartUserImportJob", r.ofJob(done))
	wantCode(t, err, "PreconditionNotMetException")
	r.clock.pass(24*time.Hour - time.Second)
	if old := job(r.must(t, "DescribeUserImportJob", r.ofJob(made))); old["Status"] != "Created" {
		t.Errorf("within a day the job is %v", old)
	}
	r.clock.pass(time.Second)
	if old := r.must(t, "ListUserImportJobs", inPool("MaxResults", 60))["UserImportJobs"].([]any)[1].(map[string]any); old["Status"] != "Expired" {
		t.Errorf("after a day the list has %v", old)
	}
	if old := job(r.must(t, "DescribeUserImportJob", r.ofJob(made))); old["Status"] != "Expired" {
		t.Errorf("after a day the job is %v", old)
	}
	_, err = r.raw(t, "StartUserImportJob", r.ofJob(made))
	wantCode(t, err, "PreconditionNotMetException")
}

func TestR108_WhatCreatesNoJob(t *testing.T) {
	r := startRig(t, nil)
	for says, in := range map[string]map[string]any{
		"null at 'jobName'": with(newImport(""), "JobName", ""), "null at 'cloudWatchLogsRoleArn'": with(newImport(""), "CloudWatchLogsRoleArn", nil),
		"at 'cloudWatchLogsRoleArn'": with(newImport(""), "CloudWatchLogsRoleArn", "a-role-of-twenty-characters"),
		"at 'passwordHashingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [BCRYPT, SCRYPT, ARGON2ID, PBKDF2_SHA256]": newImport("MD5"),
	} {
		_, err := r.raw(t, "CreateUserImportJob", in)
		wantCode(t, err, "InvalidParameterException")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %s", err, says)
		}
	}
	_, err := r.raw(t, "ListUserImportJobs", inPool())
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null")
	for id, code := range map[string]string{"import-" + strings.Repeat("x", 48): "ResourceNotFoundException", "import-" + strings.Repeat("x", 49): "InvalidParameterException"} {
		_, err = r.raw(t, "DescribeUserImportJob", inPool("JobId", id))
		wantCode(t, err, code)
	}
	_, err = r.raw(t, "DescribeUserImportJob", inPool())
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value null at 'jobId' failed to satisfy constraint: Member must not be null")
	r.must(t, "UpdateUserPool", inPool("AutoVerifiedAttributes", []any{}))
	_, err = r.raw(t, "StartUserImportJob", r.ofJob(r.uploaded(t, "", header)))
	wantRefusal(t, err, "PreconditionNotMetException", "The user pool has no auto-verified attributes.")
	for i := range maxJobs - 1 {
		set(r.store, r.store.imports, fmt.Sprint(i), importJob{})
	}
	_, err = r.raw(t, "CreateUserImportJob", newImport(""))
	wantRefusal(t, err, "LimitExceededException", "The user pool has 1000 user import jobs, which is the limit")
}

func TestR108_OneJobIsActiveAndItsPoolStaysAsItIs(t *testing.T) {
	r := startRig(t, nil)
	second := r.uploaded(t, "", header)
	r.service.importing.Store(true)
	_, err := r.raw(t, "StartUserImportJob", r.ofJob(second))
	wantCode(t, err, "PreconditionNotMetException")
	r.service.importing.Store(false)

	first := r.uploaded(t, "", header+strings.Repeat("ada@example.com,,true,\n", 100_000))
	if got := job(r.must(t, "StartUserImportJob", r.ofJob(first))); got["Status"] != "Pending" || got["StartDate"] == nil {
		t.Errorf("a job that starts is %v", got)
	}
	for operation, in := range map[string]map[string]any{
		"StartUserImportJob": r.ofJob(second), "UpdateUserPool": inPool(), "DeleteUserPool": inPool(),
		"AddCustomAttributes": inPool("CustomAttributes", []any{map[string]any{"Name": "x", "AttributeDataType": "String"}}),
	} {
		want := "UserImportInProgressException"
		if operation == "StartUserImportJob" {
			want = "PreconditionNotMetException"
		}
		_, err := r.raw(t, operation, in)
		wantCode(t, err, want)
	}
	for job(r.must(t, "DescribeUserImportJob", r.ofJob(first)))["Status"] == "Pending" {
	}
	if got := job(r.must(t, "StopUserImportJob", r.ofJob(first))); got["Status"] != "Stopping" {
		t.Errorf("a job that stops is %v", got)
	}
	stopped := r.ran(t, first)
	if stopped["Status"] != "Stopped" || stopped["CompletionMessage"] != "The Import Job was stopped by the developer." {
		t.Errorf("a stopped job is %v", stopped)
	}
	if n := stopped["SkippedUsers"].(float64); n >= 99_999 {
		t.Errorf("%v rows were read before the stop", n)
	}
	_, err = r.raw(t, "StartUserImportJob", r.ofJob(first))
	wantCode(t, err, "PreconditionNotMetException")
	r.must(t, "UpdateUserPool", inPool("AutoVerifiedAttributes", []any{"email"}))
	if got := counts(r.ran(t, job(r.must(t, "StartUserImportJob", r.ofJob(second))))); got != "Succeeded 0 0 0 Import Job Completed Successfully." {
		t.Error(got)
	}
}

// endless is a file of this many bytes.
type endless struct{ left int64 }

func (e *endless) Read(to []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(to)), e.left)
	e.left -= n
	return int(n), nil
}

func TestR108_OnlyWhoHasTheURLUploadsAndInTime(t *testing.T) {
	r := startRig(t, nil)
	made := job(r.must(t, "CreateUserImportJob", newImport("")))
	other := job(r.must(t, "CreateUserImportJob", newImport("")))
	url := made["PreSignedUrl"].(string)
	path, _, _ := strings.Cut(url, "?")
	_, query, _ := strings.Cut(other["PreSignedUrl"].(string), "?")
	for name, c := range map[string]struct {
		url, header, code string
		status            int
	}{
		"no header":               {url, "", "SignatureDoesNotMatch", 403},
		"another encryption":      {url, "AES256", "SignatureDoesNotMatch", 403},
		"no signature":            {path, encrypted, "SignatureDoesNotMatch", 403},
		"another job's signature": {path + "?" + query, encrypted, "SignatureDoesNotMatch", 403},
		"a job that is not there": {strings.ReplaceAll(url, made["JobId"].(string), "import-x"), encrypted, "SignatureDoesNotMatch", 403},
		"another pool":            {strings.ReplaceAll(url, poolUnderTest, "eu-central-1_Nobody123"), encrypted, "", 400},
	} {
		if status, code := r.puts(t, c.url, strings.NewReader(header), c.header); status != c.status || code != c.code {
			t.Errorf("%s: %d %s", name, status, code)
		}
	}
	if status, code := r.puts(t, url, &endless{100<<20 + 1}, encrypted); status != 400 || code != "EntityTooLarge" {
		t.Errorf("a file of more than 100 MB: %d %s", status, code)
	}
	_, err := r.raw(t, "StartUserImportJob", r.ofJob(made))
	wantCode(t, err, "PreconditionNotMetException") // none of these left a file
	for _, file := range []string{"no file", header} {
		if status, code := r.puts(t, url, bytes.NewReader([]byte(file)), encrypted); status != 200 {
			t.Errorf("uploading: %d %s", status, code)
		}
	}
	r.must(t, "StartUserImportJob", r.ofJob(made))
	if got := counts(r.ran(t, made)); got != "Succeeded 0 0 0 Import Job Completed Successfully." {
		t.Errorf("the later file does not count: %s", got)
	}
	if status, code := r.puts(t, url, strings.NewReader(header), encrypted); status != 403 || code != "AccessDenied" {
		t.Errorf("after the start: %d %s", status, code)
	}
	r.clock.pass(15 * time.Minute)
	if status, code := r.puts(t, other["PreSignedUrl"].(string), strings.NewReader(header), encrypted); status != 200 {
		t.Errorf("within a quarter of an hour: %d %s", status, code)
	}
	r.clock.pass(time.Second)
	if status, code := r.puts(t, other["PreSignedUrl"].(string), strings.NewReader(header), encrypted); status != 403 || code != "AccessDenied" {
		t.Errorf("after a quarter of an hour: %d %s", status, code)
	}
}

func TestR108_AFileThatBreaksOffIsNotKept(t *testing.T) {
	r := startRig(t, nil)
	made := job(r.must(t, "CreateUserImportJob", newImport("")))
	request := httptest.NewRequest(http.MethodPut, made["PreSignedUrl"].(string), io.MultiReader(strings.NewReader(header), iotest.ErrReader(io.ErrUnexpectedEOF)))
	request.Header.Set("X-Amz-Server-Side-Encryption", encrypted)
	answer := httptest.NewRecorder()
	r.service.ServeHTTP(answer, request)
	if answer.Code != 400 || !strings.Contains(answer.Body.String(), "<Code>IncompleteBody</Code><Message>You") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	_, err := r.raw(t, "StartUserImportJob", r.ofJob(made))
	wantCode(t, err, "PreconditionNotMetException")
}

// What an import changes after its last call is kept too.
func TestR108_TheEndOfAnImportIsSaid(t *testing.T) {
	var said atomic.Int64
	r := startRig(t, func(_ *Config, o *Options) { o.OnChange = func() { said.Add(1) } })
	j := r.uploaded(t, "", header+strings.Repeat("ada@example.com,,true,\n", 20_000))
	r.must(t, "StartUserImportJob", r.ofJob(j))
	before := said.Load()
	for i := 0; r.service.importing.Load() || said.Load() == before; i++ {
		if time.Sleep(time.Millisecond); i == 10_000 {
			t.Fatal("nothing is said")
		}
	}
}

// The lines of all jobs of a pool are in the order of time, and those of another pool elsewhere.
func TestR108_TheLogIsThatOfOnePoolInOrder(t *testing.T) {
	r := startRig(t, nil)
	for i := range 5 {
		r.must(t, "CreateUserPool", map[string]any{"PoolName": fmt.Sprint("other", i)})
	}
	var want []string
	for range 5 {
		r.clock.pass(time.Second)
		want = append(want, fmt.Sprint(r.importFile(t, "", header+"ada@example.com,,true,")["JobId"], "/move"))
	}
	for range 30 { // the jobs are kept in no order
		var got []string
		lines, _ := r.ImportLog("/aws/cognito/userpools/" + poolUnderTest + "/" + fmt.Sprint(r.cfg().Settings["Name"]))
		for _, l := range lines {
			got = append(got, l.Stream)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestR108_JobsAreListedNewestFirst(t *testing.T) {
	r := startRig(t, nil)
	var made []string
	for range 3 {
		r.clock.pass(time.Second)
		made = append([]string{job(r.must(t, "CreateUserImportJob", newImport("")))["JobId"].(string)}, made...)
	}
	var got []string
	in := inPool("MaxResults", 2)
	for {
		out := r.must(t, "ListUserImportJobs", in)
		for _, j := range out["UserImportJobs"].([]any) {
			got = append(got, j.(map[string]any)["JobId"].(string))
		}
		if out["PaginationToken"] == nil {
			break
		}
		in["PaginationToken"] = out["PaginationToken"]
	}
	if fmt.Sprint(got) != fmt.Sprint(made) {
		t.Errorf("listed %v, made %v", got, made)
	}
}
