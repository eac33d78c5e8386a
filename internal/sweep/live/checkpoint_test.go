package live_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
)

// checkpoint returns a checkpoint of several parts.
func checkpoint(users int) sweep.Checkpoint {
	at := sweep.Checkpoint{Version: sweep.CheckpointVersion, Pool: poolID, Phase: sweep.Scanning, Next: "position"}
	for i := range users {
		at.Ask = append(at.Ask, "11111111-1111-4111-8111-11111111"+string(rune('a'+i%26))+string(rune('a'+i/26%26)))
	}
	at.Report.Listed = users
	return at
}

func TestACheckpointIsKeptInTheTableWholeOrNotAtAll(t *testing.T) {
	client := directorytest.Client(directorytest.Start(t, "../../../infra"))
	table := live.NewTable(client, directorytest.Table)
	want := func(wanted sweep.Checkpoint) {
		t.Helper()
		got, err := table.Checkpoint(t.Context(), poolID)
		if err != nil || got.Report.Listed != wanted.Report.Listed || got.Next != wanted.Next || !reflect.DeepEqual(got.Ask, wanted.Ask) {
			t.Fatalf("read %d users at %q, error %v", got.Report.Listed, got.Next, err)
		}
	}
	want(sweep.Checkpoint{})
	for _, size := range []int{3, 30_000, 20_000, 2} { // of four parts, three, and one
		at := checkpoint(size)
		if err := table.SaveCheckpoint(t.Context(), at, noon); err != nil {
			t.Fatal(err)
		}
		want(at)
	}
	if got, _, err := table.Scan(t.Context(), poolID, ""); err != nil || len(got) != 0 {
		t.Errorf("the scan takes a checkpoint for %v, error %v", got, err)
	}
	// A second part from another save.
	if err := table.SaveCheckpoint(t.Context(), checkpoint(30_000), noon); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: new(directorytest.Table), Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "SWEEP#" + poolID}, "sk": &types.AttributeValueMemberS{Value: "CHECKPOINT#0001"},
	}}); err != nil {
		t.Fatal(err)
	}
	want(sweep.Checkpoint{})
	// Of another version.
	newer := checkpoint(2)
	newer.Version++
	if err := table.SaveCheckpoint(t.Context(), newer, noon); err != nil {
		t.Fatal(err)
	}
	want(sweep.Checkpoint{})
	if err := table.SaveCheckpoint(t.Context(), checkpoint(2), noon); err != nil {
		t.Fatal(err)
	}
	if other, err := table.Checkpoint(t.Context(), "other"); err != nil || other.Version != 0 {
		t.Errorf("another pool has %+v, error %v", other, err)
	}
	for range 2 {
		if err := table.ForgetCheckpoint(t.Context(), poolID); err != nil {
			t.Fatal(err)
		}
		want(sweep.Checkpoint{})
	}
}
