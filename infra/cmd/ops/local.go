package main

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// found keeps the outputs if they are those of what make local serves.
func (t *target) found(outputs map[string]string) map[string]string {
	if outputs[settings.LocalCognitoOutput] != "" {
		t.local = outputs
	}
	return outputs
}

// localSession is that of the local cloud. Nothing of the caller's own configuration gets in:
// a profile that is not there would end the call, and credentials of AWS are not sent there.
func (t *target) localSession(client aws.HTTPClient) aws.Config {
	region, _, _ := strings.Cut(t.local["UserPoolId"], "_")
	return aws.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), HTTPClient: client}
}

// at returns an address of the local cloud, by its output, or otherwise for a deployment.
func (t *target) at(output string, otherwise *string) *string {
	if url := t.local[output]; url != "" {
		return &url
	}
	return otherwise
}

func (t *target) tableClient(cfg aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = t.at(settings.LocalDynamoDBOutput, o.BaseEndpoint) })
}

func (t *target) poolClient(cfg aws.Config) *cognito.Client {
	return cognito.NewFromConfig(cfg, func(o *cognito.Options) { o.BaseEndpoint = t.at(settings.LocalCognitoOutput, o.BaseEndpoint) })
}

func (t *target) lambdaClient(cfg aws.Config) *lambda.Client {
	return lambda.NewFromConfig(cfg, func(o *lambda.Options) { o.BaseEndpoint = t.at(settings.LocalLambdaOutput, o.BaseEndpoint) })
}
