package cognito_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// views returns all views of a user: the methods of Event that return a struct with
// the header and the user's attributes. A migration has no user yet.
func views(event *cognito.Event) map[string]func() (cognito.Header, map[string]string, error) {
	all := map[string]func() (cognito.Header, map[string]string, error){}
	for method, call := range reflect.ValueOf(event).Methods() {
		if kind := call.Type(); kind.NumIn() != 0 || kind.NumOut() != 2 || kind.Out(0).Kind() != reflect.Struct || method.Name == "UserMigration" {
			continue
		}
		all[method.Name] = func() (cognito.Header, map[string]string, error) {
			out := call.Call(nil)
			err, _ := out[1].Interface().(error)
			return out[0].FieldByName("Header").Interface().(cognito.Header), out[0].FieldByName("Attributes").Interface().(map[string]string), err
		}
	}
	return all
}

func TestEveryViewHasTheWholeHeaderAndTheAttributes(t *testing.T) {
	event := parse(t, `{"version":"2","triggerSource":"PreSignUp_SignUp","region":"eu-west-1","userPoolId":"eu-west-1_x",
		"userName":"ada","callerContext":{"awsSdkVersion":"1","clientId":"c"},"request":{"userAttributes":{"sub":"s"}}}`)
	want := cognito.Header{
		Version: "2", Source: cognito.PreSignUpSelf, Region: "eu-west-1", UserPoolID: "eu-west-1_x", UserName: "ada", ClientID: "c",
	}
	if len(views(event))+1 < len(triggers.All()) {
		t.Errorf("%d views for %d triggers", len(views(event))+1, len(triggers.All()))
	}
	for name, view := range views(event) {
		header, attributes, err := view()
		if err != nil || header != want || len(attributes) != 1 || attributes["sub"] != "s" {
			t.Errorf("%s: got %+v, %q, %v", name, header, attributes, err)
		}
	}
}

// A view refuses a duplicate in each object that it reads and that no caller writes.
func TestR4_EveryViewRefusesADuplicateAttribute(t *testing.T) {
	for request, reader := range map[string]string{ // "": every view
		`{"userAttributes":{"sub":"a","sub":"b"}}`:                               "",
		`{"userAttributes":{"sub":"a"},"userAttributes":{"sub":"b"}}`:            "",
		`{"userAttributes":{"sub":"a"},"unread":1,"unread":2}`:                   "",
		`{"userAttributes":{"sub":"a"},"groupConfiguration":{"x":1,"\u0078":2}}`: "TokenGeneration",
	} {
		for name, view := range views(parse(t, `{"request":`+request+`}`)) {
			var want error
			if reader == "" || reader == name {
				want = cognito.ErrDuplicate
			}
			if _, _, err := view(); !errors.Is(err, want) {
				t.Errorf("%s of %s: got %v, want %v", name, request, err, want)
			}
		}
	}
}

// Without a request or a callerContext, the event's own members must not be read in
// place of theirs.
func TestR4_MembersInAnotherPlaceAreNotRead(t *testing.T) {
	event := parse(t, `{"clientId":"mallory","userAttributes":{"email":"m@x.example"},"response":{"userAttributes":{"sub":"m"}}}`)
	if event.ClientID != "" {
		t.Errorf("the client was read from the event itself: %q", event.ClientID)
	}
	for name, view := range views(event) {
		if _, attributes, err := view(); err != nil || len(attributes) != 0 {
			t.Errorf("%s: got %q, %v", name, attributes, err)
		}
	}
}

func TestTheSourcesOfATriggerBearItsName(t *testing.T) {
	for _, test := range []struct {
		prefix  string
		sources []cognito.Source
		want    int
	}{
		{"PreSignUp_", cognito.PreSignUpSources(), 3},
		{"PostConfirmation_", cognito.PostConfirmationSources(), 2},
		{"PostAuthentication_", cognito.PostAuthenticationSources(), 1},
		{"TokenGeneration_", cognito.TokenGenerationSources(), 6},
		{"UserMigration_", cognito.UserMigrationSources(), 2},
	} {
		if len(test.sources) != test.want || len(slices.Compact(slices.Sorted(slices.Values(test.sources)))) != test.want {
			t.Errorf("%s: got %q, want %d", test.prefix, test.sources, test.want)
		}
		for _, source := range test.sources {
			if !strings.HasPrefix(string(source), test.prefix) || !source.In(test.sources) {
				t.Errorf("%s is no source of %s", source, test.prefix)
			}
		}
		if cognito.Source("CustomMessage_SignUp").In(test.sources) {
			t.Errorf("%s has another trigger's source", test.prefix)
		}
	}
}

func TestOnlyClientCredentialsAreAMachines(t *testing.T) {
	for _, source := range cognito.TokenGenerationSources() {
		view := cognito.TokenGeneration{Header: cognito.Header{Source: source}}
		if view.Machine() != (source == "TokenGeneration_ClientCredentials") {
			t.Errorf("%s: got %v", source, view.Machine())
		}
	}
}

// The log describes an unreadable event with these texts.
func TestTheErrorsSayWhatIsWrongWithTheEvent(t *testing.T) {
	for err, want := range map[error]string{
		cognito.ErrNotAnEvent: "no", cognito.ErrDuplicate: "duplicate", cognito.ErrTooLarge: "too many",
	} {
		if !strings.HasPrefix(err.Error(), "the event ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}
