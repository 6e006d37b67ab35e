// /// client
// name: openai (Go)
// packages: [github.com/openai/openai-go/v3@v3.99.0]
// settings: '`openai.NewClient(option.WithBaseURL("…/v1"), option.WithAPIKey(key))`'
// ///
package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var client = openai.NewClient(option.WithBaseURL(baseURL), option.WithAPIKey(apiKey))

var person = map[string]any{
	"type": "object",
	"properties": map[string]any{
		"name": map[string]any{"type": "string"},
		"age":  map[string]any{"type": "integer"},
	},
	"required":             []string{"name", "age"},
	"additionalProperties": false,
}

func asked(messages ...openai.ChatCompletionMessageParamUnion) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: model, Messages: messages}
}

func answerTo(ctx context.Context, params openai.ChatCompletionNewParams) (string, error) {
	answer, err := client.Chat.Completions.New(ctx, params)
	if err != nil {
		return "", err
	}
	return answer.Choices[0].Message.Content, nil
}

func listModels(ctx context.Context, _ string) (any, error) {
	page, err := client.Models.List(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, found := range page.Data {
		ids = append(ids, found.ID)
	}
	return ids, nil
}

func ask(ctx context.Context, question string) (any, error) {
	return answerTo(ctx, asked(openai.UserMessage(question)))
}

// read gives the pieces of an answer, up to most of them; 0: all.
func read(ctx context.Context, question string, most int) ([]string, error) {
	stream := client.Chat.Completions.NewStreaming(ctx, asked(openai.UserMessage(question)))
	defer stream.Close()
	pieces := []string{}
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			if choice.Delta.Content != "" {
				pieces = append(pieces, choice.Delta.Content)
			}
		}
		if most > 0 && len(pieces) >= most {
			return pieces, nil
		}
	}
	return pieces, stream.Err()
}

func readAll(ctx context.Context, question string) (any, error) {
	return read(ctx, question, 0)
}

func stop(ctx context.Context, question string) (any, error) {
	pieces, err := read(ctx, question, 1)
	if err != nil || len(pieces) == 0 {
		return "", err
	}
	return pieces[0], nil
}

func useTool(ctx context.Context, question string) (any, error) {
	params := asked(openai.UserMessage(question))
	params.Tools = []openai.ChatCompletionToolUnionParam{
		openai.ChatCompletionFunctionTool(openai.FunctionDefinitionParam{
			Name:        "get_weather",
			Description: openai.String("The weather of a city"),
			Parameters: openai.FunctionParameters{
				"type":       "object",
				"properties": map[string]any{"city": map[string]any{"type": "string"}},
				"required":   []string{"city"},
			},
		}),
	}
	first, err := client.Chat.Completions.New(ctx, params)
	if err != nil {
		return nil, err
	}
	message := first.Choices[0].Message
	params.Messages = append(params.Messages, message.ToParam())
	for _, call := range message.ToolCalls {
		var arguments struct{ City string }
		if err := json.Unmarshal([]byte(call.Function.Arguments), &arguments); err != nil {
			return nil, err
		}
		if arguments.City != "Paris" {
			return nil, errors.New("the arguments are " + call.Function.Arguments)
		}
		params.Messages = append(params.Messages, openai.ToolMessage(toolResult, call.ID))
	}
	return answerTo(ctx, params)
}

func structured(ctx context.Context, question string) (any, error) {
	params := asked(openai.UserMessage(question))
	schema := openai.ResponseFormatJSONSchemaJSONSchemaParam{
		Name:   "person",
		Schema: person,
		Strict: openai.Bool(true),
	}
	params.ResponseFormat = openai.ChatCompletionNewParamsResponseFormatUnion{
		OfJSONSchema: &openai.ResponseFormatJSONSchemaParam{JSONSchema: schema},
	}
	text, err := answerTo(ctx, params)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Name string `json:"name"`
		Age  int    `json:"age"`
	}
	return &answer, json.Unmarshal([]byte(text), &answer)
}

func seeImage(ctx context.Context, question string) (any, error) {
	url := openai.ChatCompletionContentPartImageImageURLParam{URL: image}
	parts := []openai.ChatCompletionContentPartUnionParam{
		openai.TextContentPart(question),
		openai.ImageContentPart(url),
	}
	return answerTo(ctx, asked(openai.UserMessage(parts)))
}

func statusOf(err error) int {
	var refused *openai.Error
	if errors.As(err, &refused) {
		return refused.StatusCode
	}
	return 0
}

func main() {
	play(map[string]task{
		"list":       listModels,
		"ask":        ask,
		"stream":     readAll,
		"stop":       stop,
		"tools":      useTool,
		"structured": structured,
		"image":      seeImage,
		"error":      ask,
		"cut":        readAll,
	}, statusOf)
}
