package weight

import (
	"flag"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/build"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

var update = flag.Bool("update", false, "record what was found in weights.txt and links.txt")

const howTo = "make it as it was, or record it in the same commit:\n\tgo test ./internal/dev/bench/weight -update"

// release returns go1.26 for go1.26.8: a patch release weighs the same within the
// margins, another release does not.
func release() string {
	parts := strings.SplitN(runtime.Version(), ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

func TestR78_TheFunctionsWeighWhatIsRecorded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skipf("the functions are Linux programs, and this is %s", runtime.GOOS)
	}
	form.Often(t, 0, 1, 1)
	text, err := os.ReadFile("weights.txt")
	if err != nil && !*update {
		t.Fatal(err)
	}
	recorded, err := Parse(string(text))
	switch {
	case *update:
	case err != nil:
		t.Fatalf("weights.txt: %v", err)
	case recorded.Toolchain != release():
		t.Skipf("weights.txt is of %s, and this is %s: what they link weighs differently. Record it anew with -update", recorded.Toolchain, release())
	}
	found := Table{Toolchain: release(), Weights: Weights{}}
	s := newScale(t)
	for _, f := range triggers.All() {
		found.Weights[f.Room] = s.weigh(f)
	}
	compareFigures(t, s.exact)
	if *update {
		write(t, "weights.txt", found.String())
		return
	}
	for _, complaint := range Compare(recorded.Weights, found.Weights) {
		t.Errorf("%s\n%s", complaint, howTo)
	}
}

// compareFigures holds what package cost computes with to what the programs do: the units
// of DynamoDB and the metrics to the last one, the line's bytes up to the digits of its
// times.
func compareFigures(t *testing.T, found map[string]cost.Figures) {
	t.Helper()
	_, recorded, err := cost.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	for room, got := range found {
		want := recorded.Functions[room]
		if *update {
			want.LineBytes, want.Metrics, want.Reads, want.Writes = got.LineBytes, got.Metrics, got.Reads, got.Writes
			recorded.Functions[room] = want
			continue
		}
		if got.Metrics != want.Metrics || got.Reads != want.Reads || got.Writes != want.Writes || max(got.LineBytes-want.LineBytes, want.LineBytes-got.LineBytes) > 8 {
			t.Errorf("%s: an event costs %+v, recorded is %+v\n%s", room, got, want, howTo)
		}
	}
	if *update {
		write(t, "../../../cost/measured.json", recorded.String())
	}
}

// A function can do what it links, and its cold start pays for that (design law: a
// trigger links only what it uses).
func TestTheFunctionsLinkWhatIsRecorded(t *testing.T) {
	root, err := build.Root()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string][]string{}
	for _, f := range triggers.Rooms() {
		if linked[f], err = build.Packages(t.Context(), root, "triggers/"+f, "{{if not .Standard}}{{.ImportPath}}{{end}}"); err != nil {
			t.Fatal(err)
		}
	}
	found := Links(linked)
	if *update {
		write(t, "links.txt", found)
		return
	}
	recorded, err := os.ReadFile("links.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(found) {
		if !strings.Contains(string(recorded), line) {
			t.Errorf("links.txt lacks %s%s", line, howTo)
		}
	}
	for line := range strings.Lines(string(recorded)) {
		if !strings.Contains(found, line) {
			t.Errorf("links.txt has %sand that is not so any more; %s", line, howTo)
		}
	}
}

func TestNoFunctionLinksWhatIsBanned(t *testing.T) {
	root, err := build.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range triggers.Rooms() {
		all, err := build.Packages(t.Context(), root, "triggers/"+f, "{{.ImportPath}}")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(all, "runtime") {
			t.Fatalf("%s: the packages are %v", f, all)
		}
		for _, path := range all {
			if reason := Banned(path); reason != "" {
				t.Errorf("%s links %s: %s", f, path, reason)
			}
		}
	}
}

// The sign-up function has no store: its answer cannot depend on whether an account
// exists.
func TestAFunctionWithoutTheTableLinksNoStore(t *testing.T) {
	root, err := build.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, trigger := range triggers.All() {
		all, err := build.Packages(t.Context(), root, "triggers/"+trigger.Room, "{{.ImportPath}}")
		if err != nil {
			t.Fatal(err)
		}
		stored := slices.ContainsFunc(all, func(path string) bool {
			return strings.Contains(path, "aws-sdk-go-v2") || strings.HasSuffix(path, "internal/dynamo") || strings.HasSuffix(path, "internal/users")
		})
		if stored != trigger.UsesTable() {
			t.Errorf("%s links a store: %v, and uses the table: %v", trigger.Room, stored, trigger.UsesTable())
		}
	}
}

func TestAHeavierFunctionIsNamed(t *testing.T) {
	light, heavy := Weights{}, Weights{}
	for _, f := range triggers.Rooms() {
		for _, q := range Quantities() {
			light[f] = append(light[f], 1000)
			heavy[f] = append(heavy[f], 1001+1000*q.Margin)
		}
	}
	if complaints := Compare(light, light); len(complaints) > 0 {
		t.Errorf("the same is not the same: %v", complaints)
	}
	complaints := Compare(light, heavy)
	if want := len(triggers.Rooms()) * len(Quantities()); len(complaints) != want {
		t.Errorf("%d complaints, want %d: %v", len(complaints), want, complaints)
	}
	if want := "presignup is heavier: file-bytes was 1000 and is 1011 (+1.1 %, allowed 1 %)"; complaints[0] != want {
		t.Errorf("got %q, want %q", complaints[0], want)
	}
	for _, path := range []string{"github.com/aws/aws-sdk-go-v2/config", "github.com/goccy/go-yaml/ast", "net/http/httptest", "testing"} {
		if Banned(path) == "" {
			t.Errorf("%s is not banned", path)
		}
	}
	if reason := Banned("net/http"); reason != "" {
		t.Errorf("net/http is banned: %s", reason)
	}
}

func TestATableIsReadAsItIsWritten(t *testing.T) {
	table := Table{Toolchain: "go1.26", Weights: Weights{}}
	for _, f := range triggers.Rooms() {
		table.Weights[f] = []float64{6.5e6, 900, 70000, 1.25, 61.5, 9000}
	}
	read, err := Parse(table.String())
	if err != nil || read.String() != table.String() {
		t.Errorf("got %v, %v", read, err)
	}
	for _, bad := range []string{"", "go1.26 a b", strings.Replace(table.String(), "6500000", "x", 1), table.String() + "presignup 1\n"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
