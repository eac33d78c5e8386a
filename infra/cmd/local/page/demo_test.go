package page

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// ended returns the demo when it has ended.
func (s seen) ended() performance {
	s.Helper()
	for s.Context().Err() == nil {
		var now performance
		_, body := s.gets("/api/demo")
		if err := json.Unmarshal([]byte(body), &now); err != nil {
			s.Fatal(err)
		}
		if !now.Running {
			return now
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.Fatal("the demo does not end")
	return performance{}
}

func TestR62_TheDemoPlaysTwiceAndOneAtATime(t *testing.T) {
	s := see(t)
	users := map[string]bool{}
	for range 2 {
		if got, body := s.posts("/demo", url.Values{}); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d, %s", got.StatusCode, body)
		}
		if got, body := s.posts("/api/demo", url.Values{}); got.StatusCode != http.StatusConflict {
			t.Errorf("while it is under way: status %d, %s", got.StatusCode, body)
		}
		played := s.ended()
		if played.Failed > 0 || len(played.Steps) < 15 || users[played.Users] {
			t.Errorf("played %+v", played)
		}
		users[played.Users] = true
		_, body := s.gets("/demo")
		s.shows(body, "went as they should", "Ada signs up", "Play the demo")
	}
}
