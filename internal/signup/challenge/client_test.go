package challenge_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// client is the folder of pow.mjs.
const client = "../../../infra/client/js"

// node runs Node in the client's folder. `make test` requires Node; without it the test
// is skipped and says why.
func node(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("skipped, the JavaScript client was not run: ", err)
	}
	command := exec.CommandContext(t.Context(), "node", args...)
	command.Dir = client
	command.Stdin = strings.NewReader(stdin)
	var out, errors bytes.Buffer
	command.Stdout, command.Stderr = &out, &errors
	if err := command.Run(); err != nil {
		t.Fatalf("node %v: %v\n%s%s", args, err, out.String(), errors.String())
	}
	return out.String()
}

func TestTheJavaScriptClientPassesItsOwnTests(t *testing.T) {
	t.Log(node(t, "", "--test", "pow.test.mjs"))
}

// worker searches a proof for each line of its standard input.
const worker = `
import { prove } from './pow.mjs';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const proofs = [];
for (const what of JSON.parse(text)) proofs.push(await prove(what));
console.log(JSON.stringify(proofs));
`

// asked is the client's input: the address as a user types it.
type asked struct {
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	Bits  int    `json:"bits"`
	Now   int64  `json:"now,omitempty"`
}

func TestWhatTheJavaScriptClientProvesIsTaken(t *testing.T) {
	all := []asked{
		{Email: "ada@example.com", Bits: 14},
		{Email: "Ada.LOVELACE+Work@Mail.Example.COM", Bits: 14},
		{Email: strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".example.com", Bits: 12},
		{Email: "\"quoted\"@Example.com", Bits: 12},
		{Email: "größe@bücher.example", Bits: 12},
		{Email: "ada@example.com", Phone: "+491701234567", Bits: 14},
		{Phone: "+491701234567", Bits: 14},
		{Bits: 8},
		{Email: "ada@example.com", Bits: 12, Now: 4_294_967_296_000},
	}
	for bits := 8; bits <= 16; bits++ {
		all = append(all, asked{Email: "bits@example.com", Bits: bits})
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var proofs []string
	if err := json.Unmarshal([]byte(node(t, string(text), "--input-type=module", "--eval", worker)), &proofs); err != nil || len(proofs) != len(all) {
		t.Fatalf("%d proofs of %d: %v", len(proofs), len(all), err)
	}
	for i, what := range all {
		at := time.Now()
		if what.Now != 0 {
			at = time.UnixMilli(what.Now)
		}
		who := challenge.Subject{Email: email.Lower(what.Email), Phone: what.Phone}
		if address, err := email.Parse(what.Email); err == nil && address.Normal() != who.Email {
			t.Errorf("%s: the client's normal form is another", what.Email)
		}
		d := challenge.Demand{Bits: what.Bits, MaxAge: 10 * time.Minute}
		if err := challenge.Verify(proofs[i], who, d, at); err != nil {
			t.Errorf("%+v: %s: %v", what, proofs[i], err)
		}
		who.Email += "x"
		d.Bits = 30
		if challenge.Verify(proofs[i], who, d, at) == nil {
			t.Errorf("%s proves anything", proofs[i])
		}
	}
}

// An application copies the file and needs nothing else.
func TestTheClientIsOneFile(t *testing.T) {
	src, err := os.ReadFile(client + "/pow.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if line := regexp.MustCompile(`(?m)^import .*|\bimport\(.*|^export .* from .*|\brequire\(.*`).Find(src); line != nil {
		t.Errorf("pow.mjs needs another file: %s", line)
	}
}
