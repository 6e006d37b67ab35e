package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"clients/client"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"
)

var ctx = context.Background()

var api = newClient()

// refused says that the service has understood, and will not answer.
type refused struct{ problem client.Problem }

func (r refused) Error() string { return r.problem.Detail }

func newClient() *client.ClientWithResponses {
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+key)
		return nil
	}
	made, err := client.NewClientWithResponses(url, client.WithRequestEditorFn(authorize))
	if err != nil {
		panic(err)
	}
	return made
}

func main() {
	step("ask", ask)
	step("stream", func() (found, error) {
		return readChat(client.ChatRequest{
			Query:          slowQuestion,
			UserId:         nullable.NewNullableWithValue(user),
			ConversationId: nullable.NewNullableWithValue(user + "-2"),
		})
	})
	step("ask_b", askB)
	step("pages", pages)
	step("null", sendNull)
	step("invalid", invalid)
	step("refused", refuse)
	step("new_code", newCode)
	step("refused_stream", refuseStream)
}

func ask() (found, error) {
	body := client.ChatRequest{
		Query:          question,
		UserId:         nullable.NewNullableWithValue(user),
		ConversationId: nullable.NewNullableWithValue(user + "-1"),
	}
	answer, err := api.ChatWithResponse(ctx, nil, body)
	if err != nil {
		return nil, err
	}
	if answer.JSON200 == nil {
		return nil, fmt.Errorf("refused: %s", answer.Body)
	}
	step("feedback", func() (found, error) { return giveFeedback(answer.JSON200.MessageId) })
	return found{
		"text":          answer.JSON200.Text,
		"finish_reason": answer.JSON200.FinishReason,
		"output_tokens": answer.JSON200.Usage.OutputTokens,
		"id":            answer.JSON200.MessageId,
	}, nil
}

func giveFeedback(chatID uuid.UUID) (found, error) {
	given := client.FeedbackRequest{
		ChatId:       chatID,
		Uid:          user,
		Stars:        nullable.NewNullableWithValue(4),
		Reason:       nullable.NewNullNullable[string](),
		BetterAnswer: nullable.NewNullableWithValue("退货期限是 30 天。"),
	}
	first, err := api.SendFeedbackWithResponse(ctx, given)
	if err != nil {
		return nil, err
	}
	given.Stars.Set(5)
	again, err := api.SendFeedbackWithResponse(ctx, given)
	if err != nil {
		return nil, err
	}
	if first.JSON201 == nil || again.JSON200 == nil {
		return nil, fmt.Errorf("refused: %s %s", first.Body, again.Body)
	}
	return found{"first": kept(*first.JSON201), "again": kept(*again.JSON200)}, nil
}

func kept(stored client.Feedback) found {
	return found{
		"stars":         stored.Stars,
		"reason":        stored.Reason,
		"better_answer": stored.BetterAnswer,
		"revision":      stored.Revision,
	}
}

// readAll reads a stream to its end. ChatStream and QaChat of the client give the response as it is; those whose names
// end in WithResponse wait for the end.
func readAll(response *http.Response, read func(data string) error) error {
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return eachData(response.Body, read)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	problem, err := decode[client.Problem](string(text))
	if err != nil {
		return err
	}
	return refused{problem}
}

func readChat(body client.ChatRequest) (found, error) {
	response, err := api.ChatStream(ctx, nil, body)
	if err != nil {
		return nil, err
	}
	text := ""
	result := found{}
	err = readAll(response, func(data string) error {
		if has(data, "error") {
			failed, err := decode[client.ChatFailedFrame](data)
			return errors.Join(err, refused{failed.Error})
		}
		if has(data, "finish_reason") {
			ended, err := decode[client.ChatEndedFrame](data)
			result["finish_reason"], result["output_tokens"] = ended.FinishReason, ended.Usage.OutputTokens
			return err
		}
		delta, err := decode[client.ChatDeltaFrame](data)
		if text == "" && delta.Text != "" {
			sayFirstWords()
		}
		text += delta.Text
		result["id"] = delta.MessageId
		return err
	})
	result["text"] = text
	return result, err
}

func askB() (found, error) {
	response, err := api.QaChat(ctx, nil, client.QaRequest{Question: question, Uid: uuid.MustParse(uid)})
	if err != nil {
		return nil, err
	}
	text := ""
	result := found{}
	err = readAll(response, func(data string) error {
		switch {
		case data == "[DONE]":
			result["is_done"] = true
			return nil
		case has(data, "error"):
			failed, err := decode[client.QaFailedFrame](data)
			return errors.Join(err, refused{failed.Error})
		case has(data, "finish_reason"):
			ended, err := decode[client.QaEndedFrame](data)
			result["finish_reason"], result["output_tokens"] = ended.FinishReason, ended.Usage.OutputTokens
			return err
		case has(data, "sourceDocs"):
			sources, err := decode[client.QaSourcesFrame](data)
			result["source"] = sources.SourceDocs[0].Metadata.Source
			return err
		case has(data, "chat_id"):
			started, err := decode[client.QaStartedFrame](data)
			result["id"] = started.ChatId
			return err
		case has(data, "action"):
			// RETRYING and BREAK: see docs/guide/en/break-retrying.md.
			return nil
		}
		delta, err := decode[client.QaDeltaFrame](data)
		text += delta.Data
		return err
	})
	result["text"] = text
	return result, err
}

func pages() (found, error) {
	limit := 1
	first, err := api.ListConversationsWithResponse(ctx, &client.ListConversationsParams{UserId: &user, Limit: &limit})
	if err != nil {
		return nil, err
	}
	cursor, err := first.JSON200.NextCursor.Get()
	if err != nil {
		return nil, err
	}
	next := client.ListConversationsParams{UserId: &user, Limit: &limit, Cursor: &cursor}
	second, err := api.ListConversationsWithResponse(ctx, &next)
	if err != nil {
		return nil, err
	}
	return found{
		"first":       idsOf(first.JSON200),
		"second":      idsOf(second.JSON200),
		"next_cursor": second.JSON200.NextCursor,
	}, nil
}

func idsOf(page *client.ConversationList) []string {
	var ids []string
	for _, conversation := range page.Conversations {
		ids = append(ids, conversation.ConversationId)
	}
	return ids
}

func sendNull() (found, error) {
	id := user + "-null"
	body := client.ChatRequest{
		Query:          question,
		ConversationId: nullable.NewNullableWithValue(id),
		UserId:         nullable.NewNullNullable[string](),
		Temperature:    nullable.NewNullNullable[float32](),
	}
	if _, err := api.ChatWithResponse(ctx, nil, body); err != nil {
		return nil, err
	}
	stored, err := api.GetConversationWithResponse(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	return found{"conversation_id": stored.JSON200.ConversationId, "user_id": stored.JSON200.UserId}, nil
}

func invalid() (found, error) {
	cursor := "no cursor"
	answer, err := api.ListConversationsWithResponse(ctx, &client.ListConversationsParams{Cursor: &cursor})
	if err != nil {
		return nil, err
	}
	problem := answer.ApplicationproblemJSON400
	if problem == nil || problem.Errors == nil {
		return nil, errors.New("there is no error")
	}
	return found{
		"status":    problem.Status,
		"code":      problem.Code,
		"pointer":   (*problem.Errors)[0].Pointer,
		"retryable": problem.Retryable,
	}, nil
}

func refuse() (found, error) {
	body := client.ChatRequest{Query: question, ModelName: nullable.NewNullableWithValue(noModel)}
	answer, err := api.ChatWithResponse(ctx, nil, body)
	if err != nil {
		return nil, err
	}
	problem := answer.ApplicationproblemJSON400
	if problem == nil {
		return nil, errors.New("there is no error")
	}
	return found{"status": problem.Status, "code": problem.Code, "supported": problem.Supported}, nil
}

func newCode() (found, error) {
	answer, err := api.GetReceiptWithResponse(ctx, uuid.MustParse(newTurn))
	if err != nil {
		return nil, err
	}
	problem := answer.ApplicationproblemJSON404
	if problem == nil {
		return nil, errors.New("there is no error")
	}
	return found{"status": problem.Status, "code": problem.Code}, nil
}

func refuseStream() (found, error) {
	_, err := readChat(client.ChatRequest{
		Query:     question,
		UserId:    nullable.NewNullableWithValue(user),
		ModelName: nullable.NewNullableWithValue(noModel),
	})
	var known refused
	if !errors.As(err, &known) {
		return nil, fmt.Errorf("there is no problem: %w", err)
	}
	return found{"status": known.problem.Status, "code": known.problem.Code}, nil
}
