package live_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// made answers as Cognito and DynamoDB do, with a crowd's users and rows.
type made struct {
	*testing.T
	crowd *sweeptest.Crowd
}

func (m made) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Filter, PaginationToken string
		RequestItems            map[string]struct {
			Keys []map[string]map[string]string
		}
		ExpressionAttributeValues map[string]map[string]string
		ExclusiveStartKey         map[string]map[string]string
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		m.Error(err)
	}
	var out map[string]any
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
	case "ListUsers":
		out = m.list(r, strings.TrimSuffix(strings.TrimPrefix(in.Filter, `sub ^= "`), `"`), in.PaginationToken)
	case "DescribeUserPool":
		n, _ := m.crowd.Estimate(r.Context())
		out = map[string]any{"UserPool": map[string]any{"EstimatedNumberOfUsers": n}}
	case "BatchGetItem":
		out = m.rows(r, in.RequestItems[directorytest.Table].Keys)
	case "Query":
		out = m.shard(r, in.ExpressionAttributeValues, in.ExclusiveStartKey["pk"]["S"])
	case "Scan":
		out = map[string]any{"Items": []any{}}
	default:
		m.Errorf("%s is called", operation)
	}
	w.Header().Set("Date", date.Format(http.TimeFormat))
	_ = json.NewEncoder(w).Encode(out)
}

func (m made) list(r *http.Request, prefix, token string) map[string]any {
	page, _ := m.crowd.List(r.Context(), prefix, token)
	all := make([]any, len(page.Users))
	for i, u := range page.Users {
		attributes := []map[string]string{}
		for name, value := range u.Attributes {
			attributes = append(attributes, map[string]string{"Name": name, "Value": value})
		}
		all[i] = map[string]any{"Username": u.Username, "Enabled": true, "UserStatus": u.Status, "UserLastModifiedDate": u.ModifiedAt.Unix(), "Attributes": attributes}
	}
	out := map[string]any{"Users": all}
	if page.Next != "" {
		out["PaginationToken"] = page.Next
	}
	return out
}

func (m made) rows(r *http.Request, keys []map[string]map[string]string) map[string]any {
	subs := make([]string, len(keys))
	for i, key := range keys {
		subs[i] = strings.TrimPrefix(key["pk"]["S"], table.User(poolID, ""))
	}
	rows, _ := m.crowd.Profiles(r.Context(), poolID, subs)
	items := []any{}
	for sub, row := range rows {
		item, err := record.Profile(users.Key{PoolID: poolID, Sub: sub}, row)
		if err != nil {
			m.Error(err)
		}
		items = append(items, wire(item))
	}
	return map[string]any{"Responses": map[string]any{directorytest.Table: items}, "UnprocessedKeys": map[string]any{}}
}

func (m made) shard(r *http.Request, values map[string]map[string]string, behind string) map[string]any {
	items := []any{}
	out := map[string]any{}
	if !strings.HasSuffix(values[":shard"]["S"], "#other") {
		from, prefix := "", strings.TrimPrefix(values[":prefix"]["S"], table.User(poolID, ""))
		if len(prefix) < 2 {
			prefix = strings.TrimPrefix(values[":shard"]["S"], poolID+"#")
		}
		if behind != "" {
			from = m.crowd.Behind(strings.TrimPrefix(behind, table.User(poolID, "")))
		}
		subs, next, _ := m.crowd.Shard(r.Context(), poolID, prefix, from)
		for _, sub := range subs {
			items = append(items, map[string]any{"pk": map[string]string{"S": table.User(poolID, sub)}})
		}
		if next != "" {
			out["LastEvaluatedKey"] = items[len(items)-1]
		}
	}
	out["Items"] = items
	return out
}

// wire returns an item as DynamoDB's JSON.
func wire(item map[string]types.AttributeValue) map[string]any {
	out := map[string]any{}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			out[name] = map[string]any{"S": v.Value}
		case *types.AttributeValueMemberN:
			out[name] = map[string]any{"N": v.Value}
		case *types.AttributeValueMemberBOOL:
			out[name] = map[string]any{"BOOL": v.Value}
		case *types.AttributeValueMemberM:
			out[name] = map[string]any{"M": wire(v.Value)}
		}
	}
	return out
}

// The whole of the production code compares a pool with its table: SDK, JSON, leaves, and
// both directions. The process holds the answering side, too.
func TestR86_ALargePoolIsComparedByTheProductionCode(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	size := form.Often(t, 10_000, 10_000, 10_000_000)
	mirror, err := users.CompileMirror(policy.Mirror{Attributes: []string{"name"}})
	if err != nil {
		t.Fatal(err)
	}
	crowd := sweeptest.NewCrowd(mirror, size, true)
	crowd.Heal()
	s := httptest.NewServer(made{t, crowd})
	t.Cleanup(s.Close)
	var held, before runtime.MemStats
	most, pages, began := uint64(0), 0, time.Now()
	runtime.ReadMemStats(&before)
	report, err := sweep.Run(t.Context(), poolAt(s.URL), live.NewTable(directorytest.Client(s.URL), directorytest.Table), &sweeptest.Book{}, sweep.Options{
		Pool: poolID, Mirror: mirror, ListRate: sweep.Unlimited, SaveEvery: time.Second,
		Advanced: func(sweep.Progress) {
			if pages++; pages%100 == 0 {
				all := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
				metrics.Read(all)
				most = max(most, all[0].Value.Uint64()-all[1].Value.Uint64())
			}
		},
	})
	runtime.ReadMemStats(&held)
	if total := crowd.Total(); err != nil || report.Listed != total || report.Rows != total || report.Total() != 0 || report.Written+report.Asked > 0 || most > 64<<20 {
		t.Errorf("%v, %d users, %d bytes held, %+v", err, total, most, report)
	}
	t.Logf("%d users, %d ListUsers, %d leaves: %.0f users/s, at most %d MB held and %d allocations a user, with the side that answers",
		report.Listed, report.Lists, report.Leaves, float64(report.Listed)/time.Since(began).Seconds(), most>>20, (held.Mallocs-before.Mallocs)/uint64(report.Listed))
}
