package infra

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// What the app passes is checked together with the settings, in one list. Package
// settings has a row for every fault of the settings.
func TestPropsAreJudgedWithWhatIsHandedOver(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), new("App"), nil)
	pool := awscognito.NewUserPool(stack, new("Users"), nil)
	client := pool.AddClient(new("Site"), nil)
	topic := awssns.NewTopic(stack, new("OnCall"), nil)
	if err := poolProps(pool, client).Validate(); err != nil {
		t.Errorf("sound props: %v", err)
	}
	for want, spoil := range map[string]func(*Props){
		"domain: is the pool's own":                  func(p *Props) { p.Domain.Prefix = "example" },
		"api.on: needs to know whose tokens count":   func(p *Props) { p.Clients, p.IdentityPool, p.Settings.Clients = nil, IdentityPool{}, nil },
		"identityPool: needs a client":               func(p *Props) { p.Clients, p.Settings.Clients, p.API = nil, nil, API{} },
		"clients.site: is the name of a client that": func(p *Props) { p.Settings.Clients["site"] = Client{Profile: "app"} },
		"Clients.site: is nil":                       func(p *Props) { p.Clients["site"], p.IdentityPool = nil, IdentityPool{} },
		`Clients.web: is a client that has the profile "staff" already`: func(p *Props) {
			p.Clients["site"], p.Settings.Clients["site"] = client, Client{Profile: "staff"}
			p.Policy.Tokens.Profiles["staff"] = p.Policy.Tokens.Profiles["app"]
		},
		`Clients.web: is a client that has the profile "other" already`: func(p *Props) {
			p.Clients["web"] = awscognito.UserPoolClient_FromUserPoolClientId(stack, new("Known"), new("3n4b5urk1ft4fl3mg5e62d9ado"))
			p.ForeignClients = map[string]string{"3n4b5urk1ft4fl3mg5e62d9ado": "other"}
			p.Policy.Tokens.Profiles["other"] = policy.Profile{}
		},
		"Clients: are given without Pool":                func(p *Props) { p.Settings, p.Pool = quiet(t, "prod").Settings, nil },
		"monitoring.noAlarms: leaves no alarm":           func(p *Props) { p.Topic, p.Monitoring.NoAlarms = topic, true },
		"monitoring.topicArn: is given beside Topic":     func(p *Props) { p.Topic, p.Monitoring.TopicARN = topic, topicARN },
		`architecture: "riscv64" is not known; use one `: func(p *Props) { p.Architecture = "riscv64" },
	} {
		p := poolProps(pool, client)
		spoil(p)
		var faults policy.Faults
		if err := p.Validate(); !errors.As(err, &faults) || len(faults) != 1 || !strings.HasPrefix(faults[0].String(), want) || faults[0].Fix == "" {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	p := poolProps(pool, client)
	p.Domain.Prefix, p.Architecture = "example", "riscv64"
	if err := p.Validate(); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two faults of two kinds are\n%v", err)
	}
	p = poolProps(pool, client)
	if without := p.Warnings(); len(without) != 2 {
		t.Errorf("without a topic: %v", without)
	}
	if p.Topic, p.Monitoring.TicketTopicARN = topic, "arn:aws:sns:eu-west-1:210987654321:tickets"; len(p.Warnings()) != 0 {
		t.Errorf("with topics: %v", p.Warnings())
	}
}

// An app's author reads what happens without a prop, as with the settings
// (infra/cmd/schema).
func TestEveryPropSaysItsDefault(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "props.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	fields := file.Scope.Lookup("Props").Decl.(*ast.TypeSpec).Type.(*ast.StructType).Fields.List
	for _, field := range fields[1:] { // the first one is Settings
		if !strings.Contains(field.Doc.Text(), "Default: ") {
			t.Errorf("%s: %s", field.Names[0].Name, field.Doc.Text())
		}
	}
	if len(fields) < 2 {
		t.Errorf("%d fields", len(fields))
	}
}
