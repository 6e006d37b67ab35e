package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"clients/client"
)

var ctx = context.WithValue(context.Background(), client.ContextAccessToken, key)

var api = newClient()

// refused says that the service has understood, and will not answer.
type refused struct{ problem client.Problem }

func (r refused) Error() string { return r.problem.Detail }

func newClient() *client.APIClient {
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: url}}
	return client.NewAPIClient(configuration)
}

// problemOf is the problem of an error of the client.
func problemOf(err error) (client.Problem, error) {
	var known *client.GenericOpenAPIError
	if errors.As(err, &known) {
		if problem, is := known.Model().(client.Problem); is {
			return problem, nil
		}
	}
	return client.Problem{}, fmt.Errorf("there is no problem: %w", err)
}

func main() {
	step("ask", ask)
	step("stream", func() (found, error) {
		body := client.NewChatRequest(slowQuestion)
		body.SetUserId(user)
		body.SetConversationId(user + "-2")
		return readChat(*body)
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
	body := client.NewChatRequest(question)
	body.SetUserId(user)
	body.SetConversationId(user + "-1")
	answer, _, err := api.ChatAPI.Chat(ctx).ChatRequest(*body).Execute()
	if err != nil {
		return nil, err
	}
	step("feedback", func() (found, error) { return giveFeedback(answer.GetMessageId()) })
	return found{
		"text":          answer.GetText(),
		"finish_reason": answer.GetFinishReason(),
		"output_tokens": answer.Usage.GetOutputTokens(),
		"id":            answer.GetMessageId(),
	}, nil
}

func giveFeedback(chatID string) (found, error) {
	given := client.NewFeedbackRequest(chatID, user)
	given.SetReasonNil()
	given.SetBetterAnswer("退货期限是 30 天。")
	result := found{}
	for index, name := range []string{"first", "again"} {
		given.SetStars(int32(4 + index))
		stored, _, err := api.FeedbackAPI.SendFeedback(ctx).FeedbackRequest(*given).Execute()
		if err != nil {
			return nil, err
		}
		result[name] = found{
			"stars":         stored.Stars.Get(),
			"reason":        stored.Reason.Get(),
			"better_answer": stored.BetterAnswer.Get(),
			"revision":      stored.GetRevision(),
		}
	}
	return result, nil
}

// readAll reads the frames of an answer that has ended. The client reads every body to its end, and knows no event
// streams: its error is "undefined response type", and the body is beside it.
func readAll(response *http.Response, err error, read func(data string) error) error {
	if response == nil {
		return err
	}
	if response.StatusCode == http.StatusOK {
		return eachData(response.Body, read)
	}
	problem, err := problemOf(err)
	if err != nil {
		return err
	}
	return refused{problem}
}

func readChat(body client.ChatRequest) (found, error) {
	_, response, err := api.ChatAPI.ChatStream(ctx).ChatRequest(body).Execute()
	text := ""
	result := found{}
	err = readAll(response, err, func(data string) error {
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
		text += delta.Text
		result["id"] = delta.MessageId
		return err
	})
	result["text"] = text
	return result, err
}

func askB() (found, error) {
	_, response, err := api.QaAPI.QaChat(ctx).QaRequest(*client.NewQaRequest(question, uid)).Execute()
	text := ""
	result := found{}
	err = readAll(response, err, func(data string) error {
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
	list := api.ConversationsAPI.ListConversations(ctx).UserId(user).Limit(1)
	first, _, err := list.Execute()
	if err != nil {
		return nil, err
	}
	second, _, err := list.Cursor(first.GetNextCursor()).Execute()
	if err != nil {
		return nil, err
	}
	return found{"first": idsOf(first), "second": idsOf(second), "next_cursor": second.NextCursor.Get()}, nil
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
	body := client.NewChatRequest(question)
	body.SetConversationId(id)
	body.SetUserIdNil()
	body.SetTemperatureNil()
	if _, _, err := api.ChatAPI.Chat(ctx).ChatRequest(*body).Execute(); err != nil {
		return nil, err
	}
	stored, _, err := api.ConversationsAPI.GetConversation(ctx, id).Execute()
	if err != nil {
		return nil, err
	}
	return found{"conversation_id": stored.ConversationId, "user_id": stored.UserId.Get()}, nil
}

func invalid() (found, error) {
	_, _, err := api.ConversationsAPI.ListConversations(ctx).Cursor("no cursor").Execute()
	problem, err := problemOf(err)
	if err != nil {
		return nil, err
	}
	return found{
		"status":    problem.Status,
		"code":      problem.Code,
		"pointer":   problem.Errors[0].Pointer,
		"retryable": problem.Retryable,
	}, nil
}

func refuse() (found, error) {
	body := client.NewChatRequest(question)
	body.SetModelName(noModel)
	_, _, err := api.ChatAPI.Chat(ctx).ChatRequest(*body).Execute()
	problem, err := problemOf(err)
	if err != nil {
		return nil, err
	}
	return found{"status": problem.Status, "code": problem.Code, "supported": problem.Supported}, nil
}

func newCode() (found, error) {
	_, _, err := api.TurnsAPI.GetReceipt(ctx, newTurn).Execute()
	problem, err := problemOf(err)
	if err != nil {
		return nil, err
	}
	return found{"status": problem.Status, "code": problem.Code}, nil
}

func refuseStream() (found, error) {
	body := client.NewChatRequest(question)
	body.SetUserId(user)
	body.SetModelName(noModel)
	_, err := readChat(*body)
	var known refused
	if !errors.As(err, &known) {
		return nil, fmt.Errorf("there is no problem: %w", err)
	}
	return found{"status": known.problem.Status, "code": known.problem.Code}, nil
}
