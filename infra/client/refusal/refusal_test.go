package refusal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/client/refusal"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

var update = flag.Bool("update", false, "rewrite the tables of the program's sentences")

const client = "../js/"

// program returns every refusal that a function can send.
func program() []deny.Refusal {
	return append(signup.Refusals(), deny.OfTokens()...)
}

// table returns the program's sentences and some in German, two of them the same.
func table() refusal.Table {
	t := refusal.English()
	t["email-missing"]["de"] = "Bitte gib eine E-Mail-Adresse an"
	t["email-unusable"]["de"] = "Das geht leider nicht"
	t["email-domain-denied"]["de"] = "Das geht leider nicht"
	return t
}

func TestTheWrappersOfEverySDKAndOfTheHostedPageAreRead(t *testing.T) {
	text, err := os.ReadFile(client + "forms.json")
	if err != nil {
		t.Fatal(err)
	}
	var forms []struct {
		Name    string
		Message string
		URL     string
		Want    *refusal.Refusal
	}
	if err := json.Unmarshal(text, &forms); err != nil || len(forms) == 0 {
		t.Fatalf("%d forms: %v", len(forms), err)
	}
	for _, form := range forms {
		t.Run(form.Name, func(t *testing.T) {
			got, ok := table().Decode(form.Message)
			if form.URL != "" {
				got, ok = table().DecodeURL(form.URL)
			}
			want := refusal.Refusal{}
			if form.Want != nil {
				want = *form.Want
			}
			if got != want || ok != (form.Want != nil) {
				t.Errorf("got %+v, %v", got, ok)
			}
		})
	}
}

// The real SDK reads the sentence from the local pool, which words it as Cognito does.
func TestARefusalIsReadFromTheRealSDK(t *testing.T) {
	refuse := userpool.InvokerFunc(func(context.Context, string, []byte) ([]byte, error) {
		return nil, &userpool.FunctionError{Type: "Refusal", Message: signup.EmailMissing.Error()}
	})
	pool, err := userpool.Start(userpool.Config{
		ID: "eu-west-1_AbCdEf123", Clients: []userpool.Client{{ID: "web"}},
		Triggers: map[string]userpool.Trigger{"PreSignUp": {FunctionARN: "presignup"}},
	}, refuse, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	sdk := cognitoidentityprovider.NewFromConfig(aws.Config{
		Region: "eu-west-1", BaseEndpoint: new(pool.URL()), HTTPClient: http.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	_, err = sdk.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{ClientId: new("web"), Username: new("ada"), Password: new("Correct-horse-7")})
	want := refusal.Refusal{Trigger: "PreSignUp", Sentence: signup.EmailMissing.Sentence, Code: signup.EmailMissing.Code}
	if got, ok := refusal.English().Decode(fmt.Sprint(err)); !ok || got != want {
		t.Errorf("got %+v, %v from %v", got, ok, err)
	}
	if _, ok := refusal.English().Decode(errors.New("User already exists").Error()); ok {
		t.Error("another error is a refusal")
	}
}

func TestEverySentenceOfTheProgramLeadsToItsCode(t *testing.T) {
	for _, r := range program() {
		want := refusal.Refusal{Trigger: "PreSignUp", Sentence: r.Sentence, Code: r.Code}
		if got, ok := refusal.English().Decode("PreSignUp failed with error " + r.Sentence + "."); !ok || got != want {
			t.Errorf("got %+v", got)
		}
		query := url.Values{"error_description": {"PreSignUp failed with error " + r.Sentence + ". "}}
		if got, ok := refusal.English().DecodeURL("https://app.example/?" + query.Encode()); !ok || got != want {
			t.Errorf("got %+v", got)
		}
	}
}

// R18: what a user reads is short, fixed, one sentence, with or without its code, and
// no two are alike.
func TestR18_TheProgramsSentencesCanBeShown(t *testing.T) {
	seen := map[string]string{}
	for _, r := range program() {
		if other, twice := seen[r.Sentence]; twice {
			t.Errorf("%s and %s have one sentence", r.Code, other)
		}
		seen[r.Sentence] = r.Code
		if n := utf8.RuneCountInString(r.Sentence + " [" + r.Code + "]"); n > 120 {
			t.Errorf("%s: %d letters with its code", r.Code, n)
		}
		if strings.ContainsAny(r.Sentence, "[]<>\"\n") || strings.HasSuffix(r.Sentence, ".") || strings.TrimSpace(r.Sentence) != r.Sentence || r.Sentence == "" {
			t.Errorf("%s: %q", r.Code, r.Sentence)
		}
		if strings.Trim(r.Code, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(r.Code) > 40 {
			t.Errorf("the code %q", r.Code)
		}
	}
}

func TestTheDecodersTablesAreTheProgramsSentences(t *testing.T) {
	want := refusal.Table{}
	for _, r := range program() {
		want[r.Code] = map[string]string{"en": r.Sentence}
	}
	var inGo, inJS strings.Builder
	for _, code := range slices.Sorted(maps.Keys(want)) {
		fmt.Fprintf(&inGo, "\t\t%q: {\"en\": %q},\n", code, want[code]["en"])
		fmt.Fprintf(&inJS, "  '%s': { en: '%s' },\n", code, strings.ReplaceAll(want[code]["en"], "'", `\'`))
	}
	generated(t, "english.go", "\t\t// begin\n", inGo.String()+"\t\t// end\n")
	generated(t, client+"refusal.mjs", "  // begin\n", inJS.String()+"  // end\n")
	if !*update && !reflect.DeepEqual(refusal.English(), want) {
		t.Error("English differs: go test ./infra/client/refusal -update")
	}
}

// generated compares the text between two marks in a file, or writes it.
func generated(t *testing.T, file, begin, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	end := strings.Replace(begin, "begin", "end", 1)
	_, after, alsoFound := strings.Cut(rest, end)
	if !found || !alsoFound {
		t.Fatalf("%s has no marks", file)
	}
	made := []byte(before + begin + want + after)
	if strings.HasSuffix(file, ".go") {
		if made, err = format.Source(made); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(made, text) {
		return
	}
	if !*update {
		t.Errorf("%s is behind: go test ./infra/client/refusal -update", file)
		return
	}
	if err := os.WriteFile(file, made, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTheJavaScriptDecoderPassesItsOwnTests(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("skipped, the JavaScript decoder was not run: ", err)
	}
	command := exec.CommandContext(t.Context(), "node", "--test", "refusal.test.mjs")
	command.Dir = client
	out, err := command.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("# pass ")) {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out[bytes.LastIndex(out, []byte("# tests")):])
}

func TestATableIsReadFromJSON(t *testing.T) {
	text, err := json.Marshal(table())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := refusal.ReadTable(text); err != nil || !reflect.DeepEqual(got, table()) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := refusal.ReadTable([]byte("[]")); err == nil {
		t.Error("a list is a table")
	}
}

// Whatever a URL says, only the table's sentences are shown.
func FuzzDecodeURL(f *testing.F) {
	f.Add("https://app.example/?error_description=PreSignUp+failed+with+error+Please+give+an+e-mail+address.+")
	f.Add("#error_description=PreSignUp+failed+with+error+x+%5Bemail-missing%5D.+")
	f.Add("?error_description=%zz;PreSignUp failed with error ")
	known := table()
	f.Fuzz(func(t *testing.T, address string) {
		got, ok := known.DecodeURL(address)
		if !ok && got != (refusal.Refusal{}) {
			t.Fatalf("got %+v", got)
		}
		if _, is := known[got.Code]; got.Code != "" && !is {
			t.Fatalf("the code %q", got.Code)
		}
		if got.Sentence == "" {
			return
		}
		for _, sentences := range known {
			for _, sentence := range sentences {
				if got.Sentence == sentence {
					return
				}
			}
		}
		t.Fatalf("the sentence %q", got.Sentence)
	})
}
