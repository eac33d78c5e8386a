package doctor

import "slices"

// trails is check 35.
func trails(f *Facts) []Finding {
	all, _ := ask[struct {
		TrailList []struct{ TrailARN string }
	}](f, "cloudtrail", "DescribeTrails", in{"includeShadowTrails": true})
	for _, t := range all.TrailList {
		status, ok := ask[struct{ IsLogging bool }](f, "cloudtrail", "GetTrailStatus", in{"Name": t.TrailARN})
		if !ok || !status.IsLogging {
			continue
		}
		if s, ok := ask[selectors](f, "cloudtrail", "GetEventSelectors", in{"TrailName": t.TrailARN}); ok && s.write() {
			f.unasked = nil // one trail is enough
			return nil
		}
	}
	if len(f.unasked) > 0 {
		return nil
	}
	return []Finding{wrong("CloudTrail", "", "none of %d trails writes the management events of this Region", len(all.TrailList))}
}

// selectors is what a trail keeps (API reference, GetEventSelectors): of the basic or of the
// advanced form.
type selectors struct {
	EventSelectors []struct {
		ReadWriteType           string
		IncludeManagementEvents bool
	}
	AdvancedEventSelectors []struct {
		FieldSelectors []struct {
			Field  string
			Equals []string
		}
	}
}

// write reports whether management events that write are kept.
func (s selectors) write() bool {
	for _, basic := range s.EventSelectors {
		if basic.IncludeManagementEvents && basic.ReadWriteType != "ReadOnly" {
			return true
		}
	}
	for _, advanced := range s.AdvancedEventSelectors {
		management, reads := false, false
		for _, field := range advanced.FieldSelectors {
			management = management || field.Field == "eventCategory" && slices.Contains(field.Equals, "Management")
			reads = reads || field.Field == "readOnly" && slices.Contains(field.Equals, "true")
		}
		if management && !reads {
			return true
		}
	}
	return false
}
