import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import llmchat.client.ApiClient;
import llmchat.client.ApiException;
import llmchat.client.Configuration;
import llmchat.client.api.ChatApi;
import llmchat.client.api.ConversationsApi;
import llmchat.client.api.FeedbackApi;
import llmchat.client.api.QaApi;
import llmchat.client.api.TurnsApi;
import llmchat.client.auth.HttpBearerAuth;
import llmchat.client.model.ChatAnswer;
import llmchat.client.model.ChatDeltaFrame;
import llmchat.client.model.ChatEndedFrame;
import llmchat.client.model.ChatFailedFrame;
import llmchat.client.model.ChatFrame;
import llmchat.client.model.ChatRequest;
import llmchat.client.model.ChatStartedFrame;
import llmchat.client.model.Conversation;
import llmchat.client.model.ConversationList;
import llmchat.client.model.Feedback;
import llmchat.client.model.FeedbackRequest;
import llmchat.client.model.Problem;
import llmchat.client.model.QaDeltaFrame;
import llmchat.client.model.QaEndedFrame;
import llmchat.client.model.QaFailedFrame;
import llmchat.client.model.QaFrame;
import llmchat.client.model.QaRequest;
import llmchat.client.model.QaSourcesFrame;
import llmchat.client.model.QaStartedFrame;
import okhttp3.Call;
import okhttp3.Response;

public class Program {
    private static final String USER = setting("CLIENT_USER");
    private static final String QUESTION = setting("CLIENT_QUESTION");
    private static final ApiClient CLIENT = client();
    private static final ChatApi CHATS = new ChatApi(CLIENT);
    private static final ConversationsApi CONVERSATIONS = new ConversationsApi(CLIENT);

    /** The service has understood, and will not answer. */
    private static class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        Refused(Problem problem) {
            super(problem.getDetail());
            this.problem = problem;
        }
    }

    private interface Step {
        Map<String, Object> act() throws Exception;
    }

    private interface Reader {
        void read(String data) throws Exception;
    }

    public static void main(String[] args) {
        step("ask", Program::ask);
        step("stream", () -> readChat(question(setting("CLIENT_SLOW_QUESTION")).conversationId(USER + "-2")));
        step("ask_b", Program::askB);
        step("pages", Program::pages);
        step("null", Program::sendNull);
        step("invalid", Program::invalid);
        step("refused", Program::refused);
        step("new_code", Program::newCode);
        step("refused_stream", Program::refusedStream);
        // Its pool of connections would keep the process alive for a minute.
        CLIENT.getHttpClient().dispatcher().executorService().shutdown();
        CLIENT.getHttpClient().connectionPool().evictAll();
    }

    private static ApiClient client() {
        ApiClient client = Configuration.getDefaultApiClient().setBasePath(setting("CLIENT_URL"));
        ((HttpBearerAuth) client.getAuthentication("bearer")).setBearerToken(setting("CLIENT_KEY"));
        // By itself okhttp times out after 10 s without a byte, and an answer may take longer to begin.
        return client.setReadTimeout(600_000);
    }

    private static ChatRequest question(String text) {
        return new ChatRequest().query(text).userId(USER);
    }

    private static Map<String, Object> ask() throws ApiException {
        ChatAnswer answer = CHATS.chat(question(QUESTION).conversationId(USER + "-1"), null, null);
        step("feedback", () -> found("first", giveFeedback(answer, 4), "again", giveFeedback(answer, 5)));
        return found(
            "text", answer.getText(),
            "finish_reason", answer.getFinishReason().getValue(),
            "output_tokens", answer.getUsage().getOutputTokens(),
            "id", answer.getMessageId());
    }

    private static Map<String, Object> giveFeedback(ChatAnswer answer, int stars) throws ApiException {
        FeedbackRequest given = new FeedbackRequest().chatId(answer.getMessageId()).uid(USER).stars(stars);
        Feedback stored = new FeedbackApi(CLIENT).sendFeedback(given.reason(null).betterAnswer("退货期限是 30 天。"));
        return found(
            "stars", stored.getStars(),
            "reason", stored.getReason(),
            "better_answer", stored.getBetterAnswer(),
            "revision", stored.getRevision());
    }

    /** The text behind `data:`, as it comes: chatStream() and qaChat() would parse the complete body as JSON. */
    private static void readData(Call call, Reader reader) throws Exception {
        try (Response response = call.execute()) {
            if (!response.isSuccessful()) throw new Refused(Problem.fromJson(response.body().string()));
            for (String line; (line = response.body().source().readUtf8Line()) != null;) {
                if (line.startsWith("data: ")) reader.read(line.substring("data: ".length()));
            }
        }
    }

    private static Map<String, Object> readChat(ChatRequest request) throws Exception {
        StringBuilder text = new StringBuilder();
        Map<String, Object> found = new LinkedHashMap<>();
        readData(CHATS.chatStreamCall(request, null, null, null), data -> {
            Object frame = ChatFrame.fromJson(data).getActualInstance();
            if (frame instanceof ChatFailedFrame failed) throw new Refused(failed.getError());
            if (frame instanceof ChatStartedFrame started) found.put("id", started.getMessageId());
            if (frame instanceof ChatDeltaFrame delta) {
                if (text.isEmpty() && !delta.getText().isEmpty()) say("first_words", Map.of());
                text.append(delta.getText());
            }
            if (frame instanceof ChatEndedFrame ended) {
                found.put("finish_reason", ended.getFinishReason().getValue());
                found.put("output_tokens", ended.getUsage().getOutputTokens());
            }
        });
        found.put("text", text.toString());
        return found;
    }

    private static Map<String, Object> askB() throws Exception {
        StringBuilder text = new StringBuilder();
        Map<String, Object> found = new LinkedHashMap<>();
        QaRequest request = new QaRequest().question(QUESTION).uid(UUID.fromString(setting("CLIENT_UID")));
        readData(new QaApi(CLIENT).qaChatCall(request, null, null, null, null, null), data -> {
            if (data.equals("[DONE]")) {
                found.put("is_done", true);
                return;
            }
            Object frame = QaFrame.fromJson(data).getActualInstance();
            if (frame instanceof QaFailedFrame failed) throw new Refused(failed.getError());
            if (frame instanceof QaStartedFrame started) found.put("id", started.getChatId());
            if (frame instanceof QaSourcesFrame sources) {
                found.put("source", sources.getSourceDocs().get(0).getMetadata().getSource());
            }
            // RETRYING and BREAK: see docs/guide/en/break-retrying.md.
            if (frame instanceof QaDeltaFrame delta) text.append(delta.getData());
            if (frame instanceof QaEndedFrame ended) {
                found.put("finish_reason", ended.getFinishReason().getValue());
                found.put("output_tokens", ended.getUsage().getOutputTokens());
            }
        });
        found.put("text", text.toString());
        return found;
    }

    private static Map<String, Object> pages() throws ApiException {
        ConversationList first = CONVERSATIONS.listConversations(1, null, USER);
        ConversationList second = CONVERSATIONS.listConversations(1, first.getNextCursor(), USER);
        return found("first", idsOf(first), "second", idsOf(second), "next_cursor", second.getNextCursor());
    }

    private static List<String> idsOf(ConversationList page) {
        return page.getConversations().stream().map(Conversation::getConversationId).toList();
    }

    private static Map<String, Object> sendNull() throws ApiException {
        String id = USER + "-null";
        CHATS.chat(new ChatRequest().query(QUESTION).conversationId(id).userId(null).temperature(null), null, null);
        Conversation stored = CONVERSATIONS.getConversation(id, null);
        return found("conversation_id", stored.getConversationId(), "user_id", stored.getUserId());
    }

    private static Map<String, Object> invalid() throws IOException {
        try {
            CONVERSATIONS.listConversations(null, "no cursor", null);
        } catch (ApiException error) {
            Problem problem = Problem.fromJson(error.getResponseBody());
            return found(
                "status", problem.getStatus(),
                "code", problem.getCode().getValue(),
                "pointer", problem.getErrors().get(0).getPointer(),
                "retryable", problem.getRetryable());
        }
        throw new IllegalStateException("There is no error");
    }

    private static Map<String, Object> refused() throws IOException {
        try {
            CHATS.chat(question(QUESTION).modelName(setting("CLIENT_NO_MODEL")), null, null);
        } catch (ApiException error) {
            Problem problem = Problem.fromJson(error.getResponseBody());
            return found(
                "status", problem.getStatus(),
                "code", problem.getCode().getValue(),
                "supported", new ArrayList<>(problem.getSupported()));
        }
        throw new IllegalStateException("There is no error");
    }

    private static Map<String, Object> newCode() throws IOException {
        try {
            new TurnsApi(CLIENT).getReceipt(UUID.fromString(setting("CLIENT_NEW_TURN")));
        } catch (ApiException error) {
            Problem problem = Problem.fromJson(error.getResponseBody());
            return found("status", problem.getStatus(), "code", problem.getCode().getValue());
        }
        throw new IllegalStateException("There is no error");
    }

    private static Map<String, Object> refusedStream() throws Exception {
        try {
            readChat(question(QUESTION).modelName(setting("CLIENT_NO_MODEL")));
        } catch (Refused error) {
            return found("status", error.problem.getStatus(), "code", error.problem.getCode().getValue());
        }
        throw new IllegalStateException("There is no error");
    }

    private static String setting(String name) {
        return java.util.Objects.requireNonNull(System.getenv(name), name);
    }

    /** One thing that the program does; that it cannot be done keeps no other from being tried. */
    private static void step(String name, Step step) {
        Map<String, Object> found;
        try {
            found = step.act();
        } catch (Exception error) {
            found = found("failed", error.toString());
        }
        say(name, found);
    }

    private static Map<String, Object> found(Object... namesAndValues) {
        Map<String, Object> found = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) found.put((String) namesAndValues[i], namesAndValues[i + 1]);
        return found;
    }

    /** A line of JSON for the runner. */
    private static void say(String step, Map<String, Object> found) {
        Map<String, Object> line = new LinkedHashMap<>(Map.of("step", step));
        line.putAll(found);
        System.out.println(new GsonBuilder().serializeNulls().disableHtmlEscaping().create().toJson(line));
    }
}
