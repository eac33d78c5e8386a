package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// signsIn reports whether somebody signs in with the old password.
func (r *rig) signsIn(n int) bool {
	_, err := r.app.InitiateAuth(r.Context(), &cognito.InitiateAuthInput{
		ClientId: aws.String(client), AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": login(n), "PASSWORD": password(n)},
	})
	return err == nil
}

// users counts those of the pool.
func (r *rig) users() int {
	r.Helper()
	out, err := r.app.ListUsers(r.Context(), &cognito.ListUsersInput{UserPoolId: aws.String(pool)})
	if err != nil {
		r.Fatal(err)
	}
	return len(out.Users)
}

// Who was imported signs in with the old password, whether the hash was converted or not; who waits is
// the trigger's.
func TestR106_WhoIsImportedSignsInWithTheOldPassword(t *testing.T) {
	r := newRig(t)
	r.must("load", r.exported("users.jsonl", oldPeople(10)), "--logs-role", role)
	for n, want := range map[int]bool{0: true, 1: true, 5: true, 6: true, 3: false, 4: false} {
		if r.signsIn(n) != want {
			t.Errorf("person %d signs in: %v", n, !want)
		}
	}
}

func TestR106_ThrowAwayUsersAnswerWhichHashesThePoolTakes(t *testing.T) {
	r := newRig(t)
	out := r.must("canary", "--client", client, "--logs-role", role)
	for _, algorithm := range []string{"BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"} {
		r.holds(out, fmt.Sprintf("%-14s signs in\n", algorithm))
	}
	if status, out := r.calls("canary", "--client", "1other0000000000", "--logs-role", role); status != failed || !strings.Contains(out, "is imported and does not sign in: ResourceNotFoundException") {
		t.Errorf("status %d: %s", status, out)
	}
	if n := r.users(); n != 0 {
		t.Errorf("%d users are left", n)
	}
	if left, _ := filepath.Glob(filepath.Join(r.folder, "book", "canary*")); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}
