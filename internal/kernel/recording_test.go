//go:build recording

package kernel

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestARecordingFunctionPrintsWhatComesAndGoes runs only with -tags recording.
func TestARecordingFunctionPrintsWhatComesAndGoes(t *testing.T) {
	var out bytes.Buffer
	r := recorder{&Chain{onFailure: Open, env: Environment{Log: NewLog(&bytes.Buffer{}), Now: time.Now}}, &out}
	doc := []byte(`{"version":"1", "triggerSource":"X","request":{"clientMetadata":{"verifyResponse":"{\"a\":1}"}},"response":{}}`)
	reply, err := r.Invoke(context.Background(), doc)
	if err != nil || !bytes.Contains(reply, []byte(`"response":{"a":1}`)) {
		t.Fatalf("%s, %v", reply, err)
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	for i, want := range []string{string(doc), string(reply)} {
		var line struct{ Document string }
		if err := json.Unmarshal(lines[i], &line); err != nil || line.Document != want {
			t.Errorf("%s, %v", lines[i], err)
		}
	}
}

// The line names the columns that an update returned, and none of their values.
func TestR49_ARecordingFunctionSaysWhichColumnsAFailedConditionReturned(t *testing.T) {
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Item":{"authzTenant":{"S":"acme"},"pk":{"S":"u"}}}`)
	}))
	defer table.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": table.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", TableVariable: "t",
	} {
		t.Setenv(name, value)
	}
	var out bytes.Buffer
	recorder{nil, &out}.learn(t.Context(), "u", "AUTHZ")
	if !bytes.Contains(out.Bytes(), []byte(`\"columns\":[\"authzTenant\",\"pk\"]`)) || bytes.Contains(out.Bytes(), []byte("acme")) {
		t.Errorf("got %s", out.Bytes())
	}
}

// The password of a migration is in the event, in the reply and, where a function would print
// it, nowhere.
func TestR102_ARecordingFunctionPrintsNoPassword(t *testing.T) {
	var out bytes.Buffer
	r := recorder{&Chain{onFailure: Open, env: Environment{Log: NewLog(&bytes.Buffer{}), Now: time.Now}}, &out}
	reply, err := r.Invoke(t.Context(), []byte(`{"version":"1","triggerSource":"UserMigration_Authentication","request":{"password":"pa55word"},"response":{}}`))
	if err != nil || !bytes.Contains(reply, []byte("pa55word")) || bytes.Contains(out.Bytes(), []byte("pa55")) || bytes.Count(out.Bytes(), []byte("(password)")) != 2 {
		t.Errorf("%s, %v: printed %s", reply, err, out.Bytes())
	}
}
