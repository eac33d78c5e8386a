package directory_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

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
	deleted := item(`"deletedAt":{"S":"2026-03-01T12:00:00.000Z"}`)
	newer, newerAuthz := item(`"schema":{"N":"2"}`), item(`"authzSchema":{"N":"2"}`)
	for _, c := range []struct {
		sub                   string
		want                  error
		row, authz, authzNext string // the replies; "" is not asked for
	}{
		{"nobody-here", directory.ErrNotFound, absent, absent, absent},
		{"", directory.ErrNotFound, "", "", ""},
		{strings.Repeat("s", 300), directory.ErrNotFound, "", "", ""},
		{"the-deleted-one", directory.ErrDeleted, deleted, item(`"authzStatus":{"S":"deleted"}`), ""},
		{"the-deleted-one", directory.ErrDeleted, deleted, absent, deleted},
		{"of-tomorrow", directory.ErrSchema, newer, newerAuthz, ""},
		{"of-tomorrow", directory.ErrSchema, item(`"schema":{"S":"1"}`), item(`"authzSchema":{"BOOL":true}`), ""},
	} {
		given := func(replies ...string) *script {
			return play(t, slices.DeleteFunc(replies, func(reply string) bool { return reply == "" })...)
		}
		_, profile := given(c.row).Profile(t.Context(), c.sub)
		_, signIn := given(c.row).SignIn(t.Context(), c.sub)
		_, authz := given(c.authz, c.authzNext).Authz(t.Context(), c.sub)
		if c.authz == absent && c.authzNext == absent && authz == nil { // has no grants; that can be changed
			authz = fmt.Errorf("reading AUTHZ: %w", c.want)
		}
		for what, err := range map[string]error{"reading PROFILE: ": profile, "reading SIGNIN: ": signIn, "reading AUTHZ: ": authz} {
			if !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), what) {
				t.Errorf("%.10q: %v, want %s%v", c.sub, err, what, c.want)
			}
			if err != nil && c.sub != "" && strings.Contains(err.Error(), c.sub) {
				t.Errorf("the error names the user: %v", err)
			}
		}
	}
}

// What the functions write is read by the tests with a table.
func TestEveryColumnOfARowIsRead(t *testing.T) {
	profile, err := play(t, item(`"schema":{"N":"1"},"username":{"S":"ada"},"email":{"S":"new@b.example"},"emailVerified":{"BOOL":true},"profile":{"M":{"name":{"S":"Ada"}}},
		"truncated":{"BOOL":true},"disabled":{"BOOL":true},"previousEmail":{"S":"old@b.example"},"emailChangedAt":{"S":"2026-03-01T12:00:00.000Z"},
		"createdAt":{"S":"2026-03-01T12:00:00.000Z"},"createdBy":{"S":"sweep"},"attrsAt":{"S":"2026-03-01T12:00:00.000Z"},"rev":{"N":"7"}`)).Profile(t.Context(), "s")
	if want := (directory.Profile{
		Schema: 1, Sub: "s", Username: "ada", Email: "new@b.example", EmailVerified: true, Attributes: map[string]string{"name": "Ada"}, Truncated: true, Disabled: true,
		PreviousEmail: "old@b.example", EmailChangedAt: noon, CreatedAt: noon, CreatedBy: "sweep", SeenAt: noon, Rev: 7,
	}); err != nil || !reflect.DeepEqual(profile, want) {
		t.Errorf("%+v, error %v, want %+v", profile, err, want)
	}
	signIn, err := play(t, item(`"firstSignInAt":{"S":"2026-03-01T12:00:00.000Z"},"lastSignInAt":{"S":"2026-03-01T13:00:00.000Z"},"signInCount":{"N":"3"},"lastClient":{"S":"web"}`)).SignIn(t.Context(), "s")
	if want := (directory.SignIn{Schema: 1, Sub: "s", First: noon, Last: noon.Add(time.Hour), Count: 3, LastClient: "web"}); err != nil || signIn != want {
		t.Errorf("%+v, error %v, want %+v", signIn, err, want)
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
