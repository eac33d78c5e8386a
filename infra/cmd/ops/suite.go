package main

import (
	"context"
	"os"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// suite returns what answers are read from: the stage, the stack's outputs, table and pool.
func (t *target) suite(ctx context.Context, stage settings.Stage, at terminal) (support.Suite, error) {
	cfg, err := t.connect(ctx)
	if err != nil {
		return support.Suite{}, err
	}
	s := support.Suite{Stage: stage, Pool: t.pool}
	if t.known != nil || t.outputs != "" || isFile(outputsOf(t.stage)) {
		if s.Outputs, err = t.stackOutputs(ctx, "pass another --outputs"); err != nil {
			return support.Suite{}, err
		}
	}
	if t.local != nil {
		cfg.AppID = timeline.Onlooker
	}
	table, pool := t.tableClient(cfg), t.poolClient(cfg)
	s.Directory = directory.New(table, t.table, t.pool, directory.WithClock(at.now))
	s.Clients, s.Cognito = dynamo.Over(table, t.table), pool
	return s, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
