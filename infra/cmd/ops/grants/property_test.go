package grants_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/ops/grants"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const pool = "eu-west-1_AbCdEf123"

// said is a row of a drawn file: what it says, by column.
type said map[string]any

var (
	word   = rapid.OneOf(rapid.StringMatching(`[a-z]{1,8}`), rapid.SampledFrom([]string{"a;b", "x, y", `say "hi"`, "[a]", "ÄÖ", "two words", "{}"}))
	words  = rapid.SliceOfNDistinct(word, 0, 4, rapid.ID[string])
	values = rapid.SampledFrom([]any{"gold", true, json.Number("25"), json.Number("1.5"), []any{"a", "b"}, map[string]any{"depth": "one"}})
)

func drawRow(t *rapid.T, columns []string) said {
	s := said{}
	tenants := words.Draw(t, "tenants")
	for _, c := range columns {
		switch c {
		case "roles":
			s[c] = words.Draw(t, c)
		case "tenants":
			s[c] = tenants
		case "tenant":
			s[c] = rapid.SampledFrom(append([]string{""}, tenants...)).Draw(t, c)
		case "tenantRoles":
			of := map[string][]string{}
			for _, tenant := range tenants {
				if roles := words.Draw(t, c); len(roles) > 0 {
					of[tenant] = roles
				}
			}
			s[c] = of
		case "status":
			s[c] = rapid.SampledFrom([]string{"active", "suspended"}).Draw(t, c)
		case "claims":
			s[c] = rapid.MapOfN(rapid.SampledFrom([]string{"plan", "seats", "region"}), values, 0, 3).Draw(t, c)
		}
	}
	return s
}

// drawColumns draws the columns that are said; what is of tenants needs them.
func drawColumns(t *rapid.T) []string {
	all := []string{"roles", "tenants", "tenant", "tenantRoles", "status", "claims"}
	some := slices.DeleteFunc(all, func(string) bool { return rapid.Bool().Draw(t, "left out") })
	if (slices.Contains(some, "tenant") || slices.Contains(some, "tenantRoles")) && !slices.Contains(some, "tenants") {
		some = append(some, "tenants")
	}
	if len(some) == 0 {
		some = []string{"roles"}
	}
	return some
}

// csvOf writes rows whose columns are the same.
func csvOf(t *rapid.T, by string, names, columns []string, rows []said) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = rapid.Bool().Draw(t, "crlf")
	_ = w.Write(append([]string{by}, columns...))
	for i, row := range rows {
		cells := []string{names[i]}
		for _, c := range columns {
			encoded, _ := json.Marshal(row[c])
			cell := string(encoded)
			switch v := row[c].(type) {
			case string:
				cell = v
			case []string:
				plain := !slices.ContainsFunc(v, func(w string) bool { return strings.ContainsAny(w, ";[") })
				if plain && rapid.Bool().Draw(t, "plain") {
					cell = strings.Join(v, ";")
				}
			}
			cells = append(cells, cell)
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return out.Bytes()
}

func ndjsonOf(by string, names []string, rows []said) []byte {
	var out bytes.Buffer
	for i, row := range rows {
		object := maps.Clone(row)
		object[by] = names[i]
		encoded, _ := json.Marshal(object)
		out.Write(append(encoded, '\n'))
	}
	return out.Bytes()
}

// wanted returns AUTHZ as it is to be, by the help text of import and not by its code.
func wanted(before directory.Row, s said) directory.Row {
	row := directory.Row{Roles: before.Roles, Tenants: before.Tenants, Tenant: before.Tenant, TenantRoles: before.TenantRoles, Status: before.Status, Extra: before.Extra}
	if v, is := s["roles"]; is {
		row.Roles = v.([]string)
	}
	if v, is := s["tenants"]; is {
		row.Tenants, row.Tenant = v.([]string), ""
		if len(row.Tenants) > 0 {
			row.Tenant = row.Tenants[0]
		}
		left := map[string][]string{}
		for tenant, roles := range row.TenantRoles {
			if slices.Contains(row.Tenants, tenant) {
				left[tenant] = roles
			}
		}
		row.TenantRoles = left
	}
	if v, is := s["tenant"]; is {
		row.Tenant = v.(string)
	}
	if v, is := s["tenantRoles"]; is {
		row.TenantRoles = v.(map[string][]string)
	}
	if v, is := s["status"]; is {
		row.Status = directory.Status(v.(string))
	}
	if v, is := s["claims"]; is {
		row.Extra = v.(map[string]any)
	}
	return row
}

// mortal is a client whose process dies: from one request on, all fail. The last one may
// have reached the table.
type mortal struct {
	mu        sync.Mutex
	left      int // requests until it dies; below 0 is never
	delivered bool
	changes   map[string]int // by item, those that the table made
}

func (m *mortal) Do(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	m.mu.Lock()
	dead, last := m.left == 0, m.left == 1
	if m.left > 0 {
		m.left--
	}
	m.mu.Unlock()
	if dead || last && !m.delivered {
		return nil, errors.New("the process is dead")
	}
	reply, err := http.DefaultClient.Do(r)
	if err == nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") && reply.StatusCode == http.StatusOK {
		var of struct{ Key map[string]map[string]string }
		_ = json.Unmarshal(body, &of)
		m.mu.Lock()
		m.changes[of.Key["pk"]["S"]]++
		m.mu.Unlock()
	}
	if last {
		return nil, errors.New("the process is dead")
	}
	return reply, err
}

func directoryOf(url string, m dynamodb.HTTPClient) *directory.Directory {
	return directory.New(dynamodb.New(dynamodb.Options{
		Region: directorytest.Region, BaseEndpoint: &url, HTTPClient: m, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}), directorytest.Table, pool)
}

// tester is testing's T or rapid's.
type tester interface {
	rapid.TB
	Context() context.Context
}

// world is a table with users.
type world struct {
	url   string
	store *dynamo.Store
	d     *directory.Directory
}

func newWorld(t *testing.T) world {
	url := directorytest.Start(t, "../../..")
	return world{url, directorytest.Store(t, url), directory.New(directorytest.Client(url), directorytest.Table, pool)}
}

func (w world) user(t tester, sub string) {
	_, err := w.store.Upsert(t.Context(), users.Snapshot{
		Key: users.Key{PoolID: pool, Sub: sub}, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Source: "test",
		Profile: users.Profile{Username: sub, Email: sub + "@example.com", EmailVerified: true},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// call imports once.
func (w world) call(t tester, name string, rules grants.Rules, client dynamodb.HTTPClient) (grants.Progress, error) {
	file, err := grants.Validate(name, func(f grants.Fault) { t.Errorf("%s", f) })
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	journal, err := grants.OpenJournal(name+".journal", grants.Head{File: file.SHA256, Table: directorytest.Table, Pool: pool}, false)
	if err != nil {
		t.Fatal(err)
	}
	d := directoryOf(w.url, client)
	i := grants.Import{
		Rules: rules, Directory: d, Journal: journal, Workers: 4, Rate: 1e6,
		Find:     func(ctx context.Context, address string) (string, error) { return support.Find(ctx, d, address) },
		Sleep:    func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Advanced: func(grants.Progress) {}, Decided: func(grants.Row, grants.Outcome, directory.Authz, directory.Authz, string) {},
	}
	at, err := i.Run(t.Context(), file)
	return at, errors.Join(err, journal.Close())
}

// drawn is a file and what its users are to have.
type drawn struct {
	name string
	subs []string
	rows []said
	want map[string]directory.Row
	revs map[string]int64 // before
}

// drawFile draws a file in one of both formats.
func drawFile(t *rapid.T, dir string, nth int) drawn {
	n := rapid.IntRange(1, 70).Draw(t, "rows")
	by := rapid.SampledFrom([]string{"sub", "email"}).Draw(t, "by")
	asCSV, columns := rapid.Bool().Draw(t, "csv"), drawColumns(t)
	d, names := drawn{name: filepath.Join(dir, "users"), want: map[string]directory.Row{}, revs: map[string]int64{}}, []string{}
	for i := range n {
		if !asCSV {
			columns = drawColumns(t)
		}
		d.subs, d.rows = append(d.subs, fmt.Sprintf("u%d-%d", nth, i)), append(d.rows, drawRow(t, columns))
		if names = append(names, d.subs[i]); by == "email" {
			names[i] = strings.ToUpper(d.subs[i]) + "@Example.com"
		}
	}
	text := ndjsonOf(by, names, d.rows)
	if asCSV {
		text = csvOf(t, by, names, columns, d.rows)
	}
	if err := os.WriteFile(d.name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// granted makes the users, some of whom may do something already.
func (w world) granted(t *rapid.T, d drawn) {
	for i, sub := range d.subs {
		w.user(t, sub)
		seen, err := w.d.Authz(t.Context(), sub)
		if err == nil && rapid.IntRange(0, 3).Draw(t, "granted before") == 0 {
			seen, err = w.d.Change(t.Context(), seen, "before", directory.SetRoles("old"), directory.SetTenants("t", "t", "u"), directory.SetTenantRoles("t", "x"), directory.SetClaim("old", "yes"))
		}
		if err != nil {
			t.Fatal(err)
		}
		d.want[sub], d.revs[sub] = wanted(seen.Authz, d.rows[i]), seen.Rev
	}
}

// dying imports until a process lives to the end.
func (w world) dying(t *rapid.T, d drawn, changes map[string]int) {
	for lives := 0; ; lives++ {
		m := &mortal{left: rapid.IntRange(1, len(d.rows)+4).Draw(t, "dies"), delivered: rapid.Bool().Draw(t, "delivered"), changes: changes}
		if lives > 6 {
			m.left = -1
		}
		_, err := w.call(t, d.name, grants.Rules{By: "import", Replace: true}, m)
		if err == nil {
			return
		}
		if m.left != 0 {
			t.Fatal(err)
		}
		tear(t, d.name+".journal", rapid.IntRange(0, 3).Draw(t, "torn"))
	}
}

// The imported AUTHZ is what the file says, whatever it is, whatever was there and however
// often the process dies, and the table changes each row once at most.
func TestR88_TheImportedAuthzIsWhatTheFileSays(t *testing.T) {
	w, nth := newWorld(t), 0
	form.Check(t, 3, 12, 300, func(t *rapid.T) {
		nth++
		dir, err := os.MkdirTemp("", "import")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		d, changes := drawFile(t, dir, nth), map[string]int{}
		w.granted(t, d)
		w.dying(t, d, changes)
		for sub, row := range d.want {
			got, err := w.d.Authz(t.Context(), sub)
			if err != nil || !directory.Same(got, directory.Authz{Authz: row}) {
				t.Errorf("%s is %+v, want %+v (%v)", sub, got, row, err)
			}
			if made := got.Rev - d.revs[sub]; made > 1 || int64(changes["USER#"+pool+"#"+sub]) > made { // a reply may be lost
				t.Errorf("%s was changed %d times: rev %d, before %d", sub, changes["USER#"+pool+"#"+sub], got.Rev, d.revs[sub])
			}
		}
		if at, err := w.call(t, d.name, grants.Rules{By: "import"}, &mortal{left: 1, changes: changes}); err != nil || at.Passed != len(d.rows) {
			t.Errorf("a further call makes a request: %+v, %v", at, err)
		}
	})
}

// tear cuts bytes of the journal's last line off.
func tear(t *rapid.T, name string, most int) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	last := text[bytes.LastIndexByte(text[:len(text)-1], '\n')+1:]
	if !bytes.HasPrefix(last, []byte("{")) {
		err = os.Truncate(name, int64(len(text)-min(most, len(last))))
	}
	if err != nil {
		t.Fatal(err)
	}
}
