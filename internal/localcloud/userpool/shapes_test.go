package userpool

import (
	"strings"
	"testing"
)

// The lengths are those of the API's model.
func TestR58_ATextIsAsLongAsTheModelSays(t *testing.T) {
	arn := "arn:aws:acm:us-east-1:111122223333:"
	for name, c := range map[string]struct {
		shape       shape
		start       string
		least, most int
	}{
		"GroupName": {groupShape, "", 1, 128}, "ClientName": {nameShape, "", 1, 128}, "ClientSecret": {secretShape, "", 24, 64},
		"Identifier": {identifierShape, "", 1, 256}, "ScopeName": {scopeShape, "", 1, 256}, "ScopeDescription": {labelShape, "", 1, 256},
		"CertificateArn": {arnShape, arn, len(arn) + 1, 2048}, "UserPoolId": {poolShape, "a_", 3, 55},
	} {
		for length, fits := range map[int]bool{c.least - 1: false, c.least: true, c.most: true, c.most + 1: false} {
			if err := c.shape.check(name, c.start+strings.Repeat("a", length-len(c.start))); (err == nil) != fits {
				t.Errorf("%s of %d characters: %v", name, length, err)
			}
		}
	}
	if err := poolShape.check("userPoolId", "a"); err == nil || !strings.Contains(err.Error(), "regular expression pattern") {
		t.Errorf("a short id: %v", err)
	}
	for arn, fits := range map[string]bool{"arn:a:b:c:1:abcdefgh": true, "arn:a:b:c:1:abcdefg": false} {
		if err := arnShape.check("CertificateArn", arn); (err == nil) != fits {
			t.Errorf("an ARN of %d characters: %v", len(arn), err)
		}
	}
}
