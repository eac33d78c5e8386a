package directory_test

import (
	"errors"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

func TestR92_StandingSaysVersionAndWhetherTheUserMayAct(t *testing.T) {
	for name, c := range map[string]struct {
		reply   string
		version int64
		active  bool
	}{
		"no row":          {absent, 0, true},
		"no status":       {`{"Item":{"authzRev":{"N":"7"}}}`, 7, true},
		"active":          {`{"Item":{"authzRev":{"N":"7"},"authzStatus":{"S":"active"}}}`, 7, true},
		"suspended":       {`{"Item":{"authzRev":{"N":"7"},"authzStatus":{"S":"suspended"}}}`, 7, false},
		"deleted":         {`{"Item":{"authzRev":{"N":"7"},"authzStatus":{"S":"deleted"}}}`, 0, false},
		"unknown status":  {`{"Item":{"authzRev":{"N":"7"},"authzStatus":{"S":"paused"}}}`, 7, false},
		"status no text":  {`{"Item":{"authzRev":{"N":"7"},"authzStatus":{"N":"1"}}}`, 7, false},
		"of this version": {`{"Item":{"authzRev":{"N":"7"},"authzSchema":{"N":"1"}}}`, 7, true},
	} {
		version, active, err := play(t, c.reply).Standing(t.Context(), "s")
		if version != c.version || active != c.active || err != nil {
			t.Errorf("%s: %d %v %v", name, version, active, err)
		}
	}
	for reply, want := range map[string]error{
		`{"Item":{"authzRev":{"N":"7"},"authzSchema":{"N":"2"}}}`:                                      directory.ErrSchema,
		`{"Item":{"authzRev":{"S":"many"}}}`:                                                           nil,
		`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}`: nil,
	} {
		if _, active, err := play(t, reply).Standing(t.Context(), "s"); active || err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v %v", reply, active, err)
		}
	}
	if _, _, err := play(t).Standing(t.Context(), ""); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("no sub: %v", err)
	}
}

// It is what package bearer asks.
var _ bearer.Rows = (*directory.Directory)(nil).Standing
