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

// CloudFormation sends the physical id of before, and the properties of before.
func TestR63_ACustomResourceIsUpdatedAsADeploymentDoes(t *testing.T) {
	changed := resources()
	changed["Thing"] = object{"Type": "Custom::Thing", "Properties": object{
		"ServiceToken": arnOf("Sign"), "Status": "SUCCESS", "Reason": "none", "Depth": 3, "PhysicalResourceId": "one",
	}}
	cloud, j := start(t, changed)
	for _, c := range []struct {
		change object
		want   string
		parts  []string
	}{
		{object{"Depth": 4}, "", []string{`"RequestType":"Update"`, `"PhysicalResourceId":"one","RequestId"`, `"Depth":"4"`, `"Depth":"3"`}},
		{object{"Status": "FAILED", "Reason": "no such pool"}, "updating Thing (Custom::Thing): it answered FAILED: no such pool", nil},
		{object{"Depth": 5}, "", []string{`"ResourceProperties":{"Depth":"5"`, `"OldResourceProperties":{"Depth":"4"`}},
	} {
		err := cloud.UpdateCustomResources(t.Context(), "Custom::Thing", c.change)
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%v: got %v, want %s", c.change, err, c.want)
		}
		all := j.all(t, cloud)
		event := string(all[len(all)-1].Event)
		for _, part := range c.parts {
			if !strings.Contains(event, part) {
				t.Errorf("%s is missing in %s", part, event)
			}
		}
	}
	if err := cloud.UpdateCustomResources(t.Context(), "Custom::Other", nil); err == nil {
		t.Error("a resource that is not there was updated")
	}
}
