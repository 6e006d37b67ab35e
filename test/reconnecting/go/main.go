// Reads a stream with tmaxmax/go-sse as its documentation shows: asks, and reconnects until the library stops.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/tmaxmax/go-sse"
)

func main() {
	url, key, body := os.Args[1], os.Args[2], os.Args[3]
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	connection := sse.DefaultClient.NewConnection(request)
	connection.SubscribeToAll(func(event sse.Event) { fmt.Println(event.Data) })
	fmt.Fprintln(os.Stderr, connection.Connect())
}
