package doctor

import (
	"strings"
)

func tableChecks() []Check {
	return []Check{
		{
			29, "the table is kept, and its rows end in time", "dynamodb DescribeTable: DeletionProtectionEnabled, GlobalSecondaryIndexes.IndexStatus; DescribeContinuousBackups; DescribeTimeToLive",
			"rows that were overwritten or deleted are lost, those of erased users stay, or no user is found by address",
			"disposable: false of the stage, and deploy it; after a restore: DynamoDB console, Backups and Additional settings", Critical,
			"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html", kept,
		},
	}
}

// kept is check 29.
func kept(f *Facts) (found []Finding) {
	q := in{"TableName": f.Table}
	bad := func(is bool, format string, args ...any) {
		if is {
			found = append(found, wrong(f.Table, "", format, args...))
		}
	}
	d, ok := ask[struct {
		Table struct {
			TableStatus               string
			DeletionProtectionEnabled bool
			GlobalSecondaryIndexes    []struct{ IndexName, IndexStatus string }
		}
	}](f, "dynamodb", "DescribeTable", q)
	if ok {
		bad(!d.Table.DeletionProtectionEnabled && !f.disposable(), "the table can be deleted with one call")
		for _, i := range d.Table.GlobalSecondaryIndexes {
			bad(i.IndexStatus != "ACTIVE", "the index %s is %s", i.IndexName, i.IndexStatus)
		}
	}
	b, ok := ask[struct {
		ContinuousBackupsDescription struct {
			PointInTimeRecoveryDescription struct{ PointInTimeRecoveryStatus string }
		}
	}](f, "dynamodb", "DescribeContinuousBackups", q)
	bad(ok && !f.disposable() && b.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus != "ENABLED", "the table cannot be restored to a point in time")
	t, ok := ask[struct {
		TimeToLiveDescription struct{ TimeToLiveStatus, AttributeName string }
	}](f, "dynamodb", "DescribeTimeToLive", q)
	bad(ok && !strings.HasPrefix(t.TimeToLiveDescription.TimeToLiveStatus, "ENABL"), "rows do not end: time to live is %s", strings.ToLower(t.TimeToLiveDescription.TimeToLiveStatus))
	return found
}
