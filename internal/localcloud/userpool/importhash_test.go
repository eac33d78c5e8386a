package userpool

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// vectors are password hashes that others have made, by the algorithm of an import: of
// crypt_blowfish's wrapper.c, RFC 7914 (cut to 32 bytes, which only the last step of
// scrypt shows), phc-winner-argon2's test.c and passlib's test_handlers_pbkdf2.py.
var vectors = map[string]struct{ password, stored string }{
	"BCRYPT":        {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
	"SCRYPT":        {"pleaseletmein", "16384$8$1$536f6469756d43686c6f72696465$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"},
	"ARGON2ID":      {"password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
	"PBKDF2_SHA256": {"password", "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ"},
}

// imported starts a pool with a user whose hash was imported.
func imported(t *testing.T, algorithm string) *rig {
	t.Helper()
	r := restartable(t, func(c *Config) {
		c.UsernameAttributes, c.Triggers = nil, nil
		c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"}
	})
	file := header + "ada,ada@example.com,TRUE," + strings.ReplaceAll(vectors[algorithm].stored, ",", `\,`) + "\n"
	if got := counts(r.importFile(t, algorithm, file)); got != "Succeeded 1 0 0 Import Job Completed Successfully." {
		t.Fatal(got)
	}
	return r
}

const wrongPassword = "Incorrect username or password."

// The first right password replaces the hash (guide, "Importing users with password hashes").
// Until then SRP is refused as with a wrong password, also after a restart, and wrong passwords
// change nothing.
func TestR108_AnImportedHashIsForPasswordsUntilOneWasRight(t *testing.T) {
	for algorithm, v := range vectors {
		t.Run(algorithm, func(t *testing.T) {
			r := imported(t, algorithm)
			if u, _ := r.store.find("ada"); u.status != confirmed || u.imported != v.stored || !u.password.IsZero() {
				t.Errorf("the user is %+v", u)
			}
			before := r.must(t, "ListUserImportJobs", inPool("MaxResults", 1))["UserImportJobs"].([]any)[0].(map[string]any)
			r = r.restart(t, nil)
			after := r.must(t, "ListUserImportJobs", inPool("MaxResults", 1))["UserImportJobs"].([]any)[0].(map[string]any)
			for member, value := range before {
				if member != "PreSignedUrl" && after[member] != value {
					t.Errorf("after a restart %s is %v, was %v", member, after[member], value)
				}
			}
			bySRP := func() error { _, err := r.srp(t, srpSignIn{user: "ada", password: v.password}); return err }
			wantRefusal(t, bySRP(), "NotAuthorizedException", wrongPassword)
			_, err := r.signInWith(t, "ada", v.password+"x")
			wantRefusal(t, err, "NotAuthorizedException", wrongPassword)
			wantRefusal(t, bySRP(), "NotAuthorizedException", wrongPassword)
			if out, err := r.signInWith(t, "ada", v.password); err != nil || out["AuthenticationResult"] == nil {
				t.Fatalf("%v, %v", out, err)
			}
			if err := bySRP(); err != nil {
				t.Error(err)
			}
			if u, _ := r.store.find("ada"); u.imported != "" || len(u.former) != 0 {
				t.Errorf("the hash is still there: %+v", u)
			}
			if _, err := r.signInWith(t, "ada", v.password); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestR108_AUserWithAHashChoosesThePasswordAndNotSRP(t *testing.T) {
	r := imported(t, "PBKDF2_SHA256")
	begin := func() map[string]any {
		return r.must(t, "InitiateAuth", map[string]any{"ClientId": webClient, "AuthFlow": "USER_AUTH", "AuthParameters": map[string]any{"USERNAME": "ada"}})
	}
	out := begin()
	if got := out["AvailableChallenges"].([]any); len(got) != 1 || got[0] != "PASSWORD" {
		t.Errorf("offered are %v", got)
	}
	out = r.must(t, "RespondToAuthChallenge", map[string]any{
		"ClientId": webClient, "ChallengeName": "SELECT_CHALLENGE", "Session": out["Session"],
		"ChallengeResponses": map[string]any{"USERNAME": "ada", "ANSWER": "PASSWORD", "PASSWORD": "password"},
	})
	if out["AuthenticationResult"] == nil {
		t.Errorf("no tokens: %v", out)
	}
	if got := begin()["AvailableChallenges"].([]any); len(got) != 2 {
		t.Errorf("afterwards offered are %v", got)
	}
}

// "If a user resets their password before their first sign-in, their imported password hash is
// replaced with a new password" (guide, same page).
func TestR108_ANewPasswordReplacesTheHash(t *testing.T) {
	reset := func(r *rig) {
		r.must(t, "ForgotPassword", map[string]any{"ClientId": webClient, "Username": "ada"})
		r.must(t, "ConfirmForgotPassword", map[string]any{"ClientId": webClient, "Username": "ada", "ConfirmationCode": r.mustCode(t, "ada"), "Password": longPassword})
	}
	for name, set := range map[string]func(*rig){
		"reset": reset,
		"by administrator": func(r *rig) {
			r.must(t, "AdminSetUserPassword", inPool("Username", "ada", "Password", longPassword, "Permanent", true))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := imported(t, "PBKDF2_SHA256")
			old, _ := r.store.find("ada")
			set(r)
			_, err := r.signInWith(t, "ada", "password")
			wantRefusal(t, err, "NotAuthorizedException", wrongPassword)
			if _, err := r.signInWith(t, "ada", longPassword); err != nil {
				t.Error(err)
			}
			if err := r.checkPassword(old, "ada", "password"); err == nil { // of a sign-in that began before
				t.Error("the old password is back")
			}
		})
	}
	r := imported(t, "PBKDF2_SHA256")
	r.must(t, "AdminResetUserPassword", inPool("Username", "ada"))
	if _, err := r.signInWith(t, "ada", "password"); err == nil || !strings.Contains(err.Error(), "PasswordResetRequiredException") {
		t.Errorf("after AdminResetUserPassword: %v", err)
	}
}

// The limits are the guide's, "Supported password hashing algorithms".
func TestR108_WhichHashesAnImportTakes(t *testing.T) {
	scrypt := func(parameters string) string {
		return parameters + "$" + strings.Repeat("ab", 14) + "$" + strings.Repeat("cd", 32)
	}
	argon := func(parameters string) string {
		return "$argon2id$v=19$" + parameters + "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	}
	bcrypt := func(begin string) string { return begin + "$" + vectors["BCRYPT"].stored[7:] }
	pbkdf2 := func(iterations string) string {
		return "$pbkdf2-sha256$" + iterations + "$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ"
	}
	for algorithm, c := range map[string]struct{ taken, refused []string }{
		"BCRYPT": {
			[]string{bcrypt("$2a$12"), bcrypt("$2b$04"), bcrypt("$2y$10")},
			[]string{bcrypt("$2a$13"), bcrypt("$2c$10"), vectors["BCRYPT"].stored + "x", vectors["ARGON2ID"].stored, "{bcrypt}" + vectors["BCRYPT"].stored, "x"},
		},
		"SCRYPT": {
			[]string{scrypt("65536$8$1"), scrypt("1024$1$1")},
			[]string{scrypt("131072$8$1"), scrypt("65536$9$1"), scrypt("65536$8$2"), scrypt("65535$8$1"), vectors["BCRYPT"].stored, scrypt("65536$8$1") + "zz"},
		},
		"ARGON2ID": {
			[]string{argon("m=19456,t=2,p=1"), argon("m=8,t=1,p=1")},
			[]string{argon("m=19457,t=2,p=1"), argon("m=19456,t=3,p=1"), argon("m=19456,t=2,p=2"), argon("m=99999999,t=2,p=1"), strings.Replace(argon("m=8,t=1,p=1"), "2id", "2i", 1)},
		},
		"PBKDF2_SHA256": {
			[]string{pbkdf2("600000"), pbkdf2("1")},
			[]string{pbkdf2("600001"), pbkdf2("0"), strings.Replace(pbkdf2("1000"), "sha256", "sha512", 1), "pbkdf2_sha256$1000$salt$aGFzaA=="},
		},
	} {
		for _, stored := range c.taken {
			if err := importable(algorithm, stored); err != nil {
				t.Errorf("%s refuses %s: %v", algorithm, stored, err)
			}
		}
		for _, stored := range c.refused {
			err := importable(algorithm, stored)
			if err == nil || len(stored) > 1 && strings.Contains(err.Error(), stored) {
				t.Errorf("%s, %s: %v", algorithm, stored, err)
			}
		}
	}
}

// The log says what is wrong with a hash, by its parameters and not by its text.
func TestR108_ARowWithAnUnfitHashFailsAlone(t *testing.T) {
	r := startRig(t, nil)
	rows := header
	for i, stored := range []string{vectors["BCRYPT"].stored, vectors["SCRYPT"].stored, "$2a$13$" + vectors["BCRYPT"].stored[7:], "x"} {
		rows += fmt.Sprintf("u%d@example.com,,TRUE,%s\n", i, stored)
	}
	want := `[SUCCEEDED] Line Number 2 - The import succeeded.
[FAILED] Line Number 3 - The password hash is of the algorithm SCRYPT, the job of BCRYPT.
[FAILED] Line Number 4 - The password hash bcrypt:13 cannot be imported: Cognito imports BCRYPT up to 12.
[FAILED] Line Number 5 - The password hash is malformed.
`
	if got := r.logged(t, r.importFile(t, "BCRYPT", rows)); got != want {
		t.Errorf("the log is\n%s", got)
	}
	if _, known := r.ImportLog("/aws/cognito/userpools/x/y"); known {
		t.Error("a pool that is not there has a log")
	}
}

// A process that ends during an import leaves a job that says so, and another one may run.
func TestR108_AnImportThatWasInterruptedHasFailed(t *testing.T) {
	r := restartable(t, nil)
	j := r.uploaded(t, "", header+strings.Repeat("ada@example.com,,true,\n", 100_000))
	waiting := r.uploaded(t, "", header)
	r.must(t, "StartUserImportJob", r.ofJob(j))
	old := r
	r = r.restart(t, nil)
	for old.service.importing.Load() {
		time.Sleep(time.Millisecond)
	}
	if left, _ := get(old.store, old.store.imports, j["JobId"].(string)); left.CompletionDate != nil {
		t.Errorf("after its pool was closed the job has ended: %+v", left.importJobType)
	}
	if got := job(r.must(t, "DescribeUserImportJob", r.ofJob(j))); got["Status"] != "Failed" || got["CompletionMessage"] != "The local cloud ended during the import." {
		t.Errorf("the job is %v", got)
	}
	_, err := r.raw(t, "StartUserImportJob", r.ofJob(waiting))
	wantRefusal(t, err, "PreconditionNotMetException", "No csv file was uploaded for "+waiting["JobId"].(string))
	if got := counts(r.importFile(t, "", header)); got != "Succeeded 0 0 0 Import Job Completed Successfully." {
		t.Error(got)
	}
}

// What a job's file and its URL are secret for is in no timeline.
func TestR108_NeitherAHashNorTheURLIsInTheTimeline(t *testing.T) {
	r, kept := startRig(t, nil), newNoting()
	r.service.opts.OnCall = kept.add
	j := r.importFile(t, "BCRYPT", header+"ada@example.com,,TRUE,"+vectors["BCRYPT"].stored)
	_, signature, _ := strings.Cut(j["PreSignedUrl"].(string), "X-Amz-Signature=")
	uploads := 0
	for _, e := range kept.Entries("", 0) {
		if e.Call != nil && strings.HasPrefix(e.Call.Operation, "PUT /"+poolUnderTest+"/imports/") {
			uploads++
		}
	}
	if uploads != 1 || len(signature) != 64 {
		t.Errorf("%d uploads, the signature is %q", uploads, signature)
	}
	kept.silent(t, signature, vectors["BCRYPT"].stored)
}
