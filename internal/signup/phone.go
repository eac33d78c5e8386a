package signup

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/phone"
)

// The refusals of the rule about phone numbers.
var (
	PhoneMissing  = deny.Refusal{Code: "phone-missing", Sentence: "Please give a phone number", Meaning: "no phone number was given, and the policy requires one"}
	PhoneUnusable = deny.Refusal{Code: "phone-unusable", Sentence: "This phone number cannot be used, please write it with + and the country code", Meaning: "the phone number is not written as E.164, or there can be no such number"}
	PhoneCountry  = deny.Refusal{Code: "phone-country", Sentence: "Phone numbers of this country are not accepted", Meaning: "the phone number is of a country that the policy does not name"}
	PhoneCost     = deny.Refusal{Code: "phone-cost", Sentence: "This kind of phone number is not accepted, please use a mobile or home number", Meaning: "calls and messages to the phone number cost more than others (premium rate, shared cost)"}
)

// phone compiles the rule about phone numbers.
func (c *compiler) phone(path string, from policy.Phone) rule {
	r := c.held(path, from.Rule, from.Held)
	countries := c.countries(policy.Child(path, "countries"), from.Countries)
	premium, shared := c.numberTypes(policy.Child(path, "allowTypes"), from.AllowTypes)
	r.objects = func(who applicant) deny.Refusal {
		text := who.Attributes["phone_number"]
		if text == "" {
			return objection(PhoneMissing, from.Required)
		}
		number, err := phone.Parse(text)
		if err != nil {
			return PhoneUnusable
		}
		if _, ok := countries[number.Country]; !ok && countries != nil {
			return PhoneCountry
		}
		return objection(PhoneCost, number.Cost == phone.Premium && !premium || number.Cost == phone.Shared && !shared)
	}
	return r
}

// countries compiles the countries whose numbers are accepted; nil is all.
func (c *compiler) countries(path string, list []string) map[string]struct{} {
	if list == nil {
		return nil
	}
	filled(c, path, list, "an empty list takes no number", "name the countries, or remove the key to take all")
	set := make(map[string]struct{}, len(list))
	for i, country := range list {
		at := policy.Item(path, i)
		switch _, twice := set[country]; {
		case twice:
			c.faults.Add(at, "the country "+country+" is listed twice", "remove one of the two")
		case !phone.Country(country) && phone.Country(email.Upper(country)):
			c.faults.Add(at, "there is no country "+policy.Shown(country), "did you mean "+email.Upper(country)+"?")
		case !phone.Country(country):
			c.faults.Add(at, "there is no country "+policy.Shown(country), "use an ISO 3166-1 code of two letters, such as DE, or \"001\" for numbers of no country")
		}
		set[country] = struct{}{}
	}
	return set
}

// numberTypes compiles the kinds that are accepted although they cost more.
func (c *compiler) numberTypes(path string, list []policy.NumberType) (premium, shared bool) {
	filled(c, path, list, "an empty list allows no type", "remove it, or name types")
	for i, kind := range list {
		switch at := policy.Item(path, i); {
		case kind != policy.PremiumRate && kind != policy.SharedCost:
			c.faults.Add(at, "there is no type "+policy.Shown(kind), policy.Choice(kind, policy.PremiumRate, policy.SharedCost))
		case slices.Contains(list[:i], kind):
			c.faults.Add(at, "the type "+string(kind)+" is listed twice", "remove one of the two")
		}
	}
	return slices.Contains(list, policy.PremiumRate), slices.Contains(list, policy.SharedCost)
}
