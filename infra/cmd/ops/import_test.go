package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/between"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// listOf writes a file to import, and returns its name.
func listOf(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// crowded writes the PROFILE of many users.
func (s suite) crowded(t *testing.T, n int) {
	t.Helper()
	for i := 0; i < n; i += 25 {
		var writes []types.WriteRequest
		for j := i; j < min(n, i+25); j++ {
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: table.User(pool, fmt.Sprintf("user-%d", j))}, "sk": &types.AttributeValueMemberS{Value: "PROFILE"},
			}}})
		}
		if _, err := s.client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{directorytest.Table: writes}}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestR88_AnImportShowsThenChangesAndNamesWhatIsLeft(t *testing.T) {
	s := newSuite(t)
	for _, sub := range []string{"ada", "bob", "cy"} {
		s.user(t, sub, sub+"@example.com", true)
	}
	gone := s.user(t, "gone", "", false)
	if err := s.store.Erase(t.Context(), gone, noon); err != nil {
		t.Fatal(err)
	}
	must(t, at("set-roles bob owner")...)
	must(t, at("set-roles cy editor")...)
	name := listOf(t, "sub,roles,claims\nada,editor;viewer,\"{\"\"plan\"\":\"\"gold\"\"}\"\nbob,editor,\ncy,editor,\ngone,editor,\nnobody,editor,\n")
	look := ops(t, at("import "+name+" --dry-run")...)
	for _, text := range []string{"ada: roles none -> editor, viewer; claims none -> {\"plan\":\"gold\"}\n", "1 written, 1 same, 1 changed, 1 unknown, 1 deleted.", "about $0.00", "Nothing is written"} {
		if !strings.Contains(look.out, text) {
			t.Errorf("%q is not in\n%s", text, look.out)
		}
	}
	if show := must(t, at("show ada")...); look.status != failed || !strings.Contains(show, "rev      0") {
		t.Errorf("status %d, then\n%s", look.status, show)
	}
	got := ops(t, at("import "+name)...)
	for _, text := range []string{name + ":3: bob: changed: AUTHZ grants something else (rev 1)", ":5: gone: deleted: ", ":6: nobody: unknown: ", "3 rows are left"} {
		if !strings.Contains(got.err, text) {
			t.Errorf("%q is not in\n%s", text, got.err)
		}
	}
	if got.status != failed || !strings.Contains(must(t, at("show ada")...), "editor, viewer") || !strings.Contains(must(t, at("show bob")...), "roles    owner") {
		t.Errorf("status %d\n%s", got.status, got.out)
	}
	if kept := ops(t, at("import "+name+" --only-new --json")...); kept.status != failed || !strings.Contains(kept.out, `"kept": 1`) || !strings.Contains(kept.out, `"passed": 2`) {
		t.Errorf("%+v", kept)
	}
	if over := ops(t, at("import "+name+" --replace --again --unseen")...); over.status != failed || !strings.Contains(over.out, "2 written, 2 same, 1 deleted.") {
		t.Errorf("%+v", over)
	}
	if bob, nobody := must(t, at("show bob")...), must(t, at("show nobody")...); !strings.Contains(bob, "roles    editor") || !strings.Contains(nobody, "roles    editor") {
		t.Errorf("%s%s", bob, nobody)
	}
}

// A rev is that of the row that the file's author has read.
func TestR88_AnImportObeysTheRevOfTheFileAndTheSuitesSuspension(t *testing.T) {
	s := newSuite(t)
	s.user(t, "ada", "ada@example.com", true)
	s.user(t, "bob", "bob@example.com", true)
	must(t, at("set-roles ada owner")...)
	stale := listOf(t, `{"email":"ADA@example.com","rev":0,"roles":["editor"]}`+"\n")
	if got := ops(t, at("import "+stale+" --replace")...); got.status != failed || !strings.Contains(got.err, "AUTHZ has rev 1, not 0") {
		t.Errorf("%+v", got)
	}
	fresh := listOf(t, `{"email":"ada@example.com","rev":1,"roles":["editor"],"status":"suspended"}`+"\n\n"+`{"email":"nobody@example.com","roles":[]}`)
	if got := ops(t, at("import "+fresh)...); got.status != failed || !strings.Contains(got.out, "1 written, 1 unknown") {
		t.Errorf("%+v", got)
	}
	if show := must(t, at("show ada")...); !strings.Contains(show, "suspended") || !strings.Contains(show, "rev      2") {
		t.Error(show)
	}
}

// A file with a fault makes no request: nothing listens there.
func TestR88_ABadFileChangesNothingAndSaysEveryFault(t *testing.T) {
	newSuite(t)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
	long := strings.Repeat("r", 257)
	for text, wants := range map[string][]string{
		"":                         {":1:1: the file is empty"},
		"sub,role\nada,x\n":        {`:1:5: there is no column "role": did you mean roles?`},
		"sub;roles\nada;x\n":       {`:1:1: there is no column "sub;roles"`},
		"sub,roles,roles\na,b,c\n": {":1:11: roles: the column is there twice"},
		"sub\nada\n":               {":1:1: the heading lacks a column"},
		"sub,roles,status,tenants,tenant\nada,x;x,on,,\n,\xff,active,,\nada\neve,y,suspended,a,b\n\"ada\",y,,,\nbob,\"" + long + "\",,,\nbob,y,,,\n": {
			`:2:9: status: it is neither active nor suspended`, `:2:5: roles: the role "x" is listed twice`, ":3:2: roles: it is not UTF-8", ":4:1: it has 1 cells, and the heading 5",
			`:5:17: tenants: the default tenant "b" is none of the tenants`, ":7:5: roles: the role \"rrrr",
		},
		"sub,email,tenant,tenantRoles,rev\na,,x,{},\n,b,y,\"[]\",1.5\n,,,,\na,a@b,,,\n": {
			":2:4: tenant: the row does not say the tenants", ":2:6: tenantRoles: the row does not say", ":3:6: tenantRoles: it is not an object", ":3:11: rev: it is not a whole number", ":4:1: it names no user", ":5:3: email: the row has a sub, too",
		},
		"{\"sub\":\"a\",\"roles\":[]}\n{\"sub\":\"b\",\"roles\":null}\n{\"sub\":\"c\",\"sub\":\"d\"}\n{\"sub\":\"a\",\"roles\":[\"x\"]} {}\n{\"sub\":\"a\",\"roles\":[\"x\"]}\n{\"email\":\"a@b\",\"roles\":[]}\n{\"sub\":\"e\"}\n{\"sub\":\"f\",\"roles\":[],\"claims\":{\"iss\":1,\"x\":1,\"x\":2}}\n[]\n{": {
			":2:12: roles: it is not a list", `:3:1: "sub" is there twice`, ":4:1: something stands behind the object", ":5:2: sub: line 1 names this user, too", ":6:1: it names its user by another column",
			":7:1: it says nothing of AUTHZ", `:8:23: claims: "x" is there twice`, ":9:1: it is no object", ":10:1: it is no JSON",
		},
		"sub,roles\n ada,x\n\"a\nusers:1: b: written\",x\n":         {":2:1: sub: no user can have it", ":3:1: sub: no user can have it"},
		"email,roles\n\"a\na@b\",x\n":                               {":2:1: email: it is no address"},
		"{\"sub\":\"a\",\"roles\":[],\"claims\":{\"iss\":1}}\n":     {":1:23: claims: the claim \"iss\""},
		"sub,roles\na,\"b\"c\nd,\"" + strings.Repeat("x\n", 50_000): {`:2:5: extraneous or missing " in quoted-field`, "line 3: a row is longer than 65536 bytes"},
	} {
		got := ops(t, at("import "+listOf(t, text))...)
		for _, want := range wants {
			if !strings.Contains(got.err, want) {
				t.Errorf("%q is not in\n%.3000s", want, got.err)
			}
		}
		if got.status != failed || got.out != "" || strings.Contains(got.err, "127.0.0.1") {
			t.Errorf("%.80q: status %d\n%.2000s%.2000s", text, got.status, got.out, got.err)
		}
	}
	good := listOf(t, "sub,roles\na,b\n")
	for call, want := range map[string]string{
		"import --unseen": "name an action", "import a b": "name one FILE", "import " + good + " --only-new --replace": "pass one of them", "import " + good + " --rate 0": "above 0",
		"import " + good + " --as=": "--as WHO", "import " + good + " --all": "its own flags", "import " + good + " --parallel 0": "1 to 256", "show a --dry-run": "are for import",
	} {
		refused(t, misuse, []string{want}, at(call)...)
	}
	refused(t, failed, []string{"no such file"}, at("import "+good+"x")...)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for _, name := range []string{pipe, filepath.Dir(good)} {
		refused(t, failed, []string{"it is read twice"}, at("import "+name)...)
	}
}

// A journal is of one file, one table and one pool.
func TestR88_AJournalIsOfOneFile(t *testing.T) {
	newSuite(t).user(t, "ada", "ada@example.com", true)
	name := listOf(t, "sub,roles\nada,b\n")
	if got := ops(t, at("import "+name)...); got.status != done {
		t.Fatalf("%+v", got)
	}
	if err := os.WriteFile(name, []byte("sub,roles\nada,c\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := ops(t, at("import "+name+" --replace")...); got.status != failed || !strings.Contains(got.err, "the file as it was before somebody changed it") {
		t.Errorf("%+v", got)
	}
	if got := ops(t, at("import "+name+" --replace --again")...); got.status != done || !strings.Contains(got.out, "1 written") {
		t.Errorf("%+v", got)
	}
	if err := os.WriteFile(name+"."+pool+".journal", []byte("a letter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := ops(t, at("import "+name)...); got.status != failed || !strings.Contains(got.err, "it is not the journal of an import") {
		t.Errorf("%+v", got)
	}
}

// watching passes requests on to a table, and counts the changes that it made of each item. Every
// so many requests are refused.
type watching struct {
	between.Killer
	mu                 sync.Mutex
	changes            map[string]int
	requests, throttle int
}

func (w *watching) start(t *testing.T, to string) string {
	return between.Proxy(t, to, func(out http.ResponseWriter, r *http.Request, body []byte, pass http.Handler) {
		reply := w.Pass(t, r, w.throttled(pass))
		if reply == nil {
			return
		}
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") && reply.Code == http.StatusOK {
			var of struct{ Key map[string]map[string]string }
			_ = json.Unmarshal(body, &of)
			w.mu.Lock()
			w.changes[of.Key["pk"]["S"]]++
			w.mu.Unlock()
		}
		maps.Copy(out.Header(), reply.Header())
		out.WriteHeader(reply.Code)
		_, _ = out.Write(reply.Body.Bytes())
	})
}

func (w *watching) throttled(pass http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.requests++
		refuse := w.requests%w.throttle == 0
		w.mu.Unlock()
		if !refuse {
			pass.ServeHTTP(out, r)
			return
		}
		const reply = `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}`
		out.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(reply))))
		out.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(out, reply)
	})
}

// rolesOf writes a file about crowded's users, and returns its name.
func rolesOf(t *testing.T, n int) string {
	var text strings.Builder
	text.WriteString("sub,roles\n")
	for i := range n {
		fmt.Fprintf(&text, "user-%d,editor;viewer\n", i)
	}
	return listOf(t, text.String())
}

// How many rows a second the command writes stands in its last line.
func TestR88_TheRateOfAnImportIsPrinted(t *testing.T) {
	n := form.Often(t, 0, 0, 20_000)
	newSuite(t).crowded(t, n)
	out, err := exec.Command(built(t), at("import "+rolesOf(t, n)+" --as grace --rate 100000")...).CombinedOutput()
	if t.Logf("%s", out); err != nil || !bytes.Contains(out, []byte(" rows/s.")) {
		t.Error(err)
	}
}

// The command is killed again and again, and throttled; in the end each row was changed
// exactly once.
func TestR88_AnImportThatIsKilledChangesEachRowOnce(t *testing.T) {
	s := newSuite(t)
	kills := form.Often(t, 2, 3, 100)
	n := 60 * (kills + 1)
	s.crowded(t, n)
	name, program := rolesOf(t, n), built(t)
	w := &watching{changes: map[string]int{}, throttle: 331}
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", w.start(t, s.url))
	killed := 0
	for {
		cmd := exec.Command(program, at("import "+name+" --as grace --rate 2000 --parallel 4")...)
		cmd.Env = os.Environ()
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		next := 0
		if killed < kills {
			next = 1 + rand.IntN(100)
		}
		w.Aim(next, func() { _ = cmd.Process.Kill() })
		if err := cmd.Wait(); err == nil {
			t.Logf("killed %d times, %d requests for %d rows\n%s", killed, w.requests, n, out.String())
			break
		}
		if killed++; killed > kills {
			t.Fatal(out.String())
		}
	}
	again := slices.Max(slices.Collect(maps.Values(w.changes)))
	if len(w.changes) != n || again != 1 || killed != kills {
		t.Errorf("%d rows of %d were changed, one of them %d times; killed %d times", len(w.changes), n, again, killed)
	}
}

// A million rows are validated in memory that does not grow with what the rows say.
func TestR88_AMillionLinesAreValidatedInBoundedMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("what a process takes is read from /proc")
	}
	n := form.Often(t, 0, 10_000, 1_000_000)
	name := filepath.Join(t.TempDir(), "users")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	b := bufio.NewWriter(out)
	_, _ = b.WriteString("sub,roles,tenants,tenantRoles\n")
	for i := range n {
		fmt.Fprintf(b, "%08x-0000-4000-8000-000000000000,editor;viewer,acme;globex,\"{\"\"acme\"\":[\"\"owner\"\"]}\"\n", i)
	}
	_, _ = b.WriteString("last,editor,,\nlast,viewer,,\n")
	if err := b.Flush(); err != nil || out.Close() != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(built(t), at("import "+name+" --as grace")...)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watched, ended := make(chan []sample, 1), make(chan struct{})
	go func() { watched <- watch(cmd.Process.Pid, ended) }()
	err = cmd.Wait()
	close(ended)
	if err == nil || !strings.Contains(text.String(), fmt.Sprintf(":%d:1: sub: line %d names this user, too", n+3, n+2)) {
		t.Fatalf("%v\n%.2000s", err, text.String())
	}
	peak := most(<-watched).all
	info, _ := os.Stat(name)
	t.Logf("%d rows, %d MB: %.1f s, %d MB of memory", n, info.Size()>>20, time.Since(begun).Seconds(), peak>>10)
	if peak > mostMemory {
		t.Errorf("it took %d KB", peak)
	}
}
