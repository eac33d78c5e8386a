package stub

import (
	"bytes"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// What a read finds: the first user of events/authz.json, and the app client.
var (
	user  = table.User("eu-west-1_Ex4mpl3Id", "f3d4c5b6-0001-4a5b-8c9d-00000000a001")
	authz = `{"pk":{"S":"` + user + `"},"sk":{"S":"` + table.AuthzRow + `"},` +
		`"authzRoles":{"L":[{"S":"editor"},{"S":"reviewer"}]},"authzTenant":{"S":"acme"},"authzStatus":{"S":"active"},` +
		`"authzExtra":{"M":{"plan":{"S":"team"},"seats":{"N":"25"}}},"authzRev":{"N":"7"}}`
	client = `{"pk":{"S":"` + table.ClientPrefix + `4example4client4id4web4app"},"sk":{"S":"` + table.ClientRow + `"},"clientProfile":{"S":"app"}}`
)

// answer returns the reply to an operation, by the request's X-Amz-Target. A read of
// PROFILE alone asks for its digest.
func answer(target string, request []byte, digest string) string {
	key := `"pk":{"S":"` + user + `"},"sk":{"S":"` + table.ProfileRow + `"}`
	switch {
	case target == "DynamoDB_20120810.BatchGetItem" && bytes.Contains(request, []byte("digest")):
		return `{"Responses":{"` + Table + `":[{` + key + `,"digest":{"S":"` + digest + `"}}]},"UnprocessedKeys":{}}`
	case target == "DynamoDB_20120810.BatchGetItem":
		return `{"Responses":{"` + Table + `":[` + authz + `,{` + key + `},` + client + `]},"UnprocessedKeys":{}}`
	case target == "DynamoDB_20120810.GetItem":
		return `{"Item":` + authz + `}`
	}
	return `{}`
}
