package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"clients/client"

	"github.com/google/uuid"
)

var ctx = context.Background()

var api = newClient()

// refused says that the service has understood, and will not answer.
type refused struct{ problem client.Problem }

func (r refused) Error() string { return r.problem.Detail }

// frame has what the program reads of any frame: the client has no types for them.
type frame struct {
	Text         string          `json:"text"`
	Data         string          `json:"data"`
	MessageID    string          `json:"message_id"`
	ChatID       string          `json:"chat_id"`
	FinishReason string          `json:"finish_reason"`
	Usage        json.RawMessage `json:"usage"`
	SourceDocs   json.RawMessage `json:"sourceDocs"`
	Error        json.RawMessage `json:"error"`
}

type bearer struct{}

func (bearer) Bearer(context.Context, client.OperationName) (client.Bearer, error) {
	return client.Bearer{Token: key}, nil
}

func newClient() *client.Client {
	made, err := client.NewClient(url, bearer{})
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
			UserID:         client.NewOptNilString(user),
			ConversationID: client.NewOptNilString(user + "-2"),
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
	answer, err := chat(client.ChatRequest{
		Query:          question,
		UserID:         client.NewOptNilString(user),
		ConversationID: client.NewOptNilString(user + "-1"),
	})
	if err != nil {
		return nil, err
	}
	step("feedback", func() (found, error) { return giveFeedback(answer.MessageID) })
	return found{
		"text":          answer.Text,
		"finish_reason": answer.FinishReason,
		"output_tokens": answer.Usage.OutputTokens,
		"id":            answer.MessageID,
	}, nil
}

func chat(body client.ChatRequest) (client.ChatAnswer, error) {
	answer, err := api.Chat(ctx, &body, client.ChatParams{})
	if err != nil {
		return client.ChatAnswer{}, err
	}
	switch answer := answer.(type) {
	case *client.ChatAnswerHeaders:
		return answer.Response, nil
	case *client.ChatBadRequest:
		return client.ChatAnswer{}, refused{answer.Response}
	}
	return client.ChatAnswer{}, fmt.Errorf("another answer: %T", answer)
}

func giveFeedback(chatID uuid.UUID) (found, error) {
	given := client.FeedbackRequest{
		ChatID:       chatID,
		UID:          user,
		Stars:        client.NewOptNilInt(4),
		BetterAnswer: client.NewOptNilString("退货期限是 30 天。"),
	}
	given.Reason.SetToNull()
	first, err := api.SendFeedback(ctx, &given)
	if err != nil {
		return nil, err
	}
	given.Stars.SetTo(5)
	again, err := api.SendFeedback(ctx, &given)
	if err != nil {
		return nil, err
	}
	created, isCreated := first.(*client.SendFeedbackCreated)
	updated, isUpdated := again.(*client.SendFeedbackOK)
	if !isCreated || !isUpdated {
		return nil, fmt.Errorf("refused: %T %T", first, again)
	}
	return found{"first": kept(created.Response), "again": kept(updated.Response)}, nil
}

func kept(stored client.Feedback) found {
	return found{
		"stars":         stored.Stars.Value,
		"reason":        orNull(stored.Reason),
		"better_answer": orNull(stored.BetterAnswer),
		"revision":      stored.Revision,
	}
}

func orNull(text client.NilString) any {
	if text.Null {
		return nil
	}
	return text.Value
}

func readChat(body client.ChatRequest) (found, error) {
	answer, err := api.ChatStream(ctx, &body, client.ChatStreamParams{})
	if err != nil {
		return nil, err
	}
	switch answer := answer.(type) {
	case *client.ChatStreamBadRequest:
		return nil, refused{answer.Response}
	case *client.ChatStreamOKRawTextEventStream:
		return readFrames(answer.Response)
	}
	return nil, fmt.Errorf("another answer: %T", answer)
}

func askB() (found, error) {
	body := client.QaRequest{Question: question, UID: uuid.MustParse(uid)}
	answer, err := api.QaChat(ctx, &body, client.QaChatParams{})
	if err != nil {
		return nil, err
	}
	stream, is := answer.(*client.QaChatOKRawTextEventStream)
	if !is {
		return nil, fmt.Errorf("another answer: %T", answer)
	}
	return readFrames(stream.Response)
}

// readFrames reads a stream of either API as it comes.
func readFrames(response *http.Response) (found, error) {
	defer response.Body.Close()
	text := ""
	result := found{}
	err := eachData(response.Body, func(data string) error {
		if data == "[DONE]" {
			result["is_done"] = true
			return nil
		}
		read, err := decode[frame](data)
		if err != nil {
			return err
		}
		return take(read, &text, result)
	})
	result["text"] = text
	return result, err
}

func take(read frame, text *string, result found) error {
	switch {
	case read.Error != nil:
		var problem client.Problem
		return errors.Join(problem.UnmarshalJSON(read.Error), refused{problem})
	case read.FinishReason != "":
		var usage client.Usage
		err := usage.UnmarshalJSON(read.Usage)
		result["finish_reason"], result["output_tokens"] = read.FinishReason, usage.OutputTokens
		return err
	case read.SourceDocs != nil:
		sources, err := decode[[]struct{ Metadata struct{ Source string } }](string(read.SourceDocs))
		result["source"] = sources[0].Metadata.Source
		return err
	case read.MessageID+read.ChatID != "":
		result["id"] = read.MessageID + read.ChatID
	}
	if *text == "" && read.Text != "" {
		sayFirstWords()
	}
	*text += read.Text + read.Data
	return nil
}

func pages() (found, error) {
	params := client.ListConversationsParams{UserID: client.NewOptString(user), Limit: client.NewOptInt(1)}
	first, err := list(params)
	if err != nil {
		return nil, err
	}
	params.Cursor = client.NewOptString(first.NextCursor.Value)
	second, err := list(params)
	if err != nil {
		return nil, err
	}
	return found{
		"first":       idsOf(first),
		"second":      idsOf(second),
		"next_cursor": orNull(second.NextCursor),
	}, nil
}

func list(params client.ListConversationsParams) (client.ConversationList, error) {
	answer, err := api.ListConversations(ctx, params)
	if err != nil {
		return client.ConversationList{}, err
	}
	switch answer := answer.(type) {
	case *client.ConversationListHeaders:
		return answer.Response, nil
	case *client.ListConversationsBadRequest:
		return client.ConversationList{}, refused{answer.Response}
	}
	return client.ConversationList{}, fmt.Errorf("another answer: %T", answer)
}

func idsOf(page client.ConversationList) []string {
	var ids []string
	for _, conversation := range page.Conversations {
		ids = append(ids, conversation.ConversationID)
	}
	return ids
}

func sendNull() (found, error) {
	id := user + "-null"
	body := client.ChatRequest{Query: question, ConversationID: client.NewOptNilString(id)}
	body.UserID.SetToNull()
	body.Temperature.SetToNull()
	if _, err := chat(body); err != nil {
		return nil, err
	}
	answer, err := api.GetConversation(ctx, client.GetConversationParams{ConversationID: id})
	if err != nil {
		return nil, err
	}
	stored, is := answer.(*client.ConversationHeaders)
	if !is {
		return nil, fmt.Errorf("another answer: %T", answer)
	}
	return found{"conversation_id": stored.Response.ConversationID, "user_id": orNull(stored.Response.UserID)}, nil
}

func invalid() (found, error) {
	_, err := list(client.ListConversationsParams{Cursor: client.NewOptString("no cursor")})
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
	_, err := chat(client.ChatRequest{Query: question, ModelName: client.NewOptNilString(noModel)})
	problem, err := problemOf(err)
	if err != nil {
		return nil, err
	}
	return found{"status": problem.Status, "code": problem.Code, "supported": problem.Supported}, nil
}

func newCode() (found, error) {
	answer, err := api.GetReceipt(ctx, client.GetReceiptParams{ChatID: uuid.MustParse(newTurn)})
	if err != nil {
		return nil, err
	}
	problem, is := answer.(*client.GetReceiptNotFound)
	if !is {
		return nil, fmt.Errorf("another answer: %T", answer)
	}
	return found{"status": problem.Response.Status, "code": problem.Response.Code}, nil
}

func refuseStream() (found, error) {
	_, err := readChat(client.ChatRequest{
		Query:     question,
		UserID:    client.NewOptNilString(user),
		ModelName: client.NewOptNilString(noModel),
	})
	problem, err := problemOf(err)
	if err != nil {
		return nil, err
	}
	return found{"status": problem.Status, "code": problem.Code}, nil
}

func problemOf(err error) (client.Problem, error) {
	var known refused
	if errors.As(err, &known) {
		return known.problem, nil
	}
	return client.Problem{}, fmt.Errorf("there is no problem: %w", err)
}
