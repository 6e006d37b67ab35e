// What the programs of all Go clients share: the questions, and the form of a report.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

var (
	baseURL = os.Getenv("BASE_URL")
	apiKey  = os.Getenv("API_KEY")
	model   = os.Getenv("MODEL")
	// A data: URL of a PNG.
	image = os.Getenv("IMAGE")
	// What the tool of a program returns.
	toolResult = os.Getenv("TOOL_RESULT")
)

// A task returns what the client gave for a question.
type task func(ctx context.Context, question string) (any, error)

type failure struct {
	Type    string `json:"type"`
	Status  int    `json:"status,omitempty"`
	Message string `json:"message"`
}

// play runs the task of each capability that is asked for. statusOf finds the HTTP status of an error; 0: it has none.
func play(tasks map[string]task, statusOf func(error) int) {
	var questions map[string]string
	if err := json.Unmarshal([]byte(os.Getenv("QUESTIONS")), &questions); err != nil {
		panic(err)
	}
	for capability, question := range questions {
		got, err := inTime(tasks[capability], question)
		if err == nil {
			report(map[string]any{"capability": capability, "got": got})
			continue
		}
		fmt.Fprintln(os.Stderr, capability, err)
		message := err.Error()
		if len(message) > 2000 {
			message = message[:2000]
		}
		kind := fmt.Sprintf("%T", err)
		report(map[string]any{"capability": capability, "error": failure{kind, statusOf(err), message}})
	}
}

func inTime(run task, question string) (any, error) {
	if run == nil {
		return nil, fmt.Errorf("the program does not try it")
	}
	seconds, err := strconv.Atoi(os.Getenv("TASK_SECONDS"))
	if err != nil {
		seconds = 60
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(seconds)*time.Second)
	defer cancel()
	got, err := run(ctx, question)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("no end after %d s", seconds)
	}
	return got, err
}

func report(line map[string]any) {
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	fmt.Println("@@ " + string(text))
}
