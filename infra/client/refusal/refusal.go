// Package refusal is for applications: it finds the sentence for the user in Cognito's
// error for a refused sign-up or sign-in.
//
//	_, err := client.SignUp(ctx, …)
//	if refused, ok := refusal.English().Decode(fmt.Sprint(err)); ok {
//		// {Trigger: "PreSignUp", Sentence: "Please give an e-mail address", Code: "email-missing"}
//	}
//
// Cognito wraps the sentence: "PreSignUp failed with error <sentence>." in the API, the
// same as error_description in the redirect of managed login. SDKs add words of their
// own.
//
// A Table finds the code by the sentence: the program's English, or the table that
// `go run ./infra/cmd/ops explain --json --stage NAME` writes, which has the stage's own
// sentences in every locale. If the stage says showCode: true, the sentence ends in its
// code, "[email-missing]", and needs no table.
//
// infra/client/js/refusal.mjs is the same in JavaScript. The package imports nothing of
// the suite. Everything in it is safe for concurrent use.
package refusal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Refusal is one decision against the caller.
type Refusal struct {
	// Trigger is Cognito's name of the trigger that refused: PreSignUp,
	// PreTokenGeneration …
	Trigger string
	// Sentence is for the user, without the code and the dot that Cognito adds.
	Sentence string
	// Code is stable: program against it. It is "" if neither the table nor the
	// sentence has it, or if two codes share the sentence.
	Code string
}

// Table has the sentences of a stage: by code, then by locale. Do not change a table in
// use.
type Table map[string]map[string]string

// ReadTable reads what `ops explain --json` writes.
func ReadTable(text []byte) (Table, error) {
	var t Table
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("reading the table of sentences: %w", err)
	}
	return t, nil
}

// wrapper finds a trigger's name at the beginning of Cognito's sentence.
var wrapper = regexp.MustCompile(`\b(PreSignUp|PostConfirmation|PreAuthentication|PostAuthentication|PreTokenGeneration|UserMigration|CustomMessage|` +
	`DefineAuthChallenge|CreateAuthChallenge|VerifyAuthChallengeResponse|CustomSMSSender|CustomEmailSender|InboundFederation) failed with error `)

// behind finds what SDKs add after the sentence: Java's service and request, the end of
// a JSON text, another line.
var behind = regexp.MustCompile(` ?\(Service: |" ?[,}]|[\r\n]`)

// longest is longer than any sentence with its code, so that a long URL costs no time.
const longest = 1000

var suffix = regexp.MustCompile(` \[([a-z][a-z0-9-]{0,39})\]$`)

// Decode reads the message of an SDK's error. It returns false for anything but a
// trigger's refusal: another error, or a function that did not run. A nil Table knows
// no sentence.
func (t Table) Decode(message string) (Refusal, bool) {
	found := wrapper.FindStringSubmatchIndex(message)
	if found == nil {
		return Refusal{}, false
	}
	rest := message[found[1]:min(len(message), found[1]+longest)]
	if end := behind.FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	refused := Refusal{
		Trigger:  message[found[2]:found[3]],
		Sentence: strings.TrimSuffix(strings.TrimSpace(rest), "."),
	}
	if code := suffix.FindStringSubmatch(refused.Sentence); code != nil {
		refused.Sentence = strings.TrimSuffix(refused.Sentence, code[0])
		refused.Code = code[1]
	} else if codes := t.codes(refused.Sentence); len(codes) == 1 {
		refused.Code = codes[0]
	}
	return refused, true
}

// DecodeURL reads the address of the page that managed login redirects to: a URL, or
// its query or fragment. It returns false if the address carries no refusal.
//
// Any attacker can write a URL. So DecodeURL returns "" for a sentence or a code that
// the table does not have, and your page never shows foreign words.
func (t Table) DecodeURL(address string) (Refusal, bool) {
	rest, fragment, _ := strings.Cut(address, "#")
	_, query, found := strings.Cut(rest, "?")
	if !found {
		query = rest
	}
	for _, part := range []string{query, fragment} {
		// ParseQuery leaves out what it cannot read and returns the rest.
		values, _ := url.ParseQuery(part)
		if refused, ok := t.Decode(values.Get("error_description")); ok {
			return t.known(refused), true
		}
	}
	return Refusal{}, false
}

// known removes from a refusal what the table does not have.
func (t Table) known(r Refusal) Refusal {
	codes := t.codes(r.Sentence)
	if len(codes) == 0 || r.Code != "" && !t.says(r.Code, r.Sentence) {
		r.Sentence = ""
	}
	if _, ok := t[r.Code]; !ok {
		r.Code = ""
	}
	return r
}

// codes returns the codes that a sentence may stand for.
func (t Table) codes(sentence string) []string {
	var codes []string
	for code := range t {
		if t.says(code, sentence) {
			codes = append(codes, code)
		}
	}
	return codes
}

// says reports whether a code has this sentence in some locale.
func (t Table) says(code, sentence string) bool {
	for _, own := range t[code] {
		if own == sentence {
			return true
		}
	}
	return false
}
