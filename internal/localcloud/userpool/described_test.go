package userpool

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// Guide, "Working with user attributes", standard attributes; DescribeUserPool shows their types.
func TestR58_TheStandardAttributesAreAWSs(t *testing.T) {
	text, length := "String", func(least, most string) object { return object{"MinLength": least, "MaxLength": most} }
	want := map[string]object{
		"sub":            {"AttributeDataType": text, "Mutable": false, "Required": true, "StringAttributeConstraints": length("1", "2048")},
		"name":           {"AttributeDataType": text, "Mutable": true, "Required": false, "StringAttributeConstraints": length("0", "2048")},
		"birthdate":      {"AttributeDataType": text, "Mutable": true, "Required": false, "StringAttributeConstraints": length("10", "10")},
		"email_verified": {"AttributeDataType": "Boolean", "Mutable": true, "Required": false},
		"updated_at":     {"AttributeDataType": "Number", "Mutable": true, "Required": false, "NumberAttributeConstraints": object{"MinValue": "0"}},
	}
	for _, a := range standardSchema() {
		name, _ := a["Name"].(string)
		w, ok := want[name]
		if !ok {
			continue
		}
		delete(want, name)
		w["Name"], w["DeveloperOnlyAttribute"] = name, false
		if !reflect.DeepEqual(a, w) {
			t.Errorf("got %v, want %v", a, w)
		}
	}
	if len(want) > 0 {
		t.Errorf("not among them: %v", want)
	}
}

func TestR53_ADeviceIsDescribedAsInTheReferencesExamples(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest, Region: "eu-central-1", AccountID: "111122223333"}, nil, Options{})
	at := time.Unix(1_700_000_000, 0)
	got := p.describeDevice(user{username: "ada"}, device{key: "k", name: "phone", remembered: true, created: at, modified: at, authenticated: at})
	want := []attribute{
		{"device_status", "valid"},
		{"device_name", "phone"},
		{"dev:device_arn", "arn:aws:cognito-idp:eu-central-1:111122223333:owner/ada." + poolUnderTest + "/device/k"},
		{"dev:device_owner", "ada." + poolUnderTest},
		{"last_ip_used", "127.0.0.1"},
		{"dev:device_remembered_status", "remembered"},
		{"dev:device_sdk", "aws-sdk-unknown-unknown"},
	}
	if !reflect.DeepEqual(got.DeviceAttributes, want) {
		t.Errorf("got %v", got.DeviceAttributes)
	}
}

func TestR58_RecoveryIsReadInItsOrderAndWritten(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: `null`,
		`{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]}`:                                                   `{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]}`,
		`{"RecoveryMechanisms":[{"Name":"verified_email","Priority":2},{"Name":"verified_phone_number","Priority":1}]}`: `{"RecoveryMechanisms":[{"Name":"verified_phone_number","Priority":1},{"Name":"verified_email","Priority":2}]}`,
	} {
		var r recovery
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(r); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	var r recovery
	if err := json.Unmarshal([]byte(`{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1},{"Name":"verified_email","Priority":2}]}`), &r); err == nil ||
		err.Error() != "admin_only stands beside another mechanism" {
		t.Errorf("got %v", err)
	}
	if err := json.Unmarshal([]byte(`{"RecoveryMechanisms":4}`), &r); err == nil {
		t.Error("a number is read as a list")
	}
}

func TestAnIdentityIsTextInTheToken(t *testing.T) {
	issuer := new("https://corp.example")
	got := identityClaims([]identity{{UserID: "1", ProviderName: "Corp", ProviderType: "OIDC", Issuer: issuer, Primary: true, DateCreated: 1_700_000_000_000}})
	want := []map[string]any{{
		"userId": "1", "providerName": "Corp", "providerType": "OIDC", "issuer": issuer, "primary": "true", "dateCreated": "1700000000000",
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
