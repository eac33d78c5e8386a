package main

import (
	"bytes"
	stdcontext "context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	random "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/secret"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// mark is in every password of the people who move.
const mark = "Kanari"

// resident is a person of the old app.
type resident struct{ email, password string }

// town is an old app whose people move to a pool that runs here.
type town struct {
	visitor
	client    string
	store     *dynamo.Store
	residents []resident
	app       *oldApp
	hashed    settings.Settings // the stage in which the table has the hashes
	out       *output
	data      string
	storm     atomic.Bool // events come several times
	kills     atomic.Int64
}

// output is what all functions print.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// freePort returns a port that a table can leave and take again.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// settle makes a pool in which nobody is yet, and an old app with so many people. At first
// the app is asked; its rows are loaded all the same.
func settle(t *testing.T, people int) *town {
	t.Helper()
	w := &town{out: &output{}, data: t.TempDir(), app: newOldApp(t)}
	w.visitor = visit(t, "moving", func(s *settings.Settings, opts *localcloud.Options) {
		w.hashed = *s
		s.Migration.Hashes = nil
		s.Migration.OldApp = settings.OldApp{URL: w.app.URL + "/cognito", Secret: settings.Secret{ARN: appSecretARN, Field: "now"}}
		opts.Secrets = map[string]string{appSecretARN: `{"now":"` + newSecret + " " + appSecret + `"}`}
		opts.Log, opts.Data, opts.OnInvocation = w.out, w.data, nil
		opts.Ports.DynamoDB = freePort(t)
		opts.Timeline = timeline.New(timeline.Limits{Lines: 1 << 20, Bytes: 1 << 30})
		opts.Deliver = func(functions userpool.Invoker) userpool.Invoker {
			return &repeated{functions: functions, on: &w.storm}
		}
	})
	web, ok := w.cloud.Client("WebClientId")
	if !ok {
		t.Fatal("no web client")
	}
	w.client, w.store = web.ID, dynamo.Over(w.table, w.cloud.Table())
	for i := range people {
		r := resident{fmt.Sprintf("Resident.%d@Example.com", i), secretOf(i)}
		w.residents = append(w.residents, r)
		if _, err := w.store.Load(t.Context(), w.cloud.Stack.Pool.ID, r.email, table.Legacy{
			Hash: stored(t, r.password), LoadedAt: time.Now(),
			Attributes: map[string]string{"email": strings.ToLower(r.email), "email_verified": "true", "name": fmt.Sprint("Resident ", i)},
		}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// secretOf returns a password that the pool's rules take.
func secretOf(i int) string { return fmt.Sprintf("%s-%d-%s-9z", mark, i, rand.Text()) }

// turns lets the function look into the table from now on, as the stage moving says it.
func (w *town) turns() {
	w.t.Helper()
	text, err := w.hashed.Shipped("usermigration", settings.Given{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range w.cloud.Stack.Functions {
		if _, moves := f.Env[secret.OldApp]; !moves {
			continue
		}
		if err := os.WriteFile(filepath.Join(f.Dir, policy.FileName), text, 0o644); err != nil {
			w.t.Fatal(err)
		}
		for _, env := range w.cloud.Functions.Environments(f.Name) {
			_ = env.Kill()
		}
	}
}

// stored returns a password as Django stores it, but for its number of rounds.
func stored(t *testing.T, password string) string {
	t.Helper()
	salt := rand.Text()
	sum, err := pbkdf2.Key(sha256.New, password, []byte(salt), 1000, 32)
	if err != nil {
		t.Fatal(err)
	}
	return "pbkdf2_sha256$1000$" + salt + "$" + base64.StdEncoding.EncodeToString(sum)
}

// repeated delivers an event once, or up to three times at once.
type repeated struct {
	functions userpool.Invoker
	on        *atomic.Bool
}

func (r *repeated) Invoke(ctx stdcontext.Context, function string, event []byte) ([]byte, error) {
	var extra sync.WaitGroup
	for range max(0, random.IntN(6)-3) {
		if !r.on.Load() {
			break
		}
		extra.Go(func() { _, _ = r.functions.Invoke(stdcontext.WithoutCancel(ctx), function, event) })
	}
	defer extra.Wait()
	return r.functions.Invoke(ctx, function, event)
}

// enters signs in.
func (w *town) enters(email, password string) error {
	_, err := w.pool.InitiateAuth(w.t.Context(), &idp.InitiateAuthInput{
		AuthFlow: cognito.AuthFlowTypeUserPasswordAuth, ClientId: &w.client, AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	return err
}

// moves signs a person in, now and then twice at once, until it works. Some mistype at first.
func (w *town) moves(r resident) {
	if random.IntN(5) == 0 && w.enters(r.email, mark+"-wrong-"+r.password) == nil {
		w.t.Errorf("%s has entered with a wrong password", r.email)
	}
	var last error
	for try := range 60 {
		entered := make(chan error, 2)
		twins := 1 + random.IntN(3)/2
		for range twins {
			go func() { entered <- w.enters(r.email, r.password) }()
		}
		in := false
		for range twins {
			if err := <-entered; err != nil {
				last = err
			} else {
				in = true
			}
		}
		if in {
			return
		}
		time.Sleep(time.Duration(min(try, 20)) * 50 * time.Millisecond) // the pool locks the name for a moment
		w.later(r)
	}
	w.t.Errorf("%s cannot enter: %v", r.email, last)
}

// later lets a quarter of an hour pass for a name.
func (w *town) later(r resident) {
	// It fails while the store is stopped, as a clock would not: the next try asks again.
	_, _ = w.table.DeleteItem(w.t.Context(), &dynamodb.DeleteItemInput{
		TableName: aws.String(w.cloud.Table()), Key: dynamo.ItemKey(table.TriesKey(w.cloud.Stack.Pool.ID, r.email)),
	}, func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })
}

// breaks kills functions at random instants and spoils one request to the table in twelve,
// until stop.
func (w *town) breaks() (stop func()) {
	w.storm.Store(true)
	w.cloud.Fault(func(faults.Request) faults.Fault {
		return []faults.Fault{faults.DropReply, faults.Cut, faults.Refuse(500, "InternalServerError"), nil}[min(3, random.IntN(36))]
	})
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-time.After(time.Duration(50+random.IntN(200)) * time.Millisecond):
			case <-done:
				return
			}
			victim := w.cloud.Stack.Functions[random.IntN(len(w.cloud.Stack.Functions))].Name
			for _, env := range w.cloud.Functions.Environments(victim) {
				if env.Kill() == nil {
					w.kills.Add(1)
				}
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
		w.cloud.Fault(nil)
		w.storm.Store(false)
	}
}

// outage stops the table for a second.
func (w *town) outage() {
	w.t.Helper()
	if err := w.cloud.StopStore(); err != nil {
		w.t.Fatal(err)
	}
	time.Sleep(time.Second)
	if err := w.cloud.StartStore(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// each calls f for every resident, six at a time.
func (w *town) each(f func(resident)) {
	queue := make(chan resident)
	var workers sync.WaitGroup
	for range 6 {
		workers.Go(func() {
			for r := range queue {
				f(r)
			}
		})
	}
	for _, r := range w.residents {
		queue <- r
	}
	close(queue)
	workers.Wait()
}

// rows reads the table.
func (w *town) rows() (waiting map[string]table.Legacy, users map[string][]string) {
	w.t.Helper()
	waiting, users = map[string]table.Legacy{}, map[string][]string{}
	pages := dynamodb.NewScanPaginator(w.table, &dynamodb.ScanInput{TableName: aws.String(w.cloud.Table()), ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, item := range page.Items {
			keys := table.Keys{PK: textOf(item["pk"]), SK: textOf(item["sk"])}
			switch {
			case keys.SK == table.LegacyRow:
				row, err := dynamo.ReadLegacy(item)
				if err != nil {
					w.t.Fatal(err)
				}
				waiting[keys.PK] = row
			case strings.HasPrefix(keys.PK, "USER#"):
				users[keys.PK] = append(users[keys.PK], keys.SK)
			}
		}
	}
	return waiting, users
}

// members returns the users of the pool by their addresses.
func (w *town) members() map[string][]cognito.UserType {
	w.t.Helper()
	members := map[string][]cognito.UserType{}
	pages := idp.NewListUsersPaginator(w.pool, &idp.ListUsersInput{UserPoolId: &w.cloud.Stack.Pool.ID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, user := range page.Users {
			email := table.FoldName(attribute(user, "email")) // the local pool keeps it as it was typed
			members[email] = append(members[email], user)
		}
	}
	return members
}

func attribute(user cognito.UserType, name string) string {
	for _, a := range user.Attributes {
		if *a.Name == name {
			return *a.Value
		}
	}
	return ""
}

func textOf(value types.AttributeValue) string {
	text, _ := value.(*types.AttributeValueMemberS)
	if text == nil {
		return ""
	}
	return text.Value
}

// midway looks while people move: whose row has ended is a user, and who is none still has
// a hash.
func (w *town) midway() {
	w.t.Helper()
	waiting, _ := w.rows()
	members := w.members()
	moved := 0
	for _, r := range w.residents {
		row := waiting[table.LegacyKey(w.cloud.Stack.Pool.ID, r.email).PK]
		if !row.MovedAt.IsZero() {
			moved++
		}
		if known := len(members[strings.ToLower(r.email)]) > 0; !known && (row.Hash == "" || !row.MovedAt.IsZero()) {
			w.t.Errorf("%s is lost: %+v", r.email, row)
		}
	}
	w.t.Logf("midway: %d users, %d rows have ended", len(members), moved)
}

// arrived compares pool and table with the people of the old app.
func (w *town) arrived() {
	w.t.Helper()
	waiting, users := w.rows()
	members := w.members()
	if n, asked := len(w.residents), len(w.app.people); len(members) != n+asked || len(waiting) != n || len(users) != n+asked {
		w.t.Errorf("%d people with rows and %d of the old app became %d users; %d users and %d waiting people have rows", n, asked, len(members), len(users), len(waiting))
	}
	for i, r := range w.residents {
		user := members[strings.ToLower(r.email)]
		if len(user) != 1 || user[0].UserStatus != cognito.UserStatusTypeConfirmed || attribute(user[0], "email_verified") != "true" || attribute(user[0], "name") != fmt.Sprint("Resident ", i) {
			w.t.Errorf("%s is %+v", r.email, user)
			continue
		}
		rows := users["USER#"+w.cloud.Stack.Pool.ID+"#"+attribute(user[0], "sub")]
		if slices.Sort(rows); !slices.Equal(rows, []string{table.ProfileRow, table.SignInRow}) {
			w.t.Errorf("%s has the rows %q", r.email, rows)
		}
		row := waiting[table.LegacyKey(w.cloud.Stack.Pool.ID, r.email).PK]
		if row.Hash != "" || row.Username != "" || len(row.Attributes) > 0 || row.MovedAt.IsZero() || row.MovedAt.Before(row.ProvedAt) || row.ProvedAt.Before(row.LoadedAt) {
			w.t.Errorf("of %s is left %+v", r.email, row)
		}
	}
}

// staysAway deletes a user: nothing is left of the person that could move again.
func (w *town) staysAway(r resident) {
	w.t.Helper()
	if _, err := w.pool.AdminDeleteUser(w.t.Context(), &idp.AdminDeleteUserInput{UserPoolId: &w.cloud.Stack.Pool.ID, Username: &r.email}); err != nil {
		w.t.Fatal(err)
	}
	refused := (*cognito.NotAuthorizedException)(nil)
	if err := w.enters(r.email, r.password); !errors.As(err, &refused) {
		w.t.Errorf("a deleted user enters: %v", err)
	}
}

// shapes are the mark as it stands in a text, in hex, and in base64 at each offset.
func shapes() [][]byte {
	all := [][]byte{[]byte(mark), []byte(hex.EncodeToString([]byte(mark)))}
	for before := range 3 {
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), mark...))
		all = append(all, []byte(coded[(before*8+5)/6:(before+len(mark))*8/6]))
	}
	return all
}

// silent looks for passwords in all that was written: what functions print, what the
// timeline keeps, the folder of the pool and the table, the folders of the functions.
func (w *town) silent() {
	w.t.Helper()
	written := map[string][]byte{"the functions' output": w.out.text.Bytes()}
	kept, lines := []any{}, w.cloud.Timeline()
	for _, e := range lines.Entries("", 0) {
		call, _ := lines.Call(e.ID)
		kept = append(kept, e, call)
	}
	for _, in := range lines.Since("", time.Time{}) {
		kept = append(kept, in)
	}
	var err error
	if written["the timeline"], err = json.Marshal(kept); err != nil {
		w.t.Fatal(err)
	}
	folders := []string{w.data}
	for _, f := range w.cloud.Stack.Functions {
		folders = append(folders, f.Dir)
	}
	files := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || entry.Name() == "bootstrap" {
				return err
			}
			files++
			written[path], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	bytes := 0
	for where, text := range written {
		bytes += len(text)
		w.without(where, text)
	}
	w.t.Logf("looked through %d bytes of output, timeline and %d files", bytes, files)
}

func (w *town) without(where string, text []byte) {
	w.t.Helper()
	if bytes.Contains(text, []byte(appSecret)) || bytes.Contains(text, []byte(newSecret)) {
		w.t.Errorf("%s holds the secret of the old app", where)
	}
	for _, shape := range shapes() {
		if i := bytes.Index(text, shape); i >= 0 {
			w.t.Errorf("%s holds a password: …%.80s", where, text[max(0, i-60):])
		}
	}
}

// One start of the cloud serves both ways in which people move: the old app is asked, and then
// the table has the hashes.
func TestR103_R105_EveryoneMovesOnceWhateverBreaks(t *testing.T) {
	w := settle(t, form.Often(t, 0, 30, 1000))
	w.asks()
	w.turns()
	w.chaos()
	w.midway()
	w.each(func(r resident) {
		if err := w.enters(r.email, r.password); err != nil {
			t.Errorf("%s: %v", r.email, err)
		}
	})
	w.calm()
	w.arrived()
	w.staysAway(w.residents[0])
	w.silent()
}

// chaos moves everybody while events come twice, functions are killed, requests to the table
// and their answers get lost, strangers try to enter, and the table is stopped.
func (w *town) chaos() {
	w.t.Helper()
	began, stop := time.Now(), w.breaks()
	var moved atomic.Int64
	var outage sync.Once
	w.each(func(r resident) {
		w.moves(r)
		if stranger := "stranger-" + r.email; random.IntN(10) == 0 && w.enters(stranger, r.password) == nil {
			w.t.Errorf("%s has entered", stranger)
		}
		if 2*int(moved.Add(1)) >= len(w.residents) {
			outage.Do(w.outage)
		}
	})
	stop()
	w.calm()
	w.t.Logf("%d people in %v, %d processes killed", len(w.residents), time.Since(began).Round(time.Second), w.kills.Load())
	if w.kills.Load() == 0 {
		w.t.Error("nothing was killed")
	}
}

// calm waits for what functions still report.
func (w *town) calm() {
	w.t.Helper()
	if err := w.cloud.Settle(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func TestAPasswordIsFoundInAnyShape(t *testing.T) {
	text := mark + "-1-X-9z"
	for before := range 4 {
		whole := strings.Repeat("x", before) + text
		for _, written := range []string{whole, hex.EncodeToString([]byte(whole)), base64.StdEncoding.EncodeToString([]byte(whole)), base64.RawURLEncoding.EncodeToString([]byte(whole))} {
			if !slices.ContainsFunc(shapes(), func(shape []byte) bool { return strings.Contains(written, string(shape)) }) {
				t.Errorf("%s is not found in %s", text, written)
			}
		}
	}
}
