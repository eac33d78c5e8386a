package page

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestR61_ATableRequestIsSaidInOnePiece(t *testing.T) {
	for request, want := range map[string]string{
		`{"Key":{"sk":{"S":"PROFILE"},"pk":{"S":"USER#1"}},"ConditionExpression":"attribute_not_exists(#a) OR #a < :v","ExpressionAttributeNames":{"#a":"seen"},"ExpressionAttributeValues":{":v":{"N":"7"}}}`: `Key: pk = "USER#1", sk = "PROFILE"
ConditionExpression: attribute_not_exists(seen) OR seen < 7`,
		`{"UpdateExpression":"SET a = :aa, b = :a, c = :none","ExpressionAttributeValues":{":a":{"M":{"x":{"S":"y"}}},":aa":{"BOOL":true}}}`: `UpdateExpression: SET a = true, b = {"x":{"S":"y"}}, c = :none`,
		`{"RequestItems":{"Users":{"Keys":[{"pk":{"S":"A"}},{"pk":{"S":"B"}}]}}}`: `Key: pk = "A"
Key: pk = "B"`,
		`{"TransactItems":[{"Put":{"ConditionExpression":"#a = :v","ExpressionAttributeNames":{"#a":"n"},"ExpressionAttributeValues":{":v":{"S":"s"}}}},{"Update":{"Key":{"pk":{"S":"C"}}}}]}`: `ConditionExpression: n = "s"
Key: pk = "C"`,
		``:                             ``,
		`"(no JSON)"`:                  ``,
		`{"Key":5,"TransactItems":{}}`: ``,
	} {
		var got []string
		for _, s := range sayings(json.RawMessage(request)) {
			got = append(got, fmt.Sprintf("%s: %s", s.Kind, s.Text))
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s:\n%s\nwant\n%s", request, strings.Join(got, "\n"), want)
		}
	}
}
