package cognito_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

func TestProofsAreReadByNameFromEitherPlace(t *testing.T) {
	for _, test := range []struct {
		name, request string
		want          cognito.Proofs
	}{
		{"neither place", `{}`, cognito.Proofs{}},
		{"null and an array", `{"validationData":null,"clientMetadata":[]}`, cognito.Proofs{}},
		{"validationData", `{"validationData":{"invite":"i","challenge":"c","locale":"de"}}`, cognito.Proofs{"i", "c", "de"}},
		{"clientMetadata", `{"clientMetadata":{"invite":"i","challenge":"c","locale":"de"}}`, cognito.Proofs{"i", "c", "de"}},
		{"one each", `{"clientMetadata":{"locale":"de","invite":"i"},"validationData":{"challenge":"c"}}`, cognito.Proofs{"i", "c", "de"}},
		{"both: validationData first", `{"clientMetadata":{"invite":"m","locale":"fr"},"validationData":{"invite":"v","locale":""}}`, cognito.Proofs{Invite: "v", Locale: "fr"}},
		{"an escaped name and value", `{"clientMetadata":{"inv\u0069te":"\u0069"}}`, cognito.Proofs{Invite: "i"}},
		{"no strings", `{"clientMetadata":{"invite":1,"challenge":true,"locale":{"locale":"de"}}}`, cognito.Proofs{}},
		{"other places", `{"invite":"i","locale":"de","userAttributes":{"invite":"i","challenge":"c","locale":"de"}}`, cognito.Proofs{}},
		{"look-alikes", `{"clientMetadata":{"Invite":"i","INVITE":"i","invite ":"i","ınvite":"i","locale\u0000":"de"}}`, cognito.Proofs{}},
		{"a name twice", `{"clientMetadata":{"invite":"a","invite":"b","locale":"de"},"validationData":{"challenge":"c"}}`, cognito.Proofs{Challenge: "c"}},
		{"another name twice", `{"validationData":{"x":"a","\u0078":"b","invite":"i"}}`, cognito.Proofs{}},
		{"too many names", `{"validationData":{"invite":"i",` + manyMembers(2000) + `}}`, cognito.Proofs{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			view, err := parse(t, `{"request":`+test.request+`}`).PreSignUp()
			if err != nil || view.Proofs != test.want {
				t.Errorf("got %+v, %v", view.Proofs, err)
			}
		})
	}
}

// callersData draws what a caller can write: names of proofs, and names that a caller
// might hope are read.
func callersData(t *rapid.T, label string) map[string]any {
	names := rapid.OneOf(rapid.SampledFrom([]string{
		"invite", "challenge", "locale", "roles", "tenant", "sub", "email", "email_verified", "custom:role", "autoConfirmUser", "clientId", "userName", "triggerSource",
	}), rapid.String())
	return rapid.MapOfN(names, rapid.OneOf(rapid.String().AsAny(), anyValue(1)), 0, 6).Draw(t, label)
}

func viewOf(t *rapid.T, validation, metadata any) cognito.PreSignUp {
	event, err := cognito.Parse(mustJSON(map[string]any{
		"version": "1", "userName": "ada", "callerContext": map[string]any{"clientId": "web"},
		"request": map[string]any{
			"userAttributes": map[string]any{"email": "ada@example.com", "locale": "en"},
			"validationData": validation, "clientMetadata": metadata,
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	view, err := event.PreSignUp()
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// A view depends on nothing that the caller wrote but the three texts, and the three
// texts on nothing else that the caller wrote.
func TestR9_NothingElseOfCallersDataIsVisible(t *testing.T) {
	plain := []string{"invite", "challenge", "locale"}
	rapid.Check(t, func(t *rapid.T) {
		validation, metadata := callersData(t, "validation"), callersData(t, "metadata")
		whole := viewOf(t, validation, metadata)
		silent := viewOf(t, nil, nil)
		if silent.Proofs != (cognito.Proofs{}) {
			t.Fatalf("proofs from nowhere: %+v", silent.Proofs)
		}
		silent.Proofs = whole.Proofs
		if !reflect.DeepEqual(whole, silent) {
			t.Fatalf("got %+v\nwant %+v", whole, silent)
		}
		onlyProofs := func(data map[string]any) map[string]any {
			kept := make(map[string]any)
			for _, name := range plain {
				if text, ok := data[name].(string); ok {
					kept[name] = text
				}
			}
			return kept
		}
		if bare := viewOf(t, onlyProofs(validation), onlyProofs(metadata)); bare.Proofs != whole.Proofs {
			t.Fatalf("got %+v, without the rest %+v", whole.Proofs, bare.Proofs)
		}
	})
}

// A new field of a view must be judged here: the caller might write it.
func TestR9_NoViewHasAnotherField(t *testing.T) {
	const common = "Header Attributes"
	for _, test := range []struct {
		view any
		want string
	}{
		{cognito.PreSignUp{}, common + " Proofs"},
		{cognito.PostConfirmation{}, common},
		{cognito.PostAuthentication{}, common},
		{cognito.TokenGeneration{}, common + " Groups AskedTenant"},
		{cognito.Proofs{}, "Invite Challenge Locale"},
		{cognito.Header{}, "Version Source Region UserPoolID UserName ClientID"},
	} {
		var got []string
		for field := range reflect.TypeOf(test.view).Fields() {
			got = append(got, field.Name)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%T has %v, want %s", test.view, got, test.want)
		}
	}
}

func TestR4_ARequestWithADuplicateHasNoProofs(t *testing.T) {
	view, err := parse(t, `{"request":{"clientMetadata":{"invite":"a"},"clientMetadata":{"invite":"b"}}}`).PreSignUp()
	if err == nil || view.Proofs != (cognito.Proofs{}) {
		t.Errorf("got %+v, %v", view, err)
	}
}

func FuzzProofs(f *testing.F) {
	f.Add([]byte(`{"invite":"i","challenge":"c","locale":"de"}`), []byte(`null`))
	f.Add([]byte(`{"invite":"\ud800"}`), []byte(`{"invite":"a","invite":"b"}`))
	f.Fuzz(func(t *testing.T, validation, metadata []byte) {
		if !json.Valid(validation) || !json.Valid(metadata) {
			return
		}
		doc := `{"request":{"validationData":` + string(validation) + `,"clientMetadata":` + string(metadata) + `}}`
		event, err := cognito.Parse([]byte(doc))
		if err != nil {
			t.Skip("not a JSON object: ", err)
		}
		if _, err := event.PreSignUp(); err != nil {
			t.Fatalf("a caller's data made the event unreadable: %v in %s", err, doc)
		}
	})
}
