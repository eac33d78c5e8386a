package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

var update = flag.Bool("update", false, "write the list of differences to other emulators anew (needs all of them and -full)")

// list is what a reader sees; its cells about the others are what they did when it was written.
const list = "../../../internal/localcloud/userpool/differences.md"

// difference is something that a client of Cognito may rely on and that another emulator does
// otherwise.
type difference struct {
	// rule says what is done, and in brackets where AWS says what follows. want is that.
	rule, want string
	// try does it and returns what the client sees.
	try func(*emulator) string
}

func differences() []difference {
	return slices.Concat(aboutProofs(), aboutSecondFactors(), aboutSessions(), aboutTokens(), aboutSettings(), aboutDoors())
}

// Each row is tried on this project's pool in every form, in the long form on the others,
// too: a row that has become untrue, and one that is no difference any more, fails.
func TestR52_OtherEmulatorsDifferAsTheListSays(t *testing.T) {
	t.Parallel()
	full := form.Often(t, 1, 1, 2) == 2
	all, ours := differences(), here(t)
	for _, d := range all {
		if got := d.on(t, ours); got != d.want {
			t.Errorf("%s: a client sees %s, want %s", d.rule, got, d.want)
		}
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	cells := listed(string(text))
	for column, other := range others() {
		if full {
			t.Run(other.name, func(t *testing.T) { other.compare(t, all, cells, column) })
		}
	}
	if now := written(t, all, cells); now != string(text) {
		if !*update {
			t.Fatalf("%s is not what this test writes: run it with -full -update and read the difference", list)
		}
		if err := os.WriteFile(list, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// compare tries the differences on another emulator and puts what a client sees into its
// column.
func (o otherEmulator) compare(t *testing.T, all []difference, cells map[string][]string, column int) {
	if why := o.lacks(); why != "" {
		t.Skip(why)
	}
	at := o.serve(t)
	for _, d := range all {
		row := append(cells[d.rule], make([]string, len(others()))...)
		got := d.on(t, at)
		if got != row[column] && !*update {
			t.Errorf("%s: a client of %s sees %q, the list says %q", d.rule, o.name, got, row[column])
		}
		row[column] = got
		cells[d.rule] = row[:len(others())]
	}
}

// on tries the difference on an emulator. One that breaks off in the middle is a row, too.
func (d difference) on(t *testing.T, endpoint string) (got string) {
	t.Helper()
	cfg := cast.Config(endpoint)
	cfg.RetryMaxAttempts = 1
	e := &emulator{ctx: t.Context(), endpoint: endpoint, api: idp.NewFromConfig(cfg)}
	defer func() {
		switch stopped := recover().(type) {
		case nil:
		case stop:
			got = string(stopped)
		default:
			panic(stopped)
		}
	}()
	return d.try(e)
}

// listed are the cells about the others by rule.
func listed(text string) map[string][]string {
	cells := map[string][]string{}
	for line := range strings.Lines(text) {
		if row := strings.Split(strings.Trim(line, "| \n"), " | "); len(row) == 2+len(others()) {
			cells[row[0]] = row[2:]
		}
	}
	return cells
}

// written is the list. A row in which nobody differs is none.
func written(t *testing.T, all []difference, cells map[string][]string) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprint(&out, `# What other emulators of Cognito do otherwise

The test `+"`TestR52_OtherEmulatorsDifferAsTheListSays`"+` of `+"`infra/cmd/local`"+` writes this list. It tries each row on this pool, and
in `+"`make test-full`"+` on the others: what a client of the AWS SDK sees. This pool does what AWS says. What functions see of
cognito-local is in `+"`deviations`"+` of `+"`infra/cmd/local/peer_test.go`"+`.

`)
	head := []string{"What is done", "AWS, and here"}
	for _, other := range others() {
		head = append(head, other.name+" "+versionOf(t, other.name))
	}
	fmt.Fprintf(&out, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat(" --- |", len(head)))
	for _, d := range all {
		row := cells[d.rule]
		if len(row) != len(others()) || !slices.ContainsFunc(row, func(cell string) bool { return cell != d.want }) {
			t.Errorf("%s: no other emulator differs: %q", d.rule, row)
		}
		fmt.Fprintf(&out, "| %s | %s |\n", d.rule, strings.Join(append([]string{d.want}, row...), " | "))
	}
	return out.String()
}

// versionOf is the version that the project pins.
func versionOf(t *testing.T, name string) string {
	t.Helper()
	for file, pin := range map[string]string{
		peerFolder + "/package.json":      `"cognito-local": "([0-9.]+)"`,
		"../../test/e2e/requirements.in":  `MiniStack==([0-9.]+)`,
		"testdata/python/requirements.in": `moto\[?\S*==([0-9.]+)`,
	} {
		if !strings.Contains(strings.ToLower(pin), strings.ToLower(name)) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile("(?i)" + pin).FindStringSubmatch(string(text)); found != nil {
			return found[1]
		}
	}
	t.Fatalf("no file pins %s", name)
	return ""
}
