import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import java.net.URI;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** Reads a stream with okhttp-eventsource, with the strategy of its documentation that goes on after errors. */
class Main {
  public static void main(String[] args) throws Exception {
    var body = RequestBody.create(args[2], MediaType.get("application/json"));
    var connect = ConnectStrategy.http(URI.create(args[0]))
        .methodAndBody("POST", body)
        .header("Authorization", "Bearer " + args[1]);
    var source = new EventSource.Builder(connect).errorStrategy(ErrorStrategy.alwaysContinue()).build();
    var timer = new Thread(() -> {
      try { Thread.sleep(12_000); } catch (InterruptedException e) { }
      source.close();
      System.exit(0);
    });
    timer.setDaemon(true);
    timer.start();
    for (MessageEvent message : source.messages()) System.out.println(message.getData());
  }
}
