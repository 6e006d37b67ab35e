import com.squareup.moshi.JsonAdapter
import com.squareup.moshi.Types
import java.util.UUID
import java.util.concurrent.TimeUnit
import llmchat.client.apis.ChatApi
import llmchat.client.apis.ConversationsApi
import llmchat.client.apis.FeedbackApi
import llmchat.client.apis.QaApi
import llmchat.client.apis.TurnsApi
import llmchat.client.infrastructure.ApiClient
import llmchat.client.infrastructure.ClientError
import llmchat.client.infrastructure.ClientException
import llmchat.client.infrastructure.RequestConfig
import llmchat.client.infrastructure.Serializer
import llmchat.client.models.ChatAnswer
import llmchat.client.models.ChatDeltaFrame
import llmchat.client.models.ChatEndedFrame
import llmchat.client.models.ChatFailedFrame
import llmchat.client.models.ChatRequest
import llmchat.client.models.ConversationList
import llmchat.client.models.FeedbackRequest
import llmchat.client.models.Problem
import llmchat.client.models.QaDeltaFrame
import llmchat.client.models.QaEndedFrame
import llmchat.client.models.QaFailedFrame
import llmchat.client.models.QaRequest
import llmchat.client.models.QaSourcesFrame
import llmchat.client.models.QaStartedFrame
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody

typealias Found = Map<String, Any?>

val user = setting("CLIENT_USER")
val question = setting("CLIENT_QUESTION")
val url = setting("CLIENT_URL")
val key = setting("CLIENT_KEY")

// By itself okhttp times out after 10 s without a byte, and an answer may take longer to begin.
val http: OkHttpClient = OkHttpClient.Builder().readTimeout(10, TimeUnit.MINUTES).build()
val chats = ChatApi(url, http)
val conversations = ConversationsApi(url, http)

/** The service has understood, and will not answer. */
class Refused(val problem: Problem) : Exception(problem.detail)

fun main() {
    ApiClient.accessToken = key
    step("ask", ::ask)
    step("stream") { readChat(ChatRequest(setting("CLIENT_SLOW_QUESTION"), userId = user, conversationId = "$user-2")) }
    step("ask_b", ::askB)
    step("pages", ::pages)
    step("null", ::sendNull)
    step("invalid", ::invalid)
    step("refused", ::refused)
    step("new_code", ::newCode)
    step("refused_stream", ::refusedStream)
    // Its pool of connections would keep the process alive for a minute.
    http.dispatcher.executorService.shutdown()
    http.connectionPool.evictAll()
}

fun ask(): Found {
    val answer = chats.chat(ChatRequest(question, userId = user, conversationId = "$user-1"))
    step("feedback") { mapOf("first" to giveFeedback(answer, 4), "again" to giveFeedback(answer, 5)) }
    return mapOf(
        "text" to answer.text,
        "finish_reason" to answer.finishReason.value,
        "output_tokens" to answer.usage.outputTokens,
        "id" to "${answer.messageId}",
    )
}

fun giveFeedback(answer: ChatAnswer, stars: Int): Found {
    val given = FeedbackRequest(answer.messageId, user, stars, reason = null, betterAnswer = "退货期限是 30 天。")
    val stored = FeedbackApi(url, http).sendFeedback(given)
    return mapOf(
        "stars" to stored.stars,
        "reason" to stored.reason,
        "better_answer" to stored.betterAnswer,
        "revision" to stored.revision,
    )
}

inline fun <reified Read> read(text: String): Read = Serializer.moshi.adapter(Read::class.java).fromJson(text)!!

/** The text behind `data:`, as it comes: chatStream() and qaChat() would parse the complete body as JSON. */
inline fun <reified Body> readData(config: RequestConfig<Body>, take: (String) -> Unit) {
    val request = Request.Builder().url(url + config.path).header("Authorization", "Bearer $key")
    config.headers.forEach { (name, value) -> request.header(name, value) }
    val body = Serializer.moshi.adapter(Body::class.java).toJson(config.body)
    http.newCall(request.post(body.toByteArray().toRequestBody()).build()).execute().use { response ->
        if (!response.isSuccessful) throw Refused(read(response.body.string()))
        while (true) {
            val line = response.body.source().readUtf8Line() ?: break
            if (line.startsWith("data: ")) take(line.removePrefix("data: "))
        }
    }
}

/** The members of a frame tell its kind: the class of a union has those of all of them. */
fun has(data: String, name: String): Boolean = read<Map<String, Any?>>(data).containsKey(name)

fun readChat(request: ChatRequest): Found {
    val text = StringBuilder()
    val found = mutableMapOf<String, Any?>()
    readData(chats.chatStreamRequestConfig(request, null, null)) { data ->
        when {
            has(data, "error") -> throw Refused(read<ChatFailedFrame>(data).error)
            has(data, "finish_reason") -> {
                val ended = read<ChatEndedFrame>(data)
                found["finish_reason"] = ended.finishReason.value
                found["output_tokens"] = ended.usage.outputTokens
            }
            else -> {
                val delta = read<ChatDeltaFrame>(data)
                if (text.isEmpty() && delta.text.isNotEmpty()) say("first_words", mapOf())
                text.append(delta.text)
                found["id"] = "${delta.messageId}"
            }
        }
    }
    return found + ("text" to "$text")
}

fun askB(): Found {
    val text = StringBuilder()
    val found = mutableMapOf<String, Any?>()
    val request = QaRequest(question, UUID.fromString(setting("CLIENT_UID")))
    readData(QaApi(url, http).qaChatRequestConfig(request, null, null, null, null)) { data ->
        when {
            data == "[DONE]" -> found["is_done"] = true
            has(data, "error") -> throw Refused(read<QaFailedFrame>(data).error)
            has(data, "finish_reason") -> {
                val ended = read<QaEndedFrame>(data)
                found["finish_reason"] = ended.finishReason.value
                found["output_tokens"] = ended.usage.outputTokens
            }
            has(data, "sourceDocs") -> found["source"] = read<QaSourcesFrame>(data).sourceDocs[0].metadata.source
            has(data, "chat_id") -> found["id"] = "${read<QaStartedFrame>(data).chatId}"
            // RETRYING and BREAK: see docs/guide/en/break-retrying.md.
            has(data, "action") -> Unit
            else -> text.append(read<QaDeltaFrame>(data).`data`)
        }
    }
    return found + ("text" to "$text")
}

fun pages(): Found {
    val first = conversations.listConversations(limit = 1, userId = user)
    val second = conversations.listConversations(limit = 1, cursor = first.nextCursor, userId = user)
    return mapOf("first" to idsOf(first), "second" to idsOf(second), "next_cursor" to second.nextCursor)
}

fun idsOf(page: ConversationList): List<String> = page.conversations.map { it.conversationId }

fun sendNull(): Found {
    val id = "$user-null"
    chats.chat(ChatRequest(question, conversationId = id, userId = null, temperature = null))
    val stored = conversations.getConversation(id)
    return mapOf("conversation_id" to stored.conversationId, "user_id" to stored.userId)
}

fun invalid(): Found {
    val problem = problemOf { conversations.listConversations(cursor = "no cursor") }
    return mapOf(
        "status" to problem.status,
        "code" to problem.code.value,
        "pointer" to problem.errors!![0].pointer,
        "retryable" to problem.retryable,
    )
}

fun refused(): Found {
    val problem = problemOf { chats.chat(ChatRequest(question, modelName = setting("CLIENT_NO_MODEL"))) }
    return mapOf("status" to problem.status, "code" to problem.code.value, "supported" to problem.supported)
}

fun newCode(): Found {
    val problem = problemOf { TurnsApi(url, http).getReceipt(UUID.fromString(setting("CLIENT_NEW_TURN"))) }
    return mapOf("status" to problem.status, "code" to problem.code.value)
}

fun refusedStream(): Found {
    val problem = problemOf { readChat(ChatRequest(question, userId = user, modelName = setting("CLIENT_NO_MODEL"))) }
    return mapOf("status" to problem.status, "code" to problem.code.value)
}

fun problemOf(act: () -> Unit): Problem {
    try {
        act()
    } catch (error: ClientException) {
        return read((error.response as ClientError<*>).body as String)
    } catch (error: Refused) {
        return error.problem
    }
    throw IllegalStateException("There is no error")
}

fun setting(name: String): String = requireNotNull(System.getenv(name)) { name }

/** One thing that the program does; that it cannot be done keeps no other from being tried. */
fun step(name: String, act: () -> Found) {
    say(name, runCatching(act).getOrElse { mapOf("failed" to "$it") })
}

/** A line of JSON for the runner. */
fun say(name: String, found: Found) {
    val type = Types.newParameterizedType(Map::class.java, String::class.java, Any::class.java)
    val adapter: JsonAdapter<Found> = Serializer.moshi.adapter<Found>(type).serializeNulls()
    println(adapter.toJson(mapOf("step" to name) + found))
}
