package directory_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func TestProfileAndSignInAreWhatTheFunctionsWrote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.ada(t)
	d := directory.New(w.client, tableName, pool)
	for minute := range 3 {
		at := noon.Add(time.Duration(minute) * time.Minute)
		if _, err := w.store.SignIn(t.Context(), users.SignIn{Key: key, At: at, ClientID: "web"}); err != nil {
			t.Fatal(err)
		}
	}
	profile, err := d.Profile(t.Context(), key.Sub)
	want := directory.Profile{
		Schema: 1, Sub: key.Sub, Username: "ada", Email: "Ada@Example.com", EmailVerified: true,
		Attributes: map[string]string{"name": "Ada"}, CreatedAt: noon, CreatedBy: "PostConfirmation_ConfirmSignUp", SeenAt: noon, Rev: 1,
	}
	if err != nil || !reflect.DeepEqual(profile, want) {
		t.Errorf("PROFILE is %+v (error %v)\nwant       %+v", profile, err, want)
	}
	signIn, err := d.SignIn(t.Context(), key.Sub)
	wantSignIn := directory.SignIn{Schema: 1, Sub: key.Sub, First: noon, Last: noon.Add(2 * time.Minute), Count: 3, LastClient: "web"}
	if err != nil || signIn != wantSignIn {
		t.Errorf("SIGNIN is %+v (error %v)\nwant      %+v", signIn, err, wantSignIn)
	}
}

func TestAProfileTellsAFormerAddressAndWhoIsDisabled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.ada(t)
	changed := noon.Add(time.Hour)
	if _, err := w.store.Upsert(t.Context(), users.Snapshot{Key: key, At: changed, Source: "sweep", Profile: users.Profile{Username: "ada", Email: "new@example.com", Disabled: true}}); err != nil {
		t.Fatal(err)
	}
	got, err := directory.New(w.client, tableName, pool).Profile(t.Context(), key.Sub)
	if err != nil || got.PreviousEmail != "Ada@Example.com" || !got.EmailChangedAt.Equal(changed) || !got.Disabled {
		t.Errorf("PROFILE is %+v (error %v)", got, err)
	}
}

func TestAnAbsentADeletedAndANewerRowAreThreeErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := directory.New(w.client, tableName, pool)
	deleted, newer := w.ada(t).Sub, "row-of-tomorrow"
	if err := w.store.Erase(t.Context(), users.Key{PoolID: pool, Sub: deleted}, noon); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"PROFILE", "SIGNIN"} {
		w.put(t, newer, row, map[string]types.AttributeValue{"schema": &types.AttributeValueMemberN{Value: "2"}})
	}
	w.put(t, newer, "AUTHZ", map[string]types.AttributeValue{"authzSchema": &types.AttributeValueMemberN{Value: "2"}})
	for sub, want := range map[string]error{
		"nobody": directory.ErrNotFound, "": directory.ErrNotFound, strings.Repeat("s", 300): directory.ErrNotFound,
		deleted: directory.ErrDeleted, newer: directory.ErrSchema,
	} {
		_, profile := d.Profile(t.Context(), sub)
		_, signIn := d.SignIn(t.Context(), sub)
		_, authz := d.Authz(t.Context(), sub)
		if sub == "nobody" { // has no grants; that can be changed
			authz = want
		}
		for what, err := range map[string]error{"PROFILE": profile, "SIGNIN": signIn, "AUTHZ": authz} {
			if !errors.Is(err, want) {
				t.Errorf("%s of %.10q: %v, want %v", what, sub, err, want)
			}
			if err != nil && sub != "" && strings.Contains(err.Error(), sub) {
				t.Errorf("the error names the user: %v", err)
			}
		}
	}
}

func TestByEmailFindsThisPoolsUsersAndOnlyWhoStillHasTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := directory.New(w.client, tableName, pool)
	ada := w.ada(t)
	squatter := w.user(t, pool, users.Profile{Username: "mallory", Email: "ada@example.com"})
	w.user(t, pool+"4", users.Profile{Email: "ada@example.com", EmailVerified: true})
	moved, gone := w.ada(t), w.ada(t)
	if _, err := w.store.Upsert(t.Context(), users.Snapshot{Key: moved, At: noon.Add(time.Hour), Profile: users.Profile{Email: "new@example.com"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Erase(t.Context(), gone, noon); err != nil {
		t.Fatal(err)
	}
	found, err := d.ByEmail(t.Context(), "ADA@example.COM")
	verified := map[string]bool{}
	for _, profile := range found {
		verified[profile.Sub] = profile.EmailVerified
	}
	if want := map[string]bool{ada.Sub: true, squatter.Sub: false}; err != nil || !reflect.DeepEqual(verified, want) {
		t.Errorf("found %v (error %v), want %v", verified, err, want)
	}
	for _, address := range []string{"", "nobody@example.com", "ada@example.co\u212a"} {
		if found, err := d.ByEmail(t.Context(), address); err != nil || len(found) > 0 {
			t.Errorf("%q gives %v (error %v)", address, found, err)
		}
	}
}
