package faults_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// A watcher hears of each call before the store does, and of its end with what the caller
// got, also where a fault ended the connection. A health check is no call.
func TestR60_AWatcherHearsOfACallAndThenOfItsEnd(t *testing.T) {
	var heard []string
	layer := faults.NewLayer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard = append(heard, "store "+string(body))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "no")
	}))
	layer.Watch(func(r faults.Request) func(faults.Exchange) {
		heard = append(heard, "begins "+r.Operation)
		return func(x faults.Exchange) {
			heard = append(heard, fmt.Sprintf("ends %s %s %d %s %v", x.Operation, x.Body, x.Status, x.Answer, x.Faulty))
		}
	})
	send := func(target string) {
		defer func() { _ = recover() }() // a fault cuts the connection
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		r.Header.Set("X-Amz-Target", target)
		layer.ServeHTTP(httptest.NewRecorder(), r)
	}
	send("DynamoDB_20120810.GetItem")
	send("")
	layer.Set(faults.Always(faults.Cut))
	send("DynamoDB_20120810.PutItem")
	layer.Set(faults.Always(faults.DropReply))
	send("DynamoDB_20120810.PutItem")
	want := []string{
		"begins GetItem", "store {}", "ends GetItem {} 400 no false", "store {}",
		"begins PutItem", "ends PutItem {} 0  true", "begins PutItem", "store {}", "ends PutItem {} 0  true",
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard\n%s, want\n%s", strings.Join(heard, "\n"), strings.Join(want, "\n"))
	}
}

// A store whose clock is wrong refuses a request of the right time and takes one of its own, by
// the guard behind it.
func TestR95_AWrongClockIsThatOfTheSignaturesToo(t *testing.T) {
	const skew = 15 * time.Minute
	layer := faults.NewLayer(iam.NewGuard(iam.NewKeys(), nil, "us-east-1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "{}")
	})))
	layer.Set(faults.Always(faults.Skew(skew)))
	for at, want := range map[time.Duration]int{0: http.StatusBadRequest, skew: http.StatusOK, 2 * skew: http.StatusBadRequest} {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader("{}"))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
		sum, who := sha256.Sum256([]byte("{}")), aws.Credentials{AccessKeyID: iam.Administrator, SecretAccessKey: iam.Administrator}
		if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), "dynamodb", "us-east-1", time.Now().Add(at)); err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		if layer.ServeHTTP(answer, r); answer.Code != want {
			t.Errorf("signed %v from now: %d %s", at, answer.Code, answer.Body)
		}
	}
}
