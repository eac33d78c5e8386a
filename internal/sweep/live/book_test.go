package live_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
)

// A pass and a dry run share the lease and nothing else.
func TestR86_TheBookInTheTableKeepsItsPromises(t *testing.T) {
	t.Parallel()
	client := directorytest.Client(directorytest.Start(t, "../../../infra"))
	book := live.NewBook(client, directorytest.Table, poolID, false)
	sweeptest.Run(t, book)
	dry := live.NewBook(client, directorytest.Table, poolID, true)
	lease, pass, err := dry.Take(t.Context(), "dry", noon.Add(time.Hour), noon.Add(2*time.Hour))
	if err != nil || pass.Version != 0 {
		t.Fatalf("%+v, error %v", pass, err)
	}
	if err := dry.Keep(t.Context(), lease, noon.Add(2*time.Hour), &sweep.Pass{Version: sweep.PassVersion, Number: 1}); err != nil {
		t.Fatal(err)
	}
	for b, number := range map[*live.Book]int64{book: 7, dry: 1} {
		if pass, until, err := b.Pass(t.Context()); err != nil || pass.Number != number || !until.Equal(noon.Add(2*time.Hour)) {
			t.Errorf("%+v until %v, error %v", pass, until, err)
		}
	}
	if subs, err := dry.Suspects(t.Context(), "b"); err != nil || len(subs) > 0 {
		t.Errorf("%v, error %v", subs, err)
	}
	if err := dry.Keep(t.Context(), lease, noon, &sweep.Pass{Version: sweep.PassVersion + 1, Number: 9}); err != nil {
		t.Fatal(err)
	}
	if pass, _, err := dry.Pass(t.Context()); err != nil || pass.Version != 0 {
		t.Errorf("a pass of another version is %+v, error %v", pass, err)
	}
	drops(t, client, book)
}

// drops puts an older release's checkpoint into the table.
func drops(t *testing.T, client *dynamodb.Client, book *live.Book) {
	t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(directorytest.Table), Item: map[string]types.AttributeValue{
		"pk": text("SWEEP#" + poolID), "sk": text("CHECKPOINT#0000"), "content": text("old"),
	}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		if dropped, err := book.DropOld(t.Context()); err != nil || dropped != want {
			t.Errorf("dropped %v, want %v, error %v", dropped, want, err)
		}
	}
}
