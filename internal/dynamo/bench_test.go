package dynamo

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// BenchmarkInMemory measures a call without a network: it builds and signs the request,
// and checks and decodes a reply from this process. For benchstat:
//
//	go test ./internal/dynamo -run '^$' -bench InMemory -count 10
func BenchmarkInMemory(b *testing.B) {
	profile := users.Profile{
		Username: "f3d4c5b6-0001-4a5b-8c9d-00000000a001", Email: "ada@example.com", EmailCollision: "ada@example.com", EmailVerified: true,
		Attributes: map[string]string{"name": "Ada Lovelace", "locale": "en-GB"},
	}
	for name, c := range map[string]struct {
		reply string
		call  func(context.Context, *Store) error
	}{
		"UpdateItem/PROFILE": {"{}", func(ctx context.Context, s *Store) error {
			_, err := s.Upsert(ctx, users.Snapshot{Key: ada, At: noon, Source: "PostAuthentication_Authentication", Profile: profile})
			return err
		}},
		"UpdateItem/SIGNIN": {"{}", func(ctx context.Context, s *Store) error {
			_, err := signIn(ctx, s)
			return err
		}},
		"BatchGetItem/AUTHZ": {rows(known, client, authz(`"authzRoles":{"L":[{"S":"editor"},{"S":"reviewer"}]}`, `"authzTenant":{"S":"acme"}`)), func(ctx context.Context, s *Store) error {
			_, err := s.Access(ctx, ada, "web")
			return err
		}},
	} {
		b.Run(name, func(b *testing.B) {
			s, _ := at(b, "http://127.0.0.1:1")
			s.client = dynamodb.New(s.client.Options(), func(o *dynamodb.Options) {
				o.HTTPClient, o.Retryer = &canned{c.reply}, aws.NopRetryer{}
			})
			b.ReportAllocs()
			for b.Loop() {
				if err := c.call(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
