package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// aliases are the calls of Lambda that show versions and roll back: lambda:GetAlias,
// lambda:ListVersionsByFunction and lambda:UpdateAlias.
type aliases interface {
	GetAlias(context.Context, *lambda.GetAliasInput, ...func(*lambda.Options)) (*lambda.GetAliasOutput, error)
	UpdateAlias(context.Context, *lambda.UpdateAliasInput, ...func(*lambda.Options)) (*lambda.UpdateAliasOutput, error)
	lambda.ListVersionsByFunctionAPIClient
}

// look asks Lambda for a function's versions and its alias.
func look(ctx context.Context, api aliases, trigger, name string) (function, error) {
	f := function{Trigger: trigger, Name: name}
	alias, err := api.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &name, Name: new(settings.LiveAlias)})
	if err != nil {
		return f, fmt.Errorf("reading the alias %s of %s: %w", settings.LiveAlias, name, advised(err))
	}
	pages := lambda.NewListVersionsByFunctionPaginator(api, &lambda.ListVersionsByFunctionInput{FunctionName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return f, fmt.Errorf("listing the versions of %s: %w", name, advised(err))
		}
		f.Versions = append(f.Versions, numbered(page.Versions)...)
	}
	slices.SortFunc(f.Versions, func(a, b published) int { return a.Number - b.Number })
	f.revision = alias.RevisionId
	live, err := strconv.Atoi(aws.ToString(alias.FunctionVersion))
	var kept bool
	if f.Live, kept = f.version(live); err != nil || !kept {
		return f, fmt.Errorf("the alias %s of %s points to %s, which is none of its versions: deploy the stage", settings.LiveAlias, name, aws.ToString(alias.FunctionVersion))
	}
	return f, nil
}

// numbered leaves out $LATEST, from which the next version is made.
func numbered(all []types.FunctionConfiguration) []published {
	var list []published
	for _, c := range all {
		number, err := strconv.Atoi(aws.ToString(c.Version))
		if err != nil {
			continue
		}
		v := published{Number: number}
		if hash, ok := strings.CutPrefix(aws.ToString(c.Description), settings.PolicyLabel); ok {
			v.Policy = hash
		}
		v.At = lastModified(aws.ToString(c.LastModified))
		list = append(list, v)
	}
	return list
}

// lastModified reads "YYYY-MM-DDThh:mm:ss.sTZD" (API reference, FunctionConfiguration);
// AWS writes the zone as +0000, others as Z.
func lastModified(text string) time.Time {
	for _, form := range []string{"2006-01-02T15:04:05-0700", time.RFC3339} {
		if at, err := time.Parse(form, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// advised adds a remedy to an error of Lambda.
func advised(err error) error {
	api, refused := errors.AsType[smithy.APIError](err)
	switch {
	case refused && api.ErrorCode() == "ResourceNotFoundException":
		return fmt.Errorf("it is not there: check Region and account, and that the stage is deployed with aliases: %w", err)
	case refused && strings.HasPrefix(api.ErrorCode(), "AccessDenied"):
		return fmt.Errorf("these credentials may not do that; needed are lambda:GetAlias and lambda:ListVersionsByFunction, and lambda:UpdateAlias for a rollback: %w", err)
	case refused && api.ErrorCode() == "PreconditionFailedException":
		return fmt.Errorf("the alias was changed meanwhile; look with ops status and try again: %w", err)
	}
	return err
}
