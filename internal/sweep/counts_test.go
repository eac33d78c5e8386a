package sweep

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// Every count is added, also a new field of Counts. From outside, a count that is
// subtracted twice looks like one that is added twice.
func TestEveryCountIsTakenIn(t *testing.T) {
	var sum, more Counts
	fields := reflect.ValueOf(&more).Elem()
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Kind() == reflect.Int {
			field.SetInt(int64(i + 1))
		}
	}
	more.Drift = map[Kind]int{Missing: 5}
	sum.add(more)
	if !reflect.DeepEqual(sum, more) {
		t.Errorf("%+v are taken in as %+v", more, sum)
	}
	sum.add(more)
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Kind() == reflect.Int && reflect.ValueOf(sum).Field(i).Int() != 2*field.Int() {
			t.Errorf("%s was %d and then as many more, and is %d", fields.Type().Field(i).Name, field.Int(), reflect.ValueOf(sum).Field(i).Int())
		}
	}
	if sum.Drift[Missing] != 10 || more.Drift[Missing] != 5 {
		t.Errorf("the drift is %v, what was taken in is %v", sum.Drift, more.Drift)
	}
}

func TestTheMachinesClockTellsTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := time.Now()
		if now := (wall{}).Now(); !now.Equal(from) {
			t.Errorf("it is %v and not %v", now, from)
		}
		if err := (wall{}).Sleep(t.Context(), time.Hour); err != nil || time.Since(from) != time.Hour {
			t.Errorf("%v were waited, error %v", time.Since(from), err)
		}
	})
}
