package userpool

import (
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// newest are the operations of the model in botocore 1.44.8 that the SDK for Go lacks.
const newest = `AdminDeleteSoftwareToken AdminGetUserAuthFactors AdminListUserSessions AdminRevokeUserSession CancelPointInTimeRecovery CreateCIMDPolicy
	DeleteCIMDPolicy DescribeCIMDPolicy DescribePointInTimeRecovery DescribeTermsByClient GetClientToken GetDerivedToken GetProvisionedLimit
	GetUserPoolClientSessionConfiguration GetUserPoolSessionConfiguration InitiatePointInTimeRecovery ListCIMDPolicies ListClientMetadataURLs
	ListPointInTimeRecoveries ListUserSessions RevokeUserSession SetUserPoolClientSessionConfiguration SetUserPoolSessionConfiguration
	StartPointInTimeRecovery UpdateCIMDPolicy UpdateClientMetadataURLState UpdateProvisionedLimit`

// ofSDK returns the operations of the SDK's client, which is generated from the model.
func ofSDK() (names []string) {
	client := reflect.TypeFor[*idp.Client]()
	for i := range client.NumMethod() {
		if m := client.Method(i); m.Type.NumIn() > 2 && m.Name != "Options" {
			names = append(names, m.Name)
		}
	}
	return names
}

// ofBotocore returns those of the model beside boto3, if it is installed.
func ofBotocore(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "..", "dist", "venv", "lib", "*", "site-packages", "botocore", "data", "cognito-idp", "*", "service-2.json.gz"))
	if err != nil || len(found) == 0 {
		t.Logf("botocore is not installed in dist/venv (make venv installs it): compared with the SDK for Go alone (%v)", err)
		return nil
	}
	file, err := os.Open(found[len(found)-1])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var model struct{ Operations map[string]any }
	if err := json.NewDecoder(unpacked).Decode(&model); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(maps.Keys(model.Operations))
}

func TestR58_EveryOperationIsAnsweredOrRefusedByName(t *testing.T) {
	simulated, no := newPool(Config{ID: poolUnderTest}, nil, Options{}).ops, refused()
	all := slices.Concat(ofSDK(), ofBotocore(t), strings.Fields(newest))
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) < 153 {
		t.Fatalf("the model has %d operations: is it read as it is written?", len(all))
	}
	for _, name := range all {
		_, answered := simulated[name]
		switch why := no[name]; {
		case answered && why != "":
			t.Errorf("%s is answered and refused", name)
		case answered || why != "":
		default:
			t.Errorf("%s is new: answer it in operations.go or refuse it in refused.go", name)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(simulated)), slices.Collect(maps.Keys(no))) {
		if !slices.Contains(all, name) {
			t.Errorf("the API has no operation %s", name)
		}
	}
	t.Logf("%d operations: %d answered, %d refused", len(all), len(simulated), len(no))
}

// A reader finds each capability by the package comment.
func TestThePackageCommentHasEveryFile(t *testing.T) {
	comment, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, listed, _ := strings.Cut(string(comment), "# Where things stand")
	listed, _, _ = strings.Cut(listed, "// What belongs to a pool")
	words := strings.FieldsFunc(listed, func(r rune) bool { return !unicode.IsLetter(r) })
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		if name := strings.TrimSuffix(file, ".go"); name != "doc" && !strings.HasSuffix(name, "_test") && !slices.Contains(words, name) {
			t.Errorf("%s is in no row", file)
		}
	}
}
