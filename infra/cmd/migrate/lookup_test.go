package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/between"
)

func TestWhatATableLeavesUnprocessedIsAskedForLaterAndLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		err := patiently(t.Context(), func() (bool, error) {
			at = append(at, time.Since(began))
			return len(at) < 4, nil
		})
		if want := [4]time.Duration{0, 50 * time.Millisecond, 150 * time.Millisecond, 350 * time.Millisecond}; err != nil || len(at) != 4 || [4]time.Duration(at) != want {
			t.Errorf("asked at %v, %v", at, err)
		}
		broken := errors.New("broken")
		if err := patiently(t.Context(), func() (bool, error) { return true, broken }); !errors.Is(err, broken) {
			t.Errorf("a failure: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := patiently(ctx, func() (bool, error) { return true, nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("an end: %v", err)
		}
	})
}

// Each request for several rows is left unprocessed once, as a throttled table does with a part.
func TestR106_WhatATableLeavesUnprocessedIsNotForgotten(t *testing.T) {
	r := newRig(t)
	file := r.exported("users.jsonl", oldPeople(30))
	r.must("load", file, "--no-import")
	said, err := (&target{stage: "local", outputs: filepath.Join(r.folder, "outputs.json")}).said()
	if err != nil {
		t.Fatal(err)
	}
	var asked, left atomic.Int64
	throttled := between.Proxy(t, said["LocalDynamoDBUrl"], func(w http.ResponseWriter, request *http.Request, body []byte, pass http.Handler) {
		member := map[string]string{"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}[strings.TrimPrefix(request.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")]
		if member == "" || asked.Add(1)%2 == 0 {
			pass.ServeHTTP(w, request)
			return
		}
		var in struct{ RequestItems json.RawMessage }
		if err := json.Unmarshal(body, &in); err != nil {
			t.Error(err)
		}
		left.Add(1)
		reply := fmt.Appendf(nil, `{"Responses":{},%q:%s}`, member, in.RequestItems)
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE(reply)))
		_, _ = w.Write(reply)
	})
	r.outputs(throttled, said["LocalCognitoUrl"], said["LocalLambdaUrl"])
	r.holds(r.must("status", file), "30  wait")
	r.holds(r.must("finish", file, "--apply", "--left", "30"), "30 rows are deleted")
	if rows := r.scan("LEGACY#"); rows != 0 || left.Load() < 3 {
		t.Errorf("%d rows are left; %d requests were left unprocessed", rows, left.Load())
	}
}
