package users_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func TestASightingIsWhatTheEventSays(t *testing.T) {
	attributes := map[string]string{"sub": "8d1c", "email": "a@b.example", "": "nobody"}
	for client, want := range map[string]string{"web": "web", "": "", "CLIENT_ID_NOT_APPLICABLE": ""} {
		header := cognito.Header{UserPoolID: "eu-west-1_AbCdEf123", UserName: "ada", Source: "PostAuthentication_Authentication", ClientID: client}
		got := users.Seen(header, attributes, noon)
		if wanted := (users.Sighting{
			Key: users.Key{PoolID: "eu-west-1_AbCdEf123", Sub: "8d1c"}, At: noon, Source: "PostAuthentication_Authentication",
			Username: "ada", Attributes: attributes, ClientID: want,
		}); !reflect.DeepEqual(got, wanted) {
			t.Errorf("client %q: seen is %+v, want %+v", client, got, wanted)
		}
	}
}

func TestAnEventIsRecordedIfARowTookIt(t *testing.T) {
	fates := []users.Write{users.None, users.Applied, users.Advanced, users.Unchanged, users.Late, users.Failed}
	for _, profile := range fates {
		for _, signIn := range fates {
			want := "unchanged"
			for _, fate := range []users.Write{profile, signIn} {
				if fate == users.Applied || fate == users.Advanced {
					want = "recorded"
				}
			}
			if got := (users.Writes{Profile: profile, SignIn: signIn}).Outcome(); got != want {
				t.Errorf("PROFILE %q and SIGNIN %q are %q, want %q", profile, signIn, got, want)
			}
		}
	}
}

func TestAKeyHasAtMostSoManyBytes(t *testing.T) {
	for sub, want := range map[int]bool{1: true, users.MaxKey - 1: true, users.MaxKey: false} {
		if got := (users.Key{PoolID: "p", Sub: strings.Repeat("s", sub)}).Valid(); got != want {
			t.Errorf("a pool of 1 byte and a sub of %d are valid: %v", sub, got)
		}
	}
	if (users.Key{PoolID: "\xff", Sub: "s"}).Valid() || (users.Key{Sub: "s"}).Valid() || (users.Key{PoolID: "p"}).Valid() {
		t.Error("half a key is valid, or one that no row can have")
	}
	if users.ErrNoUser.Error() != "the event names no user" {
		t.Errorf("the log would say %q", users.ErrNoUser)
	}
}
