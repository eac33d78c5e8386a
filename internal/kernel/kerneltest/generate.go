package kerneltest

import (
	"encoding/json"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// Made says what Events draws: the trigger's sources and versions, and the members of
// its request and response beyond attributes.
type Made struct {
	Sources  []cognito.Source
	Versions []string
	Request  map[string]*rapid.Generator[any]
	// Response draws the prefilled responses that Cognito has been seen to send.
	Response *rapid.Generator[any]
}

// Events draws events: every documented member, sometimes absent, null or of another
// type, and undocumented members.
func Events(m Made) *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		event := rapid.MapOfN(rapid.StringMatching(`future[A-Za-z]{0,6}`), Value(2), 0, 3).Draw(t, "future")
		event["version"] = rapid.SampledFrom(m.Versions).Draw(t, "version")
		event["triggerSource"] = rapid.SampledFrom(m.Sources).Draw(t, "source")
		event["region"] = "eu-west-1"
		event["userPoolId"] = "eu-west-1_Example12"
		event["userName"] = rapid.StringN(0, 40, -1).Draw(t, "userName")
		event["callerContext"] = map[string]any{
			"awsSdkVersion": "aws-sdk-unknown-unknown",
			"clientId":      rapid.OneOf(rapid.StringMatching(`[a-z0-9]{26}`).AsAny(), rapid.Just[any]("CLIENT_ID_NOT_APPLICABLE"), rapid.Just[any](nil)).Draw(t, "client"),
		}
		event["request"] = request(t, m)
		if m.Response != nil {
			event["response"] = m.Response.Draw(t, "response")
		}
		return encode(t, event)
	})
}

func request(t *rapid.T, m Made) map[string]any {
	made := rapid.MapOfN(rapid.StringMatching(`future[A-Za-z]{0,6}`), Value(2), 0, 2).Draw(t, "more")
	made["userAttributes"] = attributes().Draw(t, "attributes")
	untrusted := rapid.OneOf(rapid.MapOfN(rapid.String(), rapid.String().AsAny(), 0, 3).AsAny(), rapid.Just[any](nil))
	for _, name := range []string{"clientMetadata", "validationData"} {
		if rapid.Bool().Draw(t, name) {
			made[name] = untrusted.Draw(t, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Request)) {
		made[name] = m.Request[name].Draw(t, name)
	}
	return made
}

func attributes() *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		made := rapid.MapOfN(rapid.StringMatching(`(custom:)?[a-z_]{1,12}`), rapid.OneOf(rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Int32().AsAny()), 0, 6).Draw(t, "attributes")
		made["sub"] = rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}`).Draw(t, "sub")
		made["email"] = rapid.OneOf(rapid.StringMatching(`[a-z]{1,8}@[a-z]{1,8}\.example`).AsAny(), rapid.String().AsAny(), rapid.Just[any](nil)).Draw(t, "email")
		made["email_verified"] = rapid.OneOf(rapid.SampledFrom([]string{"true", "false"}).AsAny(), rapid.Bool().AsAny()).Draw(t, "verified")
		made["cognito:user_status"] = rapid.SampledFrom([]string{"CONFIRMED", "EXTERNAL_PROVIDER", "UNCONFIRMED"}).Draw(t, "status")
		return made
	})
}

// Value draws any JSON value, nested up to a depth.
func Value(depth int) *rapid.Generator[any] {
	scalars := rapid.OneOf(rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Just[any](nil))
	if depth == 0 {
		return scalars
	}
	return rapid.OneOf(scalars,
		rapid.SliceOfN(Value(depth-1), 0, 3).AsAny(),
		rapid.MapOfN(rapid.String(), Value(depth-1), 0, 3).AsAny())
}

// WithCallersData returns the event with other clientMetadata and validationData, the
// parts that a caller writes.
func WithCallersData(t *rapid.T, event []byte) []byte {
	var members, request map[string]json.RawMessage
	decode(t, event, &members)
	decode(t, members["request"], &request)
	for _, name := range []string{"clientMetadata", "validationData"} {
		names := rapid.OneOf(rapid.SampledFrom([]string{"roles", "tenant", "sub", "email", "custom:role", "autoConfirmUser", "status"}), rapid.String())
		request[name] = encode(t, rapid.MapOfN(names, rapid.String(), 0, 5).Draw(t, "other "+name))
	}
	members["request"] = encode(t, request)
	return encode(t, members)
}
