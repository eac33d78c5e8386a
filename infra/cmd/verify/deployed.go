package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// emulator deploys to MiniStack, which ends with the place.
func (p *place) emulator(ctx context.Context, o options, dir string) error {
	server, err := ministack.Start(ctx, filepath.Join(o.root, "dist", "venv", "bin", "ministack"), filepath.Join(dir, "ministack"))
	if err != nil {
		return fmt.Errorf("%w (make venv installs it)", err)
	}
	p.alsoBefore(func(context.Context) error { return server.Stop() })
	made, err := newProject(ctx, o, dir, project.Emulated(server.URL, ministack.Account, ministack.Region, filepath.Join(dir, "home")), true)
	if err != nil {
		return err
	}
	if err := made.Bootstrap(ctx); err != nil {
		return err
	}
	return p.deploy(ctx, o, made, endpoint(server.URL, ministack.Region, ministack.Account), addresses{
		token: func(string) string { return server.URL + "/oauth2/token" }, keys: server.URL,
	})
}

// aws deploys to the confirmed account, and to no other.
func (p *place) aws(ctx context.Context, o options, dir string) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("reading the AWS configuration: %w", err)
	}
	caller, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("asking whose credentials these are (sign in first, or set AWS_PROFILE): %w", err)
	}
	if o.account == "" || *caller.Account != o.account {
		return fmt.Errorf("the credentials are those of account %s: pass ACCOUNT=%s to make a stack there and remove it again", *caller.Account, *caller.Account)
	}
	fmt.Fprintf(o.log, "A stack %s is made in account %s, Region %s, and removed in about ten minutes. %s\n", settings.StackName(o.id), o.account, cfg.Region, cost)
	made, err := newProject(ctx, o, dir, append(os.Environ(), project.Switches()...), cfg.BaseEndpoint != nil)
	if err != nil {
		return err
	}
	at := addresses{
		token: func(domain string) string { return domain + "/oauth2/token" },
		keys:  "https://cognito-idp." + cfg.Region + ".amazonaws.com", identity: "https://cognito-identity." + cfg.Region + ".amazonaws.com",
	}
	if emulated := aws.ToString(cfg.BaseEndpoint); emulated != "" { // AWS_ENDPOINT_URL
		at = addresses{token: func(string) string { return emulated + "/oauth2/token" }, keys: emulated}
	}
	p.evidence = cfg.BaseEndpoint == nil
	return p.deploy(ctx, o, made, cfg, at)
}

// addresses are those that an SDK does not call.
type addresses struct {
	token func(domain string) string
	keys  string
	// identity is that of identity pools. "" leaves out what the emulator does not judge: the
	// API, and the credentials of a page.
	identity string
}

// deploy makes the stack. Closing the place removes it, also after a failure; if that
// fails, the error contains the command that does it.
func (p *place) deploy(ctx context.Context, o options, made *project.Project, cfg aws.Config, at addresses) error {
	if o.on == onAWS {
		p.alsoBefore(func(ctx context.Context) error {
			if err := made.Destroy(ctx); err != nil {
				return fmt.Errorf("THE STACK %s IS STILL THERE; remove it with `aws cloudformation delete-stack --stack-name %s`: %w", made.Stack(), made.Stack(), err)
			}
			return nil
		})
	}
	outputs, err := made.Deploy(ctx)
	if err != nil {
		return err
	}
	groups, err := logGroups(ctx, cfg, outputs)
	if err != nil {
		return err
	}
	p.records = func(ctx context.Context) ([]record, error) { return printed(ctx, cfg, groups, o.on == onAWS) }
	p.patient = func(ctx context.Context) error {
		return patience(ctx, cfg, outputs["PreSignUp"+settings.FunctionNameOutput])
	}
	users := idp.NewFromConfig(cfg)
	pool, machine := outputs["UserPoolId"], outputs["MachineClientId"]
	client, err := users.DescribeUserPoolClient(ctx, &idp.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &machine})
	if err != nil {
		return fmt.Errorf("reading the machine client: %w", err)
	}
	p.target = o.users(journey.Target{
		Cognito: users, Dynamo: dynamodb.NewFromConfig(cfg), PoolID: pool, TableName: outputs["TableName"],
		WebClientID: outputs["WebClientId"], MachineClientID: machine, MachineKey: aws.ToString(client.UserPoolClient.ClientSecret),
		TokenURL: at.token(outputs["UserPoolDomain"]), KeysURL: at.keys + "/" + pool + "/.well-known/jwks.json",
		RotatesRefreshTokens: true, Mailed: o.codes(),
	})
	if at.identity != "" {
		p.target.APIURL, p.target.IdentityURL, p.target.IdentityPoolID = outputs["ApiUrl"], at.identity, outputs["IdentityPoolId"]
	}
	return nil
}

// logGroups returns those of the trigger functions.
func logGroups(ctx context.Context, cfg aws.Config, outputs map[string]string) ([]string, error) {
	var groups []string
	for _, trigger := range triggers.UsualNames() {
		out, err := lambda.NewFromConfig(cfg).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{
			FunctionName: new(outputs[trigger+settings.FunctionNameOutput]),
		})
		if err != nil {
			return nil, fmt.Errorf("asking where %s logs: %w", trigger, err)
		}
		groups = append(groups, *out.LoggingConfig.LogGroup)
	}
	return groups, nil
}

// settling is how long CloudWatch may take to show what was printed.
const settling = 60 * time.Second

// printed reads the records from CloudWatch, oldest first. If patient, it repeats until
// two reads ten seconds apart are equal.
func printed(ctx context.Context, cfg aws.Config, groups []string, patient bool) ([]record, error) {
	deadline, before := time.Now().Add(settling), -1
	for {
		var all []record
		for _, group := range groups {
			pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(cfg), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return nil, fmt.Errorf("reading the log %s: %w", group, err)
				}
				for _, e := range page.Events {
					if r, ok := parse([]byte(aws.ToString(e.Message))); ok {
						all = append(all, r)
					}
				}
			}
		}
		inOrder(all)
		if !patient || len(all) == before && len(all) > 0 || time.Now().After(deadline) {
			return all, nil
		}
		before = len(all)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Second):
		}
	}
}

// endpoint returns an SDK's configuration for one address. The client is the SDK's own: a
// plain http.Client fails if AWS_CA_BUNDLE is set.
func endpoint(url, region, key string) aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: &url, HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider(key, "emulated", ""),
	}
}

// address returns a user's address. Without a mailbox it is one of Amazon's mailbox
// simulator, which accepts labels, disturbs no recipient and costs no reputation.
func (o options) address(name string) string {
	local, domain, ok := strings.Cut(o.mailbox, "@")
	if !ok {
		local, domain = "success", "simulator.amazonses.com"
	}
	return local + "+" + name + "-" + o.id + "@" + domain
}

// codes asks for the mailed code at the terminal, if there is a mailbox.
func (o options) codes() func(context.Context, string) (string, error) {
	if o.mailbox == "" {
		return nil
	}
	typed := bufio.NewScanner(os.Stdin)
	return func(_ context.Context, userName string) (string, error) {
		fmt.Fprintf(o.log, "The code that was mailed to %s: ", userName)
		if !typed.Scan() {
			return "", errors.New("no code was typed")
		}
		return strings.TrimSpace(typed.Text()), nil
	}
}
