package lambdahost

import (
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
)

// published is a function with versions, as the AWS SDK sees it.
type published struct {
	*testing.T
	host   *Host
	api    *lambda.Client
	parent string
}

func startPublished(t *testing.T) published {
	t.Helper()
	host, _ := start(t, Function{Version: "1", Aliases: []string{"live"}}, Options{Describe: func(dir string) string { return "of " + filepath.Base(dir) }})
	return published{t, host, sdk(host), t.TempDir()}
}

// sdk is the AWS SDK at a host.
func sdk(host *Host) *lambda.Client {
	return lambda.New(lambda.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(host.URL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient: awshttp.NewBuildableClient(), RetryMaxAttempts: 1,
	})
}

func (p published) alias() *lambda.GetAliasOutput {
	p.Helper()
	out, err := p.api.GetAlias(p.Context(), &lambda.GetAliasInput{FunctionName: aws.String("worker"), Name: aws.String("live")})
	if err != nil {
		p.Fatal(err)
	}
	return out
}

func (p published) point(version string, revision *string) error {
	_, err := p.api.UpdateAlias(p.Context(), &lambda.UpdateAliasInput{
		FunctionName: aws.String("worker"), Name: aws.String("live"), FunctionVersion: &version, RevisionId: revision,
	})
	return err
}

// versions reads them one by one.
func (p published) versions() (numbers, descriptions []string) {
	p.Helper()
	pages := lambda.NewListVersionsByFunctionPaginator(p.api, &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("worker"), MaxItems: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(p.Context())
		if err != nil {
			p.Fatal(err)
		}
		for _, v := range page.Versions {
			numbers, descriptions = append(numbers, *v.Version), append(descriptions, aws.ToString(v.Description))
		}
	}
	return numbers, descriptions
}

func (p published) runsIn() string {
	p.Helper()
	return contextSeen(p.T, invoke(p.T, p.host, `{"do":"context"}`)).CWD
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if refused, _ := errors.AsType[smithy.APIError](err); refused == nil || refused.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestR67_EachReplacementIsAVersionAndTheAliasGoesBack(t *testing.T) {
	t.Parallel()
	p := startPublished(t)
	deployed := p.runsIn()
	first, second := another(t, p.parent, 1), another(t, p.parent, 2)
	replace(t, p.host, first)
	over := replace(t, p.host, second)
	if numbers, said := p.versions(); !slices.Equal(numbers, []string{"$LATEST", "1", "2", "3"}) || said[3] != "of 2" {
		t.Errorf("versions %v, %v", numbers, said)
	}
	before := p.alias()
	if *before.FunctionVersion != "3" || p.runsIn() != second || closed(over) {
		t.Errorf("live is %s in %s; a version's folder may not be removed", *before.FunctionVersion, p.runsIn())
	}
	if err := p.point("1", before.RevisionId); err != nil {
		t.Fatal(err)
	}
	if got := p.alias(); *got.FunctionVersion != "1" || p.runsIn() != deployed {
		t.Errorf("rolled back to %s in %s", *got.FunctionVersion, p.runsIn())
	}
	if !p.host.RolledBack("worker") || p.host.RolledBack("nobody") {
		t.Error("nothing says that it was rolled back")
	}
	if seen := contextSeen(t, invoke(t, p.host, `{"do":"context"}`)); seen.CWD != deployed {
		t.Errorf("a warm environment runs in %s", seen.CWD)
	}
	wantCode(t, p.point("2", before.RevisionId), "PreconditionFailedException")
	wantCode(t, p.point("9", nil), "ResourceNotFoundException")
	if _, err := p.host.Restart("worker"); err != nil || *p.alias().FunctionVersion != "1" || p.runsIn() != deployed {
		t.Errorf("a restart changes the version: %v", err)
	}
	replace(t, p.host, another(t, p.parent, 3))
	if p.host.RolledBack("worker") {
		t.Error("after another edit it is rolled back")
	}
	if numbers, _ := p.versions(); !slices.Equal(numbers, []string{"$LATEST", "1", "2", "3", "4"}) || *p.alias().FunctionVersion != "4" {
		t.Errorf("after another edit %v, live is %s", numbers, *p.alias().FunctionVersion)
	}
}

// A replacement that is taken back leaves no version whose folder may be gone.
func TestR67_AFolderOfBeforeTakesTheLaterVersionsBack(t *testing.T) {
	t.Parallel()
	p := startPublished(t)
	first := another(t, p.parent, 1)
	replace(t, p.host, first)
	replace(t, p.host, another(t, p.parent, 2))
	if over := replace(t, p.host, first); !closed(over) {
		t.Error("the folder of the version that was taken back is in use")
	}
	if numbers, _ := p.versions(); !slices.Equal(numbers, []string{"$LATEST", "1", "2"}) || *p.alias().FunctionVersion != "2" {
		t.Errorf("versions %v", numbers)
	}
}

func TestR67_TheOldestVersionsAreForgottenWithTheirFolders(t *testing.T) {
	t.Parallel()
	p := startPublished(t)
	var overs []<-chan struct{}
	for n := range maxVersions + 2 {
		overs = append(overs, replace(t, p.host, another(t, p.parent, n)))
	}
	numbers, _ := p.versions()
	if len(numbers) != maxVersions+1 || numbers[1] != "4" {
		t.Errorf("versions %v", numbers)
	}
	for i, over := range overs {
		if closed(over) != (i < 3) { // those of versions 1 to 3
			t.Errorf("the folder before replacement %d: free is %v", i, closed(over))
		}
	}
}

func TestR67_WhatAnAliasDoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	p := startPublished(t)
	name := aws.String("worker")
	_, err := p.api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: name, Name: aws.String("other")})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = p.api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("nobody")})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = p.api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: name, Marker: aws.String("x")})
	wantCode(t, err, "InvalidParameterValueException")
	_, err = p.api.UpdateAlias(t.Context(), &lambda.UpdateAliasInput{FunctionName: name, Name: aws.String("live"), RoutingConfig: &types.AliasRoutingConfiguration{
		AdditionalVersionWeights: map[string]float64{"1": 0.5},
	}})
	wantCode(t, err, "InvalidParameterValueException")
	all, err := p.api.ListAliases(t.Context(), &lambda.ListAliasesInput{FunctionName: aws.String(url.PathEscape("worker"))})
	if err != nil || len(all.Aliases) != 1 || *all.Aliases[0].FunctionVersion != "1" {
		t.Errorf("%+v, %v", all, err)
	}
}
