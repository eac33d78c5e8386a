package infra

import (
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func TestFunctionSettingsAreOffUnlessAsked(t *testing.T) {
	tpl := ofStage(t, "prod")
	for _, trigger := range triggers.Usual() {
		fn, alias := tpl.properties(t, functionType, trigger.Name), tpl.properties(t, aliasType, trigger.Name+"Live")
		if fn["ReservedConcurrentExecutions"] != nil || fn["TracingConfig"] != nil || alias["ProvisionedConcurrencyConfig"] != nil {
			t.Errorf("%s: %v, %v", trigger.Name, fn, alias)
		}
		if key := tpl.properties(t, logsType, trigger.Name+"Logs")["KmsKeyId"]; key != nil {
			t.Errorf("%s logs under %v", trigger.Name, key)
		}
	}
	if sse := at(tpl.properties(t, tableType, "Table"), "SSESpecification"); sse != nil {
		t.Errorf("the table is encrypted by %v", sse)
	}
}

func TestFunctionSettingsAreOfOneFunction(t *testing.T) {
	s := quiet(t, "prod")
	s.Tracing = true
	s.Functions = map[string]FunctionSettings{"PreTokenGeneration": {MemoryMiB: 512, ReservedConcurrency: 100, ProvisionedConcurrency: 2}}
	tpl := synthesize(t, s)
	for _, trigger := range triggers.Usual() {
		fn, alias := tpl.properties(t, functionType, trigger.Name), tpl.properties(t, aliasType, trigger.Name+"Live")
		if at(fn, "TracingConfig", "Mode") != "Active" {
			t.Errorf("%s is not traced", trigger.Name)
		}
		lines := statements(t, tpl, trigger.Name)
		if last := lines[len(lines)-1]; last != `xray:PutTelemetryRecords, xray:PutTraceSegments on "*"` {
			t.Errorf("%s may %v", trigger.Name, lines)
		}
		provisioned := at(alias, "ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")
		if trigger.Name == "PreTokenGeneration" {
			if fn["MemorySize"] != 512.0 || fn["ReservedConcurrentExecutions"] != 100.0 || provisioned != 2.0 {
				t.Errorf("%v, %v", fn, alias)
			}
		} else if fn["MemorySize"] != 256.0 || fn["ReservedConcurrentExecutions"] != nil || provisioned != nil {
			t.Errorf("%s: %v, %v", trigger.Name, fn, alias)
		}
	}
	if n := len(tpl.resources("AWS::IAM::Policy")); n != 0 {
		t.Errorf("%d policies beside the roles", n)
	}
}

const keyARN = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"

func TestKeysOfLogsAndTable(t *testing.T) {
	tpl := everything(t)
	for id, r := range tpl.resources(logsType) {
		if at(r, "Properties", "KmsKeyId") != keyARN {
			t.Errorf("%s is encrypted by %v", id, at(r, "Properties", "KmsKeyId"))
		}
	}
	table := tpl.properties(t, tableType, "Table")
	if at(table, "SSESpecification", "SSEType") != "KMS" || at(table, "Replicas", 0, "SSESpecification", "KMSMasterKeyId") != keyARN {
		t.Errorf("the table: %v", table)
	}
	usesTable := map[string]bool{"Register": true, "Reconcile": true}
	for _, trigger := range triggers.Usual() {
		usesTable[trigger.Name] = trigger.UsesTable()
	}
	for function, want := range usesTable {
		role := tpl.properties(t, roleType, function+"Role")
		var actions []string
		for _, statement := range at(role, "Policies", 0, "PolicyDocument", "Statement").([]any) {
			if at(statement, "Resource") == keyARN && at(statement, "Condition", "StringLike", "kms:ViaService") == "dynamodb.*.amazonaws.com" {
				actions = texts(at(statement, "Action"))
			}
		}
		if used := slices.Contains(actions, "kms:Decrypt") && slices.Contains(actions, "kms:Encrypt"); used != want || strings.Contains(strings.Join(actions, " "), "*") {
			t.Errorf("%s may %v", function, actions)
		}
	}
}
