package template

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/gateway"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
)

const (
	lowerAlphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789"
	alphanumerics      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + lowerAlphanumerics
)

// invent derives length characters of alphabet from their purpose.
func (r *resolver) invent(purpose, logicalID, alphabet string, length int) string {
	var text strings.Builder
	for block := 0; text.Len() < length; block++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%s/%d", r.stackName, logicalID, purpose, block))
		for _, b := range sum {
			if text.Len() < length {
				text.WriteByte(alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return text.String()
}

// physicalID returns what Ref returns for a resource: see "Return values" on each type's
// page in the CloudFormation template reference.
func (r *resolver) physicalID(id string, depth int) (any, error) {
	declared, ok := r.resources[id]
	if !ok {
		return nil, fmt.Errorf("there is no resource or parameter %s", id)
	}
	switch declared.Type {
	case "AWS::Cognito::UserPool":
		return Region + "_" + r.invent("pool", id, alphanumerics, 9), nil
	case "AWS::Cognito::UserPoolClient":
		return r.invent("client", id, lowerAlphanumerics, 26), nil
	case "AWS::Cognito::IdentityPool":
		return Region + ":" + identity.UUID(r.stackName+"/"+id), nil
	case apiKinds + "Api":
		return r.invent("api", id, lowerAlphanumerics, 10), nil
	case "AWS::Lambda::Alias":
		return r.qualifiedARN(id, declared.Properties["Name"], depth)
	case "AWS::Lambda::Version":
		return r.qualifiedARN(id, publishedVersion, depth)
	}
	return r.name(id, declared, depth)
}

// publishedVersion is the number of every function's published version here: there is one
// code, that of the assembly.
const publishedVersion = "1"

// name returns the name in the template, or stack name and logical id, as CloudFormation
// makes it without the random tail.
func (r *resolver) name(id string, declared resource, depth int) (name string, err error) {
	property := nameProperties[declared.Type]
	if given, ok := declared.Properties[property]; ok {
		err = r.once(id+"."+property, func() error {
			name, err = r.text(given, depth)
			return err
		})
		return name, err
	}
	name = r.stackName + "-" + id
	if declared.Type == "AWS::Lambda::Function" {
		return name[:min(len(name), 64)], nil
	}
	return name, nil
}

// nameProperties are the properties that name a resource, by type.
var nameProperties = map[string]string{
	"AWS::Lambda::Function":                "FunctionName",
	"AWS::DynamoDB::Table":                 "TableName",
	"AWS::DynamoDB::GlobalTable":           "TableName",
	"AWS::Cognito::UserPoolGroup":          "GroupName",
	"AWS::Cognito::UserPoolResourceServer": "Identifier",
	"AWS::Cognito::UserPoolDomain":         "Domain",
	"AWS::Cognito::UserPoolUser":           "Username",
	"AWS::Logs::LogGroup":                  "LogGroupName",
	"AWS::IAM::Role":                       "RoleName",

	"AWS::Cognito::UserPoolIdentityProvider": "ProviderName",
}

func arn(service, rest string) string {
	return "arn:aws:" + service + ":" + Region + ":" + AccountID + ":" + rest
}

// qualifiedARN returns the ARN of a version or an alias.
func (r *resolver) qualifiedARN(id string, qualifier any, depth int) (qualified string, err error) {
	err = r.once(id, func() error {
		function, err := r.functionARN(r.resources[id].Properties["FunctionName"], depth)
		if err != nil {
			return fmt.Errorf("FunctionName: %w", err)
		}
		name, err := r.text(qualifier, depth)
		qualified = function + ":" + name
		return err
	})
	return qualified, err
}

// functionARN completes an ARN or a name, each with or without a qualifier, to an ARN.
func (r *resolver) functionARN(value any, depth int) (string, error) {
	name, err := r.text(value, depth)
	if err != nil || strings.HasPrefix(name, "arn:") {
		return name, err
	}
	return arn("lambda", "function:"+name), nil
}

// attribute returns what Fn::GetAtt returns.
func (r *resolver) attribute(id, attribute string, depth int) (any, error) {
	declared, ok := r.resources[id]
	if !ok {
		return nil, fmt.Errorf("there is no resource %s", id)
	}
	physical, err := r.physicalID(id, depth)
	if err != nil {
		return nil, err
	}
	if value, ok := attributeOf(declared.Type, fmt.Sprint(physical), attribute); ok {
		return value, nil
	}
	if declared.Type == "AWS::Cognito::UserPoolClient" && attribute == "ClientSecret" {
		return r.clientSecret(id), nil
	}
	return nil, fmt.Errorf("the local cloud does not know %s.%s of a %s", id, attribute, declared.Type)
}

func attributeOf(kind, physical, attribute string) (string, bool) {
	value, ok := map[string]string{
		"AWS::Lambda::Function.Arn":             arn("lambda", "function:"+physical),
		"AWS::Lambda::Alias.AliasArn":           physical,
		"AWS::Lambda::Version.FunctionArn":      physical,
		"AWS::Lambda::Version.Version":          publishedVersion,
		"AWS::Cognito::UserPool.UserPoolId":     physical,
		"AWS::Cognito::UserPool.Arn":            arn("cognito-idp", "userpool/"+physical),
		"AWS::Cognito::UserPool.ProviderName":   "cognito-idp." + Region + ".amazonaws.com/" + physical,
		"AWS::Cognito::UserPool.ProviderURL":    "https://cognito-idp." + Region + ".amazonaws.com/" + physical,
		"AWS::Cognito::UserPoolClient.ClientId": physical,
		"AWS::DynamoDB::Table.Arn":              arn("dynamodb", "table/"+physical),
		"AWS::DynamoDB::GlobalTable.Arn":        arn("dynamodb", "table/"+physical),
		"AWS::IAM::Role.Arn":                    "arn:aws:iam::" + AccountID + ":role/" + physical,
		"AWS::Logs::LogGroup.Arn":               arn("logs", "log-group:"+physical+":*"),
		"AWS::Events::Rule.Arn":                 arn("events", "rule/"+physical),      // no clock of the local cloud runs it
		"AWS::CloudWatch::Alarm.Arn":            arn("cloudwatch", "alarm:"+physical), // nothing rings here
		"AWS::CloudWatch::CompositeAlarm.Arn":   arn("cloudwatch", "alarm:"+physical),

		apiKinds + "Api.ApiEndpoint": (&gateway.API{ID: physical}).Endpoint(Region),
		apiKinds + "Api.ApiId":       physical,

		"AWS::Cognito::UserPoolDomain.CloudFrontDistribution": physical, // of an own name; no other host serves it here
	}[kind+"."+attribute]
	return value, ok
}

// clientSecret returns 52 characters, as many as Cognito's.
func (r *resolver) clientSecret(id string) string {
	return r.invent("secret", id, lowerAlphanumerics, 52)
}
