package settings

import (
	"reflect"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// The sweep's command line takes AWS's quota from the sweep itself.
func TestTheRateOfAStageIsWhatTheSweepTakes(t *testing.T) {
	field, _ := reflect.TypeFor[Reconcile]().FieldByName("ListRate")
	if within := Numbers(field.Tag, "range"); !slices.Equal(within, []int{1, sweep.MaxListRate}) {
		t.Errorf("a stage takes %v, the sweep at most %d", within, sweep.MaxListRate)
	}
}
