package pooledit

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// lists returns the members of UserPoolType and of UpdateUserPoolRequest, sorted.
func lists() (described, requested []string) {
	for name, to := range members() {
		described = append(described, name)
		if to != readOnly {
			requested = append(requested, to)
		}
	}
	slices.Sort(described)
	slices.Sort(requested)
	return described, requested
}

func TestR82_TheKnownMembersAreThoseOfTheGoSDKAndTwoThatItLacks(t *testing.T) {
	missing := []string{"AcrConfiguration", "DcrConfiguration"}
	described, requested := lists()
	for _, c := range []struct {
		of   reflect.Type
		have []string
	}{{reflect.TypeFor[types.UserPoolType](), described}, {reflect.TypeFor[idp.UpdateUserPoolInput](), requested}} {
		want := slices.Clone(missing)
		for _, field := range reflect.VisibleFields(c.of) {
			if field.IsExported() {
				want = append(want, field.Name)
			}
		}
		slices.Sort(want)
		if !slices.Equal(c.have, want) { // an SDK that has come to know a missing one makes it stand twice
			t.Errorf("%v: known are\n%v\nand the model has\n%v", c.of, c.have, want)
		}
	}
}

// The SDK for JavaScript is the first to have a new member.
func TestR82_TheKnownMembersAreThoseOfTheJavaScriptSDK(t *testing.T) {
	form.Often(t, 0, 0, 1)
	files, _ := filepath.Glob("../../infra/cmd/local/testdata/js-full/node_modules/@aws-sdk/client-cognito-identity-provider/dist-types/models/models_*.d.ts")
	if len(files) == 0 {
		t.Skip("the AWS SDK for JavaScript is not there: make test-full installs it")
	}
	var model strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		model.Write(text)
	}
	described, requested := lists()
	for name, have := range map[string][]string{"UserPoolType": described, "UpdateUserPoolRequest": requested} {
		found := regexp.MustCompile(`(?s)export interface ` + name + ` \{(.*?)\n\}`).FindStringSubmatch(model.String())
		if found == nil {
			t.Fatalf("the model has no %s", name)
		}
		var want []string
		for _, field := range regexp.MustCompile(`(?m)^    (\w+)\??: `).FindAllStringSubmatch(found[1], -1) {
			want = append(want, field[1])
		}
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: known are\n%v\nand the model has\n%v", name, have, want)
		}
	}
}

// What a rule says of a member, the model has.
func TestR82_TheRulesAreAboutMembersOfTheModel(t *testing.T) {
	pool := reflect.TypeFor[types.UserPoolType]()
	has := func(of reflect.Type, name string) bool { _, is := of.FieldByName(name); return is }
	for name, inner := range pointless() {
		if field, is := pool.FieldByName(name); !is || !has(field.Type.Elem(), inner) {
			t.Errorf("%s has no %s", name, inner)
		}
	}
	for name, newer := range older() {
		if !has(pool, name) || !has(reflect.TypeFor[types.VerificationMessageTemplateType](), newer) {
			t.Errorf("%s or %s is no member", name, newer)
		}
	}
}

func TestR82_UnknownMembersAreNamed(t *testing.T) {
	if got := Unknown(described(`"Tomorrow":1,"Arn":"a","After":null,"LambdaConfig":{"Tomorrow":1},"arn":"a"`)); !slices.Equal(got, []string{"After", "Tomorrow", "arn"}) {
		t.Errorf("got %v", got)
	}
	if got := Unknown([]byte("[")); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestR82_HooksLeaveOutTheOlderNameOfOneFunction(t *testing.T) {
	for config, want := range map[string]string{
		`{"PreSignUp":"a","KMSKeyID":"k","PostConfirmation":null,"PostAuthentication":"","PreTokenGenerationConfig":{ }}`: `{"PreSignUp":"a","KMSKeyID":"k"}`,
		`{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V2_0"}}`:                  `{"PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V2_0"}}`,
		`{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"b"}}`:                                         `{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"b"}}`,
		`{"PreTokenGeneration":"a"}`:                            `{"PreTokenGeneration":"a"}`,
		`{"PreTokenGenerationConfig":{"n":1}}`:                  `{"PreTokenGenerationConfig":{"n":1}}`,
		`{"PreSignUp":"a","PreSignUpConfig":{"LambdaArn":"a"}}`: `{"PreSignUp":"a","PreSignUpConfig":{"LambdaArn":"a"}}`,
		`{}`: `{}`, `null`: `{}`, `[]`: `{}`,
	} {
		wanted, _ := object([]byte(want))
		if got := Hooks(described(`"LambdaConfig":` + config)); !maps.EqualFunc(got, wanted, func(a, b raw) bool { return string(a) == string(b) }) {
			t.Errorf("%s: got %s", config, encode(got))
		}
	}
	if got := Hooks(described("")); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
