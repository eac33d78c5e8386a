//go:build recording

package kernel

import (
	"bytes"
	"context"
	"encoding/json"
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
