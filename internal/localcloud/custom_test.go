package localcloud

import (
	"strings"
	"testing"
)

func TestCustomResourceWritesItsRow(t *testing.T) {
	needsDynalite(t)
	changed := withTable(resources())
	changed["Row"] = object{"Type": "Custom::AWS", "Properties": object{
		"ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:cdk",
		"Create": object{"Fn::Sub": `{"service":"DynamoDB","action":"putItem","parameters":{"TableName":"${Table}",` +
			`"Item":{"pk":{"S":"CLIENT#${Web}"},"sk":{"S":"PROFILE"}}}}`},
	}}
	cloud, _ := start(t, changed)
	if web, _ := cloud.Client("web"); !has(t, cloud, "CLIENT#"+web.ID) {
		t.Error("the row is not there")
	}
}

func TestCustomResourcesFailureFailsTheStart(t *testing.T) {
	needsDynalite(t)
	changed := withTable(resources())
	changed["Row"] = object{"Type": "Custom::AWS", "Properties": object{
		"ServiceToken": "x", "Create": `{"service":"DynamoDB","action":"putItem","parameters":{"TableName":"gone","Item":{"pk":{"S":"a"}}}}`,
	}}
	err := refused(t, Options{AssemblyDir: assembly(t, changed), InfraDir: infra})
	if !strings.Contains(err.Error(), "creating Row (Custom::AWS): calling PutItem: status 400") {
		t.Errorf("got %v", err)
	}
}

func TestCustomResourceRunsTheStacksFunction(t *testing.T) {
	for _, c := range []struct{ status, want string }{
		{"SUCCESS", ""},
		{"FAILED", "creating Thing (Custom::Thing): it answered FAILED: no such pool"},
		{"", "creating Thing (Custom::Thing): its function ended without an answer to CloudFormation"},
	} {
		t.Run(c.status, func(t *testing.T) {
			changed := resources()
			changed["Thing"] = object{"Type": "Custom::Thing", "Properties": object{
				"ServiceToken": arnOf("Sign"), "Status": c.status, "Reason": "no such pool", "Depth": 3,
			}}
			if c.want != "" {
				if err := refused(t, Options{AssemblyDir: assembly(t, changed)}); !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v", err)
				}
				return
			}
			cloud, j := start(t, changed)
			event := string(j.all(t, cloud)[0].Event)
			for _, part := range []string{`"RequestType":"Create"`, `"Depth":"3"`, `"LogicalResourceId":"Thing"`, `"ResourceType":"Custom::Thing"`} {
				if !strings.Contains(event, part) {
					t.Errorf("%s is missing in %s", part, event)
				}
			}
		})
	}
}
