package doctor

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func tableChecks() []Check {
	return []Check{
		{
			29, "the table is kept, and its rows end in time", "dynamodb DescribeTable: DeletionProtectionEnabled, GlobalSecondaryIndexes.IndexStatus; DescribeContinuousBackups; DescribeTimeToLive",
			"rows that were overwritten or deleted are lost, those of erased users stay, or no user is found by address",
			"disposable: false of the stage, and deploy it; after a restore: DynamoDB console, Backups and Additional settings", Critical,
			"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html", kept,
		},
		{
			30, "the table was compared with the whole pool", "dynamodb GetItem of the pool's last pass: pass.wholeAt",
			"a row that an event has missed stays wrong, and a deleted user's stays there",
			"ops reconcile --stage NAME; the log of the function Reconcile says why it stops", Warning,
			reference + "API_ListUsers.html", compared,
		},
		{
			31, "the rows of some users are as the pool has them", "cognito-idp ListUsers: UserStatus, Enabled, Attributes; dynamodb BatchGetItem of their PROFILE",
			"the copy is not to be relied upon: events are missing or fail, or nothing compares it with what administrators change",
			"ops reconcile --stage NAME", Warning,
			reference + "API_ListUsers.html", sampled,
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
	if f.gone("dynamodb", "DescribeTable", q) {
		return []Finding{wrong(f.Table, "gone", "there is no table %s", f.Table)}
	}
	d, ok := ask[struct {
		Table struct {
			TableStatus               string
			DeletionProtectionEnabled *bool // absent in an emulator
			GlobalSecondaryIndexes    []struct{ IndexName, IndexStatus string }
		}
	}](f, "dynamodb", "DescribeTable", q)
	if ok {
		switch guarded := d.Table.DeletionProtectionEnabled; {
		case f.disposable():
		case guarded == nil:
			f.without("dynamodb DescribeTable: whether the table can be deleted")
		default:
			bad(!*guarded, "the table can be deleted with one call")
		}
		status := map[string]string{table.EmailIndex: "gone", table.ShardIndex: "gone"}
		for _, i := range d.Table.GlobalSecondaryIndexes {
			status[i.IndexName] = i.IndexStatus
		}
		for _, name := range slices.Sorted(maps.Keys(status)) {
			bad(status[name] != "ACTIVE", "the index %s is %s", name, status[name])
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
	ends := t.TimeToLiveDescription
	bad(ok && !strings.HasPrefix(ends.TimeToLiveStatus, "ENABL"), "rows do not end: time to live is %s", strings.ToLower(ends.TimeToLiveStatus))
	bad(ends.AttributeName != "" && ends.AttributeName != table.TTL, "rows do not end: time to live looks at %s", ends.AttributeName)
	return found
}

// compared is check 30.
func compared(f *Facts) []Finding {
	if f.Stage == nil {
		f.without("the stage's schedule is not known without a stage file")
	}
	if f.Stage == nil || f.Stage.PromisedHours == 0 {
		return nil
	}
	key := table.Keys{PK: table.CheckpointPrefix + f.Pool, SK: "PASS"} // package sweep
	out, ok := ask[struct {
		Item struct {
			Pass struct{ B []byte } `json:"pass"`
		}
	}](f, "dynamodb", "GetItem", in{"TableName": f.Table, "Key": in{table.PK: in{"S": key.PK}, table.SK: in{"S": key.SK}}})
	if !ok {
		return nil
	}
	var pass struct {
		WholeAt time.Time `json:"wholeAt"`
	}
	if text := out.Item.Pass.B; len(text) > 0 && json.Unmarshal(text, &pass) != nil {
		f.without("the row of the last pass is of another version of this suite")
		return nil
	}
	age := f.Now.Sub(pass.WholeAt)
	switch {
	case pass.WholeAt.IsZero():
		return []Finding{wrong(f.Table, "", "no pass over the whole pool has ended yet")}
	case age > time.Duration(f.Stage.PromisedHours)*time.Hour:
		return []Finding{wrong(f.Table, pass.WholeAt.Format(time.RFC3339), "the last whole pass ended %d hours ago, and the stage promises %d at most", int(age.Hours()), f.Stage.PromisedHours)}
	}
	return nil
}

// Four pages are 200 users; each is a request to the table, too.
const (
	samplePages = 4
	samplePage  = 50
)

// member is a user as ListUsers shows one. Nothing of it is in a finding.
type member struct {
	Username, UserStatus string
	Enabled              bool
	UserLastModifiedDate float64 // seconds since 1970
	Attributes           []struct{ Name, Value string }
}

func (m member) attribute(name string) string {
	for _, a := range m.Attributes {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// mirrored is a PROFILE as far as it is compared.
type mirrored struct {
	PK        struct{ S string }  `json:"pk"`
	Email     struct{ S string }  `json:"email"`
	Disabled  struct{ BOOL bool } `json:"disabled"`
	DeletedAt *struct{ S string } `json:"deletedAt"`
}

// sampled is check 31.
func sampled(f *Facts) []Finding {
	if !slices.ContainsFunc(f.Triggers, func(t Trigger) bool { return t.Name != "PreSignUp" }) {
		return nil // nothing writes rows
	}
	var absent, differ, looked int
	token := in{}
	for range samplePages {
		q := in{"UserPoolId": f.Pool, "Limit": samplePage}
		if token["PaginationToken"] != nil {
			q["PaginationToken"] = token["PaginationToken"]
		}
		page, _ := ask[struct {
			Users           []member
			PaginationToken string
		}](f, "cognito-idp", "ListUsers", q)
		// Who has confirmed nothing has no row, and an invited user has one with the first sign-in.
		users := slices.DeleteFunc(page.Users, func(m member) bool { return m.UserStatus != "CONFIRMED" && m.UserStatus != "EXTERNAL_PROVIDER" })
		rows, ok := f.rows(users)
		if !ok {
			return nil
		}
		for _, u := range users {
			looked++
			switch row, there := rows[table.User(f.Pool, u.attribute("sub"))]; {
			case !there:
				absent++
			case f.mayWait(u):
			case row.DeletedAt == nil && (row.Disabled.BOOL == u.Enabled || !strings.EqualFold(row.Email.S, u.attribute("email"))):
				differ++
			}
		}
		if page.PaginationToken == "" {
			break
		}
		token["PaginationToken"] = page.PaginationToken
	}
	if absent+differ == 0 {
		return nil
	}
	return []Finding{wrong(f.Table, fmt.Sprint(absent+differ), "of %d users %d have no row and %d have another one than the pool says", looked, absent, differ)}
}

// mayWait reports whether the user's last change is younger than a pass of the sweep is promised
// to be: no event tells of a user whom an administrator disables or changes.
func (f *Facts) mayWait(u member) bool {
	return f.Stage != nil && float64(f.Now.Unix())-u.UserLastModifiedDate < float64(f.Stage.PromisedHours*3600)
}

// rows returns the PROFILE of each user that has one.
func (f *Facts) rows(users []member) (map[string]mirrored, bool) {
	if len(users) == 0 {
		return nil, true // DynamoDB refuses a request without keys
	}
	keys := make([]in, len(users))
	for i, u := range users {
		keys[i] = in{table.PK: in{"S": table.User(f.Pool, u.attribute("sub"))}, table.SK: in{"S": table.ProfileRow}}
	}
	out, ok := ask[struct {
		Responses       map[string][]mirrored
		UnprocessedKeys map[string]json.RawMessage
	}](f, "dynamodb", "BatchGetItem", in{"RequestItems": in{f.Table: in{
		"Keys": keys, "ProjectionExpression": "pk, email, #d, deletedAt", "ExpressionAttributeNames": in{"#d": "disabled"}, "ConsistentRead": true,
	}}})
	if ok && len(out.UnprocessedKeys) > 0 {
		f.without("dynamodb BatchGetItem: not all rows were read, try again")
		return nil, false
	}
	rows := map[string]mirrored{}
	for _, r := range out.Responses[f.Table] {
		rows[r.PK.S] = r
	}
	return rows, ok
}
