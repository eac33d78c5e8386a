package bearer_test

import (
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
)

func Example() {
	v, err := bearer.New(bearer.Config{
		Pool: "eu-west-1_AbCdEf123", Clients: []string{"1example23456789abcdefghij"},
		Resources: []string{"https://api.example.com/orders"}, Scopes: []string{"app/read", "app/write"},
	})
	if err != nil {
		log.Fatal(err)
	}
	order := func(w http.ResponseWriter, r *http.Request) {
		who, _ := bearer.From(r.Context())
		fmt.Fprintln(w, "ordered by", who.Subject, "for", who.Tenant)
	}
	inPath := func(r *http.Request) string { return r.PathValue("tenant") }
	mux := http.NewServeMux()
	mux.Handle("POST /orders/{tenant}", v.Require(http.HandlerFunc(order), bearer.Scopes("app/write"), bearer.InTenant(inPath), bearer.MaxAge(5*time.Minute)))
	mux.Handle("/.well-known/oauth-protected-resource/orders", v.Metadata())
}
