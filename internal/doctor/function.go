package doctor

import "strconv"

// mostVersions is how many versions beside the live one are worth keeping.
const mostVersions = 5

func functionChecks() []Check {
	return []Check{
		{
			7, "few old versions are kept", "lambda ListVersionsByFunction: Version",
			"they fill the account's 75 GB of code, and the next deployment is refused",
			"ops prune --stage NAME", Note, "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html", old,
		},
		concurrencyRow("; GetAccountSettings: AccountLimit", concurrency),
	}
}

// concurrencyRow is check 8, of which the tripwire asks a part: the account's limit is no change
// behind anybody's back.
func concurrencyRow(asksToo string, judge func(*Facts) []Finding) Check {
	return Check{
		8, "the functions may run", "lambda GetFunctionConcurrency: ReservedConcurrentExecutions" + asksToo,
		"every call is throttled, and the sign-up or the sign-in fails",
		"functions.*.reservedConcurrency of the stage, or Service Quotas console, AWS Lambda, Concurrent executions", Critical,
		"https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html", judge,
	}
}

// old is check 7.
func old(f *Facts) (found []Finding) {
	for _, t := range f.Triggers {
		if f.gone("lambda", "ListVersionsByFunction", in{"FunctionName": t.Function}) {
			continue // check 2 says so
		}
		all, ok := list[struct{ Version string }](f, "lambda", "ListVersionsByFunction", in{"FunctionName": t.Function}, "Versions")
		numbers := 0
		for _, v := range all {
			if _, err := strconv.Atoi(v.Version); err == nil {
				numbers++
			}
		}
		if ok && numbers-1 > mostVersions {
			found = append(found, wrong(t.Name, strconv.Itoa(numbers), "%s has %d versions", t.Function, numbers))
		}
	}
	return found
}

// stopped is check 8, as the tripwire asks it.
func stopped(f *Facts) (found []Finding) {
	for _, t := range f.Triggers {
		if f.gone("lambda", "GetFunctionConcurrency", in{"FunctionName": t.Function}) {
			continue
		}
		c, ok := ask[struct{ ReservedConcurrentExecutions *int }](f, "lambda", "GetFunctionConcurrency", in{"FunctionName": t.Function})
		if ok && c.ReservedConcurrentExecutions != nil && *c.ReservedConcurrentExecutions == 0 {
			found = append(found, wrong(t.Name, "0", "%s is stopped: its reserved concurrency is 0", t.Function))
		}
	}
	return found
}

// concurrency is check 8.
func concurrency(f *Facts) []Finding {
	if len(f.Triggers) == 0 {
		return nil
	}
	found := stopped(f)
	a, ok := ask[struct {
		AccountLimit struct{ ConcurrentExecutions, UnreservedConcurrentExecutions int }
	}](f, "lambda", "GetAccountSettings", nil)
	// Lambda keeps 100 of the account's executions unreserved; a new account may have 10 in all.
	if ok && a.AccountLimit.UnreservedConcurrentExecutions < 100 {
		found = append(found, wrong("account", strconv.Itoa(a.AccountLimit.UnreservedConcurrentExecutions), "the account has %d executions at once for all functions without a reserve", a.AccountLimit.UnreservedConcurrentExecutions))
	}
	return found
}
